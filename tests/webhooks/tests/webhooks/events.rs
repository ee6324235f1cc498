//! What is around the data of an event.

use clerk_auth::webhook::{Event, EventData, EventKind, WebhookErrorKind};
use serde_json::{Value, json};
use test_support::Log;
use tracing::level_filters::LevelFilter;

use crate::signing::{signed, verifier};

/// An event as it is posted.
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

/// What is warned of while something is read.
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
    assert_eq!(event.timestamp, Some(1_716_883_200));
    assert_eq!(event.instance_id.as_deref(), Some("ins_1"));
    assert_eq!(event.attributes.client_ip.as_deref(), Some("192.0.2.1"));
    assert_eq!(event.attributes.user_agent.as_deref(), Some("Browser/1.0"));
    let EventData::UserDeleted(user) = event.data else {
        panic!("{:?}", event.data);
    };
    assert_eq!(user.id.as_deref(), Some("user_1"));
}

#[test]
fn what_is_around_the_data_may_be_missing_or_odd() {
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
    let fraction = br#"{"type":"user.deleted","timestamp":1716883200.9,"data":{"id":"user_1"}}"#;
    let event = Event::from_slice(fraction).expect("an event");
    assert_eq!(event.timestamp, Some(1_716_883_200));
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
fn data_of_another_form_is_an_error_with_its_place() {
    for (data, place) in [
        (json!([1]), "$"),
        (json!("text"), "$"),
        (Value::Null, "$"),
        (json!({ "id": { "a": 1 }, "email_addresses": 5 }), "$.id"),
        (
            json!({ "id": "user_1", "email_addresses": 5 }),
            "$.email_addresses",
        ),
    ] {
        let error = Event::from_slice(&body("user.created", &data)).expect_err("another form");
        assert_eq!(error.kind(), WebhookErrorKind::Body);
        let end = format!("the data of user.created has another form at {place}");
        assert!(error.to_string().ends_with(&end), "{error}");
    }
}
