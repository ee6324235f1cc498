//! Effects on organizations, their members and roles.

use serde_json::{Value, json};

use super::{done, id, organization, user};
use crate::rejections::{mock, rejected};
use crate::support::RawRequest;

#[test]
fn the_next_session_is_in_the_organization_that_the_user_joined() {
    let mock = mock();
    let (ada, bob) = (user(&mock, "ada"), user(&mock, "bob"));
    let acme = organization(&mock, json!({ "name": "Acme", "created_by": ada }));
    let join = json!({ "user_id": bob, "role": "org:member" });
    done(
        &mock,
        "POST",
        &format!("/organizations/{acme}/memberships"),
        join,
    );
    let mut sessions = Vec::new();
    for user in [&ada, &bob] {
        let session = done(&mock, "POST", "/sessions", json!({ "user_id": user }));
        assert_eq!(session["last_active_organization_id"], *acme);
        sessions.push(id(&session));
    }
    let active = |session: &String| {
        let session = done(&mock, "GET", &format!("/sessions/{session}"), Value::Null);
        session["last_active_organization_id"].clone()
    };
    let membership = format!("/organizations/{acme}/memberships/{bob}");
    done(&mock, "DELETE", &membership, Value::Null);
    assert_eq!(
        (active(&sessions[0]), active(&sessions[1])),
        (json!(acme), Value::Null)
    );
    done(
        &mock,
        "DELETE",
        &format!("/organizations/{acme}"),
        Value::Null,
    );
    assert_eq!(active(&sessions[0]), Value::Null);
    let later = done(&mock, "POST", "/sessions", json!({ "user_id": ada }));
    assert_eq!(later["last_active_organization_id"], Value::Null);
}

#[test]
fn a_deleted_organization_leaves_nothing() {
    let mock = mock();
    let acme = organization(&mock, json!({ "name": "Acme" }));
    let domain = json!({ "name": "acme.example" });
    done(
        &mock,
        "POST",
        &format!("/organizations/{acme}/domains"),
        domain.clone(),
    );
    done(
        &mock,
        "DELETE",
        &format!("/organizations/{acme}"),
        Value::Null,
    );
    let left = done(&mock, "GET", "/organization_domains", Value::Null);
    assert_eq!(left["total_count"], 0);
    let other = organization(&mock, json!({ "name": "Other" }));
    done(
        &mock,
        "POST",
        &format!("/organizations/{other}/domains"),
        domain,
    );
}

#[test]
fn bulk_invitations_are_all_or_nothing() {
    let mock = mock();
    let acme = organization(&mock, json!({ "name": "Acme" }));
    let target = format!("/v1/organizations/{acme}/invitations");
    let one = json!({ "email_address": "a@example.com", "role": "org:member" });
    let bulk = RawRequest::new("POST", &format!("{target}/bulk")).json(&json!([one, one]));
    rejected(
        &bulk.send(&mock),
        400,
        &[("organization_invitation_not_unique", "")],
    );
    let listed = RawRequest::new("GET", &target).send(&mock).json();
    assert_eq!(listed["total_count"], 0);
}

#[test]
fn members_have_the_permissions_of_their_role() {
    let mock = mock();
    let permission = json!({ "name": "Read", "key": "org:bills:read" });
    let permission = id(&done(
        &mock,
        "POST",
        "/organization_permissions",
        permission,
    ));
    let role = json!({ "name": "Biller", "key": "org:biller", "permissions": [permission] });
    let role = id(&done(&mock, "POST", "/organization_roles", role));
    let (ada, bob) = (user(&mock, "ada"), user(&mock, "bob"));
    let acme = organization(&mock, json!({ "name": "Acme", "created_by": ada }));
    let members = format!("/organizations/{acme}/memberships");
    let join = json!({ "user_id": bob, "role": "org:biller" });
    let joined = done(&mock, "POST", &members, join);
    assert_eq!(joined["permissions"], json!(["org:bills:read"]));
    // Members have the new key of their role.
    let target = format!("/organization_roles/{role}");
    done(&mock, "PATCH", &target, json!({ "key": "org:bills" }));
    let listed = done(
        &mock,
        "GET",
        &format!("{members}?role=org:bills"),
        Value::Null,
    );
    assert_eq!(listed["total_count"], 1);
    let settings = json!({ "creator_role_id": role });
    let settings = done(&mock, "PATCH", "/instance/organization_settings", settings);
    assert_eq!(settings["creator_role"], "org:bills");
    done(&mock, "PATCH", &target, json!({ "key": "org:owners" }));
    let settings = done(&mock, "GET", "/instance/organization_settings", Value::Null);
    assert_eq!(settings["creator_role"], "org:owners");
    let other = organization(&mock, json!({ "name": "Other", "created_by": bob }));
    let listed = done(
        &mock,
        "GET",
        &format!("/organizations/{other}/memberships"),
        Value::Null,
    );
    assert_eq!(listed["data"][0]["role"], "org:owners");
}

