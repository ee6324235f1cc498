//! What is allocated on the way of a session token: only what stays.

use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use allocation_counter::{AllocationInfo, measure};
use clerk_auth::testing::{TestKey, TestToken};
use clerk_auth::{SessionClaims, TokenVerifier};

/// With a key at hand nothing is waited for.
fn verify(verifier: &TokenVerifier, token: &str) -> Arc<SessionClaims> {
    let future = pin!(verifier.verify(token));
    match future.poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(claims) => claims.unwrap(),
        Poll::Pending => panic!("the key is at hand"),
    }
}

/// What a second verification allocates; the first may set up what lasts for the process.
fn of_a_verification(verifier: &TokenVerifier, token: &str) -> AllocationInfo {
    verify(verifier, token);
    let mut claims = None;
    let info = measure(|| claims = Some(verify(verifier, token)));
    assert!(claims.is_some());
    info
}

fn in_organization(permissions: usize) -> TestToken<'static> {
    let permissions = (0..permissions).map(|index| format!("org:f{}:p{}", index / 10, index % 10));
    TestKey::shared()
        .session_token("user_1")
        .authorized_party("https://app.example.com")
        .organization("org_1")
        .slug("acme")
        .role("org:admin")
        .permissions(permissions)
        .plans(["o:business"])
        .claim(
            "act",
            serde_json::json!({ "sub": "user_2", "type": "agent" }),
        )
        // The JSON reader keeps a small stack while it skips objects in objects, so not deeper.
        .claim(
            "metadata",
            serde_json::json!({ "department": "sales", "level": 3 }),
        )
}

fn verifier(token_cache: usize) -> TokenVerifier {
    TokenVerifier::builder()
        .jwt_key(TestKey::shared().public_key_pem())
        .authorized_parties(["https://app.example.com"])
        .token_cache(token_cache)
        .build()
        .unwrap()
}

#[test]
fn a_verification_allocates_only_what_it_keeps() {
    let verifier = verifier(0);
    let party = "https://app.example.com";
    let plain = TestKey::shared()
        .session_token("user_1")
        .authorized_party(party);
    for (name, token) in [
        ("without organization", plain.clone()),
        ("version 1 without organization", plain.version_1()),
        ("version 2", in_organization(25)),
        ("version 1", in_organization(25).version_1()),
    ] {
        let info = of_a_verification(&verifier, &token.mint());
        assert!(info.count_total > 0, "{name}");
        assert_eq!(
            i64::try_from(info.count_total),
            Ok(info.count_current),
            "{name}: what was allocated and what of it is left: {info:?}"
        );
    }
}

#[test]
fn a_remembered_token_allocates_nothing() {
    let info = of_a_verification(&verifier(1), &in_organization(25).mint());
    assert_eq!((info.count_total, info.count_current), (0, 0), "{info:?}");
}
