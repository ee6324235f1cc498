//! Where keys come from: a PEM of the configuration, or the API with a cache before it.

mod cache;
mod remote;

use std::sync::Arc;

pub use cache::KeyCache;
pub(crate) use remote::RemoteKeys;

use crate::token::{KeyLookup, TokenError, VerifyingKey};

/// A source of keys.
#[derive(Debug)]
pub(crate) enum Keys {
    /// One key for all tokens, whatever key id they name.
    Local(Arc<VerifyingKey>),
    Remote(RemoteKeys),
}

impl Keys {
    /// What is known of a key at once.
    pub(crate) fn lookup(&self, key_id: Option<&str>) -> KeyLookup {
        match self {
            Self::Local(key) => KeyLookup::Found(Arc::clone(key)),
            Self::Remote(keys) => keys.lookup(key_id),
        }
    }

    /// The key, after a fetch if that helps.
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
