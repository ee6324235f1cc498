//! Gets a fresh session token for one that has expired, without sending the browser anywhere.

use std::borrow::Cow;

use clerk_api::types::Secret;
use http::HeaderMap;

use super::Inner;
use super::context::Context;
use super::handshake::append_cookies;
use crate::backend::Refresh;
use crate::cookies::session_token_of;
use crate::public_url::origin;
use crate::request_state::RequestState;
use crate::token::session_id;

impl Inner {
    /// The request, signed in with a fresh token; or the word that says why not.
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
        let directives = self
            .backend
            .refresh_session(Refresh {
                session_id: &session_id,
                expired_token: &Secret::from(expired),
                refresh_token: &Secret::from(refresh_token),
                request_origin: &origin(&public_url),
                request_headers: &context.request.headers,
                suffixed_cookies: context.suffixed,
            })
            .await
            .map_err(|error| error.0)?;
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
