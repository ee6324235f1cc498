//! Pending sessions.

use clerk_auth::{SessionStatus, Status, TokenVerifier};
use serde_json::{Value, json};

use crate::support::{Signer, page, reason};

#[tokio::test]
async fn a_pending_session_is_verified_only_with_the_option() {
    let own = Signer::own();
    let token = own.key.session_token("user_1").pending().mint();
    let verifier = || TokenVerifier::builder().jwt_key(own.key.public_key_pem());
    for token_cache in [0, 10] {
        let strict = verifier().token_cache_size(token_cache).build().unwrap();
        let tolerant = verifier().accept_pending_sessions(true);
        let tolerant = tolerant.token_cache_size(token_cache).build().unwrap();
        for _ in 0..2 {
            let error = strict.verify(&token).await.unwrap_err();
            assert_eq!(error.reason().as_str(), "token-verification-failed");
            assert!(
                error
                    .to_string()
                    .contains("`accept_pending_sessions(true)`"),
                "{error}"
            );
            let claims = tolerant.verify(&token).await.unwrap();
            assert_eq!(claims.status(), SessionStatus::Pending);
        }
    }
    // An expired one has its own error.
    let expired = own.key.session_token("user_1").pending().expired().mint();
    let refused = own.verifier().verify(&expired).await;
    assert_eq!(reason(refused), "token-expired");
}

#[tokio::test]
async fn only_a_user_with_an_active_session_is_verified() {
    let own = Signer::own();
    let token =
        |name: &str, value: Value| own.key.session_token("user_1").claim(name, value).mint();
    for tolerant in [false, true] {
        let verifier = TokenVerifier::builder().jwt_key(own.key.public_key_pem());
        let verifier = verifier.accept_pending_sessions(tolerant).build().unwrap();
        for status in ["revoked", "ended", "Pending", "pending ", ""] {
            let refused = verifier.verify(&token("sts", json!(status))).await;
            assert_eq!(reason(refused), "token-verification-failed", "{status}");
        }
        let refused = verifier.verify(&token("sub", json!(""))).await;
        assert_eq!(reason(refused), "token-verification-failed");
        for status in [json!("active"), json!(null)] {
            verifier.verify(&token("sts", status)).await.unwrap();
        }
    }
}

/// A request accepts a pending session without showing it; its entry in the cache must not be accepted where
/// only active sessions are.
#[tokio::test]
async fn a_pending_session_remembered_from_a_request_is_not_verified() {
    let own = Signer::own();
    let token = own.key.session_token("user_1").pending().mint();
    for hidden in [true, false] {
        let authenticator = own
            .authenticator()
            .pending_is_signed_out(hidden)
            .token_cache_size(10)
            .build()
            .unwrap();
        for _ in 0..2 {
            let bearer = format!("Bearer {token}");
            let request = page("https://app.example.com/", &[("authorization", &bearer)]);
            let state = authenticator.authenticate(&request).await.unwrap();
            assert!(state.is_signed_in());
            assert_eq!(state.auth().is_authenticated(), !hidden);
            let verified = authenticator.verify_token(&token).await;
            assert_eq!(verified.is_err(), hidden);
        }
    }
}

/// Even if handlers see it, its organization is not chosen yet.
#[tokio::test]
async fn a_pending_session_is_not_sent_to_another_organization() {
    let own = Signer::own();
    for (status, expected) in [("active", Status::Handshake), ("pending", Status::SignedIn)] {
        for hidden in [true, false] {
            let authenticator = own
                .authenticator()
                .organization_patterns(["/orgs/:slug"])
                .pending_is_signed_out(hidden)
                .build()
                .unwrap();
            let token = own.key.session_token("user_1").claim("sts", status).mint();
            let cookies = format!("__session={token}; __client_uat=1");
            let request = page("https://app.example.com/orgs/acme", &[("cookie", &cookies)]);
            let state = authenticator.authenticate(&request).await.unwrap();
            assert_eq!(state.status(), expected, "{status} {hidden}");
        }
    }
}
