//! Authenticates requests for Clerk.
#![forbid(unsafe_code)]
#![deny(missing_docs)]
#![cfg_attr(docsrs, feature(doc_cfg))]

mod accepts;
mod auth;
mod authenticate;
pub mod backend;
mod claims;
mod clock;
mod error;
mod keys;
mod machine;
mod reason;
mod request_state;
mod token;
mod verifier;

pub use accepts::{Accepts, TokenType};
pub use auth::{Auth, MachineAuth, SessionAuth, SignedOut};
pub use authenticate::{Authenticator, AuthenticatorBuilder};
pub use claims::{
    Actor, Check, FactorLevel, Organization, Reverification, SessionClaims, SessionStatus,
};
pub use clerk_api::types::Secret;
pub use clock::Clock;
pub use error::{Error, ErrorKind};
pub use machine::{MachineToken, MachineTokenError, MachineTokenKind};
pub use reason::Reason;
pub use request_state::{RequestState, Status};
pub use token::{InvalidKey, TokenError, VerifyingKey};
pub use verifier::{TokenVerifier, TokenVerifierBuilder};
