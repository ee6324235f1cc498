//! Events, apart from their data.

use clerk_api::types::Timestamp;
use clerk_auth::webhook::{Event, EventData, EventKind};
use serde_json::{Value, json};
use test_support::Log;
use tracing::level_filters::LevelFilter;

use crate::signing::{ID, signed, verifier};

/// The body of an event.
pub(crate) fn body(kind: &str, data: &Value) -> Vec<u8> {
    let event = json!({
        "object": "event",
        "type": kind,
        "timestamp": 1_716_883_200,
        "instance_id": "ins_1",
        "event_attributes": {
            "http_request": { "client_ip": "192.0.2.1", "user_agent": "Browser/1.0" },
        },
        "data": data,
    });
    event.to_string().into_bytes()
}

/// The warnings while reading an event.
pub(crate) fn repairs<T>(read: impl FnOnce() -> T) -> (T, String) {
    let log = Log::default();
    let subscriber = log.subscriber(LevelFilter::WARN);
    let value = tracing::subscriber::with_default(subscriber, read);
    (value, log.text())
}

fn deleted() -> Value {
    json!({ "object": "user", "id": "user_1", "deleted": true })
}

#[test]
fn an_event_says_when_where_and_for_whom_it_happened() {
    let body = body("user.deleted", &deleted());
    let event = verifier().verify(&signed(&body), &body).expect("an event");
    assert_eq!(event.kind, EventKind::UserDeleted);
    assert_eq!(event.message_id.as_deref(), Some(ID));
    assert_eq!(event.timestamp, Some(Timestamp::from(1_716_883_200_000)));
    assert_eq!(event.instance_id.as_deref(), Some("ins_1"));
    assert_eq!(event.attributes.client_ip.as_deref(), Some("192.0.2.1"));
    assert_eq!(event.attributes.user_agent.as_deref(), Some("Browser/1.0"));
    let EventData::UserDeleted(user) = event.data else {
        panic!("{:?}", event.data);
    };
    assert_eq!(user.id.as_deref(), Some("user_1"));
}

#[test]
fn everything_but_the_type_may_be_missing_or_malformed() {
    for around in [
        json!({}),
        json!({ "timestamp": null, "instance_id": null, "event_attributes": null }),
        json!({ "timestamp": "x", "instance_id": 1, "event_attributes": [] }),
        json!({ "event_attributes": { "http_request": null } }),
        json!({ "object": 1, "new": {} }),
    ] {
        let mut event = around.clone();
        event["type"] = json!("user.deleted");
        event["data"] = deleted();
        let event = Event::from_slice(event.to_string().as_bytes());
        let event = event.unwrap_or_else(|error| panic!("{around}: {error}"));
        assert!(matches!(event.data, EventData::UserDeleted(_)));
        assert_eq!((event.timestamp, event.instance_id), (None, None));
    }
}

