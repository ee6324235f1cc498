//! Machine tokens: API keys, OAuth access tokens and M2M tokens. Opaque ones are looked up, JWTs are
//! verified; both must still be good.

mod cache;
mod jwt;
mod token;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use clerk_api::types::Secret;
use tokio::time::timeout;

#[cfg(feature = "testing")]
pub(crate) use jwt::machine_token;
pub(crate) use jwt::{audience, texts};
pub use token::{MachineToken, MachineTokenError, MachineTokenKind};

use crate::backend::Backend;
use crate::token::MachineTokenClass;
use crate::verifier::TokenVerifier;
use cache::Cache;

/// Says what machine tokens stand for.
pub(crate) struct MachineTokens {
    verifier: Arc<TokenVerifier>,
    backend: Arc<dyn Backend>,
    cache: Option<Cache>,
}

/// Opaque tokens of Clerk's have less than 100 bytes. A longer one is nobody's.
const LONGEST_OPAQUE: usize = 1024;
/// However patient the backend is, a request waits no longer.
const PATIENCE: Duration = Duration::from_secs(15);

impl MachineTokens {
    pub(crate) fn new(
        verifier: Arc<TokenVerifier>,
        backend: Arc<dyn Backend>,
        cache: Option<Duration>,
    ) -> Self {
        Self {
            verifier,
            backend,
            cache: cache.map(Cache::new),
        }
    }

    /// What a token stands for, if it is still good.
    pub(crate) async fn verify(
        &self,
        class: MachineTokenClass,
        token: &str,
    ) -> Result<Arc<MachineToken>, MachineTokenError> {
        let kind = class.kind();
        let verified = if class.is_jwt() {
            Arc::new(jwt::verify(&self.verifier, kind, token).await?)
        } else {
            self.look_up(kind, token).await?
        };
        // Also for an answer that is remembered: its time may have come.
        self.check(&verified)?;
        Ok(verified)
    }

    async fn look_up(
        &self,
        kind: MachineTokenKind,
        token: &str,
    ) -> Result<Arc<MachineToken>, MachineTokenError> {
        if token.len() > LONGEST_OPAQUE {
            return Err(MachineTokenError::invalid("The token is too long.", None));
        }
        let Some(cache) = &self.cache else {
            return self.ask(kind, token).await;
        };
        let key = Cache::key(kind, token);
        if let Some(known) = cache.get(&key) {
            return Ok(known);
        }
        let verified = self.ask(kind, token).await?;
        if self.check(&verified).is_ok() {
            cache.put(key, Arc::clone(&verified));
        }
        Ok(verified)
    }

    async fn ask(
        &self,
        kind: MachineTokenKind,
        token: &str,
    ) -> Result<Arc<MachineToken>, MachineTokenError> {
        let token = Secret::from(token);
        match timeout(PATIENCE, self.backend.verify_machine_token(kind, &token)).await {
            Ok(verified) => verified.map(Arc::new),
            Err(_) => Err(MachineTokenError::unexpected("Unexpected error", None)),
        }
    }

    /// The API answers for tokens that are no longer good as well.
    fn check(&self, token: &MachineToken) -> Result<(), MachineTokenError> {
        let refused = |message: &'static str| Err(MachineTokenError::invalid(message, None));
        if token.revoked {
            return refused("The token is revoked.");
        }
        if token.expired || self.is_past(token.expires_at) {
            return refused("The token has expired.");
        }
        if !token.active {
            return refused("The token is not active.");
        }
        if token.subject.is_empty() {
            return refused("The token stands for nobody.");
        }
        self.check_audience(token)
    }

    fn is_past(&self, expires_at: Option<i64>) -> bool {
        let now = self.verifier.clock().now();
        let skew = self.verifier.rules().clock_skew;
        expires_at.is_some_and(|expires_at| expires_at <= now.saturating_sub(skew))
    }

    /// Where an audience is configured, an OAuth token must be meant for it; one that says nothing is
    /// meant for nobody.
    fn check_audience(&self, token: &MachineToken) -> Result<(), MachineTokenError> {
        let expected = &self.verifier.rules().audience;
        if token.kind != MachineTokenKind::OauthToken
            || expected.is_empty()
            || token.audience.iter().any(|one| expected.contains(one))
        {
            return Ok(());
        }
        Err(MachineTokenError::verification_failed(
            "Invalid OAuth token audience claim (aud). None of the expected audiences is among it.",
        ))
    }
}

impl fmt::Debug for MachineTokens {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("MachineTokens")
            .field("cache", &self.cache)
            .finish_non_exhaustive()
    }
}
