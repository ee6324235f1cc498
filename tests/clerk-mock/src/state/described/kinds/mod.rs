//! What differs between kinds of items: new items, secrets, uniqueness, and effects beyond their own
//! members.

mod activation;
mod connections;
mod directories;
mod machines;
mod role_sets;
mod roles;
mod tickets;

use http::{Method, StatusCode};
use serde_json::{Map, Value, json};

pub(crate) use machines::{default_lifetime, owner as machine_of_key, reached_by};
pub(crate) use role_sets::known_role_set;
pub(super) use roles::{CREATOR, DOMAIN_DEFAULT, key_of_role};
pub(crate) use roles::{known_role, permissions_of};

use super::collections::Collection;
use super::fit::fit;
use crate::description::Description;
use crate::instances::Generator;
use crate::rejection::Rejection;
use crate::samples::random::Random;
use crate::state::call::conflict;
use crate::state::record::Record;
use crate::state::table::Table;
use crate::state::template_tokens::custom_key;
use crate::state::{Call, Handler, invitations};

/// Handlers of actions on one item that return another.
pub(super) fn within(operation_id: &str) -> Option<Handler> {
    machines::handler(operation_id).or_else(|| role_sets::handler(operation_id))
}

/// Creates what an instance has from the start.
pub(super) fn seed(call: &mut Call<'_>, table: Table, collection: &Collection) {
    if !call.store.is_untouched(table) {
        return;
    }
    match &*collection.path {
        "/domains" => connections::seed_primary_domain(call, table),
        "/organization_roles" => roles::seed(call, table),
        "/organization_permissions" => roles::seed_permissions(call, table),
        _ => {}
    }
}

/// Whether items of a kind exist under every name until they are changed.
pub(super) fn is_built_in(collection: &Collection) -> bool {
    collection.path.starts_with("/templates/")
}

/// The other name of an item, which can be used in place of its id.
pub(super) fn key(collection: &Collection, record: &Record) -> String {
    match &*collection.path {
        "/role_sets" => record.text("key").to_owned(),
        path if path.ends_with("/discounts") => record.text("discount_id").to_owned(),
        path if path.starts_with("/templates/") => record.text("slug").to_owned(),
        _ => String::new(),
    }
}

/// The text that is unique among items of a kind.
fn identifier(collection: &Collection, body: &Value) -> Option<(&'static str, String)> {
    let name = match &*collection.path {
        "/allowlist_identifiers" | "/blocklist_identifiers" => "identifier",
        "/organization_roles" | "/organization_permissions" | "/role_sets" => "key",
        "/organizations/{organization_id}/domains" | "/domains" | "/jwt_templates" => "name",
        "/waitlist_entries" => "email_address",
        _ => return None,
    };
    let text = body[name].as_str().filter(|text| !text.is_empty())?;
    Some((name, text.to_lowercase()))
}

/// The existing item that is returned instead of a new one, or the rejection of a duplicate.
pub(super) fn instead(
    call: &Call<'_>,
    table: Table,
    collection: &Collection,
    body: &Value,
) -> Result<Option<String>, Rejection> {
    allowed(call, table, collection, None)?;
    match taken(call, table, collection, body, None) {
        Some((present, _)) if &*collection.path == "/waitlist_entries" => Ok(Some(present)),
        Some((_, rejection)) if call.is_strict() => Err(rejection),
        _ => Ok(None),
    }
}

/// Rejects a body whose unique text another item has.
fn taken(
    call: &Call<'_>,
    table: Table,
    collection: &Collection,
    body: &Value,
    own_id: Option<&str>,
) -> Option<(String, Rejection)> {
    let (name, text) = identifier(collection, body)?;
    let mut present = call.store.with(table, "identifier", &text);
    let other = present.find(|record| Some(&*record.id) != own_id)?;
    let long = format!(
        "There is already a {} with the {name} {text}.",
        table.object()
    );
    let rejection = match &*collection.path {
        "/allowlist_identifiers" | "/blocklist_identifiers" => {
            conflict("duplicate_record", "duplicate identifier", long)
        }
        "/organizations/{organization_id}/domains" => {
            Rejection::parameter("organization_domain_already_exists", name, long)
        }
        _ => Rejection::parameter("form_identifier_exists", name, long),
    };
    Some((other.id.clone(), rejection))
}

