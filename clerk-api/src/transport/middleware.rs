//! The transport over `reqwest-middleware`.

use std::fmt;
use std::future::Future;
use std::pin::Pin;

use reqwest_middleware::{ClientBuilder, ClientWithMiddleware, Error, Middleware, Next};

use super::once::Once;
use super::reqwest::{Redirected, convert, failed, received};
use super::{Body, Transport, TransportError, TransportErrorKind, TransportFuture};

/// Sends with a [`ClientWithMiddleware`]. Middleware sees the key, and each attempt on its own:
/// switch retries off on one of the two sides.
///
/// The client inside should have `redirect::Policy::none()`; what is said of
/// [`ReqwestTransport::new`](super::ReqwestTransport::new) holds for it too.
#[derive(Clone)]
pub struct MiddlewareTransport {
    client: ClientWithMiddleware,
}

impl MiddlewareTransport {
    /// Sends with a client of the caller's.
    pub fn new(client: ClientWithMiddleware) -> Self {
        Self {
            // Behind all others, so that theirs can copy the request and the client inside cannot.
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

/// What stands between the middleware and the client: middleware may change the address of a request or
/// answer it by itself, but the client may not.
struct SendOnce;

type Response<'a> =
    Pin<Box<dyn Future<Output = reqwest_middleware::Result<reqwest::Response>> + Send + 'a>>;

impl Middleware for SendOnce {
    // As `async_trait` would write it.
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
            // Middleware may wrap the error so that the address can no longer be taken out of it.
            let response = response.map_err(Error::without_url)?;
            Redirected::check(&response, &address).map_err(Error::middleware)?;
            Ok(response)
        })
    }
}
