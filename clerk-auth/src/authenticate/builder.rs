//! The builder of an authenticator, which rejects configurations that could only fail later.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::checks::Asking;
use super::config::{Browser, Config};
use super::proxy_warnings::ProxyWarnings;
use super::{Authenticator, Inner};
use crate::accepts::{Accepted, Accepts, TokenType};
use crate::addresses::origin;
use crate::backend::{Api, Backend};
use crate::calls::{CallLimits, Calls, Gate};
use crate::clock::Clock;
use crate::cookies::CookieNames;
use crate::error::Error;
use crate::frontend_api::FrontendApi;
use crate::keys::KeyCacheOptions;
use crate::machine::MachineTokens;
use crate::organization_patterns::OrganizationPatterns;
use crate::publishable_key::PublishableKey;
use crate::verifier::TokenVerifierBuilder;
use clerk_api::types::Secret;

/// Builds an [`Authenticator`].
///
/// | [`accepts`](Self::accepts) | needs |
/// |---|---|
/// | [`TokenType::M2mToken`] | `secret_key`, or `machine_secret_key` and `jwt_key` |
/// | [`TokenType::ApiKey`] | `secret_key` |
/// | anything else, also a list of kinds ([`Accepts::one_of`]) | `secret_key` and `publishable_key`, of the same instance |
///
/// A configuration that cannot work is an error of [`build`](Self::build).
///
/// Calling a setter again replaces the previous value, also for lists: after two calls of
/// `authorized_parties`, only those of the second count.
#[derive(Clone)]
#[must_use = "call `build` to get an authenticator"]
#[doc(alias("options", "configuration", "createClerkClient"))]
pub struct AuthenticatorBuilder {
    pub(super) verifier: TokenVerifierBuilder,
    pub(super) asking: Asking,
    pub(super) machine_secret_key: Option<Secret>,
    pub(super) publishable_key: String,
    /// Whether the keys are those of a test, so that two instances are not an error.
    pub(super) are_test_keys: bool,
    accepts: Accepts,
    pub(super) domain: String,
    pub(super) is_satellite: bool,
    satellite_auto_sync: bool,
    pub(super) proxy_url: String,
    pub(super) sign_in_url: String,
    organization_patterns: Vec<String>,
    personal_account_patterns: Vec<String>,
    trust_forwarded_headers: bool,
    pub(super) public_origin: Option<String>,
    handshakes: bool,
    pending_is_signed_out: bool,
    machine_token_cache: Duration,
    call_limits: CallLimits,
}

/// Sets an option to the value of an environment variable.
type Setter = fn(AuthenticatorBuilder, String) -> AuthenticatorBuilder;

impl Default for AuthenticatorBuilder {
    fn default() -> Self {
        Self {
            verifier: TokenVerifierBuilder::default(),
            asking: Asking::Keys,
            machine_secret_key: None,
            publishable_key: String::new(),
            are_test_keys: false,
            accepts: Accepts::default(),
            domain: String::new(),
            is_satellite: false,
            satellite_auto_sync: false,
            proxy_url: String::new(),
            sign_in_url: String::new(),
            organization_patterns: Vec::new(),
            personal_account_patterns: Vec::new(),
            trust_forwarded_headers: false,
            public_origin: None,
            handshakes: true,
            pending_is_signed_out: true,
            machine_token_cache: Duration::ZERO,
            call_limits: CallLimits::default(),
        }
    }
}

