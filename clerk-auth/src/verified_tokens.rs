//! Remembers verified session tokens, so that the signature of the same token is not verified again. A
//! browser sends the same token for a minute, with every request.
//!
//! Only tokens that passed every check are remembered. Checks that depend only on the token and the
//! configuration remain valid; those of time, and whether the key is still valid, are repeated at every use.
//!
//! Tokens are identified by their SHA-256, so that no credential is kept. The hash needs no key: collisions
//! are infeasible, and finding the token of a hash means guessing its signature.

use std::collections::{HashMap, VecDeque};
use std::fmt;
use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use aws_lc_rs::digest::{SHA256, SHA256_OUTPUT_LEN, digest};

use crate::claims::SessionClaims;
use crate::token::{KeyLookup, MAX_LENGTH, Purpose, VerifyingKey};

/// Verified session tokens, up to a capacity; the oldest are dropped.
pub(crate) struct VerifiedTokens {
    capacity: NonZeroUsize,
    entries: Mutex<Entries>,
}

/// The identity of a token: its hash, and the purpose it was verified for.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Fingerprint {
    hash: [u8; SHA256_OUTPUT_LEN],
    purpose: Purpose,
}

/// A token that passed every check.
pub(crate) struct VerifiedToken {
    pub(crate) claims: Arc<SessionClaims>,
    pub(crate) key_id: Option<String>,
    pub(crate) key: Arc<VerifyingKey>,
}

#[derive(Default)]
struct Entries {
    by_fingerprint: HashMap<Fingerprint, Arc<VerifiedToken>>,
    /// The same fingerprints, the oldest first.
    in_order: VecDeque<Fingerprint>,
}

impl Fingerprint {
    /// `None` if the token is too long to be read.
    pub(crate) fn new(token: &str, purpose: Purpose) -> Option<Self> {
        if token.len() > MAX_LENGTH {
            return None;
        }
        let hash = digest(&SHA256, token.as_bytes()).as_ref().try_into().ok()?;
        Some(Self { hash, purpose })
    }
}

impl VerifiedTokens {
    pub(crate) fn new(capacity: NonZeroUsize) -> Self {
        Self {
            capacity,
            entries: Mutex::default(),
        }
    }

    /// The claims of a token that was verified before, if it would pass every check again, at this time and
    /// with the same key that `find_key` returns now.
    pub(crate) fn find(
        &self,
        fingerprint: &Fingerprint,
        clock_skew: i64,
        now: i64,
        find_key: impl FnOnce(Option<&str>) -> KeyLookup,
    ) -> Option<Arc<SessionClaims>> {
        // Cloned to release the lock while the key is looked up.
        let verified = Arc::clone(self.lock().by_fingerprint.get(fingerprint)?);
        let has_key = match find_key(verified.key_id.as_deref()) {
            KeyLookup::Found(key) => Arc::ptr_eq(&key, &verified.key),
            _ => false,
        };
        if !has_key {
            self.forget(fingerprint);
            return None;
        }
        // A token that is not valid at this time stays, and is verified again for the reason.
        verified
            .claims
            .is_in_time(clock_skew, now)
            .then(|| Arc::clone(&verified.claims))
    }

    pub(crate) fn insert(&self, fingerprint: Fingerprint, verified: VerifiedToken) {
        let mut entries = self.lock();
        let entries = &mut *entries;
        let verified = Arc::new(verified);
        if entries
            .by_fingerprint
            .insert(fingerprint, verified)
            .is_some()
        {
            return;
        }
        if entries.in_order.len() >= self.capacity.get()
            && let Some(oldest) = entries.in_order.pop_front()
        {
            entries.by_fingerprint.remove(&oldest);
        }
        entries.in_order.push_back(fingerprint);
    }

    fn forget(&self, fingerprint: &Fingerprint) {
        let mut entries = self.lock();
        if entries.by_fingerprint.remove(fingerprint).is_some() {
            entries.in_order.retain(|one| one != fingerprint);
        }
    }

    /// Entries are consistent even after a panic under the lock.
    fn lock(&self) -> MutexGuard<'_, Entries> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for VerifiedTokens {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "VerifiedTokens(at most {})", self.capacity)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::token::Payload;

    const SECOND: i64 = 1000;

    fn tokens(capacity: usize) -> VerifiedTokens {
        VerifiedTokens::new(NonZeroUsize::new(capacity).unwrap())
    }

    fn key() -> Arc<VerifyingKey> {
        // 256 bytes of ones, and 65537.
        let modulus = format!("{}8", "_".repeat(341));
        Arc::new(VerifyingKey::from_components(&modulus, "AQAB").unwrap())
    }

