//! Unknown key ids: anyone can send them, which must not cause a fetch each.

use std::sync::Arc;

use clerk_auth::TokenVerifier;
use serde_json::json;
use test_support::Reply;
use tokio::task::JoinSet;

use crate::support::{
    Clerk, Signer, claims, header, later, reason, seconds, set, unsigned, with_signature,
};

const MANY: usize = 10_000;

/// A token with an invalid signature and an unknown key id.
fn made_up(number: usize) -> String {
    let message = unsigned(
        &header(json!({ "kid": format!("ins_{number}") })),
        &claims().to_string(),
    );
    with_signature(&message, &[7; 256])
}

async fn all_are_refused(
    verifier: &TokenVerifier,
    numbers: std::ops::Range<usize>,
    expected: &str,
) {
    for number in numbers {
        assert_eq!(reason(verifier.verify(&made_up(number)).await), expected);
    }
}

#[tokio::test]
async fn one_after_the_other_they_cause_one_fetch_in_a_cool_down() {
    let own = Signer::own();
    let clerk = Clerk::with([own.jwk()]);
    let verifier = clerk.verifier().build().unwrap();
    verifier.verify(&own.token()).await.unwrap();
    assert_eq!(clerk.requests(), 1);
    all_are_refused(&verifier, 0..MANY, "jwk-kid-mismatch").await;
    assert_eq!(clerk.requests(), 2);
    later(seconds(5)).await;
    all_are_refused(&verifier, 0..100, "jwk-kid-mismatch").await;
    assert_eq!(clerk.requests(), 3);
    verifier.verify(&own.token()).await.unwrap();
    assert_eq!(clerk.requests(), 3);
}

#[tokio::test]
async fn the_fetch_that_a_cold_start_needs_counts() {
    let clerk = Clerk::with([Signer::own().jwk()]);
    let verifier = clerk.verifier().build().unwrap();
    all_are_refused(&verifier, 0..MANY, "jwk-kid-mismatch").await;
    assert_eq!(clerk.requests(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn all_at_once_they_cause_one_fetch() {
    let own = Signer::own();
    let clerk = Clerk::with([own.jwk()]);
    let verifier = Arc::new(clerk.verifier().build().unwrap());
    verifier.verify(&own.token()).await.unwrap();
    let mut tasks = JoinSet::new();
    for number in 0..MANY {
        let verifier = Arc::clone(&verifier);
        tasks.spawn(async move { reason(verifier.verify(&made_up(number)).await) });
    }
    let reasons = tasks.join_all().await;
    assert_eq!(reasons.len(), MANY);
    assert!(reasons.iter().all(|reason| reason == "jwk-kid-mismatch"));
    assert_eq!(clerk.requests(), 2);
}

#[tokio::test]
async fn they_cause_one_fetch_in_a_cool_down_while_clerk_fails() {
    let clerk = Clerk::answering(Reply::json(500, json!({})));
    let verifier = clerk.verifier_without_retries().build().unwrap();
    all_are_refused(&verifier, 0..MANY, "jwk-remote-failed-to-load").await;
    assert_eq!(clerk.requests(), 1);
    later(seconds(5)).await;
    all_are_refused(&verifier, 0..100, "jwk-remote-failed-to-load").await;
    assert_eq!(clerk.requests(), 2);
}

#[tokio::test]
async fn a_fetch_has_at_most_two_attempts() {
    let clerk = Clerk::answering(Reply::json(500, json!({})));
    let verifier = clerk.verifier().build().unwrap();
    all_are_refused(&verifier, 0..100, "jwk-remote-failed-to-load").await;
    assert_eq!(clerk.requests(), 2);
}

#[tokio::test]
async fn invalid_signatures_cause_no_fetch_of_a_known_key() {
    let own = Signer::own();
    let clerk = Clerk::with([own.jwk()]);
    let verifier = clerk.verifier().build().unwrap();
    verifier.verify(&own.token()).await.unwrap();
    let message = unsigned(&header(json!({})), &claims().to_string());
    for number in 0..1000_u16 {
        let signature = number.to_be_bytes().repeat(128);
        let token = with_signature(&message, &signature);
        assert_eq!(
            reason(verifier.verify(&token).await),
            "token-invalid-signature"
        );
    }
    assert_eq!(clerk.requests(), 1);
}

#[tokio::test]
async fn a_key_that_is_published_just_after_a_fetch_is_accepted_at_once() {
    let (own, foreign) = (Signer::own(), Signer::foreign());
    let clerk = Clerk::with([own.jwk()]);
    let verifier = clerk.verifier().build().unwrap();
    verifier.verify(&own.token()).await.unwrap();
    clerk.now_answers(set([own.jwk(), foreign.jwk_of("ins_new")]));
    verifier.verify(&foreign.token_of("ins_new")).await.unwrap();
    verifier.verify(&own.token()).await.unwrap();
    assert_eq!(clerk.requests(), 2);
}

#[tokio::test]
async fn a_key_that_is_published_within_a_cool_down_is_accepted_after_it() {
    let (own, foreign) = (Signer::own(), Signer::foreign());
    let clerk = Clerk::with([own.jwk()]);
    let verifier = clerk.verifier().build().unwrap();
    verifier.verify(&own.token()).await.unwrap();
    let new = foreign.token_of("ins_new");
    assert_eq!(reason(verifier.verify(&new).await), "jwk-kid-mismatch");
    clerk.now_answers(set([own.jwk(), foreign.jwk_of("ins_new")]));
    assert_eq!(reason(verifier.verify(&new).await), "jwk-kid-mismatch");
    later(seconds(5)).await;
    verifier.verify(&new).await.unwrap();
    assert_eq!(clerk.requests(), 3);
}
