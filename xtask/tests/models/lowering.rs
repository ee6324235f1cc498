//! The document that progenitor receives.

use serde_json::{Value, json};
use xtask::emit::models::lower;

use crate::fixture::{
    Fixture, any, integer, library, list, map, object, reference, secret, text, timestamp,
};

/// The lowered schema of one property.
fn lowered(fixture: &Fixture, definition: &str, property: &str) -> (Value, bool) {
    let document = lower::lower(&fixture.api).unwrap();
    let schema = &document["components"]["schemas"][definition];
    let required = schema["required"].as_array().unwrap();
    (
        schema["properties"][property].clone(),
        required.contains(&json!(property)),
    )
}

fn rust_type(path: &str) -> Value {
    json!({ "x-rust-type": {
        "crate": "clerk-api", "version": "*", "path": path, "parameters": [],
    } })
}

#[test]
fn only_structs_and_no_paths_are_left() {
    let library = library();
    let document = lower::lower(&library.api).unwrap();
    assert_eq!(document["paths"], json!({}));
    let schemas = document["components"]["schemas"].as_object().unwrap();
    let names: Vec<&String> = schemas.keys().collect();
    assert_eq!(
        names,
        [
            "Address",
            "Author",
            "AuthorChange",
            "Book",
            "BookFilter",
            "Catalogue",
            "Disc",
            "Fault",
            "Paper"
        ]
    );
}

#[test]
fn types_that_progenitor_cannot_generate_are_replaced_by_types_of_the_crate() {
    let mut fixture = Fixture::new(&["books"]);
    fixture.open_enum("Side", &[("Left", "left")]);
    fixture.structure(
        "Page",
        &[
            reference("side", "Side"),
            list(reference("sides", "Side")),
            timestamp("printed_at").optional(),
            secret("key").nullable(),
        ],
    );
    let side = rust_type("clerk_api::models::Side");
    assert_eq!(lowered(&fixture, "Page", "side"), (side.clone(), true));
    assert_eq!(
        lowered(&fixture, "Page", "sides"),
        (json!({ "type": "array", "items": side }), true)
    );
    assert_eq!(
        lowered(&fixture, "Page", "printed_at"),
        (rust_type("clerk_api::types::Timestamp"), false)
    );
    assert_eq!(
        lowered(&fixture, "Page", "key"),
        (rust_type("clerk_api::types::Secret"), false)
    );
}

#[test]
fn structs_stay_references() {
    let mut fixture = Fixture::new(&["books"]);
    fixture.structure("Page", &[reference("next", "Page").nullable().deprecated()]);
    assert_eq!(
        lowered(&fixture, "Page", "next"),
        (json!({ "$ref": "#/components/schemas/Page" }), false)
    );
}

#[test]
fn absent_and_empty_lists_and_maps_are_distinguished() {
    let mut fixture = Fixture::new(&["books"]);
    fixture.structure(
        "Page",
        &[
            list(text("words")).optional(),
            map(integer("counts")).nullable(),
            object("notes").optional(),
            any("rest").optional(),
        ],
    );
    assert_eq!(
        lowered(&fixture, "Page", "words"),
        (
            json!({ "type": "array", "items": { "type": "string" }, "nullable": true }),
            false
        )
    );
    assert_eq!(
        lowered(&fixture, "Page", "counts"),
        (
            json!({
                "type": "object",
                "additionalProperties": { "type": "integer", "format": "int64" },
                "nullable": true,
            }),
            false
        )
    );
    assert_eq!(
        lowered(&fixture, "Page", "notes"),
        (
            json!({ "type": "object", "additionalProperties": true, "nullable": true }),
            false
        )
    );
    assert_eq!(lowered(&fixture, "Page", "rest"), (json!({}), false));
}

#[test]
fn elements_can_be_null() {
    let mut fixture = Fixture::new(&["books"]);
    fixture.structure(
        "Page",
        &[
            list(text("words").nullable()),
            map(reference("notes", "Page").nullable()),
        ],
    );
    let option = |inner| {
        json!({ "x-rust-type": {
            "crate": "std",
            "version": "*",
            "path": "std::option::Option",
            "parameters": [inner],
        } })
    };
    assert_eq!(
        lowered(&fixture, "Page", "words"),
        (
            json!({ "type": "array", "items": option(json!({ "type": "string" })) }),
            true
        )
    );
    let page = json!({ "$ref": "#/components/schemas/Page" });
    assert_eq!(
        lowered(&fixture, "Page", "notes"),
        (
            json!({ "type": "object", "additionalProperties": option(page) }),
            true
        )
    );
}

#[test]
fn types_that_are_only_sent_distinguish_null() {
    let mut fixture = Fixture::new(&["books"]);
    fixture.structure(
        "Change",
        &[
            text("title").nullable().optional(),
            text("author").nullable(),
            object("notes").optional(),
        ],
    );
    fixture.sent();
    let nullable = json!({ "x-rust-type": {
        "crate": "clerk-api",
        "version": "*",
        "path": "clerk_api::types::Nullable",
        "parameters": [{ "type": "string" }],
    } });
    assert_eq!(
        lowered(&fixture, "Change", "title"),
        (nullable.clone(), false)
    );
    assert_eq!(lowered(&fixture, "Change", "author"), (nullable, true));
    assert_eq!(
        lowered(&fixture, "Change", "notes"),
        (rust_type("clerk_api::types::Object"), false)
    );
}
