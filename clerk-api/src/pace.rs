//! The pause that all calls of a client share after a 429.
//!
//! Clerk limits the calls of an instance, so if one call has to wait, others would be rejected too. A
//! 429 with `Retry-After` therefore closes a gate for every clone of the client. Calls that are made
//! meanwhile are queued, and a call that is rejected again keeps its position. When the gate opens, they
//! continue in order, a few milliseconds apart, so that the next 429 arrives before all of them are in
//! flight.
//!
//! Some operations have limits of their own. If the call that goes first when the gate opens is rejected
//! again, it has reached such a limit: from then on a 429 of its operation closes a gate for that
//! operation alone.
//!
//! No call hands its turn to the next: each computes from its position when it may go, and checks again
//! then. A dropped call leaves the queue. A call that is held without being polled delays those behind it
//! by one step each, not forever. `call` decides whether a call waits at all.

use std::collections::HashMap;
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// The longest pause that is shared. Clerk's limits of an instance have windows of 10 s. A longer
/// `Retry-After` concerns one operation, such as invitations, which are limited by the hour.
pub(crate) const LONGEST_PAUSE: Duration = Duration::from_secs(60);

/// Between two queued calls: twice the rate that Clerk allows production instances.
const STEP: Duration = Duration::from_millis(5);

/// How often a call checks whether calls before it have given up, once the gate is open.
const LOOK: Duration = Duration::from_millis(100);

/// How long after its gate has opened a limit of an operation is remembered.
const REMEMBERED: Duration = LONGEST_PAUSE;

/// When calls may be sent; one for all clones of a client.
#[derive(Debug, Default)]
pub(crate) struct Pace {
    state: Mutex<State>,
    tickets: AtomicU64,
}

#[derive(Debug, Default)]
struct State {
    /// When the first queued call may go.
    opens: Option<Instant>,
    /// Whether no call has gone since the gate closed.
    is_first: bool,
    /// When the gates of operations with limits of their own open.
    own: HashMap<&'static str, Instant>,
    /// The queued calls, ascending by number.
    queue: Vec<Ticket>,
}

#[derive(Clone, Copy, Debug)]
struct Ticket {
    number: u64,
    operation: &'static str,
}

impl Pace {
    /// A position in the queue, for one call and all its attempts.
    pub(crate) fn position(&self, operation: &'static str) -> Position<'_> {
        Position {
            pace: self,
            ticket: Ticket {
                number: self.tickets.fetch_add(1, Ordering::Relaxed),
                operation,
            },
            went_first: false,
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // A panic leaves no change half done.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// When the first call of this operation may go.
    fn opens(&self, operation: &str) -> Option<Instant> {
        self.opens.max(self.own.get(operation).copied())
    }

    /// How long the call with this ticket has to wait; `None` if its turn has come.
    fn wait(&self, ticket: Ticket, now: Instant) -> Option<Duration> {
        let opens = self.opens(ticket.operation)?;
        // A call that waits for the limit of another operation does not delay this one.
        let is_before = |waiting: &&Ticket| {
            let own = self.own.get(waiting.operation);
            waiting.operation == ticket.operation || own.is_none_or(|opens| *opens <= now)
        };
        let before = self.queue[..self.position(ticket)].iter().filter(is_before);
        let before = u32::try_from(before.count()).unwrap_or(u32::MAX);
        let turn = opens.checked_add(STEP.saturating_mul(before))?;
        turn.checked_duration_since(now)
            .filter(|wait| !wait.is_zero())
    }

    /// How many queued calls came before this one.
    fn position(&self, ticket: Ticket) -> usize {
        self.queue
            .partition_point(|waiting| waiting.number < ticket.number)
    }
}

/// The position of a call in the queue. It stays the same however often the call is rejected.
pub(crate) struct Position<'a> {
    pace: &'a Pace,
    ticket: Ticket,
    /// Whether it was the first to go when the gate opened.
    went_first: bool,
}

impl Position<'_> {
    /// The time until the turn of the call; `None` if it need not wait.
    pub(crate) fn wait(&self) -> Option<Duration> {
        self.pace.lock().wait(self.ticket, Instant::now())
    }

    /// Closes the gate because the call was rejected, for at least this long, but at most
    /// [`LONGEST_PAUSE`].
    pub(crate) fn pause(&self, delay: Duration) {
        let now = Instant::now();
        let opens = now.checked_add(delay.min(LONGEST_PAUSE));
        let mut state = self.pace.lock();
        state.own.retain(|_, opened| *opened + REMEMBERED > now);
        let operation = self.ticket.operation;
        match opens {
            Some(opens) if self.went_first || state.own.contains_key(operation) => {
                let own = state.own.entry(operation).or_insert(opens);
                *own = opens.max(*own);
            }
            opens => {
                state.opens = state.opens.max(opens);
                state.is_first = true;
            }
        }
    }

    /// Waits for the turn of the call.
    pub(crate) async fn turn(&mut self) {
        let waiting = Waiting::new(self);
        let went_first = loop {
            match waiting.look() {
                ControlFlow::Continue(wait) => tokio::time::sleep(wait).await,
                ControlFlow::Break(is_first) => break is_first,
            }
        };
        drop(waiting);
        self.went_first = went_first;
    }
}

/// A queued call, until this is dropped.
struct Waiting<'a>(&'a Position<'a>);

impl<'a> Waiting<'a> {
    fn new(queued: &'a Position<'a>) -> Self {
        let mut state = queued.pace.lock();
        let position = state.position(queued.ticket);
        state.queue.insert(position, queued.ticket);
        Self(queued)
    }

    /// How long to wait before checking again; or, if it is the turn of the call, whether it is the first.
    fn look(&self) -> ControlFlow<bool, Duration> {
        let now = Instant::now();
        let mut state = self.0.pace.lock();
        match state.wait(self.0.ticket, now) {
            Some(wait) => {
                let opens = state.opens(self.0.ticket.operation);
                let closed = opens.map(|opens| opens.saturating_duration_since(now));
                ControlFlow::Continue(wait.min(closed.unwrap_or_default().max(LOOK)))
            }
            None => {
                state.opens = Some(now + STEP);
                if let Some(own) = state.own.get_mut(self.0.ticket.operation) {
                    *own = now + STEP;
                }
                ControlFlow::Break(std::mem::take(&mut state.is_first))
            }
        }
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        let mut state = self.0.pace.lock();
        let position = state.position(self.0.ticket);
        state.queue.remove(position);
        // With an empty queue, the next call need not wait either.
        if state.queue.is_empty()
            && state
                .opens
                .is_some_and(|opens| opens <= Instant::now() + STEP)
        {
            state.opens = None;
        }
    }
}
