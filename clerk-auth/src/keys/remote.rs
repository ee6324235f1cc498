//! The keys of the API: fetched once for all who wait, kept for a while, and for a while longer if
//! they cannot be fetched again.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use tokio::sync::watch;
use tokio::time::{Instant, timeout};

use super::cache::KeyCache;
use crate::backend::{Backend, PublicKey};
use crate::reason::Reason;
use crate::token::{CHECK_KEYS, CONTACT_SUPPORT, InvalidKey, KeyLookup, TokenError, VerifyingKey};

/// The keys of the API, cached.
pub(crate) struct RemoteKeys {
    shared: Arc<Shared>,
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
    /// The last fetch that failed, and why.
    failure: Option<(Instant, TokenError)>,
    /// The last fetch that was made for an unknown key id, or did not bring the one it was to bring.
    sought_at: Option<Instant>,
    under_way: Option<Fetch>,
}

/// A fetch that is under way.
struct Fetch {
    started_at: Instant,
    /// Closed when it has ended.
    ended: watch::Receiver<()>,
}

struct Entry {
    source: PublicKey,
    key: Arc<VerifyingKey>,
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
        let is_due =
            age != Age::Fresh && state.under_way.is_none() && !self.shared.must_wait(&state);
        drop(state);
        if is_due {
            self.shared.start(None);
        }
        KeyLookup::Found(key)
    }

    /// The key, after the fetch that is under way, or after one of its own if one is due.
    pub(crate) async fn fetch(
        &self,
        key_id: Option<&str>,
    ) -> Result<Arc<VerifyingKey>, TokenError> {
        let awaited = self.shared.start(Some(key_id));
        let has_waited = awaited.is_some();
        if let Some(mut ended) = awaited {
            // The sender only ever goes away, which ends the wait.
            let _ = timeout(self.shared.options.timeout, ended.changed()).await;
        }
        let state = self.shared.read();
        let known = match self.shared.age(&state) {
            Age::Gone => return Err(state.why_there_are_none()),
            Age::Fresh | Age::Ripe | Age::Stale => key_id.and_then(|id| state.keys.get(id)),
        };
        if let Some(entry) = known {
            return Ok(Arc::clone(&entry.key));
        }
        drop(state);
        if has_waited {
            self.shared.sought_in_vain();
        }
        Err(unknown(key_id))
    }
}

