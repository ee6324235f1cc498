//! Responses of a broken server: they cost no more than their size, and the errors name the cause.

use clerk_api::Error;
use serde_json::{Value, json};
use test_support::{Log, Reply, Server};

use crate::support::{client, people, person};

fn warnings(log: &Log) -> Vec<String> {
    let text = log.text();
    let warnings = text.lines().filter(|line| line.contains(" WARN "));
    warnings.map(str::to_owned).collect()
}

async fn listed(body: &str) -> Vec<Result<String, Error>> {
    let server = Server::script([Reply::text(200, "application/json", body)]);
    let mut items = people(&server).list().limit(500).stream();
    let mut found = Vec::new();
    while let Some(item) = items.try_next().await.transpose() {
        found.push(item.map(|person| person.id));
    }
    found
}

#[tokio::test]
async fn the_error_of_an_element_shows_that_element_only() {
    let mut bad = person("person_1");
    bad["visits"] = json!("no number");
    let body = json!([person("person_0"), bad, person("person_2")]).to_string();
    let found = listed(&body).await;
    let ids: Vec<_> = found
        .iter()
        .map(|item| item.as_ref().map_or("error", String::as_str))
        .collect();
    assert_eq!(ids, ["person_0", "error", "person_2"]);
    let error = found[1].as_ref().expect_err("the bad one");
    assert_eq!(error.body(), Some(bad.to_string().as_str()));
    assert_eq!(error.json_path(), Some("$[1].visits"));
    assert_eq!(error.status().map(|status| status.as_u16()), Some(200));
}

#[tokio::test]
async fn elements_are_separated_whatever_they_contain() {
    let body = format!(
        "\u{feff} {{ \"x\" : [1,2] , \"data\" : [ 1 ,\"a]\\\"[,\", [[1],{{}}],{},null ] , \"total_count\" : 5.0 }} ",
        person("person_3")
    );
    let found = listed(&body).await;
    let bodies: Vec<_> = found
        .iter()
        .map(|item| match item {
            Ok(id) => id.as_str(),
            Err(error) => error.body().expect("a body"),
        })
        .collect();
    assert_eq!(
        bodies[..4],
        ["1", "\"a]\\\"[,\"", "[[1],{}]", "person_3"],
        "{bodies:?}"
    );
    assert_eq!(bodies.len(), 5);
}

#[tokio::test]
async fn models_made_from_empty_objects_are_bounded() {
    let empty = format!("[{}]", vec!["{}"; 300_000].join(","));
    for body in [empty.clone(), format!("{{\"data\":{empty}}}")] {
        let server = Server::script([Reply::text(200, "application/json", &body)]);
        let error = client(&server)
            .users()
            .list()
            .send()
            .await
            .expect_err("too much is missing");
        assert!(error.is_decode(), "{error}");
        assert_eq!(error.status().map(|status| status.as_u16()), Some(200));
        assert!(error.body().is_some_and(|body| body.len() <= 8 * 1024));
    }
}

#[tokio::test]
async fn one_warning_per_call_has_a_count_and_no_keys_from_the_server() {
    let mut data: Vec<Value> = (0..500)
        .map(|index| {
            let mut json = person(&format!("person_{index}"));
            json["visits"] = Value::Null;
            json["status"] = Value::Null;
            json
        })
        .collect();
    data[7]["banned"] = json!("no");
    let body = json!({ "data": data, "total_count": 500 }).to_string();
    let log = Log::default();
    let guard = log.start();
    let found = listed(&body).await;
    drop(guard);
    assert_eq!(found.iter().filter(|item| item.is_err()).count(), 1);
    let warnings = warnings(&log);
    assert_eq!(warnings.len(), 1, "{warnings:?}");
    let warning = &warnings[0];
    assert!(
        warning.contains("people.list"),
        "in the call's span: {warning}"
    );
    assert!(warning.contains("$.data[].status ("), "{warning}");
    assert!(warning.contains("repairs="), "{warning}");
}

#[tokio::test]
async fn a_key_of_a_map_is_neither_logged_nor_printed() {
    let server = Server::script([Reply::json(
        200,
        json!({ "object": "x", "labels": { "ada@example.com": null } }),
    )]);
    let log = Log::default();
    let guard = log.start();
    let error = client(&server)
        .request(clerk_api::Method::GET, "/x")
        .send::<std::collections::BTreeMap<String, std::collections::BTreeMap<String, bool>>>()
        .await
        .expect_err("no map of flags");
    drop(guard);
    assert!(error.is_decode());
    assert!(!format!("{error} {error:?}").contains("ada@example.com"));
    assert!(!log.text().contains("ada@example.com"));
}

