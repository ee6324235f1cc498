//! Everything without a module of its own: machines, JWT templates, redirect URLs, roles and so on. How items
//! are created, kept and shown follows from the description; what differs between kinds is in `kinds`.

pub(crate) mod collections;
mod fit;
mod kinds;
mod settings;

use serde_json::{Map, Value, json};

use collections::{Collection, Role, collections, role};
pub(super) use kinds::{
    default_lifetime, known_role, known_role_set, machine_of_key, permissions_of, reached_by,
};
pub(super) use settings::{check_organizations, creator_role, memberships};

use super::listing::Among;
use super::record::Record;
use super::table::Table;
use super::{Call, Handler};
use crate::instances::Generator;
use crate::list;
use crate::rejection::Rejection;
use crate::samples::random::Random;

pub(super) fn handler(operation_id: &str) -> Option<Handler> {
    if let Some(handler) = settings::handler(operation_id) {
        return Some(handler);
    }
    let (_, role) = role(operation_id)?;
    let handler: Handler = match role {
        Role::Create => create,
        Role::CreateAll => create_all,
        Role::List => list,
        Role::ReplaceAll => replace_all,
        Role::Read => read,
        Role::Update => update,
        Role::Delete => delete,
        Role::Act(_) => act,
        Role::Within => return kinds::within(operation_id),
    };
    Some(handler)
}

/// The collection that a call is about.
fn table(call: &Call<'_>) -> (Table, &'static Collection) {
    let number = role(&call.operation.id).map_or(0, |(number, _)| number);
    (Table::Described(number), &collections()[number])
}

fn create(call: &mut Call<'_>) -> Result<Value, Rejection> {
    let (table, collection) = table(call);
    let parents = parents(call, collection)?;
    kinds::seed(call, table, collection);
    if let Some(present) = kinds::instead(call, table, collection, &call.checked.body)? {
        return shown(call, table, &present);
    }
    let body = call.checked.body.clone();
    let id = make(call, table, collection, &parents, &body)?;
    let secrets = call.store.get(table, &id).map(kinds::secrets);
    respond(call, table, &id, secrets.unwrap_or_default())
}

fn create_all(call: &mut Call<'_>) -> Result<Value, Rejection> {
    let (table, collection) = table(call);
    let parents = parents(call, collection)?;
    let bodies = call.checked.body.as_array().cloned().unwrap_or_default();
    let mut ids = Vec::new();
    for body in &bodies {
        ids.push(match kinds::instead(call, table, collection, body)? {
            Some(present) => present,
            None => make(call, table, collection, &parents, body)?,
        });
    }
    let schema = list_item(call).cloned().unwrap_or_default();
    let made = ids.iter().filter_map(|id| call.store.get(table, id));
    let items: Vec<Value> = made
        .map(|record| fitted(call, &schema, record, record.body.clone()))
        .collect();
    let total = items.len();
    let slice = list::Slice { items, total };
    Ok(list::page(call.operation, call.query(), slice))
}

/// A new record, filled from a body. Its id.
fn make(
    call: &mut Call<'_>,
    table: Table,
    collection: &Collection,
    parents: &str,
    body: &Value,
) -> Result<String, Rejection> {
    let mut record = call.new_record(table);
    if let Some(schema) = call.operation.body_schema() {
        let defaults = fit::defaults(call.around.description, schema);
        call.apply(table, &mut record, &defaults.into());
    }
    call.apply(table, &mut record, body);
    belongs(call, table, collection, parents, &mut record);
    kinds::created(call, collection, &mut record, body)?;
    let id = record.id.clone();
    call.store.insert(table, record);
    Ok(id)
}

/// Indexes a record.
fn belongs(
    call: &Call<'_>,
    table: Table,
    collection: &Collection,
    parents: &str,
    record: &mut Record,
) {
    let path: Map<String, Value> = call
        .checked
        .path
        .iter()
        .map(|(name, value)| (name.clone(), value.as_str().into()))
        .collect();
    if collection.path.contains('{') {
        call.apply(table, record, &path.into());
    }
    record.hide("parents", parents);
    let key = kinds::key(collection, record);
    record.hide("key", key);
}

