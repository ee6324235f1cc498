//! The document: every odd name and text in every place, and every type in every place.

use serde_json::{Map, Value, json};

use super::names::{LOWER, REFUSED_RESOURCES, TEXTS, UPPER};

/// Every type as a schema; `Thing` is a struct, `Odd` an enum and `Either` a union.
fn types() -> Vec<(String, Value)> {
    let plain = [
        ("text", json!({ "type": "string" })),
        ("secret", json!({ "type": "string", "format": "password" })),
        ("flag", json!({ "type": "boolean" })),
        ("whole", json!({ "type": "integer" })),
        (
            "moment",
            json!({ "type": "integer", "format": "unix-milliseconds" }),
        ),
        ("fraction", json!({ "type": "number" })),
        ("any", json!({})),
        ("free", json!({ "type": "object" })),
        (
            "secret_free",
            json!({ "type": "object", "format": "password" }),
        ),
        ("thing", reference("Thing")),
        ("odd", reference("Odd")),
        (
            "inline",
            json!({ "type": "string", "enum": ["one", "two", "self", "None"] }),
        ),
    ];
    let mut types: Vec<(String, Value)> = plain
        .into_iter()
        .map(|(name, schema)| (name.to_owned(), schema))
        .collect();
    let plain = types.clone();
    for (name, schema) in &plain {
        types.push((format!("{name}_list"), list(schema.clone())));
        types.push((format!("{name}_map"), map(schema.clone())));
        types.push((
            format!("{name}_or_null_list"),
            list(nullable(schema.clone())),
        ));
        types.push((format!("{name}_or_null_map"), map(nullable(schema.clone()))));
    }
    types.push(("text_lists".into(), list(list(json!({ "type": "string" })))));
    types.push(("thing_list_map".into(), map(list(reference("Thing")))));
    types.push((
        "whole_map_list".into(),
        list(map(json!({ "type": "integer" }))),
    ));
    types.push((
        "text_list_or_null_list".into(),
        list(nullable(list(json!({ "type": "string" })))),
    ));
    types
}

fn reference(name: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}

fn list(items: Value) -> Value {
    json!({ "type": "array", "items": items })
}

fn map(values: Value) -> Value {
    json!({ "type": "object", "additionalProperties": values })
}

fn nullable(mut schema: Value) -> Value {
    if schema.get("$ref").is_some() {
        return json!({ "allOf": [schema, { "nullable": true }] });
    }
    schema["nullable"] = json!(true);
    schema
}

/// An object with every type as a required, an optional and a nullable property.
fn all_types(with_unions: bool) -> Value {
    let mut properties = Map::new();
    let mut required = Vec::new();
    let mut types = types();
    if with_unions {
        types.push(("either".into(), reference("Either")));
        types.push(("either_list".into(), list(reference("Either"))));
        types.push((
            "either_or_null_map".into(),
            map(nullable(reference("Either"))),
        ));
    }
    for (name, schema) in types {
        required.push(json!(name));
        required.push(json!(format!("nullable_{name}")));
        properties.insert(format!("optional_{name}"), schema.clone());
        properties.insert(format!("maybe_{name}"), nullable(schema.clone()));
        properties.insert(format!("nullable_{name}"), nullable(schema.clone()));
        properties.insert(name, schema);
    }
    json!({ "type": "object", "properties": properties, "required": required })
}

/// An object whose properties have odd names.
fn odd_names() -> Value {
    let names = LOWER
        .iter()
        .filter(|name| **name != "ref")
        .chain(&TEXTS)
        .chain(&["new", "a/b", "a~b c", "$ref", "allOf", "2fa", "Ünïcödé"]);
    let properties: Map<String, Value> = names
        .map(|name| ((*name).to_owned(), json!({ "type": "string" })))
        .collect();
    json!({ "type": "object", "properties": properties })
}

