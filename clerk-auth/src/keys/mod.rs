//! Where keys come from: a PEM of the configuration, or the API with a cache before it.

mod remote;

use std::sync::Arc;

pub(crate) use remote::RemoteKeys;

use crate::reason::Reason;
use crate::token::{KeyLookup, SET_SECRET_KEY, TokenError, VerifyingKey};

/// Options.
#[derive(Clone, Debug, Default)]
pub struct KeyCache {}

/// A source of keys.
#[derive(Debug)]
pub(crate) enum Keys {
    /// One key for all tokens, whatever key id they name.
    Local(Arc<VerifyingKey>),
    Remote(RemoteKeys),
    /// Neither a key nor a secret key to fetch keys with.
    Missing,
}

impl Keys {
    /// What is known of a key at once.
    pub(crate) fn lookup(&self, key_id: Option<&str>) -> KeyLookup {
        match self {
            Self::Local(key) => KeyLookup::Found(Arc::clone(key)),
            Self::Remote(keys) => keys.lookup(key_id),
            Self::Missing => KeyLookup::Refused(unresolved()),
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
            Self::Missing => Err(unresolved()),
        }
    }
}

fn unresolved() -> TokenError {
    TokenError::new(
        Reason::JWK_FAILED_TO_RESOLVE,
        "Failed to resolve JWK during verification.",
    )
    .with_action(SET_SECRET_KEY)
}
