//! The one error of this crate.
//!
//! What the body of a response says is read in `api`, and what it is where it says nothing, in
//! `content`; how an error is printed is in `display`.

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

/// Why a call failed.
///
/// Printing it, also with `{:?}`, shows the operation, the status and what the API said, and never a
/// key, a token, a body or an address with its ids. [`body`](Self::body) gives the body on demand.
///
/// ```no_run
/// # async fn run(clerk: clerk_api::Clerk) -> Result<(), clerk_api::Error> {
/// use clerk_api::Method;
///
/// match clerk.request(Method::GET, "/users/user_2abc").send::<serde_json::Value>().await {
///     Ok(user) => println!("{user}"),
///     Err(error) if error.is_not_found() => println!("nobody"),
///     Err(error) if error.has_code("authorization_invalid") => println!("look at the key"),
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

/// What an error came from, as it was.
pub(crate) type Cause = Arc<dyn StdError + Send + Sync>;

/// The call that failed.
#[derive(Clone)]
pub(crate) struct Call {
    pub(crate) operation: &'static str,
    pub(crate) method: Method,
    /// The template: no ids.
    pub(crate) path: String,
    pub(crate) attempts: u32,
    /// Whether an attempt before the last may have been carried out.
    pub(crate) may_have_run: bool,
}

impl Call {
    /// A call that was not sent yet.
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
    Api(Answer),
    Decode(Answer, Fault),
    /// A success without the body that is described.
    MissingBody(Answer),
    Pagination(String),
}

/// Which limit ran out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TimeoutScope {
    Attempt(Duration),
    Call(Duration),
}

/// What an error keeps of an answer.
struct Answer {
    status: StatusCode,
    errors: Vec<ApiError>,
    /// How many more entries there were.
    more_errors: usize,
    trace_id: Option<String>,
    retry_after: Option<Duration>,
    /// What the body is, if it is not the API's.
    content: Option<Content>,
    body: String,
}

