//! Builds a client and refuses what could only fail later.

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

/// Sets up a [`Clerk`].
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
#[must_use = "a client is built by `build`"]
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

    /// Starts from the environment; an empty variable counts as absent.
    ///
    /// | variable | |
    /// |---|---|
    /// | `CLERK_SECRET_KEY` | the instance's secret key |
    /// | `CLERK_MACHINE_SECRET_KEY` | a machine's secret key; one of the two must be there |
    /// | `CLERK_API_URL` | the address of the API, with or without the `/v1` at its end |
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
                "the environment variable CLERK_SECRET_KEY is not set; set it to the secret key of the instance (sk_test_… or sk_live_…; Clerk Dashboard, API keys)",
            ));
        }
        if let Some(address) = variable("CLERK_API_URL")? {
            builder.base_url = super::base_url::with_version(&address);
        }
        Ok(builder)
    }

    /// The instance's secret key (`sk_…`).
    pub fn secret_key(mut self, key: impl Into<Secret>) -> Self {
        self.secret_key = Some(key.into());
        self
    }

    /// A machine's secret key (`ak_…`), which operations on M2M tokens are sent with.
    pub fn machine_secret_key(mut self, key: impl Into<Secret>) -> Self {
        self.machine_secret_key = Some(key.into());
        self
    }

    /// The address that the paths of operations are appended to, version included; otherwise
    /// [`BASE_URL`]. An address of this machine (`localhost`, `127.0.0.1`, `[::1]`) is never reached
    /// through a proxy of the environment (`HTTP_PROXY`), which would read the key and cannot reach it.
    pub fn base_url(mut self, address: impl Into<String>) -> Self {
        self.base_url = address.into();
        self
    }

    /// Allows an address without TLS. Without this, only this machine can be reached so, because
    /// the key would be readable on the way.
    pub fn allow_http(mut self, allow: bool) -> Self {
        self.allow_http = allow;
        self
    }

    /// Sends with a client of the caller's, to share its connections. It should have
    /// `redirect::Policy::none()`; its own settings hold instead of `connect_timeout`. For a proxy or
    /// certificates see [`ReqwestTransport::build`].
    pub fn http_client(self, client: reqwest::Client) -> Self {
        self.transport(ReqwestTransport::new(client))
    }

    /// Sends by other means, see [`Transport`].
    pub fn transport(mut self, transport: impl Transport) -> Self {
        self.transport = Some(Box::new(transport));
        self
    }

    /// Limits how long connecting may take; `None` is no limit. Default: 10 s.
    pub fn connect_timeout(mut self, timeout: impl Into<Option<Duration>>) -> Self {
        self.timeouts.connect = timeout.into();
        self
    }

    /// Limits how long one attempt may take, to the end of its response; `None` is no limit.
    /// Default: 30 s.
    pub fn attempt_timeout(mut self, timeout: impl Into<Option<Duration>>) -> Self {
        self.timeouts.attempt = timeout.into();
        self
    }

    /// Limits how long a call may take, with all its attempts and the waits between; `None` is no
    /// limit. Default: 2 minutes, in which the default [`RetryPolicy`] has time for every attempt.
    ///
    /// It is also how long a call waits in line after a 429: raise it where far more calls are under
    /// way at once than Clerk allows in that time.
    pub fn call_timeout(mut self, timeout: impl Into<Option<Duration>>) -> Self {
        self.timeouts.call = timeout.into();
        self
    }

    /// Limits the body of a response, in bytes after decompression; a longer one is an error.
    /// Default: 64 MiB.
    pub fn max_response_bytes(mut self, bytes: usize) -> Self {
        self.max_response_bytes = bytes;
        self
    }

    /// When a failed call is sent again.
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.retry = policy;
        self
    }

    /// Appended to `User-Agent`: who is calling.
    pub fn user_agent_suffix(mut self, suffix: impl Into<String>) -> Self {
        self.user_agent_suffix = Some(suffix.into());
        self
    }

    /// The client.
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
                "there is no key; set `secret_key` to the secret key of the instance (sk_test_… or sk_live_…; Clerk Dashboard, API keys)",
            ));
        }
        self.timeouts.check()?;
        if self.max_response_bytes == 0 {
            return Err(Error::configuration(
                "`max_response_bytes` is zero, so that no response could have a body; give a number of bytes",
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

    /// The client without async.
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

/// The headers of every request, here and not in the HTTP client, so that they are sent whoever's
/// client it is.
fn headers(user_agent_suffix: Option<&str>) -> Result<HeaderMap, Error> {
    let mut user_agent = format!("clerk-api-rust/{PACKAGE_VERSION}");
    if let Some(suffix) = user_agent_suffix {
        user_agent.push(' ');
        user_agent.push_str(suffix);
    }
    let value = |text: &str| {
        HeaderValue::from_str(text).map_err(|_| {
            Error::configuration("the user agent's suffix holds characters that a header cannot; give one like \"my-app/1.0\"")
        })
    };
    let mut headers = HeaderMap::new();
    headers.insert(header::ACCEPT, HeaderValue::from_static("application/json"));
    // Nothing here decompresses. Said, so that a client of the caller's does not ask for more.
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
        // The base URL is not checked yet and may hold a password.
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
