//! Schemas that are written in another way: what they contain is compared, and the way is reported
//! as compatible. Nothing that differs is passed over in silence.

use serde_json::json;

use super::*;

const AUTHOR: &str = "/components/schemas/Book/properties/author";

fn rules(report: &Report) -> Vec<(&str, Class)> {
    let changes = report.changes.iter();
    changes
        .map(|change| (change.rule.as_str(), change.class))
        .collect()
}

#[test]
fn wrappers_of_a_reference_are_the_reference() {
    let reference = json!({ "$ref": "#/components/schemas/Author" });
    for keyword in ["allOf", "oneOf", "anyOf"] {
        let report = changed(&[(AUTHOR, json!({ keyword: [reference] }))]);
        assert_eq!(rules(&report), [("response-reference-changed", Compatible)]);
        assert_eq!(report.changes[0].pointer, format!("#{AUTHOR}"));
        let nullable = json!({ keyword: [reference], "nullable": true });
        let report = changed(&[(AUTHOR, nullable)]);
        assert_eq!(
            rules(&report),
            [("response-nullable-changed", BreakingForResponses)]
        );
    }
}

#[test]
fn a_component_that_is_written_inline_is_compared() {
    let mut inline = library()["components"]["schemas"]["Author"].clone();
    let report = changed(&[(AUTHOR, inline.clone())]);
    assert_eq!(
        rules(&report),
        [
            // The component is still there, but nothing uses it.
            ("response-reference-changed", Compatible),
        ]
    );
    set(&mut inline, "/properties/name/type", json!("integer"));
    let report = changed(&[(AUTHOR, inline)]);
    assert_eq!(
        rules(&report),
        [("response-type-changed", BreakingForResponses)]
    );
    assert_eq!(
        report.changes[0].pointer,
        format!("#{AUTHOR}/properties/name")
    );
}

#[test]
fn a_component_of_which_an_object_consists_is_compared_with_it() {
    let mut old = library();
    let combined = json!({ "allOf": [
        { "$ref": "#/components/schemas/Author" },
        { "type": "object", "properties": { "pen": { "type": "string" } }, "required": ["pen"] },
    ] });
    set(&mut old, AUTHOR, combined);
    let mut new = old.clone();
    let name = "/components/schemas/Author/properties/name/nullable";
    set(&mut new, name, json!(true));
    let report = compare(old.clone(), new);
    assert_eq!(
        rules(&report),
        [("response-nullable-changed", BreakingForResponses)]
    );
    assert_eq!(report.changes[0].operations.len(), 3);

    let mut new = old.clone();
    without(&mut new, &format!("{AUTHOR}/allOf/1/required"), "pen");
    assert_eq!(
        rules(&compare(old, new)),
        [("response-required-changed", BreakingForResponses)]
    );
}

#[test]
fn what_authenticates_all_operations_is_reported() {
    let schemes = json!({
        "key": { "type": "http", "scheme": "bearer" },
        "none": { "type": "http", "scheme": "basic" },
    });
    let with = |security: Value| {
        let mut document = library();
        set(
            &mut document,
            "/components/securitySchemes",
            schemes.clone(),
        );
        set(&mut document, "/security", security);
        document
    };
    let (key, other) = (json!({ "key": [] }), json!({ "none": [] }));
    for (old, new, class) in [
        (json!([key]), json!([other]), BreakingForRequests),
        (json!([]), json!([key]), BreakingForRequests),
        (json!([key]), json!([]), Compatible),
        (json!([key]), json!([key, other]), Compatible),
        (json!([key, other]), json!([key]), BreakingForRequests),
    ] {
        let report = compare(with(old), with(new));
        assert_eq!(rules(&report), [("security-changed", class)]);
        assert_eq!(report.changes[0].pointer, "#");
        assert_eq!(report.changes[0].keyword, "security");
    }
}

#[test]
fn a_keyword_that_no_rule_knows_is_unclassified_and_breaking() {
    for location in [
        "/futureKeyword",
        "/info/futureKeyword",
        "/components/headers",
        "/paths/~1books/trace",
        "/paths/~1books/get/callbacks",
        "/paths/~1books/get/parameters/0/content",
        "/components/responses/Book/headers",
        "/components/schemas/Book/properties/title/futureKeyword",
    ] {
        let report = changed(&[(location, json!({ "a": 1 }))]);
        let [change] = report.changes.as_slice() else {
            panic!("{location}: {:#?}", report.changes);
        };
        assert_eq!(change.rule, diff::UNCLASSIFIED);
        assert!(change.is_breaking());
        let place = format!("{}/{}", change.pointer, change.keyword);
        assert_eq!(place, format!("#{location}"));
    }
}

#[test]
fn texts_and_foreign_extensions_are_no_facts() {
    let report = changed(&[
        (
            "/components/schemas/Book/properties/title/description",
            json!("As it is printed."),
        ),
        (
            "/components/schemas/Book/properties/title/example",
            json!("Middlemarch"),
        ),
        ("/paths/~1books/get/summary", json!("All books")),
        ("/paths/~1books/get/x-codegen", json!({ "a": 1 })),
    ]);
    assert_eq!(report.changes, []);
}

#[test]
fn schemas_that_contain_themselves_in_different_forms_end() {
    let with = |inline: bool| {
        let mut document = library();
        let (outer, inner) = (
            json!({ "$ref": "#/components/schemas/Tree" }),
            |schema: Value| json!({ "type": "object", "properties": { "branch": schema } }),
        );
        // One side writes every second level inline, the other side the others.
        let (tree, used) = if inline {
            (inner(inner(outer.clone())), outer)
        } else {
            (inner(outer.clone()), inner(outer))
        };
        set(&mut document, "/components/schemas/Tree", tree);
        set(&mut document, AUTHOR, used);
        document
    };
    let report = compare(with(true), with(false));
    assert!(!report.changes.is_empty());
    assert!(
        report
            .changes
            .iter()
            .all(|change| change.class == Compatible),
        "{:#?}",
        report.changes
    );
}
