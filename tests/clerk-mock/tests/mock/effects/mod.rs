//! The effects of operations beyond their response, as Clerk's documents state them.

use serde_json::{Value, json};

use crate::rejections::{mock, rejected};
use crate::support::RawRequest;

mod organizations;
mod searches;
use clerk_mock::ClerkMock;

fn done(mock: &ClerkMock, method: &str, target: &str, body: Value) -> Value {
    done_as(mock, "sk_test_1", method, target, body)
}

fn done_as(mock: &ClerkMock, key: &str, method: &str, target: &str, body: Value) -> Value {
    let by_hand = RawRequest::new(method, &format!("/v1{target}"))
        .header("authorization", &format!("Bearer {key}"));
    let response = match body {
        Value::Null => by_hand.send(mock),
        body => by_hand.json(&body).send(mock),
    };
    assert!(response.status < 300, "{method} {target}: {response:?}");
    response.json()
}

fn id(value: &Value) -> String {
    value["id"].as_str().expect("an id").to_owned()
}

fn user(mock: &ClerkMock, name: &str) -> String {
    id(&done(mock, "POST", "/users", json!({ "username": name })))
}

fn organization(mock: &ClerkMock, body: Value) -> String {
    id(&done(mock, "POST", "/organizations", body))
}

#[test]
fn revoked_invitations_are_listed_on_request() {
    let mock = mock();
    for name in ["a", "b"] {
        let body = json!({ "email_address": format!("{name}@example.com") });
        let made = done(&mock, "POST", "/invitations", body);
        if name == "a" {
            done(
                &mock,
                "POST",
                &format!("/invitations/{}/revoke", id(&made)),
                Value::Null,
            );
        }
    }
    let listed = |target: &str| {
        let list = done(&mock, "GET", target, Value::Null);
        list.as_array().expect("a list").len()
    };
    assert_eq!(listed("/invitations"), 1);
    assert_eq!(listed("/invitations?status=revoked"), 1);
    assert_eq!(listed("/invitations?status=pending"), 1);
}

#[test]
fn the_only_second_factor_is_the_default() {
    let mock = mock();
    let bob = user(&mock, "bob");
    let number = |number: &str| {
        let body = json!({
            "user_id": bob, "phone_number": number, "verified": true,
            "reserved_for_second_factor": true,
        });
        done(&mock, "POST", "/phone_numbers", body)
    };
    let (first, second) = (number("+12015550100"), number("+12015550101"));
    let flags = |number: &Value| {
        let flag = |name: &str| number[name].as_bool();
        (
            flag("reserved_for_second_factor"),
            flag("default_second_factor"),
        )
    };
    assert_eq!(flags(&first), (Some(true), Some(true)));
    assert_eq!(flags(&second), (Some(true), Some(false)));
    let read = || done(&mock, "GET", &format!("/users/{bob}"), Value::Null);
    assert_eq!(read()["two_factor_enabled"], true);
    done(&mock, "DELETE", &format!("/users/{bob}/mfa"), Value::Null);
    assert_eq!(read()["two_factor_enabled"], false);
    for shown in read()["phone_numbers"].as_array().expect("numbers") {
        assert_eq!(flags(shown), (Some(false), Some(false)));
    }
    number("+12015550102");
    assert_eq!(read()["two_factor_enabled"], true);
    let target = format!("/users/{bob}/phone_number");
    done(
        &mock,
        "PUT",
        &target,
        json!({ "phone_number": "+12015550103" }),
    );
    assert_eq!(read()["two_factor_enabled"], false);
}

#[test]
fn empty_names_are_removed() {
    let mock = mock();
    let bob = user(&mock, "bob");
    let changed = done(
        &mock,
        "PATCH",
        &format!("/users/{bob}"),
        json!({ "username": "" }),
    );
    assert_eq!(changed["username"], Value::Null);
    user(&mock, "bob");
}

#[test]
fn a_user_without_a_password_is_not_changed() {
    let mock = mock();
    let bob = user(&mock, "bob");
    let before = done(&mock, "GET", &format!("/users/{bob}"), Value::Null);
    mock.clock().advance(std::time::Duration::from_secs(60));
    let after = done(
        &mock,
        "POST",
        &format!("/users/{bob}/remove_password"),
        json!({}),
    );
    assert_eq!(after, before);
}

