//! Verifies tokens without looking at requests.

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
use crate::keys::{KeyCache, Keys, RemoteKeys};
use crate::reason::Reason;
use crate::token::{
    self, KeyLookup, Payload, Purpose, Refusal, Rules, TokenError, Verified, VerifyingKey, verify,
};
use crate::verified_tokens::{Fingerprint, VerifiedToken, VerifiedTokens};

/// Verifies session tokens that come without a request: with a key of the configuration, so that nothing goes over the network,
/// or with the keys of the API.
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
#[derive(Debug)]
pub struct TokenVerifier {
    keys: Keys,
    rules: Rules,
    clock: Clock,
    verified: Option<VerifiedTokens>,
}

impl TokenVerifier {
    /// A builder that has the defaults.
    pub fn builder() -> TokenVerifierBuilder {
        TokenVerifierBuilder::default()
    }

    /// Verifies a session token that did not come with a request: over a WebSocket, in a queue.
    ///
    /// Only tokens of active sessions pass. Tokens of machines and OAuth clients never do, whatever
    /// the options; those of JWT templates and pending sessions do with
    /// [`TokenVerifierBuilder::accept_jwt_templates`] and
    /// [`TokenVerifierBuilder::accept_pending_sessions`].
    ///
    /// # Errors
    ///
    /// A [`TokenError`] with the reason. Where keys are fetched, a failure to do so is one too:
    /// [`TokenError::is_keys_unavailable`].
    pub async fn verify(&self, token: &str) -> Result<Arc<SessionClaims>, TokenError> {
        let skew = self.rules.clock_skew;
        let claims = self.session_as(token, Purpose::Session, skew).await;
        claims.map_err(token_error)
    }

    /// Verifies a session token that Clerk has set as a cookie, with a tolerance in milliseconds.
    pub(crate) async fn cookie_session(
        &self,
        token: &str,
        clock_skew: i64,
    ) -> Result<Arc<SessionClaims>, TokenError> {
        let purpose = Purpose::RequestSession;
        let claims = self.session_as(token, purpose, clock_skew).await;
        claims.map_err(token_error)
    }

    /// Verifies a session token that came with a request.
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

    /// Verifies a token of any purpose and hands its payload, read and as JSON, to `build`.
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
            Err(refusal) => Err(token_error(refusal)),
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
        // Read again after the fetch: the common case then keeps nothing across an await.
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

/// Why a session token of a request is refused.
#[derive(Debug)]
pub(crate) enum RequestSessionError {
    Token(TokenError),
    /// It is a machine's token, or of a class that is no session's.
    OtherClass,
}

impl From<Refusal> for RequestSessionError {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Token(error) => Self::Token(error),
            Refusal::OtherClass => Self::OtherClass,
            // Only where a source of keys has neither the key nor an error.
            Refusal::NeedsKey(_) => Self::Token(TokenError::new(
                Reason::JWK_FAILED_TO_RESOLVE,
                "Failed to resolve JWK during verification.",
            )),
        }
    }
}

fn token_error(refusal: Refusal) -> TokenError {
    match RequestSessionError::from(refusal) {
        RequestSessionError::Token(error) => error,
        RequestSessionError::OtherClass => {
            TokenError::new(Reason::TOKEN_INVALID, "Invalid session token category.")
        }
    }
}

/// In milliseconds. Seconds that were taken for milliseconds come out above.
const LARGEST_CLOCK_SKEW: i64 = 3_600_000;

/// Builds a [`TokenVerifier`]. A setter that is called again replaces what it has set before, lists
/// included.
#[derive(Clone, Default)]
#[must_use = "a verifier is built by `build`"]
pub struct TokenVerifierBuilder {
    pub(crate) jwt_key: Option<String>,
    pub(crate) secret_key: Option<Secret>,
    pub(crate) api_url: Option<String>,
    pub(crate) backend: Option<Arc<dyn Backend>>,
    pub(crate) rules: Rules,
    pub(crate) clock: Clock,
    pub(crate) key_cache: KeyCache,
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
    /// The public key of the instance as PEM (Clerk Dashboard, API keys, JWKS public key). With it,
    /// nothing is fetched.
    pub fn jwt_key(mut self, pem: impl Into<String>) -> Self {
        self.jwt_key = Some(pem.into());
        self
    }

    /// The secret key of the instance (`sk_…`; Clerk Dashboard, API keys), with which its public
    /// keys are fetched.
    pub fn secret_key(mut self, key: impl Into<Secret>) -> Self {
        self.secret_key = Some(key.into());
        self
    }

    /// The origin of the API, without `/v1`; `https://api.clerk.com` unless said otherwise.
    pub fn api_url(mut self, url: impl Into<String>) -> Self {
        self.api_url = Some(url.into());
        self
    }

