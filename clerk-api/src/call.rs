//! Sends a call: keys, headers, time limits, attempts. None of it is generic; only the last step,
//! from a body to a value, is.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use tokio::time::Instant;
use tracing::{Instrument, Span, field};

use crate::client::{Clerk, Inner};
use crate::decode::Fault;
use crate::error::{Error, Scrubber, TimeoutScope};
use crate::request::{Encoded, Request};
use crate::retry::{Failure, Next};
use crate::types::Secret;

/// A success, with its body not yet decoded, and the request that led to it.
pub(crate) struct Reply {
    pub(crate) response: Response,
    pub(crate) request: Request,
}

/// A response, and what an error about it says.
#[derive(Clone)]
pub(crate) struct Response {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    pub(crate) attempts: u32,
    pub(crate) span: Span,
    operation: &'static str,
    method: Method,
    path: String,
    scrubber: Scrubber,
}

impl Response {
    /// An error about the response as part of its call.
    pub(crate) fn error(&self, error: Error) -> Error {
        error.of_call(self.operation, &self.method, &self.path, self.attempts)
    }

    /// That the body, or a part of it, cannot be decoded.
    pub(crate) fn undecodable(&self, body: &[u8], fault: Fault) -> Error {
        let error = Error::decode(self.status, &self.headers, body, fault, &self.scrubber);
        self.error(error)
    }
}

/// A call on its way; it is sent when it is awaited, and cancelled when it is dropped.
#[must_use = "a call is sent when it is awaited"]
pub struct Sending<T> {
    reply: Pin<Box<dyn Future<Output = Result<Reply, Error>> + Send>>,
    decode: fn(Reply) -> Result<T, Error>,
}

impl<T> Sending<T> {
    pub(crate) fn new(
        client: Clerk,
        request: Request,
        decode: fn(Reply) -> Result<T, Error>,
    ) -> Self {
        Self {
            reply: start(client, request),
            decode,
        }
    }
}

impl<T> Future for Sending<T> {
    type Output = Result<T, Error>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let reply = ready!(self.reply.as_mut().poll(context))?;
        Poll::Ready((self.decode)(reply))
    }
}

impl<T> fmt::Debug for Sending<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Sending").finish_non_exhaustive()
    }
}

fn start(
    client: Clerk,
    request: Request,
) -> Pin<Box<dyn Future<Output = Result<Reply, Error>> + Send>> {
    Box::pin(async move { send(client.inner(), request).await })
}

/// Sends a call and brings its success, or the error of its last attempt.
pub(crate) async fn send(client: &Inner, request: Request) -> Result<Reply, Error> {
    let span = tracing::info_span!(
        "clerk.request",
        operation = request.operation().name,
        method = request.method().as_str(),
        path = request.template(),
        status = field::Empty,
        attempts = field::Empty,
        duration_ms = field::Empty,
    );
    let began = Instant::now();
    let mut attempts = 0;
    let result = attempt_all(client, &request, began, &mut attempts)
        .instrument(span.clone())
        .await;

    let status = match &result {
        Ok(answer) => Some(answer.status()),
        Err(error) => error.status(),
    };
    if let Some(status) = status {
        span.record("status", status.as_u16());
    }
    span.record("attempts", attempts);
    span.record("duration_ms", milliseconds(began.elapsed()));

    match result {
        Ok(answer) => {
            let (parts, body) = answer.into_parts();
            let response = Response {
                status: parts.status,
                headers: parts.headers,
                body,
                attempts,
                span,
                operation: request.operation().name,
                method: request.method().clone(),
                path: request.template().to_owned(),
                scrubber: scrubber(client, &request),
            };
            Ok(Reply { response, request })
        }
        Err(error) => Err(error.of_call(
            request.operation().name,
            request.method(),
            request.template(),
            attempts,
        )),
    }
}

async fn attempt_all(
    client: &Inner,
    request: &Request,
    began: Instant,
    attempts: &mut u32,
) -> Result<http::Response<Bytes>, Error> {
    // Tokio's clock panics where there is no runtime; this says what to do instead.
    if tokio::runtime::Handle::try_current().is_err() {
        return Err(Error::configuration(
            "there is no Tokio runtime; call from within one, or use `clerk_api::blocking`",
        ));
    }
    let encoded = request.encode(client.base_url())?;
    let authorization = client.authorization(request)?;
    let headers = headers(client, request, &encoded, authorization.as_ref())?;
    let scrubber = scrubber(client, request);
    let policy = request.options.retry.as_ref().unwrap_or(client.retry());
    let limits = Limits::new(client, request, began);

    let place = client.pace().place();
    let mut queued = Duration::ZERO;
    let (mut refused, mut refusals) = (0, 0);
    let mut last = None;

    loop {
        if let Some(wait) = place.wait() {
            if policy.waits(wait) && limits.allow(wait) {
                tracing::debug!(
                    wait_ms = milliseconds(wait),
                    "the API's rate limit holds the call back"
                );
                let since = Instant::now();
                let turn = limits.run_to_end(place.turn()).await;
                queued += since.elapsed();
                if let Err(timeout) = turn {
                    // What the API said is worth more than that the time is up.
                    return Err(last.unwrap_or(timeout));
                }
            } else if let Some(last) = last {
                return Err(last);
            }
        }
        *attempts += 1;
        let attempt = attempt(client, request, &encoded, &headers, &scrubber);
        let error = match limits.run(attempt).await {
            Ok(answer) => return Ok(answer),
            Err(error) => error,
        };
        refusals = if error.is_rate_limited() {
            refusals + 1
        } else {
            0
        };
        if let Some(pause) = policy.pause(&error, refusals) {
            client.pace().pause(pause);
        }
        if !encoded.is_replayable() || error.is_call_timeout() {
            return Err(error);
        }
        let failure = Failure {
            error: &error,
            operation: request.operation().name,
            attempt: *attempts - refused,
            elapsed: began.elapsed().saturating_sub(queued),
            idempotent: request.is_idempotent(),
        };
        match policy.next(&failure) {
            Next::Queue => {
                refused += 1;
                last = Some(error);
            }
            Next::Wait(delay) if limits.allow(delay) => {
                tracing::debug!(
                    attempt = *attempts,
                    reason = %error,
                    delay_ms = milliseconds(delay),
                    "an attempt failed and is made again"
                );
                tokio::time::sleep(delay).await;
                last = Some(error);
            }
            Next::Wait(_) | Next::GiveUp => return Err(error),
        }
    }
}