#[test]
fn rotated_keys_of_machines_have_a_grace_period() {
    let mock = mock();
    let machine = json!({ "name": "m", "default_token_ttl": 120 });
    let machine = done(&mock, "POST", "/machines", machine);
    let (machine, first) = (
        id(&machine),
        machine["secret_key"].as_str().unwrap().to_owned(),
    );
    let create = |key: &str, body: Value| {
        RawRequest::new("POST", "/v1/m2m_tokens")
            .header("authorization", &format!("Bearer {key}"))
            .json(&body)
            .send(&mock)
    };
    let made = create(&first, json!({})).json();
    let lifetime = made["expiration"].as_f64().unwrap() - made["created_at"].as_f64().unwrap();
    assert!((lifetime - 120_000.0).abs() < 5_000.0, "{made}");
    // The rule applies to the default lifetime of the machine.
    let too_long = create(&first, json!({ "min_remaining_ttl_seconds": 120 }));
    rejected(&too_long, 400, &[("form_param_value_invalid", "")]);
    let signed = json!({ "token_format": "jwt", "min_remaining_ttl_seconds": 10 });
    let signed = || create(&first, signed.clone()).json()["token"].clone();
    assert_ne!(signed(), signed(), "signed tokens are never reused");
    let rotate = |seconds: u64| {
        let target = format!("/machines/{machine}/secret_key/rotate");
        let rotated = done(
            &mock,
            "POST",
            &target,
            json!({ "previous_token_ttl": seconds }),
        );
        rotated["secret"].as_str().unwrap().to_owned()
    };
    let second = rotate(60);
    assert_eq!(create(&first, json!({})).json()["subject"], *machine);
    mock.clock().advance(std::time::Duration::from_secs(61));
    rejected(
        &create(&first, json!({})),
        401,
        &[("authentication_invalid", "")],
    );
    let third = rotate(0);
    rejected(
        &create(&second, json!({})),
        401,
        &[("authentication_invalid", "")],
    );
    assert_eq!(create(&third, json!({})).json()["subject"], *machine);
    done(
        &mock,
        "DELETE",
        &format!("/machines/{machine}"),
        Value::Null,
    );
    rejected(
        &create(&third, json!({})),
        401,
        &[("authentication_invalid", "")],
    );
}

#[test]
fn an_invited_entry_of_the_waitlist_has_its_invitation() {
    let mock = mock();
    let body = json!({ "email_address": "w@example.com" });
    let entry = id(&done(&mock, "POST", "/waitlist_entries", body));
    let target = format!("/waitlist_entries/{entry}/invite");
    let invited = done(&mock, "POST", &target, json!({}));
    assert_eq!(invited["status"], "invited");
    let listed = done(&mock, "GET", "/invitations", Value::Null);
    assert_eq!(listed[0]["id"], invited["invitation"]["id"]);
    assert_eq!(listed[0]["email_address"], "w@example.com");
}

#[test]
fn an_agent_has_one_id_per_name() {
    let mock = mock();
    let bob = user(&mock, "bob");
    let task = |name: &str| {
        let body = json!({
            "on_behalf_of": { "user_id": bob }, "permissions": "*", "agent_name": name,
            "task_description": "t", "redirect_url": "http://localhost:3000/",
        });
        done(&mock, "POST", "/agents/tasks", body)
    };
    let (one, two, other) = (task("a"), task("a"), task("b"));
    assert_eq!(one["agent_id"], two["agent_id"]);
    assert_ne!(one["agent_id"], other["agent_id"]);
    assert_ne!(one["agent_task_id"], two["agent_task_id"]);
}

#[test]
fn directories_merge_their_mapping_and_order_that_of_groups() {
    let mock = mock();
    let group = |name: &str, precedence: u64| json!({ "directory_group_id": name, "role_id": "role_1", "precedence": precedence });
    let body = json!({
        "name": "D", "provider": "okta", "enterprise_connection_id": "e_1",
        "group_role_mappings": [group("b", 2), group("a", 1)],
    });
    let directory = id(&done(&mock, "POST", "/directories", body));
    let target = format!("/directories/{directory}");
    let listed = done(
        &mock,
        "GET",
        &format!("{target}/group_role_mappings"),
        Value::Null,
    );
    let items = listed
        .as_array()
        .or(listed["data"].as_array())
        .expect("a list");
    let names: Vec<&Value> = items
        .iter()
        .map(|item| &item["directory_group_id"])
        .collect();
    assert_eq!(names, ["a", "b"]);
    let change = |mapping: Value| {
        let changed = done(
            &mock,
            "PATCH",
            &target,
            json!({ "attribute_mapping": mapping }),
        );
        changed["attribute_mapping"].clone()
    };
    change(json!({ "first_name": "a", "last_name": "b" }));
    let merged = change(json!({ "first_name": null, "title": "c" }));
    assert_eq!(
        (&merged["first_name"], &merged["last_name"]),
        (&Value::Null, &json!("b"))
    );
    assert_eq!(merged["title"], "c");
}

