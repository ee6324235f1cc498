//! The bodies of requests.

use clerk_api::types::Nullable;
use http::HeaderValue;
use http_tests::Status;
use serde_json::{Value, json};
use test_support::{Recorded, Reply, Server};

use crate::support::{client, one_person, people};

async fn updated(update: impl FnOnce(http_tests::Update) -> http_tests::Update) -> Recorded {
    let server = one_person();
    update(people(&server).update("person_1"))
        .send()
        .await
        .expect("a person");
    server.request()
}

#[tokio::test]
async fn null_is_sent_for_none_and_nothing_for_what_is_not_set() {
    let server = Server::script([Reply::json(
        200,
        json!({ "id": "user_1", "created_at": 1, "updated_at": 1 }),
    )]);
    let user = client(&server)
        .users()
        .update("user_1")
        .first_name("Ada")
        .username(None)
        .send()
        .await
        .expect("a user");
    assert_eq!(user.id, "user_1");
    let request = server.request();
    assert_eq!(request.method, "PATCH");
    assert_eq!(request.header("content-type"), Some("application/json"));
    assert_eq!(
        request.json(),
        json!({ "first_name": "Ada", "username": null })
    );
}

#[tokio::test]
async fn nullable_fields_take_values_options_and_none() {
    let request = updated(|update| {
        update
            .nickname("ada")
            .status("on hold")
            .visits(3)
            .tags(["a", "b"])
            .preferences(json!({ "dark": true }))
    })
    .await;
    assert_eq!(
        request.json(),
        json!({ "nickname": "ada", "status": "on hold", "visits": 3, "tags": ["a", "b"], "preferences": { "dark": true } })
    );

    let request = updated(|update| {
        update
            .nickname(None)
            .status(None)
            .visits(None)
            .tags(None)
            .password(None)
            .preferences(Value::Null)
    })
    .await;
    assert_eq!(
        request.json(),
        json!({ "nickname": null, "status": null, "visits": null, "tags": null, "password": null, "preferences": null })
    );

    let request = updated(|update| {
        update
            .nickname(Some("x".to_owned()))
            .status(Nullable::Value(Status::Active))
            .tags(vec!["y"])
            .password("a secret")
    })
    .await;
    assert_eq!(
        request.json(),
        json!({ "nickname": "x", "status": "active", "tags": ["y"], "password": "a secret" })
    );
}

#[tokio::test]
async fn a_required_body_is_an_object_even_when_nothing_is_set() {
    let request = updated(|update| update).await;
    assert_eq!(request.body, b"{}");
    assert_eq!(request.header("content-type"), Some("application/json"));
}

#[tokio::test]
async fn an_optional_body_is_sent_only_when_a_field_was_set() {
    let server = Server::script([Reply::empty(204), Reply::empty(204)]);
    let people = people(&server);
    people.poke("person_1").send().await.expect("poked");
    people
        .poke("person_1")
        .strength(3)
        .send()
        .await
        .expect("poked");
    let requests = server.requests();
    assert!(requests[0].body.is_empty());
    assert_eq!(requests[0].header("content-type"), None);
    assert_eq!(
        requests[0].header("authorization"),
        None,
        "the operation needs no key"
    );
    assert_eq!(requests[1].json(), json!({ "strength": 3 }));
}

#[tokio::test]
async fn a_body_can_be_a_list() {
    let server = Server::script([Reply::json(200, json!([]))]);
    client(&server)
        .invitations()
        .bulk_create([])
        .send()
        .await
        .expect("invitations");
    assert_eq!(server.request().body, b"[]");
}

#[tokio::test]
async fn json_that_is_not_an_object_is_rejected_before_it_is_sent() {
    let server = Server::script([]);
    for call in [
        people(&server).update("person_1").metadata(json!([1])),
        people(&server)
            .update("person_1")
            .preferences(json!("text")),
    ] {
        let error = call.send().await.expect_err("no object");
        assert!(error.is_request(), "{error}");
        assert!(error.to_string().contains("JSON object"), "{error}");
    }
    assert!(server.requests().is_empty());
}

#[tokio::test]
async fn callers_cannot_set_a_wrong_length_of_a_body() {
    let server = one_person();
    people(&server)
        .update("person_1")
        .nickname("ada")
        .header(http::header::CONTENT_LENGTH, HeaderValue::from_static("3"))
        .header(
            http::header::CONTENT_TYPE,
            HeaderValue::from_static("text/plain"),
        )
        .send()
        .await
        .expect("a person");
    let request = server.request();
    assert_eq!(request.json(), json!({ "nickname": "ada" }));
    assert_eq!(request.header("content-type"), Some("application/json"));
}
