//! Every sample for the real description is valid for its schema.

use std::collections::BTreeSet;
use std::path::Path;

use regex::Regex;
use serde_json::{Value, json};
use xtask::emit::samples::{self, Extent, Sampler};
use xtask::pipeline::{self, Described};
use xtask::support::error::Findings;

fn described() -> Described {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    pipeline::describe(&root, None).unwrap()
}

/// The constraints of the schema that the value violates; independent of the code under test.
fn faults(document: &Value, location: &str, schema: &Value, value: &Value) -> Vec<String> {
    if let Some(reference) = schema["$ref"].as_str() {
        let schema = document.pointer(&reference[1..]).expect(reference);
        return faults(document, location, schema, value);
    }
    let mut found = Vec::new();
    let mut check = |holds: bool, rule: &str| {
        if !holds {
            found.push(format!("{location}: {value} breaks {rule} of {schema}"));
        }
    };
    if let Some(values) = schema["enum"].as_array() {
        check(values.contains(value), "enum");
    }
    let number = |key: &str| schema[key].as_f64();
    match schema["type"].as_str() {
        Some("string") if schema["format"] == "binary" => check(value.is_null(), "binary"),
        Some("string") => {
            check(value.is_string(), "type");
            let text = value.as_str().unwrap_or_default();
            let length = text.chars().count() as f64;
            check(
                number("minLength").is_none_or(|least| length >= least),
                "minLength",
            );
            check(
                number("maxLength").is_none_or(|most| length <= most),
                "maxLength",
            );
            if let Some(pattern) = schema["pattern"].as_str() {
                check(Regex::new(pattern).unwrap().is_match(text), "pattern");
            }
        }
        Some(kind @ ("integer" | "number")) => {
            let is_type = if kind == "integer" {
                value.is_i64()
            } else {
                value.is_number()
            };
            check(is_type, "type");
            let given = value.as_f64().unwrap_or_default();
            check(
                number("minimum").is_none_or(|least| given >= least),
                "minimum",
            );
            check(
                number("maximum").is_none_or(|most| given <= most),
                "maximum",
            );
            if schema["exclusiveMinimum"] == true {
                check(Some(given) != number("minimum"), "exclusiveMinimum");
            }
        }
        Some("boolean") => check(value.is_boolean(), "type"),
        Some("array") => {
            check(value.is_array(), "type");
            let values = value.as_array().cloned().unwrap_or_default();
            let length = values.len() as f64;
            check(
                number("minItems").is_none_or(|least| length >= least),
                "minItems",
            );
            check(
                number("maxItems").is_none_or(|most| length <= most),
                "maxItems",
            );
            let distinct: BTreeSet<String> = values.iter().map(Value::to_string).collect();
            check(
                schema["uniqueItems"] != true || distinct.len() == values.len(),
                "uniqueItems",
            );
            let faults = values
                .iter()
                .flat_map(|value| faults(document, location, &schema["items"], value));
            let faults: Vec<String> = faults.collect();
            found.extend(faults);
        }
        Some("object") => {
            check(value.is_object(), "type");
            for required in schema["required"].as_array().into_iter().flatten() {
                check(value.get(required.as_str().unwrap()).is_some(), "required");
            }
            for (name, member) in value.as_object().into_iter().flatten() {
                let location = format!("{location}.{name}");
                match schema["properties"].get(name) {
                    Some(schema) => found.extend(faults(document, &location, schema, member)),
                    None if schema["additionalProperties"] == false => {
                        found.push(format!("{location} is not allowed"));
                    }
                    None => {}
                }
            }
        }
        _ => {}
    }
    for part in schema["allOf"].as_array().into_iter().flatten() {
        found.extend(faults(document, location, part, value));
    }
    found
}

