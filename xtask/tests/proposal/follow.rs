//! `cargo xtask follow`: the newest documents of a checkout of upstream's repository.

use std::fs;
use std::path::Path;

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};
use serde_json::json;
use xtask::input::load;

use crate::support::{Workspace, data, stderr, stdout};

const API: &str = "spec/2026-05-12.yaml";

/// A checkout of upstream's repository in the workspace, whose newest document is the current one.
fn upstream(workspace: &Workspace) {
    let current = fs::read_to_string(workspace.path(API)).unwrap();
    workspace.write("upstream/bapi/2026-05-12.yml", &current);
    workspace.write("upstream/bapi/2021-02-05.yml", "no: document\n");
    workspace.write("upstream/bapi/fixes.overlay.yml", "overlay: 1.0.0\n");
    let events = json!({
        "openapi": "3.0.3",
        "x-webhooks": {},
        "components": { "schemas": {} },
    });
    // Older than the imported version, so it is ignored, whatever it contains.
    workspace.write(
        "upstream/webhooks/2024-01-01.yml",
        &load::print(&events).unwrap(),
    );
}

fn new_parameter(workspace: &Workspace, name: &str) {
    let path = "upstream/bapi/2026-05-12.yml";
    let mut document = load::yaml(&workspace.path(path)).unwrap();
    document["paths"]["/users"]["get"]["parameters"]
        .as_array_mut()
        .unwrap()
        .push(json!({ "name": name, "in": "query", "schema": { "type": "string" } }));
    workspace.write(path, &load::print(&document).unwrap());
}

/// The output of `follow`, and the report.
fn follow(workspace: &Workspace) -> (String, String) {
    let upstream = workspace.path("upstream").display().to_string();
    let report = workspace.path("report.md").display().to_string();
    let output = workspace.xtask(&["follow", &upstream, "--report", &report]);
    assert!(output.status.success(), "{}", stderr(&output));
    (stdout(&output), fs::read_to_string(report).unwrap())
}

#[test]
fn without_news_nothing_changes() {
    let workspace = Workspace::real();
    upstream(&workspace);
    let spec = fs::read(workspace.path("spec/lock.yaml")).unwrap();
    assert_eq!(follow(&workspace).0, "unchanged\n");
    assert_eq!(fs::read(workspace.path("spec/lock.yaml")).unwrap(), spec);
    assert!(!workspace.path("generated").exists());
}

#[test]
fn the_newest_document_is_imported_and_generated_from() {
    let workspace = Workspace::real();
    upstream(&workspace);
    assert!(workspace.xtask(&["regenerate"]).status.success());
    new_parameter(&workspace, "order");
    let texts = "spec/docs/parameters.yaml";
    let text = fs::read_to_string(workspace.path(texts)).unwrap();
    let more = "order: The sort order.\n";
    workspace.write(texts, &format!("{text}{more}"));
    workspace.give_sample("order");

    let (state, report) = follow(&workspace);
    assert_eq!(state, "ready\n", "{report}");
    for words in [
        "Imported upstream's `bapi/2026-05-12.yml`.\n",
        "# Changes since the previous import",
        "Version bump: **minor**",
        "New optional query parameter `order`.",
    ] {
        assert!(report.contains(words), "`{words}` is not in:\n{report}");
    }
    assert!(workspace.xtask(&["regenerate", "--check"]).status.success());
    assert_eq!(follow(&workspace).0, "unchanged\n");
}

#[test]
fn a_rejected_description_is_reported_as_a_list_of_tasks_and_a_comparison() {
    let workspace = Workspace::real();
    upstream(&workspace);
    new_parameter(&workspace, "whatever");
    let (state, report) = follow(&workspace);
    assert_eq!(state, "rejected\n");
    for words in [
        "Faults: 2.",
        "- [ ] `users.list.whatever` has no text\n\n  ```text\n  --> spec/docs/resources/users.yaml\n  help: ",
        "- [ ] `whatever` has no sample value\n\n  ```text\n  --> operation GetUserList\n  help: ",
        "# Changes of the API description\n\nFrom the description before (2026-05-12) to the imported one (2026-05-12).",
        "New optional query parameter `whatever`.",
    ] {
        assert!(report.contains(words), "`{words}` is not in:\n{report}");
    }
    let imported = fs::read_to_string(workspace.path(API)).unwrap();
    assert!(
        imported.contains("whatever"),
        "it is imported, so that the tasks can be done"
    );
}

