//! Open enums and tagged unions, from text and from JSON values.

use std::collections::HashMap;

use clerk_api::types::{Nullable, Secret, UnknownValue};
use http_tests::{Address, Contact, Status};
use serde_json::{Value, json};

fn contact(text: &str) -> Contact {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{text}: {error}"))
}

#[test]
fn an_open_enum_is_read_and_written() {
    assert_eq!(Status::KNOWN, ["active", "on hold"]);
    for (text, value) in [("active", Status::Active), ("on hold", Status::OnHold)] {
        assert_eq!(Status::from(text), value);
        assert_eq!(Status::from(text.to_owned()), value);
        assert_eq!(text.parse::<Status>(), Ok(value.clone()));
        assert_eq!(value.as_str(), text);
        assert_eq!(value.to_string(), text);
        assert_eq!(serde_json::to_value(&value).expect("JSON"), json!(text));
        assert_eq!(
            serde_json::from_value::<Status>(json!(text)).expect("a status"),
            value
        );
        assert_eq!(Nullable::<Status>::from(text), Nullable::Value(value));
    }
    let unknown: Status = serde_json::from_str(r#""br\u0061nd \"new\"""#).expect("a status");
    assert_eq!(unknown.as_str(), "brand \"new\"");
    assert_eq!(
        serde_json::to_string(&unknown).expect("JSON"),
        r#""brand \"new\"""#
    );
    assert_eq!(unknown, Status::from("brand \"new\""));
    assert_eq!(
        format!("{:>6}|{:?}", Status::Active, Status::Active),
        "active|Active"
    );
    let counted: HashMap<Status, i32> = [(Status::Active, 1), (unknown, 2)].into();
    assert_eq!(counted[&Status::from("brand \"new\"")], 2);
    assert!(serde_json::from_value::<Status>(json!(1)).is_err());
    let _: fn(&UnknownValue) -> &str = UnknownValue::as_str;
}

#[test]
fn a_union_is_read_wherever_its_tag_is() {
    for text in [
        r#"{"object":"phone","number":7}"#,
        r#"{"number":7,"object":"phone"}"#,
        r#"{"other":{"object":"email"},"number":7,"object":"phone","last":[1,{"a":null}]}"#,
        r#"{"obj\u0065ct":"phone","numb\u0065r":7}"#,
    ] {
        assert!(
            matches!(contact(text), Contact::Phone(phone) if phone.number == 7 && phone.object == "phone"),
            "{text}"
        );
        let value: Value = serde_json::from_str(text).expect("JSON");
        assert!(
            matches!(serde_json::from_value(value), Ok(Contact::Phone(_))),
            "{text}"
        );
        let mut reader = text.as_bytes();
        assert!(
            matches!(serde_json::from_reader(&mut reader), Ok(Contact::Phone(_))),
            "{text}"
        );
    }
}

#[test]
fn an_unknown_kind_is_written_back_unchanged() {
    for (json, tag) in [
        (json!({ "object": "pigeon", "wings": 2 }), Some("pigeon")),
        (json!({ "wings": 2, "object": "pigeon" }), Some("pigeon")),
        (json!({ "wings": 2 }), None),
        (json!({ "object": 7 }), None),
        (json!({ "object": null, "a": { "b": [1.5, "x"] } }), None),
        (json!({}), None),
    ] {
        let contact = contact(&json.to_string());
        match &contact {
            Contact::Unknown(kind) => {
                assert_eq!(kind.tag(), tag);
                assert_eq!(*kind.json(), json);
            }
            known => panic!("{json} is read as {known:?}"),
        }
        assert_eq!(serde_json::to_value(&contact).expect("JSON"), json);
    }
}

#[test]
fn a_known_kind_is_strict_about_its_content() {
    for text in [
        r#"{"object":"phone"}"#,
        r#"{"object":"phone","number":"x"}"#,
        r#"{"number":"x","object":"phone"}"#,
    ] {
        assert!(serde_json::from_str::<Contact>(text).is_err(), "{text}");
    }
    for text in [
        "[]",
        "null",
        "\"phone\"",
        "1",
        r#"{"object":"phone","number":7"#,
    ] {
        assert!(serde_json::from_str::<Contact>(text).is_err(), "{text}");
    }
}

#[test]
fn a_union_works_in_a_struct_that_keeps_unknown_fields() {
    for text in [
        r#"{"city":"x","contact":{"object":"phone","number":7},"more":1}"#,
        r#"{"more":1,"contact":{"number":7,"object":"phone"},"city":"x"}"#,
    ] {
        let address: Address = serde_json::from_str(text).expect("an address");
        assert!(matches!(&address.contact, Some(Contact::Phone(phone)) if phone.number == 7));
        assert_eq!(address.extra["more"], 1);
    }

    #[derive(serde::Deserialize)]
    struct Around {
        #[serde(flatten)]
        contact: Contact,
    }
    let around: Around =
        serde_json::from_str(r#"{"number":7,"object":"phone"}"#).expect("flattened");
    assert!(matches!(around.contact, Contact::Phone(phone) if phone.number == 7));
}

#[test]
fn an_unknown_kind_does_not_print_its_content() {
    let contact = contact(r#"{"object":"vault","token":"secret_token"}"#);
    let text = format!("{contact:?}");
    assert!(
        text.contains("vault") && !text.contains("secret_token"),
        "{text}"
    );
}

#[test]
fn secrets_are_equal_by_value_and_never_printed() {
    let secret = Secret::from("abc".to_owned());
    assert_eq!(secret, Secret::from("abc"));
    assert_ne!(secret, Secret::from("abd"));
    assert_eq!(format!("{secret:?}"), "Secret([redacted])");
    assert_eq!(serde_json::to_value(&secret).expect("JSON"), json!("abc"));
    assert_eq!(
        serde_json::from_value::<Secret>(json!("abc")).expect("a secret"),
        secret
    );
}
