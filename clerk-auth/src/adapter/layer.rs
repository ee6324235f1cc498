//! Nested layers.

use super::{Guard, Rejection, Requirement, Respond};
use crate::authenticate::Authenticator;
use crate::request_state::RequestState;

/// What a layer leaves in a request for a layer inside it, so that a request is authenticated once: a second
/// exchange of a handshake's nonce would fail, and headers would be appended twice.
#[derive(Clone)]
pub(crate) struct Outer {
    authenticator: Authenticator,
    state: RequestState,
}

impl Guard {
    /// Adds a requirement to those set so far.
    pub(crate) fn require(&mut self, requirement: Requirement) {
        self.requirement = Some(match self.requirement.take() {
            Some(others) => others.and(requirement),
            None => requirement,
        });
    }

    /// How to respond to rejections by extractors inside this layer.
    pub(crate) fn respond(&self) -> Option<&Respond> {
        self.respond.as_ref()
    }

    /// What to leave for a layer inside this one.
    pub(crate) fn outer(&self, state: &RequestState) -> Outer {
        Outer {
            authenticator: self.authenticator.clone(),
            state: state.clone(),
        }
    }

    /// Judges a request that an outer layer with the same authenticator has authenticated; `None` if there is
    /// no such layer. The outer layer appends the headers of the state. The response to a rejection is that
    /// of the innermost `respond_with`, which its layer has left in the request.
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
