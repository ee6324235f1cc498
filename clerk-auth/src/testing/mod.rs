//! For the tests of an application: tokens of a local key, and requests that are signed in without
//! any token.
//!
//! A handler is tested without Clerk either by sending it real tokens, which an [`Authenticator`]
//! accepts that knows the local key, or by giving it an [`Auth`] of the test's own making:
//!
//! ```
//! use clerk_auth::testing::{self, TestKey};
//! use clerk_auth::{Check, TokenVerifier};
//!
//! # async fn run() -> Result<(), Box<dyn std::error::Error>> {
//! let key = TestKey::shared();
//! let token = key
//!     .session_token("user_1")
//!     .organization("org_1")
//!     .role("org:admin")
//!     .permissions(["org:invoices:create"])
//!     .mint();
//!
//! let verifier = TokenVerifier::builder().jwt_key(key.public_key_pem()).build()?;
//! let claims = verifier.verify(&token).await?;
//! assert!(claims.has(&Check::permission("org:invoices:create")));
//!
//! let mut request = http::Request::new(());
//! request.extensions_mut().insert(testing::signed_in("user_1"));
//! # Ok(()) }
//! ```
//!
//! Tokens can be wrong on purpose: expired ([`TestToken::expired`]), changed after they were signed
//! ([`TestToken::tampered`]), or with any header or claim replaced or left out.
//!
//! [`Authenticator`]: crate::Authenticator

mod key;
mod permissions;
mod pkcs8;
#[cfg(test)]
mod tests;
mod token;

use std::sync::Arc;

pub use key::TestKey;
pub use token::TestToken;

use crate::auth::{Auth, MachineAuth, SignedOut};
use crate::machine::MachineToken;

/// A user who is signed in, without an organization. [`TestToken::auth`] makes others.
pub fn signed_in(user_id: impl Into<String>) -> Auth {
    TestKey::shared().session_token(user_id).auth()
}

/// Nobody.
pub fn signed_out() -> Auth {
    Auth::SignedOut(SignedOut::default())
}

/// A machine, or whoever else a machine token stands for.
///
/// ```
/// use clerk_auth::testing;
/// use clerk_auth::{MachineToken, MachineTokenKind};
///
/// let key = MachineToken::new(MachineTokenKind::ApiKey, "ak_1", "user_1");
/// assert_eq!(testing::machine(key).user_id(), Some("user_1"));
/// ```
pub fn machine(token: MachineToken) -> Auth {
    Auth::Machine(MachineAuth::new(Arc::new(token), "test".into()))
}
