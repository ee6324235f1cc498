//! What only adapters need that are around handlers, and around each other.

use super::{Guard, Rejection, Requirement, Respond};
use crate::authenticate::Authenticator;
use crate::request_state::RequestState;

/// What an adapter leaves with a request for another one behind it, so that a request is authenticated
/// once: a second time a handshake's nonce would be worth nothing, and headers would come twice.
#[derive(Clone)]
pub(crate) struct Outer {
    authenticator: Authenticator,
    state: RequestState,
}

impl Guard {
    /// Asks for this too, beside what is asked for so far.
    pub(crate) fn require(&mut self, requirement: Requirement) {
        self.requirement = Some(match self.requirement.take() {
            Some(others) => others.and(requirement),
            None => requirement,
        });
    }

    /// How rejections are answered, for extractors behind this adapter.
    pub(crate) fn respond(&self) -> Option<&Respond> {
        self.respond.as_ref()
    }

    /// What is left for another adapter behind this one.
    pub(crate) fn outer(&self, state: &RequestState) -> Outer {
        Outer {
            authenticator: self.authenticator.clone(),
            state: state.clone(),
        }
    }

    /// Judges a request that an adapter of the same authenticator is around already; nothing if there
    /// is none. It is that one which appends the headers of the state. A rejection is answered as the
    /// nearest adapter was told that was told anything, which has left `respond` with the request.
    pub(crate) fn behind(
        &self,
        outer: Option<&Outer>,
        respond: Option<&Respond>,
    ) -> Option<Result<(), Rejection>> {
        let outer = outer.filter(|outer| outer.authenticator.is_same(&self.authenticator))?;
        let judged = self.judge(&outer.state);
        Some(judged.map_err(|rejection| {
            let rejection = rejection.answered_by(respond);
            rejection.trace();
            rejection
        }))
    }
}
