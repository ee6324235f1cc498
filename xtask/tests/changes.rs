//! What an import and a regeneration report to the maintainer: the previous state, CHANGES.md, the
//! changelog entry, renames.

mod support;

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use support::{Workspace, stderr, stdout};
use xtask::input::load;

const DESCRIPTION: &str = "spec/2026-05-12.yaml";

/// The real workspace with the records generated from it.
fn generated() -> Workspace {
    let workspace = Workspace::real();
    let real = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    for file in [
        "clerk-api/src/generated/description.json",
        "generated/manifest.json",
        "generated/surface.txt",
        "generated/webhooks-surface.txt",
    ] {
        workspace.write(file, &fs::read_to_string(real.join(file)).unwrap());
    }
    let previous = workspace.path("spec/previous");
    if previous.exists() {
        fs::remove_dir_all(previous).unwrap();
    }
    workspace
}

/// Imports the description with some edits. Returns the program's output.
fn import(workspace: &Workspace, more: &[&str], edit: impl FnOnce(&mut Value)) -> String {
    let mut document = load::yaml(&workspace.path(DESCRIPTION)).unwrap();
    edit(&mut document);
    workspace.write("upstream.yaml", &load::print(&document).unwrap());
    let path = workspace.path("upstream.yaml").display().to_string();
    let output = workspace.xtask(&[&["import", path.as_str()], more].concat());
    assert!(output.status.success(), "{}", stderr(&output));
    stdout(&output) + &stderr(&output)
}

#[track_caller]
fn regenerated(workspace: &Workspace) -> (String, String) {
    let output = workspace.xtask(&["regenerate"]);
    assert!(output.status.success(), "{}", stderr(&output));
    let read = |name: &str| fs::read_to_string(workspace.path(name)).unwrap();
    (
        read("generated/CHANGES.md"),
        read("generated/changelog-entry.md"),
    )
}

fn new_parameter(document: &mut Value, name: &str) {
    document["paths"]["/users"]["get"]["parameters"]
        .as_array_mut()
        .unwrap()
        .push(json!({ "name": name, "in": "query", "schema": { "type": "string" } }));
}

/// Writes the text and the sample value that a new parameter must have.
fn describe(workspace: &Workspace, name: &str) {
    workspace.give_sample(name);
    let file = "spec/docs/parameters.yaml";
    let texts = fs::read_to_string(workspace.path(file)).unwrap();
    workspace.write(file, &format!("{texts}{name}: An unused parameter.\n"));
}

#[track_caller]
fn says(text: &str, words: &[&str]) {
    for word in words {
        assert!(text.contains(word), "`{word}` is not in:\n{text}");
    }
}

/// The output of `changelog`.
fn changelog(workspace: &Workspace) -> String {
    let output = workspace.xtask(&["changelog"]);
    assert!(output.status.success(), "{}", stderr(&output));
    stdout(&output)
}

#[test]
fn an_import_is_reported_for_the_reviewer_and_for_callers() {
    let workspace = generated();
    workspace.write(
        "CHANGELOG.md",
        "# Changelog\n\n## Unreleased\n\n## 0.1.0+2026-05-12\n\nThe first.\n",
    );
    let said = import(&workspace, &[], |document| {
        new_parameter(document, "nickname");
        document["components"]["schemas"]["User"]["properties"]["locked"] =
            json!({ "type": "string" });
        document["paths"]["/users"]["get"]["parameters"][0]["deprecated"] = json!(true);
        document["components"]["schemas"]["SignUp"]["properties"]["status"]["enum"]
            .as_array_mut()
            .unwrap()
            .push(json!("postponed"));
    });
    says(&said, &["kept the previous state in spec/previous"]);
    describe(&workspace, "nickname");
    let (review, entry) = regenerated(&workspace);
    says(
        &review,
        &[
            "Version bump: **major**",
            "**The wire breaks for existing clients**",
            "## Operations\n\n### Compatible",
            "New optional query parameter `nickname`.",
            "## Models\n\n### Breaking for responses",
            "`#/components/schemas/User/properties/locked`",
            "## Enum values\n\n### Compatible\n\n- New enum value `\"postponed\"`.",
            "## Surface\n\n1 breaking, ",
            "- models::User.locked: bool\n+ models::User.locked: String\n",
        ],
    );
    says(
        &entry,
        &[
            "### Breaking\n\n- `User.locked` is `String` (was `bool`).\n",
            "- `users().list()` gained `.nickname`.\n",
            "- `SignUpStatus` gained `Postponed`.\n",
            "### Deprecated\n\n- `.",
            "### Breaking on the wire\n\n- `#/components/schemas/User/properties/locked`: ",
        ],
    );
    assert_eq!(changelog(&workspace), "added 5 lines to CHANGELOG.md\n");
    let text = fs::read_to_string(workspace.path("CHANGELOG.md")).unwrap();
    says(
        &text,
        &[
            "# Changelog\n\n## Unreleased\n\n### Breaking\n\n- `User.locked` is ",
            "\n\n## 0.1.0+2026-05-12\n",
        ],
    );
    assert_eq!(changelog(&workspace), "CHANGELOG.md is up to date\n");
    let output = workspace.xtask(&["regenerate", "--check"]);
    assert!(output.status.success(), "{}", stdout(&output));

    // Importing the same document again changes nothing.
    let before = workspace.files();
    let path = workspace.path("upstream.yaml").display().to_string();
    let output = workspace.xtask(&["import", &path]);
    assert!(
        stdout(&output).contains("up to date"),
        "{}",
        stdout(&output)
    );
    assert!(workspace.files() == before, "a file was touched");
}

