//! M2M tokens.

use serde_json::{Map, Value, json};

use super::api_keys::{expiring, revoke, seconds};
use super::call::conflict;
use super::described::{default_lifetime, machine_of_key, reached_by};
use super::listing::{Among, Listing};
use super::record::Record;
use super::table::Table;
use super::{Call, Handler, show};
use crate::instances::{identifier, token};
use crate::rejection::Rejection;
use crate::samples::random::{Random, hash};
use crate::tokens::Category;

const TOKENS: Table = Table::M2mTokens;
/// The default lifetime of tokens, in seconds.
const LIFETIME: u64 = 3600;

pub(super) fn handler(operation_id: &str) -> Option<Handler> {
    let handler: Handler = match operation_id {
        "getM2MTokens" => list_of_machine,
        "createM2MToken" => create,
        "revokeM2MToken" => |call| {
            let id = call.known_in_path(TOKENS, "m2m_token_id")?;
            let asking = machine(call)?;
            let token = call.store.get(TOKENS, &id);
            let can_be = token.is_some_and(|token| {
                let is_own = !is_of_machine(call) || token.text("subject") == asking;
                is_own && !is_signed(token)
            });
            if call.is_strict() && !can_be {
                return Err(Rejection::not_found(TOKENS.object(), &id));
            }
            let reason = call.body("revocation_reason").clone();
            call.change(TOKENS, &id, |token| revoke(token, reason))
        },
        "verifyM2MToken" => verify,
        _ => return None,
    };
    Some(handler)
}

fn create(call: &mut Call<'_>) -> Result<Value, Rejection> {
    if call.is_strict() && !is_of_machine(call) {
        return Err(Rejection::new(
            http::StatusCode::UNAUTHORIZED,
            "authentication_invalid",
            "Invalid authentication",
            "M2M tokens are created with the secret key of a machine (ak_…).",
        ));
    }
    let machine = machine(call)?;
    let is_jwt = call.text("token_format") == "jwt";
    let default = default_lifetime(call, &machine).unwrap_or(LIFETIME);
    let lifetime = seconds(call).unwrap_or(default);
    let least = call.body("min_remaining_ttl_seconds").as_u64();
    if !is_jwt && least.is_some_and(|least| least >= lifetime) {
        let name = "min_remaining_ttl_seconds";
        let long = format!("{name} must be less than the lifetime of the token.");
        return Err(conflict("form_param_value_invalid", "is invalid", long));
    }
    let mut scopes = vec![machine.clone()];
    scopes.extend(reached_by(call, &machine));
    let scopes = Value::from(scopes);
    if !is_jwt && let Some(present) = reusable(call, &machine, &scopes) {
        return shown_with_token(call, &present);
    }
    let secret = token("mt", call.random("token"));
    let mut record = call.new_record(TOKENS);
    record.set("subject", machine.as_str());
    record.set("claims", call.body("claims").clone());
    record.set("scopes", scopes);
    expiring(call, &mut record);
    if record.number("expiration").is_none() {
        record.set("expiration", call.now() + default * 1000);
    }
    let secret = if is_jwt { jwt(call, &record) } else { secret };
    record.hide("token", secret);
    let id = record.id.clone();
    call.store.insert(TOKENS, record);
    shown_with_token(call, &id)
}

/// An existing token from a call like this one that is valid for long enough. Signed tokens are never
/// reused.
fn reusable(call: &Call<'_>, machine: &str, scopes: &Value) -> Option<String> {
    let least = call.body("min_remaining_ttl_seconds").as_u64()?;
    let wanted = call.now() + least * 1000;
    call.store
        .with(TOKENS, "subject", machine)
        .find(|token| {
            !token.is("revoked")
                && !token.is("expired")
                && token.body.get("claims") == Some(call.body("claims"))
                && token.body.get("scopes") == Some(scopes)
                && token.number("expiration").is_some_and(|end| end >= wanted)
                && !is_signed(token)
        })
        .map(|token| token.id.clone())
}

fn shown_with_token(call: &Call<'_>, id: &str) -> Result<Value, Rejection> {
    let mut shown = call.show(TOKENS, id)?;
    shown["token"] = call
        .store
        .get(TOKENS, id)
        .map_or("", |token| token.text("token"))
        .into();
    Ok(shown)
}

