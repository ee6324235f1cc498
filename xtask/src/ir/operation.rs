//! Reads operations in normal form.

use serde_json::{Value, json};

use super::schema::{element_of, fields, is, text, type_of};
use super::{Authentication, Body, Cursor, Field, Operation, Pagination, Response, Type};
use crate::correct::requirements;
use crate::input::docs::Docs;
use crate::support::error::{Error, Result};
use crate::support::naming::{identifier, type_name};

/// An operation and its location.
#[derive(Clone, Copy)]
pub(super) struct Source<'a> {
    pub(super) path: &'a str,
    pub(super) method: &'a str,
    pub(super) operation: &'a Value,
}

pub(super) fn operation(source: Source<'_>, module: &str, docs: &Docs) -> Result<Operation> {
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
    let at = |location: &str| -> Result<Vec<Field>> {
        parameters
            .into_iter()
            .flatten()
            .filter(|parameter| parameter.get("in") == Some(&json!(location)))
            .map(|declared| parameter(declared, &describe))
            .collect()
    };
    let mut path_parameters = at("path")?;
    path_parameters.sort_by_key(|parameter| path.find(&format!("{{{}}}", parameter.wire_name)));
    let (response, error_statuses) = responses(operation, &operation_id)?;
    Ok(Operation {
        type_name: type_name(&wire_name),
        docs: docs.operation(module, &name),
        aliases: docs.aliases(module, &name),
        path_parameters,
        query_parameters: at("query")?,
        body: body(operation, &describe)?,
        pagination: pagination(operation, &response)?,
        authentication: authentication(operation),
        is_response_optional: operation.get("x-clerk-response") == Some(&json!("optional")),
        idempotent: matches!(method, "get" | "put" | "delete" | "head" | "options"),
        deprecated: is(operation, "deprecated"),
        method: method.to_uppercase(),
        path: path.to_owned(),
        response,
        error_statuses,
        requirements: match operation.get(requirements::KEYWORD) {
            Some(rules) => requirements::read(rules, &operation_id)?,
            None => Vec::new(),
        },
        operation_id,
        wire_name,
        name,
    })
}

fn parameter(declared: &Value, describe: &impl Fn(&str) -> String) -> Result<Field> {
    let wire_name = text(declared, "/name")?;
    let schema = declared.get("schema").cloned().unwrap_or_default();
    Ok(Field {
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
            item: element_of(items)?,
            docs: describe("items"),
        });
    }
    let fields = properties(&schema, describe)?;
    // Without required fields, a body that is not marked as required is optional.
    let required = is(body, "required") || fields.iter().any(|field| field.required);
    Ok(Body::Json { required, fields })
}

fn multipart(
    schema: &Value,
    operation: &Value,
    describe: &impl Fn(&str) -> String,
) -> Result<Body> {
    let (files, fields): (Vec<Field>, Vec<Field>) =
        properties(schema, describe)?.into_iter().partition(|part| {
            let pointer = format!("/properties/{}/format", part.wire_name);
            schema.pointer(&pointer) == Some(&json!("binary"))
        });
    let [file] = files.try_into().map_err(|files: Vec<Field>| {
        Error::new(
            text(operation, "/operationId").unwrap_or_default(),
            format!("the multipart body has {} files, expected one", files.len()),
            "describe exactly one file in an overlay; the crate uploads one per call",
        )
    })?;
    Ok(Body::Multipart { file, fields })
}

/// Body fields, in the order of the description.
fn properties(schema: &Value, describe: &impl Fn(&str) -> String) -> Result<Vec<Field>> {
    let mut fields = fields(schema)?;
    for field in &mut fields {
        field.docs = describe(&field.wire_name);
    }
    Ok(fields)
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
    successes.dedup();
    let [success] = successes[..] else {
        return Err(Error::new(
            format!("operation {operation_id}"),
            format!("{} different success types, expected one", successes.len()),
            "give all 2xx responses the same type in an overlay",
        ));
    };
    let response = match success {
        // Only a page is written out where it is used; `pagination` determines its element.
        Some(schema) => Response::Json {
            ty: match page_items(schema) {
                Some(items) => Type::List(Box::new(element_of(items)?)),
                None => element_of(schema)?,
            },
        },
        None => Response::Empty,
    };
    Ok((response, errors))
}

/// The element schema of an inline object: only pages are inline.
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
            "`x-pagination` on an operation that does not return a list",
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
        // Clerk's general maximum, for lists whose `limit` states none.
        max_limit: max_limit
            .and_then(|limit| u32::try_from(limit).ok())
            .unwrap_or(500),
        switch: pagination
            .get("switch")
            .and_then(Value::as_str)
            .map(str::to_owned),
        // Determined when all types are known, see `build`.
        id: None,
        cursor: pagination.get("cursor").and_then(cursor),
    }))
}

fn cursor(cursor: &Value) -> Option<Cursor> {
    let orders = cursor.get("orders").and_then(Value::as_array);
    Some(Cursor {
        parameter: cursor.get("parameter")?.as_str()?.to_owned(),
        orders: orders
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .map(str::to_owned)
            .collect(),
    })
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