    /// How keys are kept.
    pub fn key_cache(mut self, options: KeyCache) -> Self {
        self.key_cache = options;
        self
    }

    /// How many verified tokens are remembered, so that the same token need not be verified again.
    /// None unless said otherwise.
    pub fn token_cache(mut self, entries: usize) -> Self {
        self.token_cache = entries;
        self
    }

    /// What to ask instead of the API.
    pub fn backend(mut self, backend: Arc<dyn Backend>) -> Self {
        self.backend = Some(backend);
        self
    }

    /// Accepted audiences (`aud`). A token without `aud` passes, as Clerk's session tokens have none.
    /// Default: an empty list, with which nothing is checked.
    pub fn audience(mut self, audience: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.rules.audience = audience.into_iter().map(Into::into).collect();
        self
    }

    /// The origins that session tokens may be issued to (`azp`), as browsers send them:
    /// `https://app.example.com`, without a path, a slash or a default port at its end. A session token
    /// without `azp` does not pass. Default: an empty list, with which nothing is checked.
    pub fn authorized_parties(
        mut self,
        parties: impl IntoIterator<Item = impl Into<String>>,
    ) -> Self {
        self.rules.authorized_parties = parties.into_iter().map(Into::into).collect();
        self
    }

    /// Accepted issuers of session tokens (`iss`): the address of the Frontend API, such as
    /// `https://clerk.example.com`, or that of the proxy before it. Default: an empty list, with which
    /// nothing is checked.
    pub fn issuers(mut self, issuers: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.rules.issuers = issuers.into_iter().map(Into::into).collect();
        self
    }

    /// Whether tokens of JWT templates pass, too. Default: no.
    ///
    /// Such a token proves that Clerk has signed these claims for this user, and no more. It has no
    /// `sid`, may live for years, and stays valid when the session ends that it was made in. Accept it
    /// in a service that such tokens are made for, with [`audience`](Self::audience) to tell it from the
    /// tokens of other templates, and never where a session is meant.
    pub fn accept_jwt_templates(mut self, accept: bool) -> Self {
        self.rules.accept_jwt_templates = accept;
        self
    }

    /// Whether pending sessions pass, too: their users are signed in and have tasks left, such as
    /// choosing an organization. Default: no.
    ///
    /// Check [`SessionClaims::status`] and let a pending session do no more than these tasks.
    pub fn accept_pending_sessions(mut self, accept: bool) -> Self {
        self.rules.accept_pending_sessions = accept;
        self
    }

    /// How far clocks may be apart, at most an hour. Default: 5 s.
    pub fn clock_skew(mut self, skew: Duration) -> Self {
        self.rules.clock_skew = i64::try_from(skew.as_millis()).unwrap_or(i64::MAX);
        self
    }

    /// The clock that tokens are judged by.
    pub fn clock(mut self, clock: Clock) -> Self {
        self.clock = clock;
        self
    }

    /// The verifier.
    ///
    /// # Errors
    ///
    /// If a key is malformed or there is none at all, or if another option has a value with which no
    /// token would pass.
    pub fn build(self) -> Result<TokenVerifier, Error> {
        self.check()?;
        let keys = match &self.jwt_key {
            Some(pem) if !pem.trim().is_empty() => {
                let key = VerifyingKey::from_pem(pem).map_err(|error| {
                    Error::configuration(format!(
                        "`jwt_key` is invalid: {error} (Clerk Dashboard, API keys, JWKS public key)"
                    ))
                    .caused_by(error)
                })?;
                Keys::Local(Arc::new(key))
            }
            _ => Keys::Remote(RemoteKeys::new(self.key_backend()?, self.key_cache.clone())),
        };
        Ok(TokenVerifier {
            keys,
            rules: self.rules,
            clock: self.clock,
            verified: NonZeroUsize::new(self.token_cache).map(VerifiedTokens::new),
        })
    }
}

impl TokenVerifierBuilder {
    /// Refuses what no token could pass, or what anything could.
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
                "a value of `audience` is empty; list what `aud` must name, or nothing at all",
            ));
        }
        if rules.clock_skew > LARGEST_CLOCK_SKEW {
            return Err(Error::configuration(
                "`clock_skew` is longer than an hour, so that tokens would pass long after they expired; a few seconds suffice",
            ));
        }
        self.key_cache.check()
    }

    /// What keys are fetched from.
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
                "there is no key to verify tokens with; set `jwt_key` (Clerk Dashboard, API keys, JWKS public key), or `secret_key` (sk_…, same page) to fetch the keys",
            ));
        }
        let api = Api::new(self.secret_key.as_ref(), None, self.api_url.as_deref())?;
        Ok(Arc::new(api))
    }
}
