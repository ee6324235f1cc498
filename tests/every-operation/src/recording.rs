//! A transport that records requests.

use std::fmt;
use std::future::poll_fn;
use std::pin::pin;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::{Bytes, BytesMut};
use clerk_api::transport::{Body, Transport, TransportError, TransportErrorKind, TransportFuture};
use futures_core::Stream;
use http::{HeaderMap, Method, Uri};

/// A request as passed to the transport.
#[derive(Clone, Debug)]
pub struct Sent {
    /// `GET`
    pub method: Method,
    /// The full URL.
    pub uri: Uri,
    /// All headers without secrets.
    pub headers: HeaderMap,
    /// The body; empty if there is none.
    pub body: Bytes,
}

/// The requests of a [`Recording`].
#[derive(Clone, Debug, Default)]
pub struct Requests(Arc<Mutex<Vec<Sent>>>);

impl Requests {
    /// The requests since the last call.
    pub fn take(&self) -> Vec<Sent> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn add(&self, sent: Sent) {
        let mut requests = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        requests.push(sent);
    }
}

/// Sends with another transport and records the requests.
pub struct Recording<T> {
    transport: T,
    requests: Requests,
}

impl<T> Recording<T> {
    /// Sends with `transport`.
    pub fn new(transport: T, requests: &Requests) -> Self {
        Self {
            transport,
            requests: requests.clone(),
        }
    }
}

impl<T: Transport> Transport for Recording<T> {
    fn execute(&self, request: http::Request<Body>) -> TransportFuture<'_> {
        Box::pin(async move {
            let (parts, body) = request.into_parts();
            let body = collect(body).await?;
            let mut headers = parts.headers.clone();
            let secret: Vec<_> = headers
                .iter()
                .filter(|(_, value)| value.is_sensitive())
                .map(|(name, _)| name.clone())
                .collect();
            for name in secret {
                headers.remove(name);
            }
            self.requests.add(Sent {
                method: parts.method.clone(),
                uri: parts.uri.clone(),
                headers,
                body: body.clone(),
            });
            let request = http::Request::from_parts(parts, Body::from(body));
            self.transport.execute(request).await
        })
    }
}

impl<T> fmt::Debug for Recording<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Recording").finish_non_exhaustive()
    }
}

/// Reads the whole body: uploads are small here.
async fn collect(body: Body) -> Result<Bytes, TransportError> {
    let mut body = pin!(body);
    let mut collected = BytesMut::new();
    while let Some(chunk) = poll_fn(|context| body.as_mut().poll_next(context)).await {
        let chunk = chunk.map_err(|error| TransportError::new(TransportErrorKind::Other, error))?;
        collected.extend_from_slice(&chunk);
    }
    Ok(collected.freeze())
}
