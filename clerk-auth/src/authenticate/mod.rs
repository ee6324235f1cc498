//! Authenticates a request: reads it, selects a flow by the kind of token, and returns the resulting state.

mod authorization;
mod builder;
mod checks;
mod config;
mod context;
mod cookie;
mod handshake;
mod header;
mod organization;
mod proxy_warnings;
mod refresh;
mod satellite;
mod session_error;

use std::fmt;
use std::sync::Arc;

use http::request::Parts;

pub use builder::AuthenticatorBuilder;
use clerk_api::types::Secret;

use crate::accepts::Accepts;
use crate::backend::{Backend, BackendError};
use crate::calls::{Calls, current_runtime};
use crate::claims::SessionClaims;
use crate::error::Error;
use crate::machine::MachineTokens;
use crate::request_state::RequestState;
use crate::token::TokenError;
use crate::verifier::TokenVerifier;
use config::Config;

/// Authenticates requests. It is cheap to clone; clones share keys and caches.
///
/// ```no_run
/// use clerk_auth::{Authenticator, Status};
///
/// # async fn run(request: http::request::Parts) -> Result<(), clerk_auth::Error> {
/// let authenticator = Authenticator::builder()
///     .secret_key("sk_test_…")
///     .publishable_key("pk_test_…")
///     .authorized_parties(["https://app.example.com"])
///     .build()?;
/// let state = authenticator.authenticate(&request).await?;
/// if state.status() == Status::SignedIn {
///     println!("{:?}", state.auth().user_id());
/// }
/// # Ok(()) }
/// ```
#[derive(Clone)]
#[doc(alias(
    "authenticateRequest",
    "authenticate request",
    "createClerkClient",
    "clerkClient",
    "middleware",
    "jwt"
))]
pub struct Authenticator {
    inner: Arc<Inner>,
    accepts: Accepts,
}

struct Inner {
    config: Config,
    verifier: Arc<TokenVerifier>,
    machine_tokens: MachineTokens,
    backend: Arc<dyn Backend>,
    /// Exchanges of handshake nonces, which return `Set-Cookie` lines.
    exchanges: Calls<Arc<[Secret]>, BackendError>,
    /// Refreshes of sessions, which return the same.
    refreshes: Calls<Arc<[Secret]>, BackendError>,
}

impl Authenticator {
    /// Creates a builder with the defaults.
    pub fn builder() -> AuthenticatorBuilder {
        AuthenticatorBuilder::default()
    }

    /// Creates a builder from environment variables, see [`AuthenticatorBuilder::from_env`].
    ///
    /// # Errors
    ///
    /// If a variable is not valid UTF-8, or `CLERK_IS_SATELLITE` is not a boolean.
    pub fn from_env() -> Result<AuthenticatorBuilder, Error> {
        AuthenticatorBuilder::from_env()
    }

    /// Returns an authenticator with the same keys and caches that accepts other kinds of tokens, for a part
    /// of the service.
    ///
    /// # Errors
    ///
    /// If the authenticator was built without a key that these kinds need: the publishable key for
    /// session tokens and OAuth tokens, the secret key for all but M2M tokens.
    #[doc(alias = "acceptsToken")]
    pub fn accepting(&self, accepts: impl Into<Accepts>) -> Result<Self, Error> {
        let accepts = accepts.into();
        self.inner.config.means.suffice_for(&accepts)?;
        Ok(Self {
            inner: Arc::clone(&self.inner),
            accepts,
        })
    }

    /// Whether the other one is a clone that accepts the same tokens.
    #[cfg(any(
        feature = "tower",
        feature = "actix-web",
        feature = "rocket",
        feature = "poem"
    ))]
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.inner, &other.inner) && self.accepts == other.accepts
    }

    /// Authenticates a request. The state has its result and the headers that the response must carry.
    ///
    /// # Errors
    ///
    /// If the request reveals that the configuration is wrong, if a call to Clerk is needed and there is no
    /// Tokio runtime, and in development if a handshake returned a token of another instance. An
    /// unauthenticated request is not an error.
    #[doc(alias("authenticateRequest", "authenticate request"))]
    pub async fn authenticate(&self, request: &Parts) -> Result<RequestState, Error> {
        let state = self.inner.dispatch(request, &self.accepts.0).await?;
        if state.is_unavailable() {
            // A retry would not help: no call to Clerk is possible here.
            current_runtime().map_err(|unavailable| Error::configuration(unavailable.message))?;
        }
        Ok(state)
    }

    /// Verifies a session token that did not arrive in a request, but over a WebSocket or in a queue.
    ///
    /// Only tokens of active sessions are accepted; with [`AuthenticatorBuilder::accept_jwt_templates`] also
    /// those of JWT templates, and with [`AuthenticatorBuilder::pending_is_signed_out`] off also those of
    /// pending sessions. Machine tokens never are.
    ///
    /// # Errors
    ///
    /// A [`TokenError`] with the reason.
    #[doc(alias("verifyToken", "jwt", "session token"))]
    pub async fn verify_token(&self, token: &str) -> Result<Arc<SessionClaims>, TokenError> {
        self.inner.verifier.verify(token).await
    }
}

impl fmt::Debug for Authenticator {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Authenticator")
            .field("accepts", &self.accepts)
            .field("config", &self.inner.config)
            .finish_non_exhaustive()
    }
}

fn publishable_key_is_needed() -> Error {
    Error::configuration(
        "session tokens and OAuth tokens cannot be accepted without a publishable key; set `publishable_key` (pk_…; Clerk Dashboard, API keys)",
    )
}
