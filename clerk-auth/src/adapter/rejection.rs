//! Why a request is rejected, and the response to it.

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

/// Why a request is rejected.
///
/// Its sender learns the kind, a missing reverification, and the reason of the
/// [`RequestState`](crate::RequestState), which Clerk's front end expects in the headers of the
/// response. Which other check failed is for the application to know: [`Rejection::failed_check`].
///
/// A handler that checks a session itself returns one with `?`. That one is answered as JSON, whatever
/// `respond_with` of a layer says:
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
pub struct Rejection {
    kind: RejectionKind,
    token_was_sent: bool,
    retry_after: Option<Duration>,
    failed_check: Option<FailedCheck>,
    /// Why, for the log, where it is no check that failed.
    reason: Option<Cow<'static, str>>,
    /// Whether it has been traced. Clones share it, because a request is refused once.
    is_traced: Arc<AtomicBool>,
    respond: Option<Respond>,
    /// Those of the state, where nothing else appends them to the response.
    headers: Option<Box<HeaderMap>>,
    /// Whether it is the rejection of a `HEAD`, whose answer has no body.
    #[cfg(feature = "poem")]
    is_of_head: bool,
}

/// How rejections are answered where the application has a way of its own. A layer leaves it with the
/// request, so that extractors behind it answer alike.
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
    /// The request could not be authenticated, because Clerk could not be asked: 503.
    Unavailable,
    /// The service is misconfigured: 500. Its log says how.
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

    /// Clerk could not be asked, and can be again after this time, where that is known.
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

    /// The same, with the reason for the log.
    pub(crate) fn because(mut self, reason: impl Into<Cow<'static, str>>) -> Self {
        self.reason = Some(reason.into());
        self
    }

    /// The same, to be answered in this way.
    pub(crate) fn answered_by(mut self, respond: Option<&Respond>) -> Self {
        self.respond = respond.cloned();
        self
    }

    /// The same, whose answer carries these headers too.
    pub(crate) fn with_headers(mut self, headers: &HeaderMap) -> Self {
        append(self.headers.get_or_insert_default(), headers);
        self
    }

    /// The same, whose answer has no body if it is one to a `HEAD`.
    #[cfg(feature = "poem")]
    pub(crate) fn answering_head(mut self, is_head: bool) -> Self {
        self.is_of_head |= is_head;
        self
    }

    /// The answer, as JSON or in the application's way, with the headers of the state. That is when a
    /// request is refused: an extractor's rejection may be one that a handler passes over.
    pub(crate) fn answer(&self) -> Answer {
        self.trace();
        self.untraced_answer()
    }

    /// Leaves an event that says why a request is refused. It is one event however often it is asked
    /// for.
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
        tracing::debug!(status, code, %reason, "a request is rejected");
    }

    /// The answer, of a rejection that may still be passed over.
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

    /// The kind of rejection.
    pub fn kind(&self) -> RejectionKind {
        self.kind
    }

    /// The check that failed, if it was one: for requests that are authenticated, and forbidden all the
    /// same. Where several checks failed, [`FailedCheck`] says which one this is.
    pub fn failed_check(&self) -> Option<&FailedCheck> {
        self.failed_check.as_ref()
    }

    /// The reverification that the request lacks, if it lacks nothing else. Clerk's front end asks the
    /// user for it only if the response is that of [`Rejection::response`].
    pub fn reverification(&self) -> Option<Reverification> {
        self.failed_check.as_ref()?.reverification()
    }

    /// The status to answer with.
    pub fn status(&self) -> StatusCode {
        match self.kind {
            RejectionKind::Unauthenticated => StatusCode::UNAUTHORIZED,
            RejectionKind::Forbidden => StatusCode::FORBIDDEN,
            RejectionKind::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
            RejectionKind::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// A word for programs: `unauthenticated`, `forbidden`, `unavailable` or `internal_error`.
    pub fn code(&self) -> &'static str {
        match self.kind {
            RejectionKind::Unauthenticated => "unauthenticated",
            RejectionKind::Forbidden => "forbidden",
            RejectionKind::Unavailable => "unavailable",
            RejectionKind::Internal => "internal_error",
        }
    }

    /// A sentence for people.
    pub fn message(&self) -> &'static str {
        match self.kind {
            RejectionKind::Unauthenticated => "The request is not signed in.",
            RejectionKind::Forbidden if self.reverification().is_some() => {
                "The user must verify their identity again to do this."
            }
            RejectionKind::Forbidden => "The request is signed in, but may not do this.",
            RejectionKind::Unavailable => "Authentication is temporarily unavailable.",
            RejectionKind::Internal => "The service cannot authenticate requests.",
        }
    }

    /// What `WWW-Authenticate` says in a 401 (RFC 6750, section 3).
    pub fn challenge(&self) -> Option<&'static str> {
        match (self.kind, self.token_was_sent) {
            (RejectionKind::Unauthenticated, false) => Some("Bearer"),
            (RejectionKind::Unauthenticated, true) => Some("Bearer error=\"invalid_token\""),
            _ => None,
        }
    }

    /// What `Retry-After` says in a 503, in whole seconds: the time until Clerk can be asked again, and
    /// 5 s where that is not known.
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

    /// The response as JSON: `{"errors":[{"code":"…","message":"…"}]}`, or
    /// [`Reverification::error_response`] where that is what the request lacks.
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

/// Leaves an event for a request whose method or URI cannot be read.
#[cfg(any(feature = "actix-web", feature = "rocket"))]
pub(crate) fn trace_malformed() {
    let reason = "its method or URI cannot be read";
    tracing::debug!(
        status = 400,
        code = "bad_request",
        reason,
        "a request is rejected"
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
