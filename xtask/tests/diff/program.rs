//! The program: its input, its output, and its exit status.

use std::fs;
use std::process::Command;

use serde_json::Value;

use super::support::{Workspace, stderr, stdout};
use super::*;

/// A workspace with the old and the new library.
fn workspace(edits: &[(&str, Value)]) -> Workspace {
    let workspace = Workspace::empty();
    let mut document = library();
    workspace.write("old.yaml", &load::print(&document).unwrap());
    for (pointer, value) in edits {
        set(&mut document, pointer, value.clone());
    }
    workspace.write("new.yaml", &load::print(&document).unwrap());
    workspace
}

fn run(
    workspace: &Workspace,
    old: &str,
    new: &str,
    more: &[&str],
) -> (Option<i32>, String, String) {
    let side = |name: &str| {
        let path = workspace.path(name);
        if path.exists() {
            path.display().to_string()
        } else {
            name.to_owned()
        }
    };
    let (old, new) = (side(old), side(new));
    let mut arguments = vec!["diff", old.as_str(), new.as_str()];
    arguments.extend(more);
    let output = workspace.xtask(&arguments);
    (output.status.code(), stdout(&output), stderr(&output))
}

const COMPATIBLE: &str = "/components/schemas/Book/properties/isbn";

#[test]
fn the_exit_status_reports_the_result() {
    let text = json!({ "type": "string" });
    let same = workspace(&[]);
    assert_eq!(run(&same, "old.yaml", "new.yaml", &[]).0, Some(0));
    let compatible = workspace(&[(COMPATIBLE, text)]);
    assert_eq!(run(&compatible, "old.yaml", "new.yaml", &[]).0, Some(1));
    let breaking = workspace(&[("/components/schemas/Book/required/1", Value::Null)]);
    assert_eq!(run(&breaking, "old.yaml", "new.yaml", &[]).0, Some(2));
    assert_eq!(run(&breaking, "new.yaml", "old.yaml", &[]).0, Some(1));
}

#[test]
fn faults_have_their_own_exit_status() {
    let workspace = workspace(&[]);
    workspace.write("broken.yaml", "a: [b\n");
    let (status, _, said) = run(&workspace, "old.yaml", "broken.yaml", &[]);
    assert_eq!(status, Some(3));
    assert!(
        said.contains("\n  --> ") && said.contains("broken.yaml") && said.contains("\n  help: "),
        "{said}"
    );
    let (status, _, said) = run(&workspace, "old.yaml", "no-such-thing", &[]);
    assert_eq!(status, Some(3));
    assert!(
        said.contains(
            "error: this is not a file, a workspace or a git revision\n  --> no-such-thing\n"
        ),
        "{said}"
    );
    assert_eq!(
        run(&workspace, "old.yaml", "new.yaml", &["--format", "pdf"]).0,
        Some(3)
    );
    let (status, _, said) = run(&workspace, "old.yaml", "--version", &[]);
    assert_eq!(status, Some(3), "{said}");
}

#[test]
fn markdown_lists_what_breaks_first() {
    let workspace = workspace(&[
        (COMPATIBLE, json!({ "type": "string" })),
        (
            "/components/schemas/Book/properties/pages/type",
            json!("string"),
        ),
        ("/paths/~1books/get/parameters/0/schema/maximum", json!(50)),
    ]);
    let (_, said, _) = run(&workspace, "old.yaml", "new.yaml", &[]);
    let folder = format!("{}/", workspace.root().display());
    assert_eq!(
        said.replace(&folder, ""),
        "\
# Changes of the API description

From `old.yaml` (2031-04-01) to `new.yaml` (2031-04-01).

| on the wire | changes |
|---|---|
| compatible | 1 |
| breaking for requests | 1 |
| breaking for responses | 1 |

## Breaking for requests

- Query parameter `limit`: `maximum` is now `50` (was `100`).
  `#/paths/~1books/get/parameters/0/schema` in `books().list()` (request-limit-changed)

## Breaking for responses

- Property `pages`: `type` is now `string` (was `integer`).
  `#/components/schemas/Book/properties/pages` in `books().list()`, `books().create()`, `books().get()` (response-type-changed)

## Compatible

- New optional property `isbn`.
  `#/components/schemas/Book/properties/isbn` in `books().list()`, `books().create()`, `books().get()` (response-property-added)
"
    );
}

