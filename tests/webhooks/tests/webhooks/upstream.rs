//! Clerk's own samples of events, which are outside the workspace.

use std::path::{Path, PathBuf};

use clerk_auth::webhook::{Event, EventData};
use serde_json::Value;

use crate::events::repairs;

/// Their location, relative to the workspace.
const DOCUMENT: &str = "../shared/upstream/webhooks/2025-04-15.yml";

fn document() -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .join(DOCUMENT);
    if path.is_file() {
        return Some(path);
    }
    eprintln!("skipped: there is no {DOCUMENT} (seen from the workspace)");
    None
}

#[test]
fn every_sample_is_an_event_of_its_kind() {
    let Some(path) = document() else {
        return;
    };
    let document = xtask::input::load::yaml(&path).expect("Clerk's document of webhooks");
    let events = document["x-webhooks"].as_object().expect("events");
    assert!(!events.is_empty());
    let mut surprises = Vec::new();
    for (kind, event) in events {
        let content = "/post/requestBody/content/application~1json";
        let content = event.pointer(content).expect("JSON is posted");
        for sample in samples(content) {
            let (event, repairs) = repairs(|| Event::from_slice(sample.to_string().as_bytes()));
            match event {
                Ok(event) if matches!(event.data, EventData::Unknown(_)) => {
                    surprises.push(format!("{kind}: not known"));
                }
                Ok(_) => {}
                Err(error) => surprises.push(format!("{kind}: {error}")),
            }
            surprises.extend(repairs.lines().map(|line| format!("{kind}: {line}")));
        }
    }
    assert!(surprises.is_empty(), "{}", surprises.join("\n"));
}

fn samples(content: &Value) -> Vec<&Value> {
    let one = content.get("example");
    let several = content.get("examples").and_then(Value::as_object);
    let several = several.into_iter().flat_map(|examples| examples.values());
    one.into_iter()
        .chain(several.filter_map(|example| example.get("value")))
        .collect()
}
