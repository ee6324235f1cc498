//! Parameters, bodies and their contents.

use serde_json::{Value, json};

use super::*;

const PARAMETERS: &str = "/paths/~1books/get/parameters";
const BODY: &str = "/paths/~1books/post/requestBody/content/application~1json/schema";

fn body(below: &str) -> String {
    format!("{BODY}/{below}")
}

fn parameter(below: &str) -> String {
    format!("{PARAMETERS}/{below}")
}

#[track_caller]
fn request(location: &str, value: Value, rule: &str, class: Class, impact: Impact) -> Change {
    one(&[(location, value)], rule, class, impact)
}

#[test]
fn parameters_are_added_and_removed() {
    let optional = json!({ "name": "q", "in": "query", "schema": { "type": "string" } });
    let mut required = optional.clone();
    required["required"] = json!(true);
    let rule = "request-parameter-added";
    request(&parameter("-"), optional, rule, Compatible, Addition);
    request(
        &parameter("-"),
        required,
        rule,
        BreakingForRequests,
        Breaking,
    );
    let gone = request(
        &parameter("2"),
        Value::Null,
        "request-parameter-removed",
        BreakingForRequests,
        Breaking,
    );
    assert_eq!(gone.pointer, "#/paths/~1books/get/parameters/2");
}

#[test]
fn a_parameter_that_becomes_required_or_optional_changes_the_signature() {
    let rule = "request-required-changed";
    let to = |value| json!(value);
    request(
        &parameter("2/required"),
        to(true),
        rule,
        BreakingForRequests,
        Breaking,
    );
    // The argument becomes a setter, whatever the server requires.
    request(
        &parameter("3/required"),
        to(false),
        rule,
        Compatible,
        Breaking,
    );
}

#[test]
fn limits_only_affect_the_server() {
    let rule = "request-limit-changed";
    let maximum = parameter("0/schema/maximum");
    request(&maximum, json!(50), rule, BreakingForRequests, Nothing);
    request(&maximum, json!(500), rule, Compatible, Nothing);
    request(&maximum, Value::Null, rule, Compatible, Nothing);
    request(
        &parameter("0/schema/minimum"),
        json!(2),
        rule,
        BreakingForRequests,
        Nothing,
    );
    request(
        &parameter("3/schema/pattern"),
        json!("^s"),
        rule,
        BreakingForRequests,
        Nothing,
    );
    request(
        &parameter("0/schema/default"),
        json!(10),
        rule,
        Compatible,
        Nothing,
    );
}

#[test]
fn how_lists_are_written_does_not_affect_callers() {
    request(
        &parameter("2/explode"),
        json!(false),
        "request-style-changed",
        BreakingForRequests,
        Nothing,
    );
}

#[test]
fn properties_of_a_body_are_added_and_removed() {
    let text = json!({ "type": "string" });
    let rule = "request-property-added";
    request(
        &body("properties/isbn"),
        text.clone(),
        rule,
        Compatible,
        Addition,
    );
    let location = body("properties/isbn");
    let required = body("required/-");
    one(
        &[(&location, text), (&required, json!("isbn"))],
        rule,
        BreakingForRequests,
        Breaking,
    );
    request(
        &body("properties/note"),
        Value::Null,
        "request-property-removed",
        BreakingForRequests,
        Breaking,
    );
}

#[test]
fn a_body_property_that_becomes_required_is_an_argument() {
    let rule = "request-required-changed";
    let change = request(
        &body("required/-"),
        json!("note"),
        rule,
        BreakingForRequests,
        Breaking,
    );
    assert_eq!(change.note.unwrap(), "an argument instead of a setter");
    request(&body("required/1"), Value::Null, rule, Compatible, Breaking);
}

