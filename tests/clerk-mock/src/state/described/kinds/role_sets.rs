//! Role sets, and the organizations that use them.

use serde_json::{Value, json};

use super::roles::{ROLES, SETS, all, give, known_role, unknown};
use super::{Call, Handler, Record, Rejection, Table, object};
use crate::state::described::known;

/// The type of the role set of organizations that do not choose one.
const INITIAL: &str = "initial";

pub(super) fn handler(operation_id: &str) -> Option<Handler> {
    match operation_id {
        "ReplaceRoleSet" => Some(replace_set),
        _ => None,
    }
}

/// Rejects a parameter that names a role set that does not exist.
pub(crate) fn known_role_set(call: &Call<'_>, parameter: &str) -> Result<(), Rejection> {
    let key = call.text(parameter);
    let table = all(SETS).filter(|_| call.is_strict() && !key.is_empty());
    match table {
        Some(table) if call.store.with(table, "key", key).next().is_none() => {
            Err(unknown("role set", parameter, key))
        }
        _ => Ok(()),
    }
}

/// Adds a new role to the initial role set, if there is one.
pub(super) fn include_in_initial(call: &mut Call<'_>, role: &Record) {
    let Some(table) = all(SETS) else {
        return;
    };
    let mut sets = call.store.in_order(table, None, false, None);
    let initial = sets.find(|set| set.text("type") == INITIAL);
    let initial = initial.map(|set| set.id.clone());
    drop(sets);
    let Some(id) = initial else {
        return;
    };
    let item = item_of(call, role.text("key"), Some(role));
    call.store.change(table, &id, |set| {
        if let Some(Value::Array(roles)) = set.body.get_mut("roles") {
            roles.push(item);
        }
    });
}

pub(super) fn set_created(
    call: &mut Call<'_>,
    set: &mut Record,
    body: &Value,
) -> Result<(), Rejection> {
    if set.text("key").is_empty() || body["key"].is_null() {
        let name: String = body["name"]
            .as_str()
            .unwrap_or_default()
            .to_lowercase()
            .chars()
            .map(|character| {
                if character.is_ascii_alphanumeric() {
                    character
                } else {
                    '_'
                }
            })
            .collect();
        set.set("key", format!("role_set:{name}"));
        set.hide("identifier", format!("role_set:{name}"));
    }
    if body["type"].is_null() {
        set.set("type", "custom");
    }
    for key in body["roles"].as_array().into_iter().flatten() {
        known_role(call, key.as_str().unwrap_or_default())?;
    }
    if set.text("type") == INITIAL {
        only_initial(call, true)?;
    }
    let keys = body["roles"].as_array().into_iter().flatten();
    let roles: Vec<Value> = keys
        .filter_map(|key| Some(item(call, key.as_str()?)))
        .collect();
    set.set("roles", roles);
    choose(set, body);
    Ok(())
}

/// There is one initial role set. A second cannot be created, but an update can replace it.
fn only_initial(call: &mut Call<'_>, is_new: bool) -> Result<(), Rejection> {
    let Some(table) = all(SETS) else {
        return Ok(());
    };
    let others: Vec<String> = call
        .store
        .in_order(table, None, false, None)
        .filter(|other| other.text("type") == INITIAL)
        .map(|other| other.id.clone())
        .collect();
    if is_new && !others.is_empty() && call.is_strict() {
        let long = "There is already an initial role set.";
        return Err(Rejection::parameter("form_already_exists", "type", long));
    }
    for id in others {
        call.store
            .change(table, &id, |other| other.set("type", "custom"));
    }
    Ok(())
}

/// A role as role sets contain it.
fn item(call: &Call<'_>, key: &str) -> Value {
    let table = all(ROLES);
    let present = table.and_then(|table| call.store.with(table, "identifier", key).next());
    item_of(call, key, present)
}

fn item_of(call: &Call<'_>, key: &str, present: Option<&Record>) -> Value {
    let mut members = present.map_or_else(|| json!({}), |role| role.body.clone().into());
    members["object"] = "role_set_item".into();
    members["key"] = key.into();
    object(call.around.description, "RoleSetItem", members, key)
}

/// Sets the default role and the creator role from their keys.
fn choose(set: &mut Record, body: &Value) {
    let roles = set.body.get("roles").and_then(Value::as_array).cloned();
    for (key, name) in [
        ("default_role_key", "default_role"),
        ("creator_role_key", "creator_role"),
    ] {
        let chosen = roles.iter().flatten().find(|role| role["key"] == body[key]);
        if let Some(role) = chosen {
            set.set(name, role.clone());
        }
    }
}

