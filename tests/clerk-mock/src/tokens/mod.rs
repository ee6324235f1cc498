//! Tokens that the mock signs: its key and their claims.

mod claims;
mod custom_key;
mod session_token;
mod signer;
mod template;

pub(crate) use claims::{Category, Organization, SessionClaims};
pub(crate) use custom_key::CustomKey;
pub(crate) use session_token::Overrides;
pub use session_token::SessionToken;
pub(crate) use signer::Signer;
pub(crate) use template::{Context, claims as template_claims};
