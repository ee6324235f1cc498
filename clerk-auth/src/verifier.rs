//! Verifies tokens, independently of requests.

use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::Duration;

use clerk_api::credentials::Credential;
use clerk_api::types::Secret;

use crate::addresses::{check_issuer, check_party};
use crate::backend::{Api, Backend};
use crate::claims::SessionClaims;
use crate::clock::Clock;
use crate::error::Error;
use crate::keys::{KeyCacheOptions, Keys, RemoteKeys};
use crate::reason::Reason;
use crate::token::{
    self, KeyLookup, Payload, Purpose, Refusal, Rules, TokenError, Verified, VerifyingKey, verify,
};
use crate::verified_tokens::{Fingerprint, VerifiedToken, VerifiedTokens};

/// Verifies session tokens outside of requests: with a configured key, without any network, or with the keys
/// of the API. It is cheap to clone; clones share keys and caches.
///
/// ```no_run
/// # async fn run() -> Result<(), Box<dyn std::error::Error>> {
/// use clerk_auth::TokenVerifier;
///
/// let verifier = TokenVerifier::builder()
///     .jwt_key("-----BEGIN PUBLIC KEY-----\n…")
///     .authorized_parties(["https://app.example.com"])
///     .build()?;
/// let claims = verifier.verify("eyJ…").await?;
/// println!("{}", claims.user_id());
/// # Ok(()) }
/// ```
#[derive(Clone, Debug)]
#[doc(alias("verifyToken", "verify token", "jwt", "session token", "decodeJwt"))]
pub struct TokenVerifier {
    keys: Arc<Keys>,
    rules: Arc<Rules>,
    clock: Clock,
    verified: Option<Arc<VerifiedTokens>>,
}

impl TokenVerifier {
    /// Creates a builder with the defaults.
    pub fn builder() -> TokenVerifierBuilder {
        TokenVerifierBuilder::default()
    }

    /// Verifies a session token that did not arrive in a request, but over a WebSocket or in a queue.
    ///
    /// Only tokens of active sessions are accepted; with [`TokenVerifierBuilder::accept_jwt_templates`] also
    /// those of JWT templates, and with [`TokenVerifierBuilder::accept_pending_sessions`] also those of
    /// pending sessions. Tokens of machines and OAuth clients never are.
    ///
    /// # Errors
    ///
    /// A [`TokenError`] with the reason. If keys could not be fetched, [`TokenError::is_keys_unavailable`] is
    /// true.
    #[doc(alias("verifyToken", "verify token", "verifyJwt", "jwt"))]
    pub async fn verify(&self, token: &str) -> Result<Arc<SessionClaims>, TokenError> {
        let skew = self.rules.clock_skew;
        let claims = self.session_as(token, Purpose::Session, skew).await;
        claims.map_err(token_error)
    }

    /// Verifies a session token that Clerk sets as a cookie, with a clock skew in milliseconds.
    pub(crate) async fn cookie_session(
        &self,
        token: &str,
        clock_skew: i64,
    ) -> Result<Arc<SessionClaims>, TokenError> {
        let purpose = Purpose::RequestSession;
        let claims = self.session_as(token, purpose, clock_skew).await;
        claims.map_err(token_error)
    }

    /// Verifies a session token in a request.
    pub(crate) async fn request_session(
        &self,
        token: &str,
    ) -> Result<Arc<SessionClaims>, RequestSessionError> {
        let skew = self.rules.clock_skew;
        let claims = self.session_as(token, Purpose::RequestSession, skew).await;
        claims.map_err(RequestSessionError::from)
    }

    async fn session_as(
        &self,
        token: &str,
        purpose: Purpose,
        clock_skew: i64,
    ) -> Result<Arc<SessionClaims>, Refusal> {
        let verified = match &self.verified {
            Some(verified) => Fingerprint::new(token, purpose).map(|of| (verified, of)),
            None => None,
        };
        if let Some((verified, fingerprint)) = &verified {
            let find = |key_id: Option<&str>| self.keys.lookup(key_id);
            if let Some(claims) = verified.find(fingerprint, clock_skew, self.clock.now(), find) {
                return Ok(claims);
            }
        }
        let read = |payload: &Payload<'_>, _: &str| SessionClaims::read(payload);
        let Verified {
            built,
            payload,
            key,
        } = self.verify_as(token, purpose, clock_skew, &read).await?;
        let claims = Arc::new(built.with_json(payload));
        if let Some((verified, fingerprint)) = verified {
            let claims = Arc::clone(&claims);
            let key_id = token::key_id(token);
            verified.insert(
                fingerprint,
                VerifiedToken {
                    claims,
                    key_id,
                    key,
                },
            );
        }
        Ok(claims)
    }

