//! What is asked of a request before a handler sees it.

use super::rejection::Rejection;
use crate::auth::Auth;
use crate::claims::{Check, FailedCheck};
use crate::reason::Reason;
use crate::request_state::RequestState;

/// What is asked of a request: that it is authenticated, and perhaps more.
///
/// Sessions pass checks, and machine tokens have scopes. A requirement that asks for a check is met by
/// no machine token, and one that asks for a scope by no session, unless [`Requirement::or`] says what
/// else is enough. `and` and `or` apply to all that comes before them: `a.or(b).and(c)` asks for `c`
/// and one of `a` and `b`.
///
/// ```
/// use clerk_auth::Check;
/// use clerk_auth::adapter::Requirement;
///
/// let anybody = Requirement::authenticated();
/// let admins = Requirement::from(Check::role("org:admin"));
/// let writers = Requirement::all_scopes(["invoices:read", "invoices:write"]);
/// let admins_and_jobs = admins.clone().or(Requirement::scope("invoices:write"));
/// # let _ = (anybody, admins, writers, admins_and_jobs);
/// ```
#[derive(Clone, Debug, Default)]
pub struct Requirement(Asked);

#[derive(Clone, Debug, Default)]
enum Asked {
    #[default]
    Authenticated,
    Session,
    Machine,
    Check(Check),
    Scope(String),
    All(Vec<Self>),
    /// Met by no request if there is none to choose from.
    Any(Vec<Self>),
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
    /// That the request is authenticated, by a token of any type that is accepted.
    pub fn authenticated() -> Self {
        Self(Asked::Authenticated)
    }

    /// That it has a session.
    pub fn session() -> Self {
        Self(Asked::Session)
    }

    /// That it has a machine token.
    pub fn machine() -> Self {
        Self(Asked::Machine)
    }

    /// That it has a machine token with this scope.
    pub fn scope(scope: impl Into<String>) -> Self {
        Self(Asked::Scope(scope.into()))
    }

    /// That it has a machine token with all of these scopes. No request meets an empty list.
    pub fn all_scopes(scopes: impl IntoIterator<Item = impl Into<String>>) -> Self {
        let scopes = scopes_of(scopes);
        Self(if scopes.is_empty() {
            Asked::Any(scopes)
        } else {
            Asked::All(scopes)
        })
    }

    /// That it has a machine token with one of these scopes, or more of them. No request meets an empty
    /// list.
    pub fn any_scope(scopes: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self(Asked::Any(scopes_of(scopes)))
    }

    /// All-of: what is asked so far, and this too.
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

    /// Any-of: what is asked so far, or this in its place.
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

    /// Whether a state meets it, or the rejection to respond with.
    ///
    /// # Errors
    ///
    /// The rejection. [`Rejection::failed_check`] says what was missing.
    pub fn judge(&self, state: &RequestState) -> Result<(), Rejection> {
        self.judge_auth(state.auth(), Some(state))
    }

    /// As [`Requirement::judge`], where a test may have made up who it is; then there is no state.
    pub(crate) fn judge_auth(
        &self,
        auth: &Auth,
        state: Option<&RequestState>,
    ) -> Result<(), Rejection> {
        if !auth.is_authenticated() {
            return Err(refused(state));
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

/// The rejection of an unauthenticated request, with the reason for the log.
fn refused(state: Option<&RequestState>) -> Rejection {
    let rejection = unauthenticated(state);
    match state.map(RequestState::reason) {
        Some(Some(reason)) => rejection.because(reason.clone().into_code()),
        // Only such a session is known and counts as signed out.
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
        // No token at all is none of the kinds of a list either.
        Some(reason) if *reason == Reason::TOKEN_TYPE_MISMATCH => {
            Rejection::unauthenticated(state.is_some_and(|state| state.token_type().is_some()))
        }
        Some(reason) => Rejection::unauthenticated(!NO_TOKEN.contains(reason)),
        // A session that counts as signed out, because it has tasks left.
        None => Rejection::unauthenticated(false),
    }
}
