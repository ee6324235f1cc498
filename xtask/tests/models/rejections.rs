//! Invalid input of this stage is rejected with a location and a fix, never with a panic.

use serde_json::{Value, json};
use xtask::emit::models::{self, passes, progenitor};
use xtask::support::error::Error;

use crate::fixture::{Fixture, integer, reference, text};

fn rejected(fixture: &Fixture) -> Error {
    models::emit(&fixture.api).unwrap_err()
}

fn books(fields: &[crate::fixture::Property]) -> Fixture {
    let mut fixture = Fixture::new(&["books"]);
    fixture.structure("Book", fields);
    fixture
}

fn schemas(schemas: Value) -> Value {
    json!({
        "openapi": "3.0.3",
        "info": { "title": "", "version": "1" },
        "paths": {},
        "components": { "schemas": schemas },
    })
}

#[test]
fn a_schema_at_which_progenitor_panics_is_named() {
    let error = progenitor::types(&schemas(json!({
        "Fine": { "type": "object", "properties": { "a": { "$ref": "#/components/schemas/Odd" } } },
        "Odd": { "type": "string", "enum": ["a", "A", "_a"] },
        "AlsoFine": { "type": "object", "properties": { "a": { "type": "string" } } },
    })))
    .unwrap_err();
    assert_eq!(error.location, "#/components/schemas/Odd");
    assert!(
        error.message.starts_with("progenitor panicked: "),
        "{error}"
    );
}

#[test]
fn an_invalid_schema_is_named() {
    let error = progenitor::types(&schemas(json!({
        "Fine": { "type": "object", "properties": { "a": { "type": "string" } } },
        "Odd": { "type": "object", "required": "a" },
    })))
    .unwrap_err();
    assert_eq!(error.location, "#/components/schemas/Odd");
}

#[test]
fn a_dangling_reference_is_rejected() {
    let error = rejected(&books(&[reference("author", "Author")]));
    assert_eq!(
        error.location,
        "#/components/schemas/Book/properties/author"
    );
    assert!(error.message.contains("is not defined"), "{error}");
}

#[test]
fn a_name_that_progenitor_would_change_is_rejected() {
    let mut fixture = Fixture::new(&["books"]);
    fixture.structure("ISBNBook", &[text("id")]);
    let error = rejected(&fixture);
    assert!(error.message.contains("IsbnBook"), "{error}");
}

#[test]
fn a_type_that_progenitor_made_differently_is_rejected() {
    let fixture = books(&[integer("pages")]);
    let mut item = syn::parse_quote! {
        pub struct Book {
            pub pages: String,
        }
    };
    let definition = fixture.definition("Book");
    let error = passes::field_order::apply(&fixture.api, definition, &mut item).unwrap_err();
    assert_eq!(error.location, "#/components/schemas/Book/properties/pages");
    assert_eq!(
        error.message,
        "progenitor generated `String`, but the intermediate representation has `i64`"
    );
}

#[test]
fn a_property_that_progenitor_left_out_is_rejected() {
    let fixture = books(&[text("id"), text("title")]);
    let mut item = syn::parse_quote! {
        pub struct Book {
            pub id: String,
        }
    };
    let error = passes::field_order::apply(&fixture.api, fixture.definition("Book"), &mut item)
        .unwrap_err();
    assert_eq!(error.location, "#/components/schemas/Book/properties/title");
}

#[test]
fn two_fields_with_the_same_name_are_rejected() {
    let error = rejected(&books(&[
        text("a-b").named("a_b"),
        text("a.b").named("a_b"),
    ]));
    assert_eq!(error.message, "two fields would be named `a_b`");

    let mut fixture = books(&[text("extra")]);
    fixture.open();
    assert_eq!(
        rejected(&fixture).message,
        "two fields would be named `extra`"
    );
}

#[test]
fn a_setter_named_new_is_rejected() {
    let mut fixture = books(&[text("new").optional()]);
    fixture.sent();
    assert_eq!(
        rejected(&fixture).location,
        "#/components/schemas/Book/properties/new"
    );
}

#[test]
fn two_variants_with_the_same_name_are_rejected() {
    let mut fixture = Fixture::new(&["books"]);
    fixture.open_enum("Side", &[("Unknown", "unknown")]);
    let error = rejected(&fixture);
    assert_eq!(error.location, "#/components/schemas/Side");
    assert!(error.message.contains("`Unknown`"), "{error}");
}

#[test]
fn a_union_that_is_only_sent_is_rejected() {
    let mut fixture = books(&[text("object")]);
    fixture
        .union("Medium", "object", &[("Book", "Book", "book")])
        .sent();
    assert_eq!(rejected(&fixture).location, "#/components/schemas/Medium");
}

#[test]
fn a_type_named_like_something_in_the_prelude_is_rejected() {
    let mut fixture = Fixture::new(&["books"]);
    fixture.structure("Option", &[text("id")]);
    let error = rejected(&fixture);
    assert_eq!(error.location, "#/components/schemas/Option");
}

#[test]
fn a_resource_named_shared_is_rejected() {
    let mut fixture = Fixture::new(&["books", "shared"]);
    fixture.structure("Book", &[text("id")]);
    assert_eq!(rejected(&fixture).location, "resource shared");
}
