//! Why a request is not accepted as a webhook of Clerk's.

use std::error::Error as StdError;
use std::fmt;

use crate::error::Cause;

/// Why a request is not accepted as a webhook of Clerk's, or why none can be. It holds neither secret
/// nor signature.
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
    /// There is no usable secret. The message says where it is found.
    Configuration,
    /// A required header is missing or malformed.
    Headers,
    /// It was sent too long ago, or in the future.
    Timestamp,
    /// No signature is of these bytes and a known secret.
    Signature,
    /// The body has more bytes than an extractor reads.
    TooLarge,
    /// The body did not arrive whole.
    Incomplete,
    /// It is Clerk's, but its body is not an event.
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

    /// Keeps what it came from, for `source`. That must not print a secret: errors of base64 and of
    /// environment variables quote what they read.
    pub(super) fn caused_by(mut self, cause: impl StdError + Send + Sync + 'static) -> Self {
        self.cause = Cause::new(cause);
        self
    }

    /// Of a webhook that has all that is needed to verify it.
    pub(super) fn unverified(kind: WebhookErrorKind, message: &str) -> Self {
        Self::new(
            kind,
            format!("Unable to verify incoming webhook: {message}"),
        )
    }

    /// The kind of error.
    pub fn kind(&self) -> WebhookErrorKind {
        self.kind
    }

    /// Whether the secret is missing or wrong in form.
    pub fn is_configuration(&self) -> bool {
        self.kind == WebhookErrorKind::Configuration
    }

    /// Whether the request is not proven to be Clerk's.
    pub fn is_unproven(&self) -> bool {
        !matches!(
            self.kind,
            WebhookErrorKind::Configuration | WebhookErrorKind::Body
        )
    }

    /// The status to answer with: 400, or 413 for a body that is too large, or 500 for a
    /// configuration.
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
