//! Whatever grants access by itself is marked as a secret, so that it is never printed: in the
//! description of the API and in that of webhooks.
//!
//! That models do not print what is marked is tested where there are models: `tests/additive-change` and
//! `tests/webhooks`.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::Value;
use xtask::correct::overlay;
use xtask::input::Inputs;
use xtask::pipeline;
use xtask::support::error::Findings;

/// Words in the names of properties that may grant access.
#[rustfmt::skip]
const SUSPICIOUS: [&str; 17] = [
    "challenge", "code", "codes", "cookie", "cookies", "digest", "jwt", "key", "link", "nonce", "password",
    "secret", "state", "ticket", "token", "uri", "url",
];

/// Properties with such a name that grant nothing by themselves, and why.
#[rustfmt::skip]
const HARMLESS: [(&str, &[&str]); 9] = [
    ("a public picture", &[
        "avatar_url", "client_image_url", "image_url", "logo_public_url", "logo_url", "profile_image_url",
    ]),
    ("an address of the instance, a provider or the application", &[
        "accounts_portal_url", "acs_url", "auth_url", "authorize_url", "callback_url", "client_uri",
        "discovery_url", "endpoint_url", "frontend_api_url", "home_url", "idp_metadata_url", "idp_sso_url",
        "proxy_url", "redirect_url", "RedirectUrl.url", "sp_metadata_url", "token_fetch_url",
        "token_introspection_url", "token_url", "user_info_url", "/redirect_urls.url",
    ]),
    ("the name of a role, a role set, a permission, an attribute, a task or a provider", &[
        "creator_role_key", "default_role_key", "dest_role_set_key", "initial_role_set_key", "key",
        "provider_key", "role_key", "role_set_key", "to_role_key",
    ]),
    ("the kind of an error", &[
        "BillingPaymentFailedReason.code", "ClerkError.code", "EnterpriseConnectionTestRunLog.code",
        "decline_code",
    ]),
    ("which algorithm made a hash", &["password_hasher"]),
    ("calling codes of countries", &["blocked_country_codes"]),
    ("signed with the key of a wallet or passkey, which it does not replace", &["nonce"]),
    ("grants a discount, and no access", &["promo_code"]),
    ("chosen by the caller to tell requests apart", &["idempotency_key"]),
];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("the workspace")
}

/// The properties of a document that may grant access and are not marked, as `Schema.name` or
/// `/path.name`.
fn unmarked(document: &Value) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let members = |pointer: &str| document.pointer(pointer).and_then(Value::as_object);
    for pointer in ["/components/schemas", "/components/responses", "/paths"] {
        for (owner, part) in members(pointer).into_iter().flatten() {
            collect(owner, part, &mut found);
        }
    }
    found
}

fn collect(owner: &str, part: &Value, found: &mut BTreeSet<String>) {
    if let Some(properties) = part.get("properties").and_then(Value::as_object) {
        for (name, schema) in properties {
            let may_grant = name.split('_').any(|word| SUSPICIOUS.contains(&word));
            if may_grant && !name.ends_with("_id") && is_printed(schema) {
                found.insert(format!("{owner}.{name}"));
            }
        }
    }
    match part {
        Value::Object(members) => members
            .values()
            .for_each(|part| collect(owner, part, found)),
        Value::Array(parts) => parts.iter().for_each(|part| collect(owner, part, found)),
        _ => {}
    }
}

/// Whether a schema is of strings that can be printed. One of several named values is not a secret.
fn is_printed(schema: &Value) -> bool {
    match schema.get("type").and_then(Value::as_str) {
        Some("array") => schema.get("items").is_some_and(is_printed),
        Some("string") => schema.get("format").is_none() && schema.get("enum").is_none(),
        _ => false,
    }
}

fn is_harmless(property: &str) -> bool {
    HARMLESS
        .iter()
        .flat_map(|(_, names)| *names)
        .any(|name| match name.contains('.') {
            true => property == *name,
            false => property.rsplit('.').next() == Some(*name),
        })
}

fn check(document: &Value) {
    let unmarked = unmarked(document);
    let unexplained: Vec<&String> = unmarked.iter().filter(|name| !is_harmless(name)).collect();
    assert!(
        unexplained.is_empty(),
        "neither `format: password` in an overlay, nor harmless for a reason: {unexplained:#?}"
    );
}

#[test]
fn everything_that_grants_access_to_the_api_is_marked() {
    let described = pipeline::describe(root(), None).expect("a valid description");
    check(&described.document);
}

#[test]
fn everything_that_grants_access_in_webhooks_is_marked() {
    let corrected = Findings::gather(|findings| {
        let webhooks = Inputs::read(root(), None, findings)?.webhooks?;
        let document = webhooks.document.document;
        let overlays = &webhooks.overlays;
        Some(overlay::corrected(
            document,
            overlays,
            &webhooks.version,
            findings,
        ))
    });
    let corrected = corrected.expect("a valid description");
    check(&corrected.expect("webhooks"));
}
