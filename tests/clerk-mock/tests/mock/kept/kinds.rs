//! What differs between kinds of items.

use clerk_mock::{ClerkMock, Instances, Mode, UnknownIds, validate};
use serde_json::{Value, json};

use super::{done, items, rejected};
use crate::support::RawRequest;

#[test]
fn secrets_are_shown_once() {
    let mock = ClerkMock::start_blocking();
    let machine = done(&mock, "POST", "/machines", json!({ "name": "billing" }));
    let path = format!("/machines/{}", machine["id"].as_str().unwrap());
    let secret =
        |mock| done(mock, "GET", &format!("{path}/secret_key"), Value::Null)["secret"].clone();
    assert_eq!(machine["secret_key"], secret(&mock));
    assert!(
        done(&mock, "GET", &path, Value::Null)
            .get("secret_key")
            .is_none()
    );
    let rotate = json!({ "previous_token_ttl": 0 });
    let rotated = done(&mock, "POST", &format!("{path}/secret_key/rotate"), rotate);
    assert_ne!(rotated["secret"], machine["secret_key"]);
    assert_eq!(rotated["secret"], secret(&mock));
    // A token that is created with the new key belongs to the machine.
    let token = RawRequest::new("POST", "/v1/m2m_tokens")
        .header(
            "authorization",
            &format!("Bearer {}", rotated["secret"].as_str().unwrap()),
        )
        .json(&json!({}))
        .send(&mock);
    assert_eq!(token.json()["subject"], machine["id"]);

    let body = json!({ "name": "app", "redirect_uris": ["https://example.com/back"] });
    let application = done(&mock, "POST", "/oauth_applications", body);
    assert!(application["client_secret"].is_string());
    let path = format!(
        "/oauth_applications/{}",
        application["id"].as_str().unwrap()
    );
    assert!(
        done(&mock, "GET", &path, Value::Null)
            .get("client_secret")
            .is_none()
    );
    let rotated = done(&mock, "POST", &format!("{path}/rotate_secret"), Value::Null);
    assert!(rotated["client_secret"].is_string());
    assert_ne!(rotated["client_secret"], application["client_secret"]);
}

#[test]
fn machines_have_scopes() {
    let mock = ClerkMock::start_blocking();
    let make = |name: &str| done(&mock, "POST", "/machines", json!({ "name": name }))["id"].clone();
    let (one, other) = (make("one"), make("other"));
    let path = format!("/machines/{}", one.as_str().unwrap());
    let to = json!({ "to_machine_id": other });
    let scope = done(&mock, "POST", &format!("{path}/scopes"), to.clone());
    assert_eq!(
        (&scope["from_machine_id"], &scope["to_machine_id"]),
        (&one, &other)
    );
    let read = done(&mock, "GET", &path, Value::Null);
    assert_eq!(read["scoped_machines"][0]["name"], "other");
    rejected(
        &mock,
        "POST",
        &format!("{path}/scopes"),
        to,
        409,
        "conflict",
    );
    let scope = format!("{path}/scopes/{}", other.as_str().unwrap());
    done(&mock, "DELETE", &scope, Value::Null);
    rejected(
        &mock,
        "DELETE",
        &scope,
        Value::Null,
        404,
        "resource_not_found",
    );
    assert_eq!(
        done(&mock, "GET", &path, Value::Null)["scoped_machines"],
        json!([])
    );
}

