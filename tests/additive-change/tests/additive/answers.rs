//! Whole answers that are somebody else's.

use additive_change::models;
use serde_json::json;

use super::document::{DOCUMENT, Definition, Kind};
use super::reading::read;
use super::run::decode;

/// Otherwise it would become a model in which all is empty.
#[test]
fn an_answer_that_is_null_is_an_error() {
    for model in models() {
        let error = decode(model, "null").unwrap().unwrap_err();
        assert_eq!(error.json_path(), Some("$"), "{}", model.name());
    }
}

#[test]
fn an_answer_without_anything_that_is_described_is_an_error() {
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
fn an_empty_object_is_an_empty_model_or_lacks_what_is_never_made_up() {
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
                panic!("{}: {decoded:?} instead of {expected:?}", model.name())
            }
        }
    }
    assert!(empty > 20, "{empty}");
}

#[test]
fn text_that_is_no_json_is_an_error_without_a_place() {
    for model in models() {
        for text in ["", "{", "<html>", "{\"id\":", "\"", "[1,"] {
            let error = decode(model, text).unwrap().unwrap_err();
            assert!(error.is_decode(), "{}: {text}", model.name());
        }
    }
}
