//! The rules for a corrected description: each is broken alone in a document that is otherwise
//! valid.

#[path = "../support/mod.rs"]
mod support;

mod operations;
mod schemas;

use serde_json::{Value, json};
use support::data;
use xtask::correct::lint;
use xtask::input::load;
use xtask::support::error::{Error, Findings};

const LIST: &str = "/paths/~1readers/get";
const CREATE: &str = "/paths/~1readers/post";
const PICTURE: &str = "/paths/~1readers~1{reader_id}~1picture/put";
const READER: &str = "/components/schemas/Reader";

fn valid() -> Value {
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

fn check(document: &Value) -> Findings {
    let mut findings = Findings::new();
    lint::check(document, &mut findings);
    findings
}

/// The lint's findings for the valid document after some changes.
fn findings(changes: &[(&str, Value)]) -> Vec<Error> {
    let mut document = valid();
    for (pointer, value) in changes {
        if value.is_null() {
            remove(&mut document, pointer);
        } else {
            set(&mut document, pointer, value.clone());
        }
    }
    check(&document).into_iter().collect()
}

/// Checks that the changes break one rule, at `location`. A value of null removes.
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
fn a_valid_document_has_no_findings() {
    assert_eq!(findings(&[]), []);
}

#[test]
fn all_findings_are_reported() {
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
        "unknown keyword `const` in a schema",
    );
}

#[test]
fn an_unknown_keyword_of_an_operation() {
    breaks(
        &[(&below(LIST, "/callbacks"), json!({}))],
        &below(LIST, "/callbacks"),
        "in an operation",
    );
}

#[test]
fn a_property_named_like_a_keyword_is_not_a_keyword() {
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
        "unknown vendor extension",
    );
}

#[test]
fn prose() {
    breaks(
        &[(&below(LIST, "/summary"), json!("Readers"))],
        &below(LIST, "/summary"),
        "is prose or a fact for other tools",
    );
}

#[test]
fn a_keyword_of_the_wrong_type() {
    breaks(
        &[(&below(LIST, "/deprecated"), json!("yes"))],
        &below(LIST, "/deprecated"),
        "expected `true` or `false`",
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
        "not a reference to #/components/schemas/",
    );
}

#[test]
fn members_beside_a_reference() {
    breaks(
        &[(
            &below(READER, "/properties/proof"),
            json!({"$ref": "#/components/schemas/Card", "nullable": true}),
        )],
        &below(READER, "/properties/proof"),
        "beside a `$ref` are ignored",
    );
}

#[test]
fn a_document_that_is_not_a_mapping() {
    assert_eq!(check(&json!([])).len(), 1);
}

/// The committed description before its corrections.
#[test]
fn the_known_faults_of_the_published_description_are_found() {
    let description = load::yaml(&data("../../../spec/2026-05-12.yaml")).unwrap();
    let findings = check(&description);
    let count = |rule: &str| {
        findings
            .iter()
            .filter(|finding| finding.message.contains(rule))
            .count()
    };
    assert_eq!(count("`x-speakeasy-group` is missing"), 12);
    assert_eq!(count("`x-speakeasy-name-override` is missing"), 12);
    assert_eq!(
        count("`frontend_api` has the same Rust name as `frontendApi`"),
        1
    );
    assert_eq!(count("`crv` is required, but not declared"), 1);
    assert_eq!(count("`authenticatable` is required, but not declared"), 2);
    assert_eq!(count("no discriminator identifies the 7 alternatives"), 1);
    assert_eq!(count("no discriminator identifies the 2 alternatives"), 6);
}

#[test]
fn the_lint_never_panics() {
    let mut pointers = Vec::new();
    collect(&valid(), "", &mut pointers);
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
            let mut document = valid();
            *document.pointer_mut(pointer).unwrap() = value;
            // Any result is fine here, except a panic.
            let _ = check(&document);
            let _ = xtask::input::canonical::canonical(&document);
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
