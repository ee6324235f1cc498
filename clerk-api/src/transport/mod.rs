//! How requests reach the server: a small trait, so that the HTTP client can be replaced.
//!
//! The runtime above adds keys, retries, time limits and errors; a transport sends one request once
//! and returns its response as soon as the head is there. It must not follow redirects, which would
//! carry the key elsewhere, nor send a request twice, which the runtime could not count.
//!
//! A transport that records what it is given and answers from memory, for tests:
//!
//! ```
//! use std::sync::Mutex;
//!
//! use clerk_api::transport::{Body, Transport, TransportFuture};
//!
//! #[derive(Default)]
//! struct Recorder(Mutex<Vec<http::Request<Body>>>);
//!
//! impl Transport for Recorder {
//!     fn execute(&self, request: http::Request<Body>) -> TransportFuture<'_> {
//!         self.0.lock().unwrap().push(request);
//!         Box::pin(async { Ok(http::Response::new("{}".into())) })
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
mod once;
mod reqwest;
mod response_body;

use std::error::Error as StdError;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

pub use self::reqwest::ReqwestTransport;
pub use body::Body;
pub(crate) use body::ByteStream;
#[cfg(feature = "reqwest-middleware")]
pub use middleware::MiddlewareTransport;
pub use response_body::ResponseBody;

/// A response on its way.
pub type TransportFuture<'a> =
    Pin<Box<dyn Future<Output = Result<http::Response<ResponseBody>, TransportError>> + Send + 'a>>;

/// Sends a request and returns the response, whatever its status.
pub trait Transport: Send + Sync + 'static {
    /// Sends one request once. The future is ready when the head of the response is there; the body
    /// arrives as it is read.
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

/// Why a transport returned no response, or not all of it.
pub struct TransportError {
    kind: TransportErrorKind,
    was_not_processed: bool,
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
            source: Some(source.into()),
            ..Self::from(kind)
        }
    }

    /// Says that the server cannot have acted on the request, because it was not sent or because the
    /// server said so: it is then safe to send again, whatever its method. Errors of the kind
    /// [`Connect`](TransportErrorKind::Connect) say it anyway.
    pub fn not_processed(mut self) -> Self {
        self.was_not_processed = true;
        self
    }

    /// Whether the server cannot have acted on the request.
    pub fn was_not_processed(&self) -> bool {
        self.was_not_processed
    }

    /// Which kind of error this is.
    pub fn kind(&self) -> TransportErrorKind {
        self.kind
    }
}

impl From<TransportErrorKind> for TransportError {
    fn from(kind: TransportErrorKind) -> Self {
        Self {
            kind,
            was_not_processed: kind == TransportErrorKind::Connect,
            source: None,
        }
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
            .field("was_not_processed", &self.was_not_processed)
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
