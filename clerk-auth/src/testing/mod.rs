//! Test helpers for applications: tokens signed with a local key, and authenticated requests without any
//! token.
//!
//! There are two ways to test a handler without Clerk: send it tokens that are signed with a local key and
//! accepted by [`authenticator`], or insert an [`Auth`] into the request:
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
//! Tokens can be invalid on purpose: expired ([`TestToken::expired`]), with an invalid signature
//! ([`TestToken::tampered`]), or with any header parameter or claim replaced or removed.
//!
//! To test handlers of webhooks, sign their bodies with a [`WebhookSigner`].

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

/// Returns an authenticator that accepts the tokens of a key. It does not call Clerk or redirect browsers:
/// without a valid token, a request is signed out.
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
#[must_use]
#[expect(
    clippy::missing_panics_doc,
    reason = "the key was validated when it was created"
)]
#[doc(alias("mock", "test authenticator"))]
pub fn authenticator(key: &TestKey) -> Authenticator {
    authenticator_builder(key)
        .build()
        .expect("the key was validated when it was created")
}

/// Returns the builder of [`authenticator`], to change its options.
pub fn authenticator_builder(key: &TestKey) -> AuthenticatorBuilder {
    Authenticator::builder()
        .publishable_key(PUBLISHABLE_KEY)
        .secret_key("sk_live_made_up")
        .are_test_keys()
        .jwt_key(key.public_key_pem())
        .handshakes(false)
}

/// The key of `clerk.example.com`, a production instance: a development instance requires a cookie that Clerk
/// sets.
const PUBLISHABLE_KEY: &str = "pk_live_Y2xlcmsuZXhhbXBsZS5jb20k";

/// Returns the authentication of a user without an organization. For anything else, use [`TestToken::auth`].
#[must_use]
#[doc(alias("mock user", "fake user", "test user"))]
pub fn signed_in(user_id: impl Into<String>) -> Auth {
    TestKey::shared().session_token(user_id).auth()
}

/// Returns the authentication of an unauthenticated request.
#[must_use]
pub fn signed_out() -> Auth {
    Auth::SignedOut(SignedOut::default())
}

/// Returns the authentication of a request with a machine token.
///
/// ```
/// use clerk_auth::testing;
/// use clerk_auth::{MachineToken, MachineTokenKind};
///
/// let key = MachineToken::new(MachineTokenKind::ApiKey, "ak_1", "user_1");
/// assert_eq!(testing::machine(key).user_id(), Some("user_1"));
/// ```
#[must_use]
#[doc(alias = "mock api key")]
pub fn machine(token: MachineToken) -> Auth {
    Auth::Machine(MachineAuth::new(Arc::new(token), "test".into()))
}
