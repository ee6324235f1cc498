//! Errors of the configuration, and of requests that reveal one.

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;

/// An invalid configuration, or a request that reveals one.
///
/// An unauthenticated request is not an error, see [`RequestState`](crate::RequestState).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    kind: ErrorKind,
    message: String,
    cause: Cause,
}

/// The kinds of [`Error`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// An option is missing or invalid. The message names the option and where to find its value.
    Configuration,
    /// In development, a handshake returned a token of another instance.
    Handshake,
}

impl Error {
    pub(crate) fn configuration(message: impl Into<String>) -> Self {
        Self {
            kind: ErrorKind::Configuration,
            message: message.into(),
            cause: Cause::default(),
        }
    }

    pub(crate) fn handshake(message: impl Into<String>) -> Self {
        Self {
            kind: ErrorKind::Handshake,
            message: message.into(),
            cause: Cause::default(),
        }
    }

    pub(crate) fn caused_by(mut self, cause: impl StdError + Send + Sync + 'static) -> Self {
        self.cause = Cause::new(cause);
        self
    }

    /// Returns the kind of error.
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// Returns whether an option is missing or invalid.
    pub fn is_configuration(&self) -> bool {
        self.kind == ErrorKind::Configuration
    }
}

impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.message)
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.cause.source()
    }
}

/// The cause of an error, for `source`. It must not print a secret. Errors that differ only in their cause
/// are equal.
#[derive(Clone, Default)]
pub(crate) struct Cause(Option<Arc<dyn StdError + Send + Sync>>);

impl Cause {
    pub(crate) fn new(cause: impl StdError + Send + Sync + 'static) -> Self {
        Self(Some(Arc::new(cause)))
    }

    pub(crate) fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match &self.0 {
            Some(cause) => Some(cause.as_ref()),
            None => None,
        }
    }
}

impl PartialEq for Cause {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Cause {}

impl fmt::Debug for Cause {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Some(cause) => write!(formatter, "{:?}", cause.to_string()),
            None => formatter.write_str("None"),
        }
    }
}
