//! Responses that differ from the description, on a model with a field of every shape.

use clerk_api::Error;
use clerk_api::types::Timestamp;
use http_tests::{Contact, Person, Status};
use serde_json::{Map, Value, json};
use test_support::{Log, Reply, Server};

use crate::support::{people, person};

/// A person decoded from JSON with these changes, and the warnings.
async fn read(change: impl FnOnce(&mut Value)) -> (Result<Person, Error>, String) {
    let mut json = person("person_1");
    change(&mut json);
    let server = Server::script([Reply::json(200, json)]);
    let log = Log::default();
    let guard = log.start();
    let result = people(&server).get("person_1").send().await;
    drop(guard);
    let warnings = log
        .text()
        .lines()
        .filter(|line| line.contains(" WARN "))
        .map(|line| format!("{line}\n"))
        .collect();
    (result, warnings)
}

async fn taken(change: impl FnOnce(&mut Value)) -> Person {
    let (result, warnings) = read(change).await;
    assert_eq!(warnings, "", "nothing had to be repaired");
    result.expect("a person")
}

/// A person that had to be repaired at these locations, once each: one warning names them all.
async fn repaired(change: impl FnOnce(&mut Value), places: &[&str]) -> Person {
    let (result, warnings) = read(change).await;
    for place in places {
        assert!(
            warnings.contains(&format!("{place} (")),
            "{place} is not in: {warnings}"
        );
    }
    assert_eq!(warnings.lines().count(), 1, "{warnings}");
    let count = format!("repairs={} ", places.len());
    assert!(warnings.contains(&count), "{warnings}");
    assert!(
        warnings.contains("people.get"),
        "the warning is in the span of the call: {warnings}"
    );
    result.expect("a person")
}

async fn refused(change: impl FnOnce(&mut Value)) -> Error {
    let (result, _) = read(change).await;
    result.expect_err("it does not fit")
}

fn remove(json: &mut Value, field: &str) {
    json.as_object_mut()
        .expect("an object")
        .remove(field)
        .expect("it was there");
}

#[tokio::test]
async fn a_response_as_described_is_not_changed() {
    let person = taken(|_| {}).await;
    assert_eq!(person.status, Status::Active);
    assert_eq!(person.created_at, Timestamp::from(1_716_883_200_250));
    assert_eq!(
        (person.visits, person.score, person.banned),
        (7, 0.5, false)
    );
    assert_eq!(person.metadata["k"], 1);
    assert!(matches!(&person.primary, Contact::Email(email) if email.address == "ada@example.com"));
}

#[tokio::test]
async fn an_unknown_field_is_ignored_or_kept() {
    let person = taken(|json| {
        json["brand_new"] = json!({ "x": [1] });
        json["home"]["planet"] = json!("Earth");
    })
    .await;
    assert_eq!(person.home.extra["planet"], "Earth");
    assert_eq!(person.home.extra.len(), 1);
}

#[tokio::test]
async fn an_unknown_value_of_an_enum_is_kept() {
    let person = taken(|json| json["status"] = json!("sleeping")).await;
    assert_eq!(person.status.as_str(), "sleeping");
    assert!(matches!(&person.status, Status::Unknown(value) if value.as_str() == "sleeping"));
    assert_eq!(
        serde_json::to_value(&person).expect("JSON")["status"],
        "sleeping"
    );
}

#[tokio::test]
async fn an_unknown_kind_of_a_union_is_kept() {
    let carrier = json!({ "wings": 2, "object": "pigeon" });
    let person = taken(|json| json["primary"] = carrier.clone()).await;
    assert!(
        matches!(&person.primary, Contact::Unknown(kind) if kind.tag() == Some("pigeon") && *kind.json() == carrier)
    );
    assert_eq!(
        serde_json::to_value(&person).expect("JSON")["primary"],
        carrier
    );
}

#[tokio::test]
async fn a_field_that_may_be_absent_or_null_is_none() {
    let person = taken(|json| {
        remove(json, "nickname");
        json["work"] = Value::Null;
        json["token"] = Value::Null;
    })
    .await;
    assert_eq!(
        (person.nickname, person.work, person.token),
        (None, None, None)
    );
}

