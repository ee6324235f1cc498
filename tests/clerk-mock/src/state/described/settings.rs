//! The settings of the instance: there is one of each, from the start.

use http::Method;
use serde_json::{Map, Value, json};

use super::fit::fit;
use super::kinds::{CREATOR, DOMAIN_DEFAULT, key_of_role};
use crate::description::{Operation, description};
use crate::instances::Generator;
use crate::random::Random;
use crate::refusal::Refusal;
use crate::state::record::Record;
use crate::state::table::Table;
use crate::state::{Call, Handler};

const SETTINGS: Table = Table::Settings;
const ORGANIZATIONS: &str = "/instance/organization_settings";
const MEMBERSHIPS_UNLESS_SET: u64 = 5;

/// How many members a new organization may have, unless its request says it.
pub(crate) fn memberships(call: &Call<'_>) -> u64 {
    let settings = call.store.get(SETTINGS, ORGANIZATIONS);
    let set = settings.and_then(|settings| settings.number("max_allowed_memberships"));
    set.unwrap_or(MEMBERSHIPS_UNLESS_SET)
}

/// The role of those who create organizations.
pub(crate) fn creator_role(call: &Call<'_>) -> String {
    chosen(call, "creator_role", CREATOR)
}

/// The role of those who join through a domain.
pub(super) fn domain_role(call: &Call<'_>) -> String {
    chosen(call, "domains_default_role", DOMAIN_DEFAULT)
}

fn chosen(call: &Call<'_>, name: &str, default: &str) -> String {
    let settings = call.store.get(SETTINGS, ORGANIZATIONS);
    let role = settings.map_or("", |settings| settings.text(name));
    match role {
        "" => default.to_owned(),
        role => role.to_owned(),
    }
}

/// A changed key of a role is the key of the settings, too.
pub(super) fn rename_role(call: &mut Call<'_>, before: &str, after: &str) {
    call.store.change(SETTINGS, ORGANIZATIONS, |settings| {
        for name in ["creator_role", "domains_default_role"] {
            if settings.text(name) == before {
                settings.set(name, after);
            }
        }
    });
}

/// Takes over the roles that a body names by their ids.
fn choose_roles(call: &mut Call<'_>) -> Result<(), Refusal> {
    for (given, kept) in [
        ("creator_role_id", "creator_role"),
        ("domains_default_role_id", "domains_default_role"),
    ] {
        let id = call.text(given);
        if id.is_empty() {
            continue;
        }
        if let Some(key) = key_of_role(call, id, given)? {
            call.store
                .change(SETTINGS, ORGANIZATIONS, |settings| settings.set(kept, key));
        }
    }
    Ok(())
}

pub(super) fn handler(operation_id: &str) -> Option<Handler> {
    let operation = description().operation(operation_id)?;
    let is_one = operation.path.starts_with("/instance")
        || operation.path == "/beta_features/instance_settings";
    let is_kept = matches!(operation.method, Method::GET | Method::PATCH);
    (is_one && is_kept).then_some(settings)
}

fn settings(call: &mut Call<'_>) -> Result<Value, Refusal> {
    let path = call.operation.path.as_str();
    let schema = read(call.operation).cloned().unwrap_or_default();
    let random = Random::new(call.around.seed).branch(path);
    if call.store.get(SETTINGS, path).is_none() {
        let generator = Generator::new(call.around.description, call.around.mode);
        let mut body = match generator.value(&schema, random) {
            Value::Object(body) => body,
            _ => Map::new(),
        };
        if body.contains_key("environment_type") {
            let environment = if call.is_development() {
                "development"
            } else {
                "production"
            };
            body.insert("environment_type".to_owned(), environment.into());
        }
        for (name, value) in [
            ("max_allowed_memberships", json!(MEMBERSHIPS_UNLESS_SET)),
            ("creator_role", json!(CREATOR)),
            ("domains_default_role", json!(DOMAIN_DEFAULT)),
        ] {
            if let Some(made_up) = body.get_mut(name) {
                *made_up = value;
            }
        }
        let record = Record {
            id: path.to_owned(),
            body,
            hidden: Map::new(),
        };
        call.store.insert(SETTINGS, record);
    }
    if path == ORGANIZATIONS {
        choose_roles(call)?;
    }
    let (description, body) = (call.around.description, &call.checked.body);
    call.store.change(SETTINGS, path, |record| {
        record.apply(description, &schema, body);
    });
    let members = call
        .store
        .get(SETTINGS, path)
        .map(|record| record.body.clone());
    let generator = Generator::blank(call.around.description);
    let schema = call.operation.response_schema().unwrap_or(&schema);
    let members = members.unwrap_or_default();
    Ok(fit(
        call.around.description,
        &generator,
        schema,
        members,
        random,
    ))
}

/// The schema of the settings at the path of an operation.
fn read(operation: &Operation) -> Option<&Value> {
    let at = |wanted: &Operation| wanted.path == operation.path && wanted.method == Method::GET;
    let reading = description().operations().iter().find(|other| at(other));
    reading.unwrap_or(operation).response_schema()
}
