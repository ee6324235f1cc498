//! Parameters, bodies and their contents: for each change the rule and the class of the documented
//! table.

use serde_json::{Value, json};

use super::*;

const PARAMETERS: &str = "/paths/~1books/get/parameters";
const BODY: &str = "/paths/~1books/post/requestBody/content/application~1json/schema";
const BINDING: &str = "/components/schemas/Binding";

/// Checks changes below a location.
#[track_caller]
fn each(below: &str, rows: &[(&str, Value, &str, Class)]) {
    for (location, value, rule, class) in rows {
        let location = format!("{below}/{location}");
        one(&[(&location, value.clone())], rule, *class);
    }
}

fn query(is_required: bool) -> Value {
    json!({ "name": "q", "in": "query", "required": is_required, "schema": { "type": "string" } })
}

#[test]
fn parameters() {
    let breaking = BreakingForRequests;
    let added = "request-parameter-added";
    each(
        PARAMETERS,
        &[
            ("-", query(false), added, Compatible),
            ("-", query(true), added, breaking),
            ("2", Value::Null, "request-parameter-removed", breaking),
            (
                "2/required",
                json!(true),
                "request-required-changed",
                breaking,
            ),
            (
                "3/required",
                json!(false),
                "request-required-changed",
                Compatible,
            ),
            (
                "2/deprecated",
                json!(true),
                "request-deprecation-changed",
                Compatible,
            ),
            (
                "2/allowEmptyValue",
                json!(true),
                "request-empty-value-changed",
                Compatible,
            ),
            ("2/explode", json!(false), "request-style-changed", breaking),
            (
                "2/style",
                json!("pipeDelimited"),
                "request-style-changed",
                breaking,
            ),
            // The defaults.
            (
                "2/explode",
                json!(true),
                "request-style-changed",
                Compatible,
            ),
            (
                "2/style",
                json!("form"),
                "request-style-changed",
                Compatible,
            ),
        ],
    );
    let gone = one(
        &[(&format!("{PARAMETERS}/2"), Value::Null)],
        "request-parameter-removed",
        breaking,
    );
    assert_eq!(gone.pointer, "#/paths/~1books/get/parameters/2");
    assert_eq!(
        gone.note.unwrap(),
        "an overlay can keep it, deprecated, for one release"
    );
}

#[test]
fn an_empty_value_that_was_allowed_is_rejected() {
    let mut old = library();
    set(
        &mut old,
        &format!("{PARAMETERS}/2/allowEmptyValue"),
        json!(true),
    );
    let report = compare(old, library());
    let found: Vec<_> = (report.changes.iter())
        .map(|change| (change.rule.as_str(), change.class))
        .collect();
    assert_eq!(
        found,
        [("request-empty-value-changed", BreakingForRequests)]
    );
}

#[test]
fn reordered_parameters_are_the_same_on_the_wire() {
    let mut document = library();
    let list = document.pointer_mut(PARAMETERS).unwrap();
    list.as_array_mut().unwrap().swap(2, 3);
    let report = compare(library(), document);
    assert_eq!(report.changes.len(), 1, "{:#?}", report.changes);
    assert_eq!(report.changes[0].rule, "order-changed");
    assert_eq!(report.changes[0].class, Compatible);
}

#[test]
fn limits() {
    let breaking = BreakingForRequests;
    let rule = "request-limit-changed";
    each(
        PARAMETERS,
        &[
            ("0/schema/maximum", json!(50), rule, breaking),
            ("0/schema/maximum", json!(500), rule, Compatible),
            ("0/schema/maximum", Value::Null, rule, Compatible),
            ("0/schema/minimum", json!(2), rule, breaking),
            ("0/schema/minimum", json!(0), rule, Compatible),
            ("0/schema/exclusiveMaximum", json!(true), rule, breaking),
            ("0/schema/multipleOf", json!(5), rule, breaking),
            // Without a bound, negative numbers were valid.
            ("1/schema/minimum", json!(0), rule, breaking),
            ("3/schema/pattern", json!("^s"), rule, breaking),
            ("3/schema/minLength", json!(1), rule, breaking),
            ("3/schema/minLength", json!(0), rule, Compatible),
            ("3/schema/maxLength", json!(9), rule, breaking),
            (
                "0/schema/default",
                json!(10),
                "request-default-changed",
                Compatible,
            ),
        ],
    );
    each(
        BODY,
        &[
            ("properties/tags/uniqueItems", json!(true), rule, breaking),
            ("properties/tags/minItems", json!(1), rule, breaking),
            ("properties/tags/maxItems", json!(1), rule, breaking),
            ("maxProperties", json!(3), rule, breaking),
        ],
    );
}

