//! Every kind of event in the description, as described and with unexpected data.

use std::path::{Path, PathBuf};

use clerk_auth::webhook::{Event, EventData, EventKind};
use serde_json::{Value, json};
use xtask::correct::overlay;
use xtask::emit::samples::{Extent, Sampler};
use xtask::input::Inputs;
use xtask::support::error::Findings;

use crate::events::{body, repairs};

/// The number of kinds of events.
const KINDS: usize = 45;

pub(crate) struct Described {
    pub(crate) kind: String,
    pub(crate) sample: Value,
}

fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The data of each kind, made from the description.
pub(crate) fn described(extent: Extent) -> Vec<Described> {
    let root = workspace();
    let document = Findings::gather(|findings| {
        let webhooks = Inputs::read(&root, None, findings)?.webhooks?;
        let document = webhooks.document.document;
        let overlays = &webhooks.overlays;
        Some(overlay::corrected(
            document,
            overlays,
            &webhooks.version,
            findings,
        ))
    });
    let document = document.expect("a sound description");
    let document = document.expect("webhooks are imported");
    let paths = document["paths"].as_object().expect("paths");
    let sampler = Sampler::new(&document, extent);
    let schema_of = "/get/responses/200/content/application~1json/schema";
    let sample = |(path, item): (&String, &Value)| {
        let schema = item.pointer(schema_of).expect("a schema");
        Described {
            kind: path.trim_start_matches('/').to_owned(),
            sample: sampler.sample(path, "data", schema).expect("a sample"),
        }
    };
    paths.iter().map(sample).collect()
}

fn read(kind: &str, data: &Value) -> Event {
    let event = Event::from_slice(&body(kind, data));
    event.unwrap_or_else(|error| panic!("{kind}: {error}: {data}"))
}

#[test]
fn every_kind_has_a_model() {
    let described = described(Extent::Required);
    assert_eq!(described.len(), KINDS);
    for Described { kind, sample } in described {
        let event = read(&kind, &sample);
        assert_eq!(event.kind.as_str(), kind);
        assert!(!matches!(event.kind, EventKind::Unknown(_)), "{kind}");
        assert!(!matches!(event.data, EventData::Unknown(_)), "{kind}");
    }
}

#[test]
fn all_that_is_described_is_read_and_printed_back() {
    for Described { kind, sample } in described(Extent::Everything) {
        let (event, repairs) = repairs(|| read(&kind, &sample));
        assert_eq!(repairs, "", "{kind}");
        let printed = serde_json::to_value(&event.data).expect("JSON");
        assert_eq!(printed, sample, "{kind}");
    }
}

/// Replaces the value at each location in turn, and returns the number of replacements.
pub(crate) fn at_each_place(
    value: &Value,
    replacement: impl Fn(&Value) -> Option<Value>,
    check: &mut dyn FnMut(&str, &Value),
) -> usize {
    let mut pointers = Vec::new();
    collect(value, String::new(), &mut pointers);
    let mut replaced = 0;
    for pointer in pointers {
        let mut changed = value.clone();
        let place = changed.pointer_mut(&pointer).expect("it was there");
        let Some(replacement) = replacement(place) else {
            continue;
        };
        *place = replacement;
        check(&pointer, &changed);
        replaced += 1;
    }
    replaced
}

fn collect(value: &Value, pointer: String, pointers: &mut Vec<String>) {
    if !pointer.is_empty() {
        pointers.push(pointer.clone());
    }
    match value {
        Value::Object(object) => {
            for (key, value) in object {
                let key = key.replace('~', "~0").replace('/', "~1");
                collect(value, format!("{pointer}/{key}"), pointers);
            }
        }
        Value::Array(list) => {
            for (index, value) in list.iter().enumerate() {
                collect(value, format!("{pointer}/{index}"), pointers);
            }
        }
        _ => {}
    }
}

/// Every event must be read with any value at one location of its data. The data must match its model, unless
/// `or_unknown`: then the reason names the location, and the JSON is kept.
fn survives(or_unknown: bool, replacement: fn(&Value) -> Option<Value>) {
    let mut replaced = 0;
    let mut done: Vec<Value> = Vec::new();
    for Described { kind, sample } in described(Extent::Everything) {
        // Several kinds share a model.
        if done.contains(&sample) {
            continue;
        }
        done.push(sample.clone());
        replaced += at_each_place(&sample, replacement, &mut |pointer, changed| {
            let event = read(&kind, changed);
            assert_eq!(event.json()["data"], *changed, "{kind} {pointer}");
            understood(&event, pointer, or_unknown);
        });
    }
    assert!(replaced >= KINDS, "only {replaced} places were replaced");
}

fn understood(event: &Event, pointer: &str, or_unknown: bool) {
    let kind = &event.kind;
    let Some(reason) = event.data_error() else {
        let is_unknown = matches!(event.data, EventData::Unknown(_));
        assert!(!is_unknown, "{kind} {pointer}");
        return;
    };
    assert!(or_unknown, "{kind} {pointer}: {reason}");
    assert!(matches!(event.data, EventData::Unknown(_)), "{kind}");
    assert!(reason.ends_with(&json_path(pointer)), "{pointer}: {reason}");
}

/// `/a/0/b` as `$.a[0].b`.
fn json_path(pointer: &str) -> String {
    let step = |step: &str| match step.parse::<usize>() {
        Ok(index) => format!("[{index}]"),
        Err(_) => format!(".{step}"),
    };
    let steps: String = pointer.split('/').skip(1).map(step).collect();
    format!("${steps}")
}

#[test]
fn unknown_values_are_read() {
    survives(false, |value| {
        value.is_string().then(|| json!("a_surprise"))
    });
}

#[test]
fn null_costs_no_event_anywhere() {
    survives(true, |_| Some(Value::Null));
}

#[test]
fn a_number_may_be_written_with_a_fraction() {
    survives(false, |value| {
        value.as_i64().map(|number| json!(number as f64))
    });
}

#[test]
fn new_members_are_ignored() {
    survives(false, |value| {
        let mut object = value.as_object()?.clone();
        object.insert("a_new_member".to_owned(), json!({ "of": ["any", 1, null] }));
        Some(object.into())
    });
}

#[test]
fn a_missing_member_costs_no_event() {
    for Described { kind, sample } in described(Extent::Everything) {
        for name in sample.as_object().expect("an object").keys() {
            let mut changed = sample.clone();
            changed.as_object_mut().expect("an object").remove(name);
            understood(&read(&kind, &changed), &format!("/{name}"), true);
        }
    }
}

/// Null is never replaced by a made-up object, id or point in time.
#[test]
fn null_is_not_replaced_by_a_made_up_value() {
    let mut done: Vec<Value> = Vec::new();
    for Described { kind, sample } in described(Extent::Everything) {
        if done.contains(&sample) {
            continue;
        }
        done.push(sample.clone());
        at_each_place(&sample, |_| Some(Value::Null), &mut |pointer, changed| {
            let event = read(&kind, changed);
            let printed = serde_json::to_value(&event.data).expect("JSON");
            let Some(found) = printed.pointer(pointer) else {
                return;
            };
            let name = pointer.rsplit('/').next().unwrap_or_default();
            let is_made_up = match found {
                Value::Object(members) => !members.is_empty(),
                Value::String(text) => text.is_empty() && name.ends_with("id"),
                Value::Number(_) => name.ends_with("_at"),
                _ => false,
            };
            assert!(!is_made_up, "{kind} {pointer}: {found}");
        });
    }
}
