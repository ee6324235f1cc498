//! The machine-written calls read like those that a user writes.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use xtask::emit::calls;
use xtask::emit::print;
use xtask::pipeline;

fn files() -> BTreeMap<PathBuf, String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let described = pipeline::describe(&root, None).unwrap();
    let files = calls::emit(&described.api, &described.corrected).unwrap();
    files
        .into_iter()
        .map(|(path, tree)| (path, print::source("", tree).unwrap()))
        .collect()
}

#[test]
fn arguments_and_setters_are_used_as_a_user_would() {
    let expected = r#"//! Calls of the operations of `redirect_urls`.

use clerk_api::request::Handle;
use clerk_api::resources::redirect_urls;
use crate::call::Call;

pub(super) const CALLS: &[Call] = &[
    call!("CreateRedirectURL", Required, redirect_urls, create_required),
    call!("CreateRedirectURL", All, redirect_urls, create_required),
    call!("DeleteRedirectURL", Required, redirect_urls, delete_required),
    call!("DeleteRedirectURL", All, redirect_urls, delete_required),
    call!("GetRedirectURL", Required, redirect_urls, get_required),
    call!("GetRedirectURL", All, redirect_urls, get_required),
    call!("ListRedirectURLs", Required, redirect_urls, list_required),
    call!("ListRedirectURLs", All, redirect_urls, list_all),
];
"#;
    let files = files();
    let text = &files[Path::new("redirect_urls.rs")];
    let (table, functions) = text.split_once("\nfn ").unwrap();
    assert_eq!(table, expected);
    assert!(
        functions.contains("redirect_urls.get(\"ru_2"),
        "{functions}"
    );
}

#[test]
fn nested_values_are_built_with_their_constructors_and_setters() {
    let files = files();
    let text = &files[Path::new("actor_tokens.rs")];
    let expected = r#"
            models::ActorInput::new("user_2dSoB0VhNyZp6TmAxJe8LfRuCgI"),
        )
        .expires_in_seconds(3600)"#;
    assert!(text.contains(expected), "{text}");
}

#[test]
fn every_operation_has_two_calls() {
    let files = files();
    let calls: usize = files
        .values()
        .map(|text| text.matches("call!(").count())
        .sum();
    assert_eq!(calls, 2 * 252);
}

#[test]
fn the_same_description_gives_the_same_bytes() {
    assert_eq!(files(), files());
}
