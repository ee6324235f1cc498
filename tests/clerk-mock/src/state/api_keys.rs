//! API keys.

use serde_json::{Value, json};

use super::listing::{Among, Listing};
use super::record::Record;
use super::table::Table;
use super::{Call, Handler, show};
use crate::instances::token;
use crate::rejection::Rejection;

const KEYS: Table = Table::ApiKeys;

pub(super) fn handler(operation_id: &str) -> Option<Handler> {
    let handler: Handler = match operation_id {
        "getApiKeys" => list_of_subject,
        "createApiKey" => create,
        "getApiKey" => |call| {
            let id = known(call)?;
            call.show(KEYS, &id)
        },
        "updateApiKey" => update,
        "deleteApiKey" => |call| {
            let id = known(call)?;
            call.store.remove(KEYS, &id);
            Ok(Call::deleted(KEYS, &id))
        },
        "getApiKeySecret" => |call| {
            let id = known(call)?;
            let secret = call
                .store
                .get(KEYS, &id)
                .map_or("", |key| key.text("secret"));
            Ok(json!({ "secret": secret }))
        },
        "revokeApiKey" => |call| {
            let id = known(call)?;
            let reason = call.body("revocation_reason").clone();
            call.change(KEYS, &id, |key| revoke(key, reason))
        },
        "verifyApiKey" => verify,
        _ => return None,
    };
    Some(handler)
}

fn create(call: &mut Call<'_>) -> Result<Value, Rejection> {
    let secret = token("ak", call.random("secret"));
    let mut key = call.new_record(KEYS);
    key.set("type", "api_key");
    key.set("scopes", json!([]));
    call.apply(KEYS, &mut key, &call.checked.body);
    key.hide("secret", secret.as_str());
    expiring(call, &mut key);
    let mut shown = call.keep(KEYS, key)?;
    // The only response that contains it.
    shown["secret"] = secret.into();
    Ok(shown)
}

fn update(call: &mut Call<'_>) -> Result<Value, Rejection> {
    let id = known(call)?;
    let Some(mut key) = call.store.get(KEYS, &id).cloned() else {
        return Err(Rejection::not_found(KEYS.object(), &id));
    };
    call.apply(KEYS, &mut key, &call.checked.body);
    if call.checked.body.get("seconds_until_expiration").is_some() {
        expiring(call, &mut key);
    }
    call.change(KEYS, &id, |present| *present = key)
}

fn list_of_subject(call: &mut Call<'_>) -> Result<Value, Rejection> {
    let subject = call
        .query()
        .get("subject")
        .and_then(Value::as_str)
        .unwrap_or_default();
    let all = call.query().get("include_invalid").and_then(Value::as_str) == Some("true");
    let among = Among::With("subject", subject.to_owned());
    Listing {
        rule: Some(&|key| all || !(key.is("revoked") || key.is("expired"))),
        ..call.listing(KEYS, among)
    }
    .page(|key| show::record(call.store, KEYS, key))
}

fn verify(call: &mut Call<'_>) -> Result<Value, Rejection> {
    let secret = call.text("secret");
    let found = call
        .store
        .with(KEYS, "secret", secret)
        .next()
        .map(|found| found.id.clone());
    if let Some(id) = found {
        let now = call.now();
        return call.change(KEYS, &id, |key| key.set("last_used_at", now));
    }
    if call.is_strict() {
        return Err(Rejection::new(
            http::StatusCode::NOT_FOUND,
            "resource_not_found",
            "not found",
            "No API key has this secret.",
        ));
    }
    let mut key = call.new_record(KEYS);
    key.hide("secret", secret);
    call.keep(KEYS, key)
}

fn known(call: &mut Call<'_>) -> Result<String, Rejection> {
    // Both prefixes identify the same key.
    let requested = call.path("apiKeyID");
    let id = match requested.strip_prefix("api_key_") {
        Some(rest) => format!("ak_{rest}"),
        None => requested.to_owned(),
    };
    let is_new = call.store.get(KEYS, &id).is_none();
    let id = call.known(KEYS, &id)?;
    if is_new {
        let secret = token("ak", call.random("secret"));
        call.change(KEYS, &id, |key| key.hide("secret", secret))?;
    }
    Ok(id)
}

/// Sets the expiration in the body. A key without one does not expire.
pub(super) fn expiring(call: &Call<'_>, record: &mut Record) {
    let end = seconds(call).map(|seconds| call.now() + seconds.saturating_mul(1000));
    record.set("expiration", end);
    record.set("expired", false);
}

/// The lifetime in the body, which can be any number.
pub(super) fn seconds(call: &Call<'_>) -> Option<u64> {
    let seconds = call.body("seconds_until_expiration");
    // The cast saturates. Negative numbers were rejected before.
    seconds
        .as_u64()
        .or_else(|| seconds.as_f64().map(|seconds| seconds.ceil() as u64))
}

pub(super) fn revoke(record: &mut Record, reason: Value) {
    record.set("revoked", true);
    record.set("revocation_reason", reason);
}
