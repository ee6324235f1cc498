//! Machines, their secret keys and their scopes.

use http::{Method, StatusCode};
use serde_json::{Map, Value, json};

use super::{Call, Handler, Record, Rejection, Table, keep_secret};
use crate::instances::token;
use crate::state::described::{collections, known};

const MOST_SCOPES: usize = 150;

pub(super) fn handler(operation_id: &str) -> Option<Handler> {
    let handler: Handler = match operation_id {
        "GetMachineSecretKey" => |call| {
            let (table, id) = known(call)?;
            let secret = call
                .store
                .get(table, &id)
                .map_or("", |machine| machine.text("secret"));
            Ok(json!({ "object": "machine_secret_key", "secret": secret }))
        },
        "RotateMachineSecretKey" => |call| {
            let (table, id) = known(call)?;
            let secret = token("ak", call.random("machine secret"));
            let lifetime = call.body("previous_token_ttl").as_u64().unwrap_or(0);
            let before = call
                .store
                .get(table, &id)
                .map(|machine| machine.text("secret"));
            if let Some(before) = before.map(str::to_owned) {
                let until = call.now() + lifetime * 1000;
                replaced(call, &before, &id, until);
            }
            call.change(table, &id, |machine| keep(machine, &secret))?;
            Ok(json!({ "object": "machine_secret_key", "secret": secret }))
        },
        "CreateMachineScope" | "DeleteMachineScope" => scope,
        _ => return None,
    };
    Some(handler)
}

/// The id of the machine that a secret key belongs to, if this mock issued the key. A key that was rotated,
/// or whose machine was deleted, is rejected after its grace period.
pub(crate) fn owner(call: &Call<'_>, secret: &str) -> Result<Option<String>, Rejection> {
    let table = collections::at("/machines").map(Table::Described);
    let machine = table.and_then(|table| call.store.with(table, "secret", secret).next());
    if let Some(machine) = machine {
        return Ok(Some(machine.id.clone()));
    }
    let Some(replaced) = call.store.get(Table::Settings, &kept_as(secret)) else {
        return Ok(None);
    };
    let id = replaced.text("machine");
    let is_there = table.is_some_and(|table| call.store.get(table, id).is_some());
    if is_there
        && replaced
            .number("until")
            .is_some_and(|until| until > call.now())
    {
        return Ok(Some(id.to_owned()));
    }
    Err(Rejection::new(
        StatusCode::UNAUTHORIZED,
        "authentication_invalid",
        "Invalid authentication",
        "The secret key of the machine is no longer valid: it was rotated, or the machine was deleted.",
    ))
}

/// The default lifetime of tokens of a machine, in seconds.
pub(crate) fn default_lifetime(call: &Call<'_>, id: &str) -> Option<u64> {
    let table = Table::Described(collections::at("/machines")?);
    call.store.get(table, id)?.number("default_token_ttl")
}

fn kept_as(secret: &str) -> String {
    format!("machine_secret/{secret}")
}

/// Stores a key that is valid until a time at most.
fn replaced(call: &mut Call<'_>, secret: &str, machine: &str, until: u64) {
    let mut record = Record {
        id: kept_as(secret),
        body: Map::new(),
        hidden: Map::new(),
    };
    record.set("machine", machine);
    record.set("until", until);
    call.store.insert(Table::Settings, record);
}

/// Invalidates the keys of a deleted machine.
pub(super) fn removed(call: &mut Call<'_>, id: &str) {
    let table = collections::at("/machines").map(Table::Described);
    let machine = table.and_then(|table| call.store.get(table, id));
    if let Some(secret) = machine.map(|machine| machine.text("secret").to_owned()) {
        replaced(call, &secret, id, 0);
    }
}

/// The ids of the machines in the scope of a machine.
pub(crate) fn reached_by(call: &Call<'_>, id: &str) -> Vec<String> {
    let table = collections::at("/machines").map(Table::Described);
    let machine = table.and_then(|table| call.store.get(table, id));
    let scopes = machine.and_then(|machine| machine.body.get("scoped_machines")?.as_array());
    let ids = scopes
        .into_iter()
        .flatten()
        .filter_map(|scope| scope["id"].as_str());
    ids.map(str::to_owned).collect()
}

pub(super) fn created(call: &Call<'_>, machine: &mut Record) -> Result<(), Rejection> {
    let table = collections::at("/machines").map(Table::Described);
    for id in call.texts("scoped_machines") {
        let is_known = table.is_some_and(|table| call.store.get(table, id).is_some());
        if call.is_strict() && !is_known {
            let long = format!("There is no machine with the id {id}.");
            let code = "form_resource_not_found";
            return Err(Rejection::parameter(code, "scoped_machines", long));
        }
    }
    // As for machines that are made up: the key follows from the id.
    let secret = machine.id.replacen("mch_", "ak_", 1);
    keep(machine, &secret);
    let scopes = call.texts("scoped_machines");
    let reached = scopes
        .into_iter()
        .map(|id| brief(call, id))
        .collect::<Vec<_>>();
    machine.set("scoped_machines", reached);
    Ok(())
}

fn keep(machine: &mut Record, secret: &str) {
    machine.hide("secret", secret);
    keep_secret(machine, "secret_key", secret);
}

/// A machine as other objects contain it.
fn brief(call: &Call<'_>, id: &str) -> Value {
    let table = collections::at("/machines").map(Table::Described);
    let machine = table.and_then(|table| call.store.get(table, id));
    let member = |name: &str, default: Value| {
        machine
            .and_then(|machine| machine.body.get(name).cloned())
            .unwrap_or(default)
    };
    json!({
        "object": "machine",
        "id": id,
        "name": member("name", id.into()),
        "instance_id": member("instance_id", "".into()),
        "created_at": member("created_at", call.now().into()),
        "updated_at": member("updated_at", call.now().into()),
    })
}

fn scope(call: &mut Call<'_>) -> Result<Value, Rejection> {
    let (table, id) = known(call)?;
    let is_new = call.operation.method == Method::POST;
    let other = match is_new {
        true => call.text("to_machine_id").to_owned(),
        false => call.path("other_machine_id").to_owned(),
    };
    let other = call.known(table, &other)?;
    let present = call.store.get(table, &id).and_then(|machine| {
        let scopes = machine.body.get("scoped_machines")?.as_array()?;
        Some(scopes.clone())
    });
    let mut scopes = present.unwrap_or_default();
    let at = scopes.iter().position(|machine| machine["id"] == *other);
    match (is_new, at) {
        (true, Some(_)) if call.is_strict() => {
            let long = format!("{id} reaches {other} already.");
            return Err(Rejection::new(
                StatusCode::CONFLICT,
                "conflict",
                "conflict",
                long,
            ));
        }
        (true, _) if call.is_strict() && scopes.len() >= MOST_SCOPES => {
            let long = format!("The scope of a machine has at most {MOST_SCOPES} machines.");
            let code = "form_param_array_size_exceeded";
            return Err(Rejection::parameter(code, "to_machine_id", long));
        }
        (true, _) => scopes.push(brief(call, &other)),
        (false, Some(at)) => {
            scopes.remove(at);
        }
        (false, None) if call.is_strict() => return Err(Rejection::not_found("scope", &other)),
        (false, None) => {}
    }
    call.change(table, &id, |machine| machine.set("scoped_machines", scopes))?;
    let mut shown = json!({
        "object": "machine_scope", "from_machine_id": id, "to_machine_id": other,
    });
    match is_new {
        true => shown["created_at"] = call.now().into(),
        false => shown["deleted"] = true.into(),
    }
    Ok(shown)
}