/// Completes a new record.
pub(super) fn created(
    call: &mut Call<'_>,
    collection: &Collection,
    record: &mut Record,
    body: &Value,
) -> Result<(), Rejection> {
    if let Some((_, text)) = identifier(collection, body) {
        record.hide("identifier", text);
    }
    match &*collection.path {
        "/machines" => machines::created(call, record)?,
        "/jwt_templates" => jwt_template(call, record, body, true)?,
        "/allowlist_identifiers" | "/blocklist_identifiers" => {
            record.set(
                "identifier_type",
                identifier_type(record.text("identifier")),
            );
        }
        "/waitlist_entries" => {
            record.set("status", "pending");
            record.set("invitation", Value::Null);
        }
        "/organization_permissions" => record.set("type", "user"),
        "/organization_roles" => roles::created(call, record, body)?,
        "/role_sets" => role_sets::set_created(call, record, body)?,
        "/sign_in_tokens" | "/actor_tokens" | "/agents/tasks" => {
            tickets::created(call, record, body)?;
        }
        "/admin_portal_link_tokens" => tickets::link_created(call, record, body),
        "/billing/prices" => price(call, record, body),
        _ => connections::created(call, collection, record, body)?,
    }
    Ok(())
}

/// Further effects of a change. `verb` is the end of the path after the item, empty for an update.
pub(super) fn changed(
    call: &mut Call<'_>,
    collection: &Collection,
    record: &mut Record,
    verb: &str,
) -> Result<(), Rejection> {
    let body = &call.checked.body;
    if let Some((_, text)) = identifier(collection, body) {
        record.hide("identifier", text);
    }
    match (&*collection.path, verb) {
        ("/jwt_templates", _) => jwt_template(call, record, body, false)?,
        ("/organization_roles", _) => roles::changed(call, record, verb)?,
        ("/role_sets", _) => role_sets::set_changed(call, record, verb)?,
        ("/waitlist_entries", "reject") => record.set("status", "rejected"),
        ("/waitlist_entries", "invite") => {
            let address = record.text("email_address");
            let body = json!({
                "email_address": address,
                "ignore_existing": call.body("ignore_existing"),
            });
            let invitation = invitations::create(call, &body)?;
            record.set("invitation", invitation);
            record.set("status", "invited");
        }
        ("/templates/{template_type}", "revert") => {
            for name in ["subject", "markup", "body"] {
                record.body.remove(name);
            }
        }
        (_, "revoke") => tickets::revoked(call, record)?,
        _ => connections::changed(call, collection, record, verb)?,
    }
    Ok(())
}

/// Rejects what the state of an item, or of its parent, does not allow.
pub(super) fn allowed(
    call: &Call<'_>,
    table: Table,
    collection: &Collection,
    id: Option<&str>,
) -> Result<(), Rejection> {
    if !call.is_strict() {
        return Ok(());
    }
    let record = id.and_then(|id| call.store.get(table, id));
    if record.is_some()
        && let Some((_, rejection)) = taken(call, table, collection, &call.checked.body, id)
    {
        return Err(rejection);
    }
    let is_deletion = call.operation.method == Method::DELETE;
    match (&*collection.path, record) {
        ("/domains", Some(domain)) if is_deletion && !domain.is("is_satellite") => {
            Err(Rejection::new(
                StatusCode::FORBIDDEN,
                "operation_not_allowed_on_primary_domain",
                "operation not allowed",
                "The primary domain cannot be deleted; only satellites can.",
            ))
        }
        ("/domains", Some(_)) if call.body("proxy_url").is_string() && call.is_development() => {
            Err(proxy_in_development())
        }
        ("/organization_roles", Some(role)) if is_deletion => roles::deletable(call, role),
        ("/waitlist_entries", Some(entry)) if is_deletion && entry.text("status") != "pending" => {
            let long = format!("The entry {} is no longer pending.", entry.id);
            Err(Rejection::new(
                StatusCode::CONFLICT,
                "conflict",
                "not pending",
                long,
            ))
        }
        ("/domains", None) if call.body("proxy_url").is_string() && call.is_development() => {
            Err(proxy_in_development())
        }
        ("/redirect_urls", None)
            if !call.is_development() && call.text("url").starts_with("http://") =>
        {
            let long = "URLs of production instances start with https:// or a custom scheme.";
            Err(Rejection::parameter("insecure_url", "url", long))
        }
        ("/domains", _) if !call.is_development() && !is_qualified(call.text("name")) => {
            let long =
                "Names of domains of production instances are fully qualified, without a port.";
            Err(Rejection::parameter(
                "form_param_format_invalid",
                "name",
                long,
            ))
        }
        ("/organization_permissions", Some(permission)) if permission.text("type") == "system" => {
            Err(Rejection::new(
                StatusCode::FORBIDDEN,
                "organization_system_permission_not_modifiable",
                "cannot be modified",
                "System permissions cannot be changed.",
            ))
        }
        (path, _) if path.ends_with("/group_role_mappings") => {
            directories::mapped(call, collection)
        }
        _ => Ok(()),
    }
}

