//! The keys of the API: fetched once for all waiting requests, cached, and used longer while fetching fails.

use std::collections::HashMap;
use std::fmt;
use std::future::Future;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use std::time::Duration;

use tokio::time::{Instant, timeout};

use super::cache::KeyCacheOptions;
use crate::backend::{Backend, PublicKey};
use crate::calls::{Boarding, Flights, LONGEST_PAUSE, current_runtime};
use crate::reason::Reason;
use crate::token::{CHECK_KEYS, CONTACT_SUPPORT, KeyError, KeyLookup, TokenError, VerifyingKey};

/// The keys of the API, cached.
pub(crate) struct RemoteKeys {
    shared: Arc<Shared>,
    fetches: Arc<Flights<(), ()>>,
}

struct Shared {
    backend: Arc<dyn Backend>,
    options: KeyCacheOptions,
    state: RwLock<State>,
}

#[derive(Default)]
struct State {
    keys: HashMap<String, Entry>,
    fetched_at: Option<Instant>,
    /// The last fetch, if it failed.
    failure: Option<Failure>,
    /// The last fetch for an unknown key id, or that did not return the expected key.
    sought_at: Option<Instant>,
}

/// A fetch that failed.
struct Failure {
    error: TokenError,
    /// The earliest time for the next fetch.
    next_at: Instant,
}

#[derive(Clone)]
struct Entry {
    source: PublicKey,
    key: Arc<VerifyingKey>,
    /// When it was last listed in a valid form.
    listed_at: Instant,
}

/// The age of the keys, according to the options.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Age {
    Fresh,
    /// Valid, but due for a fetch in the background.
    Ripe,
    /// Expired; used only while fetching fails.
    Stale,
    /// There are none, or none that may be used any longer.
    Gone,
}

impl RemoteKeys {
    pub(crate) fn new(backend: Arc<dyn Backend>, options: KeyCacheOptions) -> Self {
        Self {
            shared: Arc::new(Shared {
                backend,
                options,
                state: RwLock::default(),
            }),
            fetches: Arc::default(),
        }
    }

    /// Looks up a key without waiting. Keys that expire soon, and those used past their expiry, are fetched
    /// in the background.
    pub(crate) fn lookup(&self, key_id: Option<&str>) -> KeyLookup {
        let state = self.shared.read();
        let age = self.shared.age(&state);
        let usable = match age {
            Age::Fresh | Age::Ripe => true,
            // Waiting for the next fetch would not help: it probably fails too.
            Age::Stale => self.shared.has_failed_lately(&state),
            Age::Gone => false,
        };
        let found = key_id.filter(|_| usable).and_then(|id| state.keys.get(id));
        let Some(key) = found.map(|entry| Arc::clone(&entry.key)) else {
            return KeyLookup::Unknown;
        };
        let is_due = age != Age::Fresh && state.rest_of_cool_down().is_none();
        drop(state);
        if is_due {
            let limit = self.shared.options.timeout;
            // Without a runtime, keys are used as long as possible, and then the request returns an error.
            let _ = self.fetches.begin((), limit, || self.shared.board(None));
        }
        KeyLookup::Found(key)
    }

    /// Returns the key, after the fetch under way, or after a new one if it is due.
    pub(crate) async fn fetch(
        &self,
        key_id: Option<&str>,
    ) -> Result<Arc<VerifyingKey>, TokenError> {
        let limit = self.shared.options.timeout;
        let is_known = AtomicBool::new(false);
        let board = || {
            let boarding = self.shared.board(Some(key_id));
            if matches!(boarding, Boarding::Known(())) {
                is_known.store(true, Ordering::Relaxed);
            }
            boarding
        };
        current_runtime().map_err(|unavailable| {
            TokenError::new(Reason::JWK_REMOTE_FAILED_TO_LOAD, unavailable.message)
        })?;
        // The result is in the state.
        let _ = timeout(limit, self.fetches.result((), limit, board)).await;
        let state = self.shared.read();
        let known = match self.shared.age(&state) {
            Age::Gone => return Err(state.why_there_are_none()),
            Age::Fresh | Age::Ripe | Age::Stale => key_id.and_then(|id| state.keys.get(id)),
        };
        if let Some(entry) = known {
            return Ok(Arc::clone(&entry.key));
        }
        drop(state);
        if !is_known.into_inner() {
            self.shared.sought_in_vain();
        }
        Err(unknown(key_id))
    }
}

