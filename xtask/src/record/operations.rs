//! `operations.json`: a description of every operation, for tools and for tests that count and
//! compare.

use serde_json::{Value, json};

use crate::ir::{
    Api, Authentication, Body, Cursor, Field, Operation, Pagination, Requirement, Resource,
    Response, Type,
};

/// Sorted by resource, then by name.
pub(super) fn operations(api: &Api) -> Value {
    let mut operations: Vec<(&Resource, &Operation)> = api
        .resources
        .values()
        .flat_map(|resource| {
            resource
                .operations
                .iter()
                .map(move |operation| (resource, operation))
        })
        .collect();
    operations.sort_by_key(|(resource, operation)| (&resource.module, &operation.name));
    operations
        .into_iter()
        .map(|(resource, operation)| described(resource, operation))
        .collect()
}

fn described(resource: &Resource, operation: &Operation) -> Value {
    let path = operation
        .path_parameters
        .iter()
        .map(|parameter| located(parameter, "path"));
    let query = operation
        .query_parameters
        .iter()
        .map(|parameter| located(parameter, "query"));
    let mut value = json!({
        "operation_id": operation.operation_id,
        "resource": resource.module,
        "name": operation.name,
        "wire_name": format!("{}.{}", resource.wire_name, operation.wire_name),
        "method": operation.method,
        "path": operation.path,
        "parameters": path.chain(query).collect::<Value>(),
        "body": body(&operation.body),
        "response": match &operation.response {
            Response::Empty => Value::Null,
            Response::Json { ty } => ty.words().into(),
        },
        "pagination": operation.pagination.as_ref().map(pagination),
        "authentication": match operation.authentication {
            Authentication::SecretKey => "secret key",
            Authentication::MachineSecretKey => "machine secret key",
            Authentication::None => "none",
        },
        "idempotent": operation.idempotent,
        "deprecated": operation.deprecated,
        "error_statuses": operation.error_statuses,
    });
    if operation.is_response_optional {
        value["response_optional"] = true.into();
    }
    if !operation.requirements.is_empty() {
        let rules = operation.requirements.iter().map(Requirement::to_json);
        value["requirements"] = rules.collect();
    }
    value
}

fn located(parameter: &Field, location: &str) -> Value {
    let mut value = json!({
        "name": parameter.wire_name,
        "in": location,
        "required": parameter.required,
        "type": parameter.ty.words(),
        "deprecated": parameter.deprecated,
    });
    if let (Value::Object(members), Type::List(_)) = (&mut value, &parameter.ty) {
        members.insert("explode".to_owned(), parameter.explode.into());
    }
    value
}

fn body(body: &Body) -> Value {
    match body {
        Body::None => Value::Null,
        Body::Json { required, fields } => json!({
            "content_type": "application/json",
            "required": required,
            "fields": fields.iter().map(field).collect::<Value>(),
        }),
        Body::JsonList { item, .. } => json!({
            "content_type": "application/json",
            "required": true,
            "items": item.words(),
        }),
        Body::Multipart { file, fields } => json!({
            "content_type": "multipart/form-data",
            "required": true,
            "file": file.wire_name,
            "fields": fields.iter().map(field).collect::<Value>(),
        }),
    }
}

fn field(field: &Field) -> Value {
    json!({
        "name": field.wire_name,
        "required": field.required,
        "nullable": field.nullable,
        "type": field.ty.words(),
        "deprecated": field.deprecated,
    })
}

fn pagination(pagination: &Pagination) -> Value {
    let mut value = json!({
        "item": pagination.item.words(),
        "items_key": pagination.items_key,
        "max_limit": pagination.max_limit,
        "switch": pagination.switch,
    });
    if let Some(Cursor { parameter, orders }) = &pagination.cursor {
        value["cursor"] = json!({ "parameter": parameter, "orders": orders });
    }
    value
}
