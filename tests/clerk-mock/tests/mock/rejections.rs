//! Invalid requests are rejected with Clerk's error envelope.

use clerk_mock::{ClerkMock, Instances, validate};
use serde_json::json;

use crate::support::{RawRequest, Response};

#[track_caller]
pub(crate) fn rejected(response: &Response, status: u16, errors: &[(&str, &str)]) {
    let found = response.errors();
    let found: Vec<(&str, &str)> = found
        .iter()
        .map(|(code, name)| (&**code, &**name))
        .collect();
    assert_eq!(
        (response.status, &*found),
        (status, errors),
        "{}",
        response.json()
    );
    let instances = Instances::new();
    assert_eq!(
        validate(instances.schema("ClerkErrors").unwrap(), &response.json()),
        Ok(())
    );
    assert_eq!(response.header("content-type"), Some("application/json"));
}

pub(crate) fn mock() -> ClerkMock {
    ClerkMock::start_blocking()
}

#[test]
fn paths_and_methods_that_do_not_exist() {
    let mock = mock();
    for target in ["/v1/user", "/users", "/v1/users/", "/", "/v1/users/a/b/c"] {
        rejected(
            &RawRequest::new("GET", target).send(&mock),
            404,
            &[("resource_not_found", "")],
        );
    }
    let response = RawRequest::new("PUT", "/v1/users").send(&mock);
    rejected(&response, 405, &[("method_not_allowed", "")]);
    assert_eq!(response.header("allow"), Some("get, post"));
}

#[test]
fn keys_that_are_missing_or_wrong() {
    let mock = mock();
    let ask = |value: &str| {
        RawRequest::new("GET", "/v1/users")
            .header("authorization", value)
            .send(&mock)
    };
    for value in [
        "",
        "Bearer ",
        "Bearer sk_live_1",
        "Bearer sk_test_",
        "sk_test_1",
        "Basic sk_test_1",
    ] {
        rejected(&ask(value), 401, &[("authentication_invalid", "")]);
    }
    assert_eq!(ask("Bearer sk_test_1").status, 200);

    let one = ClerkMock::builder()
        .secret_key("sk_live_right")
        .start_blocking()
        .unwrap();
    let ask = |value: &str| {
        RawRequest::new("GET", "/v1/users")
            .header("authorization", value)
            .send(&one)
    };
    let wrong = ask("Bearer sk_test_1");
    rejected(&wrong, 401, &[("authentication_invalid", "")]);
    assert!(!String::from_utf8_lossy(&wrong.body).contains("sk_live_right"));
    assert_eq!(ask("Bearer sk_live_right").status, 200);
}

#[test]
fn public_operations_need_no_key() {
    let interstitial =
        RawRequest::new("GET", "/v1/public/interstitial").header("authorization", "");
    assert_eq!(interstitial.send(&mock()).status, 200);
}

#[test]
fn machine_keys_are_accepted_only_by_operations_for_machines() {
    let mock = mock();
    let as_machine =
        |method, target| RawRequest::new(method, target).header("authorization", "Bearer ak_1");
    rejected(
        &as_machine("GET", "/v1/users").send(&mock),
        401,
        &[("authentication_invalid", "")],
    );
    let made = as_machine("POST", "/v1/m2m_tokens")
        .json(&json!({}))
        .send(&mock);
    assert_eq!(made.status, 201);
}

#[test]
fn versions_that_are_not_served() {
    let mock = mock();
    for version in ["", "2025-11-10"] {
        let response = RawRequest::new("GET", "/v1/users")
            .header("clerk-api-version", version)
            .send(&mock);
        rejected(&response, 400, &[("api_version_invalid", "")]);
        let message = response.json()["errors"][0]["long_message"].to_string();
        assert!(message.contains("2026-05-12"), "{message}");
    }
}

