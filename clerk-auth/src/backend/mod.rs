//! The calls of an authenticator to Clerk's Backend API, as a trait.

mod api;
mod clerk;
mod key_set;

use std::borrow::Cow;
use std::error::Error as StdError;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

pub(crate) use api::Api;
use clerk_api::types::Secret;

use crate::calls::{CallError, Unavailable};
use crate::error::Cause;
use crate::machine::{MachineToken, MachineTokenError, MachineTokenKind};
use crate::token::TokenError;

/// The future of a call to a [`Backend`].
pub type BackendFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// A public key of the instance, for verifying its tokens. Only RSA keys are supported.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct PublicKey {
    /// The key id (`kid`).
    pub key_id: String,
    /// The modulus, in base64url.
    pub modulus: String,
    /// The exponent, in base64url.
    pub exponent: String,
    /// The only algorithm that the key is for (`alg`), if any.
    pub algorithm: Option<String>,
}

impl PublicKey {
    /// Creates an RSA key for RS256, RS384 and RS512.
    #[must_use]
    pub fn new(
        key_id: impl Into<String>,
        modulus: impl Into<String>,
        exponent: impl Into<String>,
    ) -> Self {
        Self {
            key_id: key_id.into(),
            modulus: modulus.into(),
            exponent: exponent.into(),
            algorithm: None,
        }
    }

    /// Restricts the key to one algorithm.
    #[must_use]
    pub fn for_algorithm(mut self, algorithm: impl Into<String>) -> Self {
        self.algorithm = Some(algorithm.into());
        self
    }
}

/// An expired session token, and what is needed to refresh it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Refresh<'a> {
    /// The id of the session.
    pub session_id: &'a str,
    /// The expired token.
    pub expired_token: &'a Secret,
    /// The refresh token of the browser.
    pub refresh_token: &'a Secret,
    /// The origin of the request.
    pub request_origin: &'a str,
    /// All headers of the request, which Clerk requires.
    pub request_headers: &'a http::HeaderMap,
    /// Whether the browser uses cookies with a suffix.
    pub suffixed_cookies: bool,
}

/// Why a nonce was not exchanged, or a session not refreshed. It contains no secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BackendError {
    message: Cow<'static, str>,
    is_rejection: bool,
    retry_after: Option<Duration>,
    cause: Cause,
}

impl BackendError {
    /// Clerk rejects the nonce or the tokens. For a refresh, `message` is the code after
    /// `session-token-expired-refresh-` in the reason.
    #[must_use]
    pub fn rejected(message: impl Into<Cow<'static, str>>) -> Self {
        Self {
            message: message.into(),
            is_rejection: true,
            retry_after: None,
            cause: Cause::default(),
        }
    }

    /// The call failed, and the nonce or the tokens may be valid. For a refresh, `message` is the code after
    /// `session-token-expired-refresh-` in the reason.
    #[must_use]
    pub fn failed(message: impl Into<Cow<'static, str>>) -> Self {
        Self {
            is_rejection: false,
            ..Self::rejected(message)
        }
    }

    /// Sets the time that the server asks to wait (`Retry-After`). Until then, an authenticator makes no call
    /// to its backend.
    #[must_use]
    pub fn with_retry_after(mut self, time: impl Into<Option<Duration>>) -> Self {
        self.retry_after = time.into();
        self
    }

    /// Sets the cause, for `source`. It must not print secrets.
    #[must_use]
    pub fn caused_by(mut self, cause: impl StdError + Send + Sync + 'static) -> Self {
        self.cause = Cause::new(cause);
        self
    }

    /// Returns the message.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// Returns whether Clerk rejects the nonce or the tokens.
    pub fn is_rejection(&self) -> bool {
        self.is_rejection
    }

    /// Returns the time until a retry makes sense, if known.
    pub fn retry_after(&self) -> Option<Duration> {
        self.retry_after
    }
}

impl CallError for BackendError {
    fn unavailable(unavailable: Unavailable) -> Self {
        Self::failed(unavailable.message).with_retry_after(unavailable.retry_after)
    }

    fn is_rejection(&self) -> bool {
        self.is_rejection
    }

    fn pause(&self) -> Option<Duration> {
        self.retry_after
    }
}

impl fmt::Display for BackendError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.message)
    }
}

impl StdError for BackendError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.cause.source()
    }
}

/// The calls to Clerk's Backend API that authentication makes. Implemented by [`clerk_api::Clerk`]; implement
/// it to replace the API, for example in tests.
///
/// Every call must end, so an implementation sets a time limit. It must not wait for the end of a rate limit
/// either, but report the time to wait: the authenticator makes no call until then.
pub trait Backend: Send + Sync + 'static {
    /// Returns the public keys of the instance.
    fn keys(&self) -> BackendFuture<'_, Result<Vec<PublicKey>, TokenError>>;

    /// Returns the details of an opaque machine token, even if it is no longer valid.
    fn verify_machine_token<'a>(
        &'a self,
        kind: MachineTokenKind,
        token: &'a Secret,
    ) -> BackendFuture<'a, Result<MachineToken, MachineTokenError>>;

    /// Exchanges the nonce of a handshake for its `Set-Cookie` lines.
    fn exchange_handshake_nonce<'a>(
        &'a self,
        nonce: &'a Secret,
    ) -> BackendFuture<'a, Result<Vec<Secret>, BackendError>>;

    /// Refreshes a session, and returns its `Set-Cookie` lines.
    fn refresh_session<'a>(
        &'a self,
        refresh: Refresh<'a>,
    ) -> BackendFuture<'a, Result<Vec<Secret>, BackendError>>;
}
