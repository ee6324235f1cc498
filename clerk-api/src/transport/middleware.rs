//! The transport over `reqwest-middleware`.

use std::fmt;
use std::future::Future;
use std::pin::Pin;

use reqwest_middleware::{ClientBuilder, ClientWithMiddleware, Error, Middleware, Next};

use super::once::Once;
use super::reqwest::{Redirected, convert, failed, received};
use super::{Body, Transport, TransportError, TransportErrorKind, TransportFuture};

/// A transport that sends with a [`ClientWithMiddleware`].
///
/// Middleware sees the key, and each attempt as a request of its own: disable retries either there or in
/// the client.
///
/// The inner client should have `redirect::Policy::none()`; see
/// [`ReqwestTransport::new`](super::ReqwestTransport::new).
#[derive(Clone)]
pub struct MiddlewareTransport {
    client: ClientWithMiddleware,
}

impl MiddlewareTransport {
    /// Creates a transport with an existing client.
    pub fn new(client: ClientWithMiddleware) -> Self {
        Self {
            // Last in the chain, so that other middleware can clone the request and the inner client cannot.
            client: ClientBuilder::from_client(client).with(SendOnce).build(),
        }
    }
}

impl fmt::Debug for MiddlewareTransport {
    // As that of `ReqwestTransport`.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("MiddlewareTransport")
            .finish_non_exhaustive()
    }
}

impl Transport for MiddlewareTransport {
    fn execute(&self, request: http::Request<Body>) -> TransportFuture<'_> {
        Box::pin(async move {
            match self.client.execute(convert(request)?).await {
                Ok(response) => Ok(received(response)),
                Err(Error::Reqwest(error)) => Err(failed(error)),
                Err(Error::Middleware(error)) => {
                    Err(TransportError::new(TransportErrorKind::Other, error))
                }
            }
        })
    }
}

/// Between the middleware and the inner client: middleware may change the URL of a request or respond
/// itself, but the inner client may not.
struct SendOnce;

type Response<'a> =
    Pin<Box<dyn Future<Output = reqwest_middleware::Result<reqwest::Response>> + Send + 'a>>;

impl Middleware for SendOnce {
    // As `async_trait` expands it.
    fn handle<'a, 'b, 'c, 'd>(
        &'a self,
        request: reqwest::Request,
        extensions: &'b mut http::Extensions,
        next: Next<'c>,
    ) -> Response<'d>
    where
        'a: 'd,
        'b: 'd,
        'c: 'd,
    {
        Box::pin(async move {
            let address = request.url().clone();
            let response = next.run(Once::body_of(request), extensions).await;
            // Middleware may wrap the error, and the URL could not be removed then.
            let response = response.map_err(Error::without_url)?;
            Redirected::check(&response, &address).map_err(Error::middleware)?;
            Ok(response)
        })
    }
}
