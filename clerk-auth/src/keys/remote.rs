//! The keys of the API: fetched once for all who wait, kept for a while, and for a while longer if
//! they cannot be fetched again.

use std::collections::HashMap;
use std::fmt;
use std::future::Future;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use std::time::Duration;

use tokio::time::{Instant, timeout};

use super::cache::KeyCache;
use crate::backend::{Backend, PublicKey};
use crate::calls::{Boarding, Flights, LONGEST_PAUSE, current_runtime};
use crate::reason::Reason;
use crate::token::{CHECK_KEYS, CONTACT_SUPPORT, InvalidKey, KeyLookup, TokenError, VerifyingKey};

/// The keys of the API, cached.
pub(crate) struct RemoteKeys {
    shared: Arc<Shared>,
    fetches: Arc<Flights<(), ()>>,
}

struct Shared {
    backend: Arc<dyn Backend>,
    options: KeyCache,
    state: RwLock<State>,
}

#[derive(Default)]
struct State {
    keys: HashMap<String, Entry>,
    fetched_at: Option<Instant>,
    /// The last fetch, if it failed.
    failure: Option<Failure>,
    /// The last fetch that was made for an unknown key id, or did not bring the one it was to bring.
    sought_at: Option<Instant>,
}

/// A fetch that failed.
struct Failure {
    error: TokenError,
    /// No other is made before.
    next_at: Instant,
}

#[derive(Clone)]
struct Entry {
    source: PublicKey,
    key: Arc<VerifyingKey>,
    /// When it was last listed without a fault.
    listed_at: Instant,
}

/// How old the keys are, in the terms of the options.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Age {
    Fresh,
    /// Fresh, but to be fetched anew.
    Ripe,
    /// Too old, unless they cannot be fetched.
    Stale,
    /// There are none, or none that may be used.
    Gone,
}

impl RemoteKeys {
    pub(crate) fn new(backend: Arc<dyn Backend>, options: KeyCache) -> Self {
        Self {
            shared: Arc::new(Shared {
                backend,
                options,
                state: RwLock::default(),
            }),
            fetches: Arc::default(),
        }
    }

    /// What is known of a key at once. Keys that end soon, and those that serve beyond their time, are
    /// fetched anew behind the scenes.
    pub(crate) fn lookup(&self, key_id: Option<&str>) -> KeyLookup {
        let state = self.shared.read();
        let age = self.shared.age(&state);
        let usable = match age {
            Age::Fresh | Age::Ripe => true,
            // Whoever waited for the next fetch would only see it fail as well.
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
            // Without a runtime, keys serve as long as they may, and then the request says so.
            let _ = self.fetches.begin((), limit, || self.shared.board(None));
        }
        KeyLookup::Found(key)
    }

    /// The key, after the fetch that is under way, or after one of its own if one is due.
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
        // Whatever comes of it is in the state.
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
    /// How long no fetch is made after one that failed.
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
            None => no_answer_in_time(),
        }
    }
}

impl Shared {
    // A panic elsewhere leaves keys that are whole: they are replaced at once or not at all.
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
        // Not sooner than in the second half of their time: they would be fetched all the time.
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

    /// Whether a fetch failed so lately that the next one, if it fails too, has not ended yet.
    fn has_failed_lately(&self, state: &State) -> bool {
        let failure = state.failure.as_ref();
        failure.is_some_and(|failure| {
            let since = Instant::now().saturating_duration_since(failure.next_at);
            since < self.options.timeout
        })
    }

    /// The last fetch did not bring what it was to bring. It counts like one that was made for an
    /// unknown key id.
    fn sought_in_vain(&self) {
        let mut state = self.write();
        state.sought_at = state.sought_at.max(state.fetched_at);
    }

    fn is_cooling(&self, since: Option<Instant>) -> bool {
        since.is_some_and(|time| time.elapsed() < self.options.cool_down)
    }

    /// Begins a fetch if one is due, for a key id or because the keys are old.
    fn board(
        self: &Arc<Self>,
        sought: Option<Option<&str>>,
    ) -> Boarding<(), impl Future<Output = ()> + Send + use<>> {
        let mut state = self.write();
        let is_known = |key_id: Option<&str>| key_id.is_some_and(|id| state.keys.contains_key(id));
        let age = self.age(&state);
        match (age, sought) {
            // Somebody else has fetched it in the meantime.
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
            Err(_) => Err(no_answer_in_time()),
        };
        if let Err(error) = stored {
            tracing::warn!(%error, "the keys of the instance could not be fetched");
            let asked = error.retry_after().unwrap_or_default().min(LONGEST_PAUSE);
            let cool_down = self.options.cool_down.max(asked);
            let next_at = Instant::now() + cool_down.min(LONGEST_PAUSE);
            self.write().failure = Some(Failure { error, next_at });
        }
    }

    /// Takes the keys of a set in place of the former ones, unless there is none that can be used:
    /// then the fetch has failed, and the former ones stay.
    fn store(&self, keys: Vec<PublicKey>) -> Result<(), TokenError> {
        let listed_at = Instant::now();
        // Keys are parsed outside the lock: requests go on with the former ones.
        let known = self.read().keys.clone();
        let mut next: HashMap<String, Entry> = HashMap::new();
        let mut is_usable = false;
        for source in keys {
            // The same key stays the same object, by which others remember it; also one that is listed
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
                        // It is still published: what is malformed is no withdrawal.
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

    /// Whether a key is younger than one may be while fetches fail.
    fn may_serve(&self, entry: &Entry) -> bool {
        let options = &self.options;
        entry.listed_at.elapsed() < options.ttl.saturating_add(options.stale_for)
    }
}

fn verifying_key(source: &PublicKey) -> Result<VerifyingKey, InvalidKey> {
    VerifyingKey::from_components(&source.modulus, &source.exponent)?
        .for_algorithm(source.algorithm.as_deref())
}

fn no_answer_in_time() -> TokenError {
    failed_to_load(
        "Failed to load JWKS from Clerk Backend or Frontend API. There was no answer in time.",
    )
}

fn failed_to_load(message: &'static str) -> TokenError {
    TokenError::new(Reason::JWK_REMOTE_FAILED_TO_LOAD, message).with_action(CONTACT_SUPPORT)
}

/// The ids that are known are not listed: whoever sends tokens need not know.
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
