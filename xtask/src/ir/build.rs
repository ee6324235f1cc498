//! Reads the intermediate representation from the normalised document.

use indexmap::IndexMap;
use serde_json::{Value, json};

use super::{
    Api, Authentication, Body, Definition, Field, Kind, Operation, Pagination, Parameter, Resource,
    Response, Type, UnionVariant, Variant, reach,
};
use crate::docs::Docs;
use crate::error::{Error, Result};
use crate::names::Names;
use crate::naming::{identifier, snake_case, upper_camel_case};

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
    describe(&mut api, docs);
    Ok(api)
}

#[derive(Clone, Copy)]
struct Source<'a> {
    path: &'a str,
    method: &'a str,
    operation: &'a Value,
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

fn operation(source: Source<'_>, module: &str, docs: &Docs) -> Result<Operation> {
    let Source {
        path,
        method,
        operation,
    } = source;
    let operation_id = text(operation, "/operationId")?;
    let wire_name = text(operation, "/x-speakeasy-name-override")?;
    let name = identifier(&wire_name);
    let describe = |parameter: &str| docs.parameter(module, &name, parameter);
    let parameters = operation.get("parameters").and_then(Value::as_array);
    let at = |place: &str| -> Result<Vec<Parameter>> {
        parameters
            .into_iter()
            .flatten()
            .filter(|parameter| parameter.get("in") == Some(&json!(place)))
            .map(|declared| parameter(declared, &describe))
            .collect()
    };
    let mut path_parameters = at("path")?;
    path_parameters.sort_by_key(|parameter| path.find(&format!("{{{}}}", parameter.wire_name)));
    let (response, error_statuses) = responses(operation, &operation_id)?;
    Ok(Operation {
        type_name: upper_camel_case(&wire_name),
        docs: docs.operation(module, &name)?,
        path_parameters,
        query_parameters: at("query")?,
        body: body(operation, &describe)?,
        pagination: pagination(operation, &response)?,
        authentication: authentication(operation),
        idempotent: matches!(method, "get" | "put" | "delete" | "head" | "options"),
        deprecated: is(operation, "deprecated"),
        method: method.to_uppercase(),
        path: path.to_owned(),
        response,
        error_statuses,
        operation_id,
        wire_name,
        name,
    })
}

fn parameter(declared: &Value, describe: &impl Fn(&str) -> String) -> Result<Parameter> {
    let wire_name = text(declared, "/name")?;
    let schema = declared.get("schema").cloned().unwrap_or_default();
    Ok(Parameter {
        name: identifier(&wire_name),
        ty: type_of(&schema)?,
        required: is(declared, "required"),
        nullable: false,
        deprecated: is(declared, "deprecated") || is(&schema, "deprecated"),
        explode: declared.get("explode") != Some(&json!(false)),
        docs: describe(&wire_name),
        wire_name,
    })
}

fn body(operation: &Value, describe: &impl Fn(&str) -> String) -> Result<Body> {
    let Some(body) = operation.get("requestBody") else {
        return Ok(Body::None);
    };
    if let Some(schema) = body.pointer("/content/multipart~1form-data/schema") {
        return multipart(schema, operation, describe);
    }
    let schema = body
        .pointer("/content/application~1json/schema")
        .cloned()
        .unwrap_or_default();
    if let Some(items) = schema.get("items") {
        return Ok(Body::JsonList {
            item: type_of(items)?,
            docs: describe("items"),
        });
    }
    let fields = properties(&schema, describe)?;
    // Without a required field a body that is not marked as required may be left out.
    let required = is(body, "required") || fields.iter().any(|field| field.required);
    Ok(Body::Json { required, fields })
}

fn multipart(
    schema: &Value,
    operation: &Value,
    describe: &impl Fn(&str) -> String,
) -> Result<Body> {
    let (files, fields): (Vec<Parameter>, Vec<Parameter>) =
        properties(schema, describe)?.into_iter().partition(|part| {
            let pointer = format!("/properties/{}/format", part.wire_name);
            schema.pointer(&pointer) == Some(&json!("binary"))
        });
    let [file] = files.try_into().map_err(|files: Vec<Parameter>| {
        Error::new(
            text(operation, "/operationId").unwrap_or_default(),
            format!("a multipart body with {} files", files.len()),
            "the crate uploads one file per call; describe one in an overlay",
        )
    })?;
    Ok(Body::Multipart { file, fields })
}

