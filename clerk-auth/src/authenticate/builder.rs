//! Builds an authenticator and refuses what could only fail later.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use clerk_api::types::Secret;
use url::Url;

use super::config::{Browser, Config};
use super::proxy_warnings::ProxyWarnings;
use super::{Authenticator, Inner};
use crate::accepts::{Accepted, Accepts, TokenType};
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

/// Builds an [`Authenticator`].
///
/// `secret_key` and `publishable_key` are needed, unless only M2M tokens or only API keys are
/// accepted: then there is no browser, and no publishable key.
///
/// A setter that is called again replaces what it has set before. That goes for lists, too: two calls of
/// `authorized_parties` leave the parties of the second one.
#[derive(Clone)]
#[must_use = "an authenticator is built by `build`"]
pub struct AuthenticatorBuilder {
    verifier: TokenVerifierBuilder,
    machine_secret_key: Option<Secret>,
    publishable_key: String,
    accepts: Accepts,
    domain: String,
    is_satellite: bool,
    satellite_auto_sync: bool,
    proxy_url: String,
    sign_in_url: String,
    organization_patterns: Vec<String>,
    personal_account_patterns: Vec<String>,
    trust_forwarded_headers: bool,
    public_origin: Option<String>,
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
            machine_secret_key: None,
            publishable_key: String::new(),
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
    /// `CLERK_PROXY_URL`, `CLERK_SIGN_IN_URL` and `CLERK_IS_SATELLITE` (`true` or `1`). What is not
    /// set, or empty, is left out.
    ///
    /// # Errors
    ///
    /// If a variable is no text.
    pub fn from_env() -> Result<Self, Error> {
        let mut builder = Self::default();
        let setters: [(&str, Setter); 9] = [
            ("CLERK_SECRET_KEY", Self::secret_key),
            ("CLERK_PUBLISHABLE_KEY", Self::publishable_key),
            ("CLERK_MACHINE_SECRET_KEY", Self::machine_secret_key),
            ("CLERK_JWT_KEY", Self::jwt_key),
            ("CLERK_API_URL", Self::api_url),
            ("CLERK_DOMAIN", Self::domain),
            ("CLERK_PROXY_URL", Self::proxy_url),
            ("CLERK_SIGN_IN_URL", Self::sign_in_url),
            ("CLERK_IS_SATELLITE", |builder, value| {
                builder.satellite(matches!(value.as_str(), "true" | "1"))
            }),
        ];
        for (name, set) in setters {
            match std::env::var(name) {
                Ok(value) if !value.is_empty() => builder = set(builder, value),
                Err(std::env::VarError::NotUnicode(_)) => {
                    return Err(Error::configuration(format!(
                        "the environment variable {name} is no text; set it anew"
                    )));
                }
                Ok(_) | Err(std::env::VarError::NotPresent) => {}
            }
        }
        Ok(builder)
    }

    /// The secret key of the instance (`sk_…`; Clerk Dashboard, API keys).
    pub fn secret_key(mut self, key: impl Into<Secret>) -> Self {
        self.verifier = self.verifier.secret_key(key);
        self
    }

    /// The secret key of this machine (`ak_…`; Clerk Dashboard, Machines), with which M2M tokens
    /// are verified. Without it, the secret key of the instance is used.
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

    /// A client to ask the API with, instead of one made from the keys. Its time limits hold.
    pub fn client(self, client: clerk_api::Clerk) -> Self {
        self.backend(Arc::new(client))
    }

    /// What to ask instead of the API.
    pub fn backend(mut self, backend: Arc<dyn Backend>) -> Self {
        self.verifier = self.verifier.backend(backend);
        self
    }

    /// For whom tokens must be meant (`aud`): one of these. A session token without `aud` passes, an
    /// OAuth token does not. Nothing is checked if the list is empty.
    pub fn audience(mut self, audience: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.verifier = self.verifier.audience(audience);
        self
    }

    /// The origins that session tokens may be issued to (`azp`), such as
    /// `https://app.example.com`. Set them: they keep a token that another site of the same root
    /// domain got hold of from being used here. Tokens of machines have no `azp` and pass without.
    /// Nothing is checked if the list is empty.
    pub fn authorized_parties(
        mut self,
        parties: impl IntoIterator<Item = impl Into<String>>,
    ) -> Self {
        self.verifier = self.verifier.authorized_parties(parties);
        self
    }

