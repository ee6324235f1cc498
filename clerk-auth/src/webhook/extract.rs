//! The extractor that all frameworks share.

use std::error::Error as StdError;

use super::error::{WebhookError, WebhookErrorKind};
use super::event::Event;

/// The largest body that an extractor reads, in bytes. Clerk's events have a few KiB.
pub const MAX_BODY: usize = 1024 * 1024;

/// Extractor for the event of a verified webhook.
///
/// | framework | location of the [`WebhookVerifier`](super::WebhookVerifier) |
/// |---|---|
/// | axum | the state, or a part of it with [`FromRef`](https://docs.rs/axum/latest/axum/extract/trait.FromRef.html) |
/// | actix-web | `App::app_data`, with or without `web::Data` |
/// | poem | `EndpointExt::data` |
/// | rocket | `Rocket::manage` |
///
/// A webhook that cannot be verified, is incomplete or is not an event is rejected with 400, and one larger
/// than [`MAX_BODY`] with 413. The response is JSON; in rocket, a catcher writes it. An event whose data does
/// not match the model of its kind is not rejected, see [`Event::data_error`]. In tests of the handler, sign
/// bodies with `testing::WebhookSigner` (feature `testing`).
#[cfg_attr(
    feature = "axum",
    doc = r#"
```no_run
use axum::Router;
use axum::routing::post;
use clerk_auth::webhook::{VerifiedEvent, WebhookVerifier};

async fn receive(VerifiedEvent(event): VerifiedEvent) {
    println!("{}", event.kind);
}

# fn run() -> Result<(), Box<dyn std::error::Error>> {
let router: Router = Router::new()
    .route("/webhooks/clerk", post(receive))
    .with_state(WebhookVerifier::from_env()?);
# let _ = router;
# Ok(()) }
```
"#
)]
#[cfg_attr(
    feature = "actix-web",
    doc = r#"
```no_run
use actix_web::{App, web};
use clerk_auth::webhook::{VerifiedEvent, WebhookVerifier};

async fn receive(event: VerifiedEvent) -> &'static str {
    println!("{}", event.0.kind);
    "ok"
}

# fn run() -> Result<(), Box<dyn std::error::Error>> {
let app = App::new()
    .app_data(web::Data::new(WebhookVerifier::from_env()?))
    .route("/webhooks/clerk", web::post().to(receive));
# let _ = app;
# Ok(()) }
```
"#
)]
#[derive(Clone, Debug)]
#[doc(alias("svix", "verifyWebhook", "webhook handler"))]
pub struct VerifiedEvent(
    /// The event.
    pub Event,
);

pub(super) fn too_large() -> WebhookError {
    let message = format!("the body has more than {MAX_BODY} bytes");
    WebhookError::new(WebhookErrorKind::TooLarge, message)
}

/// With the error of the framework as the cause.
pub(super) fn incomplete(cause: impl StdError + Send + Sync + 'static) -> WebhookError {
    let message = "the body is incomplete";
    WebhookError::new(WebhookErrorKind::Incomplete, message).caused_by(cause)
}

#[cfg(any(feature = "actix-web", feature = "poem", feature = "rocket"))]
pub(super) fn no_verifier(how: &str) -> WebhookError {
    let message = format!("extractor used without a WebhookVerifier; add one with {how}");
    WebhookError::new(WebhookErrorKind::Configuration, message)
}

/// The response body for a rejected webhook. Logs the reason.
#[cfg(any(feature = "axum", feature = "actix-web", feature = "poem"))]
pub(super) fn rejected(error: &WebhookError) -> String {
    log(error);
    serde_json::json!({ "errors": [{ "code": "webhook_rejected", "message": error.to_string() }] })
        .to_string()
}

/// Emits an event at `debug`, as for any rejected request, since anyone can send one; a misconfigured service
/// is an error.
pub(super) fn log(error: &WebhookError) {
    if error.kind() == WebhookErrorKind::Configuration {
        tracing::error!(%error, "webhooks cannot be verified");
    }
    let status = error.status().as_u16();
    tracing::debug!(status, reason = %error, "webhook rejected");
}
