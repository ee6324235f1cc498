//! The same seed and the same requests give the same responses.

use std::time::{Duration, SystemTime};

use clerk_mock::{ClerkMock, Clock};
use serde_json::{Value, json};

use crate::support::RawRequest;

/// Responses from the state, and generated ones.
fn responses(seed: u64) -> Vec<Value> {
    let clock = Clock::fixed(SystemTime::UNIX_EPOCH + Duration::from_secs(1_780_000_000));
    let mock = ClerkMock::builder()
        .seed(seed)
        .clock(clock)
        .start_blocking()
        .unwrap();
    let user = RawRequest::new("POST", "/v1/users")
        .json(&json!({ "email_address": ["ada@example.com"] }))
        .send(&mock)
        .json();
    let target = format!(
        "/v1/users/{}/billing/subscription",
        user["id"].as_str().unwrap()
    );
    vec![
        user,
        RawRequest::new("GET", &target).send(&mock).json(),
        RawRequest::new("GET", "/v1/billing/plans")
            .send(&mock)
            .json(),
        RawRequest::new("GET", "/v1/nothing").send(&mock).json(),
    ]
}

#[test]
fn the_same_seed_gives_the_same_responses() {
    assert_eq!(responses(1), responses(1));
    assert_ne!(responses(1)[0], responses(2)[0]);
    assert_ne!(responses(1)[1], responses(2)[1]);
}

#[test]
fn another_request_has_another_response() {
    let mock = ClerkMock::start_blocking();
    let template = |id: &str| {
        let mut template = RawRequest::new("GET", &format!("/v1/billing/statements/{id}"))
            .send(&mock)
            .json();
        assert_eq!(template["id"], id);
        template["id"] = Value::Null;
        template
    };
    assert_eq!(template("stmt_1"), template("stmt_1"));
    assert_ne!(template("stmt_1"), template("stmt_2"));
}
