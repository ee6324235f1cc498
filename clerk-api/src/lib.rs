//! A typed client for [Clerk's Backend API](https://clerk.com/docs/reference/backend-api): every
//! operation, async and blocking. It paginates, retries, streams uploads and has one error type, and
//! its models tolerate additions to the API.
//!
//! ```no_run
//! # async fn run() -> Result<(), clerk_api::Error> {
//! use clerk_api::Clerk;
//!
//! let clerk = Clerk::from_env()?; // reads CLERK_SECRET_KEY
//! let user = clerk.users().get("user_2abc").send().await?;
//! println!("{} has {} email addresses", user.id, user.email_addresses.len());
//! # Ok(()) }
//! ```
//!
//! [`Clerk`] is the client: cheap to clone and safe to share. Each [resource](resources) of the API is
//! a method of the client, and each operation a method of the resource. Required parameters are
//! arguments, optional ones are setters, and `send` sends the call. Calling a setter again replaces the
//! earlier value, lists included.
//!
//! # Lists
//!
//! `stream` returns every item and fetches pages as you consume them; `send` returns one [`Page`].
//!
//! ```no_run
//! # async fn run(clerk: clerk_api::Clerk) -> Result<(), clerk_api::Error> {
//! let mut users = clerk.users().list().order_by("-created_at").stream();
//! while let Some(user) = users.try_next().await? {
//!     println!("{}", user.id);
//! }
//!
//! let page = clerk.users().list().email_address(["ada@example.com"]).limit(50).send().await?;
//! println!("{} users on the first page", page.len());
//! # Ok(()) }
//! ```
//!
//! # Changes
//!
//! A setter that is not called sends nothing; `None` sends null. JSON objects such as metadata are
//! [`serde_json`] values.
//!
//! ```no_run
//! # async fn run(clerk: clerk_api::Clerk) -> Result<(), clerk_api::Error> {
//! use serde_json::json;
//!
//! let users = clerk.users();
//! users.update("user_2abc").first_name("Ada").username(None).send().await?;
//! users.update_metadata("user_2abc").public_metadata(json!({ "plan": "pro" })).send().await?;
//! # Ok(()) }
//! ```
//!
//! # Uploads
//!
//! ```no_run
//! # async fn run(clerk: clerk_api::Clerk) -> Result<(), clerk_api::Error> {
//! use clerk_api::Upload;
//!
//! let image = Upload::file("me.png").await?; // read while it is sent
//! clerk.users().set_profile_image("user_2abc", image).send().await?;
//! # Ok(()) }
//! ```
//!
//! # Errors
//!
//! ```no_run
//! # async fn run(clerk: clerk_api::Clerk) -> Result<(), clerk_api::Error> {
//! match clerk.users().get("user_2abc").send().await {
//!     Ok(user) => println!("{}", user.id),
//!     Err(error) if error.is_not_found() => println!("no such user"),
//!     Err(error) => {
//!         eprintln!("{error} (status {:?}, trace id {:?})", error.status(), error.trace_id());
//!         return Err(error);
//!     }
//! }
//! # Ok(()) }
//! ```
//!
//! # Without async
//!
//! The feature `blocking` adds [`blocking::Clerk`](crate::blocking), which has the same methods. Its
//! calls block, and its lists are iterators.
//!
#![cfg_attr(feature = "blocking", doc = "```no_run")]
#![cfg_attr(not(feature = "blocking"), doc = "```ignore")]
//! # fn run() -> Result<(), clerk_api::Error> {
//! let clerk = clerk_api::blocking::Clerk::from_env()?;
//! for user in clerk.users().list().stream() {
//!     println!("{}", user?.id);
//! }
//! # Ok(()) }
//! ```
//!
//! # Where do I find
//!
//! | task | item |
//! |---|---|
//! | create a client, set keys, timeouts and retries | [`Clerk::new`], [`Clerk::from_env`], [`Clerk::builder`] |
//! | list or search users | `clerk.users().list()`, with a setter for each filter |
//! | go through a list page by page, or item by item | `limit`, `offset` and `send` for a [`Page`]; `stream` for all [`Items`] |
//! | create, get, update or delete something | `create`, `get`, `update` and `delete` of its [resource](resources) |
//! | set a field to null | `None` as the value of its setter, see [`Nullable`](types::Nullable) |
//! | upload a picture | [`Upload`] |
//! | handle an error | [`Error`], and [`ErrorKind`] to match on |
//! | retries and rate limits | [`RetryPolicy`] |
//! | time limits | [`ClerkBuilder::call_timeout`] and `timeout` of a call |
//! | a proxy, certificates or your own HTTP client | [`ClerkBuilder::http_client`], [`transport`] |
//! | status, headers and body of a response | `send_raw` of a call, [`RawResponse`] |
//! | fields that the models of this version lack | `extra` of a model; otherwise `send_raw` and [`RawResponse::body`] |
//! | an operation that this version lacks | [`Clerk::request`] |
//! | dates and times | [`Timestamp`](types::Timestamp) |
//! | read a stored model | [`models::from_json`] |
//! | verify a session token, protect a route, receive webhooks | the crate `clerk-auth` |
//! | test without Clerk | the crate `clerk-mock`, or a [`Transport`](transport::Transport) of your own |
//!
//! # Features
//!
//! | feature | default | what it adds |
//! |---|---|---|
//! | `users`, `api-keys`, … | on | one [resource](resources) each: the name of its module, with `-` for `_` |
//! | `blocking` | off | the same API without async |
//! | `reqwest-middleware` | off | a `reqwest-middleware` client as the transport |
//! | `chrono`, `jiff`, `time` | off | conversions of [`Timestamp`](types::Timestamp) |
//! | `description` | off | `DESCRIPTION`, the API description as JSON |
//!
//! # Tolerance
//!
//! The API gains fields and values without notice, so responses are read tolerantly.
//!
//! | the server sends | you get |
//! |---|---|
//! | an unknown field | ignored; kept in `extra` where the description allows free fields |
//! | an unknown enum value, an unknown kind of a union | `Unknown` with what was sent |
//! | a required string, number, boolean, list or map missing or null | its empty value, and one `tracing` warning for the response that names the locations |
//! | a required object, id, secret or timestamp missing or null | an error with its path; in `stream`, for that item alone |
//! | a success without the described body | `None` from deletions and actions such as `ban` and `revoke`; `()` from `send_ignoring_body`; otherwise an error for which [`Error::is_missing_body`] is true |
//! | an integer as `10.0` | the integer |
//! | a lone surrogate | U+FFFD |
//! | an object or list nested more than 100 levels deep | null |
//! | anything else of the wrong type | an error with its path |
//!
//! # Runtime
//!
//! The async client needs a Tokio runtime with timers and I/O enabled (`enable_all`). Without one, a
//! call returns an error. The blocking client brings its own runtime.
//!
//! A connection belongs to the runtime in which it was opened. When that runtime is dropped, its
//! connections are closed, and the client opens new ones the next time it is used. A runtime that
//! exists but is not running, such as a single-threaded one between two `block_on` calls, does not
//! drive its connections, and a call from another runtime may wait on one of them until it times out.
//! Use a separate client for each runtime.
//!
//! A client does not survive `fork`, because both processes would write to the same connections. Create
//! it in the process that uses it.
#![forbid(unsafe_code)]
#![deny(missing_docs)]
#![warn(
    clippy::missing_errors_doc,
    clippy::missing_panics_doc,
    clippy::return_self_not_must_use
)]
#![cfg_attr(docsrs, feature(doc_cfg))]