/// Values below 10¹¹ are seconds.
#[test]
fn a_timestamp_in_seconds_is_the_same_moment_as_one_in_milliseconds() {
    for (written, milliseconds) in [
        ("1654012591", 1_654_012_591_000),
        ("1654012591835", 1_654_012_591_835),
        ("1654012591.835", 1_654_012_591_835),
        ("1654012591835.0", 1_654_012_591_835),
        ("1.654012591e9", 1_654_012_591_000),
        ("99999999999", 99_999_999_999_000),
        ("100000000000", 100_000_000_000),
        ("0", 0),
        ("-1", -1_000),
        ("9223372036854775807", i64::MAX),
        ("-9223372036854775808", i64::MIN),
        ("1e300", i64::MAX),
    ] {
        let body = format!(r#"{{"type":"user.deleted","timestamp":{written},"data":{{}}}}"#);
        let event = Event::from_slice(body.as_bytes()).expect("an event");
        let timestamp = event.timestamp.expect("a timestamp");
        assert_eq!(timestamp.as_milliseconds(), milliseconds, "{written}");
    }
}

#[test]
fn an_event_of_an_unknown_kind_keeps_its_data() {
    let data = json!({ "id": "x_1", "of": ["any", { "form": null }] });
    let event = Event::from_slice(&body("spaceship.launched", &data)).expect("an event");
    assert_eq!(event.kind.as_str(), "spaceship.launched");
    assert_eq!(event.kind.to_string(), "spaceship.launched");
    assert_eq!(event.data, EventData::Unknown(data.clone()));
    assert_eq!(serde_json::to_value(&event.data).expect("JSON"), data);
    let bare = Event::from_slice(br#"{"type":"spaceship.launched"}"#).expect("an event");
    assert_eq!(bare.data, EventData::Unknown(Value::Null));
}

#[test]
fn unexpected_data_is_kept_with_the_reason() {
    for (data, reason) in [
        (json!([1]), "expected an object, found a list at $"),
        (json!("text"), "expected an object, found a string at $"),
        (Value::Null, "expected an object, found null at $"),
        (
            json!({ "object": "user", "id": "user_1", "created_at": 1, "updated_at": 1, "banned": "no" }),
            "expected true or false, found a string at $.banned",
        ),
        (
            json!({ "object": "user", "id": null, "created_at": 1, "updated_at": 1 }),
            "expected an id, found null at $.id",
        ),
    ] {
        let body = body("user.updated", &data);
        let event = verifier().verify(&signed(&body), &body).expect("an event");
        assert_eq!(event.kind, EventKind::UserUpdated);
        assert_eq!(event.data, EventData::Unknown(data));
        let expected = format!("unexpected data for user.updated: {reason}");
        assert_eq!(event.data_error(), Some(&*expected));
    }
    let odd = json!({ "object": "user", "id": "user_1", "banned": "no" });
    let body = body("user.updated", &odd);
    let event = verifier().verify(&signed(&body), &body).expect("an event");
    assert_eq!(event.data, EventData::Unknown(odd));
    assert!(
        event
            .data_error()
            .is_some_and(|reason| reason.contains("$.banned"))
    );
}

#[test]
fn a_session_whose_user_is_null_has_no_user() {
    let data = json!({
        "object": "session", "id": "sess_1", "user_id": "user_1", "client_id": "c", "status": "active",
        "last_active_at": 1, "expire_at": 1, "abandon_at": 1, "updated_at": 1, "created_at": 1,
        "user": null,
    });
    let event = Event::from_slice(&body("session.created", &data)).expect("an event");
    let EventData::SessionCreated(session) = &event.data else {
        panic!("{event:?}");
    };
    assert_eq!(session.user, None);
}

#[test]
fn unknown_data_is_not_printed() {
    for (kind, data) in [
        ("spaceship.launched", json!({ "token": "CANARY" })),
        (
            "user.updated",
            json!({ "id": "CANARY", "banned": "CANARY" }),
        ),
        (
            "user.deleted",
            json!({ "id": "user_1", "new": "CANARY", "deleted": true }),
        ),
    ] {
        let event = Event::from_slice(&body(kind, &data)).expect("an event");
        let shown = format!("{event:?} {:?}", event.data_error());
        assert!(!shown.contains("CANARY"), "{shown}");
    }
}

/// As the samples of `paymentAttempt.created` have the items.
#[test]
fn fields_that_the_description_lacks_are_readable() {
    let data = json!({
        "object": "commerce_subscription_item", "id": "csub_item_1", "status": "active",
        "interval": "month", "is_free_trial": false, "subscription_id": "sub_1",
        "period_start": 1_716_883_200_000_i64, "period_end": null, "plan": null, "plan_id": null,
        "plan_period": "month", "lifetime_paid": 10_000, "next_payment_amount": 2_000,
        "next_payment_date": 1_719_561_600_000_i64, "past_due_at": 1_719_561_600_001_i64,
        "amount": {
            "amount": 2_000, "amount_formatted": "$20.00", "currency": "USD", "currency_symbol": "$",
        },
        "brand_new": ["any", { "form": 1 }],
    });
    let event = Event::from_slice(&body("subscriptionItem.active", &data)).expect("an event");
    let EventData::SubscriptionItemActive(item) = &event.data else {
        panic!("{event:?}");
    };
    assert_eq!(item.plan_period.as_deref(), Some("month"));
    assert_eq!(item.lifetime_paid, Some(10_000));
    assert_eq!(item.amount.as_ref().expect("an amount").amount, 2_000);
    assert_eq!(
        item.next_payment_date,
        Some(Timestamp::from(1_719_561_600_000))
    );
    assert_eq!(item.past_due_at, Some(Timestamp::from(1_719_561_600_001)));
    assert_eq!(event.field("brand_new"), Some(&data["brand_new"]));
    assert_eq!(event.field("lifetime_paid"), Some(&json!(10_000)));
    assert_eq!(event.field("no_such_member"), None);
    assert_eq!(event.json()["data"], data);
    assert_eq!(
        event.json()["event_attributes"]["http_request"]["client_ip"],
        "192.0.2.1"
    );
}

/// User input must not make every delivery of a webhook fail.
#[test]
fn unusual_json_does_not_fail_an_event() {
    let json = String::from_utf8(body("user.deleted", &deleted())).expect("text");
    for body in [
        format!("\u{feff}{json}"),
        json.replace("Browser/1.0", r"Browser \ud83d"),
        json.replace("Browser/1.0", r"\uDE00\ud83d\ude00"),
        json.replace("user_1\"", r#"user_1", "name": "\udc00""#),
        json.replace(
            "user_1\"",
            &format!(r#"user_1", "deep": {}{}"#, "[".repeat(900), "]".repeat(900)),
        ),
    ] {
        let body = body.as_bytes();
        let event = verifier().verify(&signed(body), body).expect("an event");
        assert!(matches!(event.data, EventData::UserDeleted(_)), "{event:?}");
        let text = serde_json::to_string(&event).expect("JSON");
        let read: Event = serde_json::from_str(&text).expect("an event");
        assert_eq!(read, event);
    }
}

#[test]
fn an_event_survives_a_queue() {
    let kept = json!({ "id": "user_1", "deleted": true, "brand_new": [1.5, null] });
    for (kind, data) in [
        ("user.deleted", kept),
        ("user.updated", json!({ "banned": "no" })),
        ("spaceship.launched", json!({ "x": 1 })),
    ] {
        let body = body(kind, &data);
        let event = verifier().verify(&signed(&body), &body).expect("an event");
        let written = serde_json::to_string(&event).expect("JSON");
        let read: Event = serde_json::from_str(&written).expect("an event");
        assert_eq!(read, event);
        assert_eq!(read.message_id.as_deref(), Some(ID));
        let value = serde_json::to_value(&event).expect("JSON");
        assert_eq!(
            serde_json::from_value::<Event>(value).expect("an event"),
            event
        );
        // The JSON that Clerk sent is an event too, without a message id.
        let bare: Event = serde_json::from_slice(&body).expect("an event");
        assert_eq!((bare.message_id, bare.kind), (None, event.kind));
    }
    for text in ["[]", "{}", "{\"type\":1}", "null"] {
        assert!(serde_json::from_str::<Event>(text).is_err(), "{text}");
    }
}