fn proxy_in_development() -> Rejection {
    let long = "Only domains of production instances have a proxy.";
    conflict(
        "request_invalid_for_environment",
        "not in development",
        long,
    )
}

/// Whether a name consists of labels and dots. An absent name is not a change.
fn is_qualified(name: &str) -> bool {
    let is_label = |label: &str| {
        !label.is_empty()
            && label
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    name.is_empty() || (name.contains('.') && name.split('.').all(is_label))
}

/// What is deleted together with an item.
pub(super) fn removed(call: &mut Call<'_>, collection: &Collection, id: &str) {
    if &*collection.path == "/machines" {
        machines::removed(call, id);
    }
}

/// What only the response to the creation shows.
pub(super) fn secrets(record: &Record) -> Map<String, Value> {
    match record.hidden.get("secrets") {
        Some(Value::Object(secrets)) => secrets.clone(),
        _ => Map::new(),
    }
}

/// Adds what [`secrets`] returns.
fn keep_secret(record: &mut Record, name: &str, secret: impl Into<Value>) {
    let mut secrets = secrets(record);
    secrets.insert(name.to_owned(), secret.into());
    record.hide("secrets", secrets);
}

/// An object of a described schema, with these members.
fn object(description: &Description, schema: &str, members: Value, seed: &str) -> Value {
    let Some(schema) = description.schema(schema) else {
        return members;
    };
    let members = match members {
        Value::Object(members) => members,
        _ => Map::new(),
    };
    let generator = Generator::blank(description);
    fit(
        description,
        &generator,
        schema,
        members,
        Random::new(0).branch(seed),
    )
}

fn jwt_template(
    call: &Call<'_>,
    record: &mut Record,
    body: &Value,
    is_new: bool,
) -> Result<(), Rejection> {
    for (name, default) in [
        ("lifetime", json!(60)),
        ("allowed_clock_skew", json!(5)),
        ("signing_algorithm", json!("RS256")),
    ] {
        if is_new && body[name].is_null() {
            record.set(name, default);
        }
    }
    if let Some(key) = body["signing_key"].as_str() {
        record.hide("signing_key", key);
    }
    if call.is_strict() {
        custom_key(record)?;
    }
    Ok(())
}

fn identifier_type(identifier: &str) -> &'static str {
    if identifier.starts_with('+') {
        "phone_number"
    } else if identifier.starts_with("0x") {
        "web3_wallet"
    } else {
        "email_address"
    }
}

fn price(call: &Call<'_>, record: &mut Record, body: &Value) {
    for (amount, fee) in [
        ("amount", "fee"),
        ("annual_monthly_amount", "annual_monthly_fee"),
    ] {
        let cents = body[amount].as_i64().unwrap_or(0);
        let currency = body["currency"].as_str().unwrap_or("USD");
        let symbol = if currency == "USD" { "$" } else { currency };
        record.set(amount, cents);
        let money = json!({
            "amount": cents,
            "amount_formatted": format!("{}.{:02}", cents / 100, cents % 100),
            "currency": currency,
            "currency_symbol": symbol,
        });
        let seed = record.id.clone();
        record.set(
            fee,
            object(
                call.around.description,
                "CommerceMoneyResponse",
                money,
                &seed,
            ),
        );
    }
    record.set("is_default", false);
}
