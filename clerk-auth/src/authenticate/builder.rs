//! Builds an authenticator and refuses what could only fail later.

use crate::error::Error;
use crate::verifier::TokenVerifierBuilder;

use super::Authenticator;

/// Builds an [`Authenticator`].
#[derive(Clone, Debug, Default)]
#[must_use = "an authenticator is built by `build`"]
pub struct AuthenticatorBuilder {
    verifier: TokenVerifierBuilder,
}

impl AuthenticatorBuilder {
    /// The authenticator.
    ///
    /// # Errors
    ///
    /// If an option is missing or wrong.
    pub fn build(self) -> Result<Authenticator, Error> {
        let verifier = self.verifier.build()?;
        Ok(Authenticator {
            inner: std::sync::Arc::new(super::Inner { verifier }),
        })
    }
}