impl AuthenticatorBuilder {
    /// Creates a builder from environment variables: `CLERK_SECRET_KEY`, `CLERK_PUBLISHABLE_KEY`,
    /// `CLERK_MACHINE_SECRET_KEY`, `CLERK_JWT_KEY`, `CLERK_API_URL`, `CLERK_DOMAIN`, `CLERK_PROXY_URL`,
    /// `CLERK_SIGN_IN_URL` and `CLERK_IS_SATELLITE` (`true` or `1`, `false` or `0`). Variables that are not
    /// set or are empty are ignored.
    ///
    /// # Errors
    ///
    /// If a variable is not valid UTF-8, or `CLERK_IS_SATELLITE` has another value. Other mistakes are errors
    /// of `build`.
    pub fn from_env() -> Result<Self, Error> {
        let mut builder = Self::default();
        let setters: [(&str, Setter); 8] = [
            ("CLERK_SECRET_KEY", Self::secret_key),
            ("CLERK_PUBLISHABLE_KEY", Self::publishable_key),
            ("CLERK_MACHINE_SECRET_KEY", Self::machine_secret_key),
            ("CLERK_JWT_KEY", Self::jwt_key),
            ("CLERK_API_URL", Self::api_url),
            ("CLERK_DOMAIN", Self::domain),
            ("CLERK_PROXY_URL", Self::proxy_url),
            ("CLERK_SIGN_IN_URL", Self::sign_in_url),
        ];
        for (name, set) in setters {
            if let Some(value) = variable(name)? {
                builder = set(builder, value);
            }
        }
        match variable("CLERK_IS_SATELLITE")?.as_deref() {
            None => Ok(builder),
            Some("true" | "1") => Ok(builder.satellite(true)),
            Some("false" | "0") => Ok(builder.satellite(false)),
            Some(_) => Err(Error::configuration(
                "the environment variable CLERK_IS_SATELLITE is not a boolean; set it to `true`, `1`, `false` or `0`",
            )),
        }
    }

    /// Sets the secret key of the instance (`sk_…`; Clerk Dashboard, API keys).
    #[doc(alias("secretKey", "CLERK_SECRET_KEY"))]
    pub fn secret_key(mut self, key: impl Into<Secret>) -> Self {
        self.verifier = self.verifier.secret_key(key);
        self
    }

    /// Sets the secret key of this machine (`ak_…`; Clerk Dashboard, Machines), which verifies opaque M2M
    /// tokens. Default: the secret key of the instance. M2M tokens that are JWTs need
    /// [`jwt_key`](Self::jwt_key) or the secret key of the instance.
    #[doc(alias("machineSecretKey", "CLERK_MACHINE_SECRET_KEY"))]
    pub fn machine_secret_key(mut self, key: impl Into<Secret>) -> Self {
        self.machine_secret_key = Some(key.into());
        self
    }

    /// Sets the publishable key of the instance (`pk_…`; Clerk Dashboard, API keys).
    #[doc(alias("publishableKey", "CLERK_PUBLISHABLE_KEY"))]
    pub fn publishable_key(mut self, key: impl Into<String>) -> Self {
        self.publishable_key = key.into();
        self
    }

    /// Sets the public key of the instance as PEM (Clerk Dashboard, API keys, JWKS public key). With it, no
    /// keys are fetched.
    #[doc(alias("jwtKey", "CLERK_JWT_KEY", "pem", "networkless", "jwks public key"))]
    pub fn jwt_key(mut self, pem: impl Into<String>) -> Self {
        self.verifier = self.verifier.jwt_key(pem);
        self
    }

    /// Sets the origin of the API, without `/v1`. Plain HTTP is accepted only for localhost; for another host,
    /// set a [`client`](Self::client) that allows it. Default: `https://api.clerk.com`.
    #[doc(alias("apiUrl", "CLERK_API_URL", "base url"))]
    pub fn api_url(mut self, url: impl Into<String>) -> Self {
        self.verifier = self.verifier.api_url(url);
        self
    }

    /// Sets the client for the API, in place of one that is created from the keys. Its time limits and retry
    /// policy apply, except that no call waits for `Retry-After`. Its connections are shared by all runtimes,
    /// so use it in only one.
    #[doc(alias = "clerkClient")]
    pub fn client(self, client: clerk_api::Clerk) -> Self {
        let asking = Asking::Client(client.environment());
        Self {
            asking,
            ..self.backend(Arc::new(client))
        }
    }

    /// Sets a replacement for the API, for example in tests.
    pub fn backend(mut self, backend: Arc<dyn Backend>) -> Self {
        self.asking = Asking::Backend;
        self.verifier = self.verifier.backend(backend);
        self
    }

