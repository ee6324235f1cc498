//! What is answered to a request that is not let in.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use http::header::{CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use http::{HeaderValue, Response, StatusCode};
use serde_json::json;

/// Why a request is not let in, as far as its sender may know.
///
/// The reason of the [`RequestState`](crate::RequestState) is in the response's headers, as Clerk's
/// front end expects it; nothing else is told.
#[derive(Clone)]
pub struct Rejection {
    kind: RejectionKind,
    token_was_sent: bool,
    retry_after: Option<Duration>,
    respond: Option<Respond>,
}

/// How rejections are answered where the caller has a way of its own. A layer leaves it with the
/// request, so that extractors behind it answer alike.
#[derive(Clone)]
pub(crate) struct Respond(Arc<Answering>);

type Answering = dyn Fn(&Rejection) -> Response<String> + Send + Sync;

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
    /// It is not known who makes the request: 401.
    Unauthenticated,
    /// It is known, and not enough: 403.
    Forbidden,
    /// It could not be found out, because Clerk could not be asked: 503.
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
            respond: None,
        }
    }

    pub(crate) fn forbidden() -> Self {
        Self::new(RejectionKind::Forbidden)
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

    /// The same, to be answered in this way.
    pub(crate) fn answered_by(mut self, respond: Option<&Respond>) -> Self {
        self.respond = respond.cloned();
        self
    }

    /// The answer: as JSON, or in the caller's way.
    pub(crate) fn answer(&self) -> Response<String> {
        match &self.respond {
            Some(Respond(respond)) => respond(self),
            None => self.response(),
        }
    }

    /// The kind of rejection.
    pub fn kind(&self) -> RejectionKind {
        self.kind
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
            RejectionKind::Forbidden => "The request is signed in, but may not do this.",
            RejectionKind::Unavailable => "It cannot be found out now who makes the request.",
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

    /// The answer as JSON: `{"errors":[{"code":"…","message":"…"}]}`.
    pub fn response(&self) -> Response<String> {
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

impl PartialEq for Rejection {
    fn eq(&self, other: &Self) -> bool {
        (self.kind, self.token_was_sent) == (other.kind, other.token_was_sent)
    }
}

impl Eq for Rejection {}

impl fmt::Debug for Rejection {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Rejection")
            .field("kind", &self.kind)
            .field("token_was_sent", &self.token_was_sent)
            .finish_non_exhaustive()
    }
}

impl fmt::Display for Rejection {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.message())
    }
}

impl std::error::Error for Rejection {}
