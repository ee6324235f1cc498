//! Roles, their permissions, and sets of roles.

use http::{Method, StatusCode};
use serde_json::{Value, json};

use super::{Call, Handler, Record, Refusal, Table, object};
use crate::state::described::{collections, known};

pub(in crate::state::described) const CREATOR: &str = "org:admin";
pub(in crate::state::described) const DOMAIN_DEFAULT: &str = "org:member";

pub(super) fn handler(operation_id: &str) -> Option<Handler> {
    match operation_id {
        "ReplaceRoleSet" => Some(|call| {
            let (table, id) = known(call)?;
            call.store.remove(table, &id);
            Ok(json!({ "object": "role_set", "id": id, "deleted": true }))
        }),
        _ => None,
    }
}

/// The roles that every instance has.
pub(super) fn seed(call: &mut Call<'_>, table: Table) {
    for (name, key) in [("Member", DOMAIN_DEFAULT), ("Admin", CREATOR)] {
        let mut role = call.new_record(table);
        role.set("name", name);
        role.set("key", key);
        role.set("is_creator_eligible", key == CREATOR);
        role.set("permissions", json!([]));
        role.hide("identifier", key);
        call.store.insert(table, role);
    }
}

fn all(path: &str) -> Option<Table> {
    collections::at(path).map(Table::Described)
}

pub(super) fn created(call: &Call<'_>, role: &mut Record, body: &Value) {
    role.set("permissions", permissions(call, body));
    role.set("is_creator_eligible", false);
}

/// The permissions whose ids a body has.
fn permissions(call: &Call<'_>, body: &Value) -> Vec<Value> {
    let ids = body["permissions"].as_array().into_iter().flatten();
    ids.filter_map(|id| permission(call, id.as_str()?))
        .collect()
}

fn permission(call: &Call<'_>, id: &str) -> Option<Value> {
    let present = call.store.get(all("/organization_permissions")?, id);
    let members = match present {
        Some(permission) => permission.body.clone().into(),
        None if call.is_strict() => return None,
        None => json!({ "id": id, "object": "permission" }),
    };
    Some(object(call.around.description, "Permission", members, id))
}

pub(super) fn changed(call: &Call<'_>, role: &mut Record, verb: &str) -> Result<(), Refusal> {
    if verb != "permissions" {
        let body = &call.checked.body;
        if body["permissions"].is_array() {
            role.set("permissions", permissions(call, body));
        }
        return Ok(());
    }
    let id = call.path("permission_id");
    let mut present = match role.body.get("permissions") {
        Some(Value::Array(present)) => present.clone(),
        _ => Vec::new(),
    };
    let at = present.iter().position(|permission| permission["id"] == id);
    match (&call.operation.method, at) {
        (&Method::POST, Some(_)) if !call.is_strict() => {}
        (&Method::POST, Some(_)) => {
            let code = "organization_role_permission_association_exists";
            let long = format!("The role has the permission {id} already.");
            return Err(Refusal::new(
                StatusCode::CONFLICT,
                code,
                "assigned already",
                long,
            ));
        }
        (&Method::POST, None) => match permission(call, id) {
            Some(permission) => present.push(permission),
            None => return Err(Refusal::not_found("permission", id)),
        },
        (_, Some(at)) => {
            present.remove(at);
        }
        (_, None) if call.is_strict() => return Err(Refusal::not_found("permission", id)),
        (_, None) => {}
    }
    role.set("permissions", present);
    Ok(())
}

/// A role that is in use cannot be deleted.
pub(super) fn deletable(call: &Call<'_>, role: &Record) -> Result<(), Refusal> {
    let key = role.text("key");
    let in_use = |table| call.store.count_with(table, "role", key) > 0;
    let (code, why) = if key == CREATOR {
        (
            "organization_role_default_creator_role",
            "creators of organizations get it",
        )
    } else if key == DOMAIN_DEFAULT {
        (
            "organization_role_domain_default_role",
            "it is the default of domains",
        )
    } else if in_use(Table::Memberships) {
        ("organization_role_assigned_members", "members have it")
    } else if in_use(Table::OrganizationInvitations) {
        (
            "organization_role_exists_in_invitations",
            "invitations have it",
        )
    } else {
        return Ok(());
    };
    let status = StatusCode::UNPROCESSABLE_ENTITY;
    let long = format!("The role {key} cannot be deleted, because {why}.");
    Err(Refusal::new(status, code, "role in use", long))
}

pub(super) fn set_created(
    call: &mut Call<'_>,
    set: &mut Record,
    body: &Value,
) -> Result<(), Refusal> {
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
    if set.text("type") == "initial" {
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

/// There is one initial role set: a second cannot be created, and takes the place of the first by an
/// update.
fn only_initial(call: &mut Call<'_>, is_new: bool) -> Result<(), Refusal> {
    let Some(table) = all("/role_sets") else {
        return Ok(());
    };
    let others: Vec<String> = call
        .store
        .in_order(table, None, false, None)
        .filter(|other| other.text("type") == "initial")
        .map(|other| other.id.clone())
        .collect();
    if is_new && !others.is_empty() && call.is_strict() {
        let long = "There is an initial role set already.";
        return Err(Refusal::parameter("form_already_exists", "type", long));
    }
    for id in others {
        call.store
            .change(table, &id, |other| other.set("type", "custom"));
    }
    Ok(())
}

/// A role as sets show it.
fn item(call: &Call<'_>, key: &str) -> Value {
    let table = all("/organization_roles");
    let present = table.and_then(|table| call.store.with(table, "identifier", key).next());
    let mut members = present.map_or_else(|| json!({}), |role| role.body.clone().into());
    members["object"] = "role_set_item".into();
    members["key"] = key.into();
    object(call.around.description, "RoleSetItem", members, key)
}

/// Sets the default role and that of creators, from their keys.
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
) -> Result<(), Refusal> {
    let body = call.checked.body.clone();
    let mut roles = match set.body.get("roles") {
        Some(Value::Array(roles)) => roles.clone(),
        _ => Vec::new(),
    };
    let has = |roles: &[Value], key: &Value| roles.iter().any(|role| role["key"] == *key);
    match verb {
        "roles" => {
            for key in body["role_keys"].as_array().into_iter().flatten() {
                if !has(&roles, key) {
                    roles.push(item(call, key.as_str().unwrap_or_default()));
                }
            }
        }
        "replace" => {
            let (old, new) = (&body["role_key"], &body["to_role_key"]);
            if call.is_strict() && !has(&roles, old) {
                return Err(Refusal::not_found("role", old.as_str().unwrap_or_default()));
            }
            roles.retain(|role| role["key"] != *old && role["key"] != *new);
            roles.push(item(call, new.as_str().unwrap_or_default()));
        }
        _ => {
            for name in ["default_role_key", "creator_role_key"] {
                if call.is_strict() && body[name].is_string() && !has(&roles, &body[name]) {
                    let long = format!("{} is not a role of the set.", body[name]);
                    return Err(Refusal::parameter("form_param_value_invalid", name, long));
                }
            }
            if body["type"] == "initial" {
                only_initial(call, false)?;
                set.set("type", "initial");
            }
        }
    }
    set.set("roles", roles);
    choose(set, &body);
    Ok(())
}