    /// Marks the keys as those of a test: the publishable key may be of another instance.
    #[cfg(feature = "testing")]
    pub(crate) fn are_test_keys(mut self) -> Self {
        self.are_test_keys = true;
        self
    }

    /// Sets the accepted audiences (`aud`). A session token without `aud` is accepted, an OAuth token without
    /// one is not. Default: an empty list, which accepts all.
    #[doc(alias = "aud")]
    pub fn audience(mut self, audience: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.verifier = self.verifier.audience(audience);
        self
    }

    /// Sets the origins that session tokens may be issued to (`azp`), as browsers send them:
    /// `https://app.example.com`, without a path, a trailing slash or the default port. Set them, so that a
    /// token that another site of the same root domain obtained is rejected. Machine tokens have no `azp` and
    /// are accepted without. Default: an empty list, which accepts all.
    #[doc(alias("authorizedParties", "azp", "csrf"))]
    pub fn authorized_parties(
        mut self,
        parties: impl IntoIterator<Item = impl Into<String>>,
    ) -> Self {
        self.verifier = self.verifier.authorized_parties(parties);
        self
    }

    /// Sets the accepted issuers of session tokens (`iss`): the URL of the Frontend API, such as
    /// `https://clerk.example.com`, or of the proxy in front of it. Default: an empty list, which accepts
    /// all.
    #[doc(alias = "iss")]
    pub fn issuers(mut self, issuers: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.verifier = self.verifier.issuers(issuers);
        self
    }

    /// Sets the tolerated difference between clocks, at most an hour. Default: 5 s.
    #[doc(alias("clockSkewInMs", "leeway"))]
    pub fn clock_skew(mut self, skew: Duration) -> Self {
        self.verifier = self.verifier.clock_skew(skew);
        self
    }

    /// Sets the clock for the validity of tokens. Default: the system's clock.
    pub fn clock(mut self, clock: Clock) -> Self {
        self.verifier = self.verifier.clock(clock);
        self
    }

    /// Sets how keys are cached.
    #[doc(alias("jwksCacheTtlInMs", "jwks"))]
    pub fn key_cache(mut self, options: KeyCacheOptions) -> Self {
        self.verifier = self.verifier.key_cache(options);
        self
    }

    /// Sets which kinds of tokens are accepted. Default: session tokens.
    #[doc(alias("acceptsToken", "api key", "m2m", "oauth"))]
    pub fn accepts(mut self, accepts: impl Into<Accepts>) -> Self {
        self.accepts = accepts.into();
        self
    }

    /// Sets the domain of a satellite, such as `satellite.example`, without scheme, port and path.
    #[doc(alias("satellite", "CLERK_DOMAIN"))]
    pub fn domain(mut self, domain: impl Into<String>) -> Self {
        self.domain = domain.into();
        self
    }

    /// Sets whether this service is a satellite: on a domain that shares the sessions of a primary domain.
    /// Default: no.
    #[doc(alias("isSatellite", "multi-domain", "CLERK_IS_SATELLITE"))]
    pub fn satellite(mut self, is_satellite: bool) -> Self {
        self.is_satellite = is_satellite;
        self
    }

    /// Sets whether a satellite sends browsers that it has never seen to the primary domain, to find out
    /// whether they are signed in. Default: no.
    #[doc(alias = "satelliteAutoSync")]
    pub fn satellite_auto_sync(mut self, auto_sync: bool) -> Self {
        self.satellite_auto_sync = auto_sync;
        self
    }

    /// Sets the URL at which Clerk's Frontend API is proxied, such as `https://app.example.com/__clerk`, or a
    /// path of this service, such as `/__clerk`; without a query.
    #[doc(alias("proxyUrl", "frontend api proxy", "CLERK_PROXY_URL"))]
    pub fn proxy_url(mut self, url: impl Into<String>) -> Self {
        self.proxy_url = url.into();
        self
    }

    /// Sets the URL of the sign-in page. Required for a satellite in development, as an absolute URL on the
    /// primary domain.
    #[doc(alias("signInUrl", "CLERK_SIGN_IN_URL"))]
    pub fn sign_in_url(mut self, url: impl Into<String>) -> Self {
        self.sign_in_url = url.into();
        self
    }