impl State {
    /// The remaining pause after a failed fetch.
    fn rest_of_cool_down(&self) -> Option<Duration> {
        let next_at = self.failure.as_ref()?.next_at;
        let rest = next_at.saturating_duration_since(Instant::now());
        Some(rest).filter(|rest| !rest.is_zero())
    }

    fn why_there_are_none(&self) -> TokenError {
        match &self.failure {
            Some(failure) => {
                let rest = self.rest_of_cool_down();
                failure.error.clone().with_retry_after(rest)
            }
            None => no_response_in_time(),
        }
    }
}

impl Shared {
    // A panic elsewhere leaves consistent keys: they are replaced in one step.
    fn read(&self) -> RwLockReadGuard<'_, State> {
        self.state.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, State> {
        self.state.write().unwrap_or_else(PoisonError::into_inner)
    }

    fn age(&self, state: &State) -> Age {
        let Some(age) = state.fetched_at.map(|time| time.elapsed()) else {
            return Age::Gone;
        };
        let options = &self.options;
        // Not before the second half of their lifetime, or they would be fetched all the time.
        let ahead = options.refresh_ahead.min(options.ttl / 2);
        if age < options.ttl.saturating_sub(ahead) {
            Age::Fresh
        } else if age < options.ttl {
            Age::Ripe
        } else if age < options.ttl.saturating_add(options.stale_for) {
            Age::Stale
        } else {
            Age::Gone
        }
    }

    /// Whether a fetch failed so recently that the next one may still be under way.
    fn has_failed_lately(&self, state: &State) -> bool {
        let failure = state.failure.as_ref();
        failure.is_some_and(|failure| {
            let since = Instant::now().saturating_duration_since(failure.next_at);
            since < self.options.timeout
        })
    }

    /// Records that the last fetch did not return the expected key. It counts like one for an unknown key id.
    fn sought_in_vain(&self) {
        let mut state = self.write();
        state.sought_at = state.sought_at.max(state.fetched_at);
    }

    fn is_cooling(&self, since: Option<Instant>) -> bool {
        since.is_some_and(|time| time.elapsed() < self.options.cool_down)
    }

    /// Begins a fetch if one is due, for a key id or because the keys have expired.
    fn board(
        self: &Arc<Self>,
        sought: Option<Option<&str>>,
    ) -> Boarding<(), impl Future<Output = ()> + Send + use<>> {
        let mut state = self.write();
        let is_known = |key_id: Option<&str>| key_id.is_some_and(|id| state.keys.contains_key(id));
        let age = self.age(&state);
        match (age, sought) {
            // Another request has fetched it in the meantime.
            (Age::Fresh | Age::Ripe, Some(key_id)) if is_known(key_id) => {
                return Boarding::Known(());
            }
            (Age::Fresh, None) => return Boarding::Known(()),
            _ => {}
        }
        let is_for_unknown_id = sought.is_some() && matches!(age, Age::Fresh | Age::Ripe);
        if state.rest_of_cool_down().is_some()
            || (is_for_unknown_id && self.is_cooling(state.sought_at))
        {
            return Boarding::Known(());
        }
        if is_for_unknown_id {
            state.sought_at = Some(Instant::now());
        }
        Boarding::Begin(Arc::clone(self).fetch())
    }

