//! The records of a made-up API.

mod features;
#[path = "../operations/fixture.rs"]
mod fixture;
#[path = "../operations/golden.rs"]
mod golden;
mod package;

use std::collections::BTreeMap;
use std::path::PathBuf;

use fixture::api;
use serde_json::{Value, json};
use xtask::emit::calls::Examples;
use xtask::emit::operations;
use xtask::input::docs::Docs;
use xtask::input::folder::File;
use xtask::input::lock::Lock;
use xtask::input::names::Names;
use xtask::input::{Description, Fit, Inputs, Subject};
use xtask::record;
use xtask::record::surface::surface;

/// The inputs that the manifest refers to.
fn inputs() -> Inputs {
    let file = |path: &str, text: &str| File {
        path: path.to_owned(),
        text: text.to_owned(),
        document: Value::Null,
    };
    let lock =
        "current: 2031-04-05\nsources:\n  2031-04-05:\n    name: library.yml\n    sha256: abc123\n";
    let manifest = "[workspace.dependencies]\nprogenitor-impl = \"=9.8.7\"\n";
    Inputs {
        lock: Lock::parse("spec/lock.yaml", lock).unwrap(),
        api: Description {
            subject: Subject::Api,
            version: "2031-04-05".to_owned(),
            fit: Fit::Exact,
            document: file("spec/2031-04-05.yaml", ""),
            overlays: vec![
                file("spec/overlays/10-first.yaml", "overlay: 1.0.0\n"),
                file("spec/overlays/20-more.yaml", ""),
            ],
            names: Names::default(),
            docs: Docs::default(),
            is_readable: true,
            has_all_overlays: true,
        },
        webhooks: None,
        previous: None,
        manifests: BTreeMap::from([("Cargo.toml", manifest.to_owned())]),
    }
}

fn document() -> Value {
    json!({
        "openapi": "3.0.3",
        "info": { "title": "Library", "version": "2031-04-05" },
        "paths": {},
    })
}

/// The generated Rust: the operations, and a file of models.
fn trees() -> BTreeMap<PathBuf, syn::File> {
    let mut trees: BTreeMap<_, _> = operations::emit(&api(), &Examples::default())
        .unwrap()
        .into_iter()
        .collect();
    let models = syn::parse_file(
        r#"
        /// A book.
        #[derive(Eq)]
        pub struct Book {
            /// Its number.
            pub id: String,
            #[deprecated]
            pub shelf: Option<Vec<crate::types::Timestamp>>,
            secret: bool,
        }
        impl Book {
            pub fn new(id: impl Into<String>) -> Self { Self { id: id.into() } }
            fn hidden(&self) {}
        }
        impl Clone for Book { fn clone(&self) -> Self { Self {} } }
        crate::decodable! { Book { id: required("id", Shape::Id) } }
        static SHAPE: u8 = 1;
        crate::open_enum! {
            /// How a book looks.
            pub enum Condition { Worn = "worn", AsNew = "as_new" }
        }
        #[cfg(feature = "books")]
        crate::tagged_union! {
            pub enum Place by "object" { Size(Size) = "size" }
        }
        "#,
    )
    .unwrap();
    trees.insert(PathBuf::from("models/books.rs"), models);
    trees
}

fn recorded() -> BTreeMap<String, String> {
    let texts = BTreeMap::from([
        (
            PathBuf::from("clerk-api/src/generated/a.rs"),
            "1\n2\n3\n".to_owned(),
        ),
        (
            PathBuf::from("clerk-api/src/generated/b.rs"),
            "1\n".to_owned(),
        ),
    ]);
    let surface = surface(&trees()).unwrap();
    record::emit(&inputs(), &document(), &api(), &surface, &texts)
        .unwrap()
        .into_iter()
        .map(|(path, text)| (path.to_str().unwrap().to_owned(), text))
        .collect()
}

fn json_file(name: &str) -> Value {
    serde_json::from_str(&recorded()[name]).unwrap()
}

#[test]
fn records_are_as_reviewed() {
    let files = recorded();
    let names: Vec<&str> = files.keys().map(String::as_str).collect();
    assert_eq!(
        names,
        [
            "manifest.json",
            "openapi.yaml",
            "operations.json",
            "surface.txt"
        ]
    );
    for (name, text) in &files {
        golden::compare(&format!("record/expected/{name}"), text);
    }
}