    /// Verifies a token for any purpose, and passes its payload to `build`.
    pub(crate) async fn token<T>(
        &self,
        token: &str,
        purpose: Purpose,
        clock_skew: i64,
        build: impl Fn(&Payload<'_>, &str) -> T + Sync,
    ) -> Result<(T, String), TokenError> {
        let verified = self.verify_as(token, purpose, clock_skew, &build).await;
        match verified {
            Ok(verified) => Ok((verified.built, verified.payload)),
            Err(rejection) => Err(token_error(rejection)),
        }
    }

    async fn verify_as<T>(
        &self,
        token: &str,
        purpose: Purpose,
        clock_skew: i64,
        build: &(dyn Fn(&Payload<'_>, &str) -> T + Sync),
    ) -> Result<Verified<T>, Refusal> {
        let rules = &self.rules;
        let now = self.clock.now();
        let find = |key_id: Option<&str>| self.keys.lookup(key_id);
        let key_id = match verify(token, purpose, &find, rules, clock_skew, now, build) {
            Err(Refusal::NeedsKey(key_id)) => key_id,
            verified => return verified,
        };
        // Verified again after the fetch, so that the common case keeps nothing across an await.
        let key = self.keys.fetch(key_id.as_deref()).await?;
        let find = |_: Option<&str>| KeyLookup::Found(Arc::clone(&key));
        verify(token, purpose, &find, rules, clock_skew, now, build)
    }

    pub(crate) fn clock(&self) -> &Clock {
        &self.clock
    }

    pub(crate) fn rules(&self) -> &Rules {
        &self.rules
    }
}

/// Why a session token in a request is rejected.
#[derive(Debug)]
pub(crate) enum RequestSessionError {
    Token(TokenError),
    /// It is a token of a machine, or of a category other than session tokens.
    OtherClass,
}

impl From<Refusal> for RequestSessionError {
    fn from(rejection: Refusal) -> Self {
        match rejection {
            Refusal::Token(error) => Self::Token(error),
            Refusal::OtherClass => Self::OtherClass,
            // Only if a source of keys returns neither a key nor an error.
            Refusal::NeedsKey(_) => Self::Token(TokenError::new(
                Reason::JWK_FAILED_TO_RESOLVE,
                "Failed to resolve JWK during verification.",
            )),
        }
    }
}

fn token_error(rejection: Refusal) -> TokenError {
    match RequestSessionError::from(rejection) {
        RequestSessionError::Token(error) => error,
        RequestSessionError::OtherClass => {
            TokenError::new(Reason::TOKEN_INVALID, "Invalid session token category.")
        }
    }
}

/// In milliseconds. It also catches a mix-up of units.
const LARGEST_CLOCK_SKEW: i64 = 3_600_000;

/// Builds a [`TokenVerifier`]. Calling a setter again replaces the previous value, also for lists.
#[derive(Clone, Default)]
#[must_use = "call `build` to get a verifier"]
pub struct TokenVerifierBuilder {
    pub(crate) jwt_key: Option<String>,
    pub(crate) secret_key: Option<Secret>,
    pub(crate) api_url: Option<String>,
    pub(crate) backend: Option<Arc<dyn Backend>>,
    pub(crate) rules: Rules,
    pub(crate) clock: Clock,
    pub(crate) key_cache: KeyCacheOptions,
    pub(crate) token_cache: usize,
}

impl std::fmt::Debug for TokenVerifierBuilder {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("TokenVerifierBuilder")
            .field("rules", &self.rules)
            .finish_non_exhaustive()
    }
}

impl TokenVerifierBuilder {
    /// Sets the public key of the instance as PEM (Clerk Dashboard, API keys, JWKS public key). With it, no
    /// keys are fetched.
    #[doc(alias("jwtKey", "pem", "networkless"))]
    pub fn jwt_key(mut self, pem: impl Into<String>) -> Self {
        self.jwt_key = Some(pem.into());
        self
    }

    /// Sets the secret key of the instance (`sk_…`; Clerk Dashboard, API keys), for fetching its public keys.
    #[doc(alias = "secretKey")]
    pub fn secret_key(mut self, key: impl Into<Secret>) -> Self {
        self.secret_key = Some(key.into());
        self
    }

    /// Sets the origin of the API, without `/v1`. Plain HTTP is accepted only for localhost. Default:
    /// `https://api.clerk.com`.
    pub fn api_url(mut self, url: impl Into<String>) -> Self {
        self.api_url = Some(url.into());
        self
    }

    /// Sets how keys are cached.
    pub fn key_cache(mut self, options: KeyCacheOptions) -> Self {
        self.key_cache = options;
        self
    }

    /// Sets how many verified tokens are remembered, so that the signature of the same token is not verified
    /// again. Default: 0.
    pub fn token_cache_size(mut self, entries: usize) -> Self {
        self.token_cache = entries;
        self
    }

    /// Sets a replacement for the API, for example in tests.
    pub fn backend(mut self, backend: Arc<dyn Backend>) -> Self {
        self.backend = Some(backend);
        self
    }

    /// Sets the accepted audiences (`aud`). A token without `aud` is accepted, as Clerk's session tokens have
    /// none. Default: an empty list, which accepts all.
    #[doc(alias = "aud")]
    pub fn audience(mut self, audience: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.rules.audience = audience.into_iter().map(Into::into).collect();
        self
    }

    /// Sets the origins that session tokens may be issued to (`azp`), as browsers send them:
    /// `https://app.example.com`, without a path, a trailing slash or the default port. A session token
    /// without `azp` is rejected. Default: an empty list, which accepts all.
    #[doc(alias("authorizedParties", "azp"))]
    pub fn authorized_parties(
        mut self,
        parties: impl IntoIterator<Item = impl Into<String>>,
    ) -> Self {
        self.rules.authorized_parties = parties.into_iter().map(Into::into).collect();
        self
    }

    /// Sets the accepted issuers of session tokens (`iss`): the URL of the Frontend API, such as
    /// `https://clerk.example.com`, or of the proxy in front of it. Default: an empty list, which accepts
    /// all.
    #[doc(alias = "iss")]
    pub fn issuers(mut self, issuers: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.rules.issuers = issuers.into_iter().map(Into::into).collect();
        self
    }

    /// Sets whether tokens of JWT templates are accepted too. Default: no.
    ///
    /// Such a token proves only that Clerk signed these claims for this user. It has no `sid`, may be valid
    /// for years, and remains valid after the session in which it was created has ended. Accept it only in a
    /// service that the template is for, with [`audience`](Self::audience) to reject tokens of other
    /// templates, and never in place of a session.
    pub fn accept_jwt_templates(mut self, accept: bool) -> Self {
        self.rules.accept_jwt_templates = accept;
        self
    }

    /// Sets whether pending sessions are accepted too: their users are signed in and have tasks left, such as
    /// choosing an organization. Default: no.
    ///
    /// Check [`SessionClaims::status`], and allow a pending session nothing but these tasks.
    pub fn accept_pending_sessions(mut self, accept: bool) -> Self {
        self.rules.accept_pending_sessions = accept;
        self
    }

    /// Sets the tolerated difference between clocks, at most an hour. Default: 5 s.
    #[doc(alias("clockSkewInMs", "leeway"))]
    pub fn clock_skew(mut self, skew: Duration) -> Self {
        self.rules.clock_skew = i64::try_from(skew.as_millis()).unwrap_or(i64::MAX);
        self
    }

    /// Sets the clock for the validity of tokens. Default: the system's clock.
    pub fn clock(mut self, clock: Clock) -> Self {
        self.clock = clock;
        self
    }

    /// Builds the verifier.
    ///
    /// # Errors
    ///
    /// If a key is malformed, if there is none, or if no token could pass with another option.
    pub fn build(self) -> Result<TokenVerifier, Error> {
        self.check()?;
        let keys = match &self.jwt_key {
            Some(pem) if !pem.trim().is_empty() => {
                let key = VerifyingKey::from_pem(pem).map_err(|error| {
                    Error::configuration(format!(
                        "`jwt_key` (CLERK_JWT_KEY) is invalid: {error} (Clerk Dashboard, API keys, JWKS public key)"
                    ))
                    .caused_by(error)
                })?;
                Keys::Local(Arc::new(key))
            }
            _ => Keys::Remote(RemoteKeys::new(self.key_backend()?, self.key_cache.clone())),
        };
        Ok(TokenVerifier {
            keys: Arc::new(keys),
            rules: Arc::new(self.rules),
            clock: self.clock,
            verified: NonZeroUsize::new(self.token_cache)
                .map(VerifiedTokens::new)
                .map(Arc::new),
        })
    }
}

impl TokenVerifierBuilder {
    /// Rejects options that would reject or accept every token.
    fn check(&self) -> Result<(), Error> {
        if let Some(key) = self
            .secret_key
            .as_ref()
            .filter(|key| !key.expose().is_empty())
        {
            let checked = Credential::SecretKey.check(key.expose());
            checked.map_err(Error::configuration)?;
        }
        let rules = &self.rules;
        for party in &rules.authorized_parties {
            check_party(party)?;
        }
        for issuer in &rules.issuers {
            check_issuer(issuer)?;
        }
        if rules
            .audience
            .iter()
            .any(|audience| audience.trim().is_empty())
        {
            return Err(Error::configuration(
                "a value of `audience` is empty; list the accepted audiences, or none",
            ));
        }
        if rules.clock_skew > LARGEST_CLOCK_SKEW {
            return Err(Error::configuration(
                "`clock_skew` is longer than an hour, so tokens would be accepted long after they expired; set it to a few seconds",
            ));
        }
        self.key_cache.check()
    }

    /// The backend that keys are fetched from.
    fn key_backend(&self) -> Result<Arc<dyn Backend>, Error> {
        if let Some(backend) = &self.backend {
            return Ok(Arc::clone(backend));
        }
        if self
            .secret_key
            .as_ref()
            .is_none_or(|key| key.expose().is_empty())
        {
            return Err(Error::configuration(
                "there is no key for verifying tokens; set `jwt_key` (Clerk Dashboard, API keys, JWKS public key), or `secret_key` (sk_…, same page) to fetch the keys",
            ));
        }
        let api = Api::new(self.secret_key.as_ref(), None, self.api_url.as_deref())?;
        Ok(Arc::new(api))
    }
}
