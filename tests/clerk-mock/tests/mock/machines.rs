//! API keys and tokens of machines.

use std::time::{Duration, SystemTime};

use clerk_api::{Clerk, Error, models};
use clerk_mock::{ClerkMock, Clock};
use serde_json::json;

use crate::support::RawRequest;

#[track_caller]
fn has_code<T: std::fmt::Debug>(result: Result<T, Error>, code: &str) {
    let error = result.unwrap_err();
    assert!(error.has_code(code), "{error}");
}

fn standing_clock() -> Clock {
    Clock::fixed(SystemTime::UNIX_EPOCH + Duration::from_secs(1_780_000_000))
}

#[tokio::test]
async fn the_secret_of_an_api_key_is_shown_once_and_verifies_it() {
    let mock = ClerkMock::start().await;
    let clerk = mock.client();
    let user = clerk
        .users()
        .create()
        .username("user-1")
        .send()
        .await
        .unwrap();
    let created = clerk
        .api_keys()
        .create("backup job", &user.id)
        .scopes(["read"])
        .send()
        .await
        .unwrap();
    assert!(created.secret.expose().starts_with("ak_"));
    let read = RawRequest::new("GET", &format!("/v1/api_keys/{}", created.id))
        .send(&mock)
        .json();
    assert!(read.get("secret").is_none(), "{read}");
    let verified = clerk
        .api_keys()
        .verify(created.secret.clone())
        .send()
        .await
        .unwrap();
    assert_eq!((&verified.id, &verified.subject), (&created.id, &user.id));
    assert!(!verified.revoked && !verified.expired && verified.last_used_at.is_some());
    has_code(
        clerk.api_keys().verify("ak_none").send().await,
        "resource_not_found",
    );
    let secret = clerk
        .api_keys()
        .get_secret(&created.id)
        .send()
        .await
        .unwrap();
    assert_eq!(secret.secret.expose(), created.secret.expose());

    assert_eq!(
        clerk
            .api_keys()
            .list(&user.id)
            .send()
            .await
            .unwrap()
            .total_count,
        Some(1)
    );
    let revoked = clerk
        .api_keys()
        .revoke(&created.id)
        .revocation_reason("lost")
        .send()
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        (revoked.revoked, revoked.revocation_reason.as_deref()),
        (true, Some("lost"))
    );
    assert!(
        clerk
            .api_keys()
            .verify(created.secret)
            .send()
            .await
            .unwrap()
            .revoked
    );
    assert!(
        clerk
            .api_keys()
            .list(&user.id)
            .send()
            .await
            .unwrap()
            .is_empty()
    );
    let other = "user_000000000000000000000000000";
    assert!(
        clerk
            .api_keys()
            .list(other)
            .send()
            .await
            .unwrap()
            .is_empty()
    );

    clerk.api_keys().delete(&created.id).send().await.unwrap();
    assert!(
        clerk
            .api_keys()
            .get(&created.id)
            .send()
            .await
            .unwrap_err()
            .is_not_found()
    );
}

#[tokio::test]
async fn keys_and_tokens_expire_by_the_clock() {
    let mock = ClerkMock::builder()
        .clock(standing_clock())
        .start()
        .await
        .unwrap();
    let clerk = with_machine(&mock);
    let user = clerk
        .users()
        .create()
        .username("user-2")
        .send()
        .await
        .unwrap();
    let key = clerk
        .api_keys()
        .create("short", &user.id)
        .seconds_until_expiration(60)
        .send()
        .await
        .unwrap();
    assert_eq!(
        key.expiration.map(|end| end.as_milliseconds()),
        Some(1_780_000_060_000)
    );
    let token = clerk
        .m2m()
        .create_token()
        .seconds_until_expiration(60)
        .send()
        .await
        .unwrap();
    mock.clock().advance(Duration::from_secs(60));
    assert!(
        clerk
            .api_keys()
            .verify(key.secret)
            .send()
            .await
            .unwrap()
            .expired
    );
    assert!(
        clerk
            .m2m()
            .verify_token(token.token)
            .send()
            .await
            .unwrap()
            .expired
    );
}

