//! The errors of verifying and reading a webhook.

use std::error::Error as StdError;
use std::fmt;

use crate::error::Cause;

/// Why a webhook could not be verified or read. It contains neither the secret nor a signature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WebhookError {
    kind: WebhookErrorKind,
    message: String,
    cause: Cause,
}

/// The kinds of [`WebhookError`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum WebhookErrorKind {
    /// The secret is missing or invalid. The message includes where to find it.
    Configuration,
    /// A required header is missing or malformed.
    Headers,
    /// The timestamp is too old, or in the future.
    Timestamp,
    /// No signature matches the body and a configured secret.
    Signature,
    /// The body is larger than the limit of the extractors, 1 MiB.
    TooLarge,
    /// The body is incomplete.
    Incomplete,
    /// The body is not an event. From a verifier, this means that the signature is valid.
    Body,
}

impl WebhookError {
    pub(super) fn new(kind: WebhookErrorKind, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
            cause: Cause::default(),
        }
    }

    /// Sets the cause, for `source`. It must not print secrets: errors of base64 and of environment variables
    /// quote their input.
    pub(super) fn caused_by(mut self, cause: impl StdError + Send + Sync + 'static) -> Self {
        self.cause = Cause::new(cause);
        self
    }

    /// Creates an error of the verification itself, with the prefix of Clerk's SDK.
    pub(super) fn unverified(kind: WebhookErrorKind, message: &str) -> Self {
        Self::new(
            kind,
            format!("Unable to verify incoming webhook: {message}"),
        )
    }

    /// Returns the kind of error.
    pub fn kind(&self) -> WebhookErrorKind {
        self.kind
    }

    /// Returns whether the secret is missing or invalid.
    pub fn is_configuration(&self) -> bool {
        self.kind == WebhookErrorKind::Configuration
    }

    /// Returns whether the request could not be verified as a webhook from Clerk.
    pub fn is_unverified(&self) -> bool {
        !matches!(
            self.kind,
            WebhookErrorKind::Configuration | WebhookErrorKind::Body
        )
    }

    /// Returns the status to respond with: 400, 413 if the body is too large, or 500 if the configuration is
    /// invalid.
    pub fn status(&self) -> http::StatusCode {
        match self.kind {
            WebhookErrorKind::Configuration => http::StatusCode::INTERNAL_SERVER_ERROR,
            WebhookErrorKind::TooLarge => http::StatusCode::PAYLOAD_TOO_LARGE,
            _ => http::StatusCode::BAD_REQUEST,
        }
    }
}

impl fmt::Display for WebhookError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.message)
    }
}

impl StdError for WebhookError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.cause.source()
    }
}
