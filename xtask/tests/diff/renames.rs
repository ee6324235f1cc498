//! Schemas that upstream renamed.

use serde_json::Value;
use xtask::review::diff::Rename;

use super::*;

pub(crate) fn renamed(from: &str, to: &str) -> Value {
    let text = library().to_string();
    let text = text
        .replace(&format!("schemas/{from}\""), &format!("schemas/{to}\""))
        .replace(&format!("\"{from}\":"), &format!("\"{to}\":"));
    serde_json::from_str(&text).unwrap()
}

fn rename(from: &str, to: &str) -> Rename {
    Rename {
        from: from.to_owned(),
        to: to.to_owned(),
    }
}

#[test]
fn a_schema_with_another_name_is_renamed_and_not_replaced() {
    let report = compare(library(), renamed("Author", "Author-2"));
    assert_eq!(
        report.renames,
        [rename("schemas.Author", "schemas.Author-2")]
    );
    let [change] = report.changes.as_slice() else {
        panic!("{:#?}", report.changes);
    };
    assert_eq!(
        (change.rule.as_str(), change.class),
        ("schema-renamed", Compatible)
    );
    assert!(
        change.note.as_ref().unwrap().contains("`schemas.Author-2`"),
        "{change:#?}"
    );
}

#[test]
fn schemas_renamed_together_are_identified_by_their_contents() {
    let text = library().to_string();
    let text = text
        .replace("schemas/Digital\"", "schemas/Loan-1\"")
        .replace("\"Digital\":", "\"Loan-1\":")
        .replace("schemas/Paper\"", "schemas/Loan-2\"")
        .replace("\"Paper\":", "\"Loan-2\":");
    let report = compare(library(), serde_json::from_str(&text).unwrap());
    assert_eq!(
        report.renames,
        [
            rename("schemas.Digital", "schemas.Loan-1"),
            rename("schemas.Paper", "schemas.Loan-2"),
        ]
    );
    assert!(
        report
            .changes
            .iter()
            .all(|change| change.rule == "schema-renamed")
    );
}

#[test]
fn alternatives_without_a_tag_are_matched_with_their_new_names() {
    let mut old = library();
    set(
        &mut old,
        "/components/schemas/Loan/discriminator",
        Value::Null,
    );
    let text = old.to_string();
    let text = text
        .replace("schemas/Paper\"", "schemas/Sheet\"")
        .replace("\"Paper\":", "\"Sheet\":");
    let report = compare(old, serde_json::from_str(&text).unwrap());
    assert_eq!(report.renames, [rename("schemas.Paper", "schemas.Sheet")]);
    let rules: Vec<_> = report
        .changes
        .iter()
        .map(|change| change.rule.as_str())
        .collect();
    assert_eq!(rules, ["schema-renamed"]);
}

#[test]
fn a_schema_that_is_renamed_and_changed_is_reported_as_both() {
    let mut document = renamed("Binding", "Cover");
    set(
        &mut document,
        "/components/schemas/Cover/properties/size",
        json!({ "type": "integer" }),
    );
    let report = compare(library(), document);
    let rules: Vec<_> = report
        .changes
        .iter()
        .map(|change| change.rule.as_str())
        .collect();
    assert_eq!(rules, ["schema-renamed", "request-property-added"]);
}

#[test]
fn a_schema_with_other_contents_is_another_schema() {
    let mut document = renamed("Author", "Writer");
    set(
        &mut document,
        "/components/schemas/Writer",
        json!({ "type": "object", "properties": { "pen": { "type": "string" } } }),
    );
    let report = compare(library(), document);
    assert_eq!(report.renames, []);
    let rules: Vec<_> = report
        .changes
        .iter()
        .map(|change| change.rule.as_str())
        .collect();
    assert!(rules.contains(&"response-reference-changed"), "{rules:?}");
}

#[test]
fn an_operation_id_and_a_shared_response_are_renamed_too() {
    let text = library().to_string();
    let text = text
        .replace("\"GetBook\"", "\"FetchBook\"")
        .replace("responses/Book\"", "responses/BookResponse\"");
    let mut document: Value = serde_json::from_str(&text).unwrap();
    let response = document["components"]["responses"]["Book"].clone();
    document["components"]["responses"] = json!({ "BookResponse": response });
    let report = compare(library(), document);
    assert_eq!(
        report.renames,
        [
            rename("operations.GetBook", "operations.FetchBook"),
            rename("responses.Book", "responses.BookResponse"),
        ]
    );
}
