//! The trait for the HTTP client behind [`Clerk`](crate::Clerk), and its implementations.
//!
//! The client adds keys, retries, time limits and errors. A transport sends a request once and returns
//! the response as soon as its head has arrived. It must not follow redirects, which would send the key
//! to another server, and must not resend a request, which would bypass the retry policy.
//!
//! A transport for tests, which records requests and responds from memory:
//!
//! ```
//! use std::sync::Mutex;
//!
//! use clerk_api::http;
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

/// The future of a response.
pub type TransportFuture<'a> =
    Pin<Box<dyn Future<Output = Result<http::Response<ResponseBody>, TransportError>> + Send + 'a>>;

/// Sends HTTP requests. Pass it to [`ClerkBuilder::transport`](crate::ClerkBuilder::transport).
#[doc(alias("middleware", "custom http client", "mock", "fake"))]
pub trait Transport: Send + Sync + 'static {
    /// Sends a request once and returns the response, whatever its status.
    ///
    /// The future resolves when the head of the response has arrived. The body is streamed.
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

/// The error of a transport that could not send a request or receive the whole response.
pub struct TransportError {
    kind: TransportErrorKind,
    was_not_processed: bool,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

/// The kinds of [`TransportError`]. They decide about retries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TransportErrorKind {
    /// No connection was established: the request was not sent.
    Connect,
    /// The connection was lost before the response was complete.
    Interrupted,
    /// A time limit of the transport itself was exceeded.
    Timeout,
    /// Any other error. It is not retried.
    Other,
}

impl TransportError {
    /// Creates an error from its kind and cause. The cause is printed, so it must not contain a secret.
    pub fn new(
        kind: TransportErrorKind,
        source: impl Into<Box<dyn StdError + Send + Sync>>,
    ) -> Self {
        Self {
            source: Some(source.into()),
            ..Self::from(kind)
        }
    }

    /// Marks the request as not processed: it was not sent, or the server reported that it did not act on
    /// it. It is then safe to retry, whatever its method. Errors of kind
    /// [`Connect`](TransportErrorKind::Connect) are always marked.
    #[must_use]
    pub fn not_processed(mut self) -> Self {
        self.was_not_processed = true;
        self
    }

    /// Returns whether the server cannot have acted on the request.
    pub fn was_not_processed(&self) -> bool {
        self.was_not_processed
    }

    /// Returns the kind of the error.
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
    // The causes are printed with `Display`: their `Debug` may contain anything.
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
            TransportErrorKind::Timeout => "the transport timed out",
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