    /// Sets the paths that name an organization, such as `/orgs/:slug` or `/orgs/:id/(.*)`: loading such a
    /// page activates the organization. The syntax is that of path-to-regexp 6.
    #[doc(alias("organizationSyncOptions", "organizationPatterns"))]
    pub fn organization_patterns(
        mut self,
        patterns: impl IntoIterator<Item = impl Into<String>>,
    ) -> Self {
        self.organization_patterns = patterns.into_iter().map(Into::into).collect();
        self
    }

    /// Sets the paths that belong to the personal account, such as `/me/(.*)`: loading such a page
    /// deactivates the organization.
    #[doc(alias("organizationSyncOptions", "personalAccountPatterns"))]
    pub fn personal_account_patterns(
        mut self,
        patterns: impl IntoIterator<Item = impl Into<String>>,
    ) -> Self {
        self.personal_account_patterns = patterns.into_iter().map(Into::into).collect();
        self
    }

    /// Sets whether `x-forwarded-host` and `x-forwarded-proto` determine the origin that the browser
    /// requested. Turn it on only if a proxy sets both and drops those of clients: otherwise anyone can set
    /// them. Default: off; a warning is logged with the first request that has such a header.
    #[doc(alias("proxy", "x-forwarded-host", "x-forwarded-proto", "load balancer"))]
    pub fn trust_forwarded_headers(mut self, trust: bool) -> Self {
        self.trust_forwarded_headers = trust;
        self
    }

    /// Sets the origin at which browsers see this service, such as `https://app.example.com`. Set it, or
    /// [`Self::trust_forwarded_headers`], behind anything that terminates TLS: requests then show neither the
    /// scheme nor, often, the host. It takes precedence over the request. Default: the host of the request,
    /// and `https` only if the server itself received the request over TLS.
    #[doc(alias("proxy", "reverse proxy", "load balancer", "host"))]
    pub fn public_origin(mut self, origin: impl Into<String>) -> Self {
        self.public_origin = Some(origin.into());
        self
    }

    /// Sets whether browsers are sent to Clerk if their cookies are not sufficient, and whether the result
    /// that they bring back is read. Turn it off for a service that serves only API calls. Default: on.
    pub fn handshakes(mut self, handshakes: bool) -> Self {
        self.handshakes = handshakes;
        self
    }

    /// Sets whether a pending session, whose user has tasks left such as choosing an organization, counts as
    /// unauthenticated and is rejected by [`Authenticator::verify_token`]. Default: yes.
    #[doc(alias = "treatPendingAsSignedOut")]
    pub fn pending_is_signed_out(mut self, signed_out: bool) -> Self {
        self.pending_is_signed_out = signed_out;
        self
    }

    /// Sets whether [`Authenticator::verify_token`] also accepts tokens of JWT templates. They never
    /// authenticate a request. See [`TokenVerifierBuilder::accept_jwt_templates`] for what such a token
    /// proves. Default: no.
    pub fn accept_jwt_templates(mut self, accept: bool) -> Self {
        self.verifier = self.verifier.accept_jwt_templates(accept);
        self
    }

    /// Sets for how long a machine token that Clerk accepted is accepted without another call. A token that
    /// is revoked in the meantime remains accepted for that long. Rejections are remembered independently of
    /// this, see [`CallLimits::rejection_memory`]. Default: zero, one call per request.
    pub fn machine_token_cache_ttl(mut self, time_to_live: Duration) -> Self {
        self.machine_token_cache = time_to_live;
        self
    }

    /// Sets how many calls to Clerk requests may cause, and for how long rejections are remembered.
    pub fn call_limits(mut self, limits: CallLimits) -> Self {
        self.call_limits = limits;
        self
    }

    /// Sets how many verified session tokens are remembered, so that the signature of the same token is not
    /// verified again. Default: 0.
    pub fn token_cache_size(mut self, entries: usize) -> Self {
        self.verifier = self.verifier.token_cache_size(entries);
        self
    }

