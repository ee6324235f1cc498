//! What an application asks of a session before it lets a request do something.

use super::failed_check::FailedCheck;
use super::organization::Organization;
use super::reverification::Reverification;
use super::{SessionClaims, scope};

/// What an application asks of a session: a role, a permission, a feature, a plan, a recent
/// verification.
///
/// Checks are combined by [`Check::and`] and [`Check::or`], which apply to all that comes before them:
/// `a.or(b).and(c)` asks for `c` and one of `a` and `b`. A check that asks for nothing never passes,
/// and neither does one about a malformed claim.
///
/// ```
/// use clerk_auth::{Check, Reverification, SessionClaims};
///
/// fn may_delete(claims: &SessionClaims) -> bool {
///     let permitted = Check::role("org:admin").or(Check::permission("org:invoices:delete"));
///     claims.has(&permitted.and(Check::reverified(Reverification::Strict)))
/// }
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[must_use = "a check has no effect until it is passed to `has`, `check` or `require`"]
pub struct Check(Asked);

#[derive(Clone, Debug, Default, PartialEq, Eq)]
enum Asked {
    #[default]
    Nothing,
    One(Question),
    All(Vec<Self>),
    Any(Vec<Self>),
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Question {
    Role(String),
    Permission(String),
    Feature(String),
    Plan(String),
    Reverified(Reverification),
}

impl Check {
    /// Whether the user has this role in the active organization. The prefix `org:` is optional.
    pub fn role(role: impl Into<String>) -> Self {
        Question::Role(role.into()).into()
    }

    /// Whether the user has this permission in the active organization, such as
    /// `org:invoices:delete`. The prefix `org:` is optional.
    pub fn permission(permission: impl Into<String>) -> Self {
        Question::Permission(permission.into()).into()
    }

    /// Whether there is this feature: for the organization (`org:<feature>`), for the user
    /// (`user:<feature>`), or for one of them (`<feature>`).
    pub fn feature(feature: impl Into<String>) -> Self {
        Question::Feature(feature.into()).into()
    }

    /// Whether there is this plan: of the organization (`org:<plan>`), of the user
    /// (`user:<plan>`), or of one of them (`<plan>`).
    pub fn plan(plan: impl Into<String>) -> Self {
        Question::Plan(plan.into()).into()
    }

    /// Whether the user has proven recently who they are. Sessions of instances that do not use
    /// reverification have no claim that says so, and never pass.
    pub fn reverified(reverification: Reverification) -> Self {
        Question::Reverified(reverification).into()
    }

    /// All-of: what is asked so far, and the other one too. A check that asks for nothing adds
    /// nothing.
    pub fn and(self, other: Self) -> Self {
        Self(match (self.0, other.0) {
            (Asked::Nothing, only) | (only, Asked::Nothing) => only,
            (Asked::All(mut all), other) => {
                all.push(other);
                Asked::All(all)
            }
            (one, other) => Asked::All(vec![one, other]),
        })
    }

    /// Any-of: what is asked so far, or the other one in its place. A check that asks for nothing adds
    /// nothing.
    pub fn or(self, other: Self) -> Self {
        Self(match (self.0, other.0) {
            (Asked::Nothing, only) | (only, Asked::Nothing) => only,
            (Asked::Any(mut any), other) => {
                any.push(other);
                Asked::Any(any)
            }
            (one, other) => Asked::Any(vec![one, other]),
        })
    }

    /// What keeps a session from passing, if something does.
    pub(super) fn passes(&self, claims: &SessionClaims) -> Result<(), FailedCheck> {
        if claims.user_id().is_empty() {
            return Err(FailedCheck::NoUser);
        }
        self.0.passes(claims)
    }
}

impl From<Question> for Check {
    fn from(question: Question) -> Self {
        Self(Asked::One(question))
    }
}

impl Asked {
    fn passes(&self, claims: &SessionClaims) -> Result<(), FailedCheck> {
        match self {
            Self::Nothing => Err(FailedCheck::NothingAsked),
            Self::One(question) if question.holds_for(claims) => Ok(()),
            Self::One(question) => Err(question.clone().into()),
            Self::All(all) => FailedCheck::of_all(all.iter().map(|one| one.passes(claims))),
            Self::Any(any) => FailedCheck::of_any(any.iter().map(|one| one.passes(claims))),
        }
    }
}

impl Question {
    fn holds_for(&self, claims: &SessionClaims) -> bool {
        match self {
            Self::Role(role) => has_role(claims.organization(), without_prefix(role)),
            Self::Permission(permission) => {
                has_permission(claims.organization(), without_prefix(permission))
            }
            Self::Feature(feature) => scope::has(claims.features.as_deref(), feature),
            Self::Plan(plan) => scope::has(claims.plans.as_deref(), plan),
            Self::Reverified(reverification) => claims
                .factor_verification_age()
                .is_some_and(|ages| reverification.is_satisfied(ages)),
        }
    }
}

impl From<Question> for FailedCheck {
    fn from(question: Question) -> Self {
        match question {
            Question::Role(role) => Self::Role(role),
            Question::Permission(permission) => Self::Permission(permission),
            Question::Feature(feature) => Self::Feature(feature),
            Question::Plan(plan) => Self::Plan(plan),
            Question::Reverified(reverification) => Self::Reverification(reverification),
        }
    }
}

const PREFIX: &str = "org:";

fn has_role(organization: Option<&Organization>, role: &str) -> bool {
    let own = organization.and_then(|organization| organization.role.as_deref());
    !role.is_empty() && own.map(without_prefix) == Some(role)
}

fn has_permission(organization: Option<&Organization>, permission: &str) -> bool {
    let granted = organization.map_or(&[][..], |organization| &organization.permissions);
    !permission.is_empty()
        && granted
            .iter()
            .any(|one| one.strip_prefix(PREFIX) == Some(permission))
}

/// Without `org:`, however often it stands there.
fn without_prefix(name: &str) -> &str {
    name.trim_start_matches(PREFIX)
}
