//! Handshakes: sends a browser to Clerk, and reads the result that it brings back.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use clerk_api::types::Secret;
use http::header::{
    ACCEPT, ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL, LOCATION,
    SET_COOKIE,
};
use http::{HeaderMap, HeaderValue};
use serde::Deserialize;
use url::Url;

use super::Inner;
use super::context::{Context, SEC_FETCH_DEST};
use crate::accepts::TokenType;
use crate::backend::BackendError;
use crate::calls::Key;
use crate::cookies::{Cookie, session_token_of};
use crate::handshake_url::{HandshakeRequest, handshake_url};
use crate::public_url::without_parameters;
use crate::reason::Reason;
use crate::request_state::RequestState;
use crate::token::{Purpose, TokenError};

/// The limit of handshakes in a row. The browser forgets the count after two seconds.
const MAX_REDIRECTS: i64 = 3;
/// The tolerated clock skew after a handshake in development, in milliseconds: a laptop's clock may be wrong.
const DEVELOPMENT_CLOCK_SKEW: i64 = 86_400_000;
/// Nonces are ids, which are far shorter.
const LONGEST_NONCE: usize = 1024;
/// The query parameters that a handshake leaves in the URL.
const HANDSHAKE_PARAMETERS: [&str; 4] = [
    "__clerk_handshake",
    "__clerk_help",
    "__clerk_db_jwt",
    "__clerk_handshake_nonce",
];

/// Why the result of a handshake is invalid.
pub(super) enum ResolveError {
    /// The token of the handshake itself is rejected.
    Token(TokenError),
    /// The session token in the result is rejected.
    Session(TokenError),
}

impl fmt::Display for ResolveError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Token(error) => write!(formatter, "invalid handshake: {error}"),
            Self::Session(error) => {
                write!(formatter, "invalid session token in a handshake: {error}")
            }
        }
    }
}

impl Inner {
    /// Redirects the browser to `location` or, by default, to the handshake. Signed out if a redirect would
    /// not help.
    pub(super) fn handshake(
        &self,
        context: &Context<'_>,
        reason: Reason,
        message: impl Into<Cow<'static, str>>,
        location: Option<Url>,
    ) -> RequestState {
        let message = message.into();
        match self.handshake_headers(context, &reason, location) {
            Some(headers) => RequestState::handshake(reason, message, headers),
            None => RequestState::signed_out(
                Some(TokenType::SessionToken),
                reason,
                message,
                HeaderMap::new(),
            ),
        }
    }

    fn handshake_headers(
        &self,
        context: &Context<'_>,
        reason: &Reason,
        location: Option<Url>,
    ) -> Option<HeaderMap> {
        if !context.browser.handshakes || !can_be_sent(context) {
            return None;
        }
        if context.redirects >= MAX_REDIRECTS {
            tracing::warn!(
                %reason,
                "redirect loop of handshakes; check that the secret key and the publishable key are of the same instance"
            );
            return None;
        }
        let location = match location {
            Some(location) => location,
            None => self.handshake_location(context, reason)?,
        };
        let mut headers = HeaderMap::new();
        // The URL carries the session token, for Clerk to replace.
        let mut location = HeaderValue::from_str(location.as_str()).ok()?;
        location.set_sensitive(true);
        headers.insert(LOCATION, location);
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        let count = format!(
            "{}={}; SameSite=Lax; HttpOnly; Max-Age=2",
            context.browser.cookie_names.of(Cookie::RedirectCount),
            context.redirects.saturating_add(1)
        );
        headers.append(SET_COOKIE, HeaderValue::from_str(&count).ok()?);
        Some(headers)
    }

    fn handshake_location(&self, context: &Context<'_>, reason: &Reason) -> Option<Url> {
        let browser = context.browser;
        let public_url = context.stated_url().ok()?;
        let dev_browser = context
            .dev_browser
            .as_deref()
            .filter(|_| browser.is_development());
        handshake_url(&HandshakeRequest {
            frontend_api: &browser.frontend_api.address(&public_url),
            reason: reason.as_str(),
            suffixed_cookies: context.suffixed,
            session_token: context.session_token(),
            dev_browser,
            organization: browser.patterns.target(public_url.path()).as_ref(),
            public_url: &public_url,
        })
        .inspect_err(|error| tracing::warn!(%error, "the URL of a handshake could not be built"))
        .ok()
    }

    /// The result of a handshake, if the browser brings one back.
    pub(super) async fn resolve_handshake(
        &self,
        context: &Context<'_>,
    ) -> Option<Result<RequestState, ResolveError>> {
        if let Some(nonce) = self.nonce(context) {
            return Some(match self.exchange_nonce(&nonce).await {
                Ok(directives) => self.follow(context, &directives).await,
                Err(error) => {
                    let message = "The nonce of the handshake could not be exchanged.";
                    let state = no_session_token(context, message, &[]);
                    let state = state.unchecked(!error.is_rejection());
                    Ok(state.with_retry_after(error.retry_after()))
                }
            });
        }
        let token = context.parameter_or_cookie(Cookie::Handshake)?;
        match self.handshake_directives(&token).await {
            Ok(directives) => Some(self.follow(context, &directives).await),
            Err(error) => Some(Err(ResolveError::Token(error))),
        }
    }

