//! The events of webhooks: how their document is imported, and what is generated from it.

mod support;

use std::fs;

use support::{Workspace, data};
use xtask::follow::import::{Imported, import};
use xtask::input::folder::Folder;
use xtask::input::lock::Lock;
use xtask::input::{Description, Fit, Inputs, Subject};
use xtask::pipeline;
use xtask::support::error::{Error, Findings, Result};
use xtask::support::output::Files;

const DOCUMENT: &str = "webhooks/2031-04-01.yml";
const IMPORTED: &str = "spec/webhooks/2031-04-01.yaml";

fn document() -> String {
    fs::read_to_string(data(DOCUMENT)).unwrap()
}

fn import_text(workspace: &Workspace, name: &str, text: &str) -> Result<Imported, Findings> {
    workspace.write(name, text);
    import(workspace.root(), &workspace.path(name))
}

fn rejection(text: &str) -> Error {
    let workspace = Workspace::empty();
    let error = import_text(&workspace, "2031-04-01.yml", text).unwrap_err();
    assert!(!workspace.path("spec/webhooks").exists());
    error.into_iter().next().unwrap()
}

/// A workspace with the imported events and texts for them.
fn library() -> Workspace {
    let workspace = Workspace::empty();
    import(workspace.root(), &data(DOCUMENT)).unwrap();
    workspace.write(
        "spec/webhooks/names.yaml",
        "types: {schemas.Loan: Lending}\n",
    );
    fs::create_dir_all(workspace.path("spec/webhooks/overlays")).unwrap();
    // Texts of the API are used for its webhooks too.
    for docs in ["spec/docs", "spec/webhooks/docs"] {
        for folder in ["models", "resources"] {
            fs::create_dir_all(workspace.path(docs).join(folder)).unwrap();
        }
        for common in ["fields", "parameters"] {
            workspace.write(&format!("{docs}/{common}.yaml"), "{}\n");
        }
    }
    workspace.write(
        "spec/webhooks/docs/resources/book.yaml",
        "\
about: Books.
operations:
  book_lent: {text: A book went out.}
  book_given_back: {text: A book came back.}
",
    );
    workspace.write(
        "spec/webhooks/docs/models/loans.yaml",
        "\
Lending:
  text: A book that is at somebody's home.
  fields: {id: Identifies the lending., pages: How thick the book is.}
",
    );
    workspace
}

/// The generated files of a workspace's webhooks, with the list of their public items.
fn emitted(workspace: &Workspace) -> Result<(Files, String), Findings> {
    let folder = Folder::new(workspace.root());
    let lock = Lock::read(workspace.root())?;
    let version = lock.current_webhooks()?;
    let described = Findings::gather(|findings| {
        let subject = Subject::Webhooks;
        let read = Description::read(folder, subject, version, Fit::Exact, findings);
        pipeline::described(&read, None, findings)
    });
    pipeline::files_of_webhooks(&described?.unwrap())
}

#[test]
fn events_are_imported_as_operations_that_return_their_data() {
    let workspace = Workspace::empty();
    let imported = import(workspace.root(), &data(DOCUMENT)).unwrap();
    assert_eq!(imported.version, "2031-04-01");
    assert!(imported.changed);
    let text = fs::read_to_string(workspace.path(IMPORTED)).unwrap();
    assert!(text.starts_with("# Facts of Clerk's webhooks"), "{text}");
    for fact in [
        "/book.lent:",
        "/book.given_back:",
        "#/components/schemas/Loan",
        "pages:",
    ] {
        assert!(text.contains(fact), "{fact}: {text}");
    }
    for prose in [
        "Somebody",
        "Whatever",
        "Which loan",
        "Thanks",
        "example",
        "A book",
    ] {
        assert!(!text.contains(prose), "{prose}: {text}");
    }
    assert!(!text.contains("WebhookEventPayload"), "{text}");
}

#[test]
fn importing_again_changes_nothing() {
    let workspace = Workspace::empty();
    import(workspace.root(), &data(DOCUMENT)).unwrap();
    let before = workspace.files();
    for again in [data(DOCUMENT), workspace.path(IMPORTED)] {
        assert!(!import(workspace.root(), &again).unwrap().changed);
        assert_eq!(workspace.files(), before);
    }
}

#[test]
fn the_name_of_the_document_is_its_version() {
    let workspace = Workspace::empty();
    let error = import_text(&workspace, "newest.yml", &document()).unwrap_err();
    assert!(
        error.to_string().contains("`newest` is not an API version"),
        "{error}"
    );
    for version in ["2031-04-01", "2030-01-01"] {
        import_text(&workspace, &format!("{version}.yml"), &document()).unwrap();
    }
    let lock = Lock::read(workspace.root()).unwrap();
    assert_eq!(lock.current_webhooks(), Ok("2031-04-01"));
}

