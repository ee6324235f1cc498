//! Responses and their contents: for each change the rule and the class of the documented table.

use serde_json::{Value, json};

use super::*;

const BOOK: &str = "/components/schemas/Book";
const LOAN: &str = "/components/schemas/Loan";

#[track_caller]
fn each(below: &str, rows: &[(&str, Value, &str, Class)]) {
    for (location, value, rule, class) in rows {
        let location = format!("{below}/{location}");
        one(&[(&location, value.clone())], rule, *class);
    }
}

#[test]
fn properties() {
    let breaking = BreakingForResponses;
    let text = || json!({ "type": "string" });
    let (required, nullable) = ("response-required-changed", "response-nullable-changed");
    each(
        BOOK,
        &[
            (
                "properties/isbn",
                text(),
                "response-property-added",
                Compatible,
            ),
            (
                "properties/subtitle",
                Value::Null,
                "response-property-removed",
                Compatible,
            ),
            ("required/1", Value::Null, required, breaking),
            ("required/-", json!("genre"), required, Compatible),
            ("properties/title/nullable", json!(true), nullable, breaking),
            (
                "properties/subtitle/nullable",
                json!(false),
                nullable,
                Compatible,
            ),
            (
                "properties/subtitle/nullable",
                Value::Null,
                nullable,
                Compatible,
            ),
            (
                "properties/title/nullable",
                json!(false),
                "response-default-stated",
                Compatible,
            ),
            (
                "properties/title/deprecated",
                json!(true),
                "response-deprecation-changed",
                Compatible,
            ),
            (
                "properties/title/readOnly",
                json!(true),
                "response-read-only-changed",
                Compatible,
            ),
            // As if it were removed.
            (
                "properties/title/writeOnly",
                json!(true),
                "response-write-only-changed",
                breaking,
            ),
            (
                "properties/subtitle/writeOnly",
                json!(true),
                "response-write-only-changed",
                Compatible,
            ),
        ],
    );
    let gone = one(
        &[
            (&format!("{BOOK}/properties/title"), Value::Null),
            (&format!("{BOOK}/required/1"), Value::Null),
        ],
        "response-property-removed",
        breaking,
    );
    assert_eq!(gone.pointer, "#/components/schemas/Book/properties/title");
}

#[test]
fn types_formats_and_limits() {
    let breaking = BreakingForResponses;
    let (kind, format) = ("response-type-changed", "response-format-changed");
    each(
        BOOK,
        &[
            ("properties/pages/type", json!("string"), kind, breaking),
            ("properties/pages/type", json!("number"), kind, breaking),
            ("properties/notes/type", json!("string"), kind, breaking),
            (
                "properties/title/format",
                json!("date-time"),
                format,
                Compatible,
            ),
            // Formats that only state how a client represents them.
            (
                "properties/pages/format",
                json!("int64"),
                format,
                Compatible,
            ),
            (
                "properties/pages/format",
                json!("unix-milliseconds"),
                format,
                Compatible,
            ),
            (
                "properties/title/maxLength",
                json!(10),
                "response-limit-changed",
                Compatible,
            ),
            (
                "properties/title/default",
                json!("Untitled"),
                "response-default-changed",
                Compatible,
            ),
            (
                "properties/title/x-speakeasy-name-override",
                json!("Name"),
                "response-hint-changed",
                Compatible,
            ),
            (
                "properties/object/enum/-",
                json!("tome"),
                "response-enum-value-added",
                Compatible,
            ),
        ],
    );
}

#[test]
fn other_properties() {
    let rule = "response-additional-properties-changed";
    let notes = "properties/notes/additionalProperties";
    each(
        BOOK,
        &[
            (notes, json!(false), rule, Compatible),
            (notes, json!({ "type": "string" }), rule, Compatible),
            (notes, Value::Null, rule, Compatible),
        ],
    );
    let typed = |value: &str| {
        let mut document = library();
        set(
            &mut document,
            &format!("{BOOK}/{notes}"),
            json!({ "type": value }),
        );
        document
    };
    let report = compare(typed("string"), library());
    assert_eq!(report.changes[0].class, BreakingForResponses);
    let report = compare(typed("string"), typed("integer"));
    let [change] = report.changes.as_slice() else {
        panic!("{:#?}", report.changes);
    };
    assert_eq!(change.rule, "response-type-changed");
    assert_eq!(change.pointer, format!("#{BOOK}/{notes}"));
}