fn schemas() -> Map<String, Value> {
    let mut schemas = Map::new();
    let mut models = Map::new();
    for name in UPPER {
        schemas.insert(
            name.to_owned(),
            json!({ "type": "object", "required": ["value"], "properties": { "value": { "type": "string" } } }),
        );
        let field = format!("of_{}", name.to_lowercase().replace('-', "_"));
        models.insert(field.clone(), nullable(reference(name)));
        models.insert(format!("{field}_list"), list(reference(name)));
    }
    schemas.insert(
        "Models".into(),
        json!({ "type": "object", "properties": models }),
    );
    let is_new =
        |name: &&str| !LOWER.contains(&name.to_lowercase().as_str()) && *name != "3d-model";
    let values: Vec<&str> = ["", "*", "Unknown", "a-b", "a_b", "2fa"]
        .into_iter()
        .chain(TEXTS)
        .chain(LOWER)
        .chain(UPPER.into_iter().filter(is_new))
        .collect();
    schemas.insert("Odd".into(), json!({ "type": "string", "enum": values }));
    let many: Vec<String> = (0..3000)
        .map(|number| format!("value_number_{number}"))
        .collect();
    schemas.insert("Many".into(), json!({ "type": "string", "enum": many }));
    schemas.insert(
        "Thing".into(),
        json!({
            "type": "object",
            "required": ["id"],
            "properties": { "id": { "type": "string" }, "many": reference("Many") },
        }),
    );
    for kind in ["D", "X", "Self"] {
        schemas.insert(
            format!("Kind{kind}"),
            json!({
                "type": "object",
                "required": ["kind"],
                "properties": { "kind": { "type": "string" }, "value": { "type": "string" } },
            }),
        );
    }
    schemas.insert(
        "Either".into(),
        json!({
            "oneOf": [reference("KindD"), reference("X"), reference("D"), reference("KindSelf")],
            "discriminator": { "propertyName": "value", "mapping": {
                "kind \"d\"": "#/components/schemas/KindD",
                "x */": "#/components/schemas/X",
                "d": "#/components/schemas/D",
                "self": "#/components/schemas/KindSelf",
            } },
        }),
    );
    schemas.insert("Received".into(), all_types(true));
    schemas.insert("Both".into(), all_types(true));
    schemas.insert("Sent".into(), all_types(false));
    schemas.insert("ReceivedNames".into(), odd_names());
    schemas.insert("SentNames".into(), odd_names());
    let mut open = odd_names();
    open["additionalProperties"] = json!(true);
    schemas.insert("OpenNames".into(), open.clone());
    schemas.insert("OpenSentNames".into(), open);
    schemas.insert(
        "ClerkErrors".into(),
        json!({
            "type": "object", "properties": { "errors": list(json!({})) },
        }),
    );
    schemas
}

/// Operations under construction.
struct Operations {
    paths: Map<String, Value>,
}

impl Operations {
    /// A `POST` of a path of its own.
    fn add(
        &mut self,
        group: &str,
        name: &str,
        parameters: Value,
        body: Option<Value>,
        response: Value,
    ) {
        let number = self.paths.len();
        let placeholder = parameters
            .as_array()
            .into_iter()
            .flatten()
            .filter(|parameter| parameter["in"] == "path")
            .map(|parameter| format!("/{{{}}}", parameter["name"].as_str().unwrap_or_default()));
        let path = format!("/path{number}{}", placeholder.collect::<String>());
        let id = match TEXTS.get(number) {
            Some(text) => format!("{text} {number}"),
            None => format!("Operation{number}"),
        };
        let mut operation = json!({
            "operationId": id,
            "x-speakeasy-group": group,
            "x-speakeasy-name-override": name,
            "parameters": parameters,
            "responses": { "200": { "content": { "application/json": { "schema": response } } } },
        });
        if let Some(schema) = body {
            operation["requestBody"] =
                json!({ "content": { "application/json": { "schema": schema } } });
        }
        self.paths.insert(path, json!({ "post": operation }));
    }
}

