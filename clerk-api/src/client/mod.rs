//! The client: what is the same for all calls.

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

/// Calls Clerk's Backend API. It is cheap to clone, and clones share their connections and the pause
/// after a 429 (see [`RetryPolicy`]).
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
    // Together with those of `RetryPolicy`: a retry that its budget allows has the time of a whole
    // attempt left.
    fn default() -> Self {
        Self {
            connect: Some(Duration::from_secs(10)),
            attempt: Some(Duration::from_secs(30)),
            call: Some(Duration::from_secs(120)),
        }
    }
}

impl Timeouts {
    /// A time limit of nothing would end every call before it began.
    fn check(&self) -> Result<(), Error> {
        for (name, timeout) in [
            ("connect_timeout", self.connect),
            ("attempt_timeout", self.attempt),
            ("call_timeout", self.call),
        ] {
            if timeout.is_some_and(|timeout| timeout.is_zero()) {
                return Err(Error::configuration(format!(
                    "`{name}` is zero, so that every call would fail; give a time, or `None` for no limit"
                )));
            }
        }
        Ok(())
    }
}

impl Clerk {
    /// A client with the instance's secret key (`sk_…`), and the defaults for all else.
    pub fn new(secret_key: impl Into<Secret>) -> Result<Self, Error> {
        Self::builder().secret_key(secret_key).build()
    }

    /// A client from the environment, see [`ClerkBuilder::from_env`].
    pub fn from_env() -> Result<Self, Error> {
        ClerkBuilder::from_env()?.build()
    }

    /// Sets what is different from the defaults.
    pub fn builder() -> ClerkBuilder {
        ClerkBuilder::new()
    }

    /// Calls what this crate does not describe. `path` comes after the base URL and may hold
    /// placeholders:
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
    pub fn request(&self, method: Method, path: impl Into<String>) -> RawRequest {
        RawRequest::new(self.clone(), method, path.into())
    }

    /// The environment of the instance whose secret key this has, and nothing if it has none.
    #[doc(hidden)]
    pub fn environment(&self) -> Option<Environment> {
        Environment::of_key(self.inner.secret_key.as_ref()?.expose())
    }

    /// The retry policy of calls that have none of their own.
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

    /// The key that a call is sent with.
    pub(crate) fn authorization(&self, request: &Request) -> Result<Option<Secret>, Error> {
        if let Some(bearer) = &request.options.bearer {
            if let Some(fault) = credentials::bearer_fault(bearer.expose()) {
                return Err(Error::request(format!("the bearer of the call {fault}")));
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
                "the operation needs the instance's secret key; set `secret_key` of the builder",
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