#[test]
fn roles_have_permissions_and_are_in_sets() {
    let mock = ClerkMock::start_blocking();
    let body = json!({ "name": "Read", "key": "org:bills:read" });
    let permission = done(&mock, "POST", "/organization_permissions", body)["id"].clone();
    let body = json!({ "name": "Biller", "key": "org:biller" });
    let role = done(&mock, "POST", "/organization_roles", body.clone());
    rejected(
        &mock,
        "POST",
        "/organization_roles",
        body,
        422,
        "form_identifier_exists",
    );
    let path = format!("/organization_roles/{}", role["id"].as_str().unwrap());
    let assigned = format!("{path}/permissions/{}", permission.as_str().unwrap());
    let shown = done(&mock, "POST", &assigned, Value::Null);
    assert_eq!(shown["permissions"][0]["key"], "org:bills:read");
    let code = "organization_role_permission_association_exists";
    rejected(&mock, "POST", &assigned, Value::Null, 409, code);
    let shown = done(&mock, "DELETE", &assigned, Value::Null);
    assert_eq!(shown["permissions"], json!([]));

    let set = json!({
        "name": "Big", "key": "role_set:big", "roles": ["org:biller", "org:admin"],
        "default_role_key": "org:biller", "creator_role_key": "org:admin", "type": "initial",
    });
    done(&mock, "POST", "/role_sets", set.clone());
    let read = done(&mock, "GET", "/role_sets/role_set:big", Value::Null);
    assert_eq!(read["default_role"]["name"], "Biller");
    assert_eq!(read["roles"].as_array().unwrap().len(), 2);
    let mut second = set;
    second["key"] = "role_set:second".into();
    rejected(
        &mock,
        "POST",
        "/role_sets",
        second,
        422,
        "form_already_exists",
    );
    let more = json!({ "role_keys": ["org:member"], "default_role_key": "org:member" });
    let read = done(&mock, "POST", "/role_sets/role_set:big/roles", more);
    assert_eq!(read["default_role"]["key"], "org:member");
    assert_eq!(read["roles"].as_array().unwrap().len(), 3);
    let wrong = json!({ "default_role_key": "org:other" });
    rejected(
        &mock,
        "PATCH",
        "/role_sets/role_set:big",
        wrong,
        422,
        "form_param_value_invalid",
    );
}

#[test]
fn tickets_are_revoked_once() {
    let mock = ClerkMock::start_blocking();
    let user = done(&mock, "POST", "/users", json!({ "username": "ada" }))["id"].clone();
    let token = done(&mock, "POST", "/sign_in_tokens", json!({ "user_id": user }));
    assert_eq!(
        (&token["status"], &token["user_id"]),
        (&json!("pending"), &user)
    );
    assert!(token["token"].is_string());
    let path = format!("/sign_in_tokens/{}/revoke", token["id"].as_str().unwrap());
    assert_eq!(done(&mock, "POST", &path, Value::Null)["status"], "revoked");
    rejected(
        &mock,
        "POST",
        &path,
        Value::Null,
        400,
        "sign_in_token_cannot_be_revoked_code",
    );
    let unknown = json!({ "user_id": "user_2" });
    rejected(
        &mock,
        "POST",
        "/sign_in_tokens",
        unknown,
        404,
        "resource_not_found",
    );
}

#[test]
fn unique_texts_are_unique() {
    let mock = ClerkMock::start_blocking();
    let entry = json!({ "identifier": "A@example.com" });
    done(&mock, "POST", "/allowlist_identifiers", entry);
    let again = json!({ "identifier": "a@example.com" });
    rejected(
        &mock,
        "POST",
        "/allowlist_identifiers",
        again,
        400,
        "duplicate_record",
    );
    let entry = json!({ "email_address": "a@example.com" });
    let first = done(&mock, "POST", "/waitlist_entries", entry.clone());
    assert_eq!(
        done(&mock, "POST", "/waitlist_entries", entry)["id"],
        first["id"]
    );
}

#[test]
fn the_primary_domain_of_an_instance_cannot_be_deleted() {
    let mock = ClerkMock::start_blocking();
    let domains = done(&mock, "GET", "/domains", Value::Null);
    assert_eq!(domains["total_count"], 1);
    let primary = domains["data"][0]["id"].as_str().unwrap();
    let path = format!("/domains/{primary}");
    let code = "operation_not_allowed_on_primary_domain";
    rejected(&mock, "DELETE", &path, Value::Null, 403, code);
}

#[test]
fn settings_are_kept() {
    let mock = ClerkMock::start_blocking();
    let path = "/instance/organization_settings";
    for number in [7, 9] {
        let set = json!({ "max_allowed_memberships": number, "enabled": true });
        assert_eq!(
            done(&mock, "PATCH", path, set)["max_allowed_memberships"],
            number
        );
        assert_eq!(
            done(&mock, "GET", path, Value::Null)["max_allowed_memberships"],
            number
        );
    }
    done(
        &mock,
        "PATCH",
        "/instance",
        json!({ "allowed_origins": ["chrome-extension://a"] }),
    );
    let instance = done(&mock, "GET", "/instance", Value::Null);
    assert_eq!(instance["environment_type"], "development");
    assert_eq!(instance["allowed_origins"], json!(["chrome-extension://a"]));
}