#[test]
fn kinds_of_a_union() {
    let breaking = BreakingForResponses;
    let mapping = "discriminator/mapping";
    each(
        LOAN,
        &[
            (
                &format!("{mapping}/audio"),
                json!("#/components/schemas/Digital"),
                "response-union-kind-added",
                breaking,
            ),
            (
                &format!("{mapping}/paper"),
                Value::Null,
                "response-union-kind-removed",
                Compatible,
            ),
            (
                "oneOf/1",
                Value::Null,
                "response-union-kind-removed",
                Compatible,
            ),
            (
                "oneOf/-",
                json!({ "type": "string" }),
                "response-union-kind-added",
                breaking,
            ),
            (
                "discriminator/propertyName",
                json!("form"),
                "response-union-tag-changed",
                breaking,
            ),
        ],
    );
    // A kind with its tag is one change.
    one(
        &[
            (&format!("{LOAN}/{mapping}/paper"), Value::Null),
            (&format!("{LOAN}/oneOf/1"), Value::Null),
            ("/components/schemas/Paper", Value::Null),
        ],
        "response-union-kind-removed",
        Compatible,
    );
}

#[test]
fn a_struct_that_becomes_a_union_under_the_same_name_breaks_responses() {
    let union = library()["components"]["schemas"]["Loan"].clone();
    let change = one(
        &[("/components/schemas/Author", union.clone())],
        "response-type-changed",
        BreakingForResponses,
    );
    assert_eq!(change.pointer, "#/components/schemas/Author");
    assert!(change.what.contains("`union`"), "{}", change.what);
    one(
        &[(&format!("{BOOK}/properties/author"), union)],
        "response-type-changed",
        BreakingForResponses,
    );
    let mut old = library();
    let binding = library()["components"]["schemas"]["Binding"].clone();
    set(&mut old, LOAN, binding);
    let report = compare(old, library());
    let change = report
        .changes
        .iter()
        .find(|change| change.rule == "response-type-changed");
    assert_eq!(
        change.map(|change| change.class),
        Some(BreakingForResponses)
    );
}

#[test]
fn statuses_content_and_errors() {
    let breaking = BreakingForResponses;
    let schema = json!({ "schema": {} });
    let nothing = json!({ "description": "" });
    each(
        "/paths/~1books/get/responses",
        &[
            ("404", nothing.clone(), "response-status-added", Compatible),
            ("206", nothing, "response-status-added", Compatible),
            ("422", Value::Null, "response-status-removed", Compatible),
            ("200", Value::Null, "response-status-removed", breaking),
            (
                "200/content/text~1csv",
                schema,
                "response-content-type-added",
                Compatible,
            ),
            (
                "200/content/application~1json",
                Value::Null,
                "response-content-type-removed",
                breaking,
            ),
        ],
    );
    let change = one(
        &[(
            "/components/schemas/Fault/properties/code/type",
            json!("integer"),
        )],
        "response-type-changed",
        breaking,
    );
    assert_eq!(Vec::from_iter(change.roles), [Role::Failure]);
}

#[test]
fn a_page_that_becomes_an_object_is_another_type() {
    let page = json!({
        "type": "object",
        "properties": {
            "data": { "type": "array", "items": { "$ref": "#/components/schemas/Book" } },
            "total_count": { "type": "integer" },
        },
        "required": ["data", "total_count"],
    });
    let report = changed(&[(
        "/paths/~1books/get/responses/200/content/application~1json/schema",
        page,
    )]);
    assert_eq!(report.changes[0].rule, "response-type-changed");
    assert_eq!(report.changes[0].class, BreakingForResponses);
}
