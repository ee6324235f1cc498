//! Successful responses: any status, content type and body that a success can have.

use clerk_api::{Method, models};
use serde_json::json;
use test_support::{Reply, Server};

use crate::support::{builder, client, people, person};

#[tokio::test]
async fn any_success_is_a_success() {
    for status in [200, 201, 202, 203, 206, 299] {
        let server = Server::script([Reply::json(status, person("person_1"))]);
        let raw = people(&server)
            .get("person_1")
            .send_raw()
            .await
            .expect("a success");
        assert_eq!(raw.status().as_u16(), status);
    }
    for reply in [
        Reply::empty(204),
        Reply::empty(200),
        Reply::json(200, json!({ "object": "person", "deleted": true })),
        Reply::text(200, "text/html", "<p>done</p>"),
    ] {
        let server = Server::script([reply]);
        people(&server)
            .delete("person_1")
            .send()
            .await
            .expect("no content is needed");
    }
}

#[tokio::test]
async fn the_content_type_of_a_response_does_not_matter() {
    let body = person("person_1").to_string();
    for reply in [
        Reply::bytes(200, body.as_bytes()),
        Reply::text(200, "text/plain; charset=utf-8", &body),
        Reply::text(200, "application/octet-stream", &body).chunked(),
    ] {
        let server = Server::script([reply]);
        let person = people(&server)
            .get("person_1")
            .send()
            .await
            .expect("a person");
        assert_eq!(person.id, "person_1");
    }
}

#[tokio::test]
async fn a_raw_response_has_status_headers_attempts_and_value() {
    let server = Server::script([
        Reply::empty(503),
        Reply::json(201, person("person_1")).header("clerk-trace-id", "t1"),
    ]);
    let raw = people(&server)
        .get("person_1")
        .send_raw()
        .await
        .expect("a person");
    assert_eq!(raw.status(), 201);
    assert_eq!(raw.headers()["clerk-trace-id"], "t1");
    assert_eq!(raw.attempts(), 2);
    assert_eq!(raw.inner().id, "person_1");
    assert_eq!(raw.into_inner().visits, 7);
}

/// The call succeeded, whatever its body is.
#[tokio::test]
async fn a_deletion_without_the_described_body_is_a_success_without_a_value() {
    for reply in [
        Reply::empty(204),
        Reply::empty(200),
        Reply::text(200, "application/json", " \n"),
        Reply::text(200, "application/json", "null"),
    ] {
        let server = Server::script([reply]);
        let deleted = client(&server).users().delete("user_1").send().await;
        assert_eq!(deleted.expect("a success"), None);
    }
    let body = json!({ "object": "user", "id": "user_1", "deleted": true });
    let server = Server::script([Reply::json(200, body.clone()), Reply::json(200, body)]);
    let clerk = client(&server);
    let deleted = clerk.users().delete("user_1").send().await;
    let deleted = deleted.expect("a success").expect("a body");
    assert_eq!(
        (deleted.id.as_deref(), deleted.deleted),
        (Some("user_1"), true)
    );
    let raw = clerk.users().delete("user_1").send_raw().await;
    assert!(raw.expect("a success").into_inner().is_some());

    let foreign = json!({ "message": "from a gateway" });
    let server = Server::script([Reply::json(200, foreign)]);
    let error = client(&server).users().delete("user_1").send().await;
    let error = error.expect_err("a body of another object");
    assert!(error.is_decode() && !error.is_missing_body(), "{error}");
}

#[tokio::test]
async fn a_custom_call_reads_an_empty_body_as_null() {
    for reply in [
        Reply::empty(204),
        Reply::empty(200),
        Reply::text(200, "application/json", " \r\n"),
        Reply::text(200, "application/json", "\u{feff}"),
        Reply::text(200, "application/json", "null"),
    ] {
        let server = Server::script([reply]);
        let call = client(&server).request(Method::DELETE, "/x");
        let deleted = call.send::<Option<u8>>().await;
        assert_eq!(deleted.expect("a success"), None);
    }
}

#[tokio::test]
async fn a_missing_body_that_is_needed_is_an_error_that_reports_the_success() {
    for (reply, status) in [
        (Reply::empty(204), 204),
        (Reply::empty(200), 200),
        (Reply::text(201, "application/json", "\r\n"), 201),
        (Reply::text(200, "application/json", "\u{feff}"), 200),
        (Reply::text(200, "text/plain", &" ".repeat(20_000)), 200),
    ] {
        let server = Server::answering(move |_| reply.clone());
        let clerk = client(&server);
        let got = clerk.users().get("user_1").send().await.map(drop);
        let created = clerk.users().create().username("ada").send().await;
        let raw = clerk.users().get("user_1").send_raw().await.map(drop);
        let custom = clerk.request(Method::GET, "/users/user_1");
        let custom = custom.send::<models::User>().await.map(drop);
        let listed = clerk.users().list().stream().try_next().await.map(drop);
        let answers = [got, created.map(drop), raw, custom, listed];
        assert_eq!(server.requests().len(), answers.len());
        for answer in answers {
            let error = answer.expect_err("there is nothing to make a user of");
            assert!(error.is_decode() && error.is_missing_body(), "{error}");
            assert!(!error.is_retryable(), "{error}");
            assert!(error.to_string().contains("the call succeeded"), "{error}");
            assert_eq!(error.status().map(|status| status.as_u16()), Some(status));
        }
    }
    // An error keeps the beginning of a body, which is blank here, but the body is not missing.
    let reply = Reply::text(
        200,
        "application/json",
        &format!("{}[]", " ".repeat(20_000)),
    );
    let server = Server::script([reply]);
    let error = client(&server).users().get("user_1").send().await;
    let error = error.expect_err("a list is not a user");
    assert!(error.is_decode() && !error.is_missing_body(), "{error}");
}

