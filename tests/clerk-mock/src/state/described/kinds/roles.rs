//! Roles and their permissions.

use http::{Method, StatusCode};
use serde_json::{Value, json};

use super::{Call, Record, Rejection, Table, object, role_sets};
use crate::state::described::{collections, settings};
use crate::state::memberships;
use crate::state::store::Store;

pub(super) const ROLES: &str = "/organization_roles";
const PERMISSIONS: &str = "/organization_permissions";
pub(super) const SETS: &str = "/role_sets";
pub(in crate::state::described) const CREATOR: &str = "org:admin";
pub(in crate::state::described) const DOMAIN_DEFAULT: &str = "org:member";

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

/// The permissions that every instance has.
pub(super) fn seed_permissions(call: &mut Call<'_>, table: Table) {
    for key in [
        "org:sys_profile:manage",
        "org:sys_profile:delete",
        "org:sys_memberships:read",
        "org:sys_memberships:manage",
        "org:sys_domains:read",
        "org:sys_domains:manage",
    ] {
        let mut permission = call.new_record(table);
        permission.set("name", key);
        permission.set("key", key);
        permission.set("type", "system");
        permission.hide("identifier", key);
        call.store.insert(table, permission);
    }
}

/// The table of all roles, including those that every instance has.
fn roles(call: &mut Call<'_>) -> Option<Table> {
    let table = all(ROLES)?;
    if call.store.is_untouched(table) {
        seed(call, table);
    }
    Some(table)
}

/// Rejects the key of a role that does not exist.
pub(crate) fn known_role(call: &mut Call<'_>, key: &str) -> Result<(), Rejection> {
    let table = roles(call).filter(|_| call.is_strict());
    let is_known = |table| call.store.with(table, "identifier", key).next().is_some();
    match table {
        Some(table) if !is_known(table) => Err(unknown("role", "role", key)),
        _ => Ok(()),
    }
}

/// The key of the role whose id a parameter has.
pub(in crate::state::described) fn key_of_role(
    call: &mut Call<'_>,
    id: &str,
    parameter: &str,
) -> Result<Option<String>, Rejection> {
    let role = roles(call).and_then(|table| call.store.get(table, id));
    match role {
        Some(role) => Ok(Some(role.text("key").to_owned())),
        None if call.is_strict() => Err(unknown("role", parameter, id)),
        None => Ok(None),
    }
}

pub(super) fn unknown(what: &str, parameter: &str, named: &str) -> Rejection {
    let mut rejection = Rejection::empty(StatusCode::NOT_FOUND);
    let long = format!("There is no {what} {named}.");
    rejection.add("resource_not_found", parameter, "not found", long);
    rejection
}

/// The keys of the permissions that a role has.
pub(crate) fn permissions_of(store: &Store, role: &str) -> Vec<String> {
    let role = all(ROLES).and_then(|table| store.with(table, "identifier", role).next());
    let permissions = role.and_then(|role| role.body.get("permissions")?.as_array());
    let keys = permissions.into_iter().flatten();
    keys.filter_map(|permission| permission["key"].as_str().map(str::to_owned))
        .collect()
}

pub(super) fn all(path: &str) -> Option<Table> {
    collections::at(path).map(Table::Described)
}

pub(super) fn created(
    call: &mut Call<'_>,
    role: &mut Record,
    body: &Value,
) -> Result<(), Rejection> {
    role.set("permissions", permissions(call, body)?);
    role.set("is_creator_eligible", false);
    if body["include_in_initial_role_set"] == json!(true) {
        role_sets::include_in_initial(call, role);
    }
    Ok(())
}

/// The permissions whose ids are in a body.
fn permissions(call: &mut Call<'_>, body: &Value) -> Result<Vec<Value>, Rejection> {
    let ids = body["permissions"].as_array().into_iter().flatten();
    ids.filter_map(Value::as_str)
        .map(|id| permission(call, id).ok_or_else(|| unknown("permission", "permissions", id)))
        .collect()
}

fn permission(call: &mut Call<'_>, id: &str) -> Option<Value> {
    let table = all(PERMISSIONS)?;
    if call.store.is_untouched(table) {
        seed_permissions(call, table);
    }
    let present = call.store.get(table, id);
    let members = match present {
        Some(permission) => permission.body.clone().into(),
        None if call.is_strict() => return None,
        None => json!({ "id": id, "object": "permission" }),
    };
    Some(object(call.around.description, "Permission", members, id))
}

pub(super) fn changed(call: &mut Call<'_>, role: &mut Record, verb: &str) -> Result<(), Rejection> {
    if verb != "permissions" {
        let body = call.checked.body.clone();
        if body["permissions"].is_array() {
            role.set("permissions", permissions(call, &body)?);
        }
        renamed(call, role);
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
            let long = format!("The role already has the permission {id}.");
            return Err(Rejection::new(
                StatusCode::CONFLICT,
                code,
                "already assigned",
                long,
            ));
        }
        (&Method::POST, None) => match permission(call, id) {
            Some(permission) => present.push(permission),
            None => return Err(Rejection::not_found("permission", id)),
        },
        (_, Some(at)) => {
            present.remove(at);
        }
        (_, None) if call.is_strict() => return Err(Rejection::not_found("permission", id)),
        (_, None) => {}
    }
    role.set("permissions", present);
    Ok(())
}

/// Changes the key of a role for its holders and in the settings.
fn renamed(call: &mut Call<'_>, role: &Record) {
    let after = role.text("key");
    let before = all(ROLES).and_then(|table| call.store.get(table, &role.id));
    let before = before.map_or_else(String::new, |before| before.text("key").to_owned());
    if before == after {
        return;
    }
    for table in [Table::Memberships, Table::OrganizationInvitations] {
        let having = call.store.with(table, "role", &before);
        let having: Vec<String> = having.map(|one| one.id.clone()).collect();
        for id in having {
            give(call, table, &id, after);
        }
    }
    settings::rename_role(call, &before, after);
}

pub(super) fn give(call: &mut Call<'_>, table: Table, id: &str, role: &str) {
    call.store.change(table, id, |having| {
        having.set("role", role);
        having.set("role_name", memberships::role_name(role));
    });
}

/// Rejects the deletion of a role that is in use.
pub(super) fn deletable(call: &Call<'_>, role: &Record) -> Result<(), Rejection> {
    let key = role.text("key");
    let in_use = |table| call.store.count_with(table, "role", key) > 0;
    let is_invited = || {
        let invitations = Table::OrganizationInvitations;
        let mut invitations = call.store.with(invitations, "role", key);
        invitations.any(|invitation| invitation.text("status") == "pending")
    };
    let (code, why) = if key == settings::creator_role(call) {
        (
            "organization_role_default_creator_role",
            "it is the role of creators of organizations",
        )
    } else if key == settings::domain_role(call) {
        (
            "organization_role_domain_default_role",
            "it is the default role of domains",
        )
    } else if in_use(Table::Memberships) {
        ("organization_role_assigned_members", "members have it")
    } else if is_invited() {
        (
            "organization_role_exists_in_invitations",
            "invitations have it",
        )
    } else {
        return Ok(());
    };
    let status = StatusCode::UNPROCESSABLE_ENTITY;
    let long = format!("The role {key} cannot be deleted, because {why}.");
    Err(Rejection::new(status, code, "role in use", long))
}
