//! The check that a request failed, and which one is reported if several failed.

use std::fmt;

use super::reverification::Reverification;
use crate::accepts::TokenType;

/// The check that a request failed.
///
/// If all checks must pass, the first failed one is reported, except that a missing reverification comes
/// last: only if nothing else is missing does verifying again help. If one check is enough, a missing
/// reverification comes first, for the same reason, and a wrong type of token last.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum FailedCheck {
    /// The user does not have this role in the active organization.
    Role(String),
    /// The user does not have this permission in the active organization.
    Permission(String),
    /// The feature is missing: for the user, for the active organization, or for both, as the check specifies.
    Feature(String),
    /// The plan is missing: for the user, for the active organization, or for both, as the check specifies.
    Plan(String),
    /// The user did not verify their identity recently enough.
    Reverification(Reverification),
    /// The machine token does not have this scope.
    Scope(String),
    /// The check does not apply to this type of token: a scope for a session, a role for a machine token.
    TokenType(TokenType),
    /// The session has no user.
    NoUser,
    /// The check or the list of scopes is empty. No request passes that.
    NothingAsked,
}

impl FailedCheck {
    /// Returns the missing reverification, if the request would pass with it.
    pub fn reverification(&self) -> Option<Reverification> {
        match self {
            Self::Reverification(asked) if asked.can_be_satisfied() => Some(*asked),
            _ => None,
        }
    }

    /// The failed check to report if all must pass.
    pub(crate) fn of_all(checks: impl Iterator<Item = Result<(), Self>>) -> Result<(), Self> {
        let mut missing: Option<Reverification> = None;
        for check in checks {
            let Err(failed) = check else { continue };
            let Some(asked) = failed.reverification() else {
                return Err(failed);
            };
            missing = Some(missing.map_or(asked, |other| other.and(asked)));
        }
        missing.map_or(Ok(()), |asked| Err(Self::Reverification(asked)))
    }

    /// The failed check to report if one is enough, unless one passes.
    pub(crate) fn of_any(checks: impl Iterator<Item = Result<(), Self>>) -> Result<(), Self> {
        let mut reported: Option<Self> = None;
        for check in checks {
            let Err(failed) = check else { return Ok(()) };
            if reported
                .as_ref()
                .is_none_or(|other| failed.rank() < other.rank())
            {
                reported = Some(failed);
            }
        }
        Err(reported.unwrap_or(Self::NothingAsked))
    }

    /// The rank among checks of which one is enough: the lowest one is reported.
    fn rank(&self) -> u8 {
        match self {
            _ if self.reverification().is_some() => 0,
            Self::TokenType(_) => 2,
            Self::NoUser | Self::NothingAsked => 3,
            _ => 1,
        }
    }
}

impl fmt::Display for FailedCheck {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Role(role) => write!(formatter, "the role {role:?} is missing"),
            Self::Permission(name) => write!(formatter, "the permission {name:?} is missing"),
            Self::Feature(feature) => write!(formatter, "the feature {feature:?} is missing"),
            Self::Plan(plan) => write!(formatter, "the plan {plan:?} is missing"),
            Self::Reverification(asked) => {
                let (level, minutes) = (asked.level().as_str(), asked.after_minutes());
                write!(
                    formatter,
                    "the user has not verified their identity ({level}) in the last {minutes} minutes"
                )
            }
            Self::Scope(scope) => write!(formatter, "the scope {scope:?} is missing"),
            Self::TokenType(sent) => {
                write!(
                    formatter,
                    "a token of type {} cannot pass this check",
                    sent.as_str()
                )
            }
            Self::NoUser => formatter.write_str("the session has no user"),
            Self::NothingAsked => {
                formatter.write_str("the check is empty, which no request passes")
            }
        }
    }
}

impl std::error::Error for FailedCheck {}
