//! Which webhooks are verified, and which are rejected.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use clerk_api::types::Timestamp;
use clerk_auth::Clock;
use clerk_auth::testing::WebhookSigner;
use clerk_auth::webhook::{Event, WebhookError, WebhookErrorKind, WebhookVerifier};
use http::{HeaderMap, HeaderValue, StatusCode};

use crate::signing::{
    ID, KEY, OTHER_KEY, SENT_AT, at, headers, secret, signature, signed, verifier,
};

const BODY: &[u8] = br#"{"object":"event","type":"user.deleted","timestamp":1716883200,"instance_id":"ins_1","data":{"object":"user","id":"user_1","deleted":true}}"#;

fn verified(headers: &HeaderMap) -> Result<Event, WebhookError> {
    verifier().verify(headers, BODY)
}

fn refusal(headers: &HeaderMap) -> WebhookError {
    verified(headers).expect_err("it is not Clerk's")
}

fn is_signature_refused(headers: &HeaderMap) {
    let error = refusal(headers);
    assert_eq!(error.kind(), WebhookErrorKind::Signature);
    assert_eq!(
        error.to_string(),
        "Unable to verify incoming webhook: No matching signature found"
    );
    assert!(error.is_unverified());
    assert_eq!(error.status(), StatusCode::BAD_REQUEST);
}

#[test]
fn a_webhook_signed_by_another_implementation_is_accepted() {
    // Made with Python's hmac module.
    let written = "v1,4SHnndBl342UMZ3J8I02FiRzyuXHeRBwMTNfOAikLh8=";
    assert_eq!(signature(KEY, ID, SENT_AT, BODY), written);
    let event = verified(&headers(ID, "1716883200", written)).expect("it is Clerk's");
    assert_eq!(event.kind.as_str(), "user.deleted");
    assert_eq!(event.timestamp, Some(Timestamp::from(SENT_AT * 1000)));
    assert_eq!(event.message_id.as_deref(), Some(ID));
    assert_eq!(event.instance_id.as_deref(), Some("ins_1"));
}

#[test]
fn one_valid_signature_among_several_is_enough() {
    let good = signature(KEY, ID, SENT_AT, BODY);
    let other = signature(OTHER_KEY, ID, SENT_AT, BODY);
    let time = SENT_AT.to_string();
    for signatures in [
        format!("{other} {good}"),
        format!("v2,abc {good}"),
        format!("v1a,{} {good} v1,AAAA", &good[3..]),
        format!("nonsense v1, , {good}"),
    ] {
        let event = verified(&headers(ID, &time, &signatures));
        assert!(event.is_ok(), "{signatures}: {event:?}");
    }
}

#[test]
fn signatures_of_other_versions_keys_ids_times_and_bodies_are_rejected() {
    let good = signature(KEY, ID, SENT_AT, BODY);
    let time = SENT_AT.to_string();
    let bare = &good[3..];
    for signatures in [
        signature(OTHER_KEY, ID, SENT_AT, BODY),
        signature(KEY, "msg_2", SENT_AT, BODY),
        signature(KEY, ID, SENT_AT + 1, BODY),
        signature(KEY, ID, SENT_AT, b"{}"),
        format!("v2,{bare}"),
        format!("v1a,{bare}"),
        bare.to_owned(),
        format!("v1;{bare}"),
        format!("v1,{}", &bare[..bare.len() - 4]),
        format!("v1,{bare}AAAA"),
        "v1,".to_owned(),
        "v1,not base64".to_owned(),
    ] {
        is_signature_refused(&headers(ID, &time, &signatures));
    }
}

#[test]
fn the_received_bytes_are_what_is_signed() {
    let written_again = serde_json::to_vec(
        &serde_json::from_slice::<serde_json::Value>(b" {\"a\": 1}").expect("JSON"),
    )
    .expect("JSON");
    let headers = signed(b" {\"a\": 1}");
    assert!(
        verifier()
            .verify_signature(&headers, b" {\"a\": 1}")
            .is_ok()
    );
    assert!(
        verifier()
            .verify_signature(&headers, &written_again)
            .is_err()
    );
    let bytes = [0xff, 0x00, 0xfe];
    assert!(verifier().verify_signature(&signed(&bytes), &bytes).is_ok());
}

#[test]
fn a_webhook_may_be_five_minutes_old_or_early_and_no_more() {
    let headers = signed(BODY);
    for now in [SENT_AT, SENT_AT + 300, SENT_AT - 300] {
        assert!(at(now).verify(&headers, BODY).is_ok(), "{now}");
    }
    for (now, message) in [
        (SENT_AT + 301, "Message timestamp too old"),
        (SENT_AT - 301, "Message timestamp too new"),
    ] {
        let error = at(now).verify(&headers, BODY).expect_err("out of time");
        assert_eq!(error.kind(), WebhookErrorKind::Timestamp);
        assert!(error.is_unverified());
        assert_eq!(
            error.to_string(),
            format!("Unable to verify incoming webhook: {message}")
        );
    }
    let strict = at(SENT_AT + 11).tolerance(Duration::from_secs(10));
    assert!(strict.verify(&headers, BODY).is_err());
    let strict = at(SENT_AT + 10).tolerance(Duration::from_secs(10));
    assert!(strict.verify(&headers, BODY).is_ok());
}