#[test]
fn prices_are_in_their_currency_and_order() {
    let mock = mock();
    for (amount, description) in [(500, "first"), (100, "second"), (500, "third")] {
        let body = json!({
            "plan_id": "cplan_1", "amount": amount, "currency": "EUR", "description": description,
        });
        let made = done(&mock, "POST", "/billing/prices", body);
        assert_eq!(made["fee"]["currency"], "EUR", "{made}");
    }
    let listed = done(&mock, "GET", "/billing/prices", Value::Null);
    let items = listed["data"].as_array().expect("a page");
    let order: Vec<&Value> = items.iter().map(|price| &price["description"]).collect();
    assert_eq!(order, ["second", "third", "first"]);
}

#[test]
fn production_instances_have_qualified_domains_and_safe_urls() {
    let mock = ClerkMock::builder()
        .secret_key("sk_live_1")
        .start_blocking()
        .unwrap();
    let add = |name: &str| {
        RawRequest::new("POST", "/v1/domains")
            .header("authorization", "Bearer sk_live_1")
            .json(&json!({ "name": name, "is_satellite": true }))
            .send(&mock)
    };
    for name in ["localhost", "s.example:3000"] {
        rejected(&add(name), 422, &[("form_param_format_invalid", "name")]);
    }
    assert_eq!(add("s.example").status, 200);
    let redirect = |url: &str| {
        RawRequest::new("POST", "/v1/redirect_urls")
            .header("authorization", "Bearer sk_live_1")
            .json(&json!({ "url": url }))
            .send(&mock)
    };
    rejected(
        &redirect("http://s.example/"),
        422,
        &[("insecure_url", "url")],
    );
    assert_eq!(redirect("https://s.example/").status, 200);
}

#[test]
fn everything_with_a_lifetime_expires() {
    let mock = mock();
    let bob = user(&mock, "bob");
    let acme = organization(
        &mock,
        json!({ "name": "Acme", "max_allowed_memberships": 1 }),
    );
    let session = id(&done(&mock, "POST", "/sessions", json!({ "user_id": bob })));
    let invite = || json!({ "email_address": "a@example.com", "expires_in_days": 1 });
    let own = json!({ "email_address": "a@example.com", "role": "org:member" });
    let to_acme = format!("/organizations/{acme}/invitations");
    let invitation = id(&done(&mock, "POST", "/invitations", invite()));
    let invited = id(&done(&mock, "POST", &to_acme, own.clone()));
    mock.clock()
        .advance(std::time::Duration::from_secs(31 * 24 * 3600));
    let listed = done(&mock, "GET", "/invitations?status=expired", Value::Null);
    assert_eq!(listed[0]["id"], *invitation);
    let read = done(&mock, "GET", &format!("{to_acme}/{invited}"), Value::Null);
    assert_eq!(read["status"], "expired");
    let read = done(&mock, "GET", &format!("/sessions/{session}"), Value::Null);
    assert_eq!(read["status"], "expired");
    let token = RawRequest::new("POST", &format!("/v1/sessions/{session}/tokens")).json(&json!({}));
    assert_eq!(token.send(&mock).status, 400);
    // An expired invitation does not prevent another one.
    done(&mock, "POST", "/invitations", invite());
    done(&mock, "POST", &to_acme, own);
    let revoke = format!("/v1{to_acme}/{invited}/revoke");
    assert_eq!(
        RawRequest::new("POST", &revoke)
            .json(&json!({}))
            .send(&mock)
            .status,
        400
    );
}

#[test]
fn unknown_country_codes_are_dropped() {
    let mock = mock();
    let target = "/instance/communication";
    let codes = json!({ "blocked_country_codes": ["DE", "ZZ", "GR"] });
    done(&mock, "PATCH", target, codes);
    let kept = done(&mock, "PATCH", target, json!({}));
    assert_eq!(kept["blocked_country_codes"], json!(["DE", "GR"]));
}
