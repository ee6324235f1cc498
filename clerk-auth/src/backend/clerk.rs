//! The calls to the API through a client of `clerk-api`.

use std::borrow::Cow;
use std::collections::BTreeMap;

use clerk_api::models::{self, SessionRefresh, SessionRefreshFormat};
use clerk_api::types::{Secret, Timestamp};
use clerk_api::{Clerk, Method, RetryPolicy};
use http::StatusCode;
use serde_json::{Map, Value};

use super::{Backend, BackendError, BackendFuture, PublicKey, Refresh, key_set};
use crate::calls::{is_rejection, pause};
use crate::machine::{MachineToken, MachineTokenError, MachineTokenKind, audience, texts};
use crate::reason::Reason;
use crate::token::{CONTACT_SUPPORT, TokenError};

impl Backend for Clerk {
    fn keys(&self) -> BackendFuture<'_, Result<Vec<PublicKey>, TokenError>> {
        Box::pin(keys(self, "the API"))
    }

    fn verify_machine_token<'a>(
        &'a self,
        kind: MachineTokenKind,
        token: &'a Secret,
    ) -> BackendFuture<'a, Result<MachineToken, MachineTokenError>> {
        Box::pin(async move {
            let retry = retry(self);
            let verified = match kind {
                MachineTokenKind::ApiKey => {
                    let call = self.api_keys().verify(token).retry(retry);
                    call.send().await.map(of_api_key)
                }
                MachineTokenKind::M2mToken => {
                    let call = self.m2m().verify_token(token).retry(retry);
                    call.send().await.map(of_m2m_token)
                }
                MachineTokenKind::OauthToken => {
                    // The description lacks `aud`, which the response has.
                    let call = self
                        .request(Method::POST, "/oauth_applications/access_tokens/verify")
                        // As a `Secret`, so that errors redact it if the server repeats it.
                        .json(BTreeMap::from([("access_token", token)]))
                        .retry(retry);
                    call.send()
                        .await
                        .map(|answer: Value| of_oauth_token(&answer))
                }
            };
            verified.map_err(|error| machine_token_error(kind, &error).caused_by(error))
        })
    }

    fn exchange_handshake_nonce<'a>(
        &'a self,
        nonce: &'a Secret,
    ) -> BackendFuture<'a, Result<Vec<Secret>, BackendError>> {
        Box::pin(async move {
            let call = self.clients().get_handshake_payload(nonce);
            match call.retry(retry(self)).send().await {
                Ok(payload) => Ok(payload.directives),
                Err(error) => Err(backend_error(&error, error.to_string().into()).caused_by(error)),
            }
        })
    }

    fn refresh_session<'a>(
        &'a self,
        refresh: Refresh<'a>,
    ) -> BackendFuture<'a, Result<Vec<Secret>, BackendError>> {
        Box::pin(async move {
            let mut call = self
                .sessions()
                .refresh(
                    refresh.session_id,
                    refresh.expired_token,
                    refresh.refresh_token,
                    refresh.request_origin,
                )
                .format(SessionRefreshFormat::Cookie)
                .request_headers(headers(refresh.request_headers))
                .retry(retry(self));
            if refresh.suffixed_cookies {
                call = call.suffixed_cookies(true);
            }
            match call.send().await {
                Ok(SessionRefresh::Cookies(cookies)) => Ok(cookies.cookies),
                Ok(SessionRefresh::Unknown(answer)) => Ok(cookies_of(answer.json())),
                Ok(_) => Ok(Vec::new()),
                Err(error) => Err(backend_error(&error, refresh_word(&error)).caused_by(error)),
            }
        })
    }
}

/// The client's own policy, except that no call waits for the end of a rate limit.
fn retry(clerk: &Clerk) -> RetryPolicy {
    clerk.retry_policy().clone().wait_for_retry_after(false)
}

pub(super) async fn keys(clerk: &Clerk, address: &str) -> Result<Vec<PublicKey>, TokenError> {
    let call = clerk.request(Method::GET, "/jwks").retry(retry(clerk));
    let response = call
        .send_bytes()
        .await
        .map_err(|error| keys_error(address, &error).caused_by(error))?;
    match key_set::read(response.inner()) {
        Some(keys) if !keys.is_empty() => Ok(keys),
        Some(_) => Err(failed_to_load(
            "The JWKS endpoint did not contain any signing keys. Contact support@clerk.com.".into(),
        )),
        None => Err(failed_to_load(format!(
            "Failed to load JWKS from Clerk Backend or Frontend API. The response of {address}/jwks is not a JSON Web Key Set."
        ))),
    }
}

fn keys_error(address: &str, error: &clerk_api::Error) -> TokenError {
    let rejected = error
        .errors()
        .iter()
        .find(|entry| entry.code() == "clerk_key_invalid");
    if let Some(entry) = rejected {
        return TokenError::new(Reason::SECRET_KEY_INVALID, entry.message().to_owned())
            .with_action(CONTACT_SUPPORT);
    }
    let failed = match error.status() {
        Some(status) if !status.is_success() => failed_to_load(format!(
            "Error loading Clerk JWKS from {address}/jwks with code={}",
            status.as_u16()
        )),
        _ => failed_to_load(format!(
            "Failed to load JWKS from Clerk Backend or Frontend API. {error}"
        )),
    };
    failed.with_retry_after(pause(error.status(), error.retry_after()))
}

fn failed_to_load(message: String) -> TokenError {
    TokenError::new(Reason::JWK_REMOTE_FAILED_TO_LOAD, message).with_action(CONTACT_SUPPORT)
}

