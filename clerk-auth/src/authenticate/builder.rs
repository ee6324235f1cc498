//! Builds an authenticator and refuses what could only fail later.

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
use crate::keys::KeyCache;
use crate::machine::MachineTokens;
use crate::organization_patterns::OrganizationPatterns;
use crate::publishable_key::PublishableKey;
use crate::verifier::TokenVerifierBuilder;
use clerk_api::types::Secret;

/// Builds an [`Authenticator`].
///
/// | accepts | needs |
/// |---|---|
/// | M2M tokens alone | `secret_key`, or `machine_secret_key` and `jwt_key` |
/// | API keys alone | `secret_key` |
/// | anything else | `secret_key` and `publishable_key`, of the same instance |
///
/// What a configuration cannot work with is an error of [`build`](Self::build).
///
/// A setter that is called again replaces what it has set before. That goes for lists, too: two calls of
/// `authorized_parties` leave the parties of the second one.
#[derive(Clone)]
#[must_use = "an authenticator is built by `build`"]
pub struct AuthenticatorBuilder {
    pub(super) verifier: TokenVerifierBuilder,
    pub(super) asking: Asking,
    pub(super) machine_secret_key: Option<Secret>,
    pub(super) publishable_key: String,
    /// Whether the keys are of no instance, and so cannot be of two.
    pub(super) keys_are_made_up: bool,
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

/// Sets an option to what a variable of the environment says.
type Setter = fn(AuthenticatorBuilder, String) -> AuthenticatorBuilder;

impl Default for AuthenticatorBuilder {
    fn default() -> Self {
        Self {
            verifier: TokenVerifierBuilder::default(),
            asking: Asking::Keys,
            machine_secret_key: None,
            publishable_key: String::new(),
            keys_are_made_up: false,
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
    /// A builder with what the environment says: `CLERK_SECRET_KEY`, `CLERK_PUBLISHABLE_KEY`,
    /// `CLERK_MACHINE_SECRET_KEY`, `CLERK_JWT_KEY`, `CLERK_API_URL`, `CLERK_DOMAIN`,
    /// `CLERK_PROXY_URL`, `CLERK_SIGN_IN_URL` and `CLERK_IS_SATELLITE` (`true` or `1`, `false` or `0`).
    /// What is not set, or empty, is left out.
    ///
    /// # Errors
    ///
    /// If a variable is not valid UTF-8, or `CLERK_IS_SATELLITE` is none of these. What else is wrong is
    /// an error of `build`.
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
                "the environment variable CLERK_IS_SATELLITE is neither `true` or `1` nor `false` or `0`",
            )),
        }
    }

    /// The secret key of the instance (`sk_…`; Clerk Dashboard, API keys).
    pub fn secret_key(mut self, key: impl Into<Secret>) -> Self {
        self.verifier = self.verifier.secret_key(key);
        self
    }

    /// The secret key of this machine (`ak_…`; Clerk Dashboard, Machines), with which opaque M2M tokens
    /// are verified. Without it, the secret key of the instance is used. JWTs of machines are verified
    /// with [`jwt_key`](Self::jwt_key) or the secret key of the instance.
    pub fn machine_secret_key(mut self, key: impl Into<Secret>) -> Self {
        self.machine_secret_key = Some(key.into());
        self
    }

    /// The publishable key of the instance (`pk_…`; Clerk Dashboard, API keys).
    pub fn publishable_key(mut self, key: impl Into<String>) -> Self {
        self.publishable_key = key.into();
        self
    }

    /// The public key of the instance as PEM (Clerk Dashboard, API keys, JWKS public key). With it,
    /// no keys are fetched.
    pub fn jwt_key(mut self, pem: impl Into<String>) -> Self {
        self.verifier = self.verifier.jwt_key(pem);
        self
    }

    /// The origin of the API, without `/v1`; `https://api.clerk.com` unless said otherwise.
    pub fn api_url(mut self, url: impl Into<String>) -> Self {
        self.verifier = self.verifier.api_url(url);
        self
    }

    /// A client to call the API with, instead of one made from the keys. Its time limits and its retry
    /// policy apply, except that no call waits for `Retry-After`. Its connections are shared by all
    /// runtimes, so use it in one.
    pub fn client(self, client: clerk_api::Clerk) -> Self {
        let asking = Asking::Client(client.environment());
        Self {
            asking,
            ..self.backend(Arc::new(client))
        }
    }

    /// What to ask instead of the API.
    pub fn backend(mut self, backend: Arc<dyn Backend>) -> Self {
        self.asking = Asking::Backend;
        self.verifier = self.verifier.backend(backend);
        self
    }

    /// Keys of no instance, of which the publishable key alone may be another.
    #[cfg(feature = "testing")]
    pub(crate) fn keys_are_made_up(mut self) -> Self {
        self.keys_are_made_up = true;
        self
    }

    /// Accepted audiences (`aud`). A session token without `aud` passes, an OAuth token does not.
    /// Default: an empty list, with which nothing is checked.
    pub fn audience(mut self, audience: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.verifier = self.verifier.audience(audience);
        self
    }

    /// The origins that session tokens may be issued to (`azp`), as browsers send them:
    /// `https://app.example.com`, without a path, a slash or a default port at its end. Set them: they
    /// keep a token that another site of the same root domain got hold of from being used here. Tokens
    /// of machines have no `azp` and pass without. Default: an empty list, with which nothing is checked.
    pub fn authorized_parties(
        mut self,
        parties: impl IntoIterator<Item = impl Into<String>>,
    ) -> Self {
        self.verifier = self.verifier.authorized_parties(parties);
        self
    }

    /// Accepted issuers of session tokens (`iss`): the address of the Frontend API, such as
    /// `https://clerk.example.com`, or that of the proxy before it. Default: an empty list, with which
    /// nothing is checked.
    pub fn issuers(mut self, issuers: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.verifier = self.verifier.issuers(issuers);
        self
    }

    /// How far clocks may be apart, at most an hour. Default: 5 s.
    pub fn clock_skew(mut self, skew: Duration) -> Self {
        self.verifier = self.verifier.clock_skew(skew);
        self
    }

    /// The clock that tokens are judged by.
    pub fn clock(mut self, clock: Clock) -> Self {
        self.verifier = self.verifier.clock(clock);
        self
    }

    /// How keys are kept.
    pub fn key_cache(mut self, options: KeyCache) -> Self {
        self.verifier = self.verifier.key_cache(options);
        self
    }

    /// Which kinds of tokens are accepted; session tokens unless said otherwise.
    pub fn accepts(mut self, accepts: impl Into<Accepts>) -> Self {
        self.accepts = accepts.into();
        self
    }

    /// The domain of a satellite, such as `satellite.example`: no scheme, no port, no path.
    pub fn domain(mut self, domain: impl Into<String>) -> Self {
        self.domain = domain.into();
        self
    }

    /// Whether this is a satellite: a domain that shares the sessions of a primary domain.
    pub fn satellite(mut self, is_satellite: bool) -> Self {
        self.is_satellite = is_satellite;
        self
    }

    /// Whether a satellite asks the primary domain about browsers that it has never seen. Off
    /// unless said otherwise.
    pub fn satellite_auto_sync(mut self, auto_sync: bool) -> Self {
        self.satellite_auto_sync = auto_sync;
        self
    }

    /// Where Clerk's Frontend API is proxied: an address such as `https://app.example.com/__clerk`, or a
    /// path of this service such as `/__clerk`, without a query.
    pub fn proxy_url(mut self, url: impl Into<String>) -> Self {
        self.proxy_url = url.into();
        self
    }

    /// The sign-in page. A satellite in development needs it: an absolute URL on the primary domain.
    pub fn sign_in_url(mut self, url: impl Into<String>) -> Self {
        self.sign_in_url = url.into();
        self
    }

    /// Paths that name an organization, such as `/orgs/:slug` or `/orgs/:id/(.*)`: a browser that
    /// loads one gets that organization as its active one.
    pub fn organization_patterns(
        mut self,
        patterns: impl IntoIterator<Item = impl Into<String>>,
    ) -> Self {
        self.organization_patterns = patterns.into_iter().map(Into::into).collect();
        self
    }

    /// Paths that belong to the personal account, such as `/me/(.*)`.
    pub fn personal_account_patterns(
        mut self,
        patterns: impl IntoIterator<Item = impl Into<String>>,
    ) -> Self {
        self.personal_account_patterns = patterns.into_iter().map(Into::into).collect();
        self
    }

    /// Whether `x-forwarded-host` and `x-forwarded-proto` state the origin that the browser asked for.
    /// Turn it on only where a proxy sets both and drops those of clients: otherwise anyone can set
    /// them. Default: off; the first request with such a header is warned about.
    pub fn trust_forwarded_headers(mut self, trust: bool) -> Self {
        self.trust_forwarded_headers = trust;
        self
    }

    /// The origin at which browsers see this service, such as `https://app.example.com`. Set it, or
    /// [`Self::trust_forwarded_headers`], behind anything that terminates TLS: the request then shows
    /// neither the scheme nor, often, the host. It wins over whatever the request states. Default: the
    /// host of the request, and `https` only if the request came over TLS as far as the server shows.
    pub fn public_origin(mut self, origin: impl Into<String>) -> Self {
        self.public_origin = Some(origin.into());
        self
    }

    /// Whether browsers are sent to Clerk where cookies are not enough, and what they bring back is
    /// read. Switch it off for a service that only answers API calls. On unless said otherwise.
    pub fn handshakes(mut self, handshakes: bool) -> Self {
        self.handshakes = handshakes;
        self
    }

    /// Whether a session with tasks left, such as choosing an organization, is kept from handlers, and
    /// refused by [`Authenticator::verify_token`]. Default: yes.
    pub fn pending_is_signed_out(mut self, signed_out: bool) -> Self {
        self.pending_is_signed_out = signed_out;
        self
    }

    /// Whether [`Authenticator::verify_token`] accepts tokens of JWT templates, too. Default: no.
    /// Requests are never signed in by one. See [`TokenVerifierBuilder::accept_jwt_templates`] for what
    /// such a token proves.
    pub fn accept_jwt_templates(mut self, accept: bool) -> Self {
        self.verifier = self.verifier.accept_jwt_templates(accept);
        self
    }

    /// How long a machine token that Clerk accepted is accepted without asking again. Default: not at
    /// all. A token that is revoked meanwhile is accepted for that long. Refusals are remembered
    /// whatever this says: [`CallLimits::refusal_memory`].
    pub fn machine_token_cache(mut self, time_to_live: Duration) -> Self {
        self.machine_token_cache = time_to_live;
        self
    }

    /// How many calls to Clerk requests may cause, and how long refusals are remembered.
    pub fn call_limits(mut self, limits: CallLimits) -> Self {
        self.call_limits = limits;
        self
    }

    /// How many verified session tokens are remembered, so that the same token need not be verified
    /// again. None unless said otherwise.
    pub fn token_cache(mut self, entries: usize) -> Self {
        self.verifier = self.verifier.token_cache(entries);
        self
    }

    /// The authenticator.
    ///
    /// # Errors
    ///
    /// If an option is missing or wrong; the message says which, and where its value is found.
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

/// A variable of the environment, unless it is empty.
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
        // What does not look like one may be the secret key, put in the wrong place.
        let publishable_key = Some(&self.publishable_key).filter(|key| key.starts_with("pk_"));
        formatter
            .debug_struct("AuthenticatorBuilder")
            .field("publishable_key", &publishable_key)
            .field("accepts", &self.accepts)
            .finish_non_exhaustive()
    }
}
