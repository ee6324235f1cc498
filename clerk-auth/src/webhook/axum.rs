//! The extractor for axum.

use std::error::Error;

use axum::body::Body;
use axum::extract::{FromRef, FromRequest, Request};
use axum::response::{IntoResponse, Response};
use http::HeaderValue;
use http::header::CONTENT_TYPE;
use http_body_util::LengthLimitError;

use super::extract::{MAX_BODY, VerifiedEvent, incomplete, rejected, too_large};
use super::{WebhookError, WebhookVerifier};

impl<S: Send + Sync> FromRequest<S> for VerifiedEvent
where
    WebhookVerifier: FromRef<S>,
{
    type Rejection = Response;

    async fn from_request(request: Request, state: &S) -> Result<Self, Response> {
        let verifier = WebhookVerifier::from_ref(state);
        let (parts, body) = request.into_parts();
        let body = axum::body::to_bytes(body, MAX_BODY).await;
        let event = body
            .map_err(unread)
            .and_then(|body| verifier.verify(&parts.headers, &body));
        event.map(Self).map_err(IntoResponse::into_response)
    }
}

impl IntoResponse for WebhookError {
    fn into_response(self) -> Response {
        let mut response = Response::new(Body::from(rejected(&self)));
        *response.status_mut() = self.status();
        let json = HeaderValue::from_static("application/json");
        response.headers_mut().insert(CONTENT_TYPE, json);
        response
    }
}

fn unread(error: axum::Error) -> WebhookError {
    let is_too_large = error
        .source()
        .is_some_and(|cause| cause.is::<LengthLimitError>());
    if is_too_large {
        too_large()
    } else {
        incomplete(error)
    }
}
