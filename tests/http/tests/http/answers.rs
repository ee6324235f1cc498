//! What comes back: any success, whatever it calls itself.

use serde_json::json;
use test_support::{Reply, Server};

use crate::support::{people, person};

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
            .expect("no content is asked for");
    }
}

#[tokio::test]
async fn the_content_type_of_an_answer_does_not_matter() {
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
async fn a_raw_answer_has_status_headers_attempts_and_value() {
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
