//! Responses that differ from the description, on generated models.

use clerk_api::models;
use clerk_api::types::Timestamp;
use serde_json::{Map, json};
use test_support::{Reply, Server};

use crate::support::client;

#[tokio::test]
async fn a_generated_model_is_repaired_too() {
    let server = Server::script([Reply::json(
        200,
        json!({
            "id": "user_1",
            "object": "user",
            "created_at": 1_716_883_200_000.0_f64,
            "updated_at": 1_716_883_200_000_i64,
            "public_metadata": null,
            "has_image": null,
            "email_addresses": [{
                "id": "idn_1",
                "email_address": "ada@example.com",
                "verification": { "status": "brand_new", "object": "verification_passkey_v9", "x": 1 }
            }],
            "brand_new": true
        }),
    )]);
    let user = client(&server)
        .users()
        .get("user_1")
        .send()
        .await
        .expect("a user");
    assert_eq!(user.id, "user_1");
    assert_eq!(user.created_at, Some(1_716_883_200_000.into()));
    assert_eq!(user.public_metadata, Map::new());
    assert!(!user.has_image);
    let verification = user.email_addresses[0]
        .verification
        .as_ref()
        .expect("a verification");
    let json = serde_json::to_value(verification).expect("JSON");
    assert_eq!(json["status"], "brand_new");
    assert_eq!(json["x"], 1);
}

#[tokio::test]
async fn a_passkey_that_was_never_used_has_no_last_use() {
    let server = Server::script([Reply::json(
        200,
        json!({
            "id": "user_1",
            "object": "user",
            "created_at": 1,
            "updated_at": 1,
            "passkeys": [{
                "id": "k", "object": "passkey", "name": null, "last_used_at": null, "verification": null,
            }],
        }),
    )]);
    let user = client(&server).users().get("user_1").send().await;
    let user = user.expect("a user");
    let passkey = &user.passkeys[0];
    assert_eq!((&passkey.name, passkey.last_used_at), (&None, None));
    assert_eq!(passkey.verification, None);
}

/// A membership without the id of its user must not look like one of another user.
#[tokio::test]
async fn an_id_inside_a_list_is_not_invented() {
    let mut email = json!({ "id": "idn_1", "email_address": "a@example.com", "linked_to": [{}] });
    email["linked_to"][0]["type"] = json!("oauth_google");
    let server = Server::script([Reply::json(
        200,
        json!({ "id": "user_1", "created_at": 1, "updated_at": 1, "email_addresses": [email] }),
    )]);
    let error = client(&server).users().get("user_1").send().await;
    let error = error.expect_err("a link without an id");
    assert_eq!(
        error.json_path(),
        Some("$.email_addresses[0].linked_to[0].id")
    );
}

#[test]
fn a_model_is_read_from_any_json_as_from_a_response() {
    let user =
        json!({ "id": "user_1", "created_at": 1.0, "updated_at": 2, "banned": null, "new": 1 });
    let from_value: models::User = models::from_value(&user).expect("a user");
    let from_text: models::User = models::from_json(user.to_string()).expect("a user");
    let from_bytes: models::User = models::from_json(user.to_string().as_bytes()).expect("a user");
    assert_eq!((&from_value, &from_value), (&from_text, &from_bytes));
    assert_eq!(
        (from_value.id.as_str(), from_value.banned),
        ("user_1", false)
    );
    assert_eq!(from_value.created_at, Some(Timestamp::from(1)));
    let list = json!([user]);
    let users: Vec<models::User> = models::from_value(&list).expect("users");
    assert_eq!(users, [from_text]);

    let times = models::from_value::<models::User>(&json!({ "id": "user_1" }));
    let times = times.map(|user| (user.id, user.created_at, user.updated_at));
    assert_eq!(times.ok(), Some(("user_1".to_owned(), None, None)));

    // Everything that is never invented is named at once, so a fixture can be fixed in one go.
    let error = models::from_value::<models::Session>(&json!({ "id": "sess_1", "created_at": 1 }));
    let error = error.expect_err("ids and points in time are missing");
    assert!(error.to_string().contains("$.user_id"), "{error}");
    assert!(error.to_string().contains("$.updated_at"), "{error}");
    let error = models::from_json::<models::User>("{\"id\": \"secret_value").expect_err("no JSON");
    assert_eq!(error.json_path(), None);
    let odd = json!({ "id": "user_1", "banned": "secret_value", "created_at": 1, "updated_at": 1 });
    let error = models::from_value::<models::User>(&odd).expect_err("no flag");
    assert_eq!(error.json_path(), Some("$.banned"));
    assert!(
        !format!("{error} {error:?}").contains("secret_value"),
        "{error:?}"
    );
}

#[tokio::test]
async fn metadata_that_is_nested_too_deeply_loses_neither_the_page_nor_the_user() {
    let deep = format!("{}{}", "{\"a\":[".repeat(500), "]}".repeat(500));
    let user = format!(r#"{{ "id": "user_1", "unsafe_metadata": {{ "deep": {deep} }} }}"#);
    let page = format!(r#"[{user}, {{ "id": "user_2" }}]"#);
    let server = Server::script([
        Reply::text(200, "application/json", &user),
        Reply::text(200, "application/json", &page),
        Reply::text(200, "application/json", &page),
    ]);
    let clerk = client(&server);
    let user = clerk.users().get("user_1").send().await.expect("a user");
    let metadata = user.unsafe_metadata.expect("metadata");
    assert!(metadata["deep"]["a"][0]["a"].is_array());
    let page = clerk.users().list().send().await.expect("a page");
    assert_eq!(page.data.len(), 2);
    let mut users = clerk.users().list().stream();
    let mut ids = Vec::new();
    while let Some(user) = users.try_next().await.expect("users") {
        ids.push(user.id);
    }
    assert_eq!(ids, ["user_1", "user_2"]);
}
