//! A fake Clerk for tests: every operation of Clerk's Backend API, embedded in the test and served on
//! loopback.
//!
//! ```
//! use clerk_mock::ClerkMock;
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), clerk_api::Error> {
//! let mock = ClerkMock::start().await;
//! let clerk = mock.client(); // a clerk_api::Clerk
//!
//! let user = clerk.users().create().email_address(["ada@example.com"]).send().await?;
//! assert_eq!(clerk.users().get(&user.id).send().await?, user);
//! assert_eq!(mock.requests().len(), 2);
//! # Ok(()) }
//! ```
//!
//! It needs no account, network or container. Requests of any client are served, not only those of
//! `clerk-api`.
//!
//! # Features
//!
//! - Every request is checked against the API description, and against rules that its schemas do not express,
//!   such as parameters that exclude or require each other. A violation is reported in Clerk's error envelope,
//!   with Clerk's status and code.
//! - What is created through the API is kept. It can be read, listed, searched, changed and deleted.
//! - Everything else is generated: a valid request of any operation gets a body that the description allows, the
//!   same for the same [seed](ClerkMockBuilder::seed).
//! - [Session tokens](ClerkMock::mint_session_token) are signed with a key that `GET /jwks` serves.
//! - [Faults](Fault), such as timeouts, rate limits and lost connections, are produced on request.
//! - All [requests](ClerkMock::requests) are recorded.
//! - A [clock](Clock) lets tokens, invitations and sessions expire without waiting.
//!
//! # Where do I find …
//!
//! | to … | use |
//! |---|---|
//! | start a mock | [`ClerkMock::start`], without async [`ClerkMock::start_blocking`] |
//! | choose the port, the accepted key or the seed | [`ClerkMock::builder`] |
//! | get a client | [`ClerkMock::client`], without async `ClerkMock::blocking_client` (feature `blocking`) |
//! | change timeouts or retries of the client | [`ClerkMock::client_builder`] |
//! | point another client to the mock | [`ClerkMock::base_url`], [`ClerkMock::secret_key`] |
//! | create test users | the API itself: `clerk.users().create()` |
//! | sign in a test user | [`ClerkMock::mint_session_token`], with other claims [`ClerkMock::session_token`] |
//! | verify these tokens | [`ClerkMock::public_key_pem`], [`ClerkMock::jwks`], [`ClerkMock::issuer`] |
//! | make requests fail | [`ClerkMock::fail_next`], [`ClerkMock::fault`], or the header `x-clerk-mock-fault` |
//! | see what was sent | [`ClerkMock::requests`] |
//! | let time pass | [`ClerkMock::clock`], [`Clock::advance`] |
//! | call operations with any id | [`UnknownIds::MakeUp`] |
//! | generate values for a schema | [`Instances`] |
//! | check a value against a schema | [`validate`] |
//!
//! # The binary
//!
//! `clerk-mock --port 4010` runs the same mock as a process, for programs in other languages. It prints its base
//! URL and runs until it is interrupted. [`Fault`] has the values of the header `x-clerk-mock-fault`.
//!
//! | option | meaning |
//! |---|---|
//! | `--port PORT` | the port; 0 is any free one. Default: 4010. |
//! | `--seed NUMBER` | the seed of generated values. Default: 0. |
//! | `--secret-key KEY` | the only accepted secret key. Default: any `sk_test_…`. |
//! | `--make-up-unknown-ids` | make up users and other objects for ids that do not exist, instead of 404 |
//!
//! # Limits
//!
//! - The mock sends nothing: no email, no text message, no webhook.
//! - It checks the length of passwords but not their strength, and enforces no plan and no rate limit.
//! - Every verification code is accepted except `000000`.
//! - Tokens from JWT templates are signed with the key of the mock, or with that of the template for HS256 to
//!   HS512 and RS256 to RS512. Templates with other algorithms are rejected.
//! - What cannot be created through the API is made up to fit the request: billing plans, statements and
//!   subscriptions, clients, and tokens of OAuth providers.
//! - The frontend API is not served, except for its keys.
#![forbid(unsafe_code)]
#![deny(missing_docs)]
#![warn(
    clippy::missing_errors_doc,
    clippy::missing_panics_doc,
    clippy::return_self_not_must_use
)]
#![cfg_attr(docsrs, feature(doc_cfg))]

mod check;
mod clock;
mod description;
mod faults;
mod generated;
mod instances;
mod list;
mod mock;
mod percent;
mod recorded;
mod rejection;
mod rules;
mod samples;
mod server;
mod shared;
mod spoil;
mod state;
mod tokens;
mod validate;

pub use clock::Clock;
pub use description::Operation;
pub use faults::{Fault, UnknownFault, When};
pub use http::{HeaderMap, Method, StatusCode};
pub use instances::{GeneratedRequest, Instances, Mode};
#[doc(alias("mock server", "fake clerk", "test server"))]
pub use mock::ClerkMock;
pub use mock::{ClerkMockBuilder, UnknownIds};
pub use recorded::RecordedRequest;
pub use tokens::SessionToken;
pub use validate::{Problem, ProblemKind, validate};