#[tokio::test]
async fn tokens_belong_to_the_machine_whose_key_created_them() {
    let mock = ClerkMock::start().await;
    let machine = mock
        .client()
        .machines()
        .create("worker")
        .send()
        .await
        .unwrap();
    let as_machine: Clerk = mock
        .client_builder()
        .machine_secret_key(machine.secret_key)
        .build()
        .unwrap();
    let token = as_machine
        .m2m()
        .create_token()
        .claims(json!({ "job": 1 }))
        .send()
        .await
        .unwrap();
    assert_eq!(token.subject, machine.id);
    assert!(token.token.expose().starts_with("mt_"));
    let verified = as_machine
        .m2m()
        .verify_token(token.token.clone())
        .send()
        .await
        .unwrap();
    assert_eq!(
        (verified.id.clone(), verified.claims),
        (token.id.clone(), Some(json!({ "job": 1 })))
    );
    assert_eq!(
        as_machine
            .m2m()
            .list_tokens(&machine.id)
            .send()
            .await
            .unwrap()
            .total_count,
        Some(1)
    );

    let revoked = as_machine
        .m2m()
        .revoke_token(&token.id)
        .send()
        .await
        .unwrap()
        .unwrap();
    assert!(revoked.revoked);
    assert!(
        as_machine
            .m2m()
            .list_tokens(&machine.id)
            .send()
            .await
            .unwrap()
            .is_empty()
    );
    let all = as_machine
        .m2m()
        .list_tokens(&machine.id)
        .revoked(true)
        .send()
        .await
        .unwrap();
    assert_eq!(all.total_count, Some(1));
    has_code(
        as_machine.m2m().verify_token("mt_none").send().await,
        "resource_not_found",
    );
}

#[tokio::test]
async fn a_token_is_reused_unless_it_expires_too_soon() {
    let mock = ClerkMock::builder()
        .clock(standing_clock())
        .start()
        .await
        .unwrap();
    let clerk = with_machine(&mock);
    let create = |least: i64| {
        clerk
            .m2m()
            .create_token()
            .seconds_until_expiration(100)
            .min_remaining_ttl_seconds(least)
            .send()
    };
    let first = create(50).await.unwrap();
    assert_eq!(create(50).await.unwrap().id, first.id);
    mock.clock().advance(Duration::from_secs(60));
    assert_ne!(create(50).await.unwrap().id, first.id);
}

#[tokio::test]
async fn tokens_can_be_signed() {
    let mock = ClerkMock::start().await;
    let clerk = with_machine(&mock);
    let token = clerk
        .m2m()
        .create_token()
        .token_format(models::M2mTokenFormat::Jwt)
        .send()
        .await
        .unwrap();
    let header = jsonwebtoken::decode_header(token.token.expose()).unwrap();
    assert_eq!(
        header.kid.as_deref(),
        mock.jwks()["keys"][0]["kid"].as_str()
    );
    let verified = clerk.m2m().verify_token(token.token).send().await.unwrap();
    assert_eq!(verified.id, token.id);
}

/// A client with the key of a machine beside that of the instance.
fn with_machine(mock: &ClerkMock) -> Clerk {
    let machine = format!("ak_{}", "a".repeat(27));
    let clerk = mock.client_builder().machine_secret_key(machine);
    clerk.build().unwrap()
}

#[tokio::test]
async fn machine_operations_are_served_without_the_version_too() {
    let mock = ClerkMock::start().await;
    let made = RawRequest::new("POST", "/m2m_tokens")
        .header("authorization", "Bearer ak_1")
        .json(&json!({}))
        .send(&mock);
    assert_eq!(made.status, 201);
    let token = made.json()["token"].clone();
    let verified = RawRequest::new("POST", "/m2m_tokens/verify")
        .json(&json!({ "token": token }))
        .send(&mock);
    assert_eq!(
        (verified.status, &verified.json()["id"]),
        (200, &made.json()["id"])
    );
    let oauth = RawRequest::new("POST", "/oauth_applications/access_tokens/verify")
        .json(&json!({ "access_token": "oat_1" }))
        .send(&mock);
    assert_eq!(oauth.status, 200);
}