#[test]
fn system_permissions_cannot_be_changed() {
    let mock = mock();
    let listed = done(
        &mock,
        "GET",
        "/organization_permissions?query=sys_",
        Value::Null,
    );
    let first = id(&listed["data"][0]);
    let target = format!("/v1/organization_permissions/{first}");
    let code = "organization_system_permission_not_modifiable";
    let update = RawRequest::new("PATCH", &target).json(&json!({ "name": "mine" }));
    rejected(&update.send(&mock), 403, &[(code, "")]);
    rejected(
        &RawRequest::new("DELETE", &target).send(&mock),
        403,
        &[(code, "")],
    );
}

#[test]
fn a_replaced_role_is_replaced_for_the_members() {
    let mock = mock();
    for key in ["org:a", "org:b"] {
        done(
            &mock,
            "POST",
            "/organization_roles",
            json!({ "name": key, "key": key }),
        );
    }
    let set = |key: &str, roles: [&str; 2]| {
        let body = json!({
            "name": key, "key": key, "type": "custom", "roles": roles,
            "default_role_key": roles[0], "creator_role_key": roles[1],
        });
        done(&mock, "POST", "/role_sets", body);
    };
    set("role_set:one", ["org:a", "org:admin"]);
    set("role_set:two", ["org:member", "org:admin"]);
    let bob = user(&mock, "bob");
    let body = json!({ "name": "Acme", "role_set_key": "role_set:one" });
    let acme = organization(&mock, body);
    let members = format!("/organizations/{acme}/memberships");
    done(
        &mock,
        "POST",
        &members,
        json!({ "user_id": bob, "role": "org:a" }),
    );
    let role = || done(&mock, "GET", &members, Value::Null)["data"][0]["role"].clone();
    let body = json!({ "role_key": "org:a", "to_role_key": "org:b" });
    let set = done(&mock, "POST", "/role_sets/role_set:one/roles/replace", body);
    assert_eq!(
        (role(), &set["default_role"]["key"]),
        (json!("org:b"), &json!("org:b"))
    );
    let body = json!({
        "dest_role_set_key": "role_set:two",
        "reassignment_mappings": { "org:b": "org:member" },
    });
    done(&mock, "POST", "/role_sets/role_set:one/replace", body);
    let read = done(&mock, "GET", &format!("/organizations/{acme}"), Value::Null);
    assert_eq!(
        (role(), &read["role_set_key"]),
        (json!("org:member"), &json!("role_set:two"))
    );
}

#[test]
fn organizations_remain_linked_to_their_connection() {
    let mock = mock();
    let acme = organization(&mock, json!({ "name": "Acme" }));
    let body = json!({
        "name": "E", "provider": "saml_okta", "domains": ["Acme.example"], "organization_id": acme,
    });
    let target = done(&mock, "POST", "/enterprise_connections", body);
    let target = format!("/enterprise_connections/{}", id(&target));
    let changed = done(&mock, "PATCH", &target, json!({ "organization_id": null }));
    assert_eq!(changed["organization_id"], *acme);
    // Enabling the connection removes the domains that enroll users.
    let domain = json!({ "name": "acme.example", "enrollment_mode": "automatic_suggestion" });
    done(
        &mock,
        "POST",
        &format!("/organizations/{acme}/domains"),
        domain,
    );
    let active = json!({ "active": true, "saml": { "idp_sso_url": "https://idp.example/sso" } });
    done(&mock, "PATCH", &target, active);
    let left = done(&mock, "GET", "/organization_domains", Value::Null);
    assert_eq!(left["total_count"], 0);
}
