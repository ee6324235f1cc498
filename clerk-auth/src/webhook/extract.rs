//! What the extractors of all frameworks share.

use std::error::Error as StdError;

use super::error::{WebhookError, WebhookErrorKind};
use super::event::Event;

/// The largest body that an extractor reads, in bytes. Events of Clerk's have a few KiB.
pub const MAX_BODY: usize = 1024 * 1024;

/// The event of a webhook that is proven to be Clerk's, as an extractor.
///
/// | framework | where the [`WebhookVerifier`](super::WebhookVerifier) is |
/// |---|---|
/// | axum | the state, or what [`FromRef`](https://docs.rs/axum/latest/axum/extract/trait.FromRef.html) makes of it |
/// | actix-web | `App::app_data`, in a `web::Data` or as it is |
/// | poem | `EndpointExt::data` |
/// | rocket | `Rocket::manage` |
///
/// A request that is not proven to be Clerk's or does not arrive whole is rejected with 400, and one
/// that is larger than [`MAX_BODY`] with 413; except for rocket, where a catcher answers, with a JSON
/// body. An event whose data does not fit its kind is not rejected, see [`Event::data_error`]. In a
/// test of the handler, [`testing::WebhookSigner`](crate::testing::WebhookSigner) signs what is sent.
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
    "thank you"
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
pub struct VerifiedEvent(
    /// The event.
    pub Event,
);

pub(super) fn too_large() -> WebhookError {
    let message = format!("the body has more than {MAX_BODY} bytes");
    WebhookError::new(WebhookErrorKind::TooLarge, message)
}

/// With what the framework says of it.
pub(super) fn incomplete(cause: impl StdError + Send + Sync + 'static) -> WebhookError {
    let message = "the body did not arrive whole";
    WebhookError::new(WebhookErrorKind::Incomplete, message).caused_by(cause)
}

#[cfg(any(feature = "actix-web", feature = "poem", feature = "rocket"))]
pub(super) fn no_verifier(how: &str) -> WebhookError {
    let message = format!("extractor used without a WebhookVerifier; add one with {how}");
    WebhookError::new(WebhookErrorKind::Configuration, message)
}

/// The body of the response to a webhook that is rejected; the reason is logged.
#[cfg(any(feature = "axum", feature = "actix-web", feature = "poem"))]
pub(super) fn rejected(error: &WebhookError) -> String {
    log(error);
    serde_json::json!({ "errors": [{ "code": "webhook_refused", "message": error.to_string() }] })
        .to_string()
}

/// Leaves one event at `debug`, as any rejected request does: anyone can send such a request. That the
/// service is misconfigured is another matter.
pub(super) fn log(error: &WebhookError) {
    if error.kind() == WebhookErrorKind::Configuration {
        tracing::error!(%error, "webhooks cannot be verified");
    }
    let status = error.status().as_u16();
    tracing::debug!(status, reason = %error, "a webhook is rejected");
}
