//! A hostile but valid document: names, values and types that generated code could stumble over. It is generated
//! and compiled; what cannot be generated is an error with its place.

mod document;
mod names;

use std::fs;
use std::path::PathBuf;

use drift::{build, regenerate, scratch, workspace};
use serde_json::{Value, json};
use xtask::follow::import::import;
use xtask::follow::scratch::Scratch;
use xtask::input::Fit;

use document::{document, of_resource, of_schema};
use names::{NAMES, REFUSED_RESOURCES};

/// A copy of the workspace with only this document as input.
fn imported(root: PathBuf, names: &str, document: &Value) -> (Scratch, String) {
    let scratch = scratch(root).expect("a copy");
    let spec = scratch.root().join("spec");
    fs::remove_dir_all(spec.join("overlays")).expect("the overlays");
    fs::create_dir(spec.join("overlays")).expect("a folder");
    fs::write(spec.join("names.yaml"), names).expect("names");
    let path = scratch.root().join("hostile.yaml");
    // YAML allows this character only if it is escaped.
    let text = document.to_string().replace('\u{7f}', "\\u007f");
    fs::write(&path, text).expect("a document");
    let version = import(scratch.root(), &path).expect("an import").version;
    (scratch, version)
}

#[test]
fn a_hostile_document_is_generated_and_compiled() {
    let target = workspace().join("target/drift");
    let (scratch, version) = imported(target.join("hostile"), NAMES, &document());
    let counts =
        regenerate(&scratch, &version, Fit::Loose).unwrap_or_else(|findings| panic!("{findings}"));
    assert!(counts.models > 100, "{counts:?}");
    build(&scratch, &target.join("build")).unwrap_or_else(|errors| panic!("{errors}"));
}

/// The error for a document.
fn refused(names: &str, document: &Value) -> String {
    let folder = tempfile::tempdir().expect("a folder");
    let (scratch, version) = imported(folder.path().join("copy"), names, document);
    let error = scratch
        .generate(&version, Fit::Loose)
        .expect_err("it cannot be generated");
    error.to_string()
}

#[test]
fn a_resource_cannot_have_a_name_that_the_generated_code_uses() {
    for resource in REFUSED_RESOURCES {
        let error = refused("types: {}", &of_resource(resource));
        assert!(
            error.contains(&format!("--> resource {resource}\n")),
            "{error}"
        );
        assert!(
            error.contains("help: give the resource another name in an overlay"),
            "{error}"
        );
    }
}

#[test]
fn a_schema_whose_name_cannot_be_one_in_rust_needs_a_pin() {
    let object = json!({ "type": "object", "properties": { "value": { "type": "string" } } });
    for (name, place) in [
        ("3d-model", "schemas.3d-model"),
        ("日本", "schemas.日本"),
        ("Option", "#/components/schemas/Option"),
        ("ModelError", "#/components/schemas/ModelError"),
    ] {
        let error = refused("types: {}", &of_schema(name, object.clone()));
        assert!(error.contains(place), "{error}");
        assert!(error.contains("spec/names.yaml"), "{error}");
    }
    let error = refused("types: { schemas.Book: Self }", &of_schema("Book", object));
    assert!(
        error.contains("`Self` cannot be the name of a type"),
        "{error}"
    );
}

#[test]
fn names_that_meet_are_refused() {
    let two = |one: &str, other: &str| {
        let mut document = of_resource(one);
        let mut operation = document["paths"]["/a"]["get"].clone();
        operation["operationId"] = json!("Other");
        operation["x-speakeasy-group"] = json!(other);
        operation["x-speakeasy-name-override"] = json!("other");
        document["paths"]["/b"] = json!({ "get": operation });
        document
    };
    let error = refused("types: {}", &two("bookShelves", "book_shelves"));
    assert!(error.contains("are both `book_shelves` in Rust"), "{error}");
    let values = json!({ "type": "string", "enum": ["a-b", "a_b"] });
    let error = refused(
        "types: {}",
        &of_schema(
            "Book",
            json!({ "type": "object", "properties": { "it": values } }),
        ),
    );
    assert!(
        error.contains("`a-b` and `a_b` both become `AB`"),
        "{error}"
    );
}
