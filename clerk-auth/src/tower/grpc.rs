//! Rejections for gRPC clients, which read the gRPC status; the HTTP status of a gRPC response is always 200.

use http::header::CONTENT_TYPE;
use http::{HeaderName, HeaderValue, Method, Request, Response, Version};

use crate::adapter::{Rejection, RejectionKind};

const MEDIA_TYPE: &str = "application/grpc";
const GRPC_STATUS: HeaderName = HeaderName::from_static("grpc-status");
const GRPC_MESSAGE: HeaderName = HeaderName::from_static("grpc-message");

/// Whether a request is a gRPC call: a `POST` over HTTP/2 with the media type of gRPC. A gRPC-Web call is
/// not, because its clients understand HTTP statuses.
pub(super) fn is_call<B>(request: &Request<B>) -> bool {
    if request.version() != Version::HTTP_2 || request.method() != Method::POST {
        return false;
    }
    let value = request.headers().get(CONTENT_TYPE);
    let value = value.map(HeaderValue::as_bytes);
    let rest = value.and_then(|value| value.strip_prefix(MEDIA_TYPE.as_bytes()));
    // `application/grpc`, optionally followed by the encoding of messages.
    rest.is_some_and(|rest| matches!(rest.first(), None | Some(b'+' | b';')))
}

/// A response that consists only of headers.
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

    fn request(version: Version, method: Method, media_type: &'static str) -> Request<()> {
        let mut request = Request::new(());
        *request.version_mut() = version;
        *request.method_mut() = method;
        let media_type = HeaderValue::from_static(media_type);
        request.headers_mut().insert(CONTENT_TYPE, media_type);
        request
    }

    #[test]
    fn a_call_has_the_media_type_of_grpc() {
        for (value, expected) in [
            ("application/grpc", true),
            ("application/grpc+proto", true),
            ("application/grpc;charset=utf-8", true),
            ("application/grpc-web", false),
            ("application/grpc-web+proto", false),
            ("application/json", false),
            ("", false),
        ] {
            let request = request(Version::HTTP_2, Method::POST, value);
            assert_eq!(is_call(&request), expected, "{value}");
        }
        let mut bare = Request::new(());
        *bare.version_mut() = Version::HTTP_2;
        *bare.method_mut() = Method::POST;
        assert!(!is_call(&bare));
    }

    #[test]
    fn a_call_is_a_post_over_http_2() {
        for version in [Version::HTTP_10, Version::HTTP_11, Version::HTTP_3] {
            assert!(!is_call(&request(version, Method::POST, MEDIA_TYPE)));
        }
        for method in [Method::GET, Method::HEAD, Method::PUT, Method::OPTIONS] {
            assert!(!is_call(&request(Version::HTTP_2, method, MEDIA_TYPE)));
        }
    }
}