    /// The nonce that the browser brings back, if it loads a page. Otherwise, a cookie left behind would
    /// cause a call to Clerk with every request.
    fn nonce<'r>(&self, context: &Context<'r>) -> Option<Cow<'r, str>> {
        let nonce = context.parameter_or_cookie(Cookie::HandshakeNonce)?;
        can_be_sent(context).then_some(nonce)
    }

    async fn exchange_nonce(&self, nonce: &str) -> Result<Arc<[Secret]>, BackendError> {
        if nonce.len() > LONGEST_NONCE {
            return Err(BackendError::rejected("the nonce is too long"));
        }
        let call = || {
            let (backend, nonce) = (Arc::clone(&self.backend), Secret::from(nonce));
            async move {
                let exchanged = backend.exchange_handshake_nonce(&nonce).await;
                // Logged once per call, of which there are few. Rejections are not a warning: anyone can send a
                // nonce.
                if let Err(error) = &exchanged
                    && !error.is_rejection()
                {
                    tracing::warn!(%error, "nonce of a handshake could not be exchanged");
                }
                exchanged.map(Arc::from)
            }
        };
        let exchanged = self.exchanges.make(Key::of(&[nonce]), call).await;
        exchanged.inspect_err(|error| {
            tracing::debug!(%error, "nonce of a handshake rejected");
        })
    }

    async fn handshake_directives(&self, token: &str) -> Result<Vec<Secret>, TokenError> {
        #[derive(Deserialize)]
        struct Claims {
            handshake: Vec<Secret>,
        }
        let purpose = Purpose::Handshake;
        let skew = self.verifier.rules().clock_skew;
        let ((), payload) = self.verifier.token(token, purpose, skew, |_, _| ()).await?;
        let claims = serde_json::from_str::<Claims>(&payload);
        Ok(claims.map(|claims| claims.handshake).unwrap_or_default())
    }

    /// Passes on the cookies that the handshake sets, and authenticates with the session token among them.
    async fn follow(
        &self,
        context: &Context<'_>,
        directives: &[Secret],
    ) -> Result<RequestState, ResolveError> {
        let token = session_token_of(directives.iter().map(Secret::expose));
        let Some(token) = token.filter(|token| !token.is_empty()) else {
            return Ok(no_session_token(context, "", directives));
        };
        let headers = response_headers(context, directives);
        let skew = self.verifier.rules().clock_skew;
        match self.verifier.cookie_session(token, skew).await {
            Ok(claims) => Ok(self.signed_in(claims, token, headers)),
            Err(error) if context.browser.is_development() && is_of_clock(&error) => {
                tracing::warn!(%error, "the clock of this machine is wrong; synchronise it");
                let skew = DEVELOPMENT_CLOCK_SKEW;
                let claims = self.verifier.cookie_session(token, skew).await;
                let claims = claims.map_err(ResolveError::Session)?;
                Ok(self.signed_in(claims, token, headers))
            }
            Err(error) => Err(ResolveError::Session(error)),
        }
    }
}

/// The browser came back without a session token, so it is signed out.
fn no_session_token(
    context: &Context<'_>,
    message: &'static str,
    directives: &[Secret],
) -> RequestState {
    RequestState::signed_out(
        Some(TokenType::SessionToken),
        Reason::SESSION_TOKEN_MISSING,
        message,
        response_headers(context, directives),
    )
}

/// The headers for a browser that comes back from a handshake, whatever the result.
fn response_headers(context: &Context<'_>, directives: &[Secret]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert(
        ACCESS_CONTROL_ALLOW_ORIGIN,
        HeaderValue::from_static("null"),
    );
    headers.insert(
        ACCESS_CONTROL_ALLOW_CREDENTIALS,
        HeaderValue::from_static("true"),
    );
    append_cookies(&mut headers, directives);
    if context.browser.is_development()
        && let Some(location) = without_handshake(context)
    {
        headers.insert(LOCATION, location);
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    headers
}

/// Whether the browser can be redirected: only if it loads a page.
fn can_be_sent(context: &Context<'_>) -> bool {
    if !context.is_get() {
        return false;
    }
    match context.header(&SEC_FETCH_DEST) {
        Some(destination) => matches!(destination, "document" | "iframe"),
        None => context
            .header(&ACCEPT)
            .is_some_and(|accept| accept.starts_with("text/html")),
    }
}

/// The URL that the browser requested, without the parameters of the handshake.
fn without_handshake(context: &Context<'_>) -> Option<HeaderValue> {
    let url = without_parameters(&context.stated_url().ok()?, &HANDSHAKE_PARAMETERS);
    HeaderValue::from_str(url.as_str()).ok()
}

fn is_of_clock(error: &TokenError) -> bool {
    [
        Reason::TOKEN_EXPIRED,
        Reason::TOKEN_NOT_ACTIVE_YET,
        Reason::TOKEN_IAT_IN_THE_FUTURE,
    ]
    .contains(error.reason())
}

/// Appends each cookie; one that is not a valid header value is left out.
pub(super) fn append_cookies(headers: &mut HeaderMap, directives: &[Secret]) {
    for directive in directives {
        match HeaderValue::from_str(directive.expose()) {
            Ok(mut value) => {
                value.set_sensitive(true);
                headers.append(SET_COOKIE, value);
            }
            Err(_) => tracing::warn!("a cookie from Clerk is not a valid header value"),
        }
    }
}
