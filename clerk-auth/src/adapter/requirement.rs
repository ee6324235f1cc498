//! Requirements on requests.

use super::rejection::Rejection;
use crate::auth::Auth;
use crate::claims::{Check, FailedCheck};
use crate::reason::Reason;
use crate::request_state::RequestState;

/// What a request must meet: that it is authenticated, and perhaps more.
///
/// Checks apply to sessions, and scopes to machine tokens: a machine token never passes a check, and a
/// session never has a scope. Combine the two with [`Requirement::or`]. `and` and `or` apply to everything
/// before them: `a.or(b).and(c)` requires `c`, and `a` or `b`.
///
/// ```
/// use clerk_auth::Check;
/// use clerk_auth::adapter::Requirement;
///
/// let any_token = Requirement::authenticated();
/// let admins = Requirement::from(Check::role("org:admin"));
/// let writers = Requirement::all_scopes(["invoices:read", "invoices:write"]);
/// let admins_and_jobs = admins.clone().or(Requirement::scope("invoices:write"));
/// # let _ = (any_token, admins, writers, admins_and_jobs);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
#[must_use = "a requirement has no effect until it is passed to `require` or judged"]
#[doc(alias("protect", "requireAuth", "authorize", "permission"))]
pub struct Requirement(Asked);

#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
enum Asked {
    #[default]
    Authenticated,
    Session,
    Machine,
    Check(Check),
    Scope(String),
    All(Vec<Self>),
    /// An empty list is met by no request.
    Any(Vec<Self>),
}

/// A requirement as a type, for `Require<R>` in the signature of a handler.
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
#[doc(alias("protect", "guard", "extractor"))]
pub trait Required {
    /// Returns the requirement.
    fn requirement() -> Requirement;
}

impl Requirement {
    /// Requires authentication, by any accepted type of token.
    pub fn authenticated() -> Self {
        Self(Asked::Authenticated)
    }

    /// Requires a session.
    pub fn session() -> Self {
        Self(Asked::Session)
    }

    /// Requires a machine token.
    pub fn machine() -> Self {
        Self(Asked::Machine)
    }

    /// Requires a machine token with this scope.
    pub fn scope(scope: impl Into<String>) -> Self {
        Self(Asked::Scope(scope.into()))
    }

    /// Requires a machine token with all of these scopes. No request meets an empty list.
    pub fn all_scopes(scopes: impl IntoIterator<Item = impl Into<String>>) -> Self {
        let scopes = scopes_of(scopes);
        Self(if scopes.is_empty() {
            Asked::Any(scopes)
        } else {
            Asked::All(scopes)
        })
    }

    /// Requires a machine token with at least one of these scopes. No request meets an empty list.
    pub fn any_scope(scopes: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self(Asked::Any(scopes_of(scopes)))
    }

    /// Requires both.
    pub fn and(self, other: impl Into<Self>) -> Self {
        let other = other.into().0;
        Self(match self.0 {
            Asked::All(mut all) => {
                all.push(other);
                Asked::All(all)
            }
            one => Asked::All(vec![one, other]),
        })
    }

    /// Requires one of the two.
    pub fn or(self, other: impl Into<Self>) -> Self {
        let other = other.into().0;
        Self(match self.0 {
            Asked::Any(mut any) => {
                any.push(other);
                Asked::Any(any)
            }
            one => Asked::Any(vec![one, other]),
        })
    }

    /// Checks whether a request meets the requirement.
    ///
    /// # Errors
    ///
    /// The rejection to respond with; [`Rejection::failed_check`] is what was missing.
    pub fn judge(&self, state: &RequestState) -> Result<(), Rejection> {
        self.judge_auth(state.auth(), Some(state))
    }

    /// Like [`Requirement::judge`]. There is no state if a test has inserted the `Auth`.
    pub(crate) fn judge_auth(
        &self,
        auth: &Auth,
        state: Option<&RequestState>,
    ) -> Result<(), Rejection> {
        if !auth.is_authenticated() {
            return Err(rejected(state));
        }
        Ok(self.0.met_by(auth)?)
    }
}

impl Asked {
    fn met_by(&self, auth: &Auth) -> Result<(), FailedCheck> {
        let other_type = || {
            let sent = auth.token_type();
            sent.map_or(FailedCheck::NothingAsked, FailedCheck::TokenType)
        };
        let session = || auth.session().ok_or_else(other_type);
        let machine = || auth.machine().ok_or_else(other_type);
        match self {
            Self::Authenticated => Ok(()),
            Self::Session => session().map(drop),
            Self::Machine => machine().map(drop),
            Self::Check(check) => session()?.check(check),
            Self::Scope(scope) if machine()?.has_scope(scope) => Ok(()),
            Self::Scope(scope) => Err(FailedCheck::Scope(scope.clone())),
            Self::All(all) => FailedCheck::of_all(all.iter().map(|one| one.met_by(auth))),
            Self::Any(any) => FailedCheck::of_any(any.iter().map(|one| one.met_by(auth))),
        }
    }
}

fn scopes_of(scopes: impl IntoIterator<Item = impl Into<String>>) -> Vec<Asked> {
    let scopes = scopes.into_iter().map(Into::into);
    scopes.map(Asked::Scope).collect()
}

impl From<Check> for Requirement {
    fn from(check: Check) -> Self {
        Self(Asked::Check(check))
    }
}

/// Rejection of an unauthenticated request, with the reason for the log.
fn rejected(state: Option<&RequestState>) -> Rejection {
    let rejection = unauthenticated(state);
    match state.map(RequestState::reason) {
        Some(Some(reason)) => rejection.because(reason.clone().into_code()),
        // Only a pending session has no reason and counts as signed out.
        Some(None) => rejection.because("the session is pending"),
        None => rejection,
    }
}

fn unauthenticated(state: Option<&RequestState>) -> Rejection {
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
        // A missing token has this reason too, if a list of kinds is accepted.
        Some(reason) if *reason == Reason::TOKEN_TYPE_MISMATCH => {
            Rejection::unauthenticated(state.is_some_and(|state| state.token_type().is_some()))
        }
        Some(reason) => Rejection::unauthenticated(!NO_TOKEN.contains(reason)),
        // A pending session that counts as signed out.
        None => Rejection::unauthenticated(false),
    }
}
