//! Rejections and the responses to them.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use http::header::{CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use http::{HeaderMap, HeaderValue, Response, StatusCode};
use serde_json::json;

use super::{Answer, append};
use crate::claims::{FailedCheck, Reverification};

/// A rejected request: why it is rejected, and the response.
///
/// The response reveals the kind, a missing reverification, and the reason of the
/// [`RequestState`](crate::RequestState), which Clerk's front end expects in the headers. It does not reveal
/// which other check failed; [`Rejection::failed_check`] does, for the application.
///
/// A handler that checks a session itself returns a rejection with `?`. The response to it is always the JSON
/// of [`Rejection::response`], regardless of `respond_with`:
///
/// ```
/// use clerk_auth::adapter::Rejection;
/// use clerk_auth::{Check, Reverification, SessionAuth};
///
/// async fn transfer(session: SessionAuth) -> Result<&'static str, Rejection> {
///     session.check(&Check::reverified(Reverification::Strict))?;
///     Ok("transferred")
/// }
/// ```
#[derive(Clone)]
#[doc(alias("unauthorized", "forbidden", "401", "403", "503"))]
pub struct Rejection {
    kind: RejectionKind,
    token_was_sent: bool,
    retry_after: Option<Duration>,
    failed_check: Option<FailedCheck>,
    /// The reason for the log, unless a check failed.
    reason: Option<Cow<'static, str>>,
    /// Whether it has been traced. Shared by clones, because a request is rejected once.
    is_traced: Arc<AtomicBool>,
    respond: Option<Respond>,
    /// The headers of the state, if nothing else appends them to the response.
    headers: Option<Box<HeaderMap>>,
    /// Whether it rejects a `HEAD`, whose response has no body.
    #[cfg(feature = "poem")]
    is_of_head: bool,
}

/// The application's response to rejections. A layer leaves it in the request for the extractors behind it.
#[derive(Clone)]
pub(crate) struct Respond(Arc<Answering>);

type Answering = dyn Fn(&Rejection) -> Response<String> + Send + Sync;

impl PartialEq for Respond {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Respond {
    pub(crate) fn new(
        respond: impl Fn(&Rejection) -> Response<String> + Send + Sync + 'static,
    ) -> Self {
        Self(Arc::new(respond))
    }
}

/// The kinds of [`Rejection`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum RejectionKind {
    /// The request is unauthenticated: 401.
    Unauthenticated,
    /// The request is authenticated and fails a check: 403.
    Forbidden,
    /// The request could not be authenticated because Clerk is unavailable: 503.
    Unavailable,
    /// The service is misconfigured: 500. The log has the details.
    Internal,
}

impl Rejection {
    pub(crate) fn new(kind: RejectionKind) -> Self {
        Self {
            kind,
            token_was_sent: false,
            retry_after: None,
            failed_check: None,
            reason: None,
            is_traced: Arc::default(),
            respond: None,
            headers: None,
            #[cfg(feature = "poem")]
            is_of_head: false,
        }
    }

    /// Clerk is unavailable; the time until a retry makes sense, if known.
    pub(crate) fn unavailable(retry_after: Option<Duration>) -> Self {
        Self {
            retry_after,
            ..Self::new(RejectionKind::Unavailable)
        }
    }

    pub(crate) fn unauthenticated(token_was_sent: bool) -> Self {
        Self {
            token_was_sent,
            ..Self::new(RejectionKind::Unauthenticated)
        }
    }

    /// Sets the reason for the log.
    pub(crate) fn because(mut self, reason: impl Into<Cow<'static, str>>) -> Self {
        self.reason = Some(reason.into());
        self
    }

    /// Sets the application's response.
    pub(crate) fn answered_by(mut self, respond: Option<&Respond>) -> Self {
        self.respond = respond.cloned();
        self
    }

    /// Adds headers to the response.
    pub(crate) fn with_headers(mut self, headers: &HeaderMap) -> Self {
        append(self.headers.get_or_insert_default(), headers);
        self
    }

    /// Leaves the body out of the response if the request is a `HEAD`.
    #[cfg(feature = "poem")]
    pub(crate) fn answering_head(mut self, is_head: bool) -> Self {
        self.is_of_head |= is_head;
        self
    }

    /// The response, as JSON or as the application sets it, with the headers of the state. Traces the
    /// rejection: only now is the request rejected, since a handler may ignore the rejection of an extractor.
    pub(crate) fn answer(&self) -> Answer {
        self.trace();
        self.untraced_answer()
    }

    /// Emits an event with the reason, once for a rejection and its clones.
    pub(crate) fn trace(&self) {
        if self.is_traced.swap(true, Ordering::Relaxed) {
            return;
        }
        let reason: &dyn fmt::Display = match (&self.reason, &self.failed_check) {
            (Some(reason), _) => reason,
            (None, Some(failed)) => failed,
            (None, None) => &self.code(),
        };
        let (status, code) = (self.status().as_u16(), self.code());
        tracing::debug!(status, code, %reason, "request rejected");
    }

