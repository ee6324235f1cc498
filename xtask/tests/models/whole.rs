//! From the document to files.

use xtask::emit::models;
use xtask::emit::print;

use crate::fixture::{Fixture, library};
use crate::golden;

fn emitted(fixture: &Fixture) -> Vec<(String, String)> {
    models::emit(&fixture.api)
        .unwrap()
        .into_iter()
        .map(|file| {
            let path = file.path.to_str().unwrap().to_owned();
            (
                path,
                print::source("// A golden file.", file.source).unwrap(),
            )
        })
        .collect()
}

#[test]
fn models_are_split_into_a_file_per_resource_and_a_shared_one() {
    let files = emitted(&library());
    let paths: Vec<&str> = files.iter().map(|(path, _)| path.as_str()).collect();
    assert_eq!(
        paths,
        [
            "models/authors.rs",
            "models/books.rs",
            "models/mod.rs",
            "models/shared.rs",
            "models/shops.rs"
        ]
    );
    for (path, text) in &files {
        golden::check(path, text);
    }
}

#[test]
fn models_are_deterministic() {
    assert_eq!(emitted(&library()), emitted(&library()));
}
