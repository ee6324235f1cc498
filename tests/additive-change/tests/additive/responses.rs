//! Whole responses that come from something other than the API.

use additive_change::models;
use serde_json::json;

use super::document::{DOCUMENT, Definition, Kind};
use super::reading::read;
use super::run::decode;

/// Otherwise it would become an empty model.
#[test]
fn a_null_response_is_an_error() {
    for model in models() {
        let error = decode(model, "null").unwrap().unwrap_err();
        assert_eq!(error.json_path(), Some("$"), "{}", model.name());
    }
}

#[test]
fn a_response_without_any_described_member_is_an_error() {
    let mut checked = 0;
    for model in models() {
        let form = DOCUMENT.form(model.name());
        let Some(Definition::Struct { fields, .. }) = DOCUMENT.named(form) else {
            continue;
        };
        let is_needed = fields
            .iter()
            .any(|field| field.required && !field.form.nullable && field.form.kind != Kind::Any);
        if !is_needed {
            continue;
        }
        let answer = r#"{"the gateway":"is down"}"#;
        let error = decode(model, answer).unwrap().unwrap_err();
        assert_eq!(error.json_path(), Some("$"), "{}", model.name());
        checked += 1;
    }
    assert!(checked > 100, "{checked}");
}

#[test]
fn an_empty_object_is_an_empty_model_or_lacks_a_needed_member() {
    let mut empty = 0;
    for model in models() {
        let form = DOCUMENT.form(model.name());
        let Some(Definition::Struct { .. }) = DOCUMENT.named(form) else {
            continue;
        };
        match (
            decode(model, "{}").unwrap(),
            read(&DOCUMENT, form, &json!({})),
        ) {
            (Ok(decoded), Ok(expected)) => {
                assert_eq!(decoded.json, expected, "{}", model.name());
                empty += 1;
            }
            (Err(error), Err(places)) => {
                assert_eq!(error.json_path(), Some(&*places[0]), "{}", model.name());
            }
            (decoded, expected) => {
                panic!("{}: {decoded:?}, expected {expected:?}", model.name())
            }
        }
    }
    assert!(empty > 20, "{empty}");
}

#[test]
fn invalid_json_is_an_error_without_a_location() {
    for model in models() {
        for text in ["", "{", "<html>", "{\"id\":", "\"", "[1,"] {
            let error = decode(model, text).unwrap().unwrap_err();
            assert!(error.is_decode(), "{}: {text}", model.name());
        }
    }
}