#[test]
fn group_role_mappings_belong_to_their_directory() {
    let mock = ClerkMock::start_blocking();
    let make = |mappings: Value| {
        let body = json!({
            "name": "People", "provider": "okta", "enterprise_connection_id": "e_1",
            "group_role_mappings": mappings,
        });
        let made = done(&mock, "POST", "/directories", body);
        assert!(made["api_key"].is_string());
        format!("/directories/{}", made["id"].as_str().unwrap())
    };
    let mapping = json!({ "scim_group_id": "g1", "role_id": "role_1" });
    let (with, without) = (make(json!([mapping])), make(json!([])));
    let mappings = format!("{with}/group_role_mappings");
    let listed = done(&mock, "GET", &mappings, Value::Null);
    assert_eq!(listed["data"][0]["directory_group_id"], "g1");
    let second = json!({ "directory_group_id": "g2", "role_id": "role_1" });
    assert_eq!(
        done(&mock, "POST", &mappings, second.clone())["precedence"],
        2
    );
    let replaced = done(&mock, "PUT", &mappings, json!({ "mappings": [second] }));
    assert_eq!(replaced["total_count"], 1);
    let disabled = format!("{without}/group_role_mappings");
    rejected(&mock, "POST", &disabled, second, 400, "feature_not_enabled");
}

#[test]
fn templates_exist_before_they_are_changed() {
    let mock = ClerkMock::start_blocking();
    let path = "/templates/email/verification_code";
    assert_eq!(
        done(&mock, "GET", path, Value::Null)["slug"],
        "verification_code"
    );
    done(
        &mock,
        "PUT",
        path,
        json!({ "name": "Code", "subject": "Hello", "body": "{{otp_code}}" }),
    );
    assert_eq!(done(&mock, "GET", path, Value::Null)["subject"], "Hello");
}

#[test]
fn what_was_never_created_is_not_found() {
    let mock = ClerkMock::start_blocking();
    for path in [
        "/machines/mch_1",
        "/machines/mch_1/secret_key",
        "/jwt_templates/jtmp_1",
        "/redirect_urls/ru_1",
        "/role_sets/role_set:none",
    ] {
        rejected(&mock, "GET", path, Value::Null, 404, "resource_not_found");
    }
}

#[test]
fn lists_of_generated_objects_are_not_empty() {
    let mock = ClerkMock::builder()
        .unknown_ids(UnknownIds::MakeUp)
        .mode(Mode::Full);
    let mock = mock.start_blocking().unwrap();
    let listed = done(&mock, "GET", "/machines", Value::Null);
    assert!(!items(&listed).is_empty());
    let schema = Instances::new()
        .operation("ListMachines")
        .unwrap()
        .response_schema()
        .unwrap();
    assert_eq!(validate(schema, &listed), Ok(()));
}

#[test]
fn credits_are_adjusted_once_per_key() {
    let mock = ClerkMock::start_blocking();
    let user = done(&mock, "POST", "/users", json!({ "username": "ada" }))["id"].clone();
    let path = format!("/users/{}/billing/credits", user.as_str().unwrap());
    let adjust = |amount: u64, action: &str, key: &str| {
        let body = json!({ "amount": amount, "action": action, "idempotency_key": key });
        done(&mock, "POST", &path, body)
    };
    let first = adjust(500, "increase", "a");
    assert_eq!(first, adjust(500, "increase", "a"));
    adjust(120, "decrease", "b");
    let balance = &done(&mock, "GET", &path, Value::Null)["balance"];
    assert_eq!(
        (&balance["amount"], &balance["amount_formatted"]),
        (&json!(380), &json!("3.80"))
    );
}

#[test]
fn what_is_created_in_bulk_is_kept_too() {
    let mock = ClerkMock::start_blocking();
    let first = json!({ "email_address": "a@example.com" });
    let first = done(&mock, "POST", "/waitlist_entries", first)["id"].clone();
    let both = json!([{ "email_address": "A@example.com" }, { "email_address": "b@example.com" }]);
    let bulk = done(&mock, "POST", "/waitlist_entries/bulk", both);
    assert_eq!(bulk[0]["id"], first);
    let listed = done(&mock, "GET", "/waitlist_entries", Value::Null);
    assert_eq!(listed["total_count"], 2);
    assert_eq!(listed["data"][0]["email_address"], "b@example.com");
}
