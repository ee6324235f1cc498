//! Authorization checks on sessions.

use super::failed_check::FailedCheck;
use super::organization::Organization;
use super::reverification::Reverification;
use super::{SessionClaims, scope};

/// An authorization check on a session: a role, a permission, a feature, a plan, or a recent verification.
///
/// Combine checks with [`Check::and`] and [`Check::or`], which apply to everything before them:
/// `a.or(b).and(c)` requires `c`, and `a` or `b`. An empty check ([`Check::default`]) never passes, and
/// neither does a check of a malformed claim.
///
/// ```
/// use clerk_auth::{Check, Reverification, SessionClaims};
///
/// fn may_delete(claims: &SessionClaims) -> bool {
///     let permitted = Check::role("org:admin").or(Check::permission("org:invoices:delete"));
///     claims.has(&permitted.and(Check::reverified(Reverification::Strict)))
/// }
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
#[must_use = "a check has no effect until it is passed to `has`, `check` or `require`"]
#[doc(alias("has", "protect", "authorize", "authorization", "rbac", "billing"))]
pub struct Check(Asked);

#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
enum Asked {
    #[default]
    Nothing,
    One(Question),
    All(Vec<Self>),
    Any(Vec<Self>),
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Question {
    Role(String),
    Permission(String),
    Feature(String),
    Plan(String),
    Reverified(Reverification),
}

impl Check {
    /// Requires this role in the active organization. The prefix `org:` is optional.
    pub fn role(role: impl Into<String>) -> Self {
        Question::Role(role.into()).into()
    }

    /// Requires this permission in the active organization, such as `org:invoices:delete`. The prefix `org:`
    /// is optional.
    pub fn permission(permission: impl Into<String>) -> Self {
        Question::Permission(permission.into()).into()
    }

    /// Requires this feature, of the active organization (`org:<feature>`), of the user (`user:<feature>`),
    /// or of either (`<feature>`).
    pub fn feature(feature: impl Into<String>) -> Self {
        Question::Feature(feature.into()).into()
    }

    /// Requires this plan, of the active organization (`org:<plan>`), of the user (`user:<plan>`), or of
    /// either (`<plan>`).
    pub fn plan(plan: impl Into<String>) -> Self {
        Question::Plan(plan.into()).into()
    }

    /// Requires that the user verified their identity recently. Sessions of instances without reverification
    /// lack the claim and never pass.
    #[doc(alias("reverification", "step-up", "sudo mode"))]
    pub fn reverified(reverification: Reverification) -> Self {
        Question::Reverified(reverification).into()
    }

    /// Requires both checks. An empty check adds nothing.
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

    /// Requires one of the two checks. An empty check adds nothing.
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

    /// The failed check, if any.
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

/// Strips `org:`, however often it is repeated.
fn without_prefix(name: &str) -> &str {
    name.trim_start_matches(PREFIX)
}
