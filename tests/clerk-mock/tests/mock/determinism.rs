//! The same seed and the same requests give the same answers.

use std::time::{Duration, SystemTime};

use clerk_mock::{ClerkMock, Clock};
use serde_json::{Value, json};

use crate::support::ByHand;

/// Kept and generated things alike.
fn answers(seed: u64) -> Vec<Value> {
    let clock = Clock::fixed(SystemTime::UNIX_EPOCH + Duration::from_secs(1_780_000_000));
    let mock = ClerkMock::builder()
        .seed(seed)
        .clock(clock)
        .start_blocking()
        .unwrap();
    let user = ByHand::new("POST", "/v1/users")
        .json(&json!({ "email_address": ["ada@example.com"] }))
        .send(&mock)
        .json();
    let target = format!(
        "/v1/users/{}/billing/subscription",
        user["id"].as_str().unwrap()
    );
    vec![
        user,
        ByHand::new("GET", &target).send(&mock).json(),
        ByHand::new("GET", "/v1/billing/plans").send(&mock).json(),
        ByHand::new("GET", "/v1/nothing").send(&mock).json(),
    ]
}

#[test]
fn one_seed_has_one_history() {
    assert_eq!(answers(1), answers(1));
    assert_ne!(answers(1)[0], answers(2)[0]);
    assert_ne!(answers(1)[1], answers(2)[1]);
}

#[test]
fn a_request_for_something_else_has_another_answer() {
    let mock = ClerkMock::start_blocking();
    let template = |id: &str| {
        let mut template = ByHand::new("GET", &format!("/v1/billing/statements/{id}"))
            .send(&mock)
            .json();
        assert_eq!(template["id"], id);
        template["id"] = Value::Null;
        template
    };
    assert_eq!(template("stmt_1"), template("stmt_1"));
    assert_ne!(template("stmt_1"), template("stmt_2"));
}
