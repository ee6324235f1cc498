//! The body of a request: JSON or a form.

use bytes::Bytes;
use http::{HeaderMap, StatusCode, header};
use http_body_util::{BodyDataStream, Full};
use serde_json::{Map, Value};

use super::{Given, Wrong, images};
use crate::description::{BodyKind, Description, Kind};
use crate::rejection::Rejection;

/// The JSON of a body, or the parts of a form as an object. Null if there is no body.
pub(super) async fn check(
    description: &Description,
    given: &Given<'_>,
    wrong: &mut Wrong,
) -> Result<Value, Rejection> {
    let Some(body) = &given.operation.body else {
        return nothing(given);
    };
    if given.body.is_empty() && body.kind == BodyKind::Json {
        // A body that is optional in the description can have required members.
        let empty = match description.view(&body.schema).kind() {
            Kind::Array => Value::Array(Vec::new()),
            _ => Value::Object(Map::new()),
        };
        if body.required {
            let long = format!("{} needs a JSON body.", given.operation.id);
            return Err(Rejection::bad_request(
                "request_body_invalid",
                "body is missing",
                long,
            ));
        }
        wrong.check("", &body.schema, &empty, "body");
        return Ok(Value::Null);
    }
    let media_type = media_type(given.headers).unwrap_or_default();
    let wanted = body.kind.media_type();
    if media_type != wanted {
        let given = if media_type.is_empty() {
            "missing"
        } else {
            &media_type
        };
        return Err(Rejection::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "unsupported_content_type",
            "wrong content type",
            format!("The header Content-Type is {given}, but must be {wanted}."),
        ));
    }
    match body.kind {
        BodyKind::Json => {
            let value = serde_json::from_slice(given.body).map_err(|error| {
                let long = format!("The body is not valid JSON: {error}.");
                Rejection::bad_request("request_body_invalid", "body is not valid JSON", long)
            })?;
            wrong.check("", &body.schema, &value, "body");
            Ok(value)
        }
        BodyKind::Multipart => form(description, given, &body.schema, wrong).await,
    }
}

/// Empty bodies and `{}` are accepted where no body is described.
fn nothing(given: &Given<'_>) -> Result<Value, Rejection> {
    if given.body.is_empty() || &**given.body == b"{}" {
        return Ok(Value::Null);
    }
    let long = format!(
        "{} takes no body, but the request has one of {} bytes.",
        given.operation.id,
        given.body.len()
    );
    Err(Rejection::bad_request(
        "request_body_invalid",
        "unexpected body",
        long,
    ))
}

async fn form(
    description: &Description,
    given: &Given<'_>,
    schema: &Value,
    wrong: &mut Wrong,
) -> Result<Value, Rejection> {
    let invalid = |error: multer::Error| {
        let long = format!("The form cannot be read: {error}.");
        Rejection::bad_request("request_body_invalid", "body is not a form", long)
    };
    let content_type = given
        .headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok());
    let boundary = multer::parse_boundary(content_type.unwrap_or_default()).map_err(invalid)?;
    let stream = BodyDataStream::new(Full::<Bytes>::new(given.body.clone()));
    let mut parts = multer::Multipart::new(stream, boundary);
    let view = description.view(schema);
    let mut members = Map::new();
    while let Some(part) = parts.next_field().await.map_err(invalid)? {
        let name = part.name().unwrap_or_default().to_owned();
        let has_file_name = part.file_name().is_some();
        let media_type = part.content_type().map(ToString::to_string);
        let bytes = part.bytes().await.map_err(invalid)?;
        let Some(schema) = view.property(&name) else {
            let known: Vec<&str> = view.properties().map(|(name, _)| name).collect();
            let long = format!(
                "In the form, {name} is not a known part. Known parts: {}.",
                known.join(", ")
            );
            wrong.add("form_param_unknown", &name, "is unknown", long);
            continue;
        };
        let is_file = description.view(schema).text("format") == Some("binary");
        if is_file {
            images::check(&given.operation.id, media_type.as_deref(), bytes.len())?;
        }
        if is_file && !has_file_name {
            let long = format!("In the form, {name} must be a file: a part with a file name.");
            wrong.add("form_param_format_invalid", &name, "is not a file", long);
        }
        let text = match String::from_utf8(bytes.to_vec()) {
            Ok(text) => text,
            Err(_) if is_file => String::new(),
            Err(_) => {
                let long = format!("In the form, {name} must be valid UTF-8.");
                wrong.add(
                    "form_param_format_invalid",
                    &name,
                    "is not valid UTF-8",
                    long,
                );
                String::new()
            }
        };
        if members.insert(name.clone(), text.into()).is_some() {
            let long = format!("In the form, {name} must appear only once.");
            wrong.add(
                "form_param_value_invalid",
                &name,
                "appears more than once",
                long,
            );
        }
    }
    let value = Value::Object(members);
    wrong.check("", schema, &value, "form");
    Ok(value)
}

/// Without its parameters.
fn media_type(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(header::CONTENT_TYPE)?.to_str().ok()?;
    let (media_type, _) = value.split_once(';').unwrap_or((value, ""));
    Some(media_type.trim().to_ascii_lowercase())
}
