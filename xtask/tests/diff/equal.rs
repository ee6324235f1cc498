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
        ("/paths/x-codegen", json!({ "a": 1 })),
        ("/paths/~1books/get/responses/x-codegen", json!(1)),
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

#[test]
fn a_property_of_two_parts_is_compared_with_each_of_them() {
    let mut old = library();
    for name in ["One", "Two", "Three"] {
        let part = json!({ "type": "object", "properties": { "pen": { "type": "string" } } });
        set(&mut old, &format!("/components/schemas/{name}"), part);
    }
    let with = |other: &str| {
        let parts =
            ["One", other].map(|name| json!({ "$ref": format!("#/components/schemas/{name}") }));
        json!({ "allOf": parts })
    };
    let both = json!({ "type": "object", "properties": { "a": with("Two"), "b": with("Three") } });
    set(&mut old, AUTHOR, both);
    let mut new = old.clone();
    let pen = "/components/schemas/Three/properties/pen";
    set(&mut new, &format!("{pen}/nullable"), json!(true));
    let report = compare(old, new);
    assert_eq!(
        rules(&report),
        [("response-nullable-changed", BreakingForResponses)]
    );
    assert_eq!(report.changes[0].pointer, format!("#{pen}"));
}

#[test]
fn a_parameter_of_the_path_is_one_of_the_operation() {
    let list = "/paths/~1books/get/parameters";
    let of_path = "/paths/~1books/parameters";
    let mut old = library();
    set(&mut old, "/paths/~1books/post", Value::Null);
    set(&mut old, &format!("{list}/3"), Value::Null);
    let shelf = library().pointer(&format!("{list}/3")).unwrap().clone();
    let mut moved = old.clone();
    set(&mut moved, of_path, json!([shelf]));
    let report = compare(old.clone(), moved.clone());
    assert_eq!(
        rules(&report),
        [("request-parameter-added", BreakingForRequests)]
    );
    let mut own = old;
    let mut all = vec![shelf.clone()];
    all.extend(own.pointer(list).unwrap().as_array().unwrap().clone());
    set(&mut own, list, Value::Array(all));
    let form = [("reference-changed", Compatible)];
    let report = compare(own.clone(), moved);
    assert_eq!(rules(&report), form);
    assert_eq!(report.changes[0].pointer, "#/paths/~1books/get");
    // One that the operation overrides.
    let mut overridden = own.clone();
    set(&mut overridden, of_path, json!([shelf]));
    let mut other = overridden.clone();
    set(&mut other, &format!("{of_path}/0/required"), json!(false));
    assert_eq!(rules(&compare(overridden, other)), form);
}

#[test]
fn paths_that_differ_only_in_placeholders_are_compared_separately() {
    let mut both = library();
    let mut item = both["paths"]["/books/{book_id}"].clone();
    set(&mut item, "/delete", Value::Null);
    set(&mut item, "/get/operationId", json!("GetTitle"));
    set(&mut both, "/paths/~1books~1{title}", item);
    let report = compare(both, library());
    assert_eq!(rules(&report), [("operation-removed", BreakingForRequests)]);
    assert_eq!(report.changes[0].pointer, "#/paths/~1books~1{title}/get");
}

#[test]
fn a_type_beside_a_union_and_a_tag_without_one_are_compared() {
    let mut old = library();
    let union = json!({ "type": "string", "oneOf": [{ "maxLength": 3 }, { "minLength": 5 }] });
    set(&mut old, AUTHOR, union);
    let mut new = old.clone();
    set(&mut new, &format!("{AUTHOR}/type"), json!("integer"));
    assert_eq!(
        rules(&compare(old, new)),
        [("response-type-changed", BreakingForResponses)]
    );

    let tag = "/components/schemas/Author/discriminator";
    let mut old = library();
    set(&mut old, tag, json!({ "propertyName": "name" }));
    let mut new = old.clone();
    set(&mut new, &format!("{tag}/propertyName"), json!("books"));
    assert_eq!(
        rules(&compare(old, new)),
        [("response-union-tag-changed", BreakingForResponses)]
    );
}

#[test]
fn values_of_an_unknown_form_are_unclassified() {
    let author = "/components/schemas/Author";
    for (location, old, new) in [
        ("/required", json!("name"), json!("books")),
        (
            "/properties/name/enum",
            json!({ "a": 1 }),
            json!({ "a": 2 }),
        ),
        ("/properties/name/minLength", json!("1"), json!("2")),
        ("/properties/name/items", json!(true), json!(false)),
        (
            "/properties/name/allOf",
            json!({ "a": 1 }),
            json!({ "a": 2 }),
        ),
        ("/discriminator", json!("name"), json!("books")),
        (
            "/properties/name/discriminator",
            json!({ "propertyName": "a", "mapping": { "x": "Author" } }),
            json!({ "propertyName": "a", "mapping": { "x": "Book" } }),
        ),
    ] {
        let with = |value: Value| {
            let mut document = library();
            set(&mut document, &format!("{author}{location}"), value);
            document
        };
        let report = compare(with(old), with(new));
        let [change] = report.changes.as_slice() else {
            panic!("{location}: {:#?}", report.changes);
        };
        assert!(change.is_breaking(), "{change:#?}");
        let place = format!("{}/{}", change.pointer, change.keyword);
        assert!(
            place.starts_with(&format!("#{author}{location}")),
            "{place}"
        );
    }
}

#[test]
fn what_no_walk_reaches_is_unclassified() {
    for (location, old, new) in [
        ("/paths/~1books/get", Value::Null, json!(true)),
        ("/paths/~1shelves/head", json!({}), Value::Null),
    ] {
        let with = |value: Value| {
            let mut document = library();
            let (item, method) = location.rsplit_once('/').unwrap();
            set(&mut document, item, json!({ method: value }));
            document
        };
        let report = compare(with(old), with(new));
        assert_eq!(
            rules(&report),
            [(diff::UNCLASSIFIED, BreakingForRequests)],
            "{location}"
        );
        let change = &report.changes[0];
        let place = format!("{}/{}", change.pointer, change.keyword);
        assert_eq!(place, format!("#{location}"));
    }
    let report = changed(&[("/paths/~1shelves", json!({ "head": {} }))]);
    assert!(report.is_breaking(), "{:#?}", report.changes);
}