    /// The response to a rejection that may still be ignored.
    pub(crate) fn untraced_answer(&self) -> Answer {
        let response = match &self.respond {
            Some(Respond(respond)) => respond(self),
            None => self.response(),
        };
        let (parts, body) = response.into_parts();
        let mut headers = self.headers.as_deref().cloned().unwrap_or_default();
        append(&mut headers, &parts.headers);
        let answer = Answer {
            status: parts.status,
            headers,
            body,
        };
        #[cfg(feature = "poem")]
        if self.is_of_head {
            return answer.without_body();
        }
        answer
    }

    /// Returns the kind of rejection.
    pub fn kind(&self) -> RejectionKind {
        self.kind
    }

    /// Returns the check that an authenticated request failed, if any. See [`FailedCheck`] for which one is
    /// reported if several failed.
    pub fn failed_check(&self) -> Option<&FailedCheck> {
        self.failed_check.as_ref()
    }

    /// Returns the missing reverification, if nothing else is missing. Clerk's front end prompts the user for
    /// it only if the response is that of [`Rejection::response`].
    pub fn reverification(&self) -> Option<Reverification> {
        self.failed_check.as_ref()?.reverification()
    }

    /// Returns the status of the response.
    pub fn status(&self) -> StatusCode {
        match self.kind {
            RejectionKind::Unauthenticated => StatusCode::UNAUTHORIZED,
            RejectionKind::Forbidden => StatusCode::FORBIDDEN,
            RejectionKind::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
            RejectionKind::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// Returns a code for programs: `unauthenticated`, `forbidden`, `unavailable` or `internal_error`.
    pub fn code(&self) -> &'static str {
        match self.kind {
            RejectionKind::Unauthenticated => "unauthenticated",
            RejectionKind::Forbidden => "forbidden",
            RejectionKind::Unavailable => "unavailable",
            RejectionKind::Internal => "internal_error",
        }
    }

    /// Returns a sentence for people.
    pub fn message(&self) -> &'static str {
        match self.kind {
            RejectionKind::Unauthenticated => "The request is unauthenticated.",
            RejectionKind::Forbidden if self.reverification().is_some() => {
                "The user must verify their identity again to do this."
            }
            RejectionKind::Forbidden => "The request is authenticated, but not permitted.",
            RejectionKind::Unavailable => "Authentication is temporarily unavailable.",
            RejectionKind::Internal => "The service cannot authenticate requests.",
        }
    }

    /// Returns the value of `WWW-Authenticate` for a 401 (RFC 6750, section 3).
    pub fn challenge(&self) -> Option<&'static str> {
        match (self.kind, self.token_was_sent) {
            (RejectionKind::Unauthenticated, false) => Some("Bearer"),
            (RejectionKind::Unauthenticated, true) => Some("Bearer error=\"invalid_token\""),
            _ => None,
        }
    }

    /// Returns the value of `Retry-After` for a 503, in whole seconds: the time until a retry makes sense, or
    /// 5 s if that is not known.
    pub fn retry_after(&self) -> Option<Duration> {
        const UNKNOWN: Duration = Duration::from_secs(5);
        if self.kind != RejectionKind::Unavailable {
            return None;
        }
        let rest = self.retry_after.unwrap_or(UNKNOWN);
        let whole = rest
            .as_secs()
            .saturating_add(u64::from(rest.subsec_nanos() > 0));
        Some(Duration::from_secs(whole.max(1)))
    }

    /// Returns the default response, as JSON: `{"errors":[{"code":"…","message":"…"}]}`, or that of
    /// [`Reverification::error_response`] if only a reverification is missing.
    #[doc(alias = "into_response")]
    pub fn response(&self) -> Response<String> {
        if let Some(reverification) = self.reverification() {
            return reverification.error_response();
        }
        let body = json!({ "errors": [{ "code": self.code(), "message": self.message() }] });
        let mut response = Response::new(body.to_string());
        *response.status_mut() = self.status();
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        if let Some(challenge) = self.challenge() {
            headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static(challenge));
        }
        if let Some(rest) = self.retry_after() {
            headers.insert(RETRY_AFTER, HeaderValue::from(rest.as_secs()));
        }
        response
    }
}

/// Emits an event for a request whose method or URI is invalid.
#[cfg(any(feature = "actix-web", feature = "rocket"))]
pub(crate) fn trace_malformed() {
    let reason = "the method or the URI is invalid";
    tracing::debug!(
        status = 400,
        code = "bad_request",
        reason,
        "request rejected"
    );
}

impl From<FailedCheck> for Rejection {
    fn from(failed: FailedCheck) -> Self {
        Self {
            failed_check: Some(failed),
            ..Self::new(RejectionKind::Forbidden)
        }
    }
}

impl PartialEq for Rejection {
    fn eq(&self, other: &Self) -> bool {
        self.kind == other.kind
            && self.token_was_sent == other.token_was_sent
            && self.retry_after == other.retry_after
            && self.failed_check == other.failed_check
    }
}

impl Eq for Rejection {}

impl fmt::Debug for Rejection {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Rejection")
            .field("kind", &self.kind)
            .field("token_was_sent", &self.token_was_sent)
            .field("failed_check", &self.failed_check)
            .finish_non_exhaustive()
    }
}

impl fmt::Display for Rejection {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.message())
    }
}

impl std::error::Error for Rejection {}
