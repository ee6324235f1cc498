//! Conversions between the types of actix-web, from `http` 0.2, and those of `http` 1.

use actix_web::dev::ServiceRequest;
use actix_web::http::StatusCode;
use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};
use actix_web::{HttpMessage, HttpResponse};
use http::request::Parts;

use crate::adapter::{Answer, trace_malformed};
use crate::original_uri::{OriginalUri, OverTls};

/// The head of a request. Header values are copied byte for byte: they are not always text.
pub(super) fn parts(received: &ServiceRequest) -> Option<Parts> {
    let head = received.head();
    let mut request = http::Request::new(());
    *request.method_mut() = http::Method::from_bytes(head.method.as_str().as_bytes()).ok()?;
    *request.uri_mut() = head.uri.to_string().parse().ok()?;
    for (name, value) in head.headers() {
        if let (Ok(name), Ok(value)) = (
            http::HeaderName::from_bytes(name.as_str().as_bytes()),
            http::HeaderValue::from_bytes(value.as_bytes()),
        ) {
            request.headers_mut().append(name, value);
        }
    }
    if let Some(original) = received.extensions().get::<OriginalUri>() {
        request.extensions_mut().insert(original.clone());
    }
    if received.app_config().secure() {
        request.extensions_mut().insert(OverTls);
    }
    Some(request.into_parts().0)
}

pub(super) fn append(to: &mut HeaderMap, from: &http::HeaderMap) {
    for (name, value) in from {
        if let (Ok(name), Ok(value)) = (
            HeaderName::from_bytes(name.as_str().as_bytes()),
            HeaderValue::from_bytes(value.as_bytes()),
        ) {
            to.append(name, value);
        }
    }
}

pub(super) fn response(answer: Answer) -> HttpResponse {
    let status = StatusCode::from_u16(answer.status.as_u16());
    let mut response = HttpResponse::new(status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR));
    append(response.headers_mut(), &answer.headers);
    response.set_body(actix_web::body::BoxBody::new(answer.body))
}

pub(super) fn bad_request() -> HttpResponse {
    trace_malformed();
    HttpResponse::new(StatusCode::BAD_REQUEST)
}
