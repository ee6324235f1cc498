//! Reads the intermediate representation from the normalised document.

use indexmap::IndexMap;
use serde_json::Value;

use super::operation::{Source, operation};
use super::schema::{definition, text};
use super::{Api, Definition, Kind, Presence, Resource, Type, reach};
use crate::input::docs::Docs;
use crate::input::names::Names;
use crate::support::error::{Error, Result};
use crate::support::naming::{snake_case, upper_camel_case};

/// The API that a normalised document describes.
pub fn build(document: &Value, names: &Names, docs: &Docs) -> Result<Api> {
    let mut api = Api {
        version: text(document, "/info/version")?,
        base_url: text(document, "/servers/0/url")?
            .trim_end_matches('/')
            .to_owned(),
        ..Api::default()
    };
    let paths = document.get("paths").and_then(Value::as_object);
    for (path, item) in paths.into_iter().flatten() {
        for (method, operation) in item.as_object().into_iter().flatten() {
            add_operation(
                &mut api,
                Source {
                    path,
                    method,
                    operation,
                },
                docs,
            )?;
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
        api.types
            .insert(name.clone(), definition(name, schema, names)?);
    }
    reach::mark(&mut api);
    api.types
        .retain(|_, definition| definition.in_response || definition.in_request);
    identify(&mut api)?;
    describe(&mut api, docs);
    Ok(api)
}

/// Determines the field that identifies the items of lists.
fn identify(api: &mut Api) -> Result<()> {
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
            return Err(Error::new(
                format!("operation {}", operation.operation_id),
                format!(
                    "`{}` continues the list after an item, but the items have no `id` that is \
                     always a string",
                    cursor.parameter
                ),
                "make `id` a required string of the items, or remove the parameter, in an overlay",
            ));
        }
    }
    Ok(())
}

fn id_of(definition: &Definition) -> Option<String> {
    let mut fields = definition.fields().iter();
    let id = fields.find(|field| field.wire_name == "id")?;
    let is_text = id.ty == Type::STRING && Presence::of(definition, id) == Presence::Always;
    is_text.then(|| id.name.clone())
}

fn add_operation(api: &mut Api, source: Source<'_>, docs: &Docs) -> Result<()> {
    let group = text(source.operation, "/x-speakeasy-group")?;
    let module = snake_case(&group);
    let operation = operation(source, &module, docs)?;
    let about = if api.resources.contains_key(&module) {
        String::new()
    } else {
        docs.resource(&module)?
    };
    let resource = api
        .resources
        .entry(module.clone())
        .or_insert_with(|| Resource {
            type_name: upper_camel_case(&group),
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
