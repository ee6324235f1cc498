//! The error type of this crate.
//!
//! `api` reads the errors in the body of a response, `content` detects bodies that are not from the API,
//! and `display` prints an error.

mod api;
mod bounds;
mod content;
mod display;
mod scrub;
mod secrets;
mod written;

use std::error::Error as StdError;
use std::sync::Arc;
use std::time::Duration;

use http::{HeaderMap, Method, StatusCode};

pub use api::ApiError;
use content::Content;
pub(crate) use scrub::Scrubber;
pub(crate) use secrets::is_secret;

use crate::decode::Fault;
use crate::request::Request;
use crate::transport::{TransportError, TransportErrorKind};

/// The error of a call or of building a client.
///
/// `Display` and `Debug` show the operation, the status and the errors of the API, and never a key, a
/// token, a body or a URL with its ids. [`body`](Self::body) returns the body on demand.
///
/// ```no_run
/// # async fn run(clerk: clerk_api::Clerk) -> Result<(), clerk_api::Error> {
/// match clerk.users().get("user_2abc").send().await {
///     Ok(user) => println!("{}", user.id),
///     Err(error) if error.is_not_found() => println!("no such user"),
///     Err(error) if error.has_code("authorization_invalid") => println!("check the secret key"),
///     Err(error) => return Err(error),
/// }
/// # Ok(()) }
/// ```
pub struct Error(Box<Inner>);

struct Inner {
    failure: Failure,
    cause: Option<Cause>,
    call: Option<Call>,
}

/// The cause of an error.
pub(crate) type Cause = Arc<dyn StdError + Send + Sync>;

/// The call that failed.
#[derive(Clone)]
pub(crate) struct Call {
    pub(crate) operation: &'static str,
    pub(crate) method: Method,
    /// The path template, without ids.
    pub(crate) path: String,
    pub(crate) attempts: u32,
    /// Whether an attempt before the last may have been carried out.
    pub(crate) may_have_run: bool,
}

impl Call {
    /// A call that has not been sent yet.
    pub(crate) fn of(request: &Request) -> Self {
        Self {
            operation: request.operation().name,
            method: request.method().clone(),
            path: request.template().to_owned(),
            attempts: 0,
            may_have_run: false,
        }
    }
}

enum Failure {
    Configuration(String),
    Request(String),
    Transport(TransportError),
    Timeout(TimeoutScope),
    Api(Response),
    Decode(Response, Fault),
    /// A success without the described body.
    MissingBody(Response),
    Pagination(String),
}

/// The time limit that was exceeded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TimeoutScope {
    Attempt(Duration),
    Call(Duration),
}

/// The part of a response that an error keeps.
struct Response {
    status: StatusCode,
    errors: Vec<ApiError>,
    /// How many more entries there were.
    more_errors: usize,
    trace_id: Option<String>,
    retry_after: Option<Duration>,
    /// The kind of the body, if it is not from the API.
    content: Option<Content>,
    body: String,
}

/// The kinds of [`Error`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The client is not configured correctly. Nothing was sent.
    Configuration,
    /// The call is not valid: an empty id, a file that is missing or has changed, a stream that fails. No
    /// complete request was sent.
    Request,
    /// No connection was established.
    Connect,
    /// The connection was lost before the response was complete.
    Interrupted,
    /// A time limit was exceeded.
    Timeout,
    /// Any other failure of the transport.
    Transport,
    /// The API returned an error status.
    Api,
    /// The API returned a success that cannot be decoded.
    Decode,
    /// The list cannot be read to its end, because it changed or the server repeats a page.
    Pagination,
}

impl Error {
    pub(crate) fn configuration(message: impl Into<String>) -> Self {
        Self::new(Failure::Configuration(message.into()))
    }

    pub(crate) fn request(message: impl Into<String>) -> Self {
        Self::new(Failure::Request(message.into()))
    }

    pub(crate) fn transport(error: TransportError) -> Self {
        Self::new(Failure::Transport(error))
    }

