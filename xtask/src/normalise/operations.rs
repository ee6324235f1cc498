//! Operations: parameters and responses are written out; one success type, one error type.

use serde_json::{Map, Value, json};

use super::location::Location;
use super::schemas::{Schemas, unmarked};
use super::{dereference, text};
use crate::correct::requirements::{self, Requirement};
use crate::input::vocabulary::METHODS;
use crate::support::error::{Error, Result};
use crate::support::pointer;

/// Members that are copied unchanged.
const CARRIED: [&str; 7] = [
    "operationId",
    "x-speakeasy-group",
    "x-speakeasy-name-override",
    "deprecated",
    "security",
    "x-clerk-authentication",
    "x-clerk-response",
];
/// The parameter that continues a list after the item with an id.
const CURSOR: &str = "starting_after";
const NOT_FOUND: &str = "404";
const ERRORS: &str = "#/components/schemas/ClerkErrors";

/// The path items with operations, in normal form.
pub(super) fn paths<'a>(source: &'a Value, schemas: &mut Schemas<'a, '_>) -> Map<String, Value> {
    let mut paths = Map::new();
    for (path, item) in source
        .get("paths")
        .and_then(Value::as_object)
        .into_iter()
        .flatten()
    {
        let mut normalised = Map::new();
        for method in METHODS {
            let Some(operation) = item.get(method) else {
                continue;
            };
            let declared = [item.get("parameters"), operation.get("parameters")];
            let declared = declared.into_iter().flatten().filter_map(Value::as_array);
            let location = pointer::child(&pointer::child("#/paths", path), method);
            if schemas.has_fault(&pointer::child(&location, "operationId")) {
                continue;
            }
            schemas.enter(&location);
            let normalised_operation = Normaliser {
                source,
                schemas,
                operation,
                method,
                path,
                parameters: declared.flatten().collect(),
            }
            .run();
            match normalised_operation {
                Ok(operation) => drop(normalised.insert(method.to_owned(), operation)),
                Err(error) => {
                    let id = operation.get("operationId").and_then(Value::as_str);
                    let part = Location::operation(id.unwrap_or_default());
                    schemas.leave_out(operation, &part, error);
                }
            }
        }
        if !normalised.is_empty() {
            paths.insert(path.clone(), Value::Object(normalised));
        }
    }
    paths
}

struct Normaliser<'a, 'b, 'c> {
    source: &'a Value,
    schemas: &'b mut Schemas<'a, 'c>,
    operation: &'a Value,
    method: &'static str,
    path: &'a str,
    /// Those of the whole path first, then its own.
    parameters: Vec<&'a Value>,
}

impl<'a> Normaliser<'a, '_, '_> {
    fn run(mut self) -> Result<Value> {
        let mut normalised = Map::new();
        for keyword in CARRIED {
            if let Some(value) = self.operation.get(keyword) {
                normalised.insert(keyword.to_owned(), value.clone());
            }
        }
        let id = self.id()?;
        let parameters = self.parameters.clone();
        let mut written = Vec::new();
        for parameter in &parameters {
            written.extend(self.parameter(parameter, &id)?);
        }
        normalised.insert("parameters".into(), Value::Array(written));
        if let Some(body) = self.operation.get("requestBody") {
            normalised.insert("requestBody".into(), self.body(body, &id)?);
        }
        let requirements = requirements::of_operation(self.source, &id)?;
        if !requirements.is_empty() {
            let rules = requirements.iter().map(Requirement::to_json).collect();
            normalised.insert(requirements::KEYWORD.into(), Value::Array(rules));
        }
        let responses = self.responses(&id)?;
        if let Some(pagination) = self.pagination(&parameters, &responses)? {
            normalised.insert("x-pagination".into(), pagination);
        }
        normalised.insert("responses".into(), Value::Object(responses));
        Ok(Value::Object(normalised))
    }

    fn id(&self) -> Result<String> {
        text(self.operation, "/operationId").map_err(|_| {
            Error::new(
                format!("{} {}", self.method.to_uppercase(), self.path),
                "the operation has no `operationId`",
                "name it in an overlay",
            )
        })
    }

