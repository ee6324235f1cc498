//! What is wrong with the configuration, or so wrong with a request that no state can say it.

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;

/// An authenticator that cannot be built, or cannot answer a request as it is configured.
///
/// A request that is merely not signed in is no error: see [`crate::RequestState`].
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

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.cause.source()
    }
}

/// What an error came from, as it was, for `source`. It must not print a secret. Errors that differ in
/// nothing else are equal.
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
