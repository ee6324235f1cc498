//! What an event contains that grants access (codes, links with tickets, backup codes) is not printed.

use clerk_auth::webhook::{Event, EventData};
use serde_json::{Value, json};
use xtask::emit::samples::Extent;

use crate::described::{Described, at_each_place, described};
use crate::events::body;

const CANARY: &str = "CANARY_424242";

/// Names of properties that grant access to whoever reads them, in any event.
const SECRET: [&str; 2] = ["backup_codes", "external_verification_redirect_url"];

/// The same in some events only.
const SECRET_IN: [(&str, &[&str]); 4] = [
    ("email.", &["subject", "body", "body_plain"]),
    ("sms.", &["message"]),
    ("organizationInvitation.", &["url"]),
    ("waitlistEntry.", &["url"]),
];

fn is_secret(kind: &str, pointer: &str) -> bool {
    let name = pointer.trim_end_matches(|it: char| it.is_ascii_digit() || it == '/');
    let name = name.rsplit('/').next().unwrap_or_default();
    let here = SECRET_IN
        .iter()
        .filter(|(event, _)| kind.starts_with(event));
    SECRET.contains(&name) || here.flat_map(|(_, names)| *names).any(|it| *it == name)
}

/// An event, and `data` that it must understand, without the canary in what is printed.
fn hides(kind: &str, pointer: &str, data: &Value) {
    let event = Event::from_slice(&body(kind, data)).expect("an event");
    assert!(
        !matches!(event.data, EventData::Unknown(_)),
        "{kind} {pointer}: {:?}",
        event.data_error()
    );
    let printed = format!("{event:?} {event:#?} {:?}", event.data);
    assert!(!printed.contains(CANARY), "{kind} {pointer}: {printed}");
    // It is hidden, not lost.
    let kept = serde_json::to_string(&event.data).expect("JSON");
    assert!(kept.contains(CANARY), "{kind} {pointer}: {kept}");
}

#[test]
fn no_code_and_no_link_with_a_ticket_is_printed() {
    let mut hidden = Vec::new();
    for Described { kind, sample } in described(Extent::Everything) {
        at_each_place(
            &sample,
            |it| it.is_string().then(|| json!(CANARY)),
            &mut |pointer, data| {
                if is_secret(&kind, pointer) {
                    hides(&kind, pointer, data);
                    hidden.push(format!("{kind}{pointer}"));
                }
            },
        );
    }
    for expected in [
        "email.created/subject",
        "email.created/body",
        "email.created/body_plain",
        "sms.created/message",
        "user.created/phone_numbers/0/backup_codes/0",
        "user.updated/phone_numbers/0/backup_codes/0",
        "organizationInvitation.created/url",
        "organizationInvitation.accepted/url",
        "organizationInvitation.revoked/url",
        "waitlistEntry.updated/invitation/url",
    ] {
        assert!(
            hidden.iter().any(|it| it == expected),
            "{expected}: {hidden:#?}"
        );
    }
}

#[test]
fn the_data_of_a_message_is_not_printed() {
    for Described { kind, mut sample } in described(Extent::Everything) {
        if kind == "email.created" || kind == "sms.created" {
            sample["data"] = json!({
                "otp_code": CANARY,
                "magic_link": format!("https://example.com/?token={CANARY}"),
                "nested": [{ "deep": CANARY }],
            });
            hides(&kind, "/data", &sample);
        }
    }
}

#[test]
fn unexpected_data_is_not_printed() {
    let data = json!({ "id": 1, "body": CANARY, "data": { "otp_code": CANARY } });
    let event = Event::from_slice(&body("email.created", &data)).expect("an event");
    assert!(matches!(event.data, EventData::Unknown(_)));
    let printed = format!("{event:?} {:?}", event.data_error());
    assert!(!printed.contains(CANARY), "{printed}");
}

#[test]
fn members_that_are_not_described_are_not_printed() {
    for Described { kind, mut sample } in described(Extent::Everything) {
        if kind.starts_with("user.") {
            sample["a_new_token"] = json!(CANARY);
            let event = Event::from_slice(&body(&kind, &sample)).expect("an event");
            assert_eq!(event.field("a_new_token"), Some(&json!(CANARY)));
            let printed = format!("{event:?}");
            assert!(!printed.contains(CANARY), "{kind}: {printed}");
        }
    }
}