#[test]
fn all_malformed_events_are_reported_at_once() {
    let text = document().replace(
        "$ref: '#/components/schemas/WebhookEventPayload'",
        "type: object",
    );
    let findings = import_text(&Workspace::empty(), "2031-04-01.yml", &text).unwrap_err();
    let events = document().matches("schemas/WebhookEventPayload'").count();
    assert!(events > 1);
    assert_eq!(findings.len(), events, "{findings}");
}

#[test]
fn malformed_events_are_rejected_with_their_location() {
    let text = document();
    for (from, to, rule) in [
        ("  book.lent:", "  lent:", "the kind has no dot"),
        ("    post:", "    put:", "has no JSON body"),
        ("application/json", "text/plain", "has no JSON body"),
        (
            "                    data:",
            "                    date:",
            "the envelope and its data",
        ),
        (
            "                    data:",
            "                    more: {type: string}\n                    data:",
            "`more` beside `data`",
        ),
        (
            "          application/json:",
            "          text/plain: {}\n          application/json:",
            "`text/plain` beside `application/json`",
        ),
        ("    post:", "    put: {}\n    post:", "`put` beside `post`"),
    ] {
        let error = rejection(&text.replacen(from, to, 1));
        assert!(error.message.contains(rule), "{error}");
        assert!(error.location.contains("#/x-webhooks/"), "{error}");
        assert!(error.help.contains("input/webhooks.rs"), "{error}");
    }
    let error = rejection("openapi: 3.0.3\nx-webhooks: []\n# the end\n");
    assert!(error.location.ends_with("#/x-webhooks"), "{error}");
}

#[test]
fn each_kind_of_event_gets_the_model_of_its_data() {
    let workspace = library();
    let (files, surface) = emitted(&workspace).unwrap();
    let file = |end: &str| {
        let mut found = files.iter().filter(|(path, _)| path.ends_with(end));
        found
            .next()
            .map(|(_, text)| text.as_str())
            .unwrap_or_default()
    };
    let kinds = file("kinds.rs");
    for part in [
        "/// A book went out.",
        "BookLent = \"book.lent\"",
        "BookGivenBack = \"book.given_back\"",
        "BookLent(Box<models::Lending>)",
        "Unknown(Value)",
    ] {
        assert!(kinds.contains(part), "{part}: {kinds}");
    }
    let models: String = files.values().map(String::as_str).collect();
    for part in [
        "/// A book that is at somebody's home.",
        "pub struct Lending",
        "/// How thick the book is.",
        "pub pages: Option<i64>",
    ] {
        assert!(models.contains(part), "{part}: {models}");
    }
    assert!(
        !models.contains("cfg(feature"),
        "models exist whichever features are enabled"
    );
    for line in [
        "EventData::BookLent(Box<models::Lending>): variant\n",
        "EventKind::BookGivenBack: variant = \"book.given_back\"\n",
    ] {
        assert!(surface.contains(line), "{line}: {surface}");
    }
}

#[test]
fn errors_name_the_files_of_webhooks() {
    let workspace = library();
    workspace.write("spec/webhooks/names.yaml", "types: {schemas.Gone: Lost}\n");
    let error = emitted(&workspace).unwrap_err().to_string();
    assert!(error.contains("spec/webhooks/names.yaml"), "{error}");
    workspace.write(
        "spec/webhooks/names.yaml",
        "types: {schemas.Loan: Lending}\n",
    );
    workspace.write("spec/webhooks/docs/resources/book.yaml", "about: Books.\n");
    let error = emitted(&workspace).unwrap_err().to_string();
    assert!(
        error.contains("spec/webhooks/docs/resources/book.yaml"),
        "{error}"
    );
}

#[test]
fn findings_name_the_description_of_webhooks() {
    let workspace = library();
    let path = workspace.path(IMPORTED);
    let text = fs::read_to_string(&path).unwrap();
    // A number that looks like a timestamp, without its unit.
    fs::write(&path, text.replace("pages:", "due_at:")).unwrap();
    let error = emitted(&workspace).unwrap_err().to_string();
    assert!(
        error.contains("spec/webhooks/2031-04-01.yaml#/components/schemas/Loan"),
        "{error}"
    );
}

#[test]
fn a_workspace_without_webhooks_has_none() {
    let workspace = Workspace::real();
    let lock = workspace.path("spec/lock.yaml");
    let text = fs::read_to_string(&lock).unwrap();
    fs::write(&lock, text.split("webhooks:").next().unwrap()).unwrap();
    let inputs = Findings::gather(|findings| Inputs::read(workspace.root(), None, findings));
    assert!(inputs.unwrap().unwrap().webhooks.is_none());
}