async fn attempt(
    client: &Inner,
    request: &Request,
    encoded: &Encoded<'_>,
    headers: &HeaderMap,
    scrubber: &Scrubber,
) -> Result<http::Response<Bytes>, Error> {
    let body = encoded.body().await?;
    let mut sent = http::Request::new(());
    *sent.method_mut() = request.method().clone();
    *sent.uri_mut() = encoded.uri.clone();
    *sent.headers_mut() = headers.clone();
    if let Some(length) = body.length().filter(|_| body.as_bytes().is_none()) {
        sent.headers_mut()
            .insert(header::CONTENT_LENGTH, HeaderValue::from(length));
    }
    let answer = client
        .transport()
        .execute(sent.map(|()| body))
        .await
        .map_err(Error::transport)?;
    let status = answer.status();
    if status.is_success() {
        return Ok(answer);
    }
    Err(Error::api(
        status,
        answer.headers(),
        answer.body(),
        scrubber,
    ))
}

fn headers(
    client: &Inner,
    request: &Request,
    encoded: &Encoded<'_>,
    authorization: Option<&Secret>,
) -> Result<HeaderMap, Error> {
    let mut headers = client.headers().clone();
    if let Some(key) = authorization {
        let value = HeaderValue::from_str(&format!("Bearer {}", key.expose()));
        let value = value.map_err(|_| {
            Error::request(
                "the bearer holds characters that a header cannot; look for a line break",
            )
        })?;
        headers.insert(header::AUTHORIZATION, value);
    }
    for (name, value) in &request.options.headers {
        headers.insert(name, value.clone());
    }
    // What describes the body is not the caller's to set.
    headers.remove(header::CONTENT_LENGTH);
    headers.remove(header::TRANSFER_ENCODING);
    if let Some((name, value)) = encoded.content_type() {
        headers.insert(name, value);
    }
    for name in [header::AUTHORIZATION, header::COOKIE] {
        if let Some(value) = headers.get_mut(name) {
            value.set_sensitive(true);
        }
    }
    Ok(headers)
}

/// Everything secret that the call carries: an error must not print it if the server repeats it.
fn scrubber(client: &Inner, request: &Request) -> Scrubber {
    let mut scrubber = Scrubber::default();
    client.secrets().for_each(|secret| scrubber.add(secret));
    request.secrets().for_each(|secret| scrubber.add(secret));
    for name in [header::AUTHORIZATION, header::COOKIE] {
        if let Some(Ok(value)) = request.options.headers.get(name).map(HeaderValue::to_str) {
            let value = value.strip_prefix("Bearer ").unwrap_or(value);
            scrubber.add(&Secret::from(value));
        }
    }
    scrubber
}

/// How long the call and each of its attempts may take.
struct Limits {
    began: Instant,
    call: Option<Duration>,
    attempt: Option<Duration>,
}

impl Limits {
    fn new(client: &Inner, request: &Request, began: Instant) -> Self {
        let timeouts = client.timeouts();
        let options = &request.options;
        let call = options.timeout.or(timeouts.call);
        let attempt = match (options.attempt_timeout, options.timeout) {
            (Some(attempt), _) => Some(attempt),
            // Who gives one call more time than the client gives any means to wait for it.
            (None, Some(call)) if timeouts.call.is_some_and(|limit| call > limit) => None,
            (None, _) => timeouts.attempt,
        };
        Self {
            began,
            call,
            attempt,
        }
    }

    /// Whether the call may still wait that long.
    fn allow(&self, delay: Duration) -> bool {
        self.call
            .is_none_or(|limit| self.began.elapsed().saturating_add(delay) < limit)
    }

    /// Waits, but no longer than the call may take.
    async fn run_to_end(&self, wait: impl Future<Output = ()>) -> Result<(), Error> {
        let Some(call) = self.call else {
            wait.await;
            return Ok(());
        };
        let left = call.saturating_sub(self.began.elapsed());
        let waited = tokio::time::timeout(left, wait).await;
        waited.map_err(|_| Error::timeout(TimeoutScope::Call(call)))
    }

    async fn run<T>(&self, attempt: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
        let left = self
            .call
            .map(|limit| limit.saturating_sub(self.began.elapsed()));
        let (limit, scope) = match (self.attempt, left, self.call) {
            (Some(attempt), Some(left), _) if attempt < left => {
                (attempt, TimeoutScope::Attempt(attempt))
            }
            (_, Some(left), Some(call)) => (left, TimeoutScope::Call(call)),
            (Some(attempt), ..) => (attempt, TimeoutScope::Attempt(attempt)),
            (None, ..) => return attempt.await,
        };
        match tokio::time::timeout(limit, attempt).await {
            Ok(result) => result,
            Err(_) => Err(Error::timeout(scope)),
        }
    }
}

fn milliseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
