//! The pipeline on mutated parts of the real description. The parts are small, so that many can be
//! tried: some operations with everything that they refer to.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use fuzz_targets::mutation::{Choices, structurally};
use fuzz_targets::toolchain::{SOUND, pipeline};
use serde_json::{Map, Value, json};
use xtask::input::Subject;
use xtask::input::docs::Docs;
use xtask::input::folder::Folder;
use xtask::input::names::Names;
use xtask::pipeline::describe;
use xtask::support::error::Findings;

use crate::runner::{runs, seed, watch};

fn workspace() -> &'static Path {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    package.ancestors().nth(2).expect("a workspace")
}

fn names() -> Names {
    let path = Subject::Api.names();
    Findings::gather(|findings| Names::read(Folder::new(workspace()), &path, findings))
        .expect("the names can be read")
}

#[test]
fn the_valid_document_passes_the_whole_pipeline() {
    let lines = pipeline(&SOUND, &Names::default(), &Docs::default());
    assert!(lines.as_ref().is_ok_and(|lines| *lines > 100), "{lines:?}");
}

#[test]
fn parts_of_the_real_description_pass_the_whole_pipeline() {
    let description = describe(workspace(), None)
        .expect("the description")
        .corrected;
    for run in 0..5 {
        let part = part(&description, &mut Choices::Seed(run));
        let lines = pipeline(&part, &names(), &Docs::default());
        assert!(lines.as_ref().is_ok_and(|lines| *lines > 10), "{lines:?}");
    }
}

#[test]
fn the_pipeline_survives_mutations_of_the_real_description() {
    let description = describe(workspace(), None)
        .expect("the description")
        .corrected;
    let passed = Arc::new(AtomicUsize::new(0));
    let seed = seed();
    let inputs = (0..runs()).map({
        let passed = Arc::clone(&passed);
        move |run| {
            let mut choices = Choices::Seed(seed ^ run.wrapping_mul(0x2545_F491_4F6C_DD1D));
            let mut document = part(&description, &mut choices);
            for _ in 0..=choices.below(3) {
                structurally(&mut document, &mut choices);
            }
            let passed = Arc::clone(&passed);
            let bytes = document.to_string().into_bytes();
            (format!("seed {seed}, run {run}"), bytes, move || {
                if pipeline(&document, &names(), &Docs::default()).is_ok() {
                    passed.fetch_add(1, Ordering::Relaxed);
                }
            })
        }
    });
    watch("real", inputs);
    let passed = passed.load(Ordering::Relaxed);
    let all = runs();
    eprintln!("{passed} of {all} passed the whole pipeline, the others were rejected");
    assert!(all < 100 || passed > 0, "nothing passes the first stages");
}

/// One to three operations of a description and the components that they need.
fn part(description: &Value, choices: &mut Choices<'_>) -> Value {
    let paths = description["paths"].as_object().expect("paths");
    let mut chosen = Map::new();
    for _ in 0..=choices.below(3) {
        let (path, item) = paths
            .iter()
            .nth(choices.below(paths.len()))
            .expect("a path");
        chosen.insert(path.clone(), item.clone());
    }
    let errors = "#/components/schemas/ClerkErrors".to_owned();
    let mut needed = BTreeSet::from([errors.clone()]);
    let mut open = vec![errors];
    chosen.values().for_each(|item| references(item, &mut open));
    while let Some(reference) = open.pop() {
        let component = description.pointer(&reference[1..]).expect("a component");
        let mut next = Vec::new();
        references(component, &mut next);
        open.extend(next.into_iter().filter(|next| !needed.contains(next)));
        needed.insert(reference);
    }
    let mut components = json!({
        "securitySchemes": description["components"]["securitySchemes"],
    });
    for reference in &needed {
        let path: Vec<&str> = reference.split('/').collect();
        let [_, _, section, name] = path[..] else {
            panic!("`{reference}` is not a component");
        };
        components[section][name] = description["components"][section][name].clone();
    }
    json!({
        "openapi": description["openapi"],
        "info": description["info"],
        "servers": description["servers"],
        "security": description["security"],
        "paths": chosen,
        "components": components,
    })
}

fn references(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            found.extend(
                members
                    .get("$ref")
                    .and_then(Value::as_str)
                    .map(str::to_owned),
            );
            members
                .values()
                .for_each(|member| references(member, found));
        }
        Value::Array(items) => items.iter().for_each(|item| references(item, found)),
        _ => {}
    }
}