#[test]
fn queries() {
    let mock = mock();
    let ask = |query: &str| RawRequest::new("GET", &format!("/v1/users?{query}")).send(&mock);
    rejected(&ask("limt=1"), 422, &[("form_param_unknown", "limt")]);
    rejected(
        &ask("limit=ten"),
        422,
        &[("form_param_type_invalid", "limit")],
    );
    rejected(
        &ask("limit=501"),
        422,
        &[("form_param_value_invalid", "limit")],
    );
    rejected(
        &ask("limit=0"),
        422,
        &[("form_param_value_invalid", "limit")],
    );
    rejected(
        &ask("limit=1&limit=2"),
        422,
        &[("form_param_duplicate", "limit")],
    );
    rejected(
        &ask("banned=yes"),
        422,
        &[("form_param_type_invalid", "banned")],
    );
    rejected(&ask("query=%zz"), 400, &[("request_query_invalid", "")]);
    rejected(&ask("query=%ff"), 400, &[("request_query_invalid", "")]);
    assert_eq!(ask("query=a+b%20c").status, 200);
}

#[test]
fn an_order_that_does_not_exist() {
    let mock = mock();
    RawRequest::new("POST", "/v1/users")
        .json(&json!({ "username": "ada" }))
        .send(&mock);
    let response = RawRequest::new("GET", "/v1/users?order_by=-height").send(&mock);
    rejected(&response, 422, &[("form_param_value_invalid", "order_by")]);
}

#[test]
fn all_errors_are_reported_at_once() {
    let response = RawRequest::new("GET", "/v1/users?limit=0&banned=1&colour=red").send(&mock());
    rejected(
        &response,
        422,
        &[
            ("form_param_type_invalid", "banned"),
            ("form_param_value_invalid", "limit"),
            ("form_param_unknown", "colour"),
        ],
    );
}

#[test]
fn lists_in_queries() {
    let mock = mock();
    let ask = |query: &str| {
        RawRequest::new("GET", &format!("/v1/organization_domains?{query}")).send(&mock)
    };
    assert_eq!(
        ask("enrollment_mode=manual_invitation,-enterprise_sso").status,
        200
    );
    assert_eq!(ask("domains=a.example&domains=b.example").status, 200);
    rejected(
        &ask("enrollment_mode=manual_invitation,nonsense"),
        422,
        &[("form_param_value_invalid", "enrollment_mode[1]")],
    );
    rejected(
        &ask("enrollment_mode=manual_invitation&enrollment_mode=enterprise_sso"),
        422,
        &[("form_param_duplicate", "enrollment_mode")],
    );
    // An encoded comma is part of its item.
    rejected(
        &ask("enrollment_mode=manual_invitation%2Centerprise_sso"),
        422,
        &[("form_param_value_invalid", "enrollment_mode[0]")],
    );
}

#[test]
fn required_parameters_of_queries() {
    let mock = mock();
    let response = RawRequest::new("GET", "/v1/m2m_tokens").send(&mock);
    rejected(&response, 400, &[("missing_query_parameter", "subject")]);
    let response = RawRequest::new("GET", "/v1/m2m_tokens?subject=mch_1").send(&mock);
    rejected(&response, 400, &[("form_param_format_invalid", "subject")]);
}

#[test]
fn path_parameters() {
    let mock = mock();
    let response = RawRequest::new("GET", "/v1/api_keys/ak_1").send(&mock);
    rejected(&response, 400, &[("form_param_format_invalid", "apiKeyID")]);
    let response = RawRequest::new("GET", "/v1/users/%ff").send(&mock);
    rejected(&response, 400, &[("request_path_invalid", "")]);
    let response = RawRequest::new("GET", "/v1/users/%zz").send(&mock);
    rejected(&response, 400, &[("request_path_invalid", "")]);
}

