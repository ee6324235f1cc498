//! One attempt of a call: the request that is sent, and what happens to the response.

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, StatusCode, header};

use crate::client::Inner;
use crate::decode::Fault;
use crate::error::{Error, Scrubber, is_secret};
use crate::limits::{Deadline, Limits};
use crate::receive::{self, Incomplete};
use crate::request::{Encoded, Request};
use crate::source::SourceFault;
use crate::transport::ResponseBody;

/// What all attempts of a call have in common.
pub(crate) struct Attempt<'a> {
    client: &'a Inner,
    request: &'a Request,
    encoded: Encoded<'a>,
    headers: HeaderMap,
}

impl<'a> Attempt<'a> {
    pub(crate) fn new(client: &'a Inner, request: &'a Request) -> Result<Self, Error> {
        let encoded = request.encode(client.base_url())?;
        let headers = headers(client, request, &encoded)?;
        Ok(Self {
            client,
            request,
            encoded,
            headers,
        })
    }

    /// Whether the request can be sent more than once.
    pub(crate) fn is_repeatable(&self) -> bool {
        self.encoded.is_replayable()
    }

    /// Sends the request once and returns its success.
    pub(crate) async fn send(&self, limits: &Limits) -> Result<http::Response<Bytes>, Error> {
        let fault = SourceFault::default();
        fault.or(self.send_body(limits, &fault)).await
    }

    async fn send_body(
        &self,
        limits: &Limits,
        fault: &SourceFault,
    ) -> Result<http::Response<Bytes>, Error> {
        let deadline = limits.attempt();
        let response = deadline.run(self.execute(fault)).await?;
        let (parts, body) = response.into_parts();
        let (status, headers) = (parts.status, &parts.headers);
        if status.is_success() && self.request.options.ignores_body {
            // The body is read anyway, so that the connection can be reused.
            receive::beginning(body, limits.at_most(receive::SHORT_TIME)).await;
            return Ok(http::Response::from_parts(parts, Bytes::new()));
        }
        if status.is_success() {
            let body = self.success(status, headers, body, deadline).await?;
            return Ok(http::Response::from_parts(parts, body));
        }
        let body = receive::beginning(body, limits.at_most(receive::SHORT_TIME)).await;
        Err(Error::api(status, headers, &body, &self.scrubber()))
    }

    async fn execute(&self, fault: &SourceFault) -> Result<http::Response<ResponseBody>, Error> {
        let body = self.encoded.body(fault).await?;
        let mut sent = http::Request::new(());
        *sent.method_mut() = self.request.method().clone();
        *sent.uri_mut() = self.encoded.uri.clone();
        *sent.headers_mut() = self.headers.clone();
        if let Some(length) = body.length().filter(|_| body.as_bytes().is_none()) {
            sent.headers_mut()
                .insert(header::CONTENT_LENGTH, HeaderValue::from(length));
        }
        let response = self.client.transport().execute(sent.map(|()| body)).await;
        response.map_err(Error::transport)
    }

    async fn success(
        &self,
        status: StatusCode,
        headers: &HeaderMap,
        body: ResponseBody,
        deadline: Deadline,
    ) -> Result<Bytes, Error> {
        let limit = self.client.max_response_bytes();
        let read = async { Ok(receive::whole(body, limit).await) };
        match deadline.run(read).await? {
            Ok(body) => Ok(body),
            Err(Incomplete::Failed(error)) => Err(Error::transport(error)),
            Err(Incomplete::TooLong(beginning)) => {
                let fault = Fault::new(format!(
                    "the body is longer than {limit} bytes; raise `max_response_bytes` of the builder to read it"
                ));
                let scrubber = self.scrubber();
                Err(Error::decode(status, headers, &beginning, fault, &scrubber))
            }
        }
    }

    fn scrubber(&self) -> Scrubber {
        Scrubber::of(self.client, self.request)
    }
}

fn headers(client: &Inner, request: &Request, encoded: &Encoded<'_>) -> Result<HeaderMap, Error> {
    let mut headers = client.headers().clone();
    if let Some(key) = client.authorization(request)? {
        let value = HeaderValue::from_str(&format!("Bearer {}", key.expose()));
        let value = value.map_err(|_| {
            Error::request(
                "the `bearer` has characters that are not allowed in a header; check for a line break",
            )
        })?;
        headers.insert(header::AUTHORIZATION, value);
    }
    for (name, value) in &request.options.headers {
        headers.insert(name, value.clone());
    }
    // The client sets the headers that describe the body.
    headers.remove(header::CONTENT_LENGTH);
    headers.remove(header::TRANSFER_ENCODING);
    if let Some((name, value)) = encoded.content_type() {
        headers.insert(name, value);
    }
    // The HTTP client and middleware do not print headers that are marked as sensitive.
    for (name, value) in &mut headers {
        if is_secret(name, value) {
            value.set_sensitive(true);
        }
    }
    Ok(headers)
}