#[test]
fn the_next_run_continues_a_rejected_import() {
    let workspace = Workspace::real();
    upstream(&workspace);
    assert!(workspace.xtask(&["regenerate"]).status.success());
    new_parameter(&workspace, "whatever");
    assert_eq!(follow(&workspace).0, "rejected\n");
    let (state, report) = follow(&workspace);
    assert_eq!(state, "rejected\n");
    assert!(
        report.contains("`whatever` has no sample value"),
        "{report}"
    );
    let texts = "spec/docs/parameters.yaml";
    let text = fs::read_to_string(workspace.path(texts)).unwrap();
    workspace.write(texts, &format!("{text}whatever: An unused parameter.\n"));
    workspace.give_sample("whatever");
    let (state, report) = follow(&workspace);
    assert_eq!(state, "ready\n", "{report}");
    assert!(
        report.contains("New optional query parameter `whatever`."),
        "{report}"
    );
    assert_eq!(follow(&workspace).0, "unchanged\n");
}

#[test]
fn folders_that_are_not_a_checkout_of_upstream_are_both_reported() {
    let workspace = Workspace::real();
    fs::create_dir_all(workspace.path("upstream/bapi")).unwrap();
    for (folder, faults) in [
        ("nowhere", ["nowhere/bapi\n", "nowhere/webhooks\n"]),
        (
            "upstream",
            ["no file is named after a version", "upstream/webhooks\n"],
        ),
    ] {
        let folder = workspace.path(folder).display().to_string();
        let report = workspace.path("report.md").display().to_string();
        let output = workspace.xtask(&["follow", &folder, "--report", &report]);
        assert_eq!(output.status.code(), Some(1));
        assert_eq!(stdout(&output), "failed\n");
        let report = fs::read_to_string(report).unwrap();
        for fault in faults {
            assert!(
                stderr(&output).contains(fault),
                "{fault}: {}",
                stderr(&output)
            );
            assert!(report.contains(fault), "{fault}: {report}");
        }
    }
}

#[test]
fn a_document_that_cannot_be_imported_is_reported_with_all_its_faults() {
    let workspace = Workspace::real();
    upstream(&workspace);
    let path = "upstream/bapi/2026-05-12.yml";
    let mut document = load::yaml(&workspace.path(path)).unwrap();
    document["webhooks"] = json!(1);
    document["paths"]["/users"]["get"]["callbacks"] = json!({});
    document["paths"]["/users"]["get"]["deprecated"] = json!("yes");
    workspace.write(path, &load::print(&document).unwrap());
    let before = fs::read(workspace.path("spec/lock.yaml")).unwrap();

    let folder = workspace.path("upstream").display().to_string();
    let report = workspace.path("report.md").display().to_string();
    let output = workspace.xtask(&["follow", &folder, "--report", &report]);
    assert_eq!(stdout(&output), "failed\n");
    let report = fs::read_to_string(report).unwrap();
    for words in [
        "Faults: 3.",
        "- [ ] unknown keyword `webhooks` in the document\n",
        "- [ ] unknown keyword `callbacks` in an operation\n",
        "2026-05-12.yml#/paths/~1users/get/deprecated\n",
    ] {
        assert!(report.contains(words), "`{words}` is not in:\n{report}");
    }
    assert_eq!(fs::read(workspace.path("spec/lock.yaml")).unwrap(), before);

    // A new document of webhooks is imported all the same.
    let webhooks = fs::read_to_string(data("webhooks/2031-04-01.yml")).unwrap();
    workspace.write("upstream/webhooks/2031-04-01.yml", &webhooks);
    let (state, report) = follow(&workspace);
    assert_eq!(state, "rejected\n");
    assert!(
        report.starts_with("Imported upstream's `webhooks/2031-04-01.yml`.\n"),
        "{report}"
    );
    assert!(
        report.contains("unknown keyword `callbacks` in an operation"),
        "{report}"
    );
}

