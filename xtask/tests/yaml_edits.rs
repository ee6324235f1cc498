//! Edits of YAML files: comments and layout stay, and an unusual layout is refused.

use serde_json::{Value, json};
use xtask::stub::yaml::edited;
use xtask::support::edit::Change;
use xtask::support::error::Result;

fn edit(text: &str, path: &[&str], change: Change) -> Result<String> {
    let path: Vec<String> = path.iter().map(|key| (*key).to_owned()).collect();
    edited("a.yaml", text, &path, &change)
}

fn add(text: &str, path: &[&str], value: Value) -> String {
    let facts = vec!["a fact".to_owned()];
    edit(text, path, Change::Add { value, facts }).unwrap()
}

const TEXT: &str = "\
# About.
one: first

# The second.
'two: b': # why
  text: >-
    Some words,
    # no comment.
  inner:
    - a: 1
      b: 2
    # Of the next.
    - a: 3
# The end.
";

#[test]
fn entries_are_added_at_the_end_of_their_mapping() {
    assert_eq!(
        add(TEXT, &["two: b", "more"], json!("some words")),
        TEXT.replace(
            "    - a: 3\n",
            "    - a: 3\n  # a fact\n  more: >-\n    some words\n"
        )
    );
    assert_eq!(
        add(TEXT, &["two: b", "inner", "0", "c"], json!([1])),
        TEXT.replace("      b: 2\n", "      b: 2\n      # a fact\n      c: [1]\n")
    );
    assert_eq!(
        add(TEXT, &["new", "yes", "x"], json!("no")),
        TEXT.replace(
            "# The end.\n",
            "\nnew:\n  'yes':\n    # a fact\n    x: 'no'\n# The end.\n"
        )
    );
    assert_eq!(
        add("# A\n{}\n", &["a"], json!("b")),
        "# A\n# a fact\na: b\n"
    );
    assert_eq!(add("", &["a"], json!("b")), "# a fact\na: b\n");
}

#[test]
fn a_flow_mapping_becomes_a_block() {
    assert_eq!(
        add(
            "a: {b: {c: x y}, d: 1}\ne: {}\n",
            &["a", "b", "f"],
            json!("z")
        ),
        "a:\n  b:\n    c: x y\n    # a fact\n    f: z\n  d: 1\ne: {}\n"
    );
    assert_eq!(
        add("e: {}\n", &["e", "f"], json!("z")),
        "e:\n  # a fact\n  f: z\n"
    );
}

#[test]
fn entries_are_removed_with_their_lines_and_renamed_in_place() {
    let removed = |path: &[&str]| edit(TEXT, path, Change::Remove).unwrap();
    assert_eq!(removed(&["one"]), TEXT.replace("one: first\n", ""));
    assert_eq!(
        removed(&["two: b", "inner", "0"]),
        TEXT.replace("    - a: 1\n      b: 2\n", "")
    );
    let text = "a:\n  b:\n    c: 1\nd: 2\n";
    // A mapping that becomes empty is removed too.
    assert_eq!(
        edit(text, &["a", "b", "c"], Change::Remove).unwrap(),
        "d: 2\n"
    );
    assert_eq!(edit("a: 1\n", &["a"], Change::Remove).unwrap(), "{}\n");
    assert_eq!(
        edit(TEXT, &["two: b"], Change::Rename("*".to_owned())).unwrap(),
        TEXT.replace("'two: b':", "'*':")
    );
}

#[test]
fn empty_lines_between_entries_and_the_ends_of_lines_stay_as_they_are() {
    let spaced = "a: 1\n\nb:\n  c: 2\n\nd: 3\n";
    let removed = |path: &[&str]| edit(spaced, path, Change::Remove).unwrap();
    assert_eq!(removed(&["a"]), "b:\n  c: 2\n\nd: 3\n");
    assert_eq!(removed(&["b", "c"]), "a: 1\n\nd: 3\n");
    assert_eq!(removed(&["d"]), "a: 1\n\nb:\n  c: 2\n");
    assert_eq!(
        add(spaced, &["e"], json!(4)),
        format!("{spaced}\n# a fact\ne: 4\n")
    );
    assert_eq!(
        add(spaced, &["b", "e"], json!(4)),
        spaced.replace("c: 2\n", "c: 2\n  # a fact\n  e: 4\n")
    );
    let windows = |text: &str| text.replace('\n', "\r\n");
    assert_eq!(
        edit(&windows(spaced), &["b"], Change::Remove).unwrap(),
        windows("a: 1\n\nd: 3\n")
    );
}

#[test]
fn what_is_written_stays() {
    for (text, path) in [
        (TEXT, &["one"][..]),
        (TEXT, &["one", "inner"]),
        ("a: &x {b: 1}\nc: *x\n", &["a", "d"]),
        ("a: [{b: 1}]\n", &["a", "0", "c"]),
        ("a: |\n  b: 1\n", &["a", "c"]),
    ] {
        let value = json!("new");
        let facts = Vec::new();
        let error = edit(text, path, Change::Add { value, facts }).unwrap_err();
        assert!(error.message.contains("cannot be edited"), "{error}");
    }
    assert!(edit(TEXT, &["three"], Change::Remove).is_err());
    assert!(edit(TEXT, &["two: b", "inner", "2"], Change::Remove).is_err());
}