fn check_operations(extent: Extent) -> usize {
    let described = described();
    let document = &described.corrected;
    let mut found = Vec::new();
    let mut checked = 0;
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let samples = samples::operation(document, path, method, extent).unwrap();
            for declared in operation["parameters"].as_array().into_iter().flatten() {
                let declared = match declared["$ref"].as_str() {
                    Some(reference) => document.pointer(&reference[1..]).unwrap(),
                    None => declared,
                };
                let text = |key: &str| declared[key].as_str().unwrap().to_owned();
                let sample = samples.parameters.get(&(text("in"), text("name")));
                let wanted = match extent {
                    Extent::Required => declared["required"] == true,
                    Extent::Everything => !samples.left_out.contains(&text("name")),
                };
                assert_eq!(sample.is_some(), wanted, "{path} {method} {declared}");
                if let Some(sample) = sample {
                    let location = format!("{method} {path} {}", text("name"));
                    found.extend(faults(document, &location, &declared["schema"], sample));
                    checked += 1;
                }
            }
            if let Some(body) = &samples.body {
                let content = operation["requestBody"]["content"].as_object().unwrap();
                let schema = &content.values().next().unwrap()["schema"];
                found.extend(faults(
                    document,
                    &format!("{method} {path} body"),
                    schema,
                    body,
                ));
                checked += 1;
            }
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
    checked
}

#[test]
fn required_samples_are_valid_for_their_schemas() {
    assert!(check_operations(Extent::Required) > 250);
}

#[test]
fn full_samples_are_valid_for_their_schemas() {
    assert!(check_operations(Extent::Everything) > 500);
}

#[test]
fn the_validation_of_this_file_finds_mistakes() {
    let schema = json!({
        "type": "object", "required": ["a"], "additionalProperties": false,
        "properties": { "b": { "type": "string", "pattern": "^x$", "maxLength": 1 } },
    });
    let found = faults(&json!({}), "", &schema, &json!({ "b": "yz", "c": 1 }));
    assert_eq!(found.len(), 4, "{found:?}");
}

#[test]
fn every_response_has_a_sample() {
    let described = described();
    let schemas = described.corrected["components"]["schemas"]
        .as_object()
        .unwrap();
    for extent in [Extent::Required, Extent::Everything] {
        let sampler = Sampler::new(&described.corrected, extent);
        for (name, schema) in schemas {
            sampler.sample(name, name, schema).unwrap();
        }
    }
}

#[test]
fn only_full_samples_have_optional_members() {
    let schema = json!({
        "type": "object", "required": ["id"],
        "properties": {
            "id": { "type": "string" },
            "tags": { "type": "array", "items": { "type": "string" } },
            "kind": { "type": "string", "enum": ["", "book"] },
            "lent": { "type": "boolean", "default": true },
        },
    });
    let sample = |extent| {
        let document = json!({});
        Sampler::new(&document, extent)
            .sample("", "book", &schema)
            .unwrap()
    };
    // The name asks for the form of an id, and what has it is called a book.
    let id = sample(Extent::Required)["id"].clone();
    assert!(id.as_str().unwrap().starts_with("book_2"), "{id}");
    assert_eq!(sample(Extent::Required), json!({ "id": id }));
    assert_eq!(
        sample(Extent::Everything),
        json!({
            "id": id,
            "tags": ["tags_1", "tags_2"],
            "kind": "book",
            "lent": false,
        })
    );
}

/// A document with an operation that accepts this body and a query, and has these rules.
fn ruled(rules: Value) -> Value {
    let text = json!({ "type": "string" });
    let page = json!({ "type": "object", "properties": { "number": text, "title": text } });
    json!({
        "x-requirements": { "CreateBook": rules },
        "paths": { "/books": { "post": {
            "operationId": "CreateBook",
            "parameters": [{ "name": "from", "in": "query", "schema": text },
                           { "name": "until", "in": "query", "schema": text }],
            "requestBody": { "content": { "application/json": { "schema": {
                "type": "object", "required": ["pages", "cover"],
                "properties": {
                    "author": text, "authors": { "type": "array", "items": text }, "writer": text,
                    "cover": { "$ref": "#/components/schemas/Page" },
                    "pages": { "type": "array", "items": { "$ref": "#/components/schemas/Page" } },
                },
            } } } },
        } } },
        "components": { "schemas": { "Page": page } },
    })
}