    pub(crate) fn timeout(scope: TimeoutScope) -> Self {
        Self::new(Failure::Timeout(scope))
    }

    pub(crate) fn pagination(message: impl Into<String>) -> Self {
        Self::new(Failure::Pagination(message.into()))
    }

    /// The error of a response with an error status.
    pub(crate) fn api(
        status: StatusCode,
        headers: &HeaderMap,
        body: &[u8],
        scrubber: &Scrubber,
    ) -> Self {
        Self::new(Failure::Api(Response::read(
            status, headers, body, scrubber,
        )))
    }

    /// The error of a success whose body cannot be decoded.
    pub(crate) fn decode(
        status: StatusCode,
        headers: &HeaderMap,
        body: &[u8],
        fault: Fault,
        scrubber: &Scrubber,
    ) -> Self {
        let response = Response::undecodable(status, headers, body, scrubber);
        Self::new(Failure::Decode(response, fault.scrubbed(scrubber)))
    }

    pub(crate) fn missing_body(
        status: StatusCode,
        headers: &HeaderMap,
        scrubber: &Scrubber,
    ) -> Self {
        let response = Response::undecodable(status, headers, b"", scrubber);
        Self::new(Failure::MissingBody(response))
    }

    fn new(failure: Failure) -> Self {
        Self(Box::new(Inner {
            failure,
            cause: None,
            call: None,
        }))
    }

    /// Sets the cause, for `source`. It must not print a secret.
    pub(crate) fn caused_by(mut self, cause: impl StdError + Send + Sync + 'static) -> Self {
        self.0.cause = Some(Arc::new(cause));
        self
    }

    /// As [`caused_by`](Self::caused_by), for a shared cause.
    pub(crate) fn caused_by_shared(mut self, cause: Cause) -> Self {
        self.0.cause = Some(cause);
        self
    }

    pub(crate) fn of_call(mut self, call: Call) -> Self {
        self.0.call = Some(call);
        self
    }

    /// Returns the kind of the error.
    pub fn kind(&self) -> ErrorKind {
        match &self.0.failure {
            Failure::Configuration(_) => ErrorKind::Configuration,
            Failure::Request(_) => ErrorKind::Request,
            Failure::Timeout(_) => ErrorKind::Timeout,
            Failure::Transport(error) => match error.kind() {
                TransportErrorKind::Connect => ErrorKind::Connect,
                TransportErrorKind::Interrupted => ErrorKind::Interrupted,
                TransportErrorKind::Timeout => ErrorKind::Timeout,
                TransportErrorKind::Other => ErrorKind::Transport,
            },
            Failure::Api(_) => ErrorKind::Api,
            Failure::Decode(..) | Failure::MissingBody(_) => ErrorKind::Decode,
            Failure::Pagination(_) => ErrorKind::Pagination,
        }
    }

    /// Returns the status of the response, if there was one.
    pub fn status(&self) -> Option<StatusCode> {
        self.response().map(|response| response.status)
    }

    /// Returns the errors that the response lists, in their order, or an empty slice if it lists none or
    /// cannot be read. At most 50 entries and 32 KiB are kept.
    pub fn errors(&self) -> &[ApiError] {
        self.response().map_or(&[], |response| &response.errors)
    }

    /// Returns whether one of [`errors`](Self::errors) has this code.
    pub fn has_code(&self, code: &str) -> bool {
        self.errors().iter().any(|error| error.code() == code)
    }

    /// Returns the names of the invalid parameters and fields (`meta.param_name`), in the order of
    /// [`errors`](Self::errors) and without duplicates.
    ///
    /// ```
    /// # fn explain(error: &clerk_api::Error) -> String {
    /// if error.is_unprocessable() {
    ///     return format!("check {}", error.param_names().join(", "));
    /// }
    /// # error.to_string() }
    /// ```
    pub fn param_names(&self) -> Vec<&str> {
        let mut names = Vec::new();
        for name in self.errors().iter().flat_map(ApiError::param_names) {
            if !names.contains(&name) {
                names.push(name);
            }
        }
        names
    }

