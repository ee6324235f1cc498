//! Lists of three users, and of many.

use serde_json::json;

use super::*;
use crate::description::description;

fn insert(store: &mut Store, table: Table, id: &str, body: Value) {
    let Value::Object(mut body) = body else {
        panic!("not an object");
    };
    body.insert("id".to_owned(), id.into());
    store.insert(
        table,
        Record {
            id: id.to_owned(),
            hidden: body.clone(),
            body,
        },
    );
}

fn user(store: &mut Store, id: &str, created_at: u64, name: &str, seen: Option<u64>) {
    let body = json!({ "created_at": created_at, "username": name, "last_active_at": seen });
    insert(store, Table::Users, id, body);
    let address = json!({ "user_id": id, "email_address": format!("{name}@Example.com") });
    insert(store, Table::EmailAddresses, &format!("idn_{id}"), address);
}

fn three() -> Store {
    let mut store = Store::default();
    user(&mut store, "a", 10, "Zoe", None);
    user(&mut store, "b", 20, "ada", Some(5));
    user(&mut store, "c", 20, "Bob", Some(9));
    store
}

fn listed(store: &Store, query: &Value) -> Result<Vec<String>, Rejection> {
    let listing = Listing {
        store,
        table: Table::Users,
        operation: description().operation("GetUserList").unwrap(),
        query: query.as_object().unwrap(),
        among: Among::All,
        is_strict: true,
        rule: None,
    };
    let page = listing.page(|record| record.id.as_str().into())?;
    let ids = page.as_array().unwrap().iter();
    Ok(ids.map(|id| id.as_str().unwrap().to_owned()).collect())
}

#[track_caller]
fn selected(query: Value, ids: &[&str]) {
    assert_eq!(listed(&three(), &query).unwrap(), ids, "{query:?}");
}

#[test]
fn the_newest_come_first_and_among_equals_the_later() {
    selected(json!({}), &["c", "b", "a"]);
    selected(json!({ "order_by": "+created_at" }), &["a", "b", "c"]);
    selected(json!({ "order_by": "created_at" }), &["a", "b", "c"]);
    selected(json!({ "order_by": "username" }), &["b", "c", "a"]);
    selected(json!({ "order_by": "-username" }), &["a", "c", "b"]);
    selected(json!({ "order_by": "-last_active_at" }), &["c", "b", "a"]);
    selected(json!({ "order_by": "email_address" }), &["b", "c", "a"]);
}

#[test]
fn all_filters_apply() {
    selected(json!({ "user_id": ["a", "c"] }), &["c", "a"]);
    selected(json!({ "user_id": ["a", "a"] }), &["a"]);
    selected(json!({ "user_id": ["-b"] }), &["c", "a"]);
    selected(json!({ "user_id": ["+b"] }), &["b"]);
    selected(json!({ "username": ["Zoe", "Bob"] }), &["c", "a"]);
    selected(json!({ "username": ["zOE"] }), &["a"]);
    selected(json!({ "email_address": ["ADA@example.com"] }), &["b"]);
    selected(
        json!({ "email_address": ["ADA@example.com"], "user_id": ["a"] }),
        &[],
    );
    selected(json!({ "username_query": "B" }), &["c"]);
    selected(json!({ "query": "zo" }), &["a"]);
    selected(json!({ "created_at_before": 20 }), &["a"]);
    selected(json!({ "last_active_at_after": 5 }), &["c"]);
    selected(
        json!({ "last_active_at_since": 4, "username": ["ada"] }),
        &["b"],
    );
}

#[test]
fn a_page_begins_after_its_cursor() {
    selected(json!({ "starting_after": "c" }), &["b", "a"]);
    selected(json!({ "starting_after": "b", "limit": 1 }), &["a"]);
    selected(json!({ "starting_after": "a" }), &[]);
    let ascending = json!({ "starting_after": "a", "order_by": "+created_at" });
    selected(ascending, &["b", "c"]);
    let filtered = json!({ "starting_after": "c", "username": ["zoe", "bob"] });
    selected(filtered, &["a"]);
    assert!(listed(&three(), &json!({ "starting_after": "d" })).is_err());
}

#[test]
fn a_cursor_is_valid_after_its_record_is_removed() {
    let mut store = three();
    store.remove(Table::Users, "b");
    let next = json!({ "starting_after": "b" });
    assert_eq!(listed(&store, &next).unwrap(), ["a"]);
}

#[test]
fn an_order_that_does_not_exist_is_rejected() {
    assert!(listed(&three(), &json!({ "order_by": "-height" })).is_err());
}

#[test]
fn a_page_reads_few_records_beyond_its_own() {
    let mut store = Store::default();
    for number in 0..10_000 {
        let id = number.to_string();
        user(&mut store, &id, 1_000_000 + number, &format!("u{id}"), None);
    }
    let looks = |query: Value, most: u64| {
        let before = store.looked_at();
        let found = listed(&store, &query).unwrap();
        let looks = store.looked_at() - before;
        assert!(!found.is_empty(), "{query}");
        assert!(looks <= most, "{looks} looks for {query}");
    };
    looks(json!({ "limit": 10 }), 20);
    looks(json!({ "limit": 10, "starting_after": "5000" }), 20);
    looks(
        json!({ "limit": 10, "starting_after": "5000", "order_by": "created_at" }),
        20,
    );
    looks(json!({ "username": ["u77"] }), 10);
    looks(json!({ "email_address": ["u77@example.com"] }), 10);
    looks(json!({ "user_id": ["77", "78"], "limit": 2 }), 20);
    looks(json!({ "username_query": "u9", "limit": 5 }), 1_100);
}

#[test]
fn a_page_of_one_parent_reads_no_other_records() {
    let mut store = Store::default();
    for number in 0..5_000 {
        // Not in the order of creation.
        let created_at = 1_000_000 + (number * 7_919) % 5_000;
        let body = json!({ "created_at": created_at, "organization_id": "org_1" });
        insert(&mut store, Table::Memberships, &format!("m{number}"), body);
    }
    let page = |query: Value| {
        let before = store.looked_at();
        let listing = Listing {
            store: &store,
            table: Table::Memberships,
            operation: description()
                .operation("ListOrganizationMemberships")
                .unwrap(),
            query: query.as_object().unwrap(),
            among: Among::With("organization_id", "org_1".to_owned()),
            is_strict: true,
            rule: None,
        };
        let shown = |record: &Record| record.number("created_at").unwrap().into();
        let page = listing.page(shown).unwrap();
        assert!(store.looked_at() - before <= 50, "{query}");
        assert_eq!(page["total_count"], 5_000);
        page["data"].clone()
    };
    let newest = json!([1_004_999, 1_004_998]);
    assert_eq!(page(json!({ "limit": 2 })), newest);
    let oldest = json!([1_000_001, 1_000_002]);
    let query = json!({ "limit": 2, "offset": 1, "order_by": "+created_at" });
    assert_eq!(page(query), oldest);
}
