//! `cargo xtask stub`: everything that is missing gets a place, and nothing that is written is lost.

mod support;

use std::fs;

use serde_json::{Value, json};
use support::{Workspace, stderr, stdout};
use xtask::input::load;

const API: &str = "spec/2026-05-12.yaml";
const NAMES: &str = "spec/names.yaml";
const USERS: &str = "spec/docs/resources/users.yaml";

fn read(workspace: &Workspace, file: &str) -> String {
    fs::read_to_string(workspace.path(file)).unwrap()
}

fn edit(workspace: &Workspace, file: &str, change: impl FnOnce(&mut Value)) {
    let mut document = load::yaml(&workspace.path(file)).unwrap();
    change(&mut document);
    workspace.write(file, &load::print(&document).unwrap());
}

fn replace(workspace: &Workspace, file: &str, from: &str, to: &str) {
    let text = read(workspace, file);
    assert!(text.contains(from), "{file} lacks {from}");
    workspace.write(file, &text.replacen(from, to, 1));
}

/// Lines of `new` that are not in `old`, if the rest is unchanged.
#[track_caller]
fn added(old: &str, new: &str) -> Vec<String> {
    let mut rest = old.lines().peekable();
    let mut added = Vec::new();
    for line in new.lines() {
        if rest.peek() == Some(&line) {
            rest.next();
        } else {
            added.push(line.trim().to_owned());
        }
    }
    assert_eq!(rest.next(), None, "a line was lost or moved:\n{new}");
    added
}

