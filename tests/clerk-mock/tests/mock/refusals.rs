//! What is wrong with a request is said in Clerk's envelope.

use clerk_mock::{ClerkMock, Instances, validate};
use serde_json::json;

use crate::support::{Answer, ByHand};

#[track_caller]
pub(crate) fn refused(answer: &Answer, status: u16, errors: &[(&str, &str)]) {
    let found = answer.errors();
    let found: Vec<(&str, &str)> = found
        .iter()
        .map(|(code, name)| (&**code, &**name))
        .collect();
    assert_eq!(
        (answer.status, &*found),
        (status, errors),
        "{}",
        answer.json()
    );
    let instances = Instances::new();
    assert_eq!(
        validate(instances.schema("ClerkErrors").unwrap(), &answer.json()),
        Ok(())
    );
    assert_eq!(answer.header("content-type"), Some("application/json"));
}

pub(crate) fn mock() -> ClerkMock {
    ClerkMock::start_blocking()
}

#[test]
fn paths_and_methods_that_do_not_exist() {
    let mock = mock();
    for target in ["/v1/user", "/users", "/v1/users/", "/", "/v1/users/a/b/c"] {
        refused(
            &ByHand::new("GET", target).send(&mock),
            404,
            &[("resource_not_found", "")],
        );
    }
    let answer = ByHand::new("PUT", "/v1/users").send(&mock);
    refused(&answer, 405, &[("method_not_allowed", "")]);
    assert_eq!(answer.header("allow"), Some("get, post"));
}

#[test]
fn keys_that_are_missing_or_wrong() {
    let mock = mock();
    let ask = |value: &str| {
        ByHand::new("GET", "/v1/users")
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
        refused(&ask(value), 401, &[("authentication_invalid", "")]);
    }
    assert_eq!(ask("Bearer sk_test_1").status, 200);

    let one = ClerkMock::builder()
        .secret_key("sk_live_right")
        .start_blocking()
        .unwrap();
    let ask = |value: &str| {
        ByHand::new("GET", "/v1/users")
            .header("authorization", value)
            .send(&one)
    };
    let wrong = ask("Bearer sk_test_1");
    refused(&wrong, 401, &[("authentication_invalid", "")]);
    assert!(!String::from_utf8_lossy(&wrong.body).contains("sk_live_right"));
    assert_eq!(ask("Bearer sk_live_right").status, 200);
}

#[test]
fn open_operations_need_no_key() {
    let interstitial = ByHand::new("GET", "/v1/public/interstitial").header("authorization", "");
    assert_eq!(interstitial.send(&mock()).status, 200);
}

#[test]
fn machine_keys_open_only_what_is_for_machines() {
    let mock = mock();
    let as_machine =
        |method, target| ByHand::new(method, target).header("authorization", "Bearer ak_1");
    refused(
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
        let answer = ByHand::new("GET", "/v1/users")
            .header("clerk-api-version", version)
            .send(&mock);
        refused(&answer, 400, &[("api_version_invalid", "")]);
        let message = answer.json()["errors"][0]["long_message"].to_string();
        assert!(message.contains("2026-05-12"), "{message}");
    }
}

#[test]
fn queries() {
    let mock = mock();
    let ask = |query: &str| ByHand::new("GET", &format!("/v1/users?{query}")).send(&mock);
    refused(&ask("limt=1"), 422, &[("form_param_unknown", "limt")]);
    refused(
        &ask("limit=ten"),
        422,
        &[("form_param_type_invalid", "limit")],
    );
    refused(
        &ask("limit=501"),
        422,
        &[("form_param_value_invalid", "limit")],
    );
    refused(
        &ask("limit=0"),
        422,
        &[("form_param_value_invalid", "limit")],
    );
    refused(
        &ask("limit=1&limit=2"),
        422,
        &[("form_param_duplicate", "limit")],
    );
    refused(
        &ask("banned=yes"),
        422,
        &[("form_param_type_invalid", "banned")],
    );
    refused(&ask("query=%zz"), 400, &[("request_query_invalid", "")]);
    refused(&ask("query=%ff"), 400, &[("request_query_invalid", "")]);
    assert_eq!(ask("query=a+b%20c").status, 200);
}

#[test]
fn an_order_that_does_not_exist() {
    let mock = mock();
    ByHand::new("POST", "/v1/users")
        .json(&json!({ "username": "ada" }))
        .send(&mock);
    let answer = ByHand::new("GET", "/v1/users?order_by=-height").send(&mock);
    refused(&answer, 422, &[("form_param_value_invalid", "order_by")]);
}

