//! The keys of the API.

use std::sync::Arc;

use crate::backend::Backend;
use crate::token::{KeyLookup, TokenError, VerifyingKey};

/// The keys of the API, cached.
pub(crate) struct RemoteKeys {
    backend: Arc<dyn Backend>,
}

impl std::fmt::Debug for RemoteKeys {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("RemoteKeys")
    }
}

impl RemoteKeys {
    pub(crate) fn new(backend: Arc<dyn Backend>) -> Self {
        Self { backend }
    }

    pub(crate) fn lookup(&self, _key_id: Option<&str>) -> KeyLookup {
        KeyLookup::Unknown
    }

    pub(crate) async fn fetch(
        &self,
        key_id: Option<&str>,
    ) -> Result<Arc<VerifyingKey>, TokenError> {
        let keys = self.backend.keys().await?;
        let key = keys.iter().find(|key| Some(key.key_id.as_str()) == key_id);
        key.and_then(|key| VerifyingKey::from_components(&key.modulus, &key.exponent).ok())
            .map(Arc::new)
            .ok_or_else(|| TokenError::new(crate::Reason::JWK_KID_MISMATCH, "unknown key"))
    }
}
