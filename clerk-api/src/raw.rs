//! Responses with status and headers, and calls of operations that the description lacks.

use std::fmt;

use bytes::Bytes;
use http::{HeaderMap, Method, StatusCode};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::call::{Reply, Sending};
use crate::client::Clerk;
use crate::decode::{self, Fault, Shaped};
use crate::error::Error;
use crate::operation;
use crate::request::{Authentication, BodyKind, Handle, Operation, QueryValue, Request};

/// A response with its status, headers and body.
#[derive(Clone)]
pub struct RawResponse<T> {
    status: StatusCode,
    headers: HeaderMap,
    attempts: u32,
    body: Bytes,
    inner: T,
}

impl<T> RawResponse<T> {
    /// Returns the status, which is always a success.
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// Returns the headers.
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// Returns how many times the request was sent.
    pub fn attempts(&self) -> u32 {
        self.attempts
    }

    /// Returns the body as received, including fields that the model does not have.
    ///
    /// ```no_run
    /// # async fn run(clerk: clerk_api::Clerk) -> Result<(), Box<dyn std::error::Error>> {
    /// let response = clerk.users().get("user_2abc").send_raw().await?;
    /// let json: serde_json::Value = serde_json::from_slice(response.body())?;
    /// println!("{} {}", response.inner().id, json["brand_new"]);
    /// # Ok(()) }
    /// ```
    pub fn body(&self) -> &Bytes {
        &self.body
    }

    /// Returns the decoded body.
    pub fn inner(&self) -> &T {
        &self.inner
    }

    /// Returns the decoded body.
    pub fn into_inner(self) -> T {
        self.inner
    }
}

impl<T> fmt::Debug for RawResponse<T> {
    // Headers may set cookies, and bodies may contain tokens.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("RawResponse")
            .field("status", &self.status)
            .field("attempts", &self.attempts)
            .finish_non_exhaustive()
    }
}

/// Decodes the response of an operation.
pub(crate) fn decoded<T: Shaped + DeserializeOwned>(reply: Reply) -> Result<T, Error> {
    with(reply, decode::decode).map(RawResponse::into_inner)
}

/// Decodes the response of an operation and keeps its status, headers and body.
pub(crate) fn decoded_raw<T: Shaped + DeserializeOwned>(
    reply: Reply,
) -> Result<RawResponse<T>, Error> {
    with(reply, decode::decode)
}

fn plain<T: DeserializeOwned>(reply: Reply) -> Result<T, Error> {
    with(reply, decode::decode_plain).map(RawResponse::into_inner)
}

fn plain_raw<T: DeserializeOwned>(reply: Reply) -> Result<RawResponse<T>, Error> {
    with(reply, decode::decode_plain)
}

fn undecoded(reply: Reply) -> Result<RawResponse<Bytes>, Error> {
    let body = reply.response.body.clone();
    with(reply, |_| Ok(body))
}

fn with<T>(
    reply: Reply,
    decode: impl FnOnce(&[u8]) -> Result<T, Fault>,
) -> Result<RawResponse<T>, Error> {
    let response = &reply.response;
    let decoded = response.span.in_scope(|| decode(&response.body));
    let inner = decoded.map_err(|fault| reply.undecodable(fault))?;
    let response = reply.response;
    Ok(RawResponse {
        status: response.status,
        attempts: response.attempts(),
        headers: response.headers,
        body: response.body,
        inner,
    })
}

static CUSTOM: Operation = Operation {
    id: "",
    name: "request",
    method: Method::GET,
    path: "",
    authentication: Authentication::SecretKey,
    body: BodyKind::None,
};

/// A call of an operation that this crate does not describe, with the same keys, retries and errors.
/// [`Clerk::request`] creates it.
#[must_use = "a call does nothing until it is sent"]
pub struct RawRequest<C = Clerk> {
    client: C,
    request: Request,
}

impl<C: Handle> RawRequest<C> {
    pub(crate) fn new(client: C, method: Method, path: String) -> Self {
        Self {
            client,
            request: Request::custom(&CUSTOM, method, path),
        }
    }
}

impl<C> RawRequest<C> {
    crate::call_options!();

    /// Sets the value of a placeholder of the path, such as `user_id` of `/users/{user_id}`.
    ///
    /// The value is percent-encoded. If it is empty or would change the path (`..`), the call fails before
    /// it is sent.
    pub fn path(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.request.path_named(name.into().into(), value.into());
        self
    }

    /// Adds a query parameter. A name can be added more than once.
    pub fn query(mut self, name: impl Into<String>, value: impl QueryValue) -> Self {
        self.request.query_add(name.into(), value);
        self
    }

    /// Sets the JSON body.
    pub fn json(mut self, body: impl Serialize) -> Self {
        self.request.whole(body);
        self
    }

    /// Sets whether the call is idempotent, which decides whether it is retried. Default: depends on the
    /// method.
    pub fn idempotent(mut self, idempotent: bool) -> Self {
        self.request.options.idempotent = Some(idempotent);
        self
    }
}

impl RawRequest<Clerk> {
    /// Sends the call and decodes the response strictly. An empty body is read as null.
    pub fn send<T: DeserializeOwned>(self) -> Sending<T> {
        Sending::new(self.client, self.request, plain)
    }

    /// Like [`send`](Self::send), but also returns the status, the headers and the body.
    pub fn send_raw<T: DeserializeOwned>(self) -> Sending<RawResponse<T>> {
        Sending::new(self.client, self.request, plain_raw)
    }

    /// Sends the call and does not decode the body of the response.
    pub fn send_bytes(self) -> Sending<RawResponse<Bytes>> {
        Sending::new(self.client, self.request, undecoded)
    }

    /// Sends the call and ignores the body of the response: any 2xx is a success, even if its body is
    /// malformed or incomplete.
    pub fn send_ignoring_body(self) -> Sending<()> {
        operation::send_ignoring_body(self.client, self.request)
    }
}

#[cfg(feature = "blocking")]
impl RawRequest<crate::blocking::Clerk> {
    /// Sends the call, waits for the response and decodes it strictly. An empty body is read as null.
    ///
    /// # Errors
    ///
    /// If the call cannot be sent, the API returns an error, or the response cannot be decoded.
    pub fn send<T: DeserializeOwned>(self) -> Result<T, Error> {
        self.client.wait(self.request).and_then(plain)
    }

    /// Like [`send`](Self::send), but also returns the status, the headers and the body.
    ///
    /// # Errors
    ///
    /// As for [`send`](Self::send).
    pub fn send_raw<T: DeserializeOwned>(self) -> Result<RawResponse<T>, Error> {
        self.client.wait(self.request).and_then(plain_raw)
    }

    /// Sends the call, waits for the response and does not decode its body.
    ///
    /// # Errors
    ///
    /// If the call cannot be sent or the API returns an error.
    pub fn send_bytes(self) -> Result<RawResponse<Bytes>, Error> {
        self.client.wait(self.request).and_then(undecoded)
    }

    /// Sends the call, waits for the response and ignores its body: any 2xx is a success, even if its
    /// body is malformed or incomplete.
    ///
    /// # Errors
    ///
    /// If the call cannot be sent or the API returns an error.
    pub fn send_ignoring_body(self) -> Result<(), Error> {
        self.client.send_ignoring_body(self.request)
    }
}

impl<C> fmt::Debug for RawRequest<C> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.request.describe("RawRequest", formatter)
    }
}
