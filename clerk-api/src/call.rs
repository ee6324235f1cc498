//! Sends a call: keys, headers, time limits, attempts. Only the last step, from the body to a value, is
//! generic.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use tokio::time::Instant;
use tracing::{Instrument, Span, field};

use crate::attempt::Attempt;
use crate::client::{Clerk, Inner};
use crate::decode::{self, Fault};
use crate::error::{Call, Error, Scrubber};
use crate::limits::Limits;
use crate::request::Request;
use crate::retry::{Failure, Next};
use crate::runtime;

/// A successful response whose body has not been decoded yet, and its request.
pub(crate) struct Reply {
    pub(crate) response: Response,
    pub(crate) request: Request,
    client: Clerk,
}

impl Reply {
    /// The error that the body cannot be decoded.
    pub(crate) fn undecodable(&self, fault: Fault) -> Error {
        let response = &self.response;
        response.undecodable(&response.body, fault, &self.scrubber())
    }

    /// The secrets that an error about the response must not show. Only errors need it.
    pub(crate) fn scrubber(&self) -> Scrubber {
        Scrubber::of(self.client.inner(), &self.request)
    }
}

/// A response, and the details of an error about it.
#[derive(Clone)]
pub(crate) struct Response {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    pub(crate) span: Span,
    call: Call,
}

impl Response {
    /// How many times the request was sent.
    pub(crate) fn attempts(&self) -> u32 {
        self.call.attempts
    }

    /// Adds the call to an error about the response.
    pub(crate) fn error(&self, error: Error) -> Error {
        error.of_call(self.call.clone())
    }

    /// The error that the body, or a part of it, is missing or cannot be decoded.
    pub(crate) fn undecodable(&self, body: &[u8], fault: Fault, scrubber: &Scrubber) -> Error {
        let (status, headers) = (self.status, &self.headers);
        self.error(if decode::is_blank(body) {
            Error::missing_body(status, headers, scrubber)
        } else {
            Error::decode(status, headers, body, fault, scrubber)
        })
    }
}

/// The future of a call. Awaiting it sends the call; dropping it cancels the call.
///
/// # Errors
///
/// It resolves to an [`Error`] if the call cannot be sent, the API returns an error, or the response
/// cannot be decoded.
#[must_use = "futures do nothing unless awaited"]
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
            reply: Box::pin(send(client, request)),
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

/// Sends a call and returns its response, or the error of its last attempt.
pub(crate) async fn send(client: Clerk, request: Request) -> Result<Reply, Error> {
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
    let mut call = Call::of(&request);
    let result = runtime::within(attempt_all(client.inner(), &request, began, &mut call))
        .instrument(span.clone())
        .await;

    let status = match &result {
        Ok(response) => Some(response.status()),
        Err(error) => error.status(),
    };
    if let Some(status) = status {
        span.record("status", status.as_u16());
    }
    span.record("attempts", call.attempts);
    span.record("duration_ms", milliseconds(began.elapsed()));

    match result {
        Ok(response) => {
            let (parts, body) = response.into_parts();
            let response = Response {
                status: parts.status,
                headers: parts.headers,
                body,
                span,
                call,
            };
            Ok(Reply {
                response,
                request,
                client,
            })
        }
        Err(error) => Err(error.of_call(call)),
    }
}

async fn attempt_all(
    client: &Inner,
    request: &Request,
    began: Instant,
    call: &mut Call,
) -> Result<http::Response<Bytes>, Error> {
    let attempt = Attempt::new(client, request)?;
    let policy = request.options.retry.as_ref().unwrap_or(client.retry());
    let limits = Limits::new(client, request, began)?;

    let mut position = client.pace().position(request.operation().name);
    let mut queued = Duration::ZERO;
    let (mut refused, mut rejections) = (0, 0);
    let mut last = None;

    loop {
        if let Some(wait) = position.wait() {
            if policy.waits(wait) && limits.allow(wait) {
                tracing::debug!(
                    wait_ms = milliseconds(wait),
                    "call is waiting for the rate limit of the API"
                );
                let since = Instant::now();
                let turn = limits.run_to_end(position.turn()).await;
                queued += since.elapsed();
                if let Err(timeout) = turn {
                    // The error of the API is more useful than the timeout.
                    return Err(last.unwrap_or(timeout));
                }
            } else if let Some(last) = last {
                return Err(last);
            }
        }
        call.attempts += 1;
        let error = match attempt.send(&limits).await {
            Ok(response) => return Ok(response),
            Err(error) => error,
        };
        rejections = if error.is_rate_limited() {
            rejections + 1
        } else {
            0
        };
        if let Some(pause) = policy.pause(&error, rejections) {
            position.pause(pause);
        }
        // A request that cannot be sent, or sent only once, is not retried.
        if !attempt.is_repeatable() || error.is_call_timeout() || error.is_request() {
            return Err(error);
        }
        let failure = Failure {
            error: &error,
            operation: request.operation().name,
            attempt: call.attempts - refused,
            elapsed: began.elapsed().saturating_sub(queued),
            idempotent: request.is_idempotent(),
        };
        let next = policy.next(&failure);
        call.may_have_run |= error.may_have_run();
        match next {
            Next::Queue => {
                refused += 1;
                last = Some(error);
            }
            Next::Wait(delay) if limits.allow(delay) => {
                tracing::debug!(
                    attempt = call.attempts,
                    reason = %error,
                    delay_ms = milliseconds(delay),
                    "attempt failed, retrying"
                );
                tokio::time::sleep(delay).await;
                last = Some(error);
            }
            Next::Wait(_) | Next::GiveUp => return Err(error),
        }
    }
}

fn milliseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