#[test]
fn values_of_the_description_are_code() {
    let value = "`@team` closes #1 <img src=x>";
    let workspace = workspace(&[("/components/schemas/Genre/enum/-", json!(value))]);
    let (_, said, _) = run(&workspace, "old.yaml", "new.yaml", &[]);
    assert!(!said.contains(" #1 ") && !said.contains(" <img"), "{said}");
}

#[test]
fn json_has_the_same_contents() {
    let workspace = workspace(&[(COMPATIBLE, json!({ "type": "string" }))]);
    let (_, said, _) = run(&workspace, "old.yaml", "new.yaml", &["--format", "json"]);
    let report: Value = serde_json::from_str(&said).unwrap();
    // Files have no public items.
    assert_eq!(report["bump"], Value::Null);
    assert_eq!(report["surface"], Value::Null);
    assert_eq!(report["status"], 1);
    assert_eq!(report["renames"], json!([]));
    let operation =
        |id: &str, call: &str, rust: &str| json!({ "id": id, "call": call, "rust": rust });
    assert_eq!(
        report["changes"],
        json!([{
            "rule": "response-property-added",
            "pointer": "#/components/schemas/Book/properties/isbn",
            "keyword": "properties",
            "roles": ["response"],
            "operations": [
                operation("ListBooks", "GET /books", "books().list()"),
                operation("CreateBook", "POST /books", "books().create()"),
                operation("GetBook", "GET /books/{book_id}", "books().get()"),
            ],
            "what": "new optional property `isbn`",
            "class": "compatible",
            "note": null,
        }])
    );
}

#[test]
fn revisions_and_workspaces_are_read_with_their_overlays_and_pins() {
    let workspace = workspace(&[]);
    let git = |arguments: &[&str]| {
        let output = Command::new("git")
            .arg("-C")
            .arg(workspace.root())
            .args(["-c", "user.name=test", "-c", "user.email=test@example.com"])
            .args(arguments)
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", stderr(&output));
    };
    workspace.write(
        "spec/lock.yaml",
        "current: '2031-04-01'\nsources:\n  '2031-04-01': {name: a.yml, sha256: 'a1'}\n",
    );
    let library = fs::read_to_string(workspace.path("old.yaml")).unwrap();
    workspace.write("spec/2031-04-01.yaml", &library);
    workspace.write("spec/names.yaml", "types: {}\n");
    git(&["init", "--quiet"]);
    git(&["add", "."]);
    git(&["commit", "--quiet", "-m", "one"]);
    workspace.write(
        "spec/overlays/10-more.yaml",
        "overlay: 1.0.0\ninfo: {title: More, version: 1.0.0}\nactions:\n- target: \
         $.components.schemas.Book.properties\n  description: It is there.\n  update: {isbn: {type: string}}\n",
    );
    let root = workspace.root().display().to_string();
    let (status, said, fault) = run(&workspace, "HEAD", &root, &["--format", "json"]);
    assert_eq!(status, Some(1), "{fault}");
    let report: Value = serde_json::from_str(&said).unwrap();
    assert_eq!(report["changes"][0]["rule"], "response-property-added");

    git(&["add", "."]);
    git(&["commit", "--quiet", "-m", "two"]);
    assert_eq!(run(&workspace, "HEAD~1", "HEAD", &[]).0, Some(1));
    assert_eq!(run(&workspace, "HEAD", &root, &[]).0, Some(0));

    // The public items that were generated on both sides.
    let record = "# Public items, form 2\nmodels::Book.isbn: String\nmodels::Book: struct\n";
    workspace.write("generated/surface.txt", record);
    git(&["add", "."]);
    git(&["commit", "--quiet", "-m", "three"]);
    assert_eq!(run(&workspace, "HEAD", &root, &[]).0, Some(0));
    let optional = record.replace("String", "Option<String>");
    workspace.write("generated/surface.txt", &optional);
    let (status, said, _) = run(&workspace, "HEAD", &root, &[]);
    assert_eq!(status, Some(2));
    assert!(
        said.contains("Nothing changed on the wire.\n")
            && said.contains("## Surface\n\nVersion bump: **major**")
            && said
                .contains("\n- models::Book.isbn: String\n+ models::Book.isbn: Option<String>\n"),
        "{said}"
    );
    let (_, said, _) = run(&workspace, "HEAD", &root, &["--format", "json"]);
    let report: Value = serde_json::from_str(&said).unwrap();
    assert_eq!(report["bump"], "major");
    assert_eq!(
        report["surface"],
        json!([{
            "item": "models::Book.isbn",
            "old": "models::Book.isbn: String",
            "new": "models::Book.isbn: Option<String>",
            "impact": "breaking",
        }])
    );
}