#[test]
fn unknown_extensions_are_warnings_in_the_report() {
    let workspace = Workspace::real();
    upstream(&workspace);
    new_parameter(&workspace, "whatever");
    let path = workspace.path("upstream/bapi/2026-05-12.yml");
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, format!("x-unreleased: {{}}\n{text}")).unwrap();
    let (state, report) = follow(&workspace);
    assert_eq!(state, "rejected\n");
    assert!(
        report.contains(
            "\nWarnings: 1.\n\n- dropped the unknown extension `x-unreleased` of the document\n"
        ),
        "{report}"
    );
}

/// Case T2 of the faults: documents of a version that was not released yet, if they are there. They state
/// the version before.
#[test]
fn documents_with_unknown_extensions_become_proposals() {
    let history =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/upstream/history/bapi-2026-05-12");
    if !history.is_dir() {
        eprintln!(
            "skipped: there are no upstream documents in {}",
            history.display()
        );
        return;
    }
    for name in ["000-20260528", "001-20260604", "002-20260608"] {
        let workspace = Workspace::real();
        upstream(&workspace);
        let text = fs::read_to_string(history.join(format!("{name}.yml"))).unwrap();
        workspace.write("upstream/bapi/2026-05-12.yml", &text);
        let (state, report) = follow(&workspace);
        assert_eq!(state, "ready\n", "{report}");
        assert!(workspace.path("spec/2025-11-10.yaml").exists());
        assert!(report.contains("\nWarnings: 2.\n"), "{name}: {report}");
        assert!(
            report.contains("`x-unreleased` of the document"),
            "{name}: {report}"
        );
    }
}

/// Case T11 of the faults: nothing of upstream has an effect in the text of a pull request.
#[test]
fn names_and_values_of_upstream_are_code_in_the_report() {
    let hostile = "`@team` closes #1 <img src=x>";
    let workspace = Workspace::real();
    upstream(&workspace);
    assert!(workspace.xtask(&["regenerate"]).status.success());
    let path = "upstream/bapi/2026-05-12.yml";
    let mut document = load::yaml(&workspace.path(path)).unwrap();
    document["components"]["schemas"]["User"]["properties"][hostile] =
        json!({ "type": "string", "enum": [hostile, "@other"] });
    document["paths"]["/users"]["get"]["parameters"]
        .as_array_mut()
        .unwrap()
        .push(json!({ "name": hostile, "in": "query", "schema": { "type": "string", "enum": [hostile, "a"] } }));
    document[format!("x-{hostile}")] = json!(1);
    workspace.write(path, &load::print(&document).unwrap());
    let (_, report) = follow(&workspace);
    assert!(report.contains("@team"), "{report}");
    let options =
        Options::ENABLE_TABLES | Options::ENABLE_TASKLISTS | Options::ENABLE_STRIKETHROUGH;
    let mut is_in_code = false;
    for event in Parser::new_ext(&report, options) {
        match event {
            Event::Start(Tag::CodeBlock(_)) => is_in_code = true,
            Event::End(TagEnd::CodeBlock) => is_in_code = false,
            Event::Text(text) if !is_in_code => {
                assert!(!text.contains(['@', '#', '<']), "{text} in:\n{report}");
            }
            Event::Html(text) | Event::InlineHtml(text) => {
                assert!(!text.contains("img"), "{text} in:\n{report}");
            }
            Event::Start(Tag::Link { .. } | Tag::Image { .. }) => panic!("a link in:\n{report}"),
            _ => {}
        }
    }
}