/// Whether the call has the key of a machine, and not that of the instance.
fn is_of_machine(call: &Call<'_>) -> bool {
    let key = call.checked.bearer.as_deref();
    key.is_some_and(|key| key.starts_with("ak_"))
}

fn is_signed(token: &Record) -> bool {
    token.text("token").contains('.')
}

/// The machine that a key belongs to. Keys of machines that are made up end in the id of the machine; any
/// other key belongs to a machine of its own.
fn machine(call: &Call<'_>) -> Result<String, Rejection> {
    let key = call.checked.bearer.as_deref().unwrap_or_default();
    if let Some(machine) = machine_of_key(call, key)? {
        return Ok(machine);
    }
    let rest = key.strip_prefix("ak_").filter(|rest| {
        rest.len() == 27
            && rest
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
    });
    Ok(match rest {
        Some(rest) => format!("mch_{rest}"),
        None => identifier("machine", Random::new(hash(key.as_bytes()))),
    })
}

fn jwt(call: &Call<'_>, record: &Record) -> String {
    let issued_at = call.around.clock.seconds();
    let mut claims = match call.body("claims") {
        Value::Object(claims) => claims.clone(),
        _ => Map::new(),
    };
    let own = json!({
        "iss": call.around.signer.issuer(),
        "sub": record.text("subject"),
        "jti": record.id,
        "scopes": record.text("subject"),
        "iat": issued_at,
        "nbf": issued_at.saturating_sub(10),
        "exp": record.number("expiration").unwrap_or_default() / 1000,
    });
    claims.extend(
        own.as_object()
            .into_iter()
            .flatten()
            .map(|(name, value)| (name.clone(), value.clone())),
    );
    call.around.signer.sign(Category::M2m, &claims.into())
}

fn list_of_machine(call: &mut Call<'_>) -> Result<Value, Rejection> {
    let subject = call
        .query()
        .get("subject")
        .and_then(Value::as_str)
        .unwrap_or_default();
    let wants = |name| {
        call.query()
            .get(name)
            .and_then(Value::as_bool)
            .unwrap_or(false)
    };
    if call.is_strict() && is_of_machine(call) && machine(call)? != subject {
        return Err(Rejection::new(
            http::StatusCode::FORBIDDEN,
            "authorization_invalid",
            "Unauthorized request",
            "A machine can list only its own tokens.",
        ));
    }
    let mut query = call.query().clone();
    // They widen the list, so they are not filters.
    query.remove("revoked");
    query.remove("expired");
    let among = Among::With("subject", subject.to_owned());
    Listing {
        query: &query,
        rule: Some(&|token| {
            let is_wanted = |name| wants(name) || !token.is(name);
            // Clerk does not store signed tokens.
            !is_signed(token) && is_wanted("revoked") && is_wanted("expired")
        }),
        ..call.listing(TOKENS, among)
    }
    .page(|token| show::record(call.store, TOKENS, token))
}

fn verify(call: &mut Call<'_>) -> Result<Value, Rejection> {
    let secret = call.text("token");
    let asking = match is_of_machine(call) {
        true => Some(machine(call)?),
        false => None,
    };
    let is_let_in = |token: &&Record| {
        let scopes = token.body.get("scopes").and_then(Value::as_array);
        let is_scope = |machine: &String| {
            scopes.is_some_and(|scopes| scopes.iter().any(|scope| scope == machine.as_str()))
        };
        !call.is_strict() || asking.as_ref().is_none_or(is_scope)
    };
    let found = call
        .store
        .with(TOKENS, "token", secret)
        .find(is_let_in)
        .map(|found| found.id.clone());
    if let Some(id) = found {
        let now = call.now();
        return call.change(TOKENS, &id, |token| token.set("last_used_at", now));
    }
    if call.is_strict() {
        return Err(Rejection::new(
            http::StatusCode::NOT_FOUND,
            "resource_not_found",
            "not found",
            "There is no M2M token with this value.",
        ));
    }
    let mut token = call.new_record(TOKENS);
    token.hide("token", secret);
    call.keep(TOKENS, token)
}
