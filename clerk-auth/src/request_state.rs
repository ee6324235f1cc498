//! The result of authenticating a request.

use std::borrow::Cow;
use std::fmt;
use std::time::Duration;

use http::header::LOCATION;
use http::{HeaderMap, HeaderName, HeaderValue};

use crate::accepts::TokenType;
use crate::auth::{Auth, SignedOut};
use crate::claims::SessionStatus;
use crate::reason::Reason;

/// The status of a request. The list is complete, so match on it without a wildcard.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[doc(alias = "x-clerk-auth-status")]
pub enum Status {
    /// The request is authenticated.
    SignedIn,
    /// The request is unauthenticated.
    SignedOut,
    /// The browser must go to Clerk and come back: respond with 307 and the headers of the state.
    Handshake,
}

impl Status {
    /// Returns the name that Clerk's backends use: `signed-in`, `signed-out` or `handshake`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::SignedIn => "signed-in",
            Self::SignedOut => "signed-out",
            Self::Handshake => "handshake",
        }
    }
}

impl fmt::Display for Status {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// The result of authenticating a request: its status, the session or machine token, and the headers that the
/// response must carry.
///
/// Append the headers to the response, whatever the status, without replacing others: a signed-in browser may
/// get fresh cookies with them. If the state has a [`location`](Self::location), respond with 307 at once,
/// even if it is signed in: in development, this removes the parameters of a handshake from the URL.
#[derive(Clone, Debug)]
#[must_use = "check the state: an unauthenticated request is not an error"]
#[doc(alias = "authenticateRequest")]
pub struct RequestState {
    status: Status,
    token_type: Option<TokenType>,
    reason: Option<Reason>,
    message: Cow<'static, str>,
    headers: HeaderMap,
    auth: Auth,
    /// Whether the token may be valid, but could not be verified.
    unchecked: bool,
    retry_after: Option<Duration>,
}

const AUTH_STATUS: HeaderName = HeaderName::from_static("x-clerk-auth-status");
const AUTH_REASON: HeaderName = HeaderName::from_static("x-clerk-auth-reason");
const AUTH_MESSAGE: HeaderName = HeaderName::from_static("x-clerk-auth-message");

impl RequestState {
    /// A signed-in state. `pending_is_signed_out` hides pending sessions.
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
        Self::rejected(
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
        Self::rejected(
            Status::Handshake,
            Some(TokenType::SessionToken),
            reason,
            message.into(),
            headers,
        )
    }

    fn rejected(
        status: Status,
        token_type: Option<TokenType>,
        reason: Reason,
        message: Cow<'static, str>,
        mut headers: HeaderMap,
    ) -> Self {
        headers.insert(AUTH_STATUS, HeaderValue::from_static(status.as_str()));
        for (name, text) in [(AUTH_REASON, reason.as_str()), (AUTH_MESSAGE, &*message)] {
            // A text that is not a valid header value is left out, and so is one that readers disagree on
            // (RFC 9110, section 5.5).
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

    /// Sets whether the token could not be verified.
    pub(crate) fn unchecked(mut self, unchecked: bool) -> Self {
        self.unchecked = unchecked;
        self
    }

    /// Sets the time until a retry makes sense, if known.
    pub(crate) fn with_retry_after(mut self, rest: Option<Duration>) -> Self {
        self.retry_after = rest;
        self
    }

    /// Returns the status.
    pub fn status(&self) -> Status {
        self.status
    }

    /// Returns whether the status is signed in. That includes a pending session, even if it is hidden from
    /// [`RequestState::auth`]; use [`Auth::is_authenticated`] to decide whether to serve a request.
    #[doc(alias("isSignedIn", "isAuthenticated"))]
    pub fn is_signed_in(&self) -> bool {
        self.status == Status::SignedIn
    }

    /// Returns the kind of token that was found, or the only one that is accepted.
    pub fn token_type(&self) -> Option<TokenType> {
        self.token_type
    }

    /// Returns why the request is unauthenticated.
    pub fn reason(&self) -> Option<&Reason> {
        self.reason.as_ref()
    }

    /// Returns whether the request could not be authenticated because Clerk is unavailable. Respond with 503:
    /// the same request may succeed later.
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

    /// Returns the time until a retry makes sense, for `Retry-After`, if [`RequestState::is_unavailable`].
    /// `None` if it is not known.
    pub fn retry_after(&self) -> Option<Duration> {
        self.retry_after
    }

    /// Returns details of the reason, for logs; often empty.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// Returns the headers to append to the response.
    #[doc(alias = "set-cookie")]
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// Returns the URL to redirect the browser to, with status 307, before running any handler.
    pub fn location(&self) -> Option<&HeaderValue> {
        self.headers.get(LOCATION)
    }

    /// Returns the authentication of the request.
    #[doc(alias("toAuth", "getAuth", "current user"))]
    pub fn auth(&self) -> &Auth {
        &self.auth
    }

    /// Converts into the authentication and the headers to append to the response.
    pub fn into_parts(self) -> (Auth, HeaderMap) {
        (self.auth, self.headers)
    }
}