#[test]
fn reordered_required_properties_reorder_arguments() {
    let properties = json!({
        "pages": { "type": "integer" },
        "title": { "type": "string" },
        "note": { "type": "string" },
        "tags": { "type": "array", "items": { "type": "string" } },
        "binding": { "$ref": "#/components/schemas/Binding" },
    });
    // Whether a JSON object keeps its order depends on cargo features; the reader of descriptions
    // keeps it.
    let names: Vec<&String> = properties.as_object().unwrap().keys().collect();
    if names[0] == "pages" {
        request(
            &body("properties"),
            properties,
            "request-arguments-reordered",
            Compatible,
            Breaking,
        );
    }
}

#[test]
fn null_is_an_additional_value_unless_it_ends_an_iterator() {
    let rule = "request-nullable-changed";
    request(
        &body("properties/note/nullable"),
        json!(true),
        rule,
        Compatible,
        Addition,
    );
    request(
        &body("properties/tags/nullable"),
        json!(true),
        rule,
        Compatible,
        Breaking,
    );
    let spine = "/components/schemas/Binding/properties/spine/nullable";
    // A field of a struct that is only sent: `Option<Nullable<T>>` becomes `Option<T>`.
    request(spine, json!(false), rule, BreakingForRequests, Breaking);
}

#[test]
fn a_struct_that_callers_build_has_its_required_fields_as_arguments() {
    let binding = "/components/schemas/Binding";
    let field = format!("{binding}/properties/size");
    let required = format!("{binding}/required/-");
    let rule = "request-property-added";
    request(
        &field,
        json!({ "type": "integer" }),
        rule,
        Compatible,
        Addition,
    );
    one(
        &[
            (&field, json!({ "type": "integer" })),
            (&required, json!("size")),
        ],
        rule,
        BreakingForRequests,
        Breaking,
    );
}

#[test]
fn wider_types_are_compatible_but_change_the_rust_type() {
    let rule = "request-type-changed";
    let pages = body("properties/pages/type");
    let change = request(&pages, json!("number"), rule, Compatible, Breaking);
    assert_eq!(change.note.unwrap(), "in Rust `f64` (was `i64`)");
    request(&pages, json!("string"), rule, BreakingForRequests, Breaking);
}

#[test]
fn bodies_and_content_types() {
    let body = json!({ "content": { "application/json": { "schema": {
        "type": "object", "properties": { "why": { "type": "string" } },
    } } } });
    let report = changed(&[("/paths/~1books~1{book_id}/delete/requestBody", body)]);
    let rules: Vec<_> = report
        .changes
        .iter()
        .map(|change| (change.rule, change.impact))
        .collect();
    assert_eq!(
        rules,
        [
            ("request-body-added", Nothing),
            ("request-property-added", Addition)
        ]
    );
    request(
        "/paths/~1books/post/requestBody/required",
        json!(true),
        "request-body-required-changed",
        BreakingForRequests,
        Nothing,
    );
    request(
        "/paths/~1books/post/requestBody/content/application~1xml",
        json!({ "schema": { "type": "object" } }),
        "request-content-type-added",
        Compatible,
        Nothing,
    );
}

#[test]
fn values_of_an_enum_that_is_sent_and_received() {
    // The same enum is a filter and a field, so one value is two changes.
    let report = changed(&[("/components/schemas/Genre/enum/1", Value::Null)]);
    let found: Vec<_> = report
        .changes
        .iter()
        .map(|change| (change.rule, change.class, change.impact))
        .collect();
    assert_eq!(
        found[..2],
        [
            // An enum with one value is a string.
            ("request-enum-formed", Compatible, Breaking),
            ("request-enum-value-removed", BreakingForRequests, Nothing),
        ]
    );
    let report = changed(&[("/components/schemas/Genre/enum/-", json!("poem"))]);
    let found: Vec<_> = report
        .changes
        .iter()
        .map(|change| (change.rule, change.class, change.impact))
        .collect();
    assert_eq!(
        found,
        [
            ("request-enum-value-added", Compatible, Addition),
            ("response-enum-value-added", Compatible, Addition),
        ]
    );
}
