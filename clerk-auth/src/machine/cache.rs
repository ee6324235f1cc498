//! Remembers for a short time what the API said about machine tokens.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use aws_lc_rs::digest::{Context, SHA256};
use tokio::time::Instant;

use super::token::{MachineToken, MachineTokenKind};

/// The tokens that were accepted lately, by a hash: what is remembered opens nothing.
pub(super) struct Cache {
    time_to_live: Duration,
    entries: Mutex<HashMap<Key, Entry>>,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Key([u8; 32]);

struct Entry {
    token: Arc<MachineToken>,
    /// For ever, if the clock does not go so far.
    until: Option<Instant>,
}

impl Entry {
    fn is_over(&self, now: Instant) -> bool {
        self.until.is_some_and(|until| until <= now)
    }
}

/// Beyond this nothing new is remembered until something old is forgotten.
const MOST_ENTRIES: usize = 10_000;

impl Cache {
    pub(super) fn new(time_to_live: Duration) -> Self {
        Self {
            time_to_live,
            entries: Mutex::default(),
        }
    }

    pub(super) fn key(kind: MachineTokenKind, token: &str) -> Key {
        let mut hash = Context::new(&SHA256);
        hash.update(kind.as_str().as_bytes());
        hash.update(b"\0");
        hash.update(token.as_bytes());
        let mut key = Key([0; 32]);
        // SHA-256 has as many bytes as the key has room for.
        for (to, from) in key.0.iter_mut().zip(hash.finish().as_ref()) {
            *to = *from;
        }
        key
    }

    pub(super) fn get(&self, key: &Key) -> Option<Arc<MachineToken>> {
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        let entry = entries.get(key)?;
        if entry.is_over(Instant::now()) {
            entries.remove(key);
            return None;
        }
        Some(Arc::clone(&entry.token))
    }

    pub(super) fn put(&self, key: Key, token: Arc<MachineToken>) {
        let now = Instant::now();
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        if entries.len() >= MOST_ENTRIES {
            entries.retain(|_, entry| !entry.is_over(now));
        }
        if entries.len() < MOST_ENTRIES {
            let until = now.checked_add(self.time_to_live);
            entries.insert(key, Entry { token, until });
        }
    }
}

impl fmt::Debug for Cache {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Cache")
            .field("time_to_live", &self.time_to_live)
            .finish_non_exhaustive()
    }
}