/// Runs the command, which must succeed.
#[track_caller]
fn stubbed(workspace: &Workspace) -> String {
    let output = workspace.xtask(&["stub"]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    stdout(&output)
}

/// The number of errors of a run of `regenerate`.
fn errors(workspace: &Workspace) -> (usize, String) {
    let said = stderr(&workspace.xtask(&["regenerate"]));
    let count = said.matches("\n  --> ").count();
    (count, said)
}

#[test]
fn what_is_missing_gets_a_place_that_a_person_must_fill() {
    let workspace = Workspace::real();
    edit(&workspace, API, |document| {
        let user = &mut document["components"]["schemas"]["User"]["properties"];
        user["mood"] = json!({ "type": "string", "enum": ["glad", "so-so"], "nullable": true });
        let parameters = document["paths"]["/users"]["get"]["parameters"].as_array_mut();
        parameters
            .unwrap()
            .push(json!({ "name": "mood", "in": "query", "schema": { "type": "boolean" } }));
        document["paths"]["/moods"] = json!({ "get": {
            "operationId": "ListMoods",
            "x-speakeasy-group": "moods",
            "x-speakeasy-name-override": "list",
            "tags": [],
            "responses": { "204": {} },
        } });
        let paths = &mut document["paths"];
        paths["/allowlist_identifiers"]["post"]["requestBody"]["content"]["application/json"]["schema"]
            ["properties"]["reason"] = json!({ "type": "string" });
    });
    replace(
        &workspace,
        NAMES,
        "types:\n",
        "types:\n  # Long gone.\n  schemas.Gone: Gone\n",
    );
    workspace.write(
        "spec/overlays/99-late.yaml",
        "overlay: 1.0.0\ninfo: {title: Late, version: 1.0.0}\nactions:\n  \
         - {target: $.nowhere, description: Why., remove: true}\n",
    );
    let users = read(&workspace, USERS);
    let samples = read(&workspace, "spec/overlays/18-sample-values.yaml");

    let said = stubbed(&workspace);
    for line in [
        "spec/overlays/99-late.yaml: removed `actions.0`\n",
        "spec/names.yaml: removed `types.schemas.Gone`\n",
        "spec/docs/resources/moods.yaml: added `about`\n",
        "spec/docs/resources/moods.yaml: added `operations.list.text`\n",
        "spec/docs/resources/users.yaml: added `operations.list.parameters.mood`\n",
        "spec/docs/models/users.yaml: added `User.fields.mood`\n",
        "spec/docs/models/users.yaml: added `UserMood.text`\n",
        "sample values: added `reason`\n",
        "clerk-api/Cargo.toml: a feature for each resource\n",
    ] {
        assert!(said.contains(line), "{line} is not in {said}");
    }
    assert!(!workspace.path("spec/overlays/99-late.yaml").exists());
    assert!(read(&workspace, NAMES).contains("types:\n  # Long gone.\n"));
    assert_eq!(
        added(&users, &read(&workspace, USERS)),
        [
            "# GET /users",
            "# query: boolean, optional",
            "mood: >-",
            "TODO: describe this in our own words."
        ]
    );
    let models = read(&workspace, "spec/docs/models/users.yaml");
    for part in [
        "    # string or null, may be absent\n",
        "UserMood:\n  # in requests and responses of",
        "  # values: \"glad\", \"so-so\"\n",
    ] {
        let part = part.replace("string or null", "UserMood or null");
        let part = part.replace("in requests and responses of", "in responses of");
        assert!(models.contains(&part), "{part} is not in {models}");
    }
    assert!(
        read(&workspace, "spec/docs/resources/moods.yaml")
            .contains("    # GET /moods\n    # returns nothing\n    text: >-\n      TODO: ")
    );
    let table = read(&workspace, "spec/overlays/18-sample-values.yaml");
    assert_eq!(
        added(&samples, &table),
        [
            "# operation CreateAllowlistIdentifier",
            "reason: [\"TODO\"]"
        ]
    );
    assert!(read(&workspace, "clerk-api/Cargo.toml").contains("\nmoods = []\n"));

    // Placeholders are all that is left, and the only thing that is left.
    let (count, said) = errors(&workspace);
    assert_eq!(said.matches("still a placeholder").count(), count, "{said}");
    assert!(
        said.contains("the text of `users.list.mood` is still a placeholder"),
        "{said}"
    );
    assert!(
        said.contains("the sample value of `reason` is still a placeholder"),
        "{said}"
    );

    let before = workspace.files();
    assert!(stubbed(&workspace).starts_with("nothing to write\n"));
    assert!(workspace.files() == before, "a second run changes nothing");

    for (path, text) in before {
        let text = String::from_utf8(text).unwrap();
        let written = text
            .replace("TODO: describe this in our own words.", "How they feel.")
            .replace("\"TODO\"", "\"By invitation\"");
        fs::write(path, written).unwrap();
    }
    let output = workspace.xtask(&["regenerate"]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
}

#[test]
fn a_name_that_cannot_be_derived_gets_a_pin_to_fill_in() {
    let workspace = Workspace::real();
    edit(&workspace, API, |document| {
        document["components"]["schemas"]["User"]["properties"]["locked"] =
            json!({ "type": "string", "enum": ["*", "?"] });
    });
    let said = stubbed(&workspace);
    for value in ["*", "?"] {
        let line = format!("spec/names.yaml: added `variants.UserLocked.{value}`\n");
        assert!(said.contains(&line), "{said}");
    }
    let (_, said) = errors(&workspace);
    assert!(
        said.contains("the pin of `*` is still a placeholder"),
        "{said}"
    );
    assert!(!said.contains("variant name"), "{said}");
    let names = read(&workspace, NAMES);
    workspace.write(
        NAMES,
        &names
            .replacen("TODO", "Any", 1)
            .replacen("TODO", "Other", 1),
    );
    let (_, said) = errors(&workspace);
    assert!(!said.contains("spec/names.yaml"), "{said}");
}

#[test]
fn nothing_is_written_where_nothing_is_missing() {
    let workspace = Workspace::real();
    let before = workspace.files();
    assert_eq!(stubbed(&workspace), "nothing to write\n");
    assert!(workspace.files() == before);
}

#[test]
fn a_fault_without_an_edit_is_left_to_a_person() {
    let workspace = Workspace::real();
    edit(&workspace, API, |document| {
        document["paths"]["/users"]["get"]["parameters"][0]["in"] = json!("cookie");
    });
    edit(&workspace, USERS, |texts| {
        texts.as_object_mut().unwrap().shift_remove("about");
    });
    let output = workspace.xtask(&["stub"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(
        stdout(&output).contains("users.yaml: added `about`\n"),
        "{}",
        stdout(&output)
    );
    let said = stderr(&output);
    assert!(said.contains("a parameter in `cookie`"), "{said}");
    assert!(!said.contains("placeholder"), "{said}");
}
