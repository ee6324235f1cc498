//! Remembers results for a limited time, up to a capacity.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use super::key::Key;

/// The capacity. When it is full, nothing new is remembered until an entry expires.
const MOST_ENTRIES: usize = 10_000;

/// Results by the keys of calls. If the time to live is zero, nothing is remembered.
pub(super) struct Memory<V> {
    time_to_live: Duration,
    entries: Mutex<HashMap<Key, Entry<V>>>,
}

struct Entry<V> {
    value: V,
    /// `None` if the clock cannot represent it.
    until: Option<Instant>,
}

impl<V> Entry<V> {
    fn is_over(&self, now: Instant) -> bool {
        self.until.is_some_and(|until| until <= now)
    }
}

impl<V: Clone> Memory<V> {
    pub(super) fn new(time_to_live: Duration) -> Self {
        Self {
            time_to_live,
            entries: Mutex::default(),
        }
    }

    pub(super) fn get(&self, key: &Key) -> Option<V> {
        if self.time_to_live.is_zero() {
            return None;
        }
        let mut entries = self.lock();
        let entry = entries.get(key)?;
        if entry.is_over(Instant::now()) {
            entries.remove(key);
            return None;
        }
        Some(entry.value.clone())
    }

    pub(super) fn put(&self, key: Key, value: V) {
        if self.time_to_live.is_zero() {
            return;
        }
        let now = Instant::now();
        let mut entries = self.lock();
        if entries.len() >= MOST_ENTRIES {
            entries.retain(|_, entry| !entry.is_over(now));
        }
        if entries.len() < MOST_ENTRIES {
            let until = now.checked_add(self.time_to_live);
            entries.insert(key, Entry { value, until });
        }
    }

    pub(super) fn remove(&self, key: &Key) {
        self.lock().remove(key);
    }

    /// Entries are consistent even after a panic under the lock.
    fn lock(&self) -> MutexGuard<'_, HashMap<Key, Entry<V>>> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
