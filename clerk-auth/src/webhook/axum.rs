//! An extractor for axum.

use std::error::Error;

use axum::body::Body;
use axum::extract::{FromRef, FromRequest, Request};
use axum::response::{IntoResponse, Response};
use http::header::CONTENT_TYPE;
use http::{HeaderValue, StatusCode};
use http_body_util::LengthLimitError;
use serde_json::json;

use super::{Event, WebhookError, WebhookVerifier};

/// The largest body that is read, in bytes. Events of Clerk's have a few KiB.
pub const MAX_BODY: usize = 1024 * 1024;

/// The event of a webhook that is proven to be Clerk's. The state must hold a [`WebhookVerifier`].
///
/// ```no_run
/// use axum::Router;
/// use axum::routing::post;
/// use clerk_auth::webhook::{VerifiedEvent, WebhookVerifier};
///
/// async fn receive(VerifiedEvent(event): VerifiedEvent) {
///     println!("{}", event.kind);
/// }
///
/// # fn run() -> Result<(), Box<dyn std::error::Error>> {
/// let router: Router = Router::new()
///     .route("/webhooks/clerk", post(receive))
///     .with_state(WebhookVerifier::from_env()?);
/// # let _ = router;
/// # Ok(()) }
/// ```
///
/// It rejects with 400 and a JSON body what is not proven or does not arrive whole, and with 413 what
/// is larger than [`MAX_BODY`]. In a test of the handler,
/// [`testing::WebhookSigner`](crate::testing::WebhookSigner) signs what is sent.
#[derive(Clone, Debug)]
pub struct VerifiedEvent(
    /// The event.
    pub Event,
);

impl<S: Send + Sync> FromRequest<S> for VerifiedEvent
where
    WebhookVerifier: FromRef<S>,
{
    type Rejection = Response;

    async fn from_request(request: Request, state: &S) -> Result<Self, Response> {
        let verifier = WebhookVerifier::from_ref(state);
        let (parts, body) = request.into_parts();
        let body = axum::body::to_bytes(body, MAX_BODY).await;
        let body = body.map_err(|error| unread(&error))?;
        let event = verifier.verify(&parts.headers, &body);
        event.map(Self).map_err(IntoResponse::into_response)
    }
}

impl IntoResponse for WebhookError {
    fn into_response(self) -> Response {
        tracing::warn!(error = %self, "a webhook was refused");
        response(self.status(), &self.to_string())
    }
}

/// The answer to a body that could not be read to its end.
fn unread(error: &axum::Error) -> Response {
    if error
        .source()
        .is_some_and(|cause| cause.is::<LengthLimitError>())
    {
        let message = format!("the body has more than {MAX_BODY} bytes");
        return response(StatusCode::PAYLOAD_TOO_LARGE, &message);
    }
    response(StatusCode::BAD_REQUEST, "the body did not arrive whole")
}

fn response(status: StatusCode, message: &str) -> Response {
    let body = json!({ "errors": [{ "code": "webhook_refused", "message": message }] });
    let mut response = Response::new(Body::from(body.to_string()));
    *response.status_mut() = status;
    let json = HeaderValue::from_static("application/json");
    response.headers_mut().insert(CONTENT_TYPE, json);
    response
}