/// Body fields, in the order of the description.
fn properties(schema: &Value, describe: &impl Fn(&str) -> String) -> Result<Vec<Parameter>> {
    let mut parameters = Vec::new();
    for (name, property) in schema
        .get("properties")
        .and_then(Value::as_object)
        .into_iter()
        .flatten()
    {
        parameters.push(Parameter {
            wire_name: name.clone(),
            name: identifier(name),
            ty: type_of(property)?,
            required: requires(schema, name),
            nullable: is(property, "nullable"),
            deprecated: is(property, "deprecated"),
            explode: true,
            docs: describe(name),
        });
    }
    Ok(parameters)
}

fn responses(operation: &Value, operation_id: &str) -> Result<(Response, Vec<u16>)> {
    let mut successes = Vec::new();
    let mut errors = Vec::new();
    for (status, response) in operation
        .get("responses")
        .and_then(Value::as_object)
        .into_iter()
        .flatten()
    {
        if status.starts_with('2') {
            successes.push(response.pointer("/content/application~1json/schema"));
        } else if let Ok(status) = status.parse() {
            errors.push(status);
        }
    }
    errors.sort_unstable();
    let [success] = successes[..] else {
        return Err(Error::new(
            format!("operation {operation_id}"),
            format!("{} kinds of success", successes.len()),
            "describe exactly one 2xx answer in an overlay",
        ));
    };
    let response = match success {
        // Only a page is written out where it is used; `pagination` tells its element.
        Some(schema) => Response::Json {
            ty: match page_items(schema) {
                Some(items) => Type::List(Box::new(type_of(items)?)),
                None => type_of(schema)?,
            },
        },
        None => Response::Empty,
    };
    Ok((response, errors))
}

/// The element schema of an object that is written out: only pages are.
fn page_items(schema: &Value) -> Option<&Value> {
    let properties = schema.get("properties")?.as_object()?;
    properties
        .values()
        .find_map(|property| property.get("items"))
}

fn pagination(operation: &Value, response: &Response) -> Result<Option<Pagination>> {
    let Some(pagination) = operation.get("x-pagination") else {
        return Ok(None);
    };
    let Response::Json {
        ty: Type::List(item),
    } = response
    else {
        return Err(Error::new(
            text(operation, "/operationId").unwrap_or_default(),
            "`x-pagination` on an operation that answers no list",
            "remove it; the normal form sets it itself",
        ));
    };
    let max_limit = pagination.get("max_limit").and_then(Value::as_u64);
    Ok(Some(Pagination {
        item: item.as_ref().clone(),
        items_key: pagination
            .get("items")
            .and_then(Value::as_str)
            .map(str::to_owned),
        // Clerk's general maximum, for lists whose `limit` names none.
        max_limit: max_limit
            .and_then(|limit| u32::try_from(limit).ok())
            .unwrap_or(500),
        switch: pagination
            .get("switch")
            .and_then(Value::as_str)
            .map(str::to_owned),
    }))
}

fn authentication(operation: &Value) -> Authentication {
    if operation.get("security") == Some(&json!([])) {
        Authentication::None
    } else if operation.get("x-clerk-authentication") == Some(&json!("machine")) {
        Authentication::MachineSecretKey
    } else {
        Authentication::SecretKey
    }
}

fn definition(name: &str, schema: &Value, names: &Names) -> Result<Definition> {
    let kind = if let Some(values) = schema.get("enum").and_then(Value::as_array) {
        Kind::Enum {
            variants: variants(name, values, names)?,
        }
    } else if let Some(discriminator) = schema.get("discriminator") {
        union(name, discriminator, names)?
    } else {
        Kind::Struct {
            fields: fields(schema)?,
            open: schema.get("additionalProperties") == Some(&json!(true)),
        }
    };
    Ok(Definition {
        name: name.to_owned(),
        kind,
        in_response: false,
        in_request: false,
        resources: Default::default(),
        deprecated: is(schema, "deprecated"),
        docs: String::new(),
    })
}

