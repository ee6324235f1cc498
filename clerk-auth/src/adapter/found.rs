//! What a layer leaves in a request for extractors.

use super::extract::used_without;
use super::{Rejection, Requirement, Respond};
use crate::auth::{Auth, MachineAuth, SessionAuth};
use crate::request_state::RequestState;

/// What a layer has left in a request.
pub(crate) struct Found<'r> {
    /// From the layer, or inserted by a test.
    pub(crate) auth: Option<&'r Auth>,
    pub(crate) state: Option<&'r RequestState>,
    pub(crate) respond: Option<&'r Respond>,
    /// Path of the layer, for the error message.
    pub(crate) layer: &'static str,
    /// How to add the layer, for the error message.
    pub(crate) how: &'static str,
}

impl Found<'_> {
    pub(crate) fn optional(&self) -> Result<Auth, Rejection> {
        let auth = self.auth.cloned();
        auth.ok_or_else(|| used_without(self.layer, self.how))
    }

    pub(crate) fn required(&self, requirement: &Requirement) -> Result<Auth, Rejection> {
        let auth = self.optional()?;
        match requirement.judge_auth(&auth, self.state) {
            Ok(()) => Ok(auth),
            Err(rejection) => Err(rejection.answered_by(self.respond)),
        }
    }

    pub(crate) fn session(&self) -> Result<SessionAuth, Rejection> {
        match self.required(&Requirement::session())? {
            Auth::Session(session) => Ok(session),
            _ => Err(Rejection::unauthenticated(false)),
        }
    }

    pub(crate) fn machine(&self) -> Result<MachineAuth, Rejection> {
        match self.required(&Requirement::machine())? {
            Auth::Machine(machine) => Ok(machine),
            _ => Err(Rejection::unauthenticated(false)),
        }
    }
}