fn of_api_key(key: models::ApiKey) -> MachineToken {
    MachineToken {
        name: Some(key.name),
        scopes: key.scopes,
        claims: object(key.claims),
        revoked: key.revoked,
        revocation_reason: key.revocation_reason,
        expired: key.expired,
        expires_at: key.expiration.map(milliseconds),
        created_at: Some(milliseconds(key.created_at)),
        updated_at: Some(milliseconds(key.updated_at)),
        ..MachineToken::new(MachineTokenKind::ApiKey, key.id, key.subject)
    }
}

fn of_m2m_token(token: models::M2mToken) -> MachineToken {
    MachineToken {
        scopes: token.scopes.unwrap_or_default(),
        claims: object(token.claims),
        revoked: token.revoked,
        revocation_reason: token.revocation_reason,
        expired: token.expired,
        expires_at: token.expiration.map(milliseconds),
        created_at: Some(milliseconds(token.created_at)),
        updated_at: Some(milliseconds(token.updated_at)),
        ..MachineToken::new(MachineTokenKind::M2mToken, token.id, token.subject)
    }
}

/// A flag that is not a boolean counts against the token.
fn of_oauth_token(answer: &Value) -> MachineToken {
    let text = |name: &str| answer.get(name).and_then(Value::as_str).map(str::to_owned);
    let milliseconds = |name: &str| {
        let time = answer.get(name)?.as_f64()?;
        // The description states no unit. A value that would be before 1973 in milliseconds is in seconds.
        Some(if time < 1e11 { time * 1000.0 } else { time } as i64)
    };
    let is = |name: &str, usual: bool| match answer.get(name) {
        None | Some(Value::Null) => usual,
        Some(Value::Bool(flag)) => *flag,
        Some(_) => !usual,
    };
    MachineToken {
        client_id: text("client_id"),
        scopes: texts(answer.get("scopes")),
        audience: audience(answer.get("aud")),
        revoked: is("revoked", false),
        revocation_reason: text("revocation_reason"),
        expired: is("expired", false),
        expires_at: milliseconds("expiration"),
        created_at: milliseconds("created_at"),
        updated_at: milliseconds("updated_at"),
        active: is("active", true),
        ..MachineToken::new(
            MachineTokenKind::OauthToken,
            text("id").unwrap_or_default(),
            text("subject").unwrap_or_default(),
        )
    }
}

fn object(claims: Option<Value>) -> Option<Map<String, Value>> {
    match claims {
        Some(Value::Object(claims)) => Some(claims),
        _ => None,
    }
}

fn milliseconds(timestamp: Timestamp) -> i64 {
    timestamp.as_milliseconds()
}

fn machine_token_error(kind: MachineTokenKind, error: &clerk_api::Error) -> MachineTokenError {
    let status = error.status();
    match status {
        Some(StatusCode::UNAUTHORIZED) => {
            let stated = error.errors().first().map(clerk_api::ApiError::message);
            let stated = stated.filter(|message| !message.is_empty());
            let message = stated.unwrap_or("Invalid secret key").to_owned();
            MachineTokenError::secret_key_invalid(message, status)
        }
        Some(StatusCode::NOT_FOUND) => {
            let message = match kind {
                MachineTokenKind::ApiKey => "API key not found",
                MachineTokenKind::M2mToken => "Machine token not found",
                MachineTokenKind::OauthToken => "OAuth token not found",
            };
            MachineTokenError::invalid(message, status)
        }
        _ => {
            tracing::warn!(%error, "machine token could not be verified");
            let unexpected = MachineTokenError::unexpected("Unexpected error", status);
            unexpected.with_retry_after(error.retry_after())
        }
    }
}

/// All headers, each with a list of its values. Values that are not text are left out.
fn headers(headers: &http::HeaderMap) -> Map<String, Value> {
    let mut object = Map::new();
    for name in headers.keys() {
        let values = headers.get_all(name).iter();
        let values: Vec<Value> = values
            .filter_map(|value| value.to_str().ok().map(Value::from))
            .collect();
        object.insert(name.as_str().to_owned(), values.into());
    }
    object
}

fn cookies_of(answer: &Value) -> Vec<Secret> {
    let cookies = answer.get("cookies").and_then(Value::as_array);
    let texts = cookies.into_iter().flatten().filter_map(Value::as_str);
    texts.map(Secret::from).collect()
}

fn backend_error(error: &clerk_api::Error, message: Cow<'static, str>) -> BackendError {
    let status = error.status();
    if status.is_some_and(is_rejection) {
        return BackendError::rejected(message);
    }
    BackendError::failed(message).with_retry_after(pause(status, error.retry_after()))
}

/// The code for a failed refresh: that of the API, if it is a single word.
fn refresh_word(error: &clerk_api::Error) -> Cow<'static, str> {
    const LONGEST: usize = 64;
    let is_word = |code: &&str| {
        let is_of_word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-';
        !code.is_empty() && code.len() <= LONGEST && code.bytes().all(is_of_word)
    };
    let code = error.errors().first().map(clerk_api::ApiError::code);
    match code.filter(is_word) {
        Some("unexpected_error") => Cow::Borrowed("fetch-error"),
        Some(code) => Cow::Owned(code.to_owned()),
        // Without a response, nothing is known to be wrong with the session.
        None if error.status().is_none() => Cow::Borrowed("fetch-error"),
        None => Cow::Borrowed("unexpected-bapi-error"),
    }
}
