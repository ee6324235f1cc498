//! Why a request is not taken for a webhook of Clerk's.

use std::fmt;

/// Why a request is not taken for a webhook of Clerk's, or why none can be. It holds neither secret
/// nor signature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WebhookError {
    kind: WebhookErrorKind,
    message: String,
}

/// The kinds of [`WebhookError`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum WebhookErrorKind {
    /// There is no usable secret. The message says where it is found.
    Configuration,
    /// A header is missing or is none that can be read.
    Headers,
    /// It was sent too long ago, or in the future.
    Timestamp,
    /// No signature is of these bytes and a known secret.
    Signature,
    /// It is Clerk's, but its body is no event.
    Body,
}

impl WebhookError {
    pub(super) fn new(kind: WebhookErrorKind, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
        }
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
        matches!(
            self.kind,
            WebhookErrorKind::Headers | WebhookErrorKind::Timestamp | WebhookErrorKind::Signature
        )
    }

    /// The status to answer with: 400, or 500 for a configuration.
    pub fn status(&self) -> http::StatusCode {
        if self.is_configuration() {
            http::StatusCode::INTERNAL_SERVER_ERROR
        } else {
            http::StatusCode::BAD_REQUEST
        }
    }
}

impl fmt::Display for WebhookError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.message)
    }
}

impl std::error::Error for WebhookError {}
