//! Webhooks: proves that a request is Clerk's, and reads the event that it brings.
//!
//! ```no_run
//! use clerk_auth::webhook::{EventData, WebhookVerifier};
//!
//! # fn run(headers: &http::HeaderMap, body: &[u8]) -> Result<(), clerk_auth::webhook::WebhookError> {
//! let verifier = WebhookVerifier::new("whsec_…")?; // Clerk Dashboard, Webhooks, the endpoint's signing secret
//! let event = verifier.verify(headers, body)?;
//! match &event.data {
//!     EventData::UserCreated(user) => println!("{} came", user.id),
//!     EventData::UserDeleted(user) => println!("{:?} went", user.id),
//!     _ => println!("{} is nothing to us", event.kind),
//! }
//! # Ok(()) }
//! ```
//!
//! The signature is that of Svix, over the body as it came: verify the bytes that were received, and
//! not a body that was read and written again. Answer with 2xx once the event is safe, and with 400
//! if it is not Clerk's; Clerk sends an event again that was not answered so, with the same
//! [`message_id`](Event::message_id).
//!
//! [`WebhookVerifier::verify`] takes headers of the crate `http`,
//! [`verify_headers`](WebhookVerifier::verify_headers) those of anything else. With the feature of a
//! framework (`axum`, `actix-web`, `poem`, `rocket`), [`VerifiedEvent`] is an extractor of it.
//!
//! # What survives
//!
//! Models are read as tolerantly as responses of the API: unknown members, kinds and values do not
//! fail an event. An event that is proven to be Clerk's is never refused for its data: if that does
//! not fit the kind, it is [`EventData::Unknown`] with the JSON, and
//! [`data_error`](Event::data_error) says why. [`json`](Event::json) and [`field`](Event::field) have
//! what the models lack.

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
// Laid out by the toolchain, which needs no formatter.
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
pub use verifier::WebhookVerifier;