pub(super) fn set_changed(
    call: &mut Call<'_>,
    set: &mut Record,
    verb: &str,
) -> Result<(), Rejection> {
    let body = call.checked.body.clone();
    let mut roles = match set.body.get("roles") {
        Some(Value::Array(roles)) => roles.clone(),
        _ => Vec::new(),
    };
    let has = |roles: &[Value], key: &Value| roles.iter().any(|role| role["key"] == *key);
    match verb {
        "roles" => {
            for key in body["role_keys"].as_array().into_iter().flatten() {
                known_role(call, key.as_str().unwrap_or_default())?;
                if !has(&roles, key) {
                    roles.push(item(call, key.as_str().unwrap_or_default()));
                }
            }
        }
        "replace" => {
            let (old, new) = (&body["role_key"], &body["to_role_key"]);
            if call.is_strict() && !has(&roles, old) {
                return Err(Rejection::not_found(
                    "role",
                    old.as_str().unwrap_or_default(),
                ));
            }
            let (old, new) = (
                old.as_str().unwrap_or_default(),
                new.as_str().unwrap_or_default(),
            );
            known_role(call, new)?;
            roles.retain(|role| role["key"] != old && role["key"] != new);
            let item = item(call, new);
            for name in ["default_role", "creator_role"] {
                if set
                    .body
                    .get(name)
                    .is_some_and(|chosen| chosen["key"] == old)
                {
                    set.set(name, item.clone());
                }
            }
            roles.push(item);
            reassign(call, set, &|role| (role == old).then(|| new.to_owned()));
        }
        _ => {
            for name in ["default_role_key", "creator_role_key"] {
                if call.is_strict() && body[name].is_string() && !has(&roles, &body[name]) {
                    let long = format!("{} is not a role of the set.", body[name]);
                    return Err(Rejection::parameter("form_param_value_invalid", name, long));
                }
            }
            if body["type"] == INITIAL {
                only_initial(call, false)?;
                set.set("type", INITIAL);
            }
        }
    }
    set.set("roles", roles);
    choose(set, &body);
    Ok(())
}

/// The organizations that use a role set.
fn users_of(call: &Call<'_>, set: &Record) -> Vec<String> {
    let organizations = call.store.in_order(Table::Organizations, None, false, None);
    let using = organizations.filter(|organization| match organization.text("role_set_key") {
        "" => set.text("type") == INITIAL,
        key => key == set.text("key"),
    });
    using.map(|organization| organization.id.clone()).collect()
}

/// Changes the roles of members of all organizations that use a role set.
fn reassign(call: &mut Call<'_>, set: &Record, other: &dyn Fn(&str) -> Option<String>) {
    for organization in users_of(call, set) {
        let members = call
            .store
            .with(Table::Memberships, "organization_id", &organization);
        let changes: Vec<(String, String)> = members
            .filter_map(|member| Some((member.id.clone(), other(member.text("role"))?)))
            .collect();
        for (id, role) in changes {
            give(call, Table::Memberships, &id, &role);
        }
    }
}

/// Replaces a role set with another, and maps the roles of members.
fn replace_set(call: &mut Call<'_>) -> Result<Value, Rejection> {
    let (table, id) = known(call)?;
    let Some(set) = call.store.get(table, &id).cloned() else {
        return Err(Rejection::not_found(table.object(), &id));
    };
    let name = "dest_role_set_key";
    known_role_set(call, name)?;
    let key = call.text(name).to_owned();
    if call.is_strict() && key == set.text("key") {
        let long = format!("In the body, {name} must be the key of another role set.");
        return Err(Rejection::parameter("form_param_value_invalid", name, long));
    }
    let destination = call.store.with(table, "key", &key).next();
    let roles = destination.and_then(|set| set.body.get("roles")?.as_array().cloned());
    let roles = roles.unwrap_or_default();
    let has = |key: &str| roles.iter().any(|role| role["key"] == key);
    let mappings = call.body("reassignment_mappings");
    let mapped = |role: &str| mappings[role].as_str().filter(|mapped| has(mapped));
    let organizations = users_of(call, &set);
    for organization in &organizations {
        let mut members = call
            .store
            .with(Table::Memberships, "organization_id", organization);
        let lost = members.find(|member| {
            let role = member.text("role");
            mapped(role).is_none() && !has(role)
        });
        if let Some(member) = lost.filter(|_| call.is_strict()) {
            let long = format!(
                "Members have the role {}, which {key} does not have. Map it to a role of {key}.",
                member.text("role")
            );
            let code = "form_conditional_param_missing";
            return Err(Rejection::parameter(code, "reassignment_mappings", long));
        }
    }
    reassign(call, &set, &|role| mapped(role).map(str::to_owned));
    for organization in organizations {
        call.store
            .change(Table::Organizations, &organization, |organization| {
                organization.set("role_set_key", key.as_str());
            });
    }
    call.store.remove(table, &id);
    Ok(json!({ "object": "role_set", "id": id, "deleted": true }))
}