    /// Who may have issued session tokens (`iss`). Nothing is checked if the list is empty.
    pub fn issuers(mut self, issuers: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.verifier = self.verifier.issuers(issuers);
        self
    }

    /// How far clocks may be apart; five seconds unless said otherwise.
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

    /// The domain of a satellite, without scheme.
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

    /// Where Clerk's Frontend API is proxied: an address, or a path of this service.
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
        self.check_keys()?;
        if self.accepts.0 != Accepted::One(TokenType::M2mToken) {
            let sign_in_url = self.check_satellite()?;
            if let Some(browser) = &mut browser {
                browser.satellite_sign_in_url = sign_in_url;
            }
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

    fn check_keys(&self) -> Result<(), Error> {
        let is_set =
            |key: &Option<Secret>| key.as_ref().is_some_and(|key| !key.expose().is_empty());
        let secret_key = is_set(&self.verifier.secret_key) || self.verifier.backend.is_some();
        if self.accepts.0 == Accepted::One(TokenType::M2mToken) {
            if secret_key || is_set(&self.machine_secret_key) {
                return Ok(());
            }
            return Err(Error::configuration(
                "Machine token authentication requires either a Machine secret key or a Clerk secret key. Set `machine_secret_key` (ak_…; Clerk Dashboard, Machines) or `secret_key` (sk_…; Clerk Dashboard, API keys).",
            ));
        }
        if secret_key {
            return Ok(());
        }
        Err(Error::configuration(
            "Missing Clerk Secret Key. Set `secret_key`, or CLERK_SECRET_KEY where the environment is read, to the key that starts with sk_ (Clerk Dashboard, API keys).",
        ))
    }

    /// The sign-in page of a satellite, if it has one.
    fn check_satellite(&self) -> Result<Option<Url>, Error> {
        if !self.is_satellite {
            return Ok(None);
        }
        let secret_key = self.verifier.secret_key.as_ref();
        let is_development = secret_key.is_some_and(|key| {
            key.expose().starts_with("sk_test_") || key.expose().starts_with("test_")
        }) || self.publishable_key.starts_with("pk_test_");
        if is_development && self.sign_in_url.is_empty() {
            return Err(Error::configuration(
                "Missing signInUrl. Pass a signInUrl for dev instances if an app is satellite: set `sign_in_url` to the sign-in page of the primary domain.",
            ));
        }
        if self.proxy_url.is_empty() && self.domain.is_empty() {
            return Err(Error::configuration(
                "Missing domain and proxyUrl. A satellite application needs to specify a domain or a proxyUrl: set `domain` or `proxy_url`.",
            ));
        }
        if self.sign_in_url.is_empty() {
            return Ok(None);
        }
        let sign_in_url = absolute(&self.sign_in_url)?;
        if self.is_own_origin(&sign_in_url) {
            return Err(Error::configuration(
                "The signInUrl needs to be on a different origin than your satellite application. Set `sign_in_url` to the sign-in page of the primary domain.",
            ));
        }
        Ok(Some(sign_in_url))
    }

    /// Whether a URL is of the satellite itself, as far as the options show it.
    fn is_own_origin(&self, url: &Url) -> bool {
        let public_origin = self.public_origin.as_deref();
        let is_public = public_origin
            .and_then(|origin| parse_origin(origin).ok())
            .is_some_and(|origin| origin.origin() == url.origin());
        is_public || url.port().is_none() && url.host_str() == Some(self.domain.as_str())
    }

    fn browser(&self) -> Result<Browser, Error> {
        let publishable_key = PublishableKey::parse(&self.publishable_key)?;
        let public_origin = match &self.public_origin {
            Some(origin) => Some(parse_origin(origin)?),
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

fn absolute(sign_in_url: &str) -> Result<Url, Error> {
    let url = Url::parse(sign_in_url).ok();
    url.filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
        .ok_or_else(|| {
            Error::configuration(
                "The signInUrl needs to have a absolute url format. Set `sign_in_url` to the sign-in page of the primary domain, such as https://app.example.com/sign-in.",
            )
        })
}

fn parse_origin(origin: &str) -> Result<Url, Error> {
    let url = Url::parse(origin).ok();
    url.filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
        // Whatever else the text may have.
        .and_then(|url| Url::parse(&url.origin().ascii_serialization()).ok())
        .ok_or_else(|| {
            Error::configuration(
                "`public_origin` is no origin; it has the form https://app.example.com",
            )
        })
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