fn list(call: &mut Call<'_>) -> Result<Value, Rejection> {
    let (table, collection) = table(call);
    // A list over all parents has no path parameter for the parent.
    let is_whole = !collection.path.contains('{') || !call.operation.path.contains('{');
    let parents = match is_whole {
        true => String::new(),
        false => parents(call, collection)?,
    };
    kinds::seed(call, table, collection);
    if !call.is_strict() && call.store.is_untouched(table) {
        for _ in 0..2 {
            let mut record = call.new_record(table);
            belongs(call, table, collection, &parents, &mut record);
            call.store.insert(table, record);
        }
    }
    let among = match is_whole {
        true => Among::All,
        false => Among::With("parents", parents),
    };
    let schema = list_item(call).cloned().unwrap_or_default();
    call.listing(table, among)
        .page(|record| fitted(call, &schema, record, record.body.clone()))
}

/// The schema of the items of the lists of an operation.
fn list_item<'a>(call: &Call<'a>) -> Option<&'a Value> {
    let description = call.around.description;
    let schema = call.operation.response_schema()?;
    let of = |schema: &'a Value| schema.get("items");
    if let Some(items) = of(followed(description, schema)) {
        return Some(items);
    }
    let data = followed(description, schema)
        .get("properties")?
        .get("data")?;
    of(followed(description, data))
}

fn followed<'a>(description: &'a crate::description::Description, schema: &'a Value) -> &'a Value {
    let target = schema.get("$ref").and_then(Value::as_str);
    match target.and_then(|target| description.at(target)) {
        Some(target) => followed(description, target),
        None => schema,
    }
}

fn replace_all(call: &mut Call<'_>) -> Result<Value, Rejection> {
    let (table, collection) = table(call);
    let parents = parents(call, collection)?;
    kinds::allowed(call, table, collection, None)?;
    call.store.remove_with(table, "parents", &parents);
    let bodies = call
        .body("mappings")
        .as_array()
        .cloned()
        .unwrap_or_default();
    for (index, mut body) in bodies.into_iter().enumerate() {
        body["precedence"] = (index + 1).into();
        make(call, table, collection, &parents, &body)?;
    }
    list(call)
}

fn read(call: &mut Call<'_>) -> Result<Value, Rejection> {
    let (table, id) = known(call)?;
    shown(call, table, &id)
}

fn update(call: &mut Call<'_>) -> Result<Value, Rejection> {
    let (table, id) = known(call)?;
    let (_, collection) = self::table(call);
    kinds::allowed(call, table, collection, Some(&id))?;
    change(call, table, collection, &id, "")
}

fn act(call: &mut Call<'_>) -> Result<Value, Rejection> {
    let (table, id) = known(call)?;
    let (_, collection) = self::table(call);
    kinds::allowed(call, table, collection, Some(&id))?;
    let verb = match role(&call.operation.id) {
        Some((_, Role::Act(verb))) => verb.as_str(),
        _ => "",
    };
    change(call, table, collection, &id, verb)
}

fn change(
    call: &mut Call<'_>,
    table: Table,
    collection: &Collection,
    id: &str,
    verb: &str,
) -> Result<Value, Rejection> {
    let Some(mut record) = call.store.get(table, id).cloned() else {
        return Err(Rejection::not_found(table.object(), id));
    };
    call.apply(table, &mut record, &call.checked.body);
    kinds::changed(call, collection, &mut record, verb)?;
    let key = kinds::key(collection, &record);
    record.hide("key", key);
    let secrets = match verb.starts_with("rotate") {
        true => kinds::secrets(&record),
        false => Map::new(),
    };
    let now = call.now();
    call.store.change(table, id, |present| {
        *present = record;
        present.set("updated_at", now);
    });
    respond(call, table, id, secrets)
}

fn delete(call: &mut Call<'_>) -> Result<Value, Rejection> {
    let (table, id) = known(call)?;
    let (_, collection) = self::table(call);
    kinds::allowed(call, table, collection, Some(&id))?;
    let last = shown(call, table, &id)?;
    kinds::removed(call, collection, &id);
    call.store.remove(table, &id);
    remove_below(call, &collection.path, &id);
    let schema = call.operation.response_schema();
    let says_so = schema.is_some_and(|schema| {
        let view = call.around.description.view(schema);
        view.property("deleted").is_some()
    });
    Ok(match says_so {
        true => json!({ "object": table.object(), "id": id, "deleted": true }),
        false => last,
    })
}

