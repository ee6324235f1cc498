//! Directories of identity providers, and the roles that their groups are mapped to.

use serde_json::{Value, json};

use super::{Call, Collection, Record, Rejection, Table, conflict, keep_secret};
use crate::instances::token;
use crate::state::described::collections;

pub(super) fn created(
    call: &mut Call<'_>,
    collection: &Collection,
    directory: &mut Record,
    body: &Value,
) {
    let key = token("ak", call.random("directory"));
    keep_secret(directory, "api_key", key);
    directory.set("enabled", true);
    let mappings = body["group_role_mappings"]
        .as_array()
        .cloned()
        .unwrap_or_default();
    directory.set("group_role_mapping_enabled", !mappings.is_empty());
    let below = collections::collections().iter().position(|other| {
        other.path.starts_with(&collection.path) && other.path.ends_with("/group_role_mappings")
    });
    let Some(table) = below.map(Table::Described) else {
        return;
    };
    for (index, mut given) in mappings.into_iter().enumerate() {
        if given["precedence"].is_null() {
            given["precedence"] = (index + 1).into();
        }
        let mut record = call.new_record(table);
        call.apply(table, &mut record, &given);
        record.hide("parents", directory.id.as_str());
        record.set("directory_id", directory.id.as_str());
        record.set("scim_directory_id", directory.id.as_str());
        mapping(call, table, &mut record, &given);
        call.store.insert(table, record);
    }
}

/// A group has two names, and a mapping has the role that the group is mapped to.
pub(super) fn mapping(call: &Call<'_>, table: Table, mapping: &mut Record, body: &Value) {
    for (new, old) in [
        ("directory_group_id", "scim_group_id"),
        ("directory_group_display_name", "scim_group_display_name"),
    ] {
        let given = body[new].as_str().or(body[old].as_str());
        if let Some(given) = given {
            mapping.set(new, given);
            mapping.set(old, given);
        }
    }
    for (one, other) in [
        ("directory_id", "scim_directory_id"),
        ("scim_directory_id", "directory_id"),
    ] {
        let path = call.path(one);
        if !path.is_empty() {
            mapping.set(one, path);
            mapping.set(other, path);
        }
    }
    let roles = collections::at("/organization_roles").map(Table::Described);
    let id = body["role_id"].as_str().unwrap_or_default();
    let role = roles.and_then(|roles| call.store.get(roles, id));
    if let Some(role) = role {
        let member = |name: &str| role.body.get(name).cloned().unwrap_or_default();
        let brief = json!({ "id": id, "key": member("key"), "name": member("name") });
        mapping.set("role", brief);
    }
    if body["precedence"].is_null() {
        let present = call
            .store
            .count_with(table, "parents", mapping.text("parents"));
        mapping.set("precedence", present + 1);
    }
}

/// Mappings can be changed only where mapping is enabled.
pub(super) fn mapped(call: &Call<'_>, collection: &Collection) -> Result<(), Rejection> {
    let parent = collection.path.split("/{").next().unwrap_or_default();
    let directory = call.checked.path.first().and_then(|(_, id)| {
        let table = Table::Described(collections::at(parent)?);
        call.store.get(table, id)
    });
    if directory.is_some_and(|directory| !directory.is("group_role_mapping_enabled")) {
        let long = "Group role mapping is disabled for this directory; enable it first.";
        return Err(conflict("feature_not_enabled", "mapping is disabled", long));
    }
    Ok(())
}
