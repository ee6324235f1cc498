//! What an authenticator asks of Clerk's Backend API, behind a trait.

mod api;

use std::borrow::Cow;
use std::fmt;
use std::future::Future;
use std::pin::Pin;

pub(crate) use api::Api;
use clerk_api::types::Secret;

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

/// Why a session was not refreshed: the word that follows `session-token-expired-refresh-` in the
/// reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefreshError(pub Cow<'static, str>);

/// Why the nonce of a handshake was not exchanged. It holds no secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NonceError(pub String);

impl fmt::Display for RefreshError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl std::error::Error for RefreshError {}

impl fmt::Display for NonceError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl std::error::Error for NonceError {}

/// The calls of Clerk's Backend API that authentication makes. [`clerk_api::Clerk`] implements it.
///
/// Every call must end: an implementation sets a time limit.
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
    ) -> BackendFuture<'a, Result<Vec<Secret>, NonceError>>;

    /// The `Set-Cookie` lines of a refreshed session.
    fn refresh_session<'a>(
        &'a self,
        refresh: Refresh<'a>,
    ) -> BackendFuture<'a, Result<Vec<Secret>, RefreshError>>;
}
