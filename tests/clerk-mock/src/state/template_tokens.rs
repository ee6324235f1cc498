//! Tokens of sessions from JWT templates.

use serde_json::{Map, Value, json};

use super::described::collections;
use super::record::Record;
use super::table::Table;
use super::{Call, memberships, show};
use crate::rejection::Rejection;
use crate::samples::random::HEXADECIMAL;
use crate::tokens::{Category, Context, CustomKey, template_claims};

/// The default lifetime of a template, in seconds.
const SKEW: u64 = 5;
const LIFETIME: u64 = 60;

/// Creates a token of a session from the template with the name in the path.
pub(super) fn token(
    call: &mut Call<'_>,
    session: &Record,
    name: &str,
) -> Result<String, Rejection> {
    let template = template(call, name);
    if template.is_none() && call.is_strict() {
        return Err(Rejection::not_found("JWT template", name));
    }
    let key = template.as_ref().map(custom_key).transpose()?.flatten();
    let body = template.map(|template| template.body).unwrap_or_default();
    let claims = claims(call, session, &body).into();
    let signer = call.around.signer;
    Ok(match key {
        Some(key) => signer.sign_with(&key, Category::Template, &claims),
        None => signer.sign(Category::Template, &claims),
    })
}

fn template(call: &Call<'_>, name: &str) -> Option<Record> {
    let table = Table::Described(collections::at("/jwt_templates")?);
    call.store.with(table, "name", name).next_back().cloned()
}

/// The custom key of a template.
pub(super) fn custom_key(template: &Record) -> Result<Option<CustomKey>, Rejection> {
    if !template.is("custom_signing_key") {
        return Ok(None);
    }
    let (algorithm, key) = (
        template.text("signing_algorithm"),
        template.text("signing_key"),
    );
    CustomKey::new(algorithm, key)
        .map(Some)
        .map_err(|(name, why)| Rejection::parameter("form_param_value_invalid", name, why))
}

/// The claims of the template, and those that every token has and no template changes.
fn claims(
    call: &mut Call<'_>,
    session: &Record,
    template: &Map<String, Value>,
) -> Map<String, Value> {
    let number = |name: &str, default| {
        template
            .get(name)
            .and_then(Value::as_u64)
            .unwrap_or(default)
    };
    let mut claims = match template.get("claims") {
        Some(Value::Object(template)) => template_claims(template, &context(call, session)),
        _ => Map::new(),
    };
    let lifetime = call.body("expires_in_seconds").as_u64();
    let lifetime = lifetime.unwrap_or_else(|| number("lifetime", LIFETIME));
    let issued_at = call.around.clock.seconds();
    let own = json!({
        "iss": call.around.signer.issuer(),
        "sub": session.text("user_id"),
        "jti": call.random("token").text(HEXADECIMAL, 20),
        "iat": issued_at,
        "nbf": issued_at.saturating_sub(number("allowed_clock_skew", SKEW)),
        "exp": issued_at.saturating_add(lifetime),
    });
    claims.extend(own.as_object().cloned().unwrap_or_default());
    claims
}

/// The values of shortcodes for a session.
fn context(call: &Call<'_>, session: &Record) -> Context {
    let store = &*call.store;
    let user_id = session.text("user_id");
    let organization_id = session.text("last_active_organization_id");
    let membership = memberships::find(call, organization_id, user_id)
        .and_then(|id| store.get(Table::Memberships, &id));
    let metadata = |record: &Record| record.body.get("public_metadata").cloned();
    let mut context = Context::new();
    if let Some(user) = store.get(Table::Users, user_id) {
        context.insert("user".to_owned(), user_context(call, user));
    }
    if let Some(organization) = store.get(Table::Organizations, organization_id) {
        let mut shown = show::record(store, Table::Organizations, organization);
        shown["role"] = membership
            .map_or("", |membership| membership.text("role"))
            .into();
        context.insert("org".to_owned(), shown);
    }
    if let Some(membership) = membership {
        let shown = json!({ "public_metadata": metadata(membership) });
        context.insert("org_membership".to_owned(), shown);
    }
    let actor = session.body.get("actor").cloned().unwrap_or_default();
    context.insert(
        "session".to_owned(),
        json!({ "id": session.id, "actor": actor }),
    );
    context
}

fn user_context(call: &Call<'_>, user: &Record) -> Value {
    let store = &*call.store;
    let mut shown = show::record(store, Table::Users, user);
    let name = format!("{} {}", user.text("first_name"), user.text("last_name"));
    shown["full_name"] = match name.trim() {
        "" => Value::Null,
        name => name.into(),
    };
    for (table, verified) in [
        (Table::EmailAddresses, "email_verified"),
        (Table::PhoneNumbers, "phone_number_verified"),
    ] {
        let name = format!("primary_{}", table.object());
        let primary = store.get(table, user.text(&format!("{name}_id")));
        let address = primary.map(|primary| primary.text(table.object()));
        shown[&name] = address.into();
        let status = primary.and_then(|primary| primary.body.get("verification"));
        shown[verified] = (status.is_some_and(|status| status["status"] == "verified")).into();
    }
    let memberships = store.with(Table::Memberships, "user_id", &user.id);
    let organizations: Map<String, Value> = memberships
        .map(|membership| {
            let id = membership.text("organization_id").to_owned();
            (id, membership.text("role").into())
        })
        .collect();
    shown["organizations"] = organizations.into();
    // Only the backend of the application may read it.
    if let Some(shown) = shown.as_object_mut() {
        shown.remove("private_metadata");
    }
    shown
}
