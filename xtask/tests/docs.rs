//! Everything must have a text: what is neither described nor listed as self-explaining is
//! rejected.

mod support;

use std::fs;
use std::path::Path;

use serde_json::Value;

use support::{Workspace, stderr};
use xtask::input::docs::Docs;
use xtask::input::folder::Folder;
use xtask::support::error::Findings;

/// The texts in a folder with these files besides empty ones.
fn docs(files: &[(&str, &str)]) -> Result<Docs, Findings> {
    let workspace = Workspace::empty();
    for folder in ["resources", "models"] {
        fs::create_dir_all(workspace.path(&format!("spec/docs/{folder}"))).unwrap();
    }
    for name in ["parameters.yaml", "fields.yaml"] {
        workspace.write(&format!("spec/docs/{name}"), "{}\n");
    }
    for (name, text) in files {
        workspace.write(&format!("spec/docs/{name}"), text);
    }
    let folder = Folder::new(workspace.root());
    Findings::gather(|findings| Docs::read(folder, "spec/docs", findings))
}

/// The error about missing texts.
fn missing(docs: &Docs) -> Vec<String> {
    let mut findings = Findings::new();
    docs.check_complete(|_| Vec::new(), &mut findings);
    findings.iter().map(ToString::to_string).collect()
}

/// The errors about texts without a counterpart.
fn unused(docs: &Docs) -> Vec<String> {
    let mut findings = Findings::new();
    docs.check_all_used(&mut findings);
    findings.iter().map(ToString::to_string).collect()
}

#[test]
fn names_that_are_neither_described_nor_listed_are_all_reported() {
    let docs = docs(&[("self-explaining.yaml", "words of any map: [city]\n")]).unwrap();
    assert_eq!(docs.field("Address", "city"), "City.");
    assert_eq!(docs.field("Address", "zone"), "Zone.");
    assert_eq!(docs.parameter("shops", "list", "city"), "City.");
    assert_eq!(docs.parameter("shops", "list", "radius"), "Radius.");
    assert_eq!(docs.model("Address"), "Address.");

    let missing = missing(&docs);
    let [address, zone, radius] = missing.as_slice() else {
        panic!("{missing:?}");
    };
    assert!(address.starts_with("`Address` has no text\n  --> spec/docs/models\n"));
    assert!(zone.starts_with("`Address.zone` has no text\n  --> spec/docs/models\n"));
    assert!(
        radius
            .starts_with("`shops.list.radius` has no text\n  --> spec/docs/resources/shops.yaml\n")
    );
    assert!(radius.contains("self-explaining.yaml"), "{radius}");
}

#[test]
fn a_text_in_any_of_the_files_is_enough() {
    let docs = docs(&[
        ("fields.yaml", "zone: The part of town.\n"),
        ("parameters.yaml", "radius: How far away.\n"),
        (
            "models/places.yaml",
            "Address: {text: Where it is., fields: {street: And number.}}\n",
        ),
        (
            "resources/shops.yaml",
            "about: Shops.\noperations: {list: {text: Lists., parameters: {near: Near what.}}}\n",
        ),
    ])
    .unwrap();
    assert_eq!(docs.model("Address"), "Where it is.");
    assert_eq!(docs.field("Address", "street"), "And number.");
    assert_eq!(docs.field("Address", "zone"), "The part of town.");
    assert_eq!(docs.parameter("shops", "list", "near"), "Near what.");
    assert_eq!(docs.parameter("shops", "list", "radius"), "How far away.");
    assert_eq!(missing(&docs), [""; 0]);
}

