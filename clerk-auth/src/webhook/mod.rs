//! Webhooks: verifies that a request is from Clerk, and reads its event.
//!
//! ```no_run
//! use clerk_auth::webhook::{EventData, WebhookVerifier};
//!
//! # fn run(headers: &http::HeaderMap, body: &[u8]) -> Result<(), clerk_auth::webhook::WebhookError> {
//! let verifier = WebhookVerifier::new("whsec_…")?; // Clerk Dashboard, Webhooks, the endpoint's signing secret
//! let event = verifier.verify(headers, body)?;
//! match &event.data {
//!     EventData::UserCreated(user) => println!("{} signed up", user.id),
//!     EventData::UserDeleted(user) => println!("{:?} was deleted", user.id),
//!     _ => println!("ignored: {}", event.kind),
//! }
//! # Ok(()) }
//! ```
//!
//! Webhooks are signed with the scheme of Svix, over the body as it was sent: verify the bytes that were
//! received, not a body that was parsed and serialized again. Respond with 2xx once the event is stored or
//! handled, and with 400 if it cannot be verified. Without a 2xx, Clerk sends the event again, with the same
//! [`message_id`](Event::message_id).
//!
//! [`WebhookVerifier::verify`] takes headers of the crate `http`,
//! [`verify_headers`](WebhookVerifier::verify_headers) those of any other type. With the feature of a
//! framework (`axum`, `actix-web`, `poem`, `rocket`), `VerifiedEvent` is an extractor.
//!
//! # Unknown events and data
//!
//! Models are read as tolerantly as responses of the API: unknown fields, kinds and values do not fail an
//! event. A verified event is never rejected for its data: if it does not match the model of its kind, it is
//! [`EventData::Unknown`] with the JSON, and [`data_error`](Event::data_error) has the reason.
//! [`json`](Event::json) and [`field`](Event::field) return what the models lack.

#[cfg(feature = "actix-web")]
mod actix_web;
#[cfg(feature = "axum")]
mod axum;
mod error;
mod event;
#[cfg(any(
    feature = "axum",
    feature = "actix-web",
    feature = "poem",
    feature = "rocket"
))]
mod extract;
// Formatted by the generator.
#[rustfmt::skip]
#[allow(deprecated)]
mod generated;
#[cfg(feature = "poem")]
mod poem;
#[cfg(feature = "rocket")]
mod rocket;
mod secret;
mod signed;
mod verifier;

pub use error::{WebhookError, WebhookErrorKind};
pub use event::{Event, EventAttributes};
#[cfg(any(
    feature = "axum",
    feature = "actix-web",
    feature = "poem",
    feature = "rocket"
))]
pub use extract::{MAX_BODY, VerifiedEvent};
pub use generated::{EventData, EventKind, models};
#[cfg(feature = "testing")]
pub(crate) use secret::SigningKey;
#[doc(alias("verify webhook", "verifyWebhook", "svix", "webhook signature"))]
pub use verifier::WebhookVerifier;
