//! Searches in lists.

use serde_json::{Value, json};

use super::{done, id, organization, user};
use crate::rejections::mock;
use clerk_mock::ClerkMock;

/// How many items a list has.
fn found(mock: &ClerkMock, target: &str) -> usize {
    let list = done(mock, "GET", target, Value::Null);
    let items = list.as_array().or(list["data"].as_array());
    items.expect("a list").len()
}

#[test]
fn a_search_for_users_matches_names_identifiers_and_ids() {
    let mock = mock();
    let bob = user(&mock, "bob");
    user(&mock, "eve");
    done(
        &mock,
        "PATCH",
        &format!("/users/{bob}"),
        json!({ "last_name": "Builder" }),
    );
    // The URL of the image and the kind of object are not searched.
    for nothing in ["img.example", "https", "user-"] {
        assert_eq!(
            found(&mock, &format!("/users?query={nothing}")),
            0,
            "{nothing}"
        );
    }
    for part in ["OB", "build", &bob, &bob[8..20]] {
        assert_eq!(found(&mock, &format!("/users?query={part}")), 1, "{part}");
    }
}

#[test]
fn other_searches_match_whole_ids_and_parts_of_names() {
    let mock = mock();
    let acme = organization(&mock, json!({ "name": "Acme Works", "slug": "acme" }));
    organization(&mock, json!({ "name": "Other", "slug": "other" }));
    for (query, count) in [
        ("works", 1),
        ("CME", 1),
        (&*acme, 1),
        (&acme[..20], 0),
        ("org_", 0),
        ("example", 0),
    ] {
        let target = format!("/organizations?query={query}");
        assert_eq!(found(&mock, &target), count, "{query}");
    }
    let machine = id(&done(
        &mock,
        "POST",
        "/machines",
        json!({ "name": "billing" }),
    ));
    for (query, count) in [("BILL", 1), (&*machine, 1), ("mch_", 0)] {
        assert_eq!(
            found(&mock, &format!("/machines?query={query}")),
            count,
            "{query}"
        );
    }
    let domain = json!({ "name": "acme.example" });
    done(
        &mock,
        "POST",
        &format!("/organizations/{acme}/domains"),
        domain,
    );
    for (query, count) in [("ACME", 1), (&*acme, 1), ("org_", 0)] {
        let target = format!("/organization_domains?query={query}");
        assert_eq!(found(&mock, &target), count, "{query}");
    }
}

#[test]
fn an_oauth_application_is_found_by_its_client_id() {
    let mock = mock();
    let made = done(
        &mock,
        "POST",
        "/oauth_applications",
        json!({ "name": "Shop" }),
    );
    done(
        &mock,
        "POST",
        "/oauth_applications",
        json!({ "name": "Other" }),
    );
    let client_id = made["client_id"].as_str().expect("a client id");
    for (query, count) in [("sho", 1), (client_id, 1), (&client_id[1..], 0)] {
        let target = format!("/oauth_applications?name_query={query}");
        assert_eq!(found(&mock, &target), count, "{query}");
    }
}

#[test]
fn invitations_to_organizations_are_listed_by_several_statuses() {
    let mock = mock();
    let acme = organization(&mock, json!({ "name": "Acme" }));
    let target = format!("/organizations/{acme}/invitations");
    let invite = |name: &str| {
        let body = json!({ "email_address": format!("{name}@example.com"), "role": "org:member" });
        id(&done(&mock, "POST", &target, body))
    };
    invite("a");
    done(
        &mock,
        "POST",
        &format!("{target}/{}/revoke", invite("b")),
        json!({}),
    );
    for target in [&*target, "/organization_invitations"] {
        let both = format!("{target}?status=pending&status=revoked");
        assert_eq!(found(&mock, &both), 2);
        assert_eq!(
            found(&mock, &format!("{target}?status=revoked&status=accepted")),
            1
        );
    }
}