fn variants(name: &str, values: &[Value], names: &Names) -> Result<Vec<Variant>> {
    let mut variants: Vec<Variant> = Vec::new();
    for value in values.iter().filter_map(Value::as_str) {
        let variant = Variant {
            wire_value: value.to_owned(),
            name: names.variant(name, value)?,
        };
        if let Some(same) = variants.iter().find(|known| known.name == variant.name) {
            return Err(Error::new(
                format!("enum {name}"),
                format!(
                    "`{}` and `{value}` are both `{}`",
                    same.wire_value, variant.name
                ),
                "pin a name for one of them under `variants` in spec/names.yaml",
            ));
        }
        variants.push(variant);
    }
    Ok(variants)
}

fn union(name: &str, discriminator: &Value, names: &Names) -> Result<Kind> {
    let mut variants = Vec::new();
    let mapping = discriminator.get("mapping").and_then(Value::as_object);
    for (value, reference) in mapping.into_iter().flatten() {
        let reference = reference.as_str().unwrap_or_default();
        variants.push(UnionVariant {
            wire_value: value.clone(),
            name: names.variant(name, value)?,
            definition: reference.rsplit('/').next().unwrap_or_default().to_owned(),
        });
    }
    Ok(Kind::Union {
        tag: text(discriminator, "/propertyName")?,
        variants,
    })
}

fn fields(schema: &Value) -> Result<Vec<Field>> {
    let mut fields = Vec::new();
    for (name, property) in schema
        .get("properties")
        .and_then(Value::as_object)
        .into_iter()
        .flatten()
    {
        fields.push(Field {
            wire_name: name.clone(),
            name: identifier(name),
            ty: type_of(property)?,
            required: requires(schema, name),
            nullable: is(property, "nullable"),
            deprecated: is(property, "deprecated"),
            docs: String::new(),
        });
    }
    Ok(fields)
}

/// The type that a property in normal form has.
fn type_of(schema: &Value) -> Result<Type> {
    if let Some(reference) = reference(schema) {
        let name = reference.rsplit('/').next().unwrap_or_default();
        return Ok(Type::Named(name.to_owned()));
    }
    let format = schema.get("format").and_then(Value::as_str);
    Ok(match (schema.get("type").and_then(Value::as_str), format) {
        (Some("string"), Some("password")) => Type::Secret,
        (Some("string"), _) => Type::String,
        (Some("boolean"), _) => Type::Boolean,
        (Some("integer"), Some("unix-milliseconds")) => Type::Timestamp,
        (Some("integer"), _) => Type::Integer,
        (Some("number"), _) => Type::Number,
        (Some("array"), _) => Type::List(Box::new(type_of(
            schema.get("items").unwrap_or(&Value::Null),
        )?)),
        (Some("object"), _) => match schema.get("additionalProperties") {
            Some(values) if values.is_object() => Type::Map(Box::new(type_of(values)?)),
            _ => Type::Object,
        },
        (None, _) => Type::Any,
        (Some(other), _) => {
            return Err(Error::new(
                "the normalised document",
                format!("`{other}` is no type of the normal form"),
                "report this as a fault of the normalise stage",
            ));
        }
    })
}

fn reference(schema: &Value) -> Option<&str> {
    let direct = schema.get("$ref").and_then(Value::as_str);
    direct.or_else(|| schema.pointer("/allOf/0/$ref").and_then(Value::as_str))
}

fn requires(schema: &Value, name: &str) -> bool {
    let required = schema.get("required").and_then(Value::as_array);
    required.is_some_and(|required| required.iter().any(|required| required == name))
}

fn is(schema: &Value, mark: &str) -> bool {
    schema.get(mark) == Some(&Value::Bool(true))
}

fn text(value: &Value, pointer: &str) -> Result<String> {
    value
        .pointer(pointer)
        .and_then(Value::as_str)
        .map(str::to_owned)
        .ok_or_else(|| {
            let place = value
                .get("operationId")
                .and_then(Value::as_str)
                .unwrap_or("the normalised document");
            Error::new(
                place,
                format!("`{}` is missing", &pointer[1..]),
                "add it in an overlay",
            )
        })
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
