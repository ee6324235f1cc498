//! Machine tokens: API keys, OAuth access tokens and M2M tokens.

mod token;

use std::sync::Arc;
use std::time::Duration;

pub use token::{MachineToken, MachineTokenError, MachineTokenKind};

use crate::backend::Backend;
use crate::token::MachineTokenClass;
use crate::verifier::TokenVerifier;

pub(crate) struct MachineTokens {
    _verifier: Arc<TokenVerifier>,
}

impl MachineTokens {
    pub(crate) fn new(
        verifier: Arc<TokenVerifier>,
        _backend: Option<Arc<dyn Backend>>,
        _cache: Option<Duration>,
    ) -> Self {
        Self {
            _verifier: verifier,
        }
    }

    pub(crate) async fn verify(
        &self,
        _class: MachineTokenClass,
        _token: &str,
    ) -> Result<Arc<MachineToken>, MachineTokenError> {
        Err(MachineTokenError::unexpected("not here yet", None))
    }
}