#[test]
fn everything_that_is_wrong_is_said_at_once() {
    let answer = ByHand::new("GET", "/v1/users?limit=0&banned=1&colour=red").send(&mock());
    refused(
        &answer,
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
    let ask =
        |query: &str| ByHand::new("GET", &format!("/v1/organization_domains?{query}")).send(&mock);
    assert_eq!(
        ask("enrollment_mode=manual_invitation,-enterprise_sso").status,
        200
    );
    assert_eq!(ask("domains=a.example&domains=b.example").status, 200);
    refused(
        &ask("enrollment_mode=manual_invitation,nonsense"),
        422,
        &[("form_param_value_invalid", "enrollment_mode[1]")],
    );
    refused(
        &ask("enrollment_mode=manual_invitation&enrollment_mode=enterprise_sso"),
        422,
        &[("form_param_duplicate", "enrollment_mode")],
    );
    // An encoded comma belongs to its item.
    refused(
        &ask("enrollment_mode=manual_invitation%2Centerprise_sso"),
        422,
        &[("form_param_value_invalid", "enrollment_mode[0]")],
    );
}

#[test]
fn required_parameters_of_queries() {
    let mock = mock();
    let answer = ByHand::new("GET", "/v1/m2m_tokens").send(&mock);
    refused(&answer, 400, &[("missing_query_parameter", "subject")]);
    let answer = ByHand::new("GET", "/v1/m2m_tokens?subject=mch_1").send(&mock);
    refused(&answer, 400, &[("form_param_format_invalid", "subject")]);
}

#[test]
fn path_parameters() {
    let mock = mock();
    let answer = ByHand::new("GET", "/v1/api_keys/ak_1").send(&mock);
    refused(&answer, 400, &[("form_param_format_invalid", "apiKeyID")]);
    let answer = ByHand::new("GET", "/v1/users/%ff").send(&mock);
    refused(&answer, 400, &[("request_path_invalid", "")]);
    let answer = ByHand::new("GET", "/v1/users/%zz").send(&mock);
    refused(&answer, 400, &[("request_path_invalid", "")]);
}

#[test]
fn json_bodies() {
    let mock = mock();
    let create = || ByHand::new("POST", "/v1/users");
    refused(&create().send(&mock), 400, &[("request_body_invalid", "")]);
    refused(
        &create()
            .body("application/json", "{\"first_name\":")
            .send(&mock),
        400,
        &[("request_body_invalid", "")],
    );
    refused(
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
    refused(
        &create().json(&json!([])).send(&mock),
        422,
        &[("form_param_type_invalid", "")],
    );
    for (mut body, code, name) in cases {
        body["username"] = "ada".into();
        refused(&create().json(&body).send(&mock), 422, &[(code, name)]);
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
        ByHand::new("POST", "/v1/invitations/bulk")
            .json(&body)
            .send(&mock)
    };
    refused(&bulk(json!([])), 422, &[("form_param_value_invalid", "")]);
    refused(
        &bulk(json!([{}])),
        422,
        &[("form_param_missing", "[0].email_address")],
    );
    refused(
        &bulk(json!([{ "email_address": "a@b.example", "expires_in_days": 366 }])),
        422,
        &[("form_param_value_invalid", "[0].expires_in_days")],
    );
}

#[test]
fn a_body_that_is_left_out_still_lacks_what_is_required() {
    let answer = ByHand::new("POST", "/v1/sessions").send(&mock());
    refused(&answer, 422, &[("form_param_missing", "user_id")]);
}

#[test]
fn a_body_where_none_belongs() {
    let mock = mock();
    let ban = |body: &str| {
        ByHand::new("POST", "/v1/webhooks/svix")
            .body("application/json", body)
            .send(&mock)
    };
    refused(&ban("{\"a\":1}"), 400, &[("request_body_invalid", "")]);
    assert_eq!(ban("{}").status, 200);
}

#[test]
fn forms() {
    let mock = mock();
    let user = ByHand::new("POST", "/v1/users")
        .json(&json!({ "username": "ada" }))
        .send(&mock)
        .json();
    let target = format!("/v1/users/{}/profile_image", user["id"].as_str().unwrap());
    let upload = || ByHand::new("POST", &target);
    refused(
        &upload().json(&json!({})).send(&mock),
        415,
        &[("unsupported_content_type", "")],
    );
    refused(
        &upload().form(&[("file", None, "bytes")]).send(&mock),
        400,
        &[("form_param_format_invalid", "file")],
    );
    refused(
        &upload()
            .form(&[("image", Some("me.png"), "bytes")])
            .send(&mock),
        400,
        &[("form_param_unknown", "image")],
    );
    refused(
        &upload()
            .body("multipart/form-data; boundary=xyz", "no form")
            .send(&mock),
        400,
        &[("request_body_invalid", "")],
    );
    let logo = ByHand::new("PUT", "/v1/oauth_applications/oa_1/logo");
    refused(
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
