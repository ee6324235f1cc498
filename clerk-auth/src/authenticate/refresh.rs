//! Refreshes an expired session token without redirecting the browser.

use std::borrow::Cow;
use std::sync::Arc;

use clerk_api::types::Secret;
use http::HeaderMap;

use super::Inner;
use super::context::Context;
use super::handshake::append_cookies;
use crate::backend::{BackendError, Refresh};
use crate::calls::Key;
use crate::cookies::session_token_of;
use crate::public_url::origin;
use crate::request_state::RequestState;
use crate::token::session_id;

impl Inner {
    /// The request, signed in with a fresh token, or a code for why not.
    pub(super) async fn refresh(
        &self,
        context: &Context<'_>,
        refresh_token: &str,
    ) -> Result<RequestState, Cow<'static, str>> {
        let expired = context.session_token().ok_or("missing-session-token")?;
        let session_id = session_id(expired)
            .map_err(|_| "expired-session-token-decode-failed")?
            .ok_or("expired-session-token-missing-sid-claim")?;
        let public_url = context.stated_url().map_err(|_| "unexpected-sdk-error")?;
        let origin = origin(&public_url);
        let suffixed = context.suffixed;
        let key = Key::of(&[
            expired,
            refresh_token,
            &origin,
            if suffixed { "suffixed" } else { "" },
        ]);
        let call = || {
            let backend = Arc::clone(&self.backend);
            let (session_id, origin) = (session_id.clone(), origin.clone());
            let (expired, refresh_token) = (Secret::from(expired), Secret::from(refresh_token));
            let headers = context.request.headers.clone();
            async move {
                let refresh = Refresh {
                    session_id: &session_id,
                    expired_token: &expired,
                    refresh_token: &refresh_token,
                    request_origin: &origin,
                    request_headers: &headers,
                    suffixed_cookies: suffixed,
                };
                backend.refresh_session(refresh).await.map(Arc::from)
            }
        };
        let refreshed = self.refreshes.make(key, call).await;
        let directives = refreshed.map_err(|error| cause(&error))?;
        if directives.is_empty() {
            return Err("unexpected-sdk-error".into());
        }
        let mut headers = HeaderMap::new();
        append_cookies(&mut headers, &directives);
        let token = session_token_of(directives.iter().map(Secret::expose)).unwrap_or_default();
        let skew = self.verifier.rules().clock_skew;
        let claims = self.verifier.cookie_session(token, skew).await;
        let claims = claims.map_err(|_| "invalid-session-token")?;
        Ok(self.signed_in(claims, token, headers))
    }
}

/// The code for a failed refresh. Clerk has none for a call that was not made; it counts as one that could
/// not be sent.
fn cause(error: &BackendError) -> Cow<'static, str> {
    let is_word = |message: &str| !message.contains(' ');
    match error.message() {
        message if is_word(message) => Cow::Owned(message.to_owned()),
        message => {
            tracing::debug!(message, "session not refreshed");
            Cow::Borrowed("fetch-error")
        }
    }
}
