//! Builds a client, and rejects configurations that could not work.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use http::{HeaderMap, HeaderValue, header};

use super::credentials::Credential;
use super::{BaseUrl, Clerk, Inner, Timeouts};
use crate::error::Error;
use crate::pace::Pace;
use crate::retry::RetryPolicy;
use crate::transport::{ReqwestTransport, Transport};
use crate::types::Secret;
use crate::{API_VERSION, BASE_URL};

const PACKAGE_VERSION: &str = env!("CARGO_PKG_VERSION");

/// Configures and builds a [`Clerk`] or a blocking client.
///
/// ```
/// use std::time::Duration;
/// use clerk_api::{Clerk, RetryPolicy};
///
/// # fn main() -> Result<(), clerk_api::Error> {
/// let clerk = Clerk::builder()
///     .secret_key("sk_test_0123456789")
///     .attempt_timeout(Duration::from_secs(5))
///     .call_timeout(None)
///     .retry(RetryPolicy::default().max_attempts(5))
///     .user_agent_suffix("my-app/1.0")
///     .build()?;
/// # let _ = clerk;
/// # Ok(()) }
/// ```
#[must_use = "a builder does nothing until `build` is called"]
pub struct ClerkBuilder {
    secret_key: Option<Secret>,
    machine_secret_key: Option<Secret>,
    base_url: String,
    allow_http: bool,
    transport: Option<Box<dyn Transport>>,
    timeouts: Timeouts,
    retry: RetryPolicy,
    user_agent_suffix: Option<String>,
    max_response_bytes: usize,
}

impl ClerkBuilder {
    pub(super) fn new() -> Self {
        Self {
            secret_key: None,
            machine_secret_key: None,
            base_url: BASE_URL.to_owned(),
            allow_http: false,
            transport: None,
            timeouts: Timeouts::default(),
            retry: RetryPolicy::default(),
            user_agent_suffix: None,
            max_response_bytes: 64 * 1024 * 1024,
        }
    }

    /// Returns a builder with the settings of the environment. An empty variable counts as not set.
    ///
    /// | variable | meaning |
    /// |---|---|
    /// | `CLERK_SECRET_KEY` | the secret key of the instance (`sk_…`) |
    /// | `CLERK_MACHINE_SECRET_KEY` | the secret key of a machine (`ak_…`). One of the two keys is required. |
    /// | `CLERK_API_URL` | the URL of the API, with or without `/v1`. Default: [`BASE_URL`]. |
    ///
    /// # Errors
    ///
    /// An error of kind [`Configuration`](crate::ErrorKind::Configuration) if neither key is set, or if a
    /// variable is not valid UTF-8.
    pub fn from_env() -> Result<Self, Error> {
        let variable = |name| match std::env::var(name) {
            Ok(value) if value.is_empty() => Ok(None),
            Ok(value) => Ok(Some(value)),
            Err(std::env::VarError::NotPresent) => Ok(None),
            Err(std::env::VarError::NotUnicode(_)) => Err(Error::configuration(format!(
                "the environment variable {name} is not valid UTF-8"
            ))),
        };
        let mut builder = Self::new();
        builder.secret_key = variable("CLERK_SECRET_KEY")?.map(Secret::from);
        builder.machine_secret_key = variable("CLERK_MACHINE_SECRET_KEY")?.map(Secret::from);
        if builder.secret_key.is_none() && builder.machine_secret_key.is_none() {
            return Err(Error::configuration(
                "the environment variable CLERK_SECRET_KEY is not set; set it to the secret key of the instance, which begins with sk_test_ or sk_live_ (Clerk Dashboard, API keys)",
            ));
        }
        if let Some(address) = variable("CLERK_API_URL")? {
            builder.base_url = super::base_url::with_version(&address);
        }
        Ok(builder)
    }