#[test]
fn samples_follow_the_rules_about_dependent_fields() {
    let document = ruled(json!([
        { "any_of": ["author", "authors", "writer"] },
        { "at": "pages[]", "any_of": ["title", "number"] },
        { "at": "cover", "one_of": ["number", "title"] },
        { "in": "query", "any_of": ["until", "from"] },
        { "when": "writer", "all_of": ["authors"] },
    ]));
    let required = samples::operation(&document, "/books", "post", Extent::Required).unwrap();
    assert_eq!(
        required.body,
        Some(json!({
            "cover": { "number": "number" },
            "pages": [{ "title": "title_1" }, { "title": "title_2" }],
            "author": "author",
        }))
    );
    let names: Vec<&str> = required
        .parameters
        .keys()
        .map(|(_, name)| name.as_str())
        .collect();
    assert_eq!(names, ["until"]);

    let all = samples::operation(&document, "/books", "post", Extent::Everything).unwrap();
    assert_eq!(all.parameters.len(), 2);
    let body = all.body.unwrap();
    assert_eq!(body["cover"].as_object().map(|cover| cover.len()), Some(1));
    assert_eq!(
        body["writer"], body["author"],
        "two names for the same thing"
    );
    assert!(body["authors"].is_array());
    assert_eq!(body["pages"][0]["title"], body["pages"][0]["number"]);
}

#[test]
fn an_example_sets_what_an_overlay_names_for_it() {
    let mut document = ruled(json!([]));
    document["x-samples"] = json!({ "CreateBook": { "example": ["author", "until"] } });
    let example = samples::example(&document, "/books", "post").unwrap();
    let body = example.body.unwrap();
    let fields: Vec<&String> = body.as_object().unwrap().keys().collect();
    assert_eq!(fields, ["cover", "pages", "author"]);
    let parameters: Vec<&str> = example
        .parameters
        .keys()
        .map(|(_, name)| name.as_str())
        .collect();
    assert_eq!(parameters, ["until"]);
    let call = samples::operation(&document, "/books", "post", Extent::Required).unwrap();
    assert!(call.parameters.is_empty(), "{call:?}");
}

#[test]
fn no_example_is_an_update_that_changes_nothing() {
    let described = described();
    let document = &described.corrected;
    let paths = document["paths"].as_object().unwrap();
    let mut empty = Vec::new();
    for (path, item) in paths {
        for method in ["patch", "put"]
            .iter()
            .filter(|method| item.get(**method).is_some())
        {
            let body = samples::example(document, path, method).unwrap().body;
            if body == Some(json!({})) {
                empty.push(format!("{method} {path}"));
            }
        }
    }
    assert!(empty.is_empty(), "{empty:?}");
}

#[test]
fn an_invalid_rule_is_rejected() {
    for (rules, wrong) in [
        (json!({ "any_of": ["a"] }), "not a list"),
        (json!(["a"]), "not a mapping"),
        (json!([{ "any_of": [] }]), "not a list of names"),
        (json!([{ "any_of": "a" }]), "not a list of names"),
        (
            json!([{ "any_of": ["a"], "all_of": ["b"] }]),
            "exactly one of",
        ),
        (json!([{ "when": "a" }]), "exactly one of"),
        (json!([{ "when": 1, "any_of": ["a"] }]), "`when` is 1"),
        (json!([{ "in": "path", "any_of": ["a"] }]), "`in` is path"),
        (
            json!([{ "in": "query", "at": "a", "any_of": ["a"] }]),
            "not supported for a query",
        ),
        (
            json!([{ "of": ["a"], "any_of": ["a"] }]),
            "`of` is not a key",
        ),
    ] {
        let document = ruled(rules.clone());
        let error = samples::operation(&document, "/books", "post", Extent::Required).unwrap_err();
        let text = error.to_string();
        assert!(
            text.contains("CreateBook") && text.contains(wrong),
            "{rules}: {text}"
        );
    }
}