#[tokio::test]
async fn a_required_field_that_is_absent_or_null_is_empty() {
    type Empty = fn(&Person) -> bool;
    let rows: [(&str, Empty); 7] = [
        ("status", |person| person.status.as_str().is_empty()),
        ("banned", |person| !person.banned),
        ("visits", |person| person.visits == 0),
        ("score", |person| person.score == 0.0),
        ("tags", |person| person.tags.is_empty()),
        ("contacts", |person| person.contacts.is_empty()),
        ("metadata", |person| person.metadata.is_empty()),
    ];
    for (field, empty) in rows {
        let place = format!("$.{field}");
        let absent = repaired(|json| remove(json, field), &[place.as_str()]).await;
        assert!(empty(&absent), "{field} absent: {absent:?}");
        let null = repaired(|json| json[field] = Value::Null, &[place.as_str()]).await;
        assert!(empty(&null), "{field} null: {null:?}");
        assert_eq!(absent, null);
    }
}

/// An empty value of these could be mistaken for a real one.
#[tokio::test]
async fn objects_ids_and_timestamps_are_never_invented() {
    for field in ["id", "created_at", "primary", "home"] {
        let place = format!("$.{field}");
        for error in [
            refused(|json| remove(json, field)).await,
            refused(|json| json[field] = Value::Null).await,
        ] {
            assert!(error.is_decode(), "{field}: {error}");
            assert_eq!(error.json_path(), Some(place.as_str()));
            assert!(error.to_string().contains("expected"), "{error}");
        }
    }
    for list in [
        json!([null]),
        json!([{ "object": "email", "address": "a" }, null]),
    ] {
        let index = list.as_array().expect("a list").len() - 1;
        let error = refused(|json| json["contacts"] = list.clone()).await;
        let place = format!("$.contacts[{index}]");
        assert_eq!(error.json_path(), Some(place.as_str()));
    }
}

#[tokio::test]
async fn everything_else_can_be_missing_at_once() {
    let places = [
        "status", "banned", "visits", "score", "tags", "contacts", "metadata",
    ]
    .map(|field| format!("$.{field}"));
    let places: Vec<&str> = places.iter().map(String::as_str).collect();
    let person = repaired(
        |json| {
            let all = json.take();
            let needed = ["id", "created_at", "primary", "home"];
            *json = needed
                .into_iter()
                .map(|field| (field.to_owned(), all[field].clone()))
                .collect::<Map<_, _>>()
                .into();
        },
        &places,
    )
    .await;
    assert_eq!(person.id, "person_1");
}

/// Whoever writes such a response by hand need not find them one by one.
#[tokio::test]
async fn an_error_names_the_other_locations_too() {
    let error = refused(|json| *json = json!({})).await;
    assert_eq!(error.json_path(), Some("$.id"));
    for place in ["$.created_at", "$.primary", "$.home"] {
        assert!(error.to_string().contains(place), "{error}");
    }
}

#[tokio::test]
async fn a_body_that_has_nothing_to_do_with_the_model_is_an_error() {
    for body in [
        json!(null),
        json!({ "message": "from a gateway" }),
        json!({ "errors": [] }),
        json!([]),
        json!("text"),
    ] {
        let error = refused(|json| *json = body.clone()).await;
        assert!(error.is_decode(), "{body}: {error}");
        assert_eq!(error.json_path(), Some("$"), "{body}");
    }
}

#[tokio::test]
async fn nested_values_are_repaired_too() {
    let person = repaired(
        |json| {
            json["contacts"] = json!([
                { "object": "phone", "number": 3.0 },
                { "object": "email", "verified_at": null },
            ]);
            json["work"] = json!({ "city": null });
            json["manager"] = json!(crate::support::person("boss"));
            json["manager"]["visits"] = Value::Null;
        },
        &[
            "$.contacts[].number",
            "$.contacts[].address",
            "$.work.city",
            "$.manager.visits",
        ],
    )
    .await;
    assert!(matches!(&person.contacts[0], Contact::Phone(phone) if phone.number == 3));
    assert!(matches!(&person.contacts[1], Contact::Email(email) if email.address.is_empty()));
    assert_eq!(person.manager.expect("a manager").id, "boss");
}

#[tokio::test]
async fn null_in_a_list_is_empty() {
    let person = repaired(|json| json["tags"] = json!(["a", null, "b"]), &["$.tags[]"]).await;
    assert_eq!(person.tags, ["a", "", "b"]);
}

