//! The pause that all calls of a client share after a 429.
//!
//! Clerk limits the calls of an instance, not those of a task: where one call is told to wait, the
//! others would be refused too. So a 429 that says for how long closes the gate for every clone.
//! Calls that come meanwhile stand in line, and a call that is refused again keeps the position it
//! had. When the gate opens they go on in order, a few milliseconds apart, so that the next 429
//! arrives before all of them are under way.
//!
//! Some operations have limits of their own besides. A call that goes first when the gate opens, and is
//! refused again, has met one: from then on a refusal of its operation closes a gate for that alone,
//! and the others go on.
//!
//! No call hands its turn to the next: each works out from its position when it may go, and looks
//! again then. A call that is dropped leaves the line; one that is held without being polled delays
//! those behind it by one step each, not forever. Whether a call waits at all is up to `call`.

use std::collections::HashMap;
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// The longest pause that is shared. Clerk's limits for an instance have windows of 10 s; a server
/// that asks for more than this means one operation, such as invitations, which are limited by the
/// hour.
pub(crate) const LONGEST_PAUSE: Duration = Duration::from_secs(60);

/// From one call of the line to the next: twice the rate that Clerk allows production instances.
const STEP: Duration = Duration::from_millis(5);

/// How often a call looks whether calls before it have given up, once the gate is open.
const LOOK: Duration = Duration::from_millis(100);

/// For how long after its gate has opened a limit is still taken for one of the operation.
const REMEMBERED: Duration = LONGEST_PAUSE;

/// When calls may be sent; one for all clones of a client.
#[derive(Debug, Default)]
pub(crate) struct Pace {
    state: Mutex<State>,
    tickets: AtomicU64,
}

#[derive(Debug, Default)]
struct State {
    /// When the first of the line may go.
    opens: Option<Instant>,
    /// Whether no call has gone since the gate was closed.
    is_first: bool,
    /// The same for operations with limits of their own.
    own: HashMap<&'static str, Instant>,
    /// The calls that wait, ascending by number.
    line: Vec<Ticket>,
}

#[derive(Clone, Copy, Debug)]
struct Ticket {
    number: u64,
    operation: &'static str,
}

impl Pace {
    /// A position in the line, for one call and all its attempts.
    pub(crate) fn place(&self, operation: &'static str) -> Place<'_> {
        Place {
            pace: self,
            ticket: Ticket {
                number: self.tickets.fetch_add(1, Ordering::Relaxed),
                operation,
            },
            went_first: false,
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // No change is left half done by a panic.
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
        // A call that waits for another operation's own limit holds up no other.
        let is_before = |waiting: &&Ticket| {
            let own = self.own.get(waiting.operation);
            waiting.operation == ticket.operation || own.is_none_or(|opens| *opens <= now)
        };
        let before = self.line[..self.position(ticket)].iter().filter(is_before);
        let before = u32::try_from(before.count()).unwrap_or(u32::MAX);
        let turn = opens.checked_add(STEP.saturating_mul(before))?;
        turn.checked_duration_since(now)
            .filter(|wait| !wait.is_zero())
    }

    /// How many calls that wait came before this one.
    fn position(&self, ticket: Ticket) -> usize {
        self.line
            .partition_point(|waiting| waiting.number < ticket.number)
    }
}

/// A call's position in the line: behind those that came before, however often it is refused.
pub(crate) struct Place<'a> {
    pace: &'a Pace,
    ticket: Ticket,
    /// Whether it was the first to go when the gate opened.
    went_first: bool,
}

impl Place<'_> {
    /// How long it may be until the call's turn; `None` if it need not wait.
    pub(crate) fn wait(&self) -> Option<Duration> {
        self.pace.lock().wait(self.ticket, Instant::now())
    }

    /// Closes the gate for at least so long, and no longer than [`LONGEST_PAUSE`], because the call was
    /// refused.
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

    /// Waits for the call's turn.
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

/// A call in the line, until this is dropped.
struct Waiting<'a>(&'a Place<'a>);

impl<'a> Waiting<'a> {
    fn new(place: &'a Place<'a>) -> Self {
        let mut state = place.pace.lock();
        let position = state.position(place.ticket);
        state.line.insert(position, place.ticket);
        Self(place)
    }

    /// How long to wait before looking again; or, if the call's turn has come, whether it is the first.
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
        state.line.remove(position);
        // A call that comes when the line is empty need not wait either.
        if state.line.is_empty()
            && state
                .opens
                .is_some_and(|opens| opens <= Instant::now() + STEP)
        {
            state.opens = None;
        }
    }
}