    /// Sets the secret key of the instance (`sk_…`).
    #[doc(alias("secret key", "CLERK_SECRET_KEY", "api key", "api_key", "token"))]
    pub fn secret_key(mut self, key: impl Into<Secret>) -> Self {
        self.secret_key = Some(key.into());
        self
    }

    /// Sets the secret key of a machine (`ak_…`). Operations on M2M tokens use it.
    pub fn machine_secret_key(mut self, key: impl Into<Secret>) -> Self {
        self.machine_secret_key = Some(key.into());
        self
    }

    /// Sets the URL of the API, including the version. Default: [`BASE_URL`].
    ///
    /// Loopback addresses (`localhost`, `127.0.0.1`, `[::1]`) are never reached through a proxy of the
    /// environment (`HTTP_PROXY`).
    #[doc(alias("base url", "endpoint", "host", "api_url"))]
    pub fn base_url(mut self, url: impl Into<String>) -> Self {
        self.base_url = url.into();
        self
    }

    /// Allows a base URL with plain HTTP, which sends the key unencrypted. By default, plain HTTP is
    /// allowed only for loopback addresses.
    #[doc(alias("insecure"))]
    pub fn allow_http(mut self, allow: bool) -> Self {
        self.allow_http = allow;
        self
    }

    /// Sends requests with an existing [`reqwest::Client`], which shares its connections.
    ///
    /// The client should have `redirect::Policy::none()`. Its own settings apply instead of
    /// [`connect_timeout`](Self::connect_timeout). To configure a proxy or certificates, see
    /// [`ReqwestTransport::build`].
    #[doc(alias("reqwest", "custom http client", "proxy", "connection pool"))]
    pub fn http_client(self, client: reqwest::Client) -> Self {
        self.transport(ReqwestTransport::new(client))
    }

    /// Sends requests with a [`Transport`] of your own.
    #[doc(alias("custom http client", "middleware"))]
    pub fn transport(mut self, transport: impl Transport) -> Self {
        self.transport = Some(Box::new(transport));
        self
    }

    /// Sets the time limit for connecting. `None` removes it. Default: 10 s.
    pub fn connect_timeout(mut self, timeout: impl Into<Option<Duration>>) -> Self {
        self.timeouts.connect = timeout.into();
        self
    }

    /// Sets the time limit for one attempt, to the end of its response. `None` removes it. Default: 30 s.
    pub fn attempt_timeout(mut self, timeout: impl Into<Option<Duration>>) -> Self {
        self.timeouts.attempt = timeout.into();
        self
    }

    /// Sets the time limit for a call, including all attempts and the waits between them. `None`
    /// removes it. Default: 2 minutes, which leaves time for every attempt of the default
    /// [`RetryPolicy`].
    ///
    /// The limit includes the time that a call is queued after a 429. Raise it if you have far more calls
    /// in flight than Clerk allows in that time.
    #[doc(alias("timeout", "time limit", "deadline"))]
    pub fn call_timeout(mut self, timeout: impl Into<Option<Duration>>) -> Self {
        self.timeouts.call = timeout.into();
        self
    }

    /// Sets the largest response body, in bytes after decompression. A longer body is an error.
    /// Default: 64 MiB.
    pub fn max_response_bytes(mut self, bytes: usize) -> Self {
        self.max_response_bytes = bytes;
        self
    }