#[tokio::test]
async fn a_byte_order_mark_does_not_lose_a_response() {
    let server = Server::answering(|request| match request.path.as_str() {
        "/people" => Reply::text(
            200,
            "application/json",
            &format!("\u{feff}{}", json!([person("person_1")])),
        ),
        "/refused" => Reply::text(
            422,
            "application/json",
            "\u{feff}{\"errors\":[{\"code\":\"c\",\"message\":\"m\"}]}",
        ),
        _ => Reply::text(
            200,
            "application/json",
            &format!("\u{feff}{}", person("person_1")),
        ),
    });
    let people = people(&server);
    assert_eq!(
        people.get("person_1").send().await.expect("a person").id,
        "person_1"
    );
    assert_eq!(people.list().send().await.expect("a page").len(), 1);
    let mut items = people.list().stream();
    assert!(items.try_next().await.expect("an item").is_some());
    let clerk = client(&server);
    let json: Value = clerk
        .request(clerk_api::Method::GET, "/x")
        .send()
        .await
        .expect("JSON");
    assert_eq!(json["id"], "person_1");
    let error = clerk
        .request(clerk_api::Method::GET, "/refused")
        .send::<Value>()
        .await
        .expect_err("refused");
    assert!(error.has_code("c"), "{error:?}");
}

#[tokio::test]
async fn a_lone_surrogate_becomes_the_replacement_character() {
    let mut json = person("person_1");
    json["nickname"] = json!("@@ \u{1f600}");
    json["metadata"] = json!({ "cut": "@@" });
    let one = json.to_string().replace("@@", "a\\ud83d");
    let server = Server::answering(move |request| {
        let body = match request.path.as_str() {
            "/people" => format!("[{one}]"),
            "/refused" => {
                let body = "{\"errors\":[{\"code\":\"c\",\"message\":\"cut \\ude00\"}]}";
                return Reply::text(422, "application/json", body);
            }
            _ => one.clone(),
        };
        Reply::text(200, "application/json", &body)
    });
    let people = people(&server);
    let log = Log::default();
    let guard = log.start();
    let read = people.get("person_1").send().await.expect("a person");
    drop(guard);
    assert_eq!(read.nickname.as_deref(), Some("a\u{fffd} \u{1f600}"));
    assert_eq!(read.metadata["cut"], "a\u{fffd}");
    assert_eq!(warnings(&log).len(), 1, "{}", log.text());
    assert_eq!(people.list().send().await.expect("a page").len(), 1);
    let mut items = people.list().limit(2).stream();
    let item = items.try_next().await.expect("an item").expect("one");
    assert_eq!(item.nickname, read.nickname);
    let clerk = client(&server);
    let json: Value = clerk
        .request(clerk_api::Method::GET, "/x")
        .send()
        .await
        .expect("JSON");
    assert_eq!(json["metadata"]["cut"], "a\u{fffd}");
    let error = clerk
        .request(clerk_api::Method::GET, "/refused")
        .send::<Value>()
        .await
        .expect_err("refused");
    assert_eq!(error.errors()[0].message(), "cut \u{fffd}");
}

#[tokio::test]
async fn the_path_in_a_map_is_printed_without_the_key() {
    let migration = json!({
        "id": "a", "instance_id": "b", "source_role_set_id": "c", "created_at": 1, "updated_at": 1,
        "mappings": { "ada@example.com": [] },
    });
    let decoded = clerk_api::decode::decode_text::<clerk_api::models::RoleSetMigration>(
        &migration.to_string(),
    );
    let error = decoded.expect_err("a list is not a role");
    assert!(!format!("{error} {error:?}").contains("ada@"), "{error:?}");
    let read = clerk_api::models::from_value::<clerk_api::models::RoleSetMigration>(&migration);
    let error = read.expect_err("a list is not a role");
    assert!(!format!("{error} {error:?}").contains("ada@"), "{error:?}");
    assert_eq!(error.json_path(), Some("$.mappings.ada@example.com"));
}
