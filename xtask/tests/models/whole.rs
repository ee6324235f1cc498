//! From the document to files.

use xtask::models;
use xtask::print;

use crate::fixture::{Fixture, library};
use crate::golden;

fn emitted(fixture: &Fixture) -> Vec<(String, String)> {
    models::emit(&fixture.document(), &fixture.api)
        .unwrap()
        .into_iter()
        .map(|file| {
            let path = file.path.to_str().unwrap().to_owned();
            (
                path,
                print::source("// A golden file.", &file.source).unwrap(),
            )
        })
        .collect()
}

#[test]
fn models_become_a_file_for_each_resource_and_one_for_what_they_share() {
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
fn models_are_the_same_bytes_each_time() {
    assert_eq!(emitted(&library()), emitted(&library()));
}
