//! Sources of keys: a PEM in the configuration, or the API with a cache.

mod cache;
mod remote;

use std::sync::Arc;

pub use cache::KeyCacheOptions;
pub(crate) use remote::RemoteKeys;

use crate::token::{KeyLookup, TokenError, VerifyingKey};

/// A source of keys.
#[derive(Debug)]
pub(crate) enum Keys {
    /// One key for all tokens, regardless of their key id.
    Local(Arc<VerifyingKey>),
    Remote(RemoteKeys),
}

impl Keys {
    /// Looks up a key without waiting.
    pub(crate) fn lookup(&self, key_id: Option<&str>) -> KeyLookup {
        match self {
            Self::Local(key) => KeyLookup::Found(Arc::clone(key)),
            Self::Remote(keys) => keys.lookup(key_id),
        }
    }

    /// Returns the key, after a fetch if necessary.
    pub(crate) async fn fetch(
        &self,
        key_id: Option<&str>,
    ) -> Result<Arc<VerifyingKey>, TokenError> {
        match self {
            Self::Local(key) => Ok(Arc::clone(key)),
            Self::Remote(keys) => keys.fetch(key_id).await,
        }
    }
}
