//! The client: everything that its calls share.

mod base_url;
mod builder;
pub mod credentials;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use http::{HeaderMap, Method};

pub(crate) use base_url::BaseUrl;
pub use builder::ClerkBuilder;
use credentials::Environment;

use crate::error::Error;
use crate::pace::Pace;
use crate::raw::RawRequest;
use crate::request::{Authentication, Handle, Request, sealed};
use crate::retry::RetryPolicy;
use crate::transport::Transport;
use crate::types::Secret;

/// A client for Clerk's Backend API.
///
/// It is cheap to clone. Clones share connections and the pause after a 429 (see [`RetryPolicy`]).
///
/// ```no_run
/// # fn run() -> Result<(), clerk_api::Error> {
/// use clerk_api::Clerk;
///
/// let clerk = Clerk::new("sk_test_…")?;
/// let clerk = Clerk::from_env()?;
/// # let _ = clerk;
/// # Ok(()) }
/// ```
#[derive(Clone)]
pub struct Clerk {
    inner: Arc<Inner>,
}

pub(crate) struct Inner {
    transport: Box<dyn Transport>,
    base_url: BaseUrl,
    secret_key: Option<Secret>,
    machine_secret_key: Option<Secret>,
    headers: HeaderMap,
    timeouts: Timeouts,
    retry: RetryPolicy,
    pace: Pace,
    max_response_bytes: usize,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Timeouts {
    pub(crate) connect: Option<Duration>,
    pub(crate) attempt: Option<Duration>,
    pub(crate) call: Option<Duration>,
}

impl Default for Timeouts {
    // Chosen together with the defaults of `RetryPolicy`: a retry that the budget allows has time for a
    // whole attempt.
    fn default() -> Self {
        Self {
            connect: Some(Duration::from_secs(10)),
            attempt: Some(Duration::from_secs(30)),
            call: Some(Duration::from_secs(120)),
        }
    }
}

impl Timeouts {
    /// Rejects time limits of zero, with which every call would fail.
    fn check(&self) -> Result<(), Error> {
        for (name, timeout) in [
            ("connect_timeout", self.connect),
            ("attempt_timeout", self.attempt),
            ("call_timeout", self.call),
        ] {
            if timeout.is_some_and(|timeout| timeout.is_zero()) {
                return Err(Error::configuration(format!(
                    "`{name}` is zero, so every call would fail; set a time, or `None` for no limit"
                )));
            }
        }
        Ok(())
    }
}

impl Clerk {
    /// Creates a client with the secret key of the instance (`sk_…`) and default settings.
    ///
    /// # Errors
    ///
    /// An error of kind [`Configuration`](crate::ErrorKind::Configuration) if the key is not a secret key.
    #[doc(alias("secret key", "api key", "connect"))]
    pub fn new(secret_key: impl Into<Secret>) -> Result<Self, Error> {
        Self::builder().secret_key(secret_key).build()
    }

    /// Creates a client with the settings of the environment; see [`ClerkBuilder::from_env`].
    ///
    /// # Errors
    ///
    /// As for [`ClerkBuilder::from_env`] and [`ClerkBuilder::build`].
    #[doc(alias("CLERK_SECRET_KEY", "environment variable"))]
    pub fn from_env() -> Result<Self, Error> {
        ClerkBuilder::from_env()?.build()
    }

    /// Returns a builder with default settings.
    pub fn builder() -> ClerkBuilder {
        ClerkBuilder::new()
    }

    /// Calls an operation that this crate does not describe, with the same keys, retries and errors.
    ///
    /// `path` is appended to the base URL and may contain placeholders:
    ///
    /// ```no_run
    /// # async fn run(clerk: clerk_api::Clerk) -> Result<(), clerk_api::Error> {
    /// use clerk_api::Method;
    ///
    /// let user: serde_json::Value = clerk
    ///     .request(Method::PATCH, "/users/{user_id}")
    ///     .path("user_id", "user_2abc")
    ///     .json(serde_json::json!({ "first_name": "Ada" }))
    ///     .send()
    ///     .await?;
    /// # let _ = user;
    /// # Ok(()) }
    /// ```
    #[doc(alias("raw request", "custom request", "escape hatch"))]
    pub fn request(&self, method: Method, path: impl Into<String>) -> RawRequest {
        RawRequest::new(self.clone(), method, path.into())
    }

    /// Returns the environment of the instance, if the client has a secret key.
    #[doc(hidden)]
    pub fn environment(&self) -> Option<Environment> {
        Environment::of_key(self.inner.secret_key.as_ref()?.expose())
    }

    /// Returns the retry policy of calls that do not set one.
    pub fn retry_policy(&self) -> &RetryPolicy {
        &self.inner.retry
    }

    pub(crate) fn inner(&self) -> &Inner {
        &self.inner
    }
}

impl sealed::Sealed for Clerk {}
impl Handle for Clerk {}

impl Inner {
    pub(crate) fn transport(&self) -> &dyn Transport {
        &*self.transport
    }

    pub(crate) fn base_url(&self) -> &BaseUrl {
        &self.base_url
    }

    pub(crate) fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    pub(crate) fn timeouts(&self) -> Timeouts {
        self.timeouts
    }

    pub(crate) fn max_response_bytes(&self) -> usize {
        self.max_response_bytes
    }

    pub(crate) fn retry(&self) -> &RetryPolicy {
        &self.retry
    }

    pub(crate) fn pace(&self) -> &Pace {
        &self.pace
    }

    pub(crate) fn secrets(&self) -> impl Iterator<Item = &Secret> {
        self.secret_key.iter().chain(&self.machine_secret_key)
    }

    /// Returns the key that a call is sent with.
    pub(crate) fn authorization(&self, request: &Request) -> Result<Option<Secret>, Error> {
        if let Some(bearer) = &request.options.bearer {
            if let Some(fault) = credentials::bearer_fault(bearer.expose()) {
                return Err(Error::request(format!("the `bearer` of the call {fault}")));
            }
            return Ok(Some(bearer.clone()));
        }
        if request
            .options
            .headers
            .contains_key(http::header::AUTHORIZATION)
        {
            return Ok(None);
        }
        let key = match request.operation().authentication {
            Authentication::None => return Ok(None),
            Authentication::SecretKey => self.secret_key.as_ref(),
            Authentication::MachineSecretKey => self
                .machine_secret_key
                .as_ref()
                .or(self.secret_key.as_ref()),
        };
        match key {
            Some(key) => Ok(Some(key.clone())),
            None => Err(Error::configuration(
                "the operation requires the secret key of the instance; set `secret_key` of the builder",
            )),
        }
    }
}

impl fmt::Debug for Clerk {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Clerk")
            .field("base_url", &self.inner.base_url.as_str())
            .field("secret_key", &self.inner.secret_key)
            .field("machine_secret_key", &self.inner.machine_secret_key)
            .field("timeouts", &self.inner.timeouts)
            .field("retry", &self.inner.retry)
            .finish_non_exhaustive()
    }
}