#[test]
fn two_descriptions_share_only_texts_of_models_and_fields() {
    let shared = docs(&[
        ("fields.yaml", "zone: The part of town.\n"),
        ("parameters.yaml", "radius: How far away.\n"),
        ("models/places.yaml", "Address: {text: Where it is.}\n"),
        ("self-explaining.yaml", "words of any map: [city]\n"),
    ])
    .unwrap();
    let own = docs(&[("fields.yaml", "zone: Of time.\n")])
        .unwrap()
        .with_shared(&shared);
    assert_eq!(own.model("Address"), "Where it is.");
    assert_eq!(own.field("Address", "zone"), "Of time.");
    assert_eq!(own.field("Address", "city"), "City.");
    assert_eq!(own.parameter("shops", "list", "radius"), "Radius.");
    assert_eq!(missing(&own).len(), 1);
    // Items of the other description are not checked here.
    assert_eq!(unused(&own), [""; 0]);
}

#[test]
fn a_listed_name_that_nothing_uses_is_rejected() {
    let docs = docs(&[("self-explaining.yaml", "words of any map: [city]\n")]).unwrap();
    let unused = unused(&docs);
    assert_eq!(unused.len(), 1, "{unused:?}");
    assert!(
        unused[0].contains("`city`\n  --> spec/docs/self-explaining.yaml\n"),
        "{unused:?}"
    );
}

#[test]
fn names_are_listed_once_and_under_a_reason() {
    for (text, fault) in [
        ("one: [city]\ntwo: [city]\n", "`city` is listed twice"),
        ("one: city\n", "`one` is not a list of names"),
        ("one: [1]\n", "`one` is not a list of names"),
        ("one: []\n", "`one` is not a list of names"),
    ] {
        let error = docs(&[("self-explaining.yaml", text)])
            .unwrap_err()
            .to_string();
        assert!(error.contains(fault), "{error}");
    }
}

#[test]
fn regenerate_rejects_a_description_with_an_undescribed_name() {
    let workspace = Workspace::real();
    for (listed, text, fault) in [
        (
            "spec/docs/self-explaining.yaml",
            "{}\n",
            "`SessionActivity.city` has no text",
        ),
        (
            "spec/webhooks/docs/models/people.yaml",
            "{}\n",
            "`Session.user` has no text\n  --> spec/webhooks/docs/models\n",
        ),
    ] {
        let before = fs::read_to_string(workspace.path(listed)).unwrap();
        workspace.write(listed, text);
        let output = workspace.xtask(&["regenerate"]);
        assert_eq!(output.status.code(), Some(1));
        assert!(stderr(&output).contains(fault), "{}", stderr(&output));
        workspace.write(listed, &before);
    }
}

#[test]
fn each_operation_documents_its_http_call_and_has_an_example() {
    let real = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let read = |name: &str| fs::read_to_string(real.join(name)).unwrap();
    let operations: Value = serde_json::from_str(&read("generated/operations.json")).unwrap();
    let operations = operations.as_array().unwrap();
    assert!(operations.len() > 200, "{}", operations.len());
    for operation in operations {
        let name = |key: &str| operation[key].as_str().unwrap();
        let resource = name("resource");
        let file = read(&format!("clerk-api/src/generated/resources/{resource}.rs"));
        let (method, path) = (name("method"), name("path"));
        let call = format!("    /// `{method} {path}`\n");
        let docs = file
            .split_once(&call)
            .unwrap_or_else(|| panic!("no {call}"))
            .1;
        let docs = docs.split_once("pub fn ").unwrap().0;
        assert!(docs.contains("    /// ```no_run\n"), "{call}");
        assert!(docs.contains("    #[doc(alias("), "{call}");
        // What an id names may not be there; a type of templates always is.
        if path.replace("{template_type}", "").contains('{') {
            let errors = docs
                .split_once("# Errors")
                .unwrap_or_else(|| panic!("{call}"));
            let errors = errors.1.split_once("# Examples").unwrap().0;
            assert!(errors.contains("404"), "{call} {errors}");
        }
        // rustfmt may have broken the call into lines.
        let code: String = docs
            .lines()
            .map(|line| line.trim().trim_start_matches("/// ").trim())
            .collect();
        assert!(
            code.contains(&format!("clerk.{resource}().{}(", name("name"))),
            "{code}"
        );
    }
}
