//! Reads the intermediate representation from the normalised document.

use indexmap::IndexMap;
use serde_json::Value;

use super::operation::{Source, operation};
use super::schema::{definition, text};
use super::{Api, Definition, Kind, Presence, Resource, Type, reach};
use crate::input::docs::Docs;
use crate::input::names::Names;
use crate::support::error::{Error, Findings, Result};
use crate::support::naming::{identifier, type_name};
use crate::support::pointer;

/// The API that a normalised document describes, without the operations and types that have a fault.
/// In an operation in which something was found before, a fault is taken for its consequence.
pub fn build(document: &Value, names: &Names, docs: &Docs, findings: &mut Findings) -> Api {
    let mut text = |pointer| findings.keep(text(document, pointer)).unwrap_or_default();
    let mut api = Api {
        version: text("/info/version"),
        base_url: text("/servers/0/url").trim_end_matches('/').to_owned(),
        ..Api::default()
    };
    let paths = document.get("paths").and_then(Value::as_object);
    for (path, item) in paths.into_iter().flatten() {
        for (method, operation) in item.as_object().into_iter().flatten() {
            let source = Source {
                path,
                method,
                operation,
            };
            let location = pointer::child(&pointer::child("#/paths", path), method);
            let is_reported = findings.below(&location).next().is_some();
            match add_operation(&mut api, source, docs) {
                Err(error) if !is_reported => findings.push(error),
                _ => {}
            }
        }
    }
    api.resources.sort_keys();
    for resource in api.resources.values_mut() {
        resource
            .operations
            .sort_by(|left, right| left.name.cmp(&right.name));
    }
    let schemas = document
        .pointer("/components/schemas")
        .and_then(Value::as_object);
    for (name, schema) in schemas.into_iter().flatten() {
        let definition = definition(name, schema, names, findings);
        if let Some(definition) = findings.keep(definition) {
            api.types.insert(name.clone(), definition);
        }
    }
    reach::mark(&mut api);
    separate(&mut api);
    api.types
        .retain(|_, definition| definition.in_response || definition.in_request);
    identify(&mut api, findings);
    describe(&mut api, docs);
    api
}

/// Separates fields from the names that their struct has already.
fn separate(api: &mut Api) {
    for definition in api.types.values_mut() {
        let is_taken = |name: &str| match name {
            "new" => definition.in_request,
            "extra" => definition.is_open(),
            _ => false,
        };
        let taken: Vec<bool> = definition
            .fields()
            .iter()
            .map(|field| is_taken(&field.name))
            .collect();
        if let Kind::Struct { fields, .. } = &mut definition.kind {
            for (field, is_taken) in fields.iter_mut().zip(taken) {
                if is_taken {
                    field.name.push('_');
                }
            }
        }
    }
}

/// Determines the field that identifies the items of lists.
fn identify(api: &mut Api, findings: &mut Findings) {
    let Api {
        resources, types, ..
    } = api;
    let operations = resources
        .values_mut()
        .flat_map(|resource| &mut resource.operations);
    for operation in operations {
        let Some(pagination) = &mut operation.pagination else {
            continue;
        };
        pagination.id = match &pagination.item {
            Type::Named(name) => types.get(name).and_then(id_of),
            _ => None,
        };
        if let (None, Some(cursor)) = (&pagination.id, &pagination.cursor) {
            findings.report(
                format!("operation {}", operation.operation_id),
                format!(
                    "`{}` continues the list after an item, but the items have no `id` that is \
                     always a string",
                    cursor.parameter
                ),
                "make `id` a required string of the items, or remove the parameter, in an overlay",
            );
        }
    }
}

fn id_of(definition: &Definition) -> Option<String> {
    let mut fields = definition.fields().iter();
    let id = fields.find(|field| field.wire_name == "id")?;
    let is_text = id.ty == Type::STRING && Presence::of(definition, id) == Presence::Always;
    is_text.then(|| id.name.clone())
}

fn add_operation(api: &mut Api, source: Source<'_>, docs: &Docs) -> Result<()> {
    let group = text(source.operation, "/x-speakeasy-group")?;
    let module = identifier(&group);
    let operation = operation(source, &module, docs)?;
    let about = if api.resources.contains_key(&module) {
        String::new()
    } else {
        docs.resource(&module)
    };
    let resource = api
        .resources
        .entry(module.clone())
        .or_insert_with(|| Resource {
            type_name: type_name(&group),
            module,
            wire_name: group.clone(),
            operations: Vec::new(),
            docs: about,
        });
    if let Some(same) = resource
        .operations
        .iter()
        .find(|known| known.name == operation.name)
    {
        return Err(Error::new(
            format!("operation {}", operation.operation_id),
            format!(
                "`{}.{}` is already {}",
                resource.module, operation.name, same.operation_id
            ),
            "give one of them another `x-speakeasy-name-override` in an overlay",
        ));
    }
    resource.operations.push(operation);
    Ok(())
}

/// Fills in the texts of models and fields.
fn describe(api: &mut Api, docs: &Docs) {
    let types: &mut IndexMap<String, Definition> = &mut api.types;
    for (name, definition) in types {
        definition.docs = docs.model(name);
        if let Kind::Struct { fields, .. } = &mut definition.kind {
            for field in fields {
                field.docs = docs.field(name, &field.wire_name);
            }
        }
    }
}
