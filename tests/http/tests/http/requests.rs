//! Requests: URLs, queries, headers.

use std::time::{Duration, UNIX_EPOCH};

use clerk_api::types::Timestamp;
use clerk_api::{Clerk, Method};
use http::{HeaderName, HeaderValue};
use http_tests::{People, Status};
use serde_json::{Value, json};
use test_support::{Recorded, Reply, Server};

use crate::support::{KEY, builder, client, one_person, people, person};

async fn listed(list: impl FnOnce(http_tests::List) -> http_tests::List) -> Recorded {
    let server = Server::script([Reply::json(200, json!([]))]);
    let page = list(people(&server).list()).send().await.expect("a page");
    assert!(page.is_empty());
    server.request()
}

#[tokio::test]
async fn a_call_has_the_key_the_version_and_the_user_agent() {
    let server = one_person();
    let person = people(&server)
        .get("person_1")
        .send()
        .await
        .expect("a person");
    assert_eq!(person.id, "person_1");

    let request = server.request();
    assert_eq!(
        (request.method.as_str(), request.path.as_str()),
        ("GET", "/people/person_1")
    );
    assert_eq!(request.query, "");
    assert_eq!(
        request.header("authorization"),
        Some("Bearer sk_test_0123456789")
    );
    assert_eq!(request.header("clerk-api-version"), Some("2026-05-12"));
    assert_eq!(request.header("accept"), Some("application/json"));
    let version = request.header("x-clerk-sdk").expect("the SDK's header");
    let version = version.strip_prefix("rust/").expect("the language");
    assert!(version.starts_with("0."), "{version}");
    let user_agent = request.header("user-agent").expect("a user agent");
    assert_eq!(user_agent, format!("clerk-api-rust/{version}"));
    assert_eq!(request.header("content-type"), None);
    assert!(request.body.is_empty());
}

#[tokio::test]
async fn a_generated_operation_is_sent_as_described() {
    let server = Server::script([Reply::json(200, json!([]))]);
    let clerk = client(&server);
    let page = clerk
        .users()
        .list()
        .email_address(["ada@example.com", "b@example.com"])
        .banned(false)
        .limit(50)
        .offset(0)
        .send()
        .await
        .expect("a page");
    assert!(page.is_empty());
    let request = server.request();
    assert_eq!(request.path, "/users");
    assert_eq!(
        request.query,
        "email_address=ada%40example.com&email_address=b%40example.com&banned=false&limit=50&offset=0"
    );
}

#[tokio::test]
async fn a_query_is_encoded_without_plus_signs() {
    let request = listed(|list| list.query("a b+c&d=e/ü?#%")).await;
    assert_eq!(request.query, "query=a%20b%2Bc%26d%3De%2F%C3%BC%3F%23%25");
    assert_eq!(
        request.query_value("query").as_deref(),
        Some("a b+c&d=e/ü?#%")
    );
}

#[tokio::test]
async fn lists_in_a_query_are_repeated_or_joined() {
    let request = listed(|list| list.ids(["a,b", "c d"])).await;
    assert_eq!(request.query, "id=a%2Cb&id=c%20d");

    let request = listed(|list| list.statuses([Status::Active, Status::OnHold])).await;
    assert_eq!(request.query, "status=active,on%20hold");

    let request = listed(|list| list.statuses(["a,b", "c"])).await;
    assert_eq!(request.query, "status=a%2Cb,c");

    let request = listed(|list| {
        list.ids(Vec::<String>::new())
            .statuses(Vec::<Status>::new())
    })
    .await;
    assert_eq!(request.query, "");
}

#[tokio::test]
async fn the_last_of_two_settings_wins() {
    let request = listed(|list| list.limit(1).banned(true).limit(2).ids(["a"]).ids(["b"])).await;
    assert_eq!(request.query, "limit=2&banned=true&id=b");
}

#[tokio::test]
async fn times_are_milliseconds() {
    let request = listed(|list| list.before(UNIX_EPOCH + Duration::from_millis(1_500))).await;
    assert_eq!(request.query, "before=1500");
    let request = listed(|list| list.before(Timestamp::from(7))).await;
    assert_eq!(request.query, "before=7");
}

#[tokio::test]
async fn machines_use_their_own_key_if_there_is_one() {
    let server = Server::script([
        Reply::json(200, json!({ "m2m_tokens": [], "total_count": 0 })),
        Reply::json(200, json!({ "m2m_tokens": [], "total_count": 0 })),
        Reply::json(200, person("person_1")),
    ]);
    people(&server).machines().send().await.expect("a page");
    let both = builder(&server)
        .machine_secret_key("ak_test_machine")
        .build()
        .expect("a client");
    let both = People::new(both);
    both.machines().send().await.expect("a page");
    both.get("person_1").send().await.expect("a person");

    let keys: Vec<String> = server
        .requests()
        .iter()
        .map(|request| request.header("authorization").unwrap_or("none").to_owned())
        .collect();
    assert_eq!(
        keys,
        [
            "Bearer sk_test_0123456789",
            "Bearer ak_test_machine",
            "Bearer sk_test_0123456789"
        ]
    );
}