#[test]
fn a_dangling_reference_is_reported_with_its_location() {
    let document = json!({});
    let sampler = Sampler::new(&document, Extent::Required);
    let error = sampler
        .sample("GET /a", "a", &json!({ "$ref": "#/b" }))
        .unwrap_err();
    assert!(
        error
            .to_string()
            .starts_with("`#/b` does not resolve\n  --> GET /a\n"),
        "{error}"
    );
}

/// The faults of a description with one operation, `CreateBook`, and this table.
fn faults_of_table(table: Value) -> Vec<String> {
    let text = json!({ "type": "string" });
    let document = json!({
        "x-sample-values": table,
        "paths": { "/books/{shelf_id}": { "post": {
            "operationId": "CreateBook",
            "x-speakeasy-group": "books",
            "parameters": [{ "name": "shelf_id", "in": "path", "required": true, "schema": text }],
            "requestBody": { "content": { "application/json": { "schema": {
                "type": "object",
                "properties": { "title": text, "pages": { "type": "integer" } },
            } } } },
        } } },
    });
    let mut findings = Findings::new();
    samples::check_complete(&document, true, &mut findings);
    findings.iter().map(ToString::to_string).collect()
}

#[test]
fn every_name_needs_a_value_a_person_would_write_and_no_value_is_to_spare() {
    let whole = json!({ "fields": { "title": ["Emma"], "books.pages": [474] } });
    assert_eq!(faults_of_table(whole), [""; 0]);
    for (table, faults) in [
        (
            json!({ "fields": { "title": ["Emma"] } }),
            vec!["`pages` has no sample value"],
        ),
        (
            json!({ "fields": { "title": [7], "pages": ["many"] } }),
            vec![
                "`pages` has no sample value",
                "`title` has no sample value",
                "no operation uses the sample value of `pages`",
                "no operation uses the sample value of `title`",
            ],
        ),
    ] {
        let found = faults_of_table(table);
        assert_eq!(found.len(), faults.len(), "{found:?}");
        for (found, fault) in found.iter().zip(faults) {
            assert!(found.contains(fault), "{found}");
            assert!(
                found.contains("spec/overlays/18-sample-values.yaml"),
                "{found}"
            );
        }
    }
}

/// What an example's string could only be if nobody had chosen it.
#[test]
fn no_example_gives_a_parameter_its_own_name() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let read = |name: &str| std::fs::read_to_string(root.join(name)).unwrap();
    let operations: Value = serde_json::from_str(&read("generated/operations.json")).unwrap();
    let literal = Regex::new(r#""([^"]*)""#).unwrap();
    let mut checked = 0;
    for operation in operations.as_array().unwrap() {
        let names = [&operation["parameters"], &operation["body"]["fields"]];
        let names = names.into_iter().filter_map(Value::as_array).flatten();
        let names: BTreeSet<&str> = names.filter_map(|one| one["name"].as_str()).collect();
        let resource = operation["resource"].as_str().unwrap();
        let file = read(&format!("clerk-api/src/generated/resources/{resource}.rs"));
        let (method, path) = (&operation["method"], &operation["path"]);
        let call = format!(
            "`{} {}`\n",
            method.as_str().unwrap(),
            path.as_str().unwrap()
        );
        let docs = file.split_once(&call).unwrap().1;
        let docs = docs.split_once("pub fn ").unwrap().0;
        let example = docs.split_once("```no_run").unwrap().1;
        let example = example.split_once("```").unwrap().0;
        for found in literal.captures_iter(example) {
            let given = &found[1];
            let words =
                given.trim_end_matches(|letter: char| letter.is_ascii_digit() || letter == '_');
            assert!(
                !names.contains(words) && !given.contains("sample"),
                "{call} {given}"
            );
            checked += 1;
        }
    }
    assert!(checked > 250, "{checked}");
}
