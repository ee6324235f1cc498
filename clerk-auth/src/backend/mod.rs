//! What an authenticator asks of Clerk's Backend API, behind a trait.

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

/// An answer on its way.
pub type BackendFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// A key of the instance, with which its tokens are verified. Only RSA keys are of use.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PublicKey {
    /// The id that tokens name.
    pub key_id: String,
    /// The modulus, in base64url.
    pub modulus: String,
    /// The exponent, in base64url.
    pub exponent: String,
    /// The only algorithm that the key is for (`alg`), if it states one.
    pub algorithm: Option<String>,
}

impl PublicKey {
    /// An RSA key for RS256, RS384 and RS512.
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

    /// The same key, for this algorithm alone.
    #[must_use]
    pub fn for_algorithm(mut self, algorithm: impl Into<String>) -> Self {
        self.algorithm = Some(algorithm.into());
        self
    }
}

/// A session token that has expired, and what is needed to get another.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Refresh<'a> {
    /// The id of the session.
    pub session_id: &'a str,
    /// The token that has expired.
    pub expired_token: &'a Secret,
    /// The refresh token of the browser.
    pub refresh_token: &'a Secret,
    /// The origin of the request that is authenticated.
    pub request_origin: &'a str,
    /// All headers of that request, as Clerk wants to see them.
    pub request_headers: &'a http::HeaderMap,
    /// Whether cookies with a suffix are in use.
    pub suffixed_cookies: bool,
}

/// Why a nonce was not exchanged, or a session not refreshed. It holds no secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BackendError {
    message: Cow<'static, str>,
    is_refusal: bool,
    retry_after: Option<Duration>,
    cause: Cause,
}

impl BackendError {
    /// Clerk refuses the nonce or the tokens. For a refresh, `message` is the word that follows
    /// `session-token-expired-refresh-` in the reason.
    pub fn refused(message: impl Into<Cow<'static, str>>) -> Self {
        Self {
            message: message.into(),
            is_refusal: true,
            retry_after: None,
            cause: Cause::default(),
        }
    }

    /// The call failed, which says nothing of the nonce or the tokens. For a refresh, `message` is
    /// the word that follows `session-token-expired-refresh-` in the reason.
    pub fn failed(message: impl Into<Cow<'static, str>>) -> Self {
        Self {
            is_refusal: false,
            ..Self::refused(message)
        }
    }

    /// The same, with the time that the server asked to wait (`Retry-After`). Until it is over, an
    /// authenticator asks its backend nothing.
    pub fn with_retry_after(mut self, time: impl Into<Option<Duration>>) -> Self {
        self.retry_after = time.into();
        self
    }

    /// The same, with the error that it came from, for `source`. That must not print a secret.
    pub fn caused_by(mut self, cause: impl StdError + Send + Sync + 'static) -> Self {
        self.cause = Cause::new(cause);
        self
    }

    /// What is wrong.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// Whether Clerk refuses what it was shown.
    pub fn is_refusal(&self) -> bool {
        self.is_refusal
    }

    /// How long until another try makes sense, where that is known.
    pub fn retry_after(&self) -> Option<Duration> {
        self.retry_after
    }
}

impl CallError for BackendError {
    fn unavailable(unavailable: Unavailable) -> Self {
        Self::failed(unavailable.message).with_retry_after(unavailable.retry_after)
    }

    fn is_refusal(&self) -> bool {
        self.is_refusal
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

/// The calls of Clerk's Backend API that authentication makes. [`clerk_api::Clerk`] implements it.
///
/// Every call must end: an implementation sets a time limit. It must not wait because of a rate
/// limit either: it reports the time to wait, and the authenticator asks nothing until that is over.
pub trait Backend: Send + Sync + 'static {
    /// The keys of the instance.
    fn keys(&self) -> BackendFuture<'_, Result<Vec<PublicKey>, TokenError>>;

    /// What an opaque machine token stands for, whether or not it is still good.
    fn verify_machine_token<'a>(
        &'a self,
        kind: MachineTokenKind,
        token: &'a Secret,
    ) -> BackendFuture<'a, Result<MachineToken, MachineTokenError>>;

    /// The `Set-Cookie` lines that the nonce of a handshake stands for.
    fn exchange_handshake_nonce<'a>(
        &'a self,
        nonce: &'a Secret,
    ) -> BackendFuture<'a, Result<Vec<Secret>, BackendError>>;

    /// The `Set-Cookie` lines of a refreshed session.
    fn refresh_session<'a>(
        &'a self,
        refresh: Refresh<'a>,
    ) -> BackendFuture<'a, Result<Vec<Secret>, BackendError>>;
}
