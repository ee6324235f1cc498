//! Conversions between the types of rocket and those of `http`.

use std::io::Cursor;

use http::HeaderMap;
use http::header::SET_COOKIE;
use http::request::Parts;
use rocket::http::{Header, Status};
use rocket::response::{self, Responder};
use rocket::{Request, Response};

use crate::adapter::{Answer, Rejection};
use crate::original_uri::OverTls;

/// The head of a request, if it is valid in `http`.
pub(super) fn parts(request: &Request<'_>) -> Option<Parts> {
    let mut copy = http::Request::new(());
    *copy.method_mut() = http::Method::from_bytes(request.method().as_str().as_bytes()).ok()?;
    *copy.uri_mut() = request.uri().to_string().parse().ok()?;
    for header in request.headers().iter() {
        if let (Ok(name), Ok(value)) = (
            http::HeaderName::from_bytes(header.name().as_str().as_bytes()),
            http::HeaderValue::from_bytes(header.value().as_bytes()),
        ) {
            copy.headers_mut().append(name, value);
        }
    }
    // Rocket keeps the host separate from the other headers.
    if !copy.headers().contains_key(http::header::HOST) {
        let host = request.host().map(ToString::to_string);
        if let Some(Ok(host)) = host.map(|host| host.parse()) {
            copy.headers_mut().insert(http::header::HOST, host);
        }
    }
    if request.rocket().config().tls_enabled() {
        copy.extensions_mut().insert(OverTls);
    }
    Some(copy.into_parts().0)
}

pub(super) fn append(response: &mut Response<'_>, headers: &HeaderMap) {
    for (name, value) in headers {
        // Header values are text in Rocket.
        if let Ok(value) = value.to_str() {
            response.adjoin_header(Header::new(name.as_str().to_owned(), value.to_owned()));
        }
    }
}

/// Replaces a response. Headers that other fairings have set stay: a rejection needs those of the shield and
/// of CORS too.
pub(super) fn answer(response: &mut Response<'_>, answer: &Answer) {
    response.set_status(Status::new(answer.status.as_u16()));
    for name in answer.headers.keys() {
        if name != SET_COOKIE {
            response.remove_header(name.as_str());
        }
    }
    append(response, &answer.headers);
    let body = answer.body.clone();
    response.set_sized_body(body.len(), Cursor::new(body));
}

impl<'r> Responder<'r, 'static> for Rejection {
    fn respond_to(self, _: &'r Request<'_>) -> response::Result<'static> {
        let mut response = Response::new();
        answer(&mut response, &self.answer());
        Ok(response)
    }
}