#[test]
fn the_time_is_checked_before_the_signature() {
    let error = at(SENT_AT + 301)
        .verify(&headers(ID, &SENT_AT.to_string(), "v1,AAAA"), BODY)
        .expect_err("neither holds");
    assert_eq!(error.kind(), WebhookErrorKind::Timestamp);
}

#[test]
fn a_fraction_of_a_second_is_cut_off() {
    let good = signature(KEY, ID, SENT_AT, BODY);
    assert!(verified(&headers(ID, "1716883200.5", &good)).is_ok());
    assert!(verified(&headers(ID, " 1716883200 ", &good)).is_ok());
}

#[test]
fn a_malformed_time_is_rejected() {
    for time in ["abc", "-", "+", ".5"] {
        let error = refusal(&headers(ID, time, &signature(KEY, ID, SENT_AT, BODY)));
        assert_eq!(error.kind(), WebhookErrorKind::Headers, "{time}");
        assert_eq!(
            error.to_string(),
            "Unable to verify incoming webhook: Invalid Signature Headers"
        );
    }
    // The largest and the smallest time, and others beyond them.
    for (time, message) in [
        ("9223372036854775807", "too new"),
        ("99999999999999999999", "too new"),
        ("-9223372036854775808", "too old"),
        ("-99999999999999999999", "too old"),
    ] {
        let error = refusal(&headers(ID, time, "v1,AAAA"));
        assert_eq!(error.kind(), WebhookErrorKind::Timestamp, "{time}");
        assert!(error.to_string().ends_with(message), "{error}");
    }
}

#[test]
fn missing_headers_are_named_and_blank_ones_are_missing() {
    let missing = |headers: &HeaderMap| refusal(headers).to_string();
    let prefix = "Missing required webhook headers: ";
    assert_eq!(
        missing(&HeaderMap::new()),
        format!("{prefix}svix-id, svix-timestamp, svix-signature")
    );
    let mut without_time = signed(BODY);
    without_time.remove("svix-timestamp");
    assert_eq!(missing(&without_time), format!("{prefix}svix-timestamp"));
    assert_eq!(
        missing(&headers(" ", "1", " ")),
        format!("{prefix}svix-id, svix-signature")
    );
}

#[test]
fn headers_of_another_name_do_not_count() {
    let mut renamed = HeaderMap::new();
    for (name, value) in signed(BODY) {
        let name = name
            .expect("each stands once")
            .as_str()
            .replace("svix", "webhook");
        renamed.insert(http::HeaderName::try_from(name).expect("a name"), value);
    }
    assert_eq!(refusal(&renamed).kind(), WebhookErrorKind::Headers);
}

#[test]
fn during_a_rotation_both_secrets_are_valid() {
    let both = verifier().also_accept(secret(OTHER_KEY)).expect("a secret");
    let time = SENT_AT.to_string();
    for key in [KEY, OTHER_KEY] {
        let headers = headers(ID, &time, &signature(key, ID, SENT_AT, BODY));
        assert!(both.verify(&headers, BODY).is_ok());
    }
    let third = signature(b"a third one", ID, SENT_AT, BODY);
    let headers = headers(ID, &time, &third);
    assert!(both.verify(&headers, BODY).is_err());
}

#[test]
fn a_secret_may_lack_its_prefix() {
    let bare = secret(KEY).replace("whsec_", "");
    let verifier = WebhookVerifier::new(format!(" {bare}\n")).expect("a secret");
    let verifier = verifier.clock(clerk_auth::Clock::fixed(SENT_AT * 1000));
    assert!(verifier.verify(&signed(BODY), BODY).is_ok());
}

#[test]
fn a_malformed_secret_is_rejected_with_the_fix() {
    for (secret, part) in [
        ("", "CLERK_WEBHOOK_SIGNING_SECRET"),
        ("  ", "CLERK_WEBHOOK_SIGNING_SECRET"),
        ("whsec_", "Signing Secret"),
        ("whsec_not/base64!", "Signing Secret"),
    ] {
        let error = WebhookVerifier::new(secret).expect_err("no secret");
        assert!(error.is_configuration() && !error.is_unverified());
        assert_eq!(error.status(), StatusCode::INTERNAL_SERVER_ERROR);
        assert!(error.to_string().contains(part), "{error}");
        assert!(verifier().also_accept(secret).is_err());
    }
}

#[test]
fn a_verified_body_that_is_not_an_event_is_a_separate_error() {
    for body in [&b"no JSON"[..], b"", b"[]", b"{}", b"{\"type\":1}", b"\xff"] {
        let error = verifier()
            .verify(&signed(body), body)
            .expect_err("no event");
        assert_eq!(error.kind(), WebhookErrorKind::Body);
        assert!(!error.is_unverified() && !error.is_configuration());
        let message = error.to_string().to_lowercase();
        assert!(!message.contains("unable to verify"), "{message}");
    }
}

