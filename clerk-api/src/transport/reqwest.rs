//! The transport over [`reqwest::Client`].

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http::StatusCode;
use reqwest::redirect::Policy;

use super::{Body, Transport, TransportError, TransportErrorKind, TransportFuture};

/// No error page is read further than this.
const ERROR_BODY_CAP: usize = 1024 * 1024;

/// Sends with a [`reqwest::Client`].
#[derive(Clone, Debug)]
pub struct ReqwestTransport {
    client: reqwest::Client,
}

impl ReqwestTransport {
    /// Over a client of the caller's. An answer that it reached by a redirect is refused.
    pub fn new(client: reqwest::Client) -> Self {
        Self { client }
    }

    /// The client that is used where the caller gives none. A proxy of the environment is left out
    /// for servers on this machine, which it could not reach.
    pub(crate) fn with_connect_timeout(
        timeout: Option<Duration>,
        is_local: bool,
    ) -> Result<Self, reqwest::Error> {
        let mut builder = reqwest::Client::builder().redirect(Policy::none());
        if is_local {
            builder = builder.no_proxy();
        }
        if let Some(timeout) = timeout {
            builder = builder.connect_timeout(timeout);
        }
        builder.build().map(Self::new)
    }
}

impl Transport for ReqwestTransport {
    fn execute(&self, request: http::Request<Body>) -> TransportFuture<'_> {
        Box::pin(async move {
            let request = convert(request)?;
            let address = request.url().clone();
            let response = self.client.execute(request).await.map_err(failed)?;
            if *response.url() != address {
                return Err(TransportError::new(
                    TransportErrorKind::Other,
                    "the HTTP client followed a redirect; give it `redirect::Policy::none()`",
                ));
            }
            collect(response).await
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

pub(super) async fn collect(
    mut response: reqwest::Response,
) -> Result<http::Response<Bytes>, TransportError> {
    let status = response.status();
    let mut collected = http::Response::builder().status(status);
    if let Some(headers) = collected.headers_mut() {
        *headers = std::mem::take(response.headers_mut());
    }
    let body = if status.is_success() {
        response.bytes().await.map_err(failed)?
    } else {
        error_body(&mut response, status).await?
    };
    collected
        .body(body)
        .map_err(|error| TransportError::new(TransportErrorKind::Other, error))
}

/// An error page that breaks off or never ends must not hide the status.
async fn error_body(
    response: &mut reqwest::Response,
    status: StatusCode,
) -> Result<Bytes, TransportError> {
    let mut body = BytesMut::new();
    while body.len() < ERROR_BODY_CAP {
        match response.chunk().await {
            Ok(Some(chunk)) => body.extend_from_slice(&chunk),
            Ok(None) => break,
            Err(error) => {
                tracing::debug!(
                    status = status.as_u16(),
                    error = %error.without_url(),
                    "the body of an error answer broke off"
                );
                break;
            }
        }
    }
    Ok(body.freeze())
}

/// The address stays out of the error: it holds ids, and nothing keeps secrets out of a query.
pub(super) fn failed(error: reqwest::Error) -> TransportError {
    let kind = if error.is_timeout() {
        // A client of the caller's may have limits of its own.
        TransportErrorKind::Timeout
    } else if error.is_connect() {
        TransportErrorKind::Connect
    } else if error.is_builder() || error.is_redirect() || error.is_upgrade() {
        TransportErrorKind::Other
    } else {
        TransportErrorKind::Interrupted
    };
    TransportError::new(kind, error.without_url())
}
