//! Which check a request has failed, and which one is reported where several have.

use std::fmt;

use super::reverification::Reverification;
use crate::accepts::TokenType;

/// The check that a request has failed.
///
/// Of checks that must all pass, the first one that failed is reported. A missing reverification
/// comes last: it is reported only if nothing else is missing, because then, and only then, verifying
/// again helps. Of checks of which one is enough, a missing reverification comes first, for the same
/// reason, and a wrong type of token comes last.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum FailedCheck {
    /// The user does not have this role in the active organization.
    Role(String),
    /// The user does not have this permission in the active organization.
    Permission(String),
    /// Neither the user nor the active organization has this feature, or not the one of them that the
    /// check names.
    Feature(String),
    /// Neither the user nor the active organization has this plan, or not the one of them that the
    /// check names.
    Plan(String),
    /// The user has not proven recently enough who they are.
    Reverification(Reverification),
    /// The machine token does not have this scope.
    Scope(String),
    /// What is asked for does not exist for tokens of this type: scopes for a session, roles for a
    /// machine token.
    TokenType(TokenType),
    /// The session has no user.
    NoUser,
    /// Nothing is asked for, by an empty check or an empty list of scopes. No request passes that.
    NothingAsked,
}

impl FailedCheck {
    /// The reverification that would let the request pass, if it would.
    pub fn reverification(&self) -> Option<Reverification> {
        match self {
            Self::Reverification(asked) if asked.can_be_satisfied() => Some(*asked),
            _ => None,
        }
    }

    /// What keeps all of them from passing, if something does.
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

    /// What keeps each of them from passing, if none does.
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

    /// Which one is reported where one was enough: that of the lowest rank.
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
                    "the last verification ({level}) is not less than {minutes} minutes old"
                )
            }
            Self::Scope(scope) => write!(formatter, "the scope {scope:?} is missing"),
            Self::TokenType(sent) => {
                write!(formatter, "a token of type {} cannot pass", sent.as_str())
            }
            Self::NoUser => formatter.write_str("the session has no user"),
            Self::NothingAsked => {
                formatter.write_str("the check asks for nothing, which no request passes")
            }
        }
    }
}

impl std::error::Error for FailedCheck {}