#[test]
fn a_location_in_the_entry_is_code() {
    let workspace = generated();
    let name = "a` @team #1 <img src=x> `b\u{202e}";
    let with = |ty: &'static str| {
        move |document: &mut Value| {
            document["components"]["schemas"]["User"]["properties"][name] = json!({ "type": ty });
        }
    };
    let file = "spec/docs/fields.yaml";
    let texts = fs::read_to_string(workspace.path(file)).unwrap();
    let text = format!("{texts}{}: An unused field.\n", json!(name));
    workspace.write(file, &text);
    import(&workspace, &[], with("string"));
    regenerated(&workspace);
    import(&workspace, &[], with("integer"));
    let (_, entry) = regenerated(&workspace);
    says(
        &entry,
        &["- ``#/components/schemas/User/properties/a` @team #1 <img src=x> `b\\u{202e}``: "],
    );
}

#[test]
fn two_imports_before_a_merge_are_reported_together_on_request() {
    let workspace = generated();
    import(&workspace, &[], |document| {
        new_parameter(document, "first_one")
    });
    describe(&workspace, "first_one");
    regenerated(&workspace);
    let said = import(&workspace, &["--keep-previous"], |document| {
        new_parameter(document, "second_one");
    });
    describe(&workspace, "second_one");
    assert!(!said.contains("spec/previous"), "{said}");
    let (_, entry) = regenerated(&workspace);
    says(
        &entry,
        &["`users().list()` gained `.first_one` and `.second_one`."],
    );

    import(&workspace, &[], |document| {
        new_parameter(document, "third_one")
    });
    describe(&workspace, "third_one");
    let (_, entry) = regenerated(&workspace);
    says(&entry, &["`users().list()` gained `.third_one`."]);
}

#[test]
fn an_import_that_was_never_generated_is_not_compared_with() {
    let workspace = generated();
    import(&workspace, &[], |document| {
        new_parameter(document, "first_one")
    });
    describe(&workspace, "first_one");
    import(&workspace, &[], |document| {
        new_parameter(document, "second_one")
    });
    describe(&workspace, "second_one");
    let (_, entry) = regenerated(&workspace);
    says(
        &entry,
        &["`users().list()` gained `.first_one` and `.second_one`."],
    );
}

#[test]
fn without_an_earlier_state_nothing_is_compared() {
    let workspace = Workspace::real();
    let previous = workspace.path("spec/previous");
    if previous.exists() {
        fs::remove_dir_all(previous).unwrap();
    }
    let (review, entry) = regenerated(&workspace);
    says(&review, &["no earlier state in `spec/previous`"]);
    says(&entry, &["No import has changed the API yet."]);
}