#[test]
fn operations_are_sorted_and_described_in_words() {
    let operations = json_file("operations.json");
    let operations = operations.as_array().unwrap();
    let names: Vec<String> = operations
        .iter()
        .map(|operation| {
            let text = |key: &str| operation[key].as_str().unwrap().to_owned();
            format!("{}.{}", text("resource"), text("name"))
        })
        .collect();
    assert_eq!(
        names,
        [
            "books.create",
            "books.delete",
            "books.get",
            "books.import",
            "books.list",
            "books.move_",
            "books.set_cover",
            "books.update",
            "loans.list",
            "loans.loans",
            "loans.page",
        ]
    );
    let get = &operations[2];
    assert_eq!(get["operation_id"], "GetBook");
    assert_eq!(get["method"], "GET");
    assert_eq!(get["path"], "/books/{bookID}");
    assert_eq!(get["parameters"][0]["name"], "bookID");
    assert_eq!(get["parameters"][0]["in"], "path");
    assert_eq!(get["parameters"][1]["in"], "query");
    assert_eq!(get["parameters"][1]["required"], true);
    assert_eq!(get["parameters"][1]["type"], "integer");
    assert_eq!(get["body"], Value::Null);
    assert_eq!(get["response"], "Book");
    assert_eq!(get["pagination"], Value::Null);
    assert_eq!(get["idempotent"], true);
    assert_eq!(get["deprecated"], false);

    let import = &operations[3];
    assert_eq!(import["body"]["items"], "Size");
    assert_eq!(import["response"], "list of Book");
    let list = &operations[4];
    assert_eq!(list["pagination"]["items_key"], "data");
    assert_eq!(list["parameters"][5]["type"], "list of string");
    assert_eq!(list["parameters"][5]["explode"], false);
    assert_eq!(operations[1]["response"], "Book");
    assert_eq!(operations[1]["response_optional"], true);
    assert_eq!(operations[1]["deprecated"], true);
    assert_eq!(operations[6]["body"]["content_type"], "multipart/form-data");
    assert_eq!(operations[6]["body"]["file"], "file");
}

#[test]
fn the_surface_lists_every_public_item_once_and_in_order() {
    let surface = recorded().remove("surface.txt").unwrap();
    let mut lines: Vec<&str> = surface.lines().collect();
    assert_eq!(lines.remove(0), "# Public items, form 2");
    let mut sorted = lines.clone();
    sorted.sort_unstable();
    sorted.dedup();
    assert_eq!(lines, sorted);
    for line in [
        "API_VERSION: const &str",
        "Clerk::books(&self) -> resources::books::Books, if feature = \"books\"",
        "blocking::Clerk::books(&self) -> resources::books::Books<crate::blocking::Clerk>, if all(feature = \"blocking\", feature = \"books\")",
        "models::Book: struct, impls Clone + Deserialize + Eq + Serialize",
        "models::Book.id: String",
        "models::Book.shelf: Option<Vec<crate::types::Timestamp>>, deprecated",
        "models::Book::new(id: impl Into<String>) -> Self",
        "models::Condition: open enum",
        "models::Condition::AsNew: variant = \"as_new\"",
        "models::Place: union by \"object\", if feature = \"books\"",
        "models::Place::Size(Size): variant = \"size\"",
        "resources::books: mod, if feature = \"books\"",
        "resources::books::Books: struct, impls Clone + Debug, if feature = \"books\"",
        "resources::books::Books::delete(&self, book_id: impl Into<String>) -> Delete<C>, deprecated",
        "resources::books::Books::get(&self, book_id: impl Into<String>, edition: impl Into<i64>) -> Get<C>",
        "resources::books::Create::labels(self, value: impl IntoIterator<Item = (impl Into<String>, impl Into<Nullable<String>>)>) -> Self",
        "resources::books::Delete: call -> Option<models::Book>, if feature = \"books\"",
        "resources::books::List: call -> Page<models::Book>, stream, if feature = \"books\"",
        "resources::loans::Loans::loans(&self) -> LoansCall<C>",
    ] {
        assert!(lines.contains(&line), "`{line}` is not in:\n{surface}");
    }
    for hidden in ["secret", "hidden", "clone", "SHAPE", "Books::new"] {
        assert!(!surface.contains(hidden), "`{hidden}` is in:\n{surface}");
    }
}

#[test]
fn the_manifest_lists_the_inputs_and_counts_the_outputs() {
    let manifest = json_file("manifest.json");
    assert_eq!(manifest["api_version"], "2031-04-05");
    assert_eq!(
        manifest["source"],
        json!({ "name": "library.yml", "sha256": "abc123" })
    );
    assert_eq!(manifest["generators"]["progenitor-impl"], "9.8.7");
    assert_eq!(manifest["overlays"][0]["name"], "10-first.yaml");
    assert_eq!(manifest["overlays"][1]["name"], "20-more.yaml");
    // The hash of the empty text.
    assert_eq!(
        manifest["overlays"][1]["sha256"],
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    );
    assert_eq!(manifest["overlays"].as_array().unwrap().len(), 2);
    assert_eq!(manifest["counts"]["operations"], 11);
    assert_eq!(manifest["counts"]["resources"], 2);
    assert_eq!(manifest["counts"]["models"], 7);
    assert_eq!(manifest["counts"]["lines"], 4);
}

#[test]
fn a_version_without_a_recorded_source_is_an_error() {
    let mut inputs = inputs();
    inputs.lock = Lock::default();
    let error = record::emit(&inputs, &document(), &api(), "", &BTreeMap::new()).unwrap_err();
    assert_eq!(error.location, "spec/lock.yaml");
    assert!(error.message.contains("2031-04-05"), "{error}");
    assert!(error.help.contains("cargo xtask import"), "{error}");
}

#[test]
fn the_recorded_document_reads_back_unchanged() {
    let text = recorded().remove("openapi.yaml").unwrap();
    let read: Value = xtask::input::load::parse("openapi.yaml", &text).unwrap();
    assert_eq!(read, document());
}
