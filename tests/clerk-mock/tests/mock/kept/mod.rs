//! Created items of every kind are kept.

mod kinds;

use clerk_mock::ClerkMock;
use serde_json::{Value, json};

use crate::support::{RawRequest, Response};

fn ask(mock: &ClerkMock, method: &str, path: &str, body: Value) -> Response {
    let request = RawRequest::new(method, &format!("/v1{path}"));
    match body {
        Value::Null => request.send(mock),
        body => request.json(&body).send(mock),
    }
}

#[track_caller]
fn done(mock: &ClerkMock, method: &str, path: &str, body: Value) -> Value {
    let response = ask(mock, method, path, body);
    let text = String::from_utf8_lossy(&response.body).into_owned();
    assert!(
        (200..300).contains(&response.status),
        "{method} {path}: {text}"
    );
    serde_json::from_str(&text).unwrap_or_default()
}

#[track_caller]
fn rejected(mock: &ClerkMock, method: &str, path: &str, body: Value, status: u16, code: &str) {
    let response = ask(mock, method, path, body);
    let codes: Vec<String> = response
        .errors()
        .into_iter()
        .map(|(code, _)| code)
        .collect();
    assert_eq!((response.status, &*codes), (status, &[code.to_owned()][..]));
}

fn items(list: &Value) -> &Vec<Value> {
    let items = list.as_array().or(list["data"].as_array());
    items.unwrap_or_else(|| panic!("not a list: {list}"))
}

fn organization(mock: &ClerkMock) -> String {
    let made = done(mock, "POST", "/organizations", json!({ "name": "Acme" }));
    made["id"].as_str().unwrap().to_owned()
}

/// Creates an item, then finds it in every possible way.
#[track_caller]
fn kept(path: &str, body: Value, change: Value) {
    let mock = ClerkMock::start_blocking();
    let path = path.replace("{organization}", &organization(&mock));
    let others = items(&done(&mock, "GET", &path, Value::Null)).len();
    let made = done(&mock, "POST", &path, body.clone());
    let id = made["id"].as_str().unwrap();
    let item = format!("{path}/{id}");
    let has = |shown: &Value, members: &Value| {
        for (name, value) in members.as_object().unwrap() {
            if shown.get(name).is_some() {
                assert_eq!(&shown[name], value, "{name} of {shown}");
            }
        }
    };
    has(&made, &body);
    let listed = done(&mock, "GET", &path, Value::Null);
    assert_eq!(items(&listed).len(), others + 1, "{listed}");
    let found = items(&listed).iter().find(|item| item["id"] == id);
    has(found.expect("it is listed"), &body);
    if !change.is_null() {
        let changed = done(&mock, "PATCH", &item, change.clone());
        has(&changed, &change);
        let listed = done(&mock, "GET", &path, Value::Null);
        let found = items(&listed).iter().find(|item| item["id"] == id);
        has(found.expect("it is listed"), &change);
    }
    let read = ask(&mock, "GET", &item, Value::Null);
    if read.status != 405 {
        assert_eq!(read.json()["id"], id);
        has(&read.json(), if change.is_null() { &body } else { &change });
    }
    let deleted = ask(&mock, "DELETE", &item, Value::Null);
    if deleted.status != 405 {
        assert_eq!(deleted.json()["id"], id);
        assert_eq!(deleted.json()["deleted"], true);
        let listed = done(&mock, "GET", &path, Value::Null);
        assert_eq!(items(&listed).len(), others);
        rejected(
            &mock,
            "DELETE",
            &item,
            Value::Null,
            404,
            "resource_not_found",
        );
    }
}

#[test]
fn every_kind_of_item_is_kept() {
    let a = |change: Value| change;
    kept(
        "/machines",
        json!({ "name": "billing", "default_token_ttl": 60 }),
        a(json!({ "name": "b" })),
    );
    kept(
        "/oauth_applications",
        json!({ "name": "app", "redirect_uris": ["myapp://back"], "scopes": "email" }),
        json!({ "name": "other", "scopes": "profile" }),
    );
    kept(
        "/redirect_urls",
        json!({ "url": "https://example.com/back" }),
        Value::Null,
    );
    kept(
        "/allowlist_identifiers",
        json!({ "identifier": "a@example.com" }),
        Value::Null,
    );
    kept(
        "/blocklist_identifiers",
        json!({ "identifier": "+12015550100" }),
        Value::Null,
    );
    kept(
        "/jwt_templates",
        json!({ "name": "hasura", "claims": { "aud": "hasura" }, "lifetime": 90 }),
        json!({ "name": "other", "claims": { "aud": "b" } }),
    );
    kept(
        "/saml_connections",
        json!({ "name": "Okta", "provider": "saml_okta", "domains": ["example.com"], "idp_entity_id": "a" }),
        json!({ "name": "New", "active": true }),
    );
    kept(
        "/enterprise_connections",
        json!({ "name": "Okta", "provider": "saml_okta", "domains": ["example.com"] }),
        json!({ "name": "New", "domains": ["example.org"] }),
    );
    kept(
        "/domains",
        json!({ "name": "s.example", "is_satellite": true }),
        json!({ "name": "t.example" }),
    );
    kept(
        "/waitlist_entries",
        json!({ "email_address": "a@example.com" }),
        Value::Null,
    );
    kept(
        "/organization_permissions",
        json!({ "name": "Read", "key": "org:bills:read", "description": "d" }),
        json!({ "name": "Reads" }),
    );
    kept(
        "/organization_roles",
        json!({ "name": "Biller", "key": "org:biller", "description": "d" }),
        json!({ "name": "Bills", "key": "org:bills" }),
    );
    kept(
        "/organizations/{organization}/domains",
        json!({ "name": "acme.example", "enrollment_mode": "automatic_invitation" }),
        json!({ "enrollment_mode": "manual_invitation" }),
    );
    for path in ["/directories", "/scim_directories"] {
        let body =
            json!({ "name": "People", "provider": "okta", "enterprise_connection_id": "e_1" });
        kept(path, body, json!({ "name": "Staff", "enabled": false }));
    }
}