#[test]
fn half_a_previous_state_is_an_error_with_the_way_out() {
    let workspace = generated();
    import(&workspace, &[], |document| {
        new_parameter(document, "nickname")
    });
    describe(&workspace, "nickname");
    let folder = workspace.path("spec/previous");
    let complete: Vec<(PathBuf, String)> = ["description.yaml", "source.yaml", "surface.txt"]
        .map(|name| folder.join(name))
        .map(|path| (path.clone(), fs::read_to_string(&path).unwrap()))
        .into();
    for (path, text) in &complete {
        let name = path.file_name().unwrap().to_string_lossy();
        fs::remove_file(path).unwrap();
        let place = format!("  --> spec/previous/{name}\n");
        let cause = "the state before the last import is incomplete";
        says(
            &rejected(&workspace),
            &[cause, &place, "or delete the folder"],
        );
        fs::write(path, text).unwrap();
    }
    let (source, text) = &complete[1];
    fs::write(source, "name: only.yml\n").unwrap();
    let cause = "does not state the name and digest of a document";
    says(
        &rejected(&workspace),
        &[cause, "  --> spec/previous/source.yaml\n"],
    );
    fs::write(source, text).unwrap();
    fs::write(&complete[0].0, "openapi: 3.1.0\n").unwrap();
    let place = "  --> spec/previous/description.yaml";
    says(
        &rejected(&workspace),
        &["\"3.1.0\" is not supported", place],
    );

    fs::remove_dir_all(&folder).unwrap();
    let (review, _) = regenerated(&workspace);
    says(&review, &["no earlier state in `spec/previous`"]);
}

/// What `regenerate` complains about.
#[track_caller]
fn rejected(workspace: &Workspace) -> String {
    let output = workspace.xtask(&["regenerate"]);
    assert_eq!(output.status.code(), Some(1));
    stderr(&output)
}

#[test]
fn a_renamed_schema_is_reported_and_its_pin_is_moved_in_one_edit() {
    let workspace = generated();
    let (old, new) = (
        "schemas.FeatureResponse-2: CommerceFeatureDetails",
        "schemas.FeatureResponse-3: CommerceFeatureDetails",
    );
    let edit = format!("change `{old}` to `{new}`");
    let said = import(&workspace, &[], |document| {
        let text = document
            .to_string()
            .replace("schemas/FeatureResponse-2\"", "schemas/FeatureResponse-3\"")
            .replace("\"FeatureResponse-2\":", "\"FeatureResponse-3\":");
        *document = serde_json::from_str(&text).unwrap();
    });
    says(
        &said,
        &[
            "warning: upstream renamed `schemas.FeatureResponse-2` to `schemas.FeatureResponse-3`\n",
            &format!("  --> spec/names.yaml\n  help: {edit}\n"),
        ],
    );

    let output = workspace.xtask(&["regenerate"]);
    assert_eq!(output.status.code(), Some(1));
    says(
        &stderr(&output),
        &[
            "error: the description no longer has schemas.FeatureResponse-2\n  --> spec/names.yaml\n",
            "help: edit spec/names.yaml:",
            &edit,
        ],
    );

    let names = workspace.path("spec/names.yaml");
    let text = fs::read_to_string(&names).unwrap();
    fs::write(&names, text.replace(old, new)).unwrap();
    let (review, entry) = regenerated(&workspace);
    says(
        &review,
        &[
            "Version bump: **patch**",
            "- `schemas.FeatureResponse-2` is now `schemas.FeatureResponse-3`",
            "The public items of the crate are unchanged.",
        ],
    );
    says(&entry, &["Nothing changed for callers."]);
}

#[test]
fn a_renamed_schema_without_a_pin_is_reported_with_the_rust_name() {
    let workspace = generated();
    let said = import(&workspace, &[], |document| {
        let text = document
            .to_string()
            .replace("schemas/SignInToken\"", "schemas/SignInTicket\"")
            .replace("\"SignInToken\":", "\"SignInTicket\":");
        let mut renamed: Value = serde_json::from_str(&text).unwrap();
        // The shared response keeps its name.
        let responses = &mut renamed["components"]["responses"];
        if let Some(response) = responses
            .as_object_mut()
            .unwrap()
            .shift_remove("SignInTicket")
        {
            responses["SignInToken"] = response;
        }
        *document = serde_json::from_str(
            &renamed
                .to_string()
                .replace("responses/SignInTicket\"", "responses/SignInToken\""),
        )
        .unwrap();
    });
    says(
        &said,
        &["add `schemas.SignInTicket: SignInToken` under `types`"],
    );
    // Its correction, its text: whichever fails first, the rename is reported with it.
    let output = workspace.xtask(&["regenerate"]);
    assert_eq!(output.status.code(), Some(1));
    says(
        &stderr(&output),
        &["add `schemas.SignInTicket: SignInToken` under `types`"],
    );
}

