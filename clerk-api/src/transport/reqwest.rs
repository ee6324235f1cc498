//! The transport over [`reqwest::Client`].

use std::error::Error as StdError;
use std::fmt;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use futures_core::Stream;
use reqwest::redirect::Policy;

use super::once::Once;
use super::{Body, ResponseBody, Transport, TransportError, TransportErrorKind, TransportFuture};
use crate::error::Error;

/// A transport that sends with a [`reqwest::Client`]. This is the default transport.
///
/// It sends each request once, whatever the settings of the client, so that only [`RetryPolicy`] decides
/// about retries, and it does not follow redirects.
///
/// [`RetryPolicy`]: crate::RetryPolicy
#[derive(Clone)]
pub struct ReqwestTransport {
    client: reqwest::Client,
}

impl ReqwestTransport {
    /// Creates a transport with an existing client, which should have `redirect::Policy::none()`.
    ///
    /// With another policy, a followed redirect is an error. One case is not detected: the client turns a
    /// POST with the status 301, 302 or 303 into a GET without a body, and that may lead back to the same
    /// URL.
    pub fn new(client: reqwest::Client) -> Self {
        Self { client }
    }

    /// Builds a client from your settings, such as a proxy or certificates, and creates a transport with
    /// it. The client follows no redirects, sends each request once and requests no compression.
    ///
    /// ```
    /// # fn main() -> Result<(), clerk_api::Error> {
    /// use clerk_api::reqwest;
    /// use clerk_api::transport::ReqwestTransport;
    ///
    /// let settings = reqwest::Client::builder().https_only(true);
    /// let clerk = clerk_api::Clerk::builder()
    ///     .secret_key("sk_test_0123456789")
    ///     .transport(ReqwestTransport::build(settings)?)
    ///     .build()?;
    /// # let _ = clerk;
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    ///
    /// An error of kind [`Configuration`](crate::ErrorKind::Configuration) if the client cannot be built.
    #[doc(alias("proxy", "certificate", "tls"))]
    pub fn build(settings: reqwest::ClientBuilder) -> Result<Self, Error> {
        settings
            .redirect(Policy::none())
            // By default, a request that HTTP/2 refuses is sent up to three times.
            .retry(reqwest::retry::never())
            // Any crate of the build can enable decompression in reqwest.
            .no_gzip()
            .no_brotli()
            .no_zstd()
            .no_deflate()
            .build()
            .map(Self::new)
            .map_err(|error| {
                Error::configuration("the HTTP client cannot be set up").caused_by(error)
            })
    }

    /// The default transport. It ignores the proxy of the environment for loopback addresses, which a
    /// proxy could not reach.
    pub(crate) fn with_connect_timeout(
        timeout: Option<Duration>,
        is_local: bool,
    ) -> Result<Self, Error> {
        let mut settings = reqwest::Client::builder();
        if is_local {
            settings = settings.no_proxy();
        }
        if let Some(timeout) = timeout {
            settings = settings.connect_timeout(timeout);
        }
        Self::build(settings)
    }
}

impl fmt::Debug for ReqwestTransport {
    // `Debug` of a client prints its default headers, which may contain a key.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("ReqwestTransport")
            .finish_non_exhaustive()
    }
}

impl Transport for ReqwestTransport {
    fn execute(&self, request: http::Request<Body>) -> TransportFuture<'_> {
        Box::pin(async move {
            let request = Once::body_of(convert(request)?);
            let address = request.url().clone();
            let response = self.client.execute(request).await.map_err(failed)?;
            Redirected::check(&response, &address)
                .map_err(|error| TransportError::new(TransportErrorKind::Other, error))?;
            Ok(received(response))
        })
    }
}

pub(super) fn convert(request: http::Request<Body>) -> Result<reqwest::Request, TransportError> {
    let (parts, body) = request.into_parts();
    let address = parts.uri.to_string();
    let address = reqwest::Url::parse(&address)
        .map_err(|error| TransportError::new(TransportErrorKind::Other, error))?;
    let mut converted = reqwest::Request::new(parts.method, address);
    *converted.headers_mut() = parts.headers;
    *converted.body_mut() = match body.as_bytes() {
        Some(bytes) if bytes.is_empty() => None,
        Some(bytes) => Some(bytes.clone().into()),
        None => Some(reqwest::Body::wrap_stream(body)),
    };
    Ok(converted)
}

/// The error that a response is from another URL than that of the request.
#[derive(Debug)]
pub(super) struct Redirected;

impl Redirected {
    pub(super) fn check(
        response: &reqwest::Response,
        address: &reqwest::Url,
    ) -> Result<(), Redirected> {
        if response.url() == address {
            Ok(())
        } else {
            Err(Redirected)
        }
    }
}

impl fmt::Display for Redirected {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(
            "the HTTP client followed a redirect; build it with `redirect::Policy::none()`",
        )
    }
}

impl StdError for Redirected {}

pub(super) fn received(mut response: reqwest::Response) -> http::Response<ResponseBody> {
    let mut received = http::Response::new(ResponseBody::empty());
    *received.status_mut() = response.status();
    *received.version_mut() = response.version();
    *received.headers_mut() = std::mem::take(response.headers_mut());
    *received.body_mut() = ResponseBody::streamed(Chunks(Box::pin(response.bytes_stream())));
    received
}

/// The chunks of a response, with the errors of a transport.
struct Chunks<S>(Pin<Box<S>>);

impl<S: Stream<Item = reqwest::Result<Bytes>>> Stream for Chunks<S> {
    type Item = Result<Bytes, TransportError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let chunk = ready!(self.0.as_mut().poll_next(context));
        Poll::Ready(chunk.map(|chunk| chunk.map_err(failed)))
    }
}

/// Converts an error and removes the URL, which contains ids and may contain secrets in its query.
pub(super) fn failed(error: reqwest::Error) -> TransportError {
    let kind = if error.is_timeout() {
        // The caller's client may have time limits of its own.
        TransportErrorKind::Timeout
    } else if error.is_connect() {
        TransportErrorKind::Connect
    } else if error.is_builder()
        || error.is_redirect()
        || error.is_upgrade()
        || is_of_decompression(&error)
    {
        TransportErrorKind::Other
    } else {
        TransportErrorKind::Interrupted
    };
    let was_not_processed = error.is_connect() || was_refused(&error);
    let failed = TransportError::new(kind, error.without_url());
    if was_not_processed {
        failed.not_processed()
    } else {
        failed
    }
}

/// Whether the whole body arrived, but does not match its `Content-Encoding`. reqwest reports this like an
/// incomplete body, whose cause is an error of hyper. A compressed body may also appear to end too early.
fn is_of_decompression(error: &reqwest::Error) -> bool {
    let cause = error.source().and_then(<dyn StdError>::downcast_ref);
    cause.is_some_and(|cause: &io::Error| {
        error.is_decode() && cause.kind() != io::ErrorKind::UnexpectedEof
    })
}

/// Whether an HTTP/2 server reported that it did not process the request (RFC 9113, section 8.7).
fn was_refused(error: &reqwest::Error) -> bool {
    let mut next = error.source();
    while let Some(cause) = next {
        if let Some(error) = cause.downcast_ref::<h2::Error>() {
            let reason = error.reason();
            return error.is_remote()
                && (error.is_reset() && reason == Some(h2::Reason::REFUSED_STREAM)
                    || error.is_go_away() && reason == Some(h2::Reason::NO_ERROR));
        }
        next = cause.source();
    }
    false
}