/// A document about webhooks in Clerk's form.
fn events(kinds: &[&str], properties: Value) -> Value {
    let event = |kind: &&str| {
        let data = json!({ "$ref": "#/components/schemas/Reader" });
        let schema = json!({ "allOf": [
            { "$ref": "#/components/schemas/WebhookEventPayload" },
            { "properties": { "data": data } },
        ] });
        let body = json!({ "content": { "application/json": { "schema": schema } } });
        (
            (*kind).to_owned(),
            json!({ "post": { "requestBody": body } }),
        )
    };
    json!({
        "openapi": "3.0.3",
        "x-webhooks": kinds.iter().map(event).collect::<serde_json::Map<_, _>>(),
        "components": { "schemas": {
            "WebhookEventPayload": { "type": "object" },
            "Reader": { "type": "object", "properties": properties },
        } },
    })
}

#[test]
fn webhooks_are_compared_by_their_events() {
    let workspace = workspace(&[]);
    let text = json!({ "type": "string" });
    let old = events(&["reader.joined", "reader.left"], json!({ "name": text }));
    let new = events(
        &["reader.joined", "reader.returned"],
        json!({ "name": text, "card": text }),
    );
    workspace.write("2030-01-01.yml", &load::print(&old).unwrap());
    workspace.write("2031-01-01.yml", &load::print(&new).unwrap());
    let (status, said, fault) = run(&workspace, "2030-01-01.yml", "2031-01-01.yml", &[]);
    assert_eq!(status, Some(2), "{fault}");
    for words in [
        "## Breaking for responses\n\n- The event `reader.left` was removed.",
        "in `EventKind::ReaderLeft` (event-removed)",
        "- New event `reader.returned`.\n",
        "- New optional property `card`.\n  `#/components/schemas/Reader/properties/card` in \
         `EventKind::ReaderJoined` (response-property-added)",
    ] {
        assert!(said.contains(words), "`{words}` is not in:\n{said}");
    }
}

#[test]
fn a_workspace_has_webhooks_besides_the_api() {
    let real = Workspace::real();
    let root = real.root().display().to_string();
    let (status, said, fault) = run(&real, &root, &root, &["--webhooks"]);
    assert_eq!(status, Some(0), "{fault}");
    assert!(said.contains("(2025-04-15)"), "{said}");
    let file = "spec/webhooks/2025-04-15.yaml";
    // A file is compared without the overlays that the workspace applies.
    let (status, said, fault) = run(&real, file, &root, &["--webhooks"]);
    assert_ne!(status, Some(0), "{said}{fault}");
    assert!(said.contains("EventKind::"), "{said}");

    let none = workspace(&[]);
    none.write("spec/lock.yaml", "current: ''\nsources: {}\n");
    let root = none.root().display().to_string();
    let (status, _, fault) = run(&none, &root, &root, &["--webhooks"]);
    assert_eq!(status, Some(3));
    assert!(
        fault.contains("no description of webhooks has been imported"),
        "{fault}"
    );
}
