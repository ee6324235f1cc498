//! What is wrong with the configuration, or so wrong with a request that no state can say it.

use std::fmt;

/// An authenticator that cannot be built, or cannot answer a request as it is configured.
///
/// A request that is merely not signed in is no error: see [`crate::RequestState`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    kind: ErrorKind,
    message: String,
}

/// The kinds of [`Error`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// An option is missing or wrong. The message says which one and where its value is found.
    Configuration,
    /// In development, a handshake brought a token that is not of this instance.
    Handshake,
}

impl Error {
    pub(crate) fn configuration(message: impl Into<String>) -> Self {
        Self {
            kind: ErrorKind::Configuration,
            message: message.into(),
        }
    }

    pub(crate) fn handshake(message: impl Into<String>) -> Self {
        Self {
            kind: ErrorKind::Handshake,
            message: message.into(),
        }
    }

    /// The kind of error.
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// Whether an option is missing or wrong.
    pub fn is_configuration(&self) -> bool {
        self.kind == ErrorKind::Configuration
    }
}

impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.message)
    }
}

impl std::error::Error for Error {}
