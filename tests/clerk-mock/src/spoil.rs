//! Applies faults to responses.

use http::{StatusCode, header};
use serde_json::Value;

use crate::description::{Description, Operation};
use crate::faults::{Fault, UNKNOWN_VALUE};
use crate::instances::enum_positions;
use crate::list;
use crate::rejection::Rejection;
use crate::server::Reply;
use crate::shared::Response;

/// The response that replaces the normal one, for faults that have one.
pub(crate) fn instead(fault: &Fault, trace_id: &str) -> Option<Reply> {
    let envelope = |status, code, message, long: &str| {
        let rejection = Rejection::new(status, code, message, long);
        Reply::new(
            status,
            "application/json",
            rejection.body(trace_id).to_string(),
        )
    };
    match fault {
        Fault::RateLimited { retry_after } => {
            let long = format!("The test requested this fault. Retry after {retry_after} s.");
            let status = StatusCode::TOO_MANY_REQUESTS;
            let mut reply = envelope(status, "too_many_requests", "too many requests", &long);
            reply.header(header::RETRY_AFTER, &retry_after.to_string());
            Some(reply)
        }
        Fault::Status(status) => {
            let code = if status.is_server_error() {
                "internal_clerk_error"
            } else {
                "fault"
            };
            Some(envelope(
                *status,
                code,
                "requested fault",
                "The test requested this fault.",
            ))
        }
        Fault::Html(status) => {
            let page = format!(
                "<!doctype html><html><head><title>{status}</title></head>\
                 <body><h1>{status}</h1><p>gateway of the mock</p></body></html>"
            );
            Some(Reply::new(*status, "text/html; charset=utf-8", page))
        }
        _ => None,
    }
}

/// Changes the bytes of the normal response.
pub(crate) fn after(fault: &Fault, reply: &mut Reply) {
    match fault {
        Fault::TruncatedBody => {
            if reply.body.is_empty() {
                *reply = Reply::new(StatusCode::OK, "application/json", "{\"id\":1}");
            }
            reply.cut = true;
        }
        Fault::MalformedJson => {
            let half = reply.body.slice(..reply.body.len() / 2);
            let body = if half.is_empty() { "{".into() } else { half };
            if reply.status == StatusCode::NO_CONTENT {
                *reply = Reply::new(StatusCode::OK, "application/json", body);
            } else {
                reply.body = body;
                reply.header(header::CONTENT_TYPE, "application/json");
            }
        }
        _ => {}
    }
}

/// Replaces one value of an enum with one that is not described.
pub(crate) fn unknown_enum_value(
    description: &Description,
    operation: &Operation,
    response: &mut Response,
) {
    let (Some(schema), Some(body)) = (operation.response_schema(), &mut response.body) else {
        return;
    };
    let start = list::described_part(schema, body);
    let Some(described) = body.pointer_mut(start) else {
        return;
    };
    if let Some(pointer) = enum_positions(description, schema, described).first()
        && let Some(place) = described.pointer_mut(pointer)
    {
        *place = Value::from(UNKNOWN_VALUE);
    }
}
