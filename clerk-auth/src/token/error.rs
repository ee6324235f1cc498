//! The errors of verifying a token.

use std::borrow::Cow;
use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

use crate::error::Cause;
use crate::reason::Reason;

/// Why a token is rejected, or could not be verified.
///
/// It contains claims of the token, such as `azp`, but never the token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenError {
    // Boxed to keep results small.
    detail: Box<Detail>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Detail {
    reason: Reason,
    message: Cow<'static, str>,
    action: Option<&'static str>,
    retry_after: Option<Duration>,
    cause: Cause,
}

pub(crate) const CHECK_TOKEN: &str = "Make sure that this is a valid Clerk-generated JWT.";
pub(crate) const CHECK_KEYS: &str = "Go to your Dashboard and validate your secret and public keys are correct. Contact support@clerk.com if the issue persists.";
pub(crate) const CONTACT_SUPPORT: &str = "Contact support@clerk.com";

impl TokenError {
    pub(crate) fn new(reason: Reason, message: impl Into<Cow<'static, str>>) -> Self {
        Self {
            detail: Box::new(Detail {
                reason,
                message: message.into(),
                action: None,
                retry_after: None,
                cause: Cause::default(),
            }),
        }
    }

    pub(crate) fn with_action(mut self, action: &'static str) -> Self {
        self.detail.action = Some(action);
        self
    }

    pub(crate) fn with_retry_after(mut self, rest: Option<Duration>) -> Self {
        self.detail.retry_after = rest;
        self
    }

    pub(crate) fn caused_by(mut self, cause: impl StdError + Send + Sync + 'static) -> Self {
        self.detail.cause = Cause::new(cause);
        self
    }

    /// Returns the reason code.
    pub fn reason(&self) -> &Reason {
        &self.detail.reason
    }

    /// Returns the message, a sentence.
    pub fn message(&self) -> &str {
        &self.detail.message
    }

    /// Returns how to fix it, if known.
    pub fn action(&self) -> Option<&'static str> {
        self.detail.action
    }

    /// Returns whether the keys could not be fetched. The token may be valid, and a retry may succeed.
    pub fn is_keys_unavailable(&self) -> bool {
        [
            Reason::JWK_REMOTE_FAILED_TO_LOAD,
            Reason::JWK_FAILED_TO_RESOLVE,
            Reason::SECRET_KEY_INVALID,
        ]
        .contains(self.reason())
    }

    /// Returns the time until the keys can be fetched again, if known.
    pub fn retry_after(&self) -> Option<Duration> {
        self.detail.retry_after
    }

    /// The message with the action, the reason and the location of the token (`header` or `cookie`).
    pub(crate) fn full_message(&self, carrier: Option<&str>) -> String {
        let Detail {
            reason,
            message,
            action,
            ..
        } = &*self.detail;
        let (space, action) = match action {
            Some(action) => (" ", *action),
            None => ("", ""),
        };
        let carrier = carrier.unwrap_or("undefined");
        format!("{message}{space}{action} (reason={reason}, token-carrier={carrier})")
    }
}

impl fmt::Display for TokenError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} ({})", self.message(), self.reason())?;
        match self.action() {
            Some(action) => write!(formatter, " {action}"),
            None => Ok(()),
        }
    }
}

impl StdError for TokenError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.detail.cause.source()
    }
}
