//! Requests whose session token is rejected.

use std::borrow::Cow;

use http::HeaderMap;

use super::Inner;
use super::context::Context;
use crate::accepts::TokenType;
use crate::cookies::Cookie;
use crate::error::Error;
use crate::reason::Reason;
use crate::request_state::RequestState;
use crate::token::TokenError;

/// The location of a session token in a request.
#[derive(Clone, Copy, Debug)]
pub(super) enum Carrier {
    Header,
    Cookie,
}

impl Carrier {
    fn as_str(self) -> &'static str {
        match self {
            Self::Header => "header",
            Self::Cookie => "cookie",
        }
    }
}

impl Inner {
    /// A token that only its age makes invalid is refreshed, or the browser is sent to get another. Any other
    /// is rejected.
    pub(super) async fn session_error(
        &self,
        context: &Context<'_>,
        error: TokenError,
        carrier: Carrier,
    ) -> Result<RequestState, Error> {
        let message = error.full_message(Some(carrier.as_str()));
        let reason = error.reason();
        let reason = if *reason == Reason::TOKEN_EXPIRED {
            match self.refreshed(context).await {
                Ok(state) => return Ok(state),
                Err(cause) => Reason::expired_after_refresh(&cause),
            }
        } else if *reason == Reason::TOKEN_NOT_ACTIVE_YET {
            Reason::SESSION_TOKEN_NBF
        } else if *reason == Reason::TOKEN_IAT_IN_THE_FUTURE {
            Reason::SESSION_TOKEN_IAT_IN_THE_FUTURE
        } else {
            return Ok(RequestState::signed_out(
                Some(TokenType::SessionToken),
                reason.clone(),
                message,
                HeaderMap::new(),
            )
            .with_retry_after(error.retry_after()));
        };
        Ok(self.handshake(context, reason, message, None))
    }

    /// The request with a fresh session token, or a code for why there is none.
    async fn refreshed(&self, context: &Context<'_>) -> Result<RequestState, Cow<'static, str>> {
        if !context.is_get() {
            return Err("non-eligible-non-get".into());
        }
        match context.cookies.get(Cookie::RefreshSuffixed) {
            Some(token) => self.refresh(context, &token).await,
            None => Err("non-eligible-no-refresh-cookie".into()),
        }
    }
}
