//! Clerk's Backend API: every operation, async and blocking.
//!
//! ```no_run
//! use clerk_api::{Clerk, Method};
//!
//! # async fn run() -> Result<(), clerk_api::Error> {
//! let clerk = Clerk::new("sk_test_…")?; // or Clerk::from_env(), or Clerk::builder()
//! let user: serde_json::Value = clerk
//!     .request(Method::GET, "/users/{user_id}")
//!     .path("user_id", "user_2abc")
//!     .send()
//!     .await?;
//! # let _ = user;
//! # Ok(()) }
//! ```
//!
//! - [`Clerk`] is the client; it is cheap to clone and safe to share. [`ClerkBuilder`] sets keys,
//!   timeouts, retries and the HTTP client.
//! - Each resource of the API is a method of the client, each operation a method of the resource:
//!   what an operation needs is an argument, the rest are setters, and `send` sends it. A setter that is
//!   called again replaces what it has set before: a list is passed whole, in one call.
//! - Operations that answer a list have `stream`, which walks every page.
//! - [`Error`] is the one error, with a predicate for each question a caller asks of it.
//! - `blocking` (feature `blocking`) is the same API without async.
//! - [`Clerk::request`] calls what this crate does not describe, with the same keys, retries and
//!   errors.
//!
//! # What survives
//!
//! The API gains fields and values without notice, so responses are read tolerantly; requests are
//! strict.
//!
//! | the server sends | you get |
//! |---|---|
//! | an unknown field | ignored; kept in `extra` where the description allows free fields |
//! | an unknown value of an enum, an unknown kind of a union | `Unknown` with what was sent |
//! | a required text, number, flag, list or map absent or null | its empty value; one `tracing` warning for a response names the locations |
//! | a required object, id, secret or point in time absent or null | never one that is made up: an error with the path; in `stream()`, for that item alone |
//! | a success without the described body | `None` from deletions and actions such as `ban` and `revoke`; `()` from `send_ignoring_body`; else an error whose [`Error::is_missing_body`] is true |
//! | a whole number as `10.0` | the number |
//! | a lone surrogate; an object or list inside more than 100 others | U+FFFD; null |
//! | anything else of the wrong type | an error with the path |
//!
//! # Runtime
//!
//! The async client needs a Tokio runtime with timers and I/O (`enable_all`), because timeouts and the
//! default transport do; elsewhere a call is an error. The blocking one brings its own.
//!
//! A connection belongs to the runtime in which it was opened. When that is dropped, its connections are
//! closed, and the client opens new ones where it is used next. A runtime that is kept but not run, such
//! as one with a single thread between two `block_on`, does not serve its connections, and a call from
//! another runtime may wait on one of them until its time is up. So give each runtime a client of its
//! own. A client does not survive `fork` either, since both processes would write to the same
//! connections: make it in the process that uses it.
#![forbid(unsafe_code)]
#![deny(missing_docs)]
#![cfg_attr(docsrs, feature(doc_cfg))]

/// The OpenAPI 3.0 document that this crate is made from, corrected, as JSON: for tools, such as
/// stand-ins for the server.
#[cfg(feature = "description")]
pub const DESCRIPTION: &str = include_str!("generated/description.json");

mod attempt;
#[cfg(feature = "blocking")]
pub mod blocking;
mod call;
mod chunks;
mod client;
#[doc(hidden)]
pub mod decode;
mod error;
// Laid out by the toolchain, which needs no formatter.
#[rustfmt::skip]
#[allow(unreachable_pub, reason = "a build without resources has models that nothing reaches")]
mod generated;
mod limits;
pub mod models;
mod multipart;
#[doc(hidden)]
pub mod operation;
mod pace;
pub mod page;
mod raw;
mod receive;
#[doc(hidden)]
pub mod request;
pub mod retry;
mod runtime;
mod source;
pub mod transport;
pub mod types;
mod upload;

pub use call::Sending;
#[doc(hidden)]
pub use client::credentials;
pub use client::{Clerk, ClerkBuilder};
pub use error::{ApiError, Error, ErrorKind};
pub use generated::{API_VERSION, BASE_URL, resources};
pub use http::Method;
pub use page::{Items, Page};
pub use raw::{RawRequest, RawResponse};
pub use retry::RetryPolicy;
pub use upload::Upload;