    async fn fetch(self: Arc<Self>) {
        let fetched = timeout(self.options.timeout, self.backend.keys()).await;
        let stored = match fetched {
            Ok(Ok(keys)) => self.store(keys),
            Ok(Err(error)) => Err(error),
            Err(_) => Err(no_response_in_time()),
        };
        if let Err(error) = stored {
            tracing::warn!(%error, "the keys of the instance could not be fetched");
            let asked = error.retry_after().unwrap_or_default().min(LONGEST_PAUSE);
            let cool_down = self.options.cool_down.max(asked);
            let next_at = Instant::now() + cool_down.min(LONGEST_PAUSE);
            self.write().failure = Some(Failure { error, next_at });
        }
    }

    /// Replaces the keys by those of a set. A set without a usable key counts as a failed fetch, and the
    /// former keys stay.
    fn store(&self, keys: Vec<PublicKey>) -> Result<(), TokenError> {
        let listed_at = Instant::now();
        // Keys are parsed outside the lock, while requests use the former ones.
        let known = self.read().keys.clone();
        let mut next: HashMap<String, Entry> = HashMap::new();
        let mut is_usable = false;
        for source in keys {
            // The same key keeps its `Arc`, which remembered tokens are compared by; also if it is listed
            // twice.
            let listed = next.get(&source.key_id);
            if listed.is_some_and(|entry| entry.source == source) {
                continue;
            }
            let former = known.get(&source.key_id);
            let key = match former.filter(|entry| entry.source == source) {
                Some(entry) => Arc::clone(&entry.key),
                None => match verifying_key(&source) {
                    Ok(key) => Arc::new(key),
                    Err(error) => {
                        tracing::warn!(%error, "a key of the instance is not used");
                        // It is still published: a malformed entry does not revoke the key.
                        if let Some(former) = former.filter(|entry| self.may_serve(entry))
                            && listed.is_none()
                        {
                            next.insert(source.key_id, former.clone());
                        }
                        continue;
                    }
                },
            };
            is_usable = true;
            let key_id = source.key_id.clone();
            next.insert(
                key_id,
                Entry {
                    source,
                    key,
                    listed_at,
                },
            );
        }
        if !is_usable {
            return Err(failed_to_load(
                "The JWKS endpoint did not contain any signing keys. Contact support@clerk.com.",
            ));
        }
        let mut state = self.write();
        state.keys = next;
        state.fetched_at = Some(Instant::now());
        state.failure = None;
        Ok(())
    }

    /// Whether a key may still be used while fetches fail.
    fn may_serve(&self, entry: &Entry) -> bool {
        let options = &self.options;
        entry.listed_at.elapsed() < options.ttl.saturating_add(options.stale_for)
    }
}

fn verifying_key(source: &PublicKey) -> Result<VerifyingKey, KeyError> {
    VerifyingKey::from_components(&source.modulus, &source.exponent)?
        .for_algorithm(source.algorithm.as_deref())
}

fn no_response_in_time() -> TokenError {
    failed_to_load(
        "Failed to load JWKS from Clerk Backend or Frontend API. There was no response in time.",
    )
}

fn failed_to_load(message: &'static str) -> TokenError {
    TokenError::new(Reason::JWK_REMOTE_FAILED_TO_LOAD, message).with_action(CONTACT_SUPPORT)
}

/// The known ids are not listed: whoever sends tokens need not know them.
fn unknown(key_id: Option<&str>) -> TokenError {
    const LONGEST: usize = 64;
    let shown: String = key_id
        .unwrap_or("undefined")
        .chars()
        .take(LONGEST)
        .collect();
    TokenError::new(
        Reason::JWK_KID_MISMATCH,
        format!(
            "Unable to find a signing key in JWKS that matches the kid='{shown}' of the provided session token. Please make sure that the __session cookie or the HTTP authorization header contain a Clerk-generated session JWT."
        ),
    )
    .with_action(CHECK_KEYS)
}

impl fmt::Debug for RemoteKeys {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("RemoteKeys")
            .field("options", &self.shared.options)
            .finish_non_exhaustive()
    }
}
