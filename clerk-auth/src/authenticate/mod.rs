//! Authenticates a request.

mod builder;

use std::sync::Arc;

use http::request::Parts;

pub use builder::AuthenticatorBuilder;

use crate::claims::SessionClaims;
use crate::error::Error;
use crate::request_state::RequestState;
use crate::token::TokenError;
use crate::verifier::TokenVerifier;

/// Authenticates requests. Cheap to clone; clones share keys and caches.
#[derive(Clone, Debug)]
pub struct Authenticator {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    verifier: TokenVerifier,
}

impl Authenticator {
    /// A builder that has the defaults.
    pub fn builder() -> AuthenticatorBuilder {
        AuthenticatorBuilder::default()
    }

    /// Says who makes a request, and what the response must carry.
    ///
    /// # Errors
    ///
    /// If the request shows that the configuration is wrong, and in development if a handshake
    /// brought a token of another instance. That a request is not signed in is no error.
    pub async fn authenticate(&self, request: &Parts) -> Result<RequestState, Error> {
        let _ = request;
        Err(Error::configuration("not built yet"))
    }

    /// Verifies a session token, wherever it came from.
    ///
    /// # Errors
    ///
    /// A [`TokenError`] with the reason.
    pub async fn verify_token(&self, token: &str) -> Result<Arc<SessionClaims>, TokenError> {
        self.inner.verifier.verify(token).await
    }
}