#[tokio::test]
async fn a_whole_number_is_an_integer_however_it_is_written() {
    for (written, read) in [
        ("10.0", 10),
        ("1e15", 1_000_000_000_000_000),
        ("1.5e1", 15),
        ("-0.0", 0),
        ("-3.0", -3),
        ("9007199254740993", 9_007_199_254_740_993),
        ("9223372036854775807", i64::MAX),
        ("-9223372036854775808", i64::MIN),
    ] {
        let mut json = person("person_1");
        json["visits"] = json!("@");
        json["created_at"] = json!("@");
        let body = json.to_string().replace("\"@\"", written);
        let server = Server::script([Reply::text(200, "application/json", &body)]);
        let person = people(&server).get("person_1").send().await;
        let person = person.unwrap_or_else(|error| panic!("{written}: {error}"));
        assert_eq!(person.visits, read, "{written}");
        assert_eq!(person.created_at.as_milliseconds(), read, "{written}");
    }
    let person = taken(|json| json["score"] = json!(3)).await;
    assert_eq!(person.score, 3.0);
}

#[tokio::test]
async fn anything_else_is_an_error_with_its_location() {
    let long = json!({ "object": "phone", "number": "secret_value" });
    let mut manager = person("boss");
    manager["visits"] = json!("secret_value");
    let rows = [
        ("id", json!(7), "$.id"),
        ("status", json!(7), "$.status"),
        ("banned", json!("secret_value"), "$.banned"),
        ("visits", json!("secret_value"), "$.visits"),
        ("visits", json!(1.5), "$.visits"),
        ("visits", json!(18_446_744_073_709_551_615_u64), "$.visits"),
        ("score", json!("secret_value"), "$.score"),
        ("created_at", json!("2024-05-28"), "$.created_at"),
        ("nickname", json!(["secret_value"]), "$.nickname"),
        ("tags", json!("secret_value"), "$.tags"),
        ("tags", json!(["a", 7]), "$.tags[1]"),
        ("contacts", json!([long]), "$.contacts[0].number"),
        ("primary", json!("secret_value"), "$.primary"),
        ("home", json!([]), "$.home"),
        (
            "home",
            json!({ "city": "x", "contact": long }),
            "$.home.contact.number",
        ),
        ("metadata", json!([]), "$.metadata"),
        ("token", json!({ "secret_value": 1 }), "$.token"),
        ("manager", manager, "$.manager.visits"),
    ];
    for (field, value, place) in rows {
        let error = refused(|json| json[field] = value.clone()).await;
        assert!(error.is_decode(), "{place}: {error}");
        assert_eq!(error.json_path(), Some(place));
        assert!(error.to_string().contains(place), "{error}");
        assert!(error.to_string().contains("expected"), "{error}");
        assert_eq!(error.status().map(|status| status.as_u16()), Some(200));
        assert!(error.body().is_some_and(|body| body.contains("contacts")));
        assert!(
            !format!("{error} {error:?}").contains("secret_value"),
            "{error:?}"
        );
    }
}

#[tokio::test]
async fn one_location_in_many_elements_is_reported_once() {
    let log = Log::default();
    let mut data = Vec::new();
    for index in 0..300 {
        let mut json = person(&format!("person_{index}"));
        json["visits"] = Value::Null;
        data.push(json);
    }
    let server = Server::script([Reply::json(200, json!(data))]);
    let guard = log.start();
    let page = people(&server).list().send().await.expect("a page");
    drop(guard);
    assert_eq!(page.len(), 300);
    let warnings: Vec<String> = log
        .text()
        .lines()
        .filter(|line| line.contains(" WARN "))
        .map(str::to_owned)
        .collect();
    assert_eq!(warnings.len(), 1, "{warnings:?}");
    assert!(
        warnings[0].contains("repairs=300 ")
            && warnings[0].contains("$[].visits (null became an empty value, 300 times)"),
        "{warnings:?}"
    );
}

#[tokio::test]
async fn a_duplicate_key_is_read_once() {
    let body = person("person_1")
        .to_string()
        .replacen('{', "{\"id\":\"first\",", 1);
    let server = Server::script([Reply::text(200, "application/json", &body)]);
    let person = people(&server)
        .get("person_1")
        .send()
        .await
        .expect("a person");
    assert_eq!(person.id, "person_1");
}

#[tokio::test]
async fn json_that_is_nested_too_deeply_is_rejected() {
    let deep = format!("{}1{}", "[".repeat(100_000), "]".repeat(100_000));
    let server = Server::script([Reply::text(200, "application/json", &deep)]);
    let error = people(&server)
        .get("person_1")
        .send()
        .await
        .expect_err("too deep");
    assert!(error.is_decode());

    let mut chain = person("deepest");
    for _ in 0..60 {
        let mut next = person("one");
        next["visits"] = Value::Null;
        next["manager"] = chain;
        chain = next;
    }
    let server = Server::script([Reply::json(200, chain)]);
    people(&server)
        .get("person_1")
        .send()
        .await
        .expect("sixty levels are allowed");
}
