//! `cargo xtask diff`: what is reported for each kind of change in a small description written for
//! this test, whose schemas contain each other.
//!
//! The classes follow the contract on the wire; the impacts follow what the emitters generate for
//! both sides, which tests/drift compares with the real surface.

#[path = "../support/mod.rs"]
mod support;

mod program;
mod renames;
mod requests;
mod responses;
mod table;

use serde_json::{Value, json};
use support::data;
use xtask::input::load;
use xtask::input::names::Names;
use xtask::review::diff::{self, Bump, Change, Class, Description, Impact, Report};

use Class::{BreakingForRequests, BreakingForResponses, Compatible};
use Impact::{Addition, Breaking, Deprecation, Nothing};

fn library() -> Value {
    load::yaml(&data("diff-library.yaml")).unwrap()
}

fn compare(old: Value, new: Value) -> Report {
    compare_with_pins(old, new, &[])
}

fn compare_with_pins(old: Value, new: Value, pins: &[(&str, &str)]) -> Report {
    let side = |document| {
        let names = Names::from_pins(pins.iter().copied());
        Description::new("test", document, names).unwrap()
    };
    diff::compare(&side(old), &side(new))
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

/// Checks that setting this is one change with this rule, class and impact. Returns the change.
#[track_caller]
fn one(edits: &[(&str, Value)], rule: &str, class: Class, impact: Impact) -> Change {
    let report = changed(edits);
    let [change] = report.changes.as_slice() else {
        panic!("{:#?}", report.changes);
    };
    assert_eq!(
        (change.rule, change.class, change.impact),
        (rule, class, impact),
        "{change:#?}"
    );
    change.clone()
}

#[test]
fn the_same_description_has_no_changes() {
    let report = compare(library(), library());
    assert_eq!((report.changes.len(), report.status()), (0, 0));
    assert_eq!(report.bump(), Bump::None);
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
        Addition,
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
fn schemas_that_no_operation_reaches_are_ignored() {
    let report = changed(&[("/components/schemas/Unused", json!({ "type": "string" }))]);
    assert_eq!(report.changes, []);
}

#[test]
fn operations_are_added_and_removed() {
    let gone = one(
        &[("/paths/~1books~1{book_id}/delete", Value::Null)],
        "operation-removed",
        BreakingForRequests,
        Breaking,
    );
    assert_eq!(gone.pointer, "#/paths/~1books~1{book_id}/delete");
    assert_eq!(gone.operations[0].call, "DELETE /books/{book_id}");
    let operation = library()["paths"]["/books/{book_id}"]["delete"].clone();
    let change = one(
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
        Addition,
    );
    assert!(change.note.unwrap().contains("new resource `book_shelves`"));
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
        .map(|change| (change.rule, change.class, change.impact))
        .collect();
    assert_eq!(
        found,
        [("operation-moved", BreakingForRequests, Nothing); 2]
    );
}

#[test]
fn a_renamed_placeholder_is_not_a_change() {
    let mut document = library();
    let text = document.to_string().replace("book_id", "id");
    document = serde_json::from_str(&text).unwrap();
    assert_eq!(compare(library(), document).changes, []);
}

#[test]
fn a_renamed_method_breaks_callers_only() {
    one(
        &[("/paths/~1books/get/x-speakeasy-name-override", json!("all"))],
        "operation-renamed",
        Compatible,
        Breaking,
    );
    one(
        &[("/paths/~1books/get/tags", json!(["Reading"]))],
        "operation-tags-changed",
        Compatible,
        Nothing,
    );
    one(
        &[("/paths/~1books/get/deprecated", json!(true))],
        "operation-deprecation-changed",
        Compatible,
        Deprecation,
    );
    one(
        &[("/paths/~1books/get/security", json!([]))],
        "operation-security-changed",
        Compatible,
        Nothing,
    );
}

#[test]
fn changes_of_the_document_as_a_whole() {
    one(
        &[("/info/version", json!("2031-05-01"))],
        "api-version-changed",
        Compatible,
        Nothing,
    );
    one(
        &[("/servers/0/url", json!("https://elsewhere.example"))],
        "base-url-changed",
        Compatible,
        Nothing,
    );
    one(
        &[("/tags/-", json!({ "name": "Shelves" }))],
        "tag-added",
        Compatible,
        Nothing,
    );
}