    /// Sets when failed calls are retried. Default: [`RetryPolicy::default`].
    #[doc(alias("backoff", "rate limit"))]
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.retry = policy;
        self
    }

    /// Appends the name of your application, such as `my-app/1.0`, to the `User-Agent` header.
    #[doc(alias("user agent"))]
    pub fn user_agent_suffix(mut self, suffix: impl Into<String>) -> Self {
        self.user_agent_suffix = Some(suffix.into());
        self
    }

    /// Builds the client.
    ///
    /// # Errors
    ///
    /// An error of kind [`Configuration`](crate::ErrorKind::Configuration) if a setting cannot work:
    /// there is no key or one of the wrong kind, the base URL is invalid, a time limit is zero, or the
    /// HTTP client cannot be set up.
    pub fn build(self) -> Result<Clerk, Error> {
        for (credential, key) in [
            (Credential::SecretKey, &self.secret_key),
            (Credential::MachineSecretKey, &self.machine_secret_key),
        ] {
            if let Some(key) = key {
                credential
                    .check(key.expose())
                    .map_err(Error::configuration)?;
            }
        }
        if self.secret_key.is_none() && self.machine_secret_key.is_none() {
            return Err(Error::configuration(
                "there is no key; set `secret_key` to the secret key of the instance, which begins with sk_test_ or sk_live_ (Clerk Dashboard, API keys)",
            ));
        }
        self.timeouts.check()?;
        if self.max_response_bytes == 0 {
            return Err(Error::configuration(
                "`max_response_bytes` is zero, so no response could have a body; set a number of bytes",
            ));
        }
        let base_url = BaseUrl::parse(&self.base_url, self.allow_http)?;
        let headers = headers(self.user_agent_suffix.as_deref())?;
        let transport = match self.transport {
            Some(transport) => transport,
            None => Box::new(default_transport(self.timeouts.connect, &base_url)?),
        };
        Ok(Clerk {
            inner: Arc::new(Inner {
                transport,
                base_url,
                secret_key: self.secret_key,
                machine_secret_key: self.machine_secret_key,
                headers,
                timeouts: self.timeouts,
                retry: self.retry,
                pace: Pace::default(),
                max_response_bytes: self.max_response_bytes,
            }),
        })
    }

    /// Builds a blocking client.
    ///
    /// # Errors
    ///
    /// As for [`build`](Self::build), and if the thread of the client cannot be started.
    #[cfg(feature = "blocking")]
    pub fn build_blocking(self) -> Result<crate::blocking::Clerk, Error> {
        crate::blocking::Clerk::with(self.build()?)
    }
}

fn default_transport(
    connect: Option<Duration>,
    base_url: &BaseUrl,
) -> Result<ReqwestTransport, Error> {
    ReqwestTransport::with_connect_timeout(connect, base_url.is_local())
}

/// The headers of every request. They are not set on the HTTP client, which may be the caller's.
fn headers(user_agent_suffix: Option<&str>) -> Result<HeaderMap, Error> {
    let mut user_agent = format!("clerk-api-rust/{PACKAGE_VERSION}");
    if let Some(suffix) = user_agent_suffix {
        user_agent.push(' ');
        user_agent.push_str(suffix);
    }
    let value = |text: &str| {
        HeaderValue::from_str(text).map_err(|_| {
            Error::configuration("`user_agent_suffix` has characters that are not allowed in a header; expected one like \"my-app/1.0\"")
        })
    };
    let mut headers = HeaderMap::new();
    headers.insert(header::ACCEPT, HeaderValue::from_static("application/json"));
    // Nothing here decompresses, and a client of the caller's must not request compression either.
    headers.insert(
        header::ACCEPT_ENCODING,
        HeaderValue::from_static("identity"),
    );
    headers.insert(header::USER_AGENT, value(&user_agent)?);
    headers.insert("clerk-api-version", HeaderValue::from_static(API_VERSION));
    headers.insert("x-clerk-sdk", value(&format!("rust/{PACKAGE_VERSION}"))?);
    Ok(headers)
}

impl fmt::Debug for ClerkBuilder {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The base URL has not been validated yet and may contain a password.
        formatter
            .debug_struct("ClerkBuilder")
            .field("secret_key", &self.secret_key)
            .field("machine_secret_key", &self.machine_secret_key)
            .field("allow_http", &self.allow_http)
            .field("timeouts", &self.timeouts)
            .field("retry", &self.retry)
            .field("user_agent_suffix", &self.user_agent_suffix)
            .field("max_response_bytes", &self.max_response_bytes)
            .finish_non_exhaustive()
    }
}
