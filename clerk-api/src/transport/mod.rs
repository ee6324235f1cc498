//! How requests reach the server: a small trait, so that the HTTP client can be replaced.
//!
//! The runtime above adds keys, retries, time limits and errors; a transport only sends one request
//! and brings one answer. It must not follow redirects: they would carry the key elsewhere.
//!
//! A transport that records what it is given and answers from memory, for tests:
//!
//! ```
//! use std::sync::Mutex;
//!
//! use bytes::Bytes;
//! use clerk_api::transport::{Body, Transport, TransportFuture};
//!
//! #[derive(Default)]
//! struct Recorder(Mutex<Vec<http::Request<Body>>>);
//!
//! impl Transport for Recorder {
//!     fn execute(&self, request: http::Request<Body>) -> TransportFuture<'_> {
//!         self.0.lock().unwrap().push(request);
//!         Box::pin(async { Ok(http::Response::new(Bytes::from_static(b"{}"))) })
//!     }
//! }
//!
//! # fn main() -> Result<(), clerk_api::Error> {
//! let clerk = clerk_api::Clerk::builder()
//!     .secret_key("sk_test_0123456789")
//!     .transport(Recorder::default())
//!     .build()?;
//! # let _ = clerk;
//! # Ok(()) }
//! ```

mod body;
#[cfg(feature = "reqwest-middleware")]
mod middleware;
mod reqwest;

use std::error::Error as StdError;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use bytes::Bytes;

pub use self::reqwest::ReqwestTransport;
pub use body::Body;
pub(crate) use body::ByteStream;
#[cfg(feature = "reqwest-middleware")]
pub use middleware::MiddlewareTransport;

/// An answer on its way.
pub type TransportFuture<'a> =
    Pin<Box<dyn Future<Output = Result<http::Response<Bytes>, TransportError>> + Send + 'a>>;

/// Sends a request and brings the answer, whatever its status.
pub trait Transport: Send + Sync + 'static {
    /// Sends one request once.
    fn execute(&self, request: http::Request<Body>) -> TransportFuture<'_>;
}

impl<T: Transport + ?Sized> Transport for Arc<T> {
    fn execute(&self, request: http::Request<Body>) -> TransportFuture<'_> {
        (**self).execute(request)
    }
}

impl<T: Transport + ?Sized> Transport for Box<T> {
    fn execute(&self, request: http::Request<Body>) -> TransportFuture<'_> {
        (**self).execute(request)
    }
}

/// Why a transport brought no answer.
pub struct TransportError {
    kind: TransportErrorKind,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

/// The kinds of [`TransportError`]; retries depend on them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TransportErrorKind {
    /// No connection came about: the request was not sent.
    Connect,
    /// The connection was lost before the whole answer was there.
    Interrupted,
    /// A time limit of the transport's own ran out.
    Timeout,
    /// Anything else; it is not retried.
    Other,
}

impl TransportError {
    /// An error of this kind, and its cause. What the cause prints must hold no secret.
    pub fn new(
        kind: TransportErrorKind,
        source: impl Into<Box<dyn StdError + Send + Sync>>,
    ) -> Self {
        Self {
            kind,
            source: Some(source.into()),
        }
    }

    /// Which kind of error this is.
    pub fn kind(&self) -> TransportErrorKind {
        self.kind
    }
}

impl From<TransportErrorKind> for TransportError {
    fn from(kind: TransportErrorKind) -> Self {
        Self { kind, source: None }
    }
}

impl fmt::Debug for TransportError {
    // The cause is printed as text: its `Debug` may hold anything.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut causes = Vec::new();
        let mut next = self.source();
        while let Some(cause) = next {
            causes.push(cause.to_string());
            next = cause.source();
        }
        formatter
            .debug_struct("TransportError")
            .field("kind", &self.kind)
            .field("causes", &causes)
            .finish()
    }
}

impl fmt::Display for TransportError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self.kind {
            TransportErrorKind::Connect => "connecting failed",
            TransportErrorKind::Interrupted => "the connection was lost",
            TransportErrorKind::Timeout => "the transport ran out of time",
            TransportErrorKind::Other => "the transport failed",
        })
    }
}

impl StdError for TransportError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match &self.source {
            Some(source) => Some(source.as_ref()),
            None => None,
        }
    }
}