/// Removes everything that belongs to a removed item, by the path of its collection.
pub(super) fn remove_below(call: &mut Call<'_>, path: &str, id: &str) {
    for (number, other) in collections().iter().enumerate() {
        if other.path.starts_with(&format!("{path}/{{")) {
            call.store
                .remove_with(Table::Described(number), "parents", id);
        }
    }
}

/// The response of an operation on a record.
fn respond(
    call: &Call<'_>,
    table: Table,
    id: &str,
    secrets: Map<String, Value>,
) -> Result<Value, Rejection> {
    let Some(record) = call.store.get(table, id) else {
        return Err(Rejection::not_found(table.object(), id));
    };
    let schema = call
        .operation
        .response_schema()
        .cloned()
        .unwrap_or_default();
    let mut members = record.body.clone();
    members.extend(secrets);
    Ok(fitted(call, &schema, record, members))
}

fn shown(call: &Call<'_>, table: Table, id: &str) -> Result<Value, Rejection> {
    respond(call, table, id, Map::new())
}

fn fitted(call: &Call<'_>, schema: &Value, record: &Record, members: Map<String, Value>) -> Value {
    let description = call.around.description;
    let random = Random::new(call.around.seed).branch(&record.id);
    let generator = Generator::blank(description);
    fit::fit(description, &generator, schema, members, random)
}

/// The parents in the path, each of which must exist.
fn parents(call: &mut Call<'_>, collection: &Collection) -> Result<String, Rejection> {
    let mut ids = Vec::new();
    let mut before = String::new();
    for segment in collection.path.split('/').skip(1) {
        if let Some(name) = segment
            .strip_prefix('{')
            .and_then(|name| name.strip_suffix('}'))
        {
            let requested = call.path(name);
            let id = match (&*before, collections::at(&before)) {
                ("/users", _) => call.known(Table::Users, requested)?,
                ("/organizations", _) => call.known(Table::Organizations, requested)?,
                (_, Some(number)) => known_as(call, number, requested, None)?,
                _ => requested.to_owned(),
            };
            ids.push(id);
        }
        before = format!("{before}/{segment}");
    }
    Ok(ids.join("/"))
}

/// The record that the path of a call names.
fn known(call: &mut Call<'_>) -> Result<(Table, String), Rejection> {
    let (table, collection) = table(call);
    let parents = parents(call, collection)?;
    kinds::seed(call, table, collection);
    let Table::Described(number) = table else {
        return Err(Rejection::not_found(table.object(), ""));
    };
    // The path parameter after those of the collection.
    let at = collection.path.matches('{').count();
    let requested = call.checked.path.get(at).map_or("", |(_, value)| value);
    let is_new = call.store.get(table, requested).is_none();
    let id = known_as(call, number, requested, Some(&parents))?;
    if is_new && collection.path.contains('{') {
        let record = call.store.get(table, &id).cloned();
        if let Some(mut record) = record.filter(|record| record.text("parents").is_empty()) {
            belongs(call, table, collection, &parents, &mut record);
            call.store.change(table, &id, |present| *present = record);
        }
    }
    match call.store.get(table, &id) {
        Some(record) if record.text("parents") == parents => Ok((table, id)),
        _ => Err(Rejection::not_found(table.object(), requested)),
    }
}

/// Rejects an operation below a parent that does not exist.
pub(super) fn check_named(call: &mut Call<'_>) -> Result<(), Rejection> {
    match role(&call.operation.id) {
        Some((_, Role::Within)) => known(call).map(|_| ()),
        _ => Ok(()),
    }
}

/// The id of a record by its id or its other name.
fn known_as(
    call: &mut Call<'_>,
    number: usize,
    requested: &str,
    parents: Option<&str>,
) -> Result<String, Rejection> {
    let table = Table::Described(number);
    let by_key = call
        .store
        .with(table, "key", requested)
        .find(|record| parents.is_none_or(|parents| record.text("parents") == parents));
    if let Some(record) = by_key {
        return Ok(record.id.clone());
    }
    if kinds::is_built_in(&collections()[number]) && call.store.get(table, requested).is_none() {
        let mut record = call.new_record(table);
        record.set("slug", requested);
        record.hide("key", requested);
        record.set("template_type", parents.unwrap_or_default());
        record.hide("parents", parents.unwrap_or_default());
        let id = record.id.clone();
        call.store.insert(table, record);
        return Ok(id);
    }
    call.known(table, requested)
}
