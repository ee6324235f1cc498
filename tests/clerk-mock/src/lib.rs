//! A fake Clerk Backend API for tests: embedded, on loopback, and driven by the API description.
//!
//! ```
//! use clerk_mock::ClerkMock;
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), clerk_api::Error> {
//! let mock = ClerkMock::start().await;
//! let clerk = mock.client(); // a clerk_api::Clerk
//! assert!(clerk.users().list().send().await?.is_empty());
//! # Ok(()) }
//! ```
//!
//! - Every request is checked against the description: path, parameters and their encoding, body,
//!   key and version, and against the rules that no schema expresses: what can be combined, what
//!   needs something else, how texts look. What is wrong is reported in Clerk's error envelope, with
//!   Clerk's status and code.
//! - Every valid request of every operation is answered with a body that the description allows,
//!   the same for the same [seed](ClerkMockBuilder::seed).
//! - What was created through the API is kept, whatever it is: it can be read, listed, changed and
//!   deleted.
//! - Session tokens are signed with its own key, which `GET /jwks` serves:
//!   [`ClerkMock::mint_session_token`].
//! - [`Fault`]s come when asked for: [`ClerkMock::fail_next`], [`ClerkMock::fault`], or with a
//!   request in the header `x-clerk-mock-fault`.
//! - [`ClerkMock::requests`] has what came in.
//!
//! [`Instances`] and [`validate`] are what it is made of: values for the schemas of the
//! description, and whether a value is one.
//!
//! # What it does not do
//!
//! It sends nothing: no email, no text message, no webhook. It checks the length of passwords and not
//! their strength, and enforces no plan and no rate limit. Codes of verifications are all right but
//! `000000`. Tokens from JWT templates are signed with the mock's key, or with one of the template for
//! HS256 to HS512 and RS256 to RS512; templates with other algorithms are refused.
//! What cannot be created through the API is made up to fit the request: billing plans, statements and
//! subscriptions, clients, and tokens of OAuth providers.
#![forbid(unsafe_code)]
#![deny(missing_docs)]
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
mod random;
mod recorded;
mod refusal;
mod rules;
mod server;
mod shared;
mod spoil;
mod state;
mod tokens;
mod validate;

pub use clock::Clock;
pub use description::Operation;
pub use faults::{Fault, UnknownFault, When};
pub use instances::{GeneratedRequest, Instances, Mode};
pub use mock::{ClerkMock, ClerkMockBuilder, UnknownIds};
pub use recorded::RecordedRequest;
pub use tokens::SessionToken;
pub use validate::{Problem, ProblemKind, validate};
