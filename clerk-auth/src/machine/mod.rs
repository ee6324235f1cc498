//! Machine tokens: API keys, OAuth access tokens and M2M tokens. Opaque tokens are verified by the API, JWTs
//! locally.

mod jwt;
mod token;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use clerk_api::types::Secret;
#[cfg(feature = "testing")]
pub(crate) use jwt::machine_token;
pub(crate) use jwt::{audience, texts};
pub use token::{MachineToken, MachineTokenError, MachineTokenKind};

use crate::backend::Backend;
use crate::calls::{Calls, Gate, Key};
use crate::token::MachineTokenClass;
use crate::verifier::TokenVerifier;

/// Verifies machine tokens.
pub(crate) struct MachineTokens {
    verifier: Arc<TokenVerifier>,
    backend: Arc<dyn Backend>,
    calls: Calls<Arc<MachineToken>, MachineTokenError>,
}

/// The limit for opaque tokens, in bytes. Clerk's have less than 100.
const LONGEST_OPAQUE: usize = 1024;

impl MachineTokens {
    pub(crate) fn new(
        verifier: Arc<TokenVerifier>,
        backend: Arc<dyn Backend>,
        gate: &Arc<Gate>,
        remembered_for: Duration,
    ) -> Self {
        Self {
            verifier,
            backend,
            calls: Calls::new(gate, remembered_for),
        }
    }

    /// Verifies a token, and returns it as Clerk or the JWT describes it.
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
        // Also for a remembered result: the token may have expired since.
        check(&self.verifier, &verified)?;
        Ok(verified)
    }

    async fn look_up(
        &self,
        kind: MachineTokenKind,
        token: &str,
    ) -> Result<Arc<MachineToken>, MachineTokenError> {
        check_form(token)?;
        let key = Key::of(&[kind.as_str(), token]);
        let call = || {
            let (backend, verifier) = (Arc::clone(&self.backend), Arc::clone(&self.verifier));
            let token = Secret::from(token);
            async move {
                let verified = backend.verify_machine_token(kind, &token).await?;
                // A token that fails the check counts as rejected, and is remembered as such.
                check(&verifier, &verified)?;
                Ok(Arc::new(verified))
            }
        };
        self.calls.make(key, call).await
    }
}

/// Rejects what cannot be one of Clerk's tokens. They are bearer tokens, with the syntax of RFC 6750, section
/// 2.1; nothing more about their form is certain.
fn check_form(token: &str) -> Result<(), MachineTokenError> {
    if token.len() > LONGEST_OPAQUE {
        return Err(MachineTokenError::invalid("The token is too long.", None));
    }
    let is_allowed = |byte: u8| {
        byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~' | b'+' | b'/')
    };
    let rest = token.split_once('_').map_or("", |(_, rest)| rest);
    let rest = rest.trim_end_matches('=');
    if rest.is_empty() || !rest.bytes().all(is_allowed) {
        return Err(MachineTokenError::invalid("The token is malformed.", None));
    }
    Ok(())
}

/// Checks the details of a token: the API responds with 200 also for tokens that are no longer valid.
fn check(verifier: &TokenVerifier, token: &MachineToken) -> Result<(), MachineTokenError> {
    let rejected = |message: &'static str| Err(MachineTokenError::invalid(message, None));
    if token.revoked {
        return rejected("The token is revoked.");
    }
    if token.expired || is_past(verifier, token.expires_at) {
        return rejected("The token has expired.");
    }
    if !token.active {
        return rejected("The token is not active.");
    }
    if token.subject.is_empty() {
        return rejected("The token has no subject.");
    }
    check_audience(&verifier.rules().audience, token)
}

fn is_past(verifier: &TokenVerifier, expires_at: Option<i64>) -> bool {
    let now = verifier.clock().now();
    let skew = verifier.rules().clock_skew;
    expires_at.is_some_and(|expires_at| expires_at <= now.saturating_sub(skew))
}

/// If an audience is configured, an OAuth token must have it.
fn check_audience(expected: &[String], token: &MachineToken) -> Result<(), MachineTokenError> {
    if token.kind != MachineTokenKind::OauthToken
        || expected.is_empty()
        || token.audience.iter().any(|one| expected.contains(one))
    {
        return Ok(());
    }
    Err(MachineTokenError::verification_failed(
        "Invalid OAuth token audience claim (aud). It contains none of the expected audiences.",
    ))
}

impl fmt::Debug for MachineTokens {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("MachineTokens")
            .field("calls", &self.calls)
            .finish_non_exhaustive()
    }
}
