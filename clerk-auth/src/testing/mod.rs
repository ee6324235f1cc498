//! For the tests of an application: tokens of a local key, and requests that are signed in without
//! any token.
//!
//! A handler is tested without Clerk either by sending it real tokens, which an [`Authenticator`]
//! accepts that knows the local key ([`authenticator`]), or by giving it an [`Auth`] of the test's own making:
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
//! What receives webhooks is tested with those that a [`WebhookSigner`] signs.

mod key;
mod permissions;
mod pkcs8;
#[cfg(test)]
mod tests;
mod token;
mod webhook;

use std::sync::Arc;

pub use key::TestKey;
pub use token::TestToken;
pub use webhook::WebhookSigner;

use crate::auth::{Auth, MachineAuth, SignedOut};
use crate::authenticate::{Authenticator, AuthenticatorBuilder};
use crate::machine::MachineToken;

/// An authenticator that accepts the tokens of a key and calls nobody. It sends nobody to Clerk
/// either: without a good token a request is signed out.
///
/// ```
/// use clerk_auth::testing::{self, TestKey};
///
/// # async fn run() -> Result<(), clerk_auth::Error> {
/// let key = TestKey::shared();
/// let authenticator = testing::authenticator(key);
///
/// let token = key.session_token("user_1").mint();
/// let request = http::Request::get("https://app.example.com/")
///     .header("authorization", format!("Bearer {token}"))
///     .body(())
///     .unwrap();
/// let state = authenticator.authenticate(&request.into_parts().0).await?;
/// assert_eq!(state.auth().user_id(), Some("user_1"));
/// # Ok(()) }
/// ```
pub fn authenticator(key: &TestKey) -> Authenticator {
    authenticator_builder(key)
        .build()
        .expect("the key was checked when it was made")
}

/// The builder of [`authenticator`], to change options of.
pub fn authenticator_builder(key: &TestKey) -> AuthenticatorBuilder {
    Authenticator::builder()
        .publishable_key(PUBLISHABLE_KEY)
        .secret_key("sk_live_made_up")
        .keys_are_made_up()
        .jwt_key(key.public_key_pem())
        .handshakes(false)
}

/// That of `clerk.example.com`, a production instance: those of development want to see a cookie of
/// the browser that Clerk sets.
const PUBLISHABLE_KEY: &str = "pk_live_Y2xlcmsuZXhhbXBsZS5jb20k";

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
