//! Calls to Clerk that a request waits for. Tokens and nonces are chosen by whoever sends the request, so
//! without these rules anyone could use up the rate limit of the instance:
//!
//! - requests that need the same call share it ([`Flights`]);
//! - what Clerk rejected is rejected for a few seconds without a call ([`Memory`]);
//! - the number of calls under way and of rejected calls is limited, and no call is made while Clerk asks for
//!   a pause or does not respond ([`Gate`], [`Rejections`]). A request does not wait for that: it is reported
//!   as unavailable, with the time until a retry makes sense.

mod flights;
mod gate;
mod key;
mod limits;
mod memory;
mod rejections;
mod runtime;

use std::fmt;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

pub(crate) use flights::{Boarding, Flights};
pub(crate) use gate::{Gate, LONGEST_PAUSE};
use http::StatusCode;
pub(crate) use key::Key;
pub use limits::CallLimits;
pub(crate) use runtime::current as current_runtime;
use tokio::time::{Instant, timeout};

use memory::Memory;
use rejections::Rejections;

/// The time limit of a call, whatever that of the backend.
const TIME_LIMIT: Duration = Duration::from_secs(15);
/// For how long an accepted token counts as known.
const PROVEN_FOR: Duration = Duration::from_secs(3600);

/// Why a call was not made, or had no result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Unavailable {
    pub(crate) message: &'static str,
    pub(crate) retry_after: Option<Duration>,
}

impl Unavailable {
    fn new(message: &'static str, retry_after: impl Into<Option<Duration>>) -> Self {
        Self {
            message,
            retry_after: retry_after.into(),
        }
    }

    fn busy() -> Self {
        Self::new(
            "Too many calls to Clerk are under way.",
            Duration::from_secs(1),
        )
    }
}

/// What these rules need to know about an error of a call.
pub(crate) trait CallError: Clone + Send + Sync + 'static {
    fn unavailable(unavailable: Unavailable) -> Self;

    /// Whether Clerk rejects the token or nonce, and would do so again.
    fn is_rejection(&self) -> bool;

    /// The pause that Clerk asks for.
    fn pause(&self) -> Option<Duration>;
}

/// Whether a status is about the request, so that the same request would get it again.
pub(crate) fn is_rejection(status: StatusCode) -> bool {
    status.is_client_error() && !matches!(status.as_u16(), 408 | 425 | 429)
}

/// The pause that a response asks for. A 429 always does, for at least a second.
pub(crate) fn pause(status: Option<StatusCode>, retry_after: Option<Duration>) -> Option<Duration> {
    const LEAST: Duration = Duration::from_secs(1);
    let pause = match status {
        Some(StatusCode::TOO_MANY_REQUESTS) => Some(retry_after.unwrap_or_default().max(LEAST)),
        _ => retry_after,
    };
    pause.map(|time| time.min(LONGEST_PAUSE))
}

/// The calls of one kind.
pub(crate) struct Calls<T, E> {
    shared: Arc<Shared<T, E>>,
    flights: Arc<Flights<Key, Result<T, E>>>,
}

struct Shared<T, E> {
    gate: Arc<Gate>,
    rejections: Rejections,
    rejected: Memory<E>,
    accepted: Memory<T>,
    /// What Clerk accepted recently. It is not counted as unknown.
    proven: Memory<()>,
}

impl<T: Clone + Send + Sync + 'static, E: CallError> Calls<T, E> {
    /// Calls whose results are remembered for this time, which may be zero.
    pub(crate) fn new(gate: &Arc<Gate>, remembered_for: Duration) -> Self {
        let limits = gate.limits();
        Self {
            shared: Arc::new(Shared {
                gate: Arc::clone(gate),
                rejections: Rejections::new(limits.rejections),
                rejected: Memory::new(limits.rejection_memory),
                accepted: Memory::new(remembered_for),
                proven: Memory::new(PROVEN_FOR),
            }),
            flights: Arc::default(),
        }
    }

    /// The result of a call with this key: the remembered one, or that of the call under way, or of a new
    /// one.
    pub(crate) async fn make<F>(&self, key: Key, call: impl Fn() -> F) -> Result<T, E>
    where
        F: Future<Output = Result<T, E>> + Send + 'static,
    {
        if let Some(known) = self.shared.known(&key) {
            return known;
        }
        let board = || {
            // Checked again: the call may have ended in the meantime.
            if let Some(known) = self.shared.known(&key) {
                return Boarding::Known(known);
            }
            match self.shared.admits(&key) {
                Ok(()) => Boarding::Begin(Arc::clone(&self.shared).run(key, call())),
                Err(unavailable) => Boarding::Known(Err(E::unavailable(unavailable))),
            }
        };
        let result = self.flights.result(key, TIME_LIMIT, board).await;
        result.unwrap_or_else(|unavailable| Err(E::unavailable(unavailable)))
    }
}

impl<T: Clone, E: CallError> Shared<T, E> {
    fn known(&self, key: &Key) -> Option<Result<T, E>> {
        if let Some(value) = self.accepted.get(key) {
            return Some(Ok(value));
        }
        self.rejected.get(key).map(Err)
    }

    /// Whether a call may begin.
    fn admits(&self, key: &Key) -> Result<(), Unavailable> {
        self.gate.is_open()?;
        match self.proven.get(key) {
            Some(()) => Ok(()),
            None => self.rejections.check(),
        }
    }

    async fn run(
        self: Arc<Self>,
        key: Key,
        call: impl Future<Output = Result<T, E>>,
    ) -> Result<T, E> {
        let entered = self.gate.enter().await.map_err(E::unavailable)?;
        let is_proven = self.proven.get(&key).is_some();
        let counted = match is_proven {
            true => None,
            false => Some(self.rejections.enter().map_err(E::unavailable)?),
        };
        let began = Instant::now();
        let result = timeout(TIME_LIMIT, call).await.unwrap_or_else(|_| {
            Err(E::unavailable(Unavailable::new(
                "Clerk did not respond in time.",
                None,
            )))
        });
        drop(entered);
        match &result {
            Ok(value) => {
                self.gate.responded();
                self.proven.put(key, ());
                self.accepted.put(key, value.clone());
            }
            Err(error) if error.is_rejection() => {
                self.gate.responded();
                self.proven.remove(&key);
                self.rejected.put(key, error.clone());
                if let Some(counted) = counted {
                    counted.was_rejected();
                }
            }
            Err(error) => match error.pause() {
                Some(time) => self.gate.pause(time),
                None => self.gate.failed(began),
            },
        }
        result
    }
}

impl<T, E> fmt::Debug for Calls<T, E> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Calls").finish_non_exhaustive()
    }
}
