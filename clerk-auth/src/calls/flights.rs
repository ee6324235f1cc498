//! Shares a call among all requests that need it (a flight): the first begins it, the others wait for its
//! result.
//!
//! A flight is a task of its own, so that a cancelled request does not end it. It always ends: with a value,
//! or without one after a panic or when its runtime shuts down. While it is under way it sends heartbeats,
//! and a waiting request that receives none for a while begins another: the runtime may be stalled, and
//! requests in other runtimes must not wait for it.

use std::collections::HashMap;
use std::future::Future;
use std::hash::Hash;
use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::{Instant, timeout};
use tracing::Instrument;

use super::Unavailable;
use super::runtime::current;

/// The interval of heartbeats.
const BEAT: Duration = Duration::from_millis(100);
/// The number of missed heartbeats after which a flight is stalled. Counted by the waiting request, so that a
/// stall of its own runtime does not count.
const SILENT_BEATS: u32 = 5;

/// The longest wait for a flight, whatever its limit.
const LONGEST: Duration = Duration::from_secs(3600);

/// The flights that are under way.
pub(crate) struct Flights<K, V> {
    under_way: Mutex<HashMap<K, Flight<V>>>,
}

#[derive(Clone)]
struct Flight<V> {
    progress: watch::Receiver<Progress<V>>,
    /// After this time, it is certainly stalled.
    given_up_at: Instant,
}

enum Progress<V> {
    Flying,
    Landed(V),
}

/// What to do if no flight is under way.
pub(crate) enum Boarding<V, F> {
    /// Return this value.
    Known(V),
    Begin(F),
}

/// The result of joining or beginning a flight.
enum Seat<V> {
    Known(V),
    In(Flight<V>),
}

impl<K, V> Default for Flights<K, V> {
    fn default() -> Self {
        Self {
            under_way: Mutex::default(),
        }
    }
}

impl<K, V> Flights<K, V>
where
    K: Copy + Eq + Hash + Send + 'static,
    V: Clone + Send + Sync + 'static,
{
    /// The value of the flight under way, or of one that `board` begins. `board` runs under a lock, so its
    /// decision cannot be outdated when the flight begins. A flight that takes longer than `limit` is
    /// stalled.
    pub(crate) async fn result<F>(
        self: &Arc<Self>,
        key: K,
        limit: Duration,
        board: impl Fn() -> Boarding<V, F>,
    ) -> Result<V, Unavailable>
    where
        F: Future<Output = V> + Send + 'static,
    {
        // The runtime of a flight may shut down, and so may that of the next one.
        const BOARDINGS: usize = 3;
        let mut lost = None;
        for _ in 0..BOARDINGS {
            let mut flight = match self.board(key, limit, lost.as_ref(), &board)? {
                Seat::Known(value) => return Ok(value),
                Seat::In(flight) => flight,
            };
            match flight.landed().await {
                Some(value) => return Ok(value),
                None => lost = Some(flight),
            }
        }
        Err(Unavailable::new("The call ended without a result.", None))
    }

    /// Begins a flight in the background, unless one is under way or `board` begins none.
    pub(crate) fn begin<F>(
        self: &Arc<Self>,
        key: K,
        limit: Duration,
        board: impl Fn() -> Boarding<V, F>,
    ) -> Result<(), Unavailable>
    where
        F: Future<Output = V> + Send + 'static,
    {
        self.board(key, limit, None, &board).map(|_| ())
    }

    fn board<F>(
        self: &Arc<Self>,
        key: K,
        limit: Duration,
        lost: Option<&Flight<V>>,
        board: &impl Fn() -> Boarding<V, F>,
    ) -> Result<Seat<V>, Unavailable>
    where
        F: Future<Output = V> + Send + 'static,
    {
        let runtime = current()?;
        let now = Instant::now();
        let (task, flight) = {
            let mut under_way = self.lock();
            let goes_on = |other: &&Flight<V>| {
                now < other.given_up_at && lost.is_none_or(|lost| !lost.is(other))
            };
            if let Some(other) = under_way.get(&key).filter(goes_on) {
                return Ok(Seat::In(other.clone()));
            }
            let work = match board() {
                Boarding::Known(value) => return Ok(Seat::Known(value)),
                Boarding::Begin(work) => work,
            };
            let (progress, seat) = watch::channel(Progress::Flying);
            let flight = Flight {
                progress: seat,
                given_up_at: now + limit.saturating_mul(2).min(LONGEST),
            };
            under_way.insert(key, flight.clone());
            let guard = UnderWay {
                flights: Arc::clone(self),
                key,
                progress,
            };
            // The guard is created with the task, which may be dropped before its first poll.
            (fly(work, guard), flight)
        };
        // Outside the lock: a runtime that shuts down drops the task at once.
        drop(runtime.spawn(task.in_current_span()));
        Ok(Seat::In(flight))
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<K, Flight<V>>> {
        self.under_way
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

impl<V: Clone> Flight<V> {
    fn is(&self, other: &Self) -> bool {
        self.progress.same_channel(&other.progress)
    }

    /// The value; `None` if it ended without one, or is stalled.
    async fn landed(&mut self) -> Option<V> {
        let mut silent = 0;
        loop {
            if let Progress::Landed(value) = &*self.progress.borrow_and_update() {
                return Some(value.clone());
            }
            match timeout(BEAT, self.progress.changed()).await {
                Ok(Ok(())) => silent = 0,
                Ok(Err(_)) => return None,
                Err(_) => silent += 1,
            }
            if silent > SILENT_BEATS {
                return None;
            }
        }
    }
}

async fn fly<K, V>(work: impl Future<Output = V>, guard: UnderWay<K, V>)
where
    K: Copy + Eq + Hash,
{
    let mut work = pin!(work);
    loop {
        match timeout(BEAT, work.as_mut()).await {
            Ok(value) => return guard.land(value),
            Err(_) => guard.progress.send_replace(Progress::Flying),
        };
    }
}

/// Removes a flight however it ends: first for new requests, then for waiting ones.
struct UnderWay<K: Copy + Eq + Hash, V> {
    flights: Arc<Flights<K, V>>,
    key: K,
    progress: watch::Sender<Progress<V>>,
}

impl<K: Copy + Eq + Hash, V> UnderWay<K, V> {
    fn land(self, value: V) {
        self.leave();
        self.progress.send_replace(Progress::Landed(value));
    }

    fn leave(&self) {
        let under_way = &self.flights.under_way;
        let mut under_way = under_way.lock().unwrap_or_else(PoisonError::into_inner);
        let own = self.progress.subscribe();
        // It may have been replaced by another.
        let is_own = |flight: &Flight<V>| flight.progress.same_channel(&own);
        if under_way.get(&self.key).is_some_and(is_own) {
            under_way.remove(&self.key);
        }
    }
}

impl<K: Copy + Eq + Hash, V> Drop for UnderWay<K, V> {
    fn drop(&mut self) {
        self.leave();
    }
}
