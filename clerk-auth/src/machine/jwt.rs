//! Machine tokens that are JWTs, verified without a call to the API.

use serde_json::{Map, Value};

use super::token::{MachineToken, MachineTokenError, MachineTokenKind};
use crate::reason::Reason;
use crate::token::{Purpose, TokenError};
use crate::verifier::TokenVerifier;

/// The claims that every token has; all others are the application's own.
const REGISTERED: [&str; 6] = ["iss", "sub", "exp", "nbf", "iat", "jti"];

pub(super) async fn verify(
    verifier: &TokenVerifier,
    kind: MachineTokenKind,
    token: &str,
) -> Result<MachineToken, MachineTokenError> {
    let purpose = match kind {
        MachineTokenKind::OauthToken => Purpose::Oauth,
        MachineTokenKind::M2mToken | MachineTokenKind::ApiKey => Purpose::M2m,
    };
    let skew = verifier.rules().clock_skew;
    let verified = verifier.token(token, purpose, skew, |_, _| ()).await;
    let ((), payload) = verified.map_err(|error| rejected(&error).caused_by(error))?;
    let claims = serde_json::from_str(&payload)
        .map_err(|_| MachineTokenError::verification_failed("The claims are not an object."))?;
    Ok(machine_token(kind, claims))
}

fn rejected(error: &TokenError) -> MachineTokenError {
    let message = error.message().to_owned();
    if error.is_keys_unavailable() {
        let unavailable = MachineTokenError::keys_unavailable(message);
        return unavailable.with_retry_after(error.retry_after());
    }
    let is_malformed = *error.reason() == Reason::TOKEN_INVALID
        && ["Invalid JWT form.", "Invalid M2M JWT category."]
            .iter()
            .any(|start| message.starts_with(start));
    if is_malformed {
        MachineTokenError::invalid(message, None)
    } else {
        MachineTokenError::verification_failed(message)
    }
}

pub(crate) fn machine_token(
    kind: MachineTokenKind,
    mut claims: Map<String, Value>,
) -> MachineToken {
    let text = |name: &str| claims.get(name).and_then(Value::as_str).map(str::to_owned);
    let milliseconds = |name: &str| {
        let seconds = claims.get(name).and_then(Value::as_f64)?;
        Some((seconds * 1000.0) as i64)
    };
    let words = |name: &str| -> Option<Vec<String>> {
        let list = claims.get(name)?.as_str()?.split(' ');
        Some(
            list.filter(|word| !word.is_empty())
                .map(str::to_owned)
                .collect(),
        )
    };
    let audience = match kind {
        MachineTokenKind::OauthToken => audience(claims.get("aud")),
        _ => texts(claims.get("aud")),
    };
    let scopes = match kind {
        MachineTokenKind::OauthToken => claims
            .get("scp")
            .filter(|scopes| !scopes.is_null())
            .map(|scopes| texts(Some(scopes)))
            .or_else(|| words("scope"))
            .unwrap_or_default(),
        _ => words("scopes").unwrap_or_else(|| audience.clone()),
    };
    let mut token = MachineToken {
        client_id: text("client_id"),
        scopes,
        audience,
        expires_at: milliseconds("exp"),
        created_at: milliseconds("iat"),
        updated_at: milliseconds("iat"),
        ..MachineToken::new(
            kind,
            text("jti").unwrap_or_default(),
            text("sub").unwrap_or_default(),
        )
    };
    for name in REGISTERED {
        claims.remove(name);
    }
    token.claims = Some(claims).filter(|claims| !claims.is_empty());
    token
}

/// The audience of an OAuth token: a text, or a list of texts, without empty ones. Anything else is an empty
/// audience.
pub(crate) fn audience(value: Option<&Value>) -> Vec<String> {
    let is_sound = match value {
        Some(Value::Array(list)) => list
            .iter()
            .all(|one| one.as_str().is_some_and(|text| !text.is_empty())),
        Some(Value::String(text)) => !text.is_empty(),
        _ => false,
    };
    texts(value.filter(|_| is_sound))
}

/// A text, or the texts of a list.
pub(crate) fn texts(value: Option<&Value>) -> Vec<String> {
    match value {
        Some(Value::String(text)) => vec![text.clone()],
        Some(Value::Array(list)) => {
            let texts = list.iter().filter_map(Value::as_str);
            texts.map(str::to_owned).collect()
        }
        _ => Vec::new(),
    }
}
