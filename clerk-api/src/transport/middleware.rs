//! The transport over `reqwest-middleware`.

use reqwest_middleware::{ClientWithMiddleware, Error};

use super::reqwest::{collect, convert, failed};
use super::{Body, Transport, TransportError, TransportErrorKind, TransportFuture};

/// Sends with a [`ClientWithMiddleware`]. Middleware sees the key, and each attempt on its own:
/// switch retries off on one of the two sides.
#[derive(Clone, Debug)]
pub struct MiddlewareTransport {
    client: ClientWithMiddleware,
}

impl MiddlewareTransport {
    /// Over a client of the caller's; its inner client must not follow redirects.
    pub fn new(client: ClientWithMiddleware) -> Self {
        Self { client }
    }
}

impl Transport for MiddlewareTransport {
    fn execute(&self, request: http::Request<Body>) -> TransportFuture<'_> {
        Box::pin(async move {
            let request = convert(request)?;
            match self.client.execute(request).await {
                Ok(response) => collect(response).await,
                Err(Error::Reqwest(error)) => Err(failed(error)),
                Err(Error::Middleware(error)) => {
                    Err(TransportError::new(TransportErrorKind::Other, error))
                }
            }
        })
    }
}
