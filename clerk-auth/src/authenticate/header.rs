//! Selects the flow of a request, and the flows of tokens in the `Authorization` header.

use std::borrow::Cow;
use std::sync::Arc;

use clerk_api::types::Secret;
use http::HeaderMap;
use http::request::Parts;

use super::authorization;
use super::context::Context;
use super::session_error::Carrier;
use super::{Inner, publishable_key_is_needed};
use crate::accepts::{Accepted, TokenType};
use crate::auth::{Auth, MachineAuth, SessionAuth};
use crate::claims::SessionClaims;
use crate::error::Error;
use crate::reason::Reason;
use crate::request_state::RequestState;
use crate::token::{MachineTokenClass, class_of};
use crate::verifier::RequestSessionError;

impl Inner {
    pub(super) async fn dispatch(
        &self,
        request: &Parts,
        accepts: &Accepted,
    ) -> Result<RequestState, Error> {
        let token = authorization::token(&request.headers);
        let class = token.as_deref().and_then(class_of);
        let kind = class.map_or(TokenType::SessionToken, token_type);
        match accepts {
            Accepted::OneOf(kinds) if !kinds.contains(&kind) => Ok(mismatch(None)),
            Accepted::One(accepted) if *accepted != TokenType::SessionToken => {
                Ok(self.one_machine_kind(token, class, *accepted).await)
            }
            Accepted::One(_) => self.session(request, token).await,
            Accepted::Any | Accepted::OneOf(_) => match (token, class) {
                (Some(token), Some(class)) => Ok(self.machine(&token, class).await),
                (token, _) => self.session(request, token).await,
            },
        }
    }

    async fn one_machine_kind(
        &self,
        token: Option<Cow<'_, str>>,
        class: Option<MachineTokenClass>,
        accepted: TokenType,
    ) -> RequestState {
        match (token, class) {
            (None, _) => RequestState::signed_out(
                Some(accepted),
                Reason::NO_TOKEN_IN_HEADER,
                "",
                HeaderMap::new(),
            ),
            (Some(token), Some(class)) if token_type(class) == accepted => {
                self.machine(&token, class).await
            }
            _ => mismatch(Some(accepted)),
        }
    }

    async fn machine(&self, token: &str, class: MachineTokenClass) -> RequestState {
        match self.machine_tokens.verify(class, token).await {
            Ok(verified) => {
                let auth = Auth::Machine(MachineAuth::new(verified, Secret::from(token)));
                RequestState::signed_in(auth, HeaderMap::new(), self.config.pending_is_signed_out)
            }
            Err(error) => RequestState::signed_out(
                Some(token_type(class)),
                Reason::of_machine_token(error.code()),
                error.to_string(),
                HeaderMap::new(),
            )
            .unchecked(error.is_unavailable())
            .with_retry_after(error.retry_after()),
        }
    }

    /// The flow of a request that must have a session token, if any.
    async fn session(
        &self,
        request: &Parts,
        token: Option<Cow<'_, str>>,
    ) -> Result<RequestState, Error> {
        let Some(browser) = &self.config.browser else {
            return Err(publishable_key_is_needed());
        };
        let Some(token) = token else {
            let context = Context::read(browser, request, None, self.verifier.clock().now());
            return self.cookie_flow(&context).await;
        };
        match self.verifier.request_session(&token).await {
            Ok(claims) => Ok(self.signed_in(claims, &token, HeaderMap::new())),
            Err(RequestSessionError::OtherClass) => Ok(mismatch(Some(TokenType::SessionToken))),
            Err(RequestSessionError::Token(error)) => {
                let now = self.verifier.clock().now();
                let context = Context::read(browser, request, Some(token), now);
                self.session_error(&context, error, Carrier::Header).await
            }
        }
    }

    pub(super) fn signed_in(
        &self,
        claims: Arc<SessionClaims>,
        token: &str,
        headers: HeaderMap,
    ) -> RequestState {
        let auth = Auth::Session(SessionAuth::new(claims, Secret::from(token)));
        RequestState::signed_in(auth, headers, self.config.pending_is_signed_out)
    }
}

fn token_type(class: MachineTokenClass) -> TokenType {
    class.kind().into()
}

pub(super) fn mismatch(token_type: Option<TokenType>) -> RequestState {
    RequestState::signed_out(
        token_type,
        Reason::TOKEN_TYPE_MISMATCH,
        "",
        HeaderMap::new(),
    )
}
