//! Responses and their contents.

use serde_json::{Value, json};

use super::*;

const BOOK: &str = "/components/schemas/Book";

#[track_caller]
fn book(below: &str, value: Value, rule: &str, class: Class, impact: Impact) -> Change {
    one(&[(&format!("{BOOK}/{below}"), value)], rule, class, impact)
}

#[test]
fn fields_are_added_and_removed() {
    let added = "response-property-added";
    book(
        "properties/isbn",
        json!({ "type": "string" }),
        added,
        Compatible,
        Addition,
    );
    let removed = "response-property-removed";
    let gone = book(
        "properties/subtitle",
        Value::Null,
        removed,
        Compatible,
        Breaking,
    );
    assert_eq!(
        gone.pointer,
        "#/components/schemas/Book/properties/subtitle"
    );
    one(
        &[
            ("/components/schemas/Book/properties/title", Value::Null),
            ("/components/schemas/Book/required/1", Value::Null),
        ],
        removed,
        BreakingForResponses,
        Breaking,
    );
}

#[test]
fn a_field_that_may_be_absent_or_null_is_an_option() {
    let required = "response-required-changed";
    let nullable = "response-nullable-changed";
    let change = book(
        "required/1",
        Value::Null,
        required,
        BreakingForResponses,
        Breaking,
    );
    assert!(
        change
            .note
            .unwrap()
            .starts_with("in Rust `Option<T>` (was `T`)")
    );
    book(
        "properties/title/nullable",
        json!(true),
        nullable,
        BreakingForResponses,
        Breaking,
    );
    // It was an `Option` for the other reason already.
    book(
        "required/-",
        json!("subtitle"),
        required,
        Compatible,
        Nothing,
    );
    book("required/-", json!("genre"), required, Compatible, Breaking);
    book(
        "properties/subtitle/nullable",
        json!(false),
        nullable,
        Compatible,
        Nothing,
    );
}

#[test]
fn a_deprecated_field_is_marked() {
    let rule = "response-deprecation-changed";
    book(
        "properties/title/deprecated",
        json!(true),
        rule,
        Compatible,
        Deprecation,
    );
}

#[test]
fn types_and_formats() {
    let rule = "response-type-changed";
    book(
        "properties/pages/type",
        json!("string"),
        rule,
        BreakingForResponses,
        Breaking,
    );
    let rule = "response-format-changed";
    // Both are strings in Rust; only a reader of the text sees a difference.
    book(
        "properties/title/format",
        json!("date-time"),
        rule,
        Compatible,
        Nothing,
    );
    book(
        "properties/pages/format",
        json!("int64"),
        rule,
        Compatible,
        Nothing,
    );
    book(
        "properties/pages/format",
        json!("unix-milliseconds"),
        rule,
        Compatible,
        Breaking,
    );
}

#[test]
fn a_second_value_turns_a_string_into_an_enum() {
    let report = changed(&[(
        "/components/schemas/Book/properties/object/enum/-",
        json!("tome"),
    )]);
    let found: Vec<_> = report
        .changes
        .iter()
        .map(|change| (change.rule, change.impact))
        .collect();
    assert_eq!(
        found,
        [
            ("response-enum-formed", Breaking),
            ("response-enum-value-added", Nothing)
        ]
    );
}

#[test]
fn kinds_of_a_union_are_added_and_removed() {
    let digital = json!("#/components/schemas/Digital");
    one(
        &[(
            "/components/schemas/Loan/discriminator/mapping/audio",
            digital,
        )],
        "response-union-kind-added",
        BreakingForResponses,
        Addition,
    );
    one(
        &[(
            "/components/schemas/Loan/discriminator/mapping/paper",
            Value::Null,
        )],
        "response-union-kind-removed",
        Compatible,
        Breaking,
    );
}

#[test]
fn a_list_with_limit_and_offset_is_a_page() {
    let report = changed(&[("/paths/~1books/get/parameters/1", Value::Null)]);
    let found: Vec<_> = report
        .changes
        .iter()
        .map(|change| (change.rule, change.impact))
        .collect();
    assert_eq!(
        found,
        [
            ("response-paging-changed", Breaking),
            ("request-parameter-removed", Breaking)
        ]
    );
    // The crate reads both forms of a page.
    let page = json!({
        "type": "object",
        "properties": {
            "data": { "type": "array", "items": { "$ref": "#/components/schemas/Book" } },
            "total_count": { "type": "integer" },
        },
        "required": ["data", "total_count"],
    });
    one(
        &[(
            "/paths/~1books/get/responses/200/content/application~1json/schema",
            page,
        )],
        "response-page-form-changed",
        BreakingForResponses,
        Nothing,
    );
}

#[test]
fn statuses_content_and_errors_do_not_change_rust() {
    let responses = "/paths/~1books/get/responses";
    let status = format!("{responses}/404");
    let rule = "response-status-added";
    one(
        &[(&status, json!({ "description": "" }))],
        rule,
        Compatible,
        Nothing,
    );
    let rule = "response-content-type-added";
    let location = format!("{responses}/200/content/text~1csv");
    one(
        &[(&location, json!({ "schema": {} }))],
        rule,
        Compatible,
        Nothing,
    );
    one(
        &[(
            "/components/schemas/Fault/properties/code/type",
            json!("integer"),
        )],
        "response-type-changed",
        BreakingForResponses,
        Nothing,
    );
    let rule = "response-status-added";
    let location = "/paths/~1books~1{book_id}/delete/responses/206";
    one(
        &[(location, json!({ "description": "" }))],
        rule,
        Compatible,
        Nothing,
    );
}

#[test]
fn another_type_in_the_same_position_has_another_name() {
    let person = library()["components"]["schemas"]["Author"].clone();
    let change = one(
        &[
            ("/components/schemas/Person", person),
            (
                "/components/schemas/Book/properties/author/$ref",
                json!("#/components/schemas/Person"),
            ),
        ],
        "response-type-renamed",
        Compatible,
        Breaking,
    );
    assert_eq!(change.what, "the type `Author` was renamed to `Person`");
}
