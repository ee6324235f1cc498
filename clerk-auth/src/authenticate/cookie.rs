//! The flow of a request without a token in its header: its cookies authenticate it, and if they are not
//! sufficient, the browser is sent to Clerk.

use std::sync::Once;

use http::HeaderMap;
use http::header::REFERER;

use super::Inner;
use super::context::{Context, DEV_BROWSER};
use super::handshake::ResolveError;
use super::header::mismatch;
use super::session_error::Carrier;
use crate::accepts::TokenType;
use crate::claims::SessionClaims;
use crate::error::Error;
use crate::reason::Reason;
use crate::referrer::{is_cross_origin, is_known_clerk_referrer};
use crate::request_state::RequestState;

impl Inner {
    /// The steps of the cookie flow. Their order determines the reason, and some rely on an earlier one.
    pub(super) async fn cookie_flow(&self, context: &Context<'_>) -> Result<RequestState, Error> {
        if let Some(state) = self.handshake_result(context).await? {
            return Ok(state);
        }
        if let Some(state) = self.satellite_sync(context) {
            return Ok(state);
        }
        if let Some(state) = self.answer_to_satellite(context) {
            return Ok(state);
        }
        if let Some(state) = self.missing_browser_state(context) {
            return Ok(state);
        }
        let Some(token) = context.session_cookie.as_deref() else {
            let reason = Reason::CLIENT_UAT_BUT_NO_SESSION_TOKEN;
            return Ok(self.handshake(context, reason, "", None));
        };
        match &context.peeked {
            Some(Ok(peek)) if peek.is_no_session => {
                return Ok(mismatch(Some(TokenType::SessionToken)));
            }
            Some(Ok(peek))
                if peek
                    .issued_at
                    .is_some_and(|issued_at| issued_at < context.client_uat as f64) =>
            {
                let reason = Reason::SESSION_TOKEN_IAT_BEFORE_CLIENT_UAT;
                return Ok(self.handshake(context, reason, "", None));
            }
            _ => {}
        }
        let skew = self.verifier.rules().clock_skew;
        let claims = match self.verifier.cookie_session(token, skew).await {
            Ok(claims) => claims,
            Err(error) => return self.session_error(context, error, Carrier::Cookie).await,
        };
        warn_once_of_no_party(&claims);
        if self.needs_cross_origin_sync(context) {
            return Ok(self.handshake(
                context,
                Reason::PRIMARY_DOMAIN_CROSS_ORIGIN_SYNC,
                "Cross-origin request from satellite domain requires handshake",
                None,
            ));
        }
        let state = self.signed_in(claims, token, HeaderMap::new());
        Ok(self.organization_sync(context, &state).unwrap_or(state))
    }

    /// The result of a handshake, if the browser comes back from one.
    async fn handshake_result(&self, context: &Context<'_>) -> Result<Option<RequestState>, Error> {
        if !context.browser.handshakes {
            return Ok(None);
        }
        match self.resolve_handshake(context).await {
            None => Ok(None),
            Some(Ok(state)) => Ok(Some(state)),
            Some(Err(ResolveError::Token(error))) if context.browser.is_development() => {
                Err(handshake_error(&error))
            }
            Some(Err(error @ ResolveError::Session(_))) => {
                tracing::warn!(%error, "the result of a handshake is invalid");
                Ok(None)
            }
            // Anyone can send one, so this is not a warning.
            Some(Err(error @ ResolveError::Token(_))) => {
                tracing::debug!(%error, "the result of a handshake is invalid");
                Ok(None)
            }
        }
    }

    /// The cases in which the session token is not even read.
    fn missing_browser_state(&self, context: &Context<'_>) -> Option<RequestState> {
        let has_uat = context.client_uat != 0;
        let has_token = context.session_cookie.is_some();
        let reason = if context.browser.is_development() && context.parameter(DEV_BROWSER).is_some()
        {
            Reason::DEV_BROWSER_SYNC
        } else if context.browser.is_development() && context.dev_browser.is_none() {
            Reason::DEV_BROWSER_MISSING
        } else if !has_uat && !has_token {
            return Some(signed_out(Reason::SESSION_TOKEN_AND_UAT_MISSING));
        } else if !has_uat {
            Reason::SESSION_TOKEN_BUT_NO_CLIENT_UAT
        } else {
            return None;
        };
        Some(self.handshake(context, reason, "", None))
    }

    /// Whether the browser navigated here from another origin, such as a satellite, where its state may have
    /// changed.
    fn needs_cross_origin_sync(&self, context: &Context<'_>) -> bool {
        let browser = context.browser;
        // Without handshakes nothing can be synchronised, so the session counts.
        if !browser.handshakes
            || browser.is_satellite
            || !context.is_get()
            || !context.is_document()
            || context.redirects != 0
        {
            return false;
        }
        let Some(referrer) = context.header(&REFERER) else {
            return false;
        };
        let Ok(public) = context.public_url() else {
            return false;
        };
        let production = !browser.is_development();
        is_cross_origin(referrer, &public)
            && !is_known_clerk_referrer(
                referrer,
                &browser.frontend_api.address(&public.url),
                production,
            )
    }
}

pub(super) fn signed_out(reason: Reason) -> RequestState {
    RequestState::signed_out(Some(TokenType::SessionToken), reason, "", HeaderMap::new())
}

fn handshake_error(error: &crate::token::TokenError) -> Error {
    if *error.reason() == Reason::TOKEN_INVALID_SIGNATURE {
        return Error::handshake(
            "Clerk: Handshake token verification failed due to an invalid signature. If you have switched Clerk keys locally, clear your cookies and try again.",
        );
    }
    Error::handshake(format!(
        "Clerk: Handshake token verification failed: {}.",
        error.full_message(None)
    ))
}

/// A token without `azp` in a cookie may be from any origin under the domain. It still counts.
fn warn_once_of_no_party(claims: &SessionClaims) {
    static WARNED: Once = Once::new();
    if claims.authorized_party().is_none_or(str::is_empty) {
        WARNED.call_once(|| {
            tracing::warn!("session tokens in cookies have no `azp`, so they may have been issued to any origin");
        });
    }
}