fn paths() -> Map<String, Value> {
    let mut operations = Operations { paths: Map::new() };
    let none = || json!([]);
    // Names of operations, of resources, and both.
    for name in LOWER
        .iter()
        .chain(&UPPER)
        .filter(|name| !matches!(**name, "3d-model"))
    {
        let is_first = LOWER.contains(name) || !LOWER.contains(&name.to_lowercase().as_str());
        if is_first && !matches!(*name, "clone" | "Clone") {
            operations.add("names", name, none(), None, reference("Thing"));
        }
    }
    for group in LOWER
        .iter()
        .filter(|group| !REFUSED_RESOURCES.contains(group))
    {
        operations.add(group, group, none(), None, reference(UPPER[0]));
    }
    // Types in responses, bodies and parameters.
    for (name, schema) in types() {
        operations.add("responses", &name, none(), None, schema.clone());
        operations.add(
            "responses",
            &format!("nullable_{name}"),
            none(),
            None,
            nullable(schema.clone()),
        );
        operations.add("lists", &name, none(), Some(list(schema)), json!({}));
    }
    operations.add("responses", "either", none(), None, reference("Either"));
    for name in ["Models", "Received", "ReceivedNames", "OpenNames"] {
        operations.add(
            "responses",
            &format!("of {name}"),
            none(),
            None,
            reference(name),
        );
    }
    operations.add(
        "bodies",
        "types",
        none(),
        Some(all_types(true)),
        reference("Both"),
    );
    operations.add("bodies", "names", none(), Some(odd_names()), json!({}));
    let mut inside = Map::new();
    for name in ["Both", "Sent", "SentNames", "OpenSentNames", "Many"] {
        inside.insert(name.to_owned(), reference(name));
    }
    operations.add(
        "bodies",
        "inside",
        none(),
        Some(json!({ "type": "object", "properties": inside })),
        json!({}),
    );
    let mut query = Vec::new();
    let mut path = Vec::new();
    for (name, schema) in types() {
        let is_text = !["any", "free", "thing", "map", "lists"]
            .iter()
            .any(|part| name.contains(part))
            && !name.contains("list_or_null_list");
        if is_text {
            let parameter = |name: String, required: bool| json!({ "name": name, "in": "query", "required": required, "schema": schema });
            query.push(parameter(format!("required {name}"), true));
            query.push(parameter(name.clone(), false));
            query.push(json!({ "name": format!("joined_{name}"), "in": "query", "explode": false, "schema": schema }));
            if !name.contains("list") && name != "secret" {
                path.push(
                    json!({ "name": name, "in": "path", "required": true, "schema": schema }),
                );
            }
        }
    }
    operations.add("parameters", "query", query.into(), None, json!({}));
    operations.add("parameters", "path", path.into(), None, json!({}));
    for (name, required) in [("optional names", false), ("required names", true)] {
        let names = LOWER.iter().chain(&TEXTS);
        let named: Vec<Value> = names
            .map(|name| json!({ "name": name, "in": "query", "required": required, "schema": { "type": "string" } }))
            .collect();
        operations.add("parameters", name, named.into(), None, json!({}));
    }
    operations.paths
}

/// The whole document.
pub(super) fn document() -> Value {
    described(paths(), schemas())
}

/// A document with one resource.
pub(super) fn of_resource(group: &str) -> Value {
    let mut document = of_schema(
        "Thing",
        json!({ "type": "object", "properties": { "id": { "type": "string" } } }),
    );
    document["paths"]["/a"]["get"]["x-speakeasy-group"] = json!(group);
    document
}

/// A document with one schema, which its only operation returns.
pub(super) fn of_schema(name: &str, schema: Value) -> Value {
    let operation = json!({
        "operationId": "GetIt",
        "x-speakeasy-group": "things",
        "x-speakeasy-name-override": "getIt",
        "responses": { "200": { "content": { "application/json": { "schema": reference(name) } } } },
    });
    let errors = json!({ "type": "object", "properties": { "errors": list(json!({})) } });
    described(
        Map::from_iter([("/a".to_owned(), json!({ "get": operation }))]),
        Map::from_iter([
            (name.to_owned(), schema),
            ("ClerkErrors".to_owned(), errors),
        ]),
    )
}

fn described(paths: Map<String, Value>, schemas: Map<String, Value>) -> Value {
    json!({
        "openapi": "3.0.3",
        "info": { "title": "Hostile", "version": "2031-01-01" },
        "servers": [{ "url": "https://api.example/v1" }],
        "security": [{ "bearerAuth": [] }],
        "paths": paths,
        "components": {
            "securitySchemes": { "bearerAuth": { "type": "http", "scheme": "bearer" } },
            "schemas": schemas,
        },
    })
}