    /// Returns the trace id, which Clerk's support needs: `clerk_trace_id` of the body, or the header
    /// `clerk-trace-id` or `cf-ray`.
    #[doc(alias("trace id", "clerk_trace_id", "request id", "cf-ray"))]
    pub fn trace_id(&self) -> Option<&str> {
        self.response()?.trace_id.as_deref()
    }

    /// Returns how long the server asks to wait (`Retry-After`).
    #[doc(alias("429", "rate limit"))]
    pub fn retry_after(&self) -> Option<Duration> {
        self.response()?.retry_after
    }

    /// Returns the first 8 KiB of the body as text. It may contain personal data.
    pub fn body(&self) -> Option<&str> {
        self.response().map(|response| response.body.as_str())
    }

    /// Returns the location of the value that cannot be decoded, such as `$.data[3].id`.
    pub fn json_path(&self) -> Option<&str> {
        match &self.0.failure {
            Failure::Decode(_, fault) => fault.path(),
            _ => None,
        }
    }

    /// Returns the name of the operation, such as `users.get`.
    pub fn operation(&self) -> Option<&'static str> {
        self.0.call.as_ref().map(|call| call.operation)
    }

    /// Returns the method of the request.
    pub fn method(&self) -> Option<&Method> {
        self.0.call.as_ref().map(|call| &call.method)
    }

    /// Returns the path template of the request, such as `/users/{user_id}`. It contains no ids.
    pub fn path_template(&self) -> Option<&str> {
        self.0.call.as_ref().map(|call| call.path.as_str())
    }

    /// Returns how many times the request was sent.
    pub fn attempts(&self) -> u32 {
        self.0.call.as_ref().map_or(0, |call| call.attempts)
    }

    /// Returns whether an earlier attempt of this call may have been carried out although its response was
    /// lost: the connection was lost, the attempt timed out, or the server returned a 5xx.
    ///
    /// After a deletion, a 404 may then be the effect of the earlier attempt instead of a wrong id:
    ///
    /// ```no_run
    /// # async fn run(clerk: clerk_api::Clerk) -> Result<(), clerk_api::Error> {
    /// match clerk.users().delete("user_2abc").send().await {
    ///     Err(error) if error.is_not_found() && error.follows_lost_response() => {} // deleted
    ///     other => drop(other?),
    /// }
    /// # Ok(()) }
    /// ```
    pub fn follows_lost_response(&self) -> bool {
        self.0.call.as_ref().is_some_and(|call| call.may_have_run)
    }

    /// Returns whether the server cannot have acted on the last attempt: no connection was established,
    /// or the server refused the request before it processed it. Repeating the call is then safe,
    /// whatever its method.
    pub fn was_not_processed(&self) -> bool {
        matches!(&self.0.failure, Failure::Transport(error) if error.was_not_processed())
    }

    /// Whether the server may have carried out the attempt.
    pub(crate) fn may_have_run(&self) -> bool {
        let is_unknown = self.is_interrupted()
            || self.is_timeout()
            || self.is_server_error()
            || self.is_decode()
            || self.kind() == ErrorKind::Transport;
        is_unknown && !self.was_not_processed()
    }

    /// Returns whether the API returned 404.
    #[doc(alias("404", "not found", "no such user"))]
    pub fn is_not_found(&self) -> bool {
        self.is_status(StatusCode::NOT_FOUND)
    }

    /// Returns whether the API returned 401: the key is wrong or missing.
    #[doc(alias("401", "invalid key", "unauthenticated"))]
    pub fn is_unauthorized(&self) -> bool {
        self.is_status(StatusCode::UNAUTHORIZED)
    }

    /// Returns whether the API returned 403.
    #[doc(alias("403"))]
    pub fn is_forbidden(&self) -> bool {
        self.is_status(StatusCode::FORBIDDEN)
    }

    /// Returns whether the API returned 409.
    #[doc(alias("409", "already exists"))]
    pub fn is_conflict(&self) -> bool {
        self.is_status(StatusCode::CONFLICT)
    }

    /// Returns whether the API returned 400.
    #[doc(alias("400", "bad request"))]
    pub fn is_bad_request(&self) -> bool {
        self.is_status(StatusCode::BAD_REQUEST)
    }

    /// Returns whether the API returned 422: a parameter or field is invalid.
    #[doc(alias("422", "validation error", "unprocessable entity"))]
    pub fn is_unprocessable(&self) -> bool {
        self.is_status(StatusCode::UNPROCESSABLE_ENTITY)
    }

    /// Returns whether the API returned 429; see [`retry_after`](Self::retry_after).
    #[doc(alias("429", "rate limit", "too many requests"))]
    pub fn is_rate_limited(&self) -> bool {
        self.is_status(StatusCode::TOO_MANY_REQUESTS)
    }

    /// Returns whether the API returned 5xx.
    #[doc(alias("500", "503", "server error"))]
    pub fn is_server_error(&self) -> bool {
        self.kind() == ErrorKind::Api
            && self.status().is_some_and(|status| status.is_server_error())
    }

    /// Returns whether a time limit was exceeded: that of the transport, an attempt or the whole call.
    pub fn is_timeout(&self) -> bool {
        self.kind() == ErrorKind::Timeout
    }

    /// Returns whether no connection was established. Nothing was sent.
    pub fn is_connect(&self) -> bool {
        self.kind() == ErrorKind::Connect
    }

    /// Returns whether the connection was lost before the response was complete. The request may have
    /// been carried out.
    pub fn is_interrupted(&self) -> bool {
        self.kind() == ErrorKind::Interrupted
    }

    /// Returns whether the response is a success that cannot be decoded.
    pub fn is_decode(&self) -> bool {
        self.kind() == ErrorKind::Decode
    }

    /// Returns whether the call succeeded, but the response has no body to build the result from. Do not
    /// repeat such a call. `send_ignoring_body` needs no body.
    pub fn is_missing_body(&self) -> bool {
        matches!(self.0.failure, Failure::MissingBody(_))
    }

    /// Returns whether the client is not configured correctly. Nothing was sent.
    pub fn is_configuration(&self) -> bool {
        self.kind() == ErrorKind::Configuration
    }

    /// Returns whether the call is not valid. No complete request was sent.
    pub fn is_request(&self) -> bool {
        self.kind() == ErrorKind::Request
    }

    /// Returns whether the same call may succeed later: after failed and lost connections, timeouts, 429
    /// and 5xx.
    ///
    /// This does not mean that repeating the call is safe: after a lost connection, the first request may
    /// have been carried out.
    pub fn is_retryable(&self) -> bool {
        self.is_connect()
            || self.is_interrupted()
            || self.is_timeout()
            || self.is_rate_limited()
            || self.is_server_error()
    }

    /// Whether the time limit of the whole call was exceeded.
    pub(crate) fn is_call_timeout(&self) -> bool {
        matches!(self.0.failure, Failure::Timeout(TimeoutScope::Call(_)))
    }

    fn is_status(&self, status: StatusCode) -> bool {
        self.kind() == ErrorKind::Api && self.status() == Some(status)
    }

    fn response(&self) -> Option<&Response> {
        match &self.0.failure {
            Failure::Api(response)
            | Failure::Decode(response, _)
            | Failure::MissingBody(response) => Some(response),
            _ => None,
        }
    }
}

impl StdError for Error {
    /// Returns the error of the HTTP client, a file or the `Serialize` implementation that caused this
    /// one. A response that cannot be decoded has none, because messages of serde quote values.
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match (&self.0.cause, &self.0.failure) {
            (Some(cause), _) => Some(cause.as_ref()),
            (None, Failure::Transport(error)) => error.source(),
            (None, _) => None,
        }
    }
}
