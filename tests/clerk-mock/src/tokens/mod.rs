//! Tokens that are signed by the mock: its key, and what is in them.

mod claims;
mod session_token;
mod signer;

pub(crate) use claims::{Category, Organization, SessionClaims};
pub use session_token::SessionToken;
pub(crate) use session_token::Wishes;
pub(crate) use signer::Signer;
