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
//! if it is not Clerk's; Clerk sends an event again that was not answered so.
//!
//! Models are read as tolerantly as answers of the API: unknown members, kinds and values do not
//! fail an event.

#[cfg(feature = "axum")]
mod axum;
mod error;
mod event;
// Laid out by the toolchain, which needs no formatter.
#[rustfmt::skip]
#[allow(deprecated)]
mod generated;
mod secret;
mod verifier;

#[cfg(feature = "axum")]
pub use axum::{MAX_BODY, VerifiedEvent};
pub use error::{WebhookError, WebhookErrorKind};
pub use event::{Event, EventAttributes};
pub use generated::{EventData, EventKind, models};
#[cfg(feature = "testing")]
pub(crate) use secret::SigningKey;
pub use verifier::WebhookVerifier;