    fn of(token: &str) -> Fingerprint {
        Fingerprint::new(token, Purpose::Session).unwrap()
    }

    fn verified(json: &str, key: &Arc<VerifyingKey>) -> VerifiedToken {
        let payload: Payload<'_> = serde_json::from_str(json).unwrap();
        VerifiedToken {
            claims: Arc::new(SessionClaims::read(&payload)),
            key_id: Some("ins_1".to_owned()),
            key: Arc::clone(key),
        }
    }

    const CLAIMS: &str = r#"{"sub":"user_1","nbf":90,"iat":100,"exp":160}"#;

    #[test]
    fn a_token_is_found_as_what_it_was_verified_to_be() {
        let (tokens, key) = (tokens(2), key());
        tokens.insert(of("token"), verified(CLAIMS, &key));
        let find = |fingerprint| {
            let found = tokens.find(&fingerprint, 0, 120 * SECOND, |key_id| {
                assert_eq!(key_id, Some("ins_1"));
                KeyLookup::Found(Arc::clone(&key))
            });
            found.map(|claims| claims.user_id().to_owned())
        };
        assert_eq!(find(of("token")).as_deref(), Some("user_1"));
        assert_eq!(find(of("token2")), None);
        let other = Fingerprint::new("token", Purpose::RequestSession).unwrap();
        assert_eq!(find(other), None);
    }

    #[test]
    fn times_are_checked_at_every_use() {
        let (tokens, key) = (tokens(1), key());
        tokens.insert(of("token"), verified(CLAIMS, &key));
        let is_found = |clock_skew, now| {
            let find_key = |_: Option<&str>| KeyLookup::Found(Arc::clone(&key));
            tokens
                .find(&of("token"), clock_skew, now, find_key)
                .is_some()
        };
        assert!(is_found(0, 100 * SECOND));
        assert!(is_found(0, 160 * SECOND - 1));
        // Expired at the very second; issued in the future.
        assert!(!is_found(0, 160 * SECOND));
        assert!(is_found(1, 160 * SECOND));
        assert!(!is_found(0, 100 * SECOND - 1));
        assert!(is_found(1, 100 * SECOND - 1));
    }

    #[test]
    fn a_token_that_is_not_valid_yet_is_not_found() {
        let (tokens, key) = (tokens(1), key());
        let claims = r#"{"sub":"user_1","nbf":90,"exp":160}"#;
        tokens.insert(of("token"), verified(claims, &key));
        let find_key = |_: Option<&str>| KeyLookup::Found(Arc::clone(&key));
        assert!(
            tokens
                .find(&of("token"), 0, 90 * SECOND - 1, find_key)
                .is_none()
        );
        assert!(
            tokens
                .find(&of("token"), 0, 90 * SECOND, find_key)
                .is_some()
        );
    }

    #[test]
    fn a_token_whose_key_is_no_longer_valid_is_forgotten() {
        let lookups: [fn() -> KeyLookup; 2] = [|| KeyLookup::Unknown, || KeyLookup::Found(key())];
        for lookup in lookups {
            let (tokens, key) = (tokens(1), key());
            tokens.insert(of("token"), verified(CLAIMS, &key));
            let find = |lookup| tokens.find(&of("token"), 0, 120 * SECOND, |_| lookup);
            assert!(find(lookup()).is_none());
            assert!(find(KeyLookup::Found(Arc::clone(&key))).is_none());
        }
    }

    #[test]
    fn the_oldest_are_dropped() {
        let (tokens, key) = (tokens(2), key());
        for token in ["a", "b", "b", "c"] {
            tokens.insert(of(token), verified(CLAIMS, &key));
        }
        let is_found = |token| {
            let find_key = |_: Option<&str>| KeyLookup::Found(Arc::clone(&key));
            tokens.find(&of(token), 0, 120 * SECOND, find_key).is_some()
        };
        assert!(!is_found("a"));
        assert!(is_found("b") && is_found("c"));
        let entries = tokens.lock();
        assert_eq!(entries.by_fingerprint.len(), 2);
        assert_eq!(entries.in_order.len(), 2);
    }

    #[test]
    fn a_long_token_is_not_even_hashed() {
        assert!(Fingerprint::new(&"a".repeat(MAX_LENGTH), Purpose::Session).is_some());
        assert!(Fingerprint::new(&"a".repeat(MAX_LENGTH + 1), Purpose::Session).is_none());
    }
}