    /// `None` if its schema is left out.
    fn parameter(&mut self, parameter: &Value, id: &str) -> Result<Option<Value>> {
        let (parameter, _) = dereference(self.source, parameter)?;
        let name = text(parameter, "/name")?;
        let at = text(parameter, "/in")?;
        let location = Location::parameter(id, &at, &name);
        let schema = parameter
            .get("schema")
            .cloned()
            .unwrap_or(json!({ "type": "string" }));
        let Some(mut schema) = self.schemas.sound(&schema, &location) else {
            return Ok(None);
        };
        // A query cannot contain null; omitting the parameter has the same effect.
        schema = unmarked(schema, "nullable");
        if let Some(items) = schema.get_mut("items") {
            *items = unmarked(items.take(), "nullable");
        }
        let mut normalised = json!({
            "name": name,
            "in": at,
            "required": parameter.get("required") == Some(&json!(true)),
            "schema": schema,
        });
        if let Some(normalised) = normalised.as_object_mut() {
            if parameter.get("deprecated") == Some(&json!(true)) {
                normalised.insert("deprecated".into(), json!(true));
            }
            if parameter.get("explode") == Some(&json!(false)) {
                normalised.insert("explode".into(), json!(false));
            }
        }
        Ok(Some(normalised))
    }

    fn body(&mut self, body: &Value, id: &str) -> Result<Value> {
        let (body, _) = dereference(self.source, body)?;
        let content = body.get("content").and_then(Value::as_object);
        let Some((media_type, media)) = content.and_then(|content| content.iter().next()) else {
            return Err(Error::new(
                format!("operations.{id}.body"),
                "the request body has no content",
                "describe the content or remove the body in an overlay",
            ));
        };
        let schema = media.get("schema").cloned().unwrap_or(json!({}));
        let (target, component) = dereference(self.source, &schema)?;
        let location = match component {
            Some(component) => Location::component(component),
            None => Location::body(id),
        };
        let schema = if media_type == "multipart/form-data" {
            multipart(self.source, target)?
        } else if target.get("type") == Some(&json!("array")) {
            self.schemas.sound(target, &location).unwrap_or(json!({}))
        } else if target.get("properties").is_some() {
            // The body itself needs no type: its properties become arguments and setters.
            json!({
                "type": "object",
                "properties": self.schemas.properties(target, &location),
                "required": target.get("required").cloned().unwrap_or(json!([])),
            })
        } else {
            return Err(Error::new(
                &location.path,
                "the request body is neither an object with properties nor a list",
                "describe its properties in an overlay",
            ));
        };
        Ok(json!({
            "required": body.get("required") == Some(&json!(true)),
            "content": { media_type: { "schema": schema } },
        }))
    }

    fn responses(&mut self, id: &str) -> Result<Map<String, Value>> {
        let mut normalised = Map::new();
        let responses = self.operation.get("responses").and_then(Value::as_object);
        for (status, response) in responses.into_iter().flatten() {
            let response = if status.starts_with('2') {
                self.success(response, id)?
            } else {
                self.error(id)?
            };
            normalised.insert(status.clone(), response);
        }
        if self.names_a_resource()? && !normalised.contains_key(NOT_FOUND) {
            normalised.insert(NOT_FOUND.to_owned(), self.error(id)?);
        }
        Ok(normalised)
    }

    fn error(&mut self, id: &str) -> Result<Value> {
        let schema = json!({ "$ref": ERRORS });
        let schema = self.schemas.sound(&schema, &Location::new(id, id));
        let schema = schema.unwrap_or(json!({}));
        Ok(json!({ "description": "", "content": { "application/json": { "schema": schema } } }))
    }