/// The kinds of [`Error`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The client cannot be built or used like this; nothing was sent.
    Configuration,
    /// The call cannot be sent like this: an empty id, a file that is gone or changed, a stream that
    /// fails. No whole request was sent.
    Request,
    /// No connection came about.
    Connect,
    /// The connection was lost before the whole answer was there.
    Interrupted,
    /// A time limit ran out.
    Timeout,
    /// The transport failed otherwise.
    Transport,
    /// The server answered, but not with success.
    Api,
    /// The server answered with success, but with a body that cannot be understood.
    Decode,
    /// The pages of a list cannot be walked.
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

    /// Of an answer without success.
    pub(crate) fn api(
        status: StatusCode,
        headers: &HeaderMap,
        body: &[u8],
        scrubber: &Scrubber,
    ) -> Self {
        Self::new(Failure::Api(Answer::read(status, headers, body, scrubber)))
    }

    /// Of a success whose body cannot be understood.
    pub(crate) fn decode(
        status: StatusCode,
        headers: &HeaderMap,
        body: &[u8],
        fault: Fault,
        scrubber: &Scrubber,
    ) -> Self {
        let answer = Answer::undecodable(status, headers, body, scrubber);
        Self::new(Failure::Decode(answer, fault.scrubbed(scrubber)))
    }

    pub(crate) fn missing_body(
        status: StatusCode,
        headers: &HeaderMap,
        scrubber: &Scrubber,
    ) -> Self {
        let answer = Answer::undecodable(status, headers, b"", scrubber);
        Self::new(Failure::MissingBody(answer))
    }

    fn new(failure: Failure) -> Self {
        Self(Box::new(Inner {
            failure,
            cause: None,
            call: None,
        }))
    }

    /// Keeps what the error came from, for `source`. It must not print a secret.
    pub(crate) fn caused_by(mut self, cause: impl StdError + Send + Sync + 'static) -> Self {
        self.0.cause = Some(Arc::new(cause));
        self
    }

    /// As [`caused_by`](Self::caused_by), where the cause is shared.
    pub(crate) fn caused_by_shared(mut self, cause: Cause) -> Self {
        self.0.cause = Some(cause);
        self
    }

    pub(crate) fn of_call(mut self, call: Call) -> Self {
        self.0.call = Some(call);
        self
    }

    /// Which kind of error this is.
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

    /// The status of the answer, where one came.
    pub fn status(&self) -> Option<StatusCode> {
        self.answer().map(|answer| answer.status)
    }

    /// What the API said went wrong, in its order; empty where it said nothing readable. At most 50
    /// entries and 32 KiB are kept.
    pub fn errors(&self) -> &[ApiError] {
        self.answer().map_or(&[], |answer| &answer.errors)
    }

    /// Whether one of [`errors`](Self::errors) has this code.
    pub fn has_code(&self, code: &str) -> bool {
        self.errors().iter().any(|error| error.code == code)
    }

    /// The parameters and fields that the API complains about (`meta.param_name`), in the order of
    /// [`errors`](Self::errors), each once.
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

    /// What Clerk's support asks for: `clerk_trace_id` of the body, else the header
    /// `clerk-trace-id`, else `cf-ray`.
    pub fn trace_id(&self) -> Option<&str> {
        self.answer()?.trace_id.as_deref()
    }

    /// How long the server asked to wait (`Retry-After`).
    pub fn retry_after(&self) -> Option<Duration> {
        self.answer()?.retry_after
    }

    /// The first 8 KiB of the answer's body as text; it may hold personal data.
    pub fn body(&self) -> Option<&str> {
        self.answer().map(|answer| answer.body.as_str())
    }

    /// Where in the answer's JSON the value stands that cannot be decoded: `$.data[3].id`.
    pub fn json_path(&self) -> Option<&str> {
        match &self.0.failure {
            Failure::Decode(_, fault) => fault.path(),
            _ => None,
        }
    }

    /// The operation that failed: `users.get`.
    pub fn operation(&self) -> Option<&'static str> {
        self.0.call.as_ref().map(|call| call.operation)
    }

    /// The method of the request.
    pub fn method(&self) -> Option<&Method> {
        self.0.call.as_ref().map(|call| &call.method)
    }

    /// The path of the request as the API describes it, without ids: `/users/{user_id}`.
    pub fn path_template(&self) -> Option<&str> {
        self.0.call.as_ref().map(|call| call.path.as_str())
    }

    /// How many times the request was sent.
    pub fn attempts(&self) -> u32 {
        self.0.call.as_ref().map_or(0, |call| call.attempts)
    }

    /// Whether an earlier attempt of this call may have been carried out although its response was
    /// lost: its connection broke, its time was up, or the server failed (5xx).
    ///
    /// Where the call was to delete something, a 404 may then come from the earlier attempt, and not
    /// from a wrong id:
    ///
    /// ```no_run
    /// # async fn run(clerk: clerk_api::Clerk) -> Result<(), clerk_api::Error> {
    /// # use clerk_api::Method;
    /// let deleted = clerk.request(Method::DELETE, "/users/user_2abc").send_bytes().await;
    /// match deleted {
    ///     Err(error) if error.is_not_found() && error.follows_lost_response() => {}
    ///     other => drop(other?),
    /// }
    /// # Ok(()) }
    /// ```
    pub fn follows_lost_response(&self) -> bool {
        self.0.call.as_ref().is_some_and(|call| call.may_have_run)
    }

    /// Whether the server cannot have acted on the last attempt: no connection came about, or the
    /// server refused the request before it processed it. Sending again is then safe, whatever the
    /// method.
    pub fn was_not_processed(&self) -> bool {
        matches!(&self.0.failure, Failure::Transport(error) if error.was_not_processed())
    }

    /// Whether the server may have done what the attempt asked for.
    pub(crate) fn may_have_run(&self) -> bool {
        let is_unknown = self.is_interrupted()
            || self.is_timeout()
            || self.is_server_error()
            || self.is_decode()
            || self.kind() == ErrorKind::Transport;
        is_unknown && !self.was_not_processed()
    }

    /// Whether the API answered 404.
    pub fn is_not_found(&self) -> bool {
        self.is_status(StatusCode::NOT_FOUND)
    }

    /// Whether the API answered 401: the key is wrong or missing.
    pub fn is_unauthorized(&self) -> bool {
        self.is_status(StatusCode::UNAUTHORIZED)
    }

    /// Whether the API answered 403.
    pub fn is_forbidden(&self) -> bool {
        self.is_status(StatusCode::FORBIDDEN)
    }

    /// Whether the API answered 409.
    pub fn is_conflict(&self) -> bool {
        self.is_status(StatusCode::CONFLICT)
    }

    /// Whether the API answered 400.
    pub fn is_bad_request(&self) -> bool {
        self.is_status(StatusCode::BAD_REQUEST)
    }

    /// Whether the API answered 422: the request was understood and refused.
    pub fn is_unprocessable(&self) -> bool {
        self.is_status(StatusCode::UNPROCESSABLE_ENTITY)
    }

    /// Whether the API answered 429; see [`retry_after`](Self::retry_after).
    pub fn is_rate_limited(&self) -> bool {
        self.is_status(StatusCode::TOO_MANY_REQUESTS)
    }

    /// Whether the server failed (5xx).
    pub fn is_server_error(&self) -> bool {
        self.kind() == ErrorKind::Api
            && self.status().is_some_and(|status| status.is_server_error())
    }

    /// Whether a time limit ran out, of connecting, of an attempt or of the whole call.
    pub fn is_timeout(&self) -> bool {
        self.kind() == ErrorKind::Timeout
    }

    /// Whether no connection came about; nothing was sent.
    pub fn is_connect(&self) -> bool {
        self.kind() == ErrorKind::Connect
    }

    /// Whether the connection was lost before the whole response was there. The request may have
    /// been carried out.
    pub fn is_interrupted(&self) -> bool {
        self.kind() == ErrorKind::Interrupted
    }

    /// Whether the answer was a success that cannot be understood.
    pub fn is_decode(&self) -> bool {
        self.kind() == ErrorKind::Decode
    }

    /// Whether the call succeeded, but its response has no body to make the result of. What was asked
    /// for has been done: do not ask again. `send_ignoring_body` needs no body.
    pub fn is_missing_body(&self) -> bool {
        matches!(self.0.failure, Failure::MissingBody(_))
    }

    /// Whether the client is set up wrongly; nothing was sent.
    pub fn is_configuration(&self) -> bool {
        self.kind() == ErrorKind::Configuration
    }

    /// Whether the call cannot be sent as it is; no whole request was sent.
    pub fn is_request(&self) -> bool {
        self.kind() == ErrorKind::Request
    }

    /// Whether the same call may succeed later: failed and lost connections, timeouts, 429 and 5xx.
    ///
    /// It does not say that sending again is safe: after a lost connection the first request may
    /// have been carried out.
    pub fn is_retryable(&self) -> bool {
        self.is_connect()
            || self.is_interrupted()
            || self.is_timeout()
            || self.is_rate_limited()
            || self.is_server_error()
    }

    /// Whether the whole call, retries included, ran out of time.
    pub(crate) fn is_call_timeout(&self) -> bool {
        matches!(self.0.failure, Failure::Timeout(TimeoutScope::Call(_)))
    }

    fn is_status(&self, status: StatusCode) -> bool {
        self.kind() == ErrorKind::Api && self.status() == Some(status)
    }

    fn answer(&self) -> Option<&Answer> {
        match &self.0.failure {
            Failure::Api(answer) | Failure::Decode(answer, _) | Failure::MissingBody(answer) => {
                Some(answer)
            }
            _ => None,
        }
    }
}

impl StdError for Error {
    /// The error of the HTTP client, of a file, or of the caller's `Serialize` that this came from. A
    /// response that cannot be decoded has none, because messages of serde quote values.
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match (&self.0.cause, &self.0.failure) {
            (Some(cause), _) => Some(cause.as_ref()),
            (None, Failure::Transport(error)) => error.source(),
            (None, _) => None,
        }
    }
}
