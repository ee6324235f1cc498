//! `cargo xtask diff`: what is reported for each kind of change in a small description written for
//! this test, whose schemas contain each other.
//!
//! The classes follow the contract on the wire and the table in docs/following-the-api.md. What
//! changes in Rust is judged by the surfaces of both sides: tests/drift.

#[path = "../support/mod.rs"]
mod support;

mod equal;
mod mutations;
mod program;
mod renames;
mod requests;
mod responses;

use serde_json::{Value, json};
use support::data;
use xtask::input::load;
use xtask::review::diff::{self, Change, Class, Description, Report, Role};

use Class::{BreakingForRequests, BreakingForResponses, Compatible};

fn library() -> Value {
    load::yaml(&data("diff-library.yaml")).unwrap()
}

fn compare(old: Value, new: Value) -> Report {
    let side = |document| Description::new("test", document).unwrap();
    diff::compare(&side(old), &side(new))
}

/// Removes a listed name, as from `required`.
fn without(document: &mut Value, pointer: &str, name: &str) {
    let list = document.pointer_mut(pointer).unwrap();
    list.as_array_mut().unwrap().retain(|known| known != name);
}

/// Sets the value at a pointer; `null` removes it, and a final `-` appends to a list.
fn set(document: &mut Value, pointer: &str, value: Value) {
    let (parent, key) = pointer.rsplit_once('/').unwrap();
    let key = key.replace("~1", "/").replace("~0", "~");
    match document
        .pointer_mut(parent)
        .unwrap_or_else(|| panic!("{parent} is missing"))
    {
        Value::Object(members) if value.is_null() => {
            members.shift_remove(&key).unwrap();
        }
        Value::Object(members) => {
            members.insert(key, value);
        }
        Value::Array(items) if key == "-" => items.push(value),
        Value::Array(items) if value.is_null() => {
            items.remove(key.parse().unwrap());
        }
        Value::Array(items) => items[key.parse::<usize>().unwrap()] = value,
        other => panic!("{parent} is {other}"),
    }
}

/// The report if this is set in the library.
fn changed(edits: &[(&str, Value)]) -> Report {
    let mut document = library();
    for (pointer, value) in edits {
        set(&mut document, pointer, value.clone());
    }
    compare(library(), document)
}

/// Checks that setting this is one change with this rule and class. Returns the change.
#[track_caller]
fn one(edits: &[(&str, Value)], rule: &str, class: Class) -> Change {
    let report = changed(edits);
    let [change] = report.changes.as_slice() else {
        panic!("{:#?}", report.changes);
    };
    assert_eq!(
        (change.rule.as_str(), change.class),
        (rule, class),
        "{change:#?}"
    );
    change.clone()
}

#[test]
fn the_same_description_has_no_changes() {
    let report = compare(library(), library());
    assert_eq!(report.changes, []);
}

#[test]
fn a_change_of_a_shared_schema_is_reported_once_with_all_its_operations() {
    let change = one(
        &[(
            "/components/schemas/Author/properties/born",
            json!({ "type": "integer" }),
        )],
        "response-property-added",
        Compatible,
    );
    assert_eq!(
        change.pointer,
        "#/components/schemas/Author/properties/born"
    );
    let operations: Vec<&str> = change
        .operations
        .iter()
        .map(|name| name.rust.as_str())
        .collect();
    assert_eq!(
        operations,
        ["books().list()", "books().create()", "books().get()"]
    );
}

#[test]
fn components_that_no_operation_uses_are_reported_and_compatible() {
    let unused = "/components/schemas/Unused";
    let added = (unused, json!({ "type": "string", "enum": ["a"] }));
    one(
        std::slice::from_ref(&added),
        "unused-component-added",
        Compatible,
    );
    let mut old = library();
    set(&mut old, added.0, added.1);
    let mut new = old.clone();
    set(&mut new, &format!("{unused}/enum/-"), json!("b"));
    let report = compare(old.clone(), new);
    let [change] = report.changes.as_slice() else {
        panic!("{:#?}", report.changes);
    };
    assert_eq!(
        (change.rule.as_str(), change.class, change.pointer.as_str()),
        (
            "unused-component-changed",
            Compatible,
            "#/components/schemas/Unused/enum"
        )
    );
    let report = compare(old, library());
    assert_eq!(report.changes[0].rule, "unused-component-removed");
}

#[test]
fn operations_are_added_and_removed() {
    let gone = one(
        &[("/paths/~1books~1{book_id}/delete", Value::Null)],
        "operation-removed",
        BreakingForRequests,
    );
    assert_eq!(gone.pointer, "#/paths/~1books~1{book_id}/delete");
    assert_eq!(gone.operations[0].call, "DELETE /books/{book_id}");
    let operation = library()["paths"]["/books/{book_id}"]["delete"].clone();
    one(
        &[
            ("/paths/~1shelves", json!({ "delete": operation })),
            (
                "/paths/~1shelves/delete/operationId",
                json!("DeleteShelves"),
            ),
            (
                "/paths/~1shelves/delete/x-speakeasy-group",
                json!("bookShelves"),
            ),
            ("/paths/~1shelves/delete/parameters", json!([])),
        ],
        "operation-added",
        Compatible,
    );
}

#[test]
fn an_operation_with_another_path_keeps_its_rust_name() {
    let mut document = library();
    let item = document["paths"]["/books/{book_id}"].clone();
    set(&mut document, "/paths/~1books~1{book_id}", Value::Null);
    set(&mut document, "/paths/~1volumes~1{book_id}", item);
    let report = compare(library(), document);
    let found: Vec<_> = report
        .changes
        .iter()
        .map(|change| (change.rule.as_str(), change.class))
        .collect();
    assert_eq!(found, [("operation-moved", BreakingForRequests); 2]);
}

#[test]
fn a_renamed_placeholder_is_not_sent() {
    let mut document = library();
    let text = document.to_string().replace("book_id", "id");
    document = serde_json::from_str(&text).unwrap();
    let report = compare(library(), document);
    let found: Vec<_> = report
        .changes
        .iter()
        .map(|change| (change.rule.as_str(), change.class))
        .collect();
    let path = ("placeholder-renamed", Compatible);
    let parameter = ("request-name-changed", Compatible);
    assert_eq!(found, [path, parameter, path, parameter]);
}

#[test]
fn a_renamed_method_breaks_callers_only() {
    one(
        &[("/paths/~1books/get/x-speakeasy-name-override", json!("all"))],
        "operation-renamed",
        Compatible,
    );
    one(
        &[("/paths/~1books/get/tags", json!(["Reading"]))],
        "operation-tags-changed",
        Compatible,
    );
    one(
        &[("/paths/~1books/get/deprecated", json!(true))],
        "operation-deprecation-changed",
        Compatible,
    );
    one(
        &[("/paths/~1books/get/security", json!([]))],
        "operation-security-changed",
        Compatible,
    );
}

#[test]
fn changes_of_the_document_as_a_whole() {
    one(
        &[("/info/version", json!("2031-05-01"))],
        "api-version-changed",
        Compatible,
    );
    one(
        &[("/servers/0/url", json!("https://elsewhere.example"))],
        "base-url-changed",
        Compatible,
    );
    one(
        &[("/tags/-", json!({ "name": "Shelves" }))],
        "tag-added",
        Compatible,
    );
}
