//! What is asked of a request before it is let in.

use super::rejection::Rejection;
use crate::auth::Auth;
use crate::claims::Check;
use crate::reason::Reason;
use crate::request_state::RequestState;

/// What is asked of a request: that it is known who makes it, and perhaps more.
///
/// ```
/// use clerk_auth::Check;
/// use clerk_auth::adapter::Requirement;
///
/// let anybody = Requirement::authenticated();
/// let admins = Requirement::from(Check::role("org:admin"));
/// let admins_and_jobs = Requirement::from(Check::role("org:admin")).or_scope("invoices:write");
/// # let _ = (anybody, admins, admins_and_jobs);
/// ```
#[derive(Clone, Debug, Default)]
pub struct Requirement {
    check: Option<Check>,
    scope: Option<String>,
    no_session: bool,
    no_machine: bool,
}

/// A requirement that has a type of its own, so that a handler can ask for it in its signature.
///
/// ```
/// use clerk_auth::Check;
/// use clerk_auth::adapter::{Required, Requirement};
///
/// struct Admin;
///
/// impl Required for Admin {
///     fn requirement() -> Requirement {
///         Check::role("org:admin").into()
///     }
/// }
/// ```
pub trait Required {
    /// What is asked.
    fn requirement() -> Requirement;
}

impl Requirement {
    /// That it is known who makes the request, by whatever token is accepted.
    pub fn authenticated() -> Self {
        Self::default()
    }

    /// That it is a session.
    pub fn session() -> Self {
        Self {
            no_machine: true,
            ..Self::default()
        }
    }

    /// That it is a machine token.
    pub fn machine() -> Self {
        Self {
            no_session: true,
            ..Self::default()
        }
    }

    /// That a machine token, if it is one, has this scope. Without this, a machine token meets no
    /// requirement that has a check, because checks are about sessions.
    pub fn or_scope(mut self, scope: impl Into<String>) -> Self {
        self.scope = Some(scope.into());
        self
    }

    /// Whether a state meets it, or what to answer.
    ///
    /// # Errors
    ///
    /// The rejection to answer with.
    pub fn judge(&self, state: &RequestState) -> Result<(), Rejection> {
        self.judge_auth(state.auth(), Some(state))
    }

    /// As [`Requirement::judge`], of somebody that a test may have made up; then there is no state.
    pub(crate) fn judge_auth(
        &self,
        auth: &Auth,
        state: Option<&RequestState>,
    ) -> Result<(), Rejection> {
        let meets = match auth {
            Auth::Session(_) if self.no_session => false,
            Auth::Machine(_) if self.no_machine => false,
            Auth::Session(session) => self.check.as_ref().is_none_or(|check| session.has(check)),
            Auth::Machine(machine) => match (&self.scope, &self.check) {
                (Some(scope), _) => machine.has_scope(scope),
                (None, check) => check.is_none(),
            },
            Auth::SignedOut(_) => return Err(refused(state)),
        };
        if meets {
            Ok(())
        } else {
            Err(Rejection::forbidden())
        }
    }
}

impl From<Check> for Requirement {
    fn from(check: Check) -> Self {
        Self {
            check: Some(check),
            ..Self::default()
        }
    }
}

fn refused(state: Option<&RequestState>) -> Rejection {
    const NO_TOKEN: [Reason; 4] = [
        Reason::NO_TOKEN_IN_HEADER,
        Reason::SESSION_TOKEN_AND_UAT_MISSING,
        Reason::SESSION_TOKEN_MISSING,
        Reason::DEV_BROWSER_MISSING,
    ];
    if let Some(state) = state.filter(|state| state.is_unavailable()) {
        return Rejection::unavailable(state.retry_after());
    }
    match state.and_then(RequestState::reason) {
        // No token at all is none of the kinds of a list either.
        Some(reason) if *reason == Reason::TOKEN_TYPE_MISMATCH => {
            Rejection::unauthenticated(state.is_some_and(|state| state.token_type().is_some()))
        }
        Some(reason) => Rejection::unauthenticated(!NO_TOKEN.contains(reason)),
        // A session that counts as signed out, because it has tasks left.
        None => Rejection::unauthenticated(false),
    }
}
