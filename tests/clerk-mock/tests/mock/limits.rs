//! Limits of permissions and sizes.

use serde_json::{Value, json};

use crate::rejections::{mock, rejected};
use crate::support::{RawRequest, exchange};

#[test]
fn images_have_a_size_and_a_type() {
    let mock = mock();
    let made = RawRequest::new("POST", "/v1/organizations").json(&json!({ "name": "Acme" }));
    let id = made.send(&mock).json()["id"].as_str().unwrap().to_owned();
    let upload = |media_type: &str, length: usize| {
        let head = format!(
            "--xyz\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\nContent-Type: {media_type}\r\n\r\n"
        );
        let body = format!("{head}{}\r\n--xyz--\r\n", "x".repeat(length));
        RawRequest::new("PUT", &format!("/v1/organizations/{id}/logo"))
            .body("multipart/form-data; boundary=xyz", body)
            .send(&mock)
    };
    assert_eq!(upload("image/png", 10 * 1024 * 1024).status, 200);
    let large = upload("image/png", 10 * 1024 * 1024 + 1);
    rejected(&large, 413, &[("image_too_large", "")]);
    let other = upload("image/svg+xml", 10);
    rejected(&other, 400, &[("request_body_invalid", "")]);
}

#[test]
fn tokens_of_machines_are_created_with_the_key_of_a_machine() {
    let mock = mock();
    let ask = |key: &str, method: &str, target: &str, body: Value| {
        let by_hand = RawRequest::new(method, target).header("authorization", key);
        by_hand.json(&body).send(&mock)
    };
    let made = ask("Bearer sk_test_1", "POST", "/v1/m2m_tokens", json!({}));
    rejected(&made, 401, &[("authentication_invalid", "")]);
    let made = ask("Bearer ak_1", "POST", "/v1/m2m_tokens", json!({})).json();
    let verify = json!({ "token": made["token"] });
    let target = "/v1/m2m_tokens/verify";
    let foreign = ask("Bearer ak_2", "POST", target, verify.clone());
    rejected(&foreign, 404, &[("resource_not_found", "")]);
    for key in ["Bearer ak_1", "Bearer sk_test_1"] {
        assert_eq!(ask(key, "POST", target, verify.clone()).status, 200);
    }
    let signed = ask(
        "Bearer ak_1",
        "POST",
        "/v1/m2m_tokens",
        json!({ "token_format": "jwt" }),
    );
    let revoke = format!(
        "/v1/m2m_tokens/{}/revoke",
        signed.json()["id"].as_str().unwrap()
    );
    let revoked = ask("Bearer ak_1", "POST", &revoke, json!({}));
    rejected(&revoked, 404, &[("resource_not_found", "")]);
}

#[test]
fn a_rejection_lists_at_most_a_hundred_errors() {
    let mock = mock();
    let unknown = |count: usize| {
        let body: serde_json::Map<String, Value> = (0..count)
            .map(|number| (format!("colour_{number}"), json!(number)))
            .collect();
        let rejected = RawRequest::new("POST", "/v1/users")
            .json(&Value::Object(body))
            .send(&mock);
        assert_eq!(rejected.status, 422);
        rejected.errors().len()
    };
    // An identifier is missing too.
    assert_eq!(unknown(20), 21);
    assert_eq!(unknown(5_000), 100);
}

#[test]
fn new_organizations_have_the_limit_of_the_settings() {
    let mock = mock();
    let path = "/v1/instance/organization_settings";
    let made = |name: &str| {
        let made = RawRequest::new("POST", "/v1/organizations").json(&json!({ "name": name }));
        made.send(&mock).json()["max_allowed_memberships"].clone()
    };
    let settings = RawRequest::new("GET", path).send(&mock).json();
    assert_eq!(settings["max_allowed_memberships"], 5);
    assert_eq!(settings["creator_role"], "org:admin");
    assert_eq!(settings["domains_default_role"], "org:member");
    assert_eq!(made("Before"), 5);
    let change = json!({ "max_allowed_memberships": 17 });
    let changed = RawRequest::new("PATCH", path).json(&change).send(&mock);
    assert_eq!(changed.status, 200);
    assert_eq!(made("After"), 17);
}

#[test]
fn a_body_that_cannot_be_read_is_malformed() {
    let mock = mock();
    let head = "POST /v1/users HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\
        authorization: Bearer sk_test_1\r\ncontent-type: application/json\r\n";
    for body in [
        "transfer-encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n",
        "transfer-encoding: chunked\r\n\r\n2\r\n{}xx0\r\n\r\n",
    ] {
        let response = exchange(&mock, format!("{head}{body}").as_bytes()).unwrap();
        rejected(&response, 400, &[("request_body_invalid", "")]);
    }
}