impl State {
    fn why_there_are_none(&self) -> TokenError {
        match &self.failure {
            Some((_, error)) => error.clone(),
            None => TokenError::new(
                Reason::JWK_REMOTE_FAILED_TO_LOAD,
                "Failed to load JWKS from Clerk Backend or Frontend API. There was no answer in time.",
            )
            .with_action(CONTACT_SUPPORT),
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

    /// Whether the last fetch failed so lately that another must wait.
    fn must_wait(&self, state: &State) -> bool {
        let failed_at = state.failure.as_ref().map(|failure| failure.0);
        self.is_cooling(failed_at)
    }

    /// Whether a fetch failed so lately that the next one, if it fails too, has not ended yet.
    fn has_failed_lately(&self, state: &State) -> bool {
        let lately = self.options.cool_down.saturating_add(self.options.timeout);
        let failure = state.failure.as_ref();
        failure.is_some_and(|(failed_at, _)| failed_at.elapsed() < lately)
    }

    /// The last fetch did not bring what it was to bring. It counts like one that was made for an
    /// unknown key id.
    fn sought_in_vain(&self) {
        let mut state = self.write();
        state.sought_at = state.sought_at.max(state.fetched_at);
    }

    /// Whether a fetch goes on. One that has taken twice its time never ends: its runtime stands
    /// still.
    fn goes_on(&self, fetch: &Fetch) -> bool {
        fetch.started_at.elapsed() < self.options.timeout.saturating_mul(2)
    }

    fn is_cooling(&self, since: Option<Instant>) -> bool {
        since.is_some_and(|time| time.elapsed() < self.options.cool_down)
    }

    /// Starts a fetch if one is due, for a key id or because the keys are old, and says how to wait
    /// for the one that is under way.
    fn start(self: &Arc<Self>, sought: Option<Option<&str>>) -> Option<watch::Receiver<()>> {
        let mut state = self.write();
        let is_known = |key_id: Option<&str>| key_id.is_some_and(|id| state.keys.contains_key(id));
        let age = self.age(&state);
        match (age, sought) {
            // Somebody else has fetched it in the meantime.
            (Age::Fresh | Age::Ripe, Some(key_id)) if is_known(key_id) => return None,
            _ => {}
        }
        let under_way = state.under_way.as_ref();
        if let Some(fetch) = under_way.filter(|fetch| self.goes_on(fetch)) {
            return Some(fetch.ended.clone());
        }
        let is_for_unknown_id = sought.is_some() && matches!(age, Age::Fresh | Age::Ripe);
        if self.must_wait(&state) || (is_for_unknown_id && self.is_cooling(state.sought_at)) {
            return None;
        }
        let started_at = Instant::now();
        if is_for_unknown_id {
            state.sought_at = Some(started_at);
        }
        let (ends, ended) = watch::channel(());
        state.under_way = Some(Fetch {
            started_at,
            ended: ended.clone(),
        });
        drop(state);
        // A task of its own: the request that started it may go away while others wait.
        tokio::spawn(run(Arc::clone(self), ends));
        Some(ended)
    }

    fn store(&self, keys: Vec<PublicKey>) {
        let mut state = self.write();
        let mut former = std::mem::take(&mut state.keys);
        for source in keys {
            // The same key stays the same object, by which others remember it; also one that is listed
            // twice.
            let listed = state.keys.get(&source.key_id);
            if listed.is_some_and(|entry| entry.source == source) {
                continue;
            }
            let known = former
                .remove(&source.key_id)
                .filter(|entry| entry.source == source);
            let entry = match known {
                Some(entry) => entry,
                None => match verifying_key(&source) {
                    Ok(key) => Entry {
                        key: Arc::new(key),
                        source: source.clone(),
                    },
                    Err(error) => {
                        tracing::warn!(%error, "a key of the instance is not used");
                        continue;
                    }
                },
            };
            state.keys.insert(source.key_id, entry);
        }
        state.fetched_at = Some(Instant::now());
        state.failure = None;
    }
}

fn verifying_key(source: &PublicKey) -> Result<VerifyingKey, InvalidKey> {
    VerifyingKey::from_components(&source.modulus, &source.exponent)?
        .for_algorithm(source.algorithm.as_deref())
}

async fn run(shared: Arc<Shared>, ends: watch::Sender<()>) {
    let _guard = UnderWay {
        shared: Arc::clone(&shared),
        ends,
    };
    let fetched = timeout(shared.options.timeout, shared.backend.keys()).await;
    let fetched = fetched.unwrap_or_else(|_| {
        Err(TokenError::new(
            Reason::JWK_REMOTE_FAILED_TO_LOAD,
            "Failed to load JWKS from Clerk Backend or Frontend API. There was no answer in time.",
        )
        .with_action(CONTACT_SUPPORT))
    });
    match fetched {
        Ok(keys) => shared.store(keys),
        Err(error) => {
            tracing::warn!(%error, "the keys of the instance could not be fetched");
            shared.write().failure = Some((Instant::now(), error));
        }
    }
}

/// Ends the fetch however it ends, also in a panic; first in the state, then for those who wait.
struct UnderWay {
    shared: Arc<Shared>,
    ends: watch::Sender<()>,
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        let mut state = self.shared.write();
        // It may have been given up, and another be under way.
        let ends = self.ends.subscribe();
        if state
            .under_way
            .as_ref()
            .is_some_and(|fetch| fetch.ended.same_channel(&ends))
        {
            state.under_way = None;
        }
    }
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