/// Clerk's webhooks document as it would be for these facts, and the output of importing it.
fn import_webhooks(workspace: &Workspace, edit: impl FnOnce(&mut Value)) -> String {
    let mut facts = load::yaml(&workspace.path("spec/webhooks/2025-04-15.yaml")).unwrap();
    edit(&mut facts);
    let mut events = serde_json::Map::new();
    for (path, item) in facts["paths"].as_object().unwrap() {
        let data = &item["get"]["responses"]["200"]["content"]["application/json"]["schema"];
        let schema = json!({ "allOf": [
            { "$ref": "#/components/schemas/WebhookEventPayload" },
            { "type": "object", "properties": { "data": data } },
        ] });
        let body = json!({ "content": { "application/json": { "schema": schema } } });
        let event = json!({ "post": { "requestBody": body } });
        events.insert(path.trim_start_matches('/').to_owned(), event);
    }
    let mut schemas = facts["components"]["schemas"].clone();
    schemas["WebhookEventPayload"] = json!({ "type": "object" });
    let document = json!({
        "openapi": "3.0.3",
        "info": { "title": "Webhooks", "version": "v1" },
        "x-webhooks": events,
        "components": { "schemas": schemas },
    });
    workspace.write("2025-04-15.yml", &load::print(&document).unwrap());
    let path = workspace.path("2025-04-15.yml").display().to_string();
    let output = workspace.xtask(&["import", &path]);
    assert!(output.status.success(), "{}", stderr(&output));
    stdout(&output)
}

#[test]
fn an_import_of_webhooks_is_reported_separately_from_the_api() {
    let workspace = generated();
    let facts = "spec/webhooks/2025-04-15.yaml";
    let before = fs::read_to_string(workspace.path(facts)).unwrap();
    let said = import_webhooks(&workspace, |_| {});
    assert!(!said.contains("spec/previous"), "{said}");
    assert_eq!(fs::read_to_string(workspace.path(facts)).unwrap(), before);

    let said = import_webhooks(&workspace, |facts| {
        let paths = facts["paths"].as_object_mut().unwrap();
        let session = paths.remove("/session.pending").unwrap();
        paths.insert("/session.paused".to_owned(), session);
        facts["components"]["schemas"]["SmsEventPayload"]["properties"]["segments"] =
            json!({ "type": "integer" });
        facts["components"]["schemas"]["SmsEventPayload"]["properties"]["to_phone_number"] =
            json!({ "type": "integer" });
    });
    says(&said, &["kept the previous state in spec/previous"]);
    let texts = "spec/webhooks/docs/resources/session.yaml";
    let text = fs::read_to_string(workspace.path(texts)).unwrap();
    workspace.write(texts, &text.replace("session_pending", "session_paused"));
    let fields = "spec/webhooks/docs/fields.yaml";
    workspace.write(fields, "segments: The number of parts it was sent in.\n");

    let (review, entry) = regenerated(&workspace);
    says(
        &review,
        &[
            "Version bump: **none**",
            "## Surface\n\nThe public items of the crate are unchanged.\n",
            "## Webhooks\n\nVersion bump of `clerk-auth`: **major**",
            "+ EventKind::SessionPaused: variant = \"session.paused\"\n",
            "- EventKind::SessionPending: variant = \"session.pending\"\n",
            "+ models::Sms.segments: Option<i64>\n",
            "- models::Sms.to_phone_number: String\n+ models::Sms.to_phone_number: i64\n",
        ],
    );
    says(
        &entry,
        &[
            "- Webhooks: `EventKind::SessionPaused` was added.\n",
            "- Webhooks: `EventKind::SessionPending` was removed.\n",
            "- Webhooks: `Sms` gained the field `segments`.\n",
            "- Webhooks: `Sms.to_phone_number` is `i64` (was `String`).\n",
        ],
    );

    // The next import of the API starts over.
    import(&workspace, &[], |document| {
        new_parameter(document, "nickname")
    });
    describe(&workspace, "nickname");
    let (review, _) = regenerated(&workspace);
    assert!(!review.contains("## Webhooks"), "{review}");
}