#[test]
fn properties_of_a_body() {
    let breaking = BreakingForRequests;
    let text = || json!({ "type": "string" });
    let required = "request-required-changed";
    each(
        BODY,
        &[
            (
                "properties/isbn",
                text(),
                "request-property-added",
                Compatible,
            ),
            (
                "properties/note",
                Value::Null,
                "request-property-removed",
                breaking,
            ),
            (
                "properties/note/deprecated",
                json!(true),
                "request-deprecation-changed",
                Compatible,
            ),
            (
                "properties/note/nullable",
                json!(true),
                "request-nullable-changed",
                Compatible,
            ),
            (
                "properties/note/readOnly",
                json!(true),
                "request-read-only-changed",
                breaking,
            ),
            (
                "properties/note/writeOnly",
                json!(true),
                "request-write-only-changed",
                Compatible,
            ),
            (
                "properties/note/format",
                json!("email"),
                "request-format-changed",
                breaking,
            ),
            (
                "properties/pages/type",
                json!("number"),
                "request-type-changed",
                Compatible,
            ),
            (
                "properties/pages/type",
                json!("string"),
                "request-type-changed",
                breaking,
            ),
            (
                "properties/note/not",
                text(),
                "request-exclusion-changed",
                breaking,
            ),
            ("required/-", json!("note"), required, breaking),
            ("required/1", Value::Null, required, Compatible),
            (
                "additionalProperties",
                json!(false),
                "request-additional-properties-changed",
                breaking,
            ),
        ],
    );
    one(
        &[
            (&format!("{BODY}/properties/isbn"), text()),
            (&format!("{BODY}/required/-"), json!("isbn")),
        ],
        "request-property-added",
        breaking,
    );
}

#[test]
fn names_that_are_required_without_a_description() {
    let rule = "request-required-name-added";
    let change = one(
        &[(&format!("{BODY}/required/-"), json!("undeclared"))],
        rule,
        BreakingForRequests,
    );
    assert_eq!(change.pointer, format!("#{BODY}/required"));
    one(
        &[("/components/schemas/Book/required/-", json!("undeclared"))],
        "response-required-name-added",
        Compatible,
    );
}

#[test]
fn a_property_that_was_read_only_and_is_required_is_needed_now() {
    let mut old = library();
    set(
        &mut old,
        &format!("{BODY}/properties/title/readOnly"),
        json!(true),
    );
    set(
        &mut old,
        &format!("{BODY}/properties/note/readOnly"),
        json!(true),
    );
    let report = compare(old, library());
    let found: Vec<_> = (report.changes.iter())
        .map(|change| (change.pointer.rsplit('/').next().unwrap(), change.class))
        .collect();
    assert_eq!(
        found,
        [("note", Compatible), ("title", BreakingForRequests)]
    );
}

#[test]
fn a_component_of_a_body() {
    each(
        BINDING,
        &[
            (
                "properties/size",
                json!({ "type": "integer" }),
                "request-property-added",
                Compatible,
            ),
            (
                "properties/spine/nullable",
                json!(false),
                "request-nullable-changed",
                BreakingForRequests,
            ),
            (
                "required/-",
                json!("spine"),
                "request-required-changed",
                BreakingForRequests,
            ),
        ],
    );
}

#[test]
fn required_properties_may_change_their_order() {
    let mut document = library();
    let properties = document.pointer_mut(BODY).unwrap()["properties"]
        .as_object_mut()
        .unwrap();
    let title = properties.shift_remove("title").unwrap();
    properties.insert("title".to_owned(), title);
    let report = compare(library(), document);
    let found: Vec<_> = (report.changes.iter())
        .map(|change| (change.rule.as_str(), change.class))
        .collect();
    assert_eq!(found, [("request-order-changed", Compatible)]);
}

#[test]
fn bodies_and_content_types() {
    let body = |is_required: bool| {
        json!({ "required": is_required, "content": { "application/json": { "schema": {
            "type": "object", "properties": { "why": { "type": "string" } },
        } } } })
    };
    let breaking = BreakingForRequests;
    let delete = "/paths/~1books~1{book_id}/delete";
    let post = "/paths/~1books/post";
    each(
        delete,
        &[
            ("requestBody", body(false), "request-body-added", Compatible),
            ("requestBody", body(true), "request-body-added", breaking),
        ],
    );
    let json = "requestBody/content/application~1json";
    let schema = json!({ "schema": { "type": "object" } });
    each(
        post,
        &[
            ("requestBody", Value::Null, "request-body-removed", breaking),
            (
                "requestBody/required",
                json!(true),
                "request-body-required-changed",
                breaking,
            ),
            (
                "requestBody/content/application~1xml",
                schema,
                "request-content-type-added",
                Compatible,
            ),
            (json, Value::Null, "request-content-type-removed", breaking),
        ],
    );
}

#[test]
fn values_of_an_enum_that_is_sent_and_received() {
    let found = |edits: &[(&str, Value)]| -> Vec<(String, Class)> {
        let changes = changed(edits).changes.into_iter();
        changes.map(|change| (change.rule, change.class)).collect()
    };
    let rule = |name: &str, class| (name.to_owned(), class);
    // The same enum is a filter and a field, so one value is two changes.
    assert_eq!(
        found(&[("/components/schemas/Genre/enum/1", Value::Null)]),
        [
            rule("request-enum-value-removed", BreakingForRequests),
            rule("response-enum-value-removed", Compatible),
        ]
    );
    assert_eq!(
        found(&[("/components/schemas/Genre/enum/-", json!("poem"))]),
        [
            rule("request-enum-value-added", Compatible),
            rule("response-enum-value-added", Compatible),
        ]
    );
    assert_eq!(
        found(&[("/components/schemas/Genre/enum", Value::Null)]),
        [
            rule("request-values-limited", Compatible),
            rule("response-values-limited", BreakingForResponses),
        ]
    );
}