#[tokio::test]
async fn a_client_with_only_a_machine_key_calls_only_operations_for_machines() {
    let server = Server::script([Reply::json(200, json!({ "m2m_tokens": [] }))]);
    let clerk = Clerk::builder()
        .machine_secret_key("ak_test_machine")
        .base_url(server.url())
        .build()
        .expect("a client");
    let people = People::new(clerk);
    people.machines().send().await.expect("a page");
    let error = people.get("person_1").send().await.expect_err("no key");
    assert!(error.is_configuration(), "{error}");
    assert!(error.to_string().contains("secret_key"), "{error}");
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn a_call_can_have_its_own_bearer_and_headers() {
    let server = one_person();
    people(&server)
        .get("person_1")
        .bearer("other_token")
        .header(
            HeaderName::from_static("x-request-id"),
            HeaderValue::from_static("r1"),
        )
        .header(
            HeaderName::from_static("clerk-api-version"),
            HeaderValue::from_static("2025-11-10"),
        )
        .send()
        .await
        .expect("a person");
    let request = server.request();
    assert_eq!(request.header("authorization"), Some("Bearer other_token"));
    assert_eq!(request.header("x-request-id"), Some("r1"));
    assert_eq!(request.header("clerk-api-version"), Some("2025-11-10"));
    let versions = request
        .headers
        .iter()
        .filter(|(name, _)| name == "clerk-api-version");
    assert_eq!(versions.count(), 1);
}

#[tokio::test]
async fn custom_calls_have_the_same_key() {
    let server = Server::script([
        Reply::json(200, json!({ "answer": 42 })),
        Reply::empty(204),
        Reply::bytes(200, b"not json"),
    ]);
    let clerk = client(&server);

    let answer: Value = clerk
        .request(Method::POST, "/new things/{id}")
        .path("id", "a/b c")
        .query("q", "x y")
        .query("q", 2_i64)
        .query("flag", true)
        .json(json!({ "n": 1 }))
        .send()
        .await
        .expect("an answer");
    assert_eq!(answer, json!({ "answer": 42 }));

    let nothing: Option<Value> = clerk
        .request(Method::DELETE, "/x")
        .send()
        .await
        .expect("nothing");
    assert_eq!(nothing, None);

    let raw = clerk
        .request(Method::GET, "/y")
        .send_bytes()
        .await
        .expect("bytes");
    assert_eq!(raw.into_inner().as_ref(), b"not json");

    let request = &server.requests()[0];
    assert_eq!(request.method, "POST");
    assert_eq!(request.path, "/new%20things/a%2Fb%20c");
    assert_eq!(request.query, "q=x%20y&q=2&flag=true");
    assert_eq!(request.json(), json!({ "n": 1 }));
    assert_eq!(
        request.header("authorization"),
        Some(format!("Bearer {KEY}").as_str())
    );
    assert_eq!(request.header("clerk-api-version"), Some("2026-05-12"));
}

#[tokio::test]
async fn a_custom_call_names_the_location_of_what_cannot_be_decoded() {
    #[derive(Debug, serde::Deserialize)]
    struct Answer {
        #[expect(dead_code, reason = "never decoded")]
        list: Vec<i64>,
    }
    let server = Server::script([Reply::json(200, json!({ "list": [1, "token_abc"] }))]);
    let error = client(&server)
        .request(Method::GET, "/x")
        .send::<Answer>()
        .await
        .expect_err("a string is not an integer");
    assert!(error.is_decode());
    assert_eq!(error.json_path(), Some("$.list[1]"));
    assert!(!format!("{error} {error:?}").contains("token_abc"));
}

#[tokio::test]
async fn a_base_url_keeps_its_path() {
    let server = one_person();
    let clerk = builder(&server)
        .base_url(format!("{}/proxy/v1/", server.url()))
        .build();
    let people = People::new(clerk.expect("a client"));
    people.get("person_1").send().await.expect("a person");
    assert_eq!(server.request().path, "/proxy/v1/people/person_1");
}

#[tokio::test]
async fn a_url_that_is_too_long_is_rejected() {
    let server = Server::script([]);
    let error = people(&server)
        .get("x".repeat(70_000))
        .send()
        .await
        .expect_err("too long");
    assert!(error.is_request(), "{error}");
}

#[tokio::test]
async fn connections_are_reused() {
    let server = Server::answering(|_| Reply::json(200, person("person_1")));
    let people = people(&server);
    for _ in 0..5 {
        people.get("person_1").send().await.expect("a person");
    }
    assert_eq!(server.connections(), 1);
}

#[test]
fn calls_can_be_made_from_any_thread() {
    fn send_and_sync<T: Send + Sync>(_: &T) {}
    fn send<T: Send>(_: &T) {}

    let clerk = Clerk::new(KEY).expect("a client");
    send_and_sync(&clerk);
    let people = People::new(clerk.clone());
    send_and_sync(&people);
    send_and_sync(&people.get("x"));
    send(&people.get("x").send());
    send(&people.get("x").send_raw());
    send(&people.list().stream());
    send(&people.list().stream().try_next());
    send(&clerk.request(Method::GET, "/x").send::<Value>());
    send_and_sync(
        &clerk
            .users()
            .set_profile_image("x", clerk_api::Upload::bytes("a.png", "x")),
    );
}