    /// Builds the authenticator.
    ///
    /// # Errors
    ///
    /// If an option is missing or invalid. The message names the option and where to find its value.
    pub fn build(self) -> Result<Authenticator, Error> {
        let mut browser = if self.accepts.needs_browser() {
            Some(self.browser()?)
        } else {
            None
        };
        let means = self.means(browser.is_some());
        means.suffice_for(&self.accepts)?;
        self.check_key_forms()?;
        if self.accepts.0 != Accepted::One(TokenType::M2mToken) {
            let sign_in_url = self.check_satellite()?;
            if let Some(browser) = &mut browser {
                browser.satellite_sign_in_url = sign_in_url;
            }
        }
        self.check_addresses()?;
        if browser.is_some() {
            self.check_environments()?;
        }
        let backend = self.make_backend()?;
        let accept_pending_sessions = !self.pending_is_signed_out;
        let mut verifier = self
            .verifier
            .accept_pending_sessions(accept_pending_sessions);
        verifier.backend = Some(Arc::clone(&backend));
        let verifier = Arc::new(verifier.build()?);
        let gate = Arc::new(Gate::new(self.call_limits));
        let machine_tokens = MachineTokens::new(
            Arc::clone(&verifier),
            Arc::clone(&backend),
            &gate,
            self.machine_token_cache,
        );
        Ok(Authenticator {
            inner: Arc::new(Inner {
                config: Config {
                    browser,
                    pending_is_signed_out: self.pending_is_signed_out,
                    means,
                },
                verifier,
                machine_tokens,
                backend,
                exchanges: Calls::new(&gate, Duration::ZERO),
                refreshes: Calls::new(&gate, Duration::ZERO),
            }),
            accepts: self.accepts,
        })
    }

    fn browser(&self) -> Result<Browser, Error> {
        let publishable_key = PublishableKey::parse(&self.publishable_key)?;
        let public_origin = match &self.public_origin {
            Some(text) => Some(origin("public_origin", text)?),
            None => None,
        };
        Ok(Browser {
            cookie_names: CookieNames::new(publishable_key.cookie_suffix()),
            frontend_api: FrontendApi::new(
                &publishable_key,
                &self.proxy_url,
                &self.domain,
                self.is_satellite,
            )?,
            patterns: OrganizationPatterns::compile(
                &self.organization_patterns,
                &self.personal_account_patterns,
            )?,
            publishable_key,
            is_satellite: self.is_satellite,
            satellite_auto_sync: self.satellite_auto_sync,
            satellite_sign_in_url: None,
            trust_forwarded_headers: self.trust_forwarded_headers,
            public_origin,
            handshakes: self.handshakes,
            proxy_warnings: ProxyWarnings::new(),
        })
    }

    fn make_backend(&self) -> Result<Arc<dyn Backend>, Error> {
        if let Some(backend) = &self.verifier.backend {
            return Ok(Arc::clone(backend));
        }
        Ok(Arc::new(Api::new(
            self.verifier.secret_key.as_ref(),
            self.machine_secret_key.as_ref(),
            self.verifier.api_url.as_deref(),
        )?))
    }
}

/// An environment variable, unless it is empty.
fn variable(name: &str) -> Result<Option<String>, Error> {
    match std::env::var(name) {
        Ok(value) => Ok(Some(value).filter(|value| !value.is_empty())),
        Err(std::env::VarError::NotPresent) => Ok(None),
        Err(std::env::VarError::NotUnicode(_)) => Err(Error::configuration(format!(
            "the environment variable {name} is not valid UTF-8"
        ))),
    }
}

impl fmt::Debug for AuthenticatorBuilder {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Any other value may be the secret key in the wrong variable.
        let publishable_key = Some(&self.publishable_key).filter(|key| key.starts_with("pk_"));
        formatter
            .debug_struct("AuthenticatorBuilder")
            .field("publishable_key", &publishable_key)
            .field("accepts", &self.accepts)
            .finish_non_exhaustive()
    }
}
