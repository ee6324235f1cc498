//! How a rejection is told to a client of gRPC: such a client looks at the status of gRPC and not at
//! that of HTTP, which is always 200.

use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderName, HeaderValue, Response};

use crate::adapter::{Rejection, RejectionKind};

const MEDIA_TYPE: &str = "application/grpc";
const GRPC_STATUS: HeaderName = HeaderName::from_static("grpc-status");
const GRPC_MESSAGE: HeaderName = HeaderName::from_static("grpc-message");

/// Whether a request is a call of gRPC. Those of gRPC-Web are not: their clients understand statuses
/// of HTTP.
pub(super) fn is_call(headers: &HeaderMap) -> bool {
    let value = headers.get(CONTENT_TYPE).map(HeaderValue::as_bytes);
    let rest = value.and_then(|value| value.strip_prefix(MEDIA_TYPE.as_bytes()));
    // `application/grpc`, alone or with the encoding of its messages behind it.
    rest.is_some_and(|rest| matches!(rest.first(), None | Some(b'+' | b';')))
}

/// A response of nothing but headers.
pub(super) fn response(rejection: &Rejection) -> Response<String> {
    let status = match rejection.kind() {
        RejectionKind::Unauthenticated => "16",
        RejectionKind::Forbidden => "7",
        RejectionKind::Unavailable => "14",
        RejectionKind::Internal => "13",
    };
    let mut response = Response::new(String::new());
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE));
    headers.insert(GRPC_STATUS, HeaderValue::from_static(status));
    let message = HeaderValue::from_static(rejection.message());
    headers.insert(GRPC_MESSAGE, message);
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_is_known_by_its_media_type() {
        for (value, expected) in [
            ("application/grpc", true),
            ("application/grpc+proto", true),
            ("application/grpc;charset=utf-8", true),
            ("application/grpc-web", false),
            ("application/grpc-web+proto", false),
            ("application/json", false),
            ("", false),
        ] {
            let value = HeaderValue::from_static(value);
            let headers = HeaderMap::from_iter([(CONTENT_TYPE, value)]);
            assert_eq!(is_call(&headers), expected, "{headers:?}");
        }
        assert!(!is_call(&HeaderMap::new()));
    }
}
