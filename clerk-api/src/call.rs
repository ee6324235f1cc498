//! Sends a call: keys, headers, time limits, attempts. None of it is generic; only the last step,
//! from a body to a value, is.

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

/// A success, with its body not yet decoded, and what led to it.
pub(crate) struct Reply {
    pub(crate) response: Response,
    pub(crate) request: Request,
    client: Clerk,
}

impl Reply {
    /// That the body cannot be decoded.
    pub(crate) fn undecodable(&self, fault: Fault) -> Error {
        let response = &self.response;
        response.undecodable(&response.body, fault, &self.scrubber())
    }

    /// What an error about the response must not show; made where there is one.
    pub(crate) fn scrubber(&self) -> Scrubber {
        Scrubber::of(self.client.inner(), &self.request)
    }
}

/// A response, and what an error about it says.
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

    /// An error about the response as part of its call.
    pub(crate) fn error(&self, error: Error) -> Error {
        error.of_call(self.call.clone())
    }

    /// That the body, or a part of it, cannot be decoded, or is not there.
    pub(crate) fn undecodable(&self, body: &[u8], fault: Fault, scrubber: &Scrubber) -> Error {
        let (status, headers) = (self.status, &self.headers);
        self.error(if decode::is_blank(body) {
            Error::missing_body(status, headers, scrubber)
        } else {
            Error::decode(status, headers, body, fault, scrubber)
        })
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

/// Sends a call and brings its success, or the error of its last attempt.
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
        Ok(answer) => Some(answer.status()),
        Err(error) => error.status(),
    };
    if let Some(status) = status {
        span.record("status", status.as_u16());
    }
    span.record("attempts", call.attempts);
    span.record("duration_ms", milliseconds(began.elapsed()));

    match result {
        Ok(answer) => {
            let (parts, body) = answer.into_parts();
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

    let mut place = client.pace().place(request.operation().name);
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
        call.attempts += 1;
        let error = match attempt.send(&limits).await {
            Ok(answer) => return Ok(answer),
            Err(error) => error,
        };
        refusals = if error.is_rate_limited() {
            refusals + 1
        } else {
            0
        };
        if let Some(pause) = policy.pause(&error, refusals) {
            place.pause(pause);
        }
        // What the caller cannot send is not sent better a second time.
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
                    "an attempt failed and is made again"
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
