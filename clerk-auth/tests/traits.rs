//! Traits that callers rely on. They are lost silently when a private field changes, so they are listed here.

use std::error::Error as StdError;
use std::fmt::{Debug, Display};
use std::hash::Hash;

use clerk_auth::backend::{Backend, BackendError, PublicKey};
use clerk_auth::webhook::{
    Event, EventAttributes, EventKind, WebhookError, WebhookErrorKind, WebhookVerifier,
};
use clerk_auth::{
    Accepts, Actor, Auth, Authenticator, AuthenticatorBuilder, CallLimits, Check, Clock, Error,
    ErrorKind, FactorLevel, FailedCheck, KeyCacheOptions, KeyError, MachineAuth, MachineToken,
    MachineTokenError, MachineTokenKind, Organization, OriginalUri, Reason, RequestState,
    Reverification, SessionAuth, SessionClaims, SessionStatus, SignedOut, Status, TokenError,
    TokenType, TokenVerifier, TokenVerifierBuilder, VerifyingKey,
};

fn shared<T: Debug + Clone + Send + Sync + Unpin + 'static>() {}
fn compared<T: PartialEq>() {}
fn hashed<T: Eq + Hash>() {}
fn copied<T: Copy>() {}
fn error<T: StdError + Display + Debug + Clone + Eq + Send + Sync + 'static>() {}
fn printed<T: Display>() {}
fn defaulted<T: Default>() {}

/// Calls a generic function for each of the types.
macro_rules! each {
    ($function:ident: $($type:ty),+ $(,)?) => { $($function::<$type>();)+ };
}

#[test]
fn public_types_are_debug_clone_send_and_sync() {
    each!(shared: Accepts, Actor, Auth, Authenticator, AuthenticatorBuilder, BackendError, CallLimits, Check,
        Clock, Error, ErrorKind, Event, EventAttributes, EventKind, FactorLevel, FailedCheck, KeyCacheOptions,
        KeyError, MachineAuth, MachineToken, MachineTokenError, MachineTokenKind, Organization, OriginalUri,
        PublicKey, Reason, RequestState, Reverification, SessionAuth, SessionClaims, SessionStatus, SignedOut,
        Status, TokenError, TokenType, TokenVerifier, TokenVerifierBuilder, VerifyingKey, WebhookError,
        WebhookErrorKind, WebhookVerifier);
}

#[test]
fn errors_are_errors() {
    each!(error: BackendError, Error, FailedCheck, KeyError, MachineTokenError, TokenError, WebhookError);
}

#[test]
fn plain_data_is_compared_and_hashed() {
    each!(compared: CallLimits, Event, KeyCacheOptions, SessionClaims);
    each!(hashed: Accepts, Actor, Check, ErrorKind, EventAttributes, EventKind, FactorLevel, FailedCheck,
        MachineToken, MachineTokenKind, Organization, OriginalUri, PublicKey, Reason, Reverification,
        SessionStatus, SignedOut, Status, TokenType, WebhookErrorKind);
}

#[test]
fn kinds_are_copied_and_have_the_names_that_clerk_uses() {
    each!(copied: ErrorKind, FactorLevel, MachineTokenKind, Reverification, SessionStatus, SignedOut, Status,
        TokenType, WebhookErrorKind);
    each!(printed: EventKind, FactorLevel, MachineTokenKind, Reason, SessionStatus, Status, TokenType);
    assert_eq!(TokenType::M2mToken.to_string(), "m2m_token");
    assert_eq!(MachineTokenKind::OauthToken.to_string(), "oauth_token");
    assert_eq!(Status::SignedIn.to_string(), "signed-in");
    assert_eq!(SessionStatus::Pending.to_string(), "pending");
    assert_eq!(FactorLevel::MultiFactor.to_string(), "multi_factor");
}

#[test]
fn options_have_defaults() {
    each!(defaulted: Accepts, AuthenticatorBuilder, CallLimits, Check, Clock, KeyCacheOptions, SignedOut,
        TokenVerifierBuilder);
    assert_eq!(KeyCacheOptions::new(), KeyCacheOptions::default());
    assert_eq!(CallLimits::new(), CallLimits::default());
}

#[test]
fn the_futures_of_authentication_can_be_spawned() {
    fn spawned<F: Future + Send>(_: impl Fn() -> F) {}
    fn check(authenticator: &Authenticator, verifier: &TokenVerifier, head: &http::request::Parts) {
        spawned(|| authenticator.authenticate(head));
        spawned(|| authenticator.verify_token(""));
        spawned(|| verifier.verify(""));
    }
    let _ = check;
    let _: Option<&dyn Backend> = None;
}

/// The types of the features.
#[cfg(all(
    feature = "actix-web",
    feature = "axum",
    feature = "poem",
    feature = "rocket",
    feature = "testing"
))]
#[test]
fn types_of_adapters_are_debug_clone_send_and_sync() {
    use clerk_auth::adapter::{
        Optional, OptionalAuth, Rejection, RejectionKind, Require, Requirement,
    };
    use clerk_auth::testing::{TestKey, TestToken, WebhookSigner};
    use clerk_auth::webhook::VerifiedEvent;
    use clerk_auth::{actix_web, axum, poem, rocket, tower};

    each!(shared: Optional<Auth>, OptionalAuth, Rejection, RejectionKind, Require<()>, Requirement,
        actix_web::AuthMiddleware, axum::AuthLayer, poem::AuthMiddleware, rocket::AuthFairing,
        tower::AuthService<()>, TestKey, TestToken<'static>, WebhookSigner, VerifiedEvent);
    each!(hashed: Optional<u8>, RejectionKind, Requirement);
    each!(error: Rejection);
    each!(defaulted: Requirement, WebhookSigner);
}
