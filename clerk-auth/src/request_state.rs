//! What came of a request.

use std::borrow::Cow;
use std::time::Duration;

use http::header::LOCATION;
use http::{HeaderMap, HeaderName, HeaderValue};

use crate::accepts::TokenType;
use crate::auth::{Auth, SignedOut};
use crate::claims::SessionStatus;
use crate::reason::Reason;

/// Whether a request is let in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Status {
    /// It is known who makes it.
    SignedIn,
    /// It is not.
    SignedOut,
    /// The browser must go to Clerk and come back: answer 307 with the headers of the state.
    Handshake,
}

impl Status {
    /// `signed-in`, `signed-out` or `handshake`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::SignedIn => "signed-in",
            Self::SignedOut => "signed-out",
            Self::Handshake => "handshake",
        }
    }
}

/// What came of a request: whether it is let in, who makes it, and what the response must carry.
///
/// The headers belong on the response whatever the status, each appended and none replaced: a
/// signed-in browser may get fresh cookies with them. A state with a `location` is answered by 307
/// at once, even a signed-in one: in development the browser drops what a handshake left in the
/// address.
#[derive(Clone, Debug)]
pub struct RequestState {
    status: Status,
    token_type: Option<TokenType>,
    reason: Option<Reason>,
    message: Cow<'static, str>,
    headers: HeaderMap,
    auth: Auth,
    /// Whether a token may well be good, and could only not be checked.
    unchecked: bool,
    retry_after: Option<Duration>,
}

const AUTH_STATUS: HeaderName = HeaderName::from_static("x-clerk-auth-status");
const AUTH_REASON: HeaderName = HeaderName::from_static("x-clerk-auth-reason");
const AUTH_MESSAGE: HeaderName = HeaderName::from_static("x-clerk-auth-message");

impl RequestState {
    /// A state that is signed in. `pending_is_signed_out` hides sessions that have tasks left.
    pub(crate) fn signed_in(auth: Auth, headers: HeaderMap, pending_is_signed_out: bool) -> Self {
        let token_type = auth.token_type();
        let pending = auth
            .session()
            .is_some_and(|session| session.claims().status() == SessionStatus::Pending);
        Self {
            status: Status::SignedIn,
            token_type,
            reason: None,
            message: Cow::Borrowed(""),
            headers,
            unchecked: false,
            retry_after: None,
            auth: if pending && pending_is_signed_out {
                Auth::SignedOut(SignedOut {
                    session_status: Some(SessionStatus::Pending),
                })
            } else {
                auth
            },
        }
    }

    pub(crate) fn signed_out(
        token_type: Option<TokenType>,
        reason: Reason,
        message: impl Into<Cow<'static, str>>,
        headers: HeaderMap,
    ) -> Self {
        Self::refused(
            Status::SignedOut,
            token_type,
            reason,
            message.into(),
            headers,
        )
    }

    pub(crate) fn handshake(
        reason: Reason,
        message: impl Into<Cow<'static, str>>,
        headers: HeaderMap,
    ) -> Self {
        Self::refused(
            Status::Handshake,
            Some(TokenType::SessionToken),
            reason,
            message.into(),
            headers,
        )
    }

    fn refused(
        status: Status,
        token_type: Option<TokenType>,
        reason: Reason,
        message: Cow<'static, str>,
        mut headers: HeaderMap,
    ) -> Self {
        headers.insert(AUTH_STATUS, HeaderValue::from_static(status.as_str()));
        for (name, text) in [(AUTH_REASON, reason.as_str()), (AUTH_MESSAGE, &*message)] {
            // A text that a header cannot hold is left out, and so is one that not everybody reads
            // alike (RFC 9110, section 5.5).
            if text.is_empty() || !text.is_ascii() {
                continue;
            }
            if let Ok(value) = HeaderValue::from_str(text) {
                headers.insert(name, value);
            }
        }
        Self {
            status,
            token_type,
            reason: Some(reason),
            message,
            headers,
            auth: Auth::SignedOut(SignedOut::default()),
            unchecked: false,
            retry_after: None,
        }
    }

    /// Says that the token could not be checked, if that is so.
    pub(crate) fn unchecked(mut self, unchecked: bool) -> Self {
        self.unchecked = unchecked;
        self
    }

    /// Says when another try makes sense, where that is known.
    pub(crate) fn with_retry_after(mut self, rest: Option<Duration>) -> Self {
        self.retry_after = rest;
        self
    }

    /// Whether the request is let in.
    pub fn status(&self) -> Status {
        self.status
    }

    /// Whether it is signed in. A session that is pending is, although [`RequestState::auth`] does
    /// not show it unless the authenticator is told to.
    pub fn is_signed_in(&self) -> bool {
        self.status == Status::SignedIn
    }

    /// The kind of token that was found, or that is expected where there is only one.
    pub fn token_type(&self) -> Option<TokenType> {
        self.token_type
    }

    /// Why the request is not signed in.
    pub fn reason(&self) -> Option<&Reason> {
        self.reason.as_ref()
    }

    /// Whether it could not be found out who makes the request, because Clerk could not be asked. That
    /// is not the sender's fault: answer 503, and the same request may go well later.
    pub fn is_unavailable(&self) -> bool {
        const UNAVAILABLE: [Reason; 4] = [
            Reason::JWK_REMOTE_FAILED_TO_LOAD,
            Reason::JWK_FAILED_TO_RESOLVE,
            Reason::SECRET_KEY_INVALID,
            Reason::UNEXPECTED_ERROR,
        ];
        let of_clerk = |reason: &Reason| UNAVAILABLE.contains(reason);
        self.unchecked || self.reason.as_ref().is_some_and(of_clerk)
    }

    /// Where [`RequestState::is_unavailable`]: how long until Clerk can be asked again, for
    /// `Retry-After`. `None` if that is not known.
    pub fn retry_after(&self) -> Option<Duration> {
        self.retry_after
    }

    /// More on the reason, for logs; empty where there is no more to say.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// The headers that the response must carry, each appended.
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// Where to send the browser with status 307 before anything else, if anywhere.
    pub fn location(&self) -> Option<&HeaderValue> {
        self.headers.get(LOCATION)
    }

    /// Who makes the request.
    pub fn auth(&self) -> &Auth {
        &self.auth
    }

    /// Who makes the request, and the headers that the response must carry.
    pub fn into_parts(self) -> (Auth, HeaderMap) {
        (self.auth, self.headers)
    }
}
