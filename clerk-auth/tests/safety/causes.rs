//! The cause of an error is kept, from the backend to the caller.

use std::error::Error as StdError;

use clerk_api::transport::{Body, Transport, TransportError, TransportErrorKind, TransportFuture};
use clerk_api::types::Secret;
use clerk_auth::backend::Backend;
use clerk_auth::webhook::{Event, WebhookVerifier};
use clerk_auth::{MachineTokenKind, TokenVerifier};

/// A network that is down.
struct Down;

impl Transport for Down {
    fn execute(&self, _: http::Request<Body>) -> TransportFuture<'_> {
        let cause = std::io::Error::other("the cable is cut");
        Box::pin(async { Err(TransportError::new(TransportErrorKind::Other, cause)) })
    }
}

#[track_caller]
fn check(error: &(dyn StdError + 'static)) {
    let mut next = Some(error);
    let mut chain = Vec::new();
    while let Some(error) = next {
        if let Some(io) = error.downcast_ref::<std::io::Error>() {
            assert_eq!(io.to_string(), "the cable is cut");
            return;
        }
        chain.push(error.to_string());
        next = error.source();
    }
    panic!("no cause: {chain:?}");
}

#[tokio::test]
async fn the_cause_of_a_failed_call_is_the_source_of_the_error() {
    let clerk =
        clerk_api::Clerk::builder().secret_key("sk_test_0123456789012345678901234567890123456789");
    let clerk = clerk.transport(Down).build().unwrap();
    check(&clerk.keys().await.unwrap_err());
    let token = Secret::from("token");
    for kind in [
        MachineTokenKind::ApiKey,
        MachineTokenKind::M2mToken,
        MachineTokenKind::OauthToken,
    ] {
        check(&clerk.verify_machine_token(kind, &token).await.unwrap_err());
    }
    check(&clerk.exchange_handshake_nonce(&token).await.unwrap_err());
}

#[test]
fn the_fault_of_an_option_is_the_source_of_the_error() {
    let error = TokenVerifier::builder()
        .jwt_key("no key")
        .build()
        .unwrap_err();
    let cause = error.source().expect("a cause");
    assert!(error.to_string().contains(&cause.to_string()), "{error}");
}

#[test]
fn the_fault_of_a_webhook_is_the_source_of_the_error() {
    let error = Event::from_slice(b"{ \"type\": ").unwrap_err();
    let cause = error.source().expect("a cause");
    assert!(cause.is::<serde_json::Error>(), "{cause}");
    // An error of base64 would quote part of the secret.
    let error = WebhookVerifier::new("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaL!!!").unwrap_err();
    assert!(error.source().is_none());
}
