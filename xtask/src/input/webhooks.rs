//! Converts Clerk's webhooks document to a description like that of the API.
//!
//! Upstream puts events under `x-webhooks`, each as a request that Clerk sends. Receivers must read
//! them as tolerantly as responses, so each event becomes an operation that returns its data. The
//! envelope around the data is the same for all events; it is read by hand-written code.

use serde_json::{Map, Value, json};

use crate::input::vocabulary::is_extension;
use crate::support::error::{Error, Findings, Result};
use crate::support::naming::upper_camel_case;

const EVENTS: &str = "x-webhooks";
/// The envelope around the data of every event.
const ENVELOPE: &str = "WebhookEventPayload";
const ENVELOPE_REFERENCE: &str = "#/components/schemas/WebhookEventPayload";
const DATA: &str = "/requestBody/content/application~1json/schema";

/// Whether a document is about webhooks.
pub fn is_webhooks(document: &Value) -> bool {
    document.get(EVENTS).is_some()
}

/// The kind of event that a path of a description represents.
pub fn kind<'a>(path: &'a str, operation: &Value) -> Option<&'a str> {
    let kind = path.strip_prefix('/')?;
    let (group, _) = kind.split_once('.')?;
    let is_event = operation.get("x-speakeasy-group")?.as_str()? == group;
    is_event.then_some(kind)
}

/// Whether a document was made by [`description`].
pub fn is_description(document: &Value) -> bool {
    let paths = document.get("paths").and_then(Value::as_object);
    paths.is_some_and(|paths| {
        !paths.is_empty()
            && paths
                .iter()
                .all(|(path, item)| item.get("get").is_some_and(|get| kind(path, get).is_some()))
    })
}

/// The description of one version. Only the name of the document states the version.
pub fn description(document: &Value, version: &str) -> Result<Value, Findings> {
    let events = document.get(EVENTS).and_then(Value::as_object);
    let events = events.ok_or_else(|| {
        Error::new(
            format!("#/{EVENTS}"),
            "the events are not an object",
            "get Clerk's webhooks document again",
        )
    })?;
    let mut paths = Map::new();
    let mut findings = Findings::new();
    for (kind, event) in events {
        if let Some(operation) = findings.keep(operation(kind, event)) {
            paths.insert(format!("/{kind}"), operation);
        }
    }
    findings.into_result()?;
    let mut schemas = document
        .pointer("/components/schemas")
        .and_then(Value::as_object)
        .cloned()
        .unwrap_or_default();
    schemas.remove(ENVELOPE);
    // A description has errors; events have none.
    schemas.insert(
        "ClerkErrors".to_owned(),
        json!({ "type": "object", "properties": { "errors": { "type": "array", "items": {} } } }),
    );
    Ok(json!({
        "openapi": document.get("openapi"),
        "info": { "title": "Webhooks", "version": version },
        "servers": [{ "url": "https://api.clerk.com/v1" }],
        "security": [{ "bearerAuth": [] }],
        "paths": paths,
        "components": {
            "securitySchemes": { "bearerAuth": { "type": "http", "scheme": "bearer" } },
            "schemas": schemas,
        },
    }))
}

fn operation(kind: &str, event: &Value) -> Result<Value> {
    let location = format!("#/{EVENTS}/{kind}");
    let unknown = |what: &str| {
        Error::new(
            location.clone(),
            what,
            "update xtask/src/input/webhooks.rs to the form in which upstream describes events \
             now",
        )
    };
    let (group, _) = kind
        .split_once('.')
        .ok_or_else(|| unknown("the kind has no dot, so its subject is unknown"))?;
    let schema = event
        .pointer(&format!("/post{DATA}"))
        .ok_or_else(|| unknown("the request has no JSON body"))?;
    let parts = schema.get("allOf").and_then(Value::as_array);
    let parts = parts.map(Vec::as_slice).unwrap_or_default();
    let data = match parts {
        [envelope, own]
            if envelope
                .get("$ref")
                .is_some_and(|name| name == ENVELOPE_REFERENCE) =>
        {
            own.pointer("/properties/data")
        }
        _ => None,
    };
    let data = data.ok_or_else(|| {
        unknown(
            "the event does not consist of the envelope and its \
             data",
        )
    })?;
    // Nothing reads what stands beside them, so it would be lost.
    for (place, known) in [
        ("", &["post", "summary", "description"][..]),
        ("/post/requestBody/content", &["application/json"]),
        (&*format!("/post{DATA}/allOf/1/properties"), &["data"]),
    ] {
        let members = event.pointer(place).and_then(Value::as_object);
        let mut names = members.into_iter().flat_map(Map::keys);
        let is_prose = |name: &str| place.is_empty() && is_extension(name);
        if let Some(other) = names.find(|name| !known.contains(&name.as_str()) && !is_prose(name)) {
            let known = known[0];
            return Err(unknown(&format!(
                "the event has `{other}` beside `{known}`"
            )));
        }
    }
    Ok(json!({
        "get": {
            "operationId": upper_camel_case(kind),
            "x-speakeasy-group": group,
            "x-speakeasy-name-override": upper_camel_case(kind),
            "responses": {
                "200": {
                    "description": "",
                    "content": { "application/json": { "schema": data } },
                },
            },
        },
    }))
}
