//! The rules about a corrected description: each is broken alone in a document that is sound
//! otherwise.

#[path = "../support/mod.rs"]
mod support;

mod operations;
mod schemas;

use serde_json::{Value, json};
use support::data;
use xtask::error::Error;
use xtask::{lint, load};

const LIST: &str = "/paths/~1readers/get";
const CREATE: &str = "/paths/~1readers/post";
const PICTURE: &str = "/paths/~1readers~1{reader_id}~1picture/put";
const READER: &str = "/components/schemas/Reader";

fn sound() -> Value {
    load::yaml(&data("lint/sound.yaml")).unwrap()
}

/// Sets the member at a pointer, which may be new.
fn set(document: &mut Value, pointer: &str, value: Value) {
    let (parent, key) = pointer.rsplit_once('/').unwrap();
    let key = key.replace("~1", "/").replace("~0", "~");
    match document.pointer_mut(parent).unwrap() {
        Value::Object(members) => {
            members.insert(key, value);
        }
        Value::Array(items) => items[key.parse::<usize>().unwrap()] = value,
        other => panic!("{parent} is {other}"),
    }
}

fn remove(document: &mut Value, pointer: &str) {
    let (parent, key) = pointer.rsplit_once('/').unwrap();
    let parent = document
        .pointer_mut(parent)
        .unwrap()
        .as_object_mut()
        .unwrap();
    parent.shift_remove(key).unwrap();
}

/// What the lint says of the sound document after some changes.
fn findings(changes: &[(&str, Value)]) -> Vec<Error> {
    let mut document = sound();
    for (pointer, value) in changes {
        if value.is_null() {
            remove(&mut document, pointer);
        } else {
            set(&mut document, pointer, value.clone());
        }
    }
    match lint::check(&document) {
        Ok(()) => Vec::new(),
        Err(findings) => findings.into_iter().collect(),
    }
}

/// That the changes break one rule, at `location`. A value of null removes.
#[track_caller]
fn breaks(changes: &[(&str, Value)], location: &str, rule: &str) {
    let findings = findings(changes);
    let [finding] = findings.as_slice() else {
        panic!("{} findings: {findings:#?}", findings.len());
    };
    assert_eq!(finding.location, format!("#{location}"), "{finding}");
    assert!(finding.message.contains(rule), "{finding}");
    assert!(!finding.help.is_empty());
}

fn below(base: &str, rest: &str) -> String {
    format!("{base}{rest}")
}

#[test]
fn a_sound_document_has_no_findings() {
    assert_eq!(findings(&[]), []);
}

#[test]
fn every_finding_is_reported_not_only_the_first() {
    let findings = findings(&[
        (&below(LIST, "/x-speakeasy-group"), Value::Null),
        (&below(READER, "/properties/name/type"), json!("text")),
    ]);
    assert_eq!(findings.len(), 2, "{findings:#?}");
}

#[test]
fn an_unknown_schema_keyword() {
    breaks(
        &[(&below(READER, "/properties/name/const"), json!("Ada"))],
        &below(READER, "/properties/name/const"),
        "`const` is no known keyword of a schema",
    );
}

#[test]
fn an_unknown_keyword_of_an_operation() {
    breaks(
        &[(&below(LIST, "/callbacks"), json!({}))],
        &below(LIST, "/callbacks"),
        "no known keyword of an operation",
    );
}

#[test]
fn a_property_with_the_name_of_a_keyword_is_no_keyword() {
    let properties = json!({"const": {"type": "string"}, "description": {"type": "string"}});
    let location = below(
        CREATE,
        "/requestBody/content/application~1json/schema/properties/more",
    );
    let schema = json!({"type": "object", "properties": properties});
    assert_eq!(findings(&[(&location, schema)]), []);
}

#[test]
fn an_unknown_vendor_extension() {
    breaks(
        &[(&below(LIST, "/x-cache"), json!(true))],
        &below(LIST, "/x-cache"),
        "no known vendor extension",
    );
}

#[test]
fn prose() {
    breaks(
        &[(&below(LIST, "/summary"), json!("Readers"))],
        &below(LIST, "/summary"),
        "holds prose",
    );
}

#[test]
fn a_keyword_of_the_wrong_type() {
    breaks(
        &[(&below(LIST, "/deprecated"), json!("yes"))],
        &below(LIST, "/deprecated"),
        "`true` or `false` belongs here",
    );
}

#[test]
fn a_missing_keyword() {
    breaks(
        &[("/components/parameters/Page/schema", Value::Null)],
        "/components/parameters/Page",
        "a parameter lacks `schema`",
    );
}

#[test]
fn a_reference_to_another_kind_of_component() {
    breaks(
        &[(
            &below(READER, "/properties/name"),
            json!({"$ref": "#/components/parameters/Page/schema"}),
        )],
        &below(READER, "/properties/name/$ref"),
        "no reference to #/components/schemas/",
    );
}

#[test]
fn something_beside_a_reference() {
    breaks(
        &[(
            &below(READER, "/properties/proof"),
            json!({"$ref": "#/components/schemas/Card", "nullable": true}),
        )],
        &below(READER, "/properties/proof"),
        "beside a `$ref` is ignored",
    );
}

#[test]
fn a_document_that_is_no_mapping() {
    assert!(lint::check(&json!([])).is_err());
}

/// The committed description before its corrections.
#[test]
fn the_known_faults_of_the_published_description_are_found() {
    let description = load::yaml(&data("../../../spec/2026-05-12.yaml")).unwrap();
    let findings: Vec<_> = lint::check(&description).unwrap_err().into_iter().collect();
    let count = |rule: &str| {
        findings
            .iter()
            .filter(|finding| finding.message.contains(rule))
            .count()
    };
    assert_eq!(count("no usable `x-speakeasy-group`"), 12);
    assert_eq!(count("no usable `x-speakeasy-name-override`"), 12);
    assert_eq!(
        count("`frontend_api` has in Rust the same name as `frontendApi`"),
        1
    );
    assert_eq!(count("`crv` is required, and no property declares it"), 1);
    assert_eq!(
        count("`authenticatable` is required, and no property declares it"),
        2
    );
    assert_eq!(count("nothing tells the 7 alternatives apart"), 1);
    assert_eq!(count("nothing tells the 2 alternatives apart"), 6);
}

#[test]
fn whatever_stands_somewhere_the_lint_answers() {
    let mut pointers = Vec::new();
    collect(&sound(), "", &mut pointers);
    assert!(pointers.len() > 100);
    for pointer in &pointers {
        for value in [
            json!(null),
            json!(true),
            json!(7),
            json!("x"),
            json!([]),
            json!({}),
        ] {
            let mut document = sound();
            *document.pointer_mut(pointer).unwrap() = value;
            // No answer is wrong here, but a panic is.
            let _ = lint::check(&document);
            let _ = xtask::canonical::canonical(&document);
            let _ = load::references(&document);
        }
    }
}

fn collect(value: &Value, location: &str, pointers: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            for (key, member) in members {
                let location = format!("{location}/{}", key.replace('~', "~0").replace('/', "~1"));
                pointers.push(location.clone());
                collect(member, &location, pointers);
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                let location = format!("{location}/{index}");
                pointers.push(location.clone());
                collect(item, &location, pointers);
            }
        }
        _ => {}
    }
}
