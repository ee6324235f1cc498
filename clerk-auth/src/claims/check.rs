//! What an application asks of a session before it lets a request do something.

use super::organization::Organization;
use super::reverification::Reverification;
use super::{SessionClaims, scope};

/// A question about a session: role, permission, feature, plan, fresh verification.
///
/// Several questions are joined by [`Check::and`], and must all hold. A check that asks nothing
/// holds for nobody, and neither does one whose answer stands in a malformed claim.
///
/// ```
/// use clerk_auth::{Check, Reverification, SessionClaims};
///
/// fn may_delete(claims: &SessionClaims) -> bool {
///     let permitted = Check::permission("org:invoices:delete");
///     claims.has(&permitted.and(Check::reverified(Reverification::Strict)))
/// }
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[must_use = "a check is answered by `has`"]
pub struct Check {
    questions: Vec<Question>,
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
    /// Whether the user has this role in the active organization. The prefix `org:` may be missing.
    pub fn role(role: impl Into<String>) -> Self {
        Question::Role(role.into()).into()
    }

    /// Whether the user has this permission in the active organization, such as
    /// `org:invoices:delete`. The prefix `org:` may be missing.
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
    /// reverification have no claim that says it, and never pass.
    pub fn reverified(reverification: Reverification) -> Self {
        Question::Reverified(reverification).into()
    }

    /// Both: what is asked here, and what is asked there.
    pub fn and(mut self, other: Self) -> Self {
        self.questions.extend(other.questions);
        self
    }

    pub(super) fn holds_for(&self, claims: &SessionClaims) -> bool {
        !claims.user_id().is_empty()
            && !self.questions.is_empty()
            && self
                .questions
                .iter()
                .all(|question| question.holds_for(claims))
    }
}

impl From<Question> for Check {
    fn from(question: Question) -> Self {
        Self {
            questions: vec![question],
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