/// For ban, revoke and merge metadata, the status alone proves the effect.
#[tokio::test]
async fn an_action_without_the_described_body_is_a_success_without_a_value() {
    for reply in [
        Reply::empty(204),
        Reply::empty(200),
        Reply::empty(202),
        Reply::text(200, "application/json", " \n"),
        Reply::text(200, "application/json", "\u{feff}"),
        Reply::text(200, "application/json", "null"),
    ] {
        let server = Server::answering(move |_| reply.clone());
        let clerk = client(&server);
        let users = clerk.users();
        assert_eq!(users.ban("user_1").send().await.expect("banned"), None);
        let unlocked = users.unlock("user_1").send_raw().await.expect("unlocked");
        assert_eq!(unlocked.into_inner(), None);
        let banned = users.bulk_ban(["user_1"]).send().await.expect("banned");
        assert_eq!(banned, None);
        let metadata = users.update_metadata("user_1").send().await;
        assert_eq!(metadata.expect("merged"), None);
        let revoked = clerk.sessions().revoke("sess_1").send().await;
        assert_eq!(revoked.expect("revoked"), None);
        let custom = clerk.request(Method::POST, "/users/user_1/ban");
        let custom = custom.send::<Option<models::User>>().await;
        assert_eq!(custom.expect("banned"), None);
    }
    let server = Server::answering(|_| Reply::json(200, json!({ "id": "user_1" })));
    let banned = client(&server).users().ban("user_1").send().await;
    let banned = banned.expect("a success").expect("a user");
    assert_eq!(banned.id, "user_1");
}

#[tokio::test]
async fn every_call_can_ignore_the_body() {
    for reply in [
        Reply::empty(204),
        Reply::json(200, json!({ "id": "user_1" })),
        Reply::text(200, "text/html", "<p>done</p>"),
        Reply::bytes(200, b"\xff"),
    ] {
        let server = Server::script([reply]);
        let banned = client(&server).users().ban("user_1");
        banned.send_ignoring_body().await.expect("a success");
    }
    for reply in [
        Reply::empty(204),
        Reply::text(200, "text/html", "<p>done</p>"),
        Reply::json(200, json!({ "id": "user_1" })).half(3),
    ] {
        let server = Server::answering(move |_| reply.clone());
        let custom = client(&server).request(Method::DELETE, "/x");
        custom.send_ignoring_body().await.expect("a success");
        let blocking = builder(&server).build_blocking().expect("a client");
        let custom = tokio::task::spawn_blocking(move || {
            let custom = blocking.request(Method::DELETE, "/x");
            custom.send_ignoring_body()
        });
        custom.await.expect("no panic").expect("a success");
        assert_eq!(server.requests().len(), 2);
    }
    let server = Server::script([Reply::json(404, json!({ "errors": [] }))]);
    let banned = client(&server).users().ban("user_1");
    let error = banned.send_ignoring_body().await.expect_err("no such user");
    assert!(error.is_not_found());
}

#[tokio::test]
async fn a_raw_response_keeps_what_the_model_does_not_have() {
    let body = json!({ "id": "user_1", "created_at": 1, "updated_at": 1, "brand_new": [1] });
    let server = Server::script([Reply::json(200, body.clone())]);
    let raw = client(&server).users().get("user_1").send_raw().await;
    let raw = raw.expect("a user");
    let json: serde_json::Value = serde_json::from_slice(raw.body()).expect("JSON");
    assert_eq!(json, body);
    assert_eq!(raw.inner().id, "user_1");
    assert!(!format!("{raw:?}").contains("brand_new"));
}

/// A call that ignores the body does not wait for it, and is not retried because of it.
#[tokio::test]
async fn a_success_whose_body_is_not_needed_is_one_however_the_body_ends() {
    let whole = Reply::json(200, json!({ "object": "user", "id": "user_1" }));
    let blank = Reply::text(200, "application/json", &" ".repeat(64 * 1024));
    for reply in [whole.clone().half(3), whole.stalling(3), blank.endless()] {
        let server = Server::answering(move |_| reply.clone());
        let clerk = client(&server);
        let began = std::time::Instant::now();
        let banned = clerk.users().ban("user_1").send_ignoring_body();
        banned.await.expect("a success");
        let deleted = clerk.users().delete("user_1").send_ignoring_body();
        deleted.await.expect("a success");
        let blocking = builder(&server).build_blocking().expect("a client");
        let deleted = tokio::task::spawn_blocking(move || {
            blocking.users().delete("user_1").send_ignoring_body()
        });
        deleted.await.expect("no panic").expect("a success");
        assert_eq!(server.requests().len(), 3, "nothing was sent again");
        assert!(began.elapsed() < std::time::Duration::from_secs(40));
    }
}