#[test]
fn json_bodies() {
    let mock = mock();
    let create = || RawRequest::new("POST", "/v1/users");
    rejected(&create().send(&mock), 400, &[("request_body_invalid", "")]);
    rejected(
        &create()
            .body("application/json", "{\"first_name\":")
            .send(&mock),
        400,
        &[("request_body_invalid", "")],
    );
    rejected(
        &create().body("text/plain", "{}").send(&mock),
        415,
        &[("unsupported_content_type", "")],
    );
    let cases = [
        (json!({ "nickname": "a" }), "form_param_unknown", "nickname"),
        (
            json!({ "first_name": 1 }),
            "form_param_type_invalid",
            "first_name",
        ),
        (
            json!({ "backup_codes": null }),
            "form_param_nil",
            "backup_codes",
        ),
        (
            json!({ "email_address": ["a@b.example", 1] }),
            "form_param_type_invalid",
            "email_address[1]",
        ),
        (
            json!({ "web3_wallet": ["0x1"], "totp_secret": 1 }),
            "form_param_type_invalid",
            "totp_secret",
        ),
        (
            json!({ "created_at": "yesterday" }),
            "form_param_invalid_time",
            "created_at",
        ),
    ];
    rejected(
        &create().json(&json!([])).send(&mock),
        422,
        &[("form_param_type_invalid", "")],
    );
    for (mut body, code, name) in cases {
        body["username"] = "ada".into();
        rejected(&create().json(&body).send(&mock), 422, &[(code, name)]);
    }
    assert_eq!(
        create()
            .body("application/json; charset=utf-8", "{\"username\":\"ada\"}")
            .send(&mock)
            .status,
        200
    );
}

#[test]
fn members_of_lists_and_their_number() {
    let mock = mock();
    let bulk = |body| {
        RawRequest::new("POST", "/v1/invitations/bulk")
            .json(&body)
            .send(&mock)
    };
    rejected(&bulk(json!([])), 422, &[("form_param_value_invalid", "")]);
    rejected(
        &bulk(json!([{}])),
        422,
        &[("form_param_missing", "[0].email_address")],
    );
    rejected(
        &bulk(json!([{ "email_address": "a@b.example", "expires_in_days": 366 }])),
        422,
        &[("form_param_value_invalid", "[0].expires_in_days")],
    );
}

#[test]
fn an_omitted_body_lacks_required_members() {
    let response = RawRequest::new("POST", "/v1/sessions").send(&mock());
    rejected(&response, 422, &[("form_param_missing", "user_id")]);
}

#[test]
fn a_body_where_none_is_described() {
    let mock = mock();
    let ban = |body: &str| {
        RawRequest::new("POST", "/v1/webhooks/svix")
            .body("application/json", body)
            .send(&mock)
    };
    rejected(&ban("{\"a\":1}"), 400, &[("request_body_invalid", "")]);
    assert_eq!(ban("{}").status, 200);
}

#[test]
fn forms() {
    let mock = mock();
    let user = RawRequest::new("POST", "/v1/users")
        .json(&json!({ "username": "ada" }))
        .send(&mock)
        .json();
    let target = format!("/v1/users/{}/profile_image", user["id"].as_str().unwrap());
    let upload = || RawRequest::new("POST", &target);
    rejected(
        &upload().json(&json!({})).send(&mock),
        415,
        &[("unsupported_content_type", "")],
    );
    rejected(
        &upload().form(&[("file", None, "bytes")]).send(&mock),
        400,
        &[("form_param_format_invalid", "file")],
    );
    rejected(
        &upload()
            .form(&[("image", Some("me.png"), "bytes")])
            .send(&mock),
        400,
        &[("form_param_unknown", "image")],
    );
    rejected(
        &upload()
            .body("multipart/form-data; boundary=xyz", "no form")
            .send(&mock),
        400,
        &[("request_body_invalid", "")],
    );
    let logo = RawRequest::new("PUT", "/v1/oauth_applications/oa_1/logo");
    rejected(
        &logo
            .form(&[("uploader_user_id", None, "user_1")])
            .send(&mock),
        400,
        &[("form_param_missing", "file")],
    );
    assert_eq!(
        upload()
            .form(&[("file", Some("me.png"), "bytes")])
            .send(&mock)
            .status,
        200
    );
}