/// The corrected OpenAPI 3.0 document that this crate is generated from, as JSON.
///
/// For tools that need the API description, such as mock servers.
#[cfg(feature = "description")]
#[doc(alias("openapi", "swagger", "schema", "spec"))]
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
// Formatted by the generator.
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
#[doc(alias("client", "ClerkClient", "backend api", "sdk"))]
pub use client::Clerk;
#[doc(alias(
    "createClerkClient",
    "create client",
    "configure client",
    "config",
    "options"
))]
pub use client::ClerkBuilder;
#[doc(hidden)]
pub use client::credentials;
#[doc(alias("exception", "SDKError", "ClerkAPIResponseError", "status code"))]
pub use error::Error;
pub use error::{ApiError, ErrorKind};
pub use generated::{API_VERSION, BASE_URL, resources};
pub use http::{self, HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
#[doc(alias(
    "paginate",
    "pagination",
    "paginator",
    "all pages",
    "next page",
    "list all"
))]
pub use page::Items;
pub use page::Page;
pub use raw::RawRequest;
#[doc(alias(
    "raw response",
    "headers",
    "response headers",
    "with_raw_response",
    "http response"
))]
pub use raw::RawResponse;
pub use request::Handle;
pub use reqwest;
#[cfg(feature = "reqwest-middleware")]
pub use reqwest_middleware;
pub use retry::RetryPolicy;
#[doc(alias("file", "image", "picture", "upload file", "multipart", "form data"))]
pub use upload::Upload;