    /// Whether the path has the id of something that may not exist. Values of an enum always exist.
    fn names_a_resource(&self) -> Result<bool> {
        for parameter in &self.parameters {
            let (parameter, _) = dereference(self.source, parameter)?;
            let (schema, _) =
                dereference(self.source, parameter.get("schema").unwrap_or(parameter))?;
            if parameter.get("in") == Some(&json!("path")) && schema.get("enum").is_none() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn success(&mut self, response: &Value, id: &str) -> Result<Value> {
        let (target, component) = dereference(self.source, response)?;
        let Some(schema) = target.pointer("/content/application~1json/schema") else {
            return Ok(json!({ "description": "" }));
        };
        let location = Location::response(component, id);
        let schema = if page(self.source, schema)?.is_some() && self.takes_offset()? {
            self.page(schema, &location)?
        } else {
            self.schemas.sound(schema, &location).unwrap_or(json!({}))
        };
        Ok(json!({ "description": "", "content": { "application/json": { "schema": schema } } }))
    }

    /// A page is written out where it is used: the crate has one type for all pages.
    fn page(&mut self, schema: &Value, location: &Location) -> Result<Value> {
        let (target, component) = dereference(self.source, schema)?;
        let location = match component {
            Some(component) => Location::component(component),
            None => location.clone(),
        };
        if target.get("type") == Some(&json!("array")) {
            let items = self.schemas.sound(target, &location);
            return Ok(items.unwrap_or(json!({ "type": "array", "items": {} })));
        }
        Ok(json!({
            "type": "object",
            "properties": self.schemas.properties(target, &location),
            "required": target.get("required").cloned().unwrap_or(json!([])),
        }))
    }

    fn takes_offset(&self) -> Result<bool> {
        let mut found = 0;
        for parameter in self
            .operation
            .get("parameters")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
        {
            let (parameter, _) = dereference(self.source, parameter)?;
            let name = parameter.get("name").and_then(Value::as_str);
            found += usize::from(matches!(name, Some("limit" | "offset")));
        }
        Ok(self.method == "get" && found == 2)
    }

    fn pagination(
        &self,
        parameters: &[&Value],
        responses: &Map<String, Value>,
    ) -> Result<Option<Value>> {
        if !self.takes_offset()? {
            return Ok(None);
        }
        let schema = responses
            .iter()
            .filter(|(status, _)| status.starts_with('2'))
            .find_map(|(_, response)| response.pointer("/content/application~1json/schema"));
        let Some(schema) = schema else {
            return Ok(None);
        };
        let Some(items_key) = page(self.source, schema)? else {
            return Ok(None);
        };
        let mut pagination = json!({
            "items": items_key,
            "max_limit": Value::Null,
            "switch": Value::Null,
        });
        let (mut cursor, mut order) = (None, None);
        for parameter in parameters {
            let (parameter, _) = dereference(self.source, parameter)?;
            match parameter.get("name").and_then(Value::as_str) {
                Some(name @ CURSOR) => cursor = Some(name),
                Some("order_by") => {
                    order = self.fact(parameter, "default")?.and_then(Value::as_str);
                }
                _ => {}
            }
            if parameter.get("name") == Some(&json!("limit")) {
                let maximum = self.fact(parameter, "maximum")?;
                pagination["max_limit"] = maximum.cloned().unwrap_or_default();
            }
            if items_key.is_none() && parameter.get("x-pagination-switch") == Some(&json!(true)) {
                pagination["switch"] = parameter.get("name").cloned().unwrap_or_default();
            }
        }
        if let Some(cursor) = cursor {
            // It continues the default order, in either direction. By any other key, values change
            // and are not unique, and the server rejects it.
            let order = order.map(|order: &str| order.trim_start_matches(['+', '-']));
            let orders: Vec<&str> = order.into_iter().collect();
            pagination["cursor"] = json!({ "parameter": cursor, "orders": orders });
        }
        Ok(Some(pagination))
    }

    /// A keyword of a parameter's schema, beside a reference or behind it.
    fn fact<'b>(&self, parameter: &'b Value, keyword: &str) -> Result<Option<&'b Value>>
    where
        'a: 'b,
    {
        let Some(schema) = parameter.get("schema") else {
            return Ok(None);
        };
        let (target, _) = dereference(self.source, schema)?;
        Ok(schema.get(keyword).or_else(|| target.get(keyword)))
    }
}

/// Whether a schema is a page: `Some(None)` for a bare list, `Some(key)` for an object with a list
/// and `total_count`.
fn page(source: &Value, schema: &Value) -> Result<Option<Option<String>>> {
    let (schema, _) = dereference(source, schema)?;
    if schema.get("type") == Some(&json!("array")) {
        return Ok(Some(None));
    }
    let Some(properties) = schema.get("properties").and_then(Value::as_object) else {
        return Ok(None);
    };
    if properties.len() != 2 || !properties.contains_key("total_count") {
        return Ok(None);
    }
    for (name, property) in properties {
        let (property, _) = dereference(source, property)?;
        if property.get("type") == Some(&json!("array")) {
            return Ok(Some(Some(name.clone())));
        }
    }
    Ok(None)
}

/// A multipart schema: files and texts.
fn multipart(source: &Value, schema: &Value) -> Result<Value> {
    let mut properties = Map::new();
    for (name, property) in schema
        .get("properties")
        .and_then(Value::as_object)
        .into_iter()
        .flatten()
    {
        let (property, _) = dereference(source, property)?;
        let file = property.get("format") == Some(&json!("binary"));
        let part = if file {
            json!({ "type": "string", "format": "binary" })
        } else {
            json!({ "type": "string" })
        };
        properties.insert(name.clone(), part);
    }
    Ok(json!({
        "type": "object",
        "properties": properties,
        "required": schema.get("required").cloned().unwrap_or(json!([])),
    }))
}