#[test]
fn neither_secret_nor_signature_is_ever_printed() {
    let good = signature(KEY, ID, SENT_AT, BODY);
    let other = signature(OTHER_KEY, ID, SENT_AT, BODY);
    let error = refusal(&headers(ID, &SENT_AT.to_string(), &other));
    let no_secret = WebhookVerifier::new("whsec_CANARY!").expect_err("no base64");
    let shown = format!(
        "{:?} {error} {error:?} {no_secret} {no_secret:?}",
        verifier()
    );
    for secret in [
        &secret(KEY)[6..],
        &good[3..],
        &other[3..],
        "CANARY",
        "a signing secret",
    ] {
        assert!(!shown.contains(secret), "{shown}");
    }
}

#[test]
fn the_signer_for_tests_agrees_with_this_one() {
    let signer = WebhookSigner::new().clock(Clock::fixed(SENT_AT * 1000));
    let encoded = signer.secret().strip_prefix("whsec_").expect("a secret");
    let key = STANDARD.decode(encoded).expect("base64");
    let body = b"any bytes: \xff";
    let headers = signer.headers(body);
    let id = headers["svix-id"].to_str().expect("text");
    assert_eq!(headers["svix-timestamp"], SENT_AT.to_string().as_str());
    assert_eq!(
        headers["svix-signature"],
        signature(&key, id, SENT_AT, body).as_str()
    );
    signer
        .verifier()
        .verify_signature(&headers, body)
        .expect("proven");
    assert!(
        verifier().verify_signature(&headers, body).is_err(),
        "another secret"
    );
}

/// As in a framework with its own types.
#[test]
fn headers_of_any_type_are_read() {
    let good = signature(KEY, ID, SENT_AT, BODY);
    let time = SENT_AT.to_string();
    let event = verifier()
        .verify_parts(ID, &time, &good, BODY)
        .expect("it is Clerk's");
    assert_eq!(event.message_id.as_deref(), Some(ID));
    let borrowed = [
        ("Svix-Id", ID),
        ("SVIX-TIMESTAMP", &*time),
        ("svix-signature", &*good),
    ];
    assert!(verifier().verify_headers(borrowed, BODY).is_ok());
    let owned = borrowed.map(|(name, value)| (name.to_owned(), value.as_bytes().to_vec()));
    assert!(verifier().verify_headers(owned.clone(), BODY).is_ok());
    let in_a_map = std::collections::HashMap::from(owned);
    assert!(verifier().verify_headers(&in_a_map, BODY).is_ok());
    let lines = [
        ("svix-signature", "v1,AAAA"),
        ("svix-id", ID),
        ("svix-id", "another"),
        ("svix-timestamp", &*time),
        ("svix-signature", &*good),
        ("accept", "*/*"),
    ];
    assert!(verifier().verify_headers(lines, BODY).is_ok());

    let error = verifier()
        .verify_parts(" ", &time, "", BODY)
        .expect_err("blank");
    assert_eq!(
        error.to_string(),
        "Missing required webhook headers: svix-id, svix-signature"
    );
    let changed = verifier().verify_parts("msg_2", &time, &good, BODY);
    assert_eq!(
        changed.expect_err("another id").kind(),
        WebhookErrorKind::Signature
    );
    let no_text = [
        ("svix-id", &b"\xff"[..]),
        ("svix-timestamp", time.as_bytes()),
    ];
    let error = verifier()
        .verify_headers(no_text, BODY)
        .expect_err("no text");
    assert_eq!(error.kind(), WebhookErrorKind::Headers);
}

#[test]
fn each_message_of_the_signer_has_an_id_of_its_own() {
    let signer = WebhookSigner::new();
    let ids: std::collections::HashSet<String> = (0..100)
        .map(|_| {
            let event = signer.verifier().verify(&signer.headers(BODY), BODY);
            event.expect("an event").message_id.expect("an id")
        })
        .collect();
    assert_eq!(ids.len(), 100);
    assert!(ids.iter().all(|id| id.starts_with("msg_")), "{ids:?}");
    let again = signer.headers_of("msg_1", BODY);
    let event = signer.verifier().verify(&again, BODY).expect("an event");
    assert_eq!(event.message_id.as_deref(), Some("msg_1"));
}

#[test]
fn signatures_may_be_in_several_headers() {
    let good = signature(KEY, ID, SENT_AT, BODY);
    let mut lines = headers(ID, &SENT_AT.to_string(), "v1,AAAA");
    let line = HeaderValue::from_str(&format!("{good},more")).expect("a header");
    lines.append("svix-signature", line);
    assert!(verified(&lines).is_ok());
    // The first occurrence of the other headers counts.
    lines.append("svix-id", HeaderValue::from_static("another"));
    assert!(verified(&lines).is_ok());
    for other in [good.replace("v1,", "v1"), good.replace("v1,", "v1a,")] {
        assert!(verified(&headers(ID, &SENT_AT.to_string(), &other)).is_err());
    }
}
