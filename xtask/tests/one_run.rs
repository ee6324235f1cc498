//! One run reports the faults of all stages and of both descriptions, each once, in the order of the
//! pipeline.

mod support;

use std::fs;

use serde_json::{Value, json};
use support::{Workspace, stderr, stdout};
use xtask::input::load;

const API: &str = "spec/2026-05-12.yaml";
const WEBHOOKS: &str = "spec/webhooks/2025-04-15.yaml";

fn edit(workspace: &Workspace, file: &str, change: impl FnOnce(&mut Value)) {
    let path = workspace.path(file);
    let mut document = load::yaml(&path).unwrap();
    change(&mut document);
    fs::write(path, load::print(&document).unwrap()).unwrap();
}

fn replace(workspace: &Workspace, file: &str, from: &str, to: &str) {
    let text = fs::read_to_string(workspace.path(file)).unwrap();
    assert!(text.contains(from), "{file} lacks {from}");
    workspace.write(file, &text.replacen(from, to, 1));
}

/// The faults of a run, each as `message --> location`.
fn faults(workspace: &Workspace) -> Vec<String> {
    let before = workspace.files();
    let output = workspace.xtask(&["regenerate"]);
    let said = stderr(&output);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert_eq!(stdout(&output), "");
    assert!(workspace.files() == before, "a file was touched: {said}");
    let blocks: Vec<&str> = said.trim_end().split("\n\n").collect();
    let faults: Vec<String> = blocks
        .iter()
        .filter(|block| block.contains("\n  --> "))
        .map(|block| {
            let mut lines = block.lines();
            let message = lines.next().unwrap().strip_prefix("error: ").unwrap();
            let location = lines.next().unwrap().trim();
            assert!(lines.next().unwrap().starts_with("  help: "), "{block}");
            format!("{message} {location}")
        })
        .collect();
    if faults.len() > 1 {
        let count = format!("error: {} errors; nothing was written", faults.len());
        assert_eq!(blocks.last(), Some(&count.as_str()), "{said}");
    }
    faults
}

#[test]
fn the_faults_of_all_stages_are_reported_in_one_run() {
    let workspace = Workspace::real();
    workspace.write(
        "spec/overlays/99-late.yaml",
        "overlay: 1.0.0\ninfo: {title: Late, version: 1.0.0}\nactions:\n\
         - {target: \"$.paths['/nowhere']\", description: why, remove: true}\n\
         - {target: $.info, update: {title: No reason}}\n\
         - {target: \"$.paths['/users'].get.parameters[0]\", description: why, update: {in: cookie}}\n\
         - {target: \"$.paths['/elsewhere']\", description: why, remove: true}\n",
    );
    edit(&workspace, API, |document| {
        let schemas = &mut document["components"]["schemas"];
        schemas["JWTTemplate"]["properties"]["name"]["type"] = json!("text");
        schemas["JWTTemplate"]["properties"]["signing_key_kind"] =
            json!({ "type": "string", "enum": ["rsa", "*", "?"] });
        let allowlist = &mut document["paths"]["/allowlist_identifiers"]["post"]["requestBody"];
        allowlist["content"]["application/json"]["schema"]["properties"]["valid_from"] =
            json!({ "type": "string" });
    });
    replace(
        &workspace,
        "spec/names.yaml",
        "  schemas.CNameTarget: CnameTarget\n",
        "  schemas.CNameTarget: CnameTarget\n  schemas.Gone: Gone\n  schemas.Lost.part: Part\n",
    );
    edit(&workspace, "spec/docs/resources/users.yaml", |texts| {
        texts.as_object_mut().unwrap().shift_remove("about");
        let operations = texts["operations"].as_object_mut().unwrap();
        operations.shift_remove("list");
        operations.shift_remove("count");
    });
    edit(&workspace, WEBHOOKS, |document| {
        let schemas = document["components"]["schemas"].as_object_mut().unwrap();
        schemas["User"]["properties"]["seen_at"] = json!({ "type": "integer" });
    });
    edit(&workspace, "spec/webhooks/docs/resources/user.yaml", |it| {
        it["operations"]
            .as_object_mut()
            .unwrap()
            .shift_remove("user_created");
    });
    replace(
        &workspace,
        "clerk-api/Cargo.toml",
        "+2026-05-12",
        "+2026-05-11",
    );
    replace(&workspace, "clerk-api/Cargo.toml", "\nusers = []\n", "\n");

    let faults = faults(&workspace);
    let pipeline = [
        "the action on `$.info` has no reason --> spec/overlays/99-late.yaml#/actions/1",
        "the target `$.paths['/nowhere']` matches nothing --> spec/overlays/99-late.yaml#/actions/0",
        "the target `$.paths['/elsewhere']` matches nothing --> spec/overlays/99-late.yaml#/actions/3",
        "a parameter in `cookie`; only path and query parameters are supported --> \
         spec/2026-05-12.yaml#/paths/~1users/get/parameters/0/in",
        "`text` is not a type --> \
         spec/2026-05-12.yaml#/components/schemas/JWTTemplate/properties/name/type",
        "the value cannot be converted to a variant name --> \
         spec/2026-05-12.yaml: enum JwtTemplateSigningKeyKind, value `*`",
        "the value cannot be converted to a variant name --> \
         spec/2026-05-12.yaml: enum JwtTemplateSigningKeyKind, value `?`",
        "the description no longer has schemas.Gone --> spec/names.yaml",
        "the description no longer has schemas.Lost.part --> spec/names.yaml",
        "`JwtTemplate.signing_key_kind` has no text --> spec/docs/models",
        "`JwtTemplateSigningKeyKind` has no text --> spec/docs/models",
        "`allowlist_identifiers.create.valid_from` has no text --> \
         spec/docs/resources/allowlist_identifiers.yaml",
        "`users` has no text --> spec/docs/resources/users.yaml",
        "`users.count` has no text --> spec/docs/resources/users.yaml",
        "`users.list` has no text --> spec/docs/resources/users.yaml",
        "`valid_from` has no sample value --> operation CreateAllowlistIdentifier",
        "the number looks like a timestamp, but does not state its unit --> \
         spec/webhooks/2025-04-15.yaml#/components/schemas/User/properties/seen_at",
        "`User.seen_at` has no text --> spec/webhooks/docs/models",
        "`user.user_created` has no text --> spec/webhooks/docs/resources/user.yaml",
        "missing features: users --> clerk-api/Cargo.toml, [features]",
    ];
    let mut positions = Vec::new();
    for fault in pipeline {
        let position = faults.iter().position(|found| found == fault);
        positions.push(position.unwrap_or_else(|| panic!("missing: {fault}\nin {faults:#?}")));
    }
    assert!(positions.is_sorted(), "{faults:#?}");
    // What is left are parameters of the operations without a text, and the version.
    let others: Vec<&String> = faults
        .iter()
        .filter(|fault| !pipeline.contains(&fault.as_str()))
        .filter(|fault| !fault.contains("--> spec/docs/resources/users.yaml"))
        .collect();
    let [version] = others.as_slice() else {
        panic!("{others:#?}");
    };
    assert!(version.ends_with("--> clerk-api/Cargo.toml"), "{version}");
}

/// A workspace whose description has been changed, and the faults of a run in it.
fn faults_after(change: impl FnOnce(&mut Value)) -> Vec<String> {
    let workspace = Workspace::real();
    edit(&workspace, API, change);
    faults(&workspace)
}

#[test]
fn a_schema_that_is_left_out_has_no_consequences() {
    // It has pins and texts below it, and other schemas are used by it alone.
    let faults = faults_after(|document| {
        document["components"]["schemas"]["EnterpriseConnection"]["type"] = json!("thing");
    });
    assert_eq!(
        faults,
        ["`thing` is not a type --> \
          spec/2026-05-12.yaml#/components/schemas/EnterpriseConnection/type"]
    );
}

#[test]
fn a_reference_that_does_not_resolve_has_no_consequences() {
    let faults = faults_after(|document| {
        let gone = json!({ "$ref": "#/components/schemas/Nowhere" });
        let schemas = &mut document["components"]["schemas"];
        schemas["User"]["properties"]["organization_memberships"]["items"] = gone.clone();
        schemas["Session"]["properties"]["actor"] = gone;
        document["paths"]["/users"]["get"]["parameters"]
            .as_array_mut()
            .unwrap()
            .push(json!({ "$ref": "#/components/parameters/Nowhere" }));
    });
    let of = |pointer: &str, kind: &str| {
        format!(
            "the reference `#/components/{kind}/Nowhere` does not resolve --> spec/2026-05-12.yaml#{pointer}"
        )
    };
    assert_eq!(faults.len(), 3, "{faults:#?}");
    for fault in [
        of(
            "/components/schemas/User/properties/organization_memberships/items",
            "schemas",
        ),
        of("/components/schemas/Session/properties/actor", "schemas"),
        of("/paths/~1users/get/parameters/26", "parameters"),
    ] {
        assert!(faults.contains(&fault), "{fault}\n{faults:#?}");
    }
}

#[test]
fn two_faults_of_one_schema_are_both_reported() {
    let faults = faults_after(|document| {
        let user = &mut document["components"]["schemas"]["User"]["properties"];
        user["username"]["type"] = json!("text");
        user["locked"] = json!({ "oneOf": [{ "type": "string" }, { "type": "boolean" }] });
    });
    assert_eq!(
        faults,
        [
            "`text` is not a type --> \
             spec/2026-05-12.yaml#/components/schemas/User/properties/username/type",
            "no discriminator identifies the 2 alternatives --> \
             spec/2026-05-12.yaml#/components/schemas/User/properties/locked/oneOf",
        ]
    );
}

#[test]
fn an_operation_without_an_id_and_a_name_is_reported_once_for_each() {
    let faults = faults_after(|document| {
        let operation = document["paths"]["/users/count"]["get"]
            .as_object_mut()
            .unwrap();
        operation.shift_remove("operationId");
        operation.shift_remove("x-speakeasy-group");
    });
    assert_eq!(
        faults,
        [
            "an operation lacks `operationId` --> spec/2026-05-12.yaml#/paths/~1users~1count/get",
            "`x-speakeasy-group` is missing or cannot be used as a name --> \
             spec/2026-05-12.yaml#/paths/~1users~1count/get",
        ]
    );
}

#[test]
fn every_file_that_cannot_be_read_is_reported() {
    let workspace = Workspace::real();
    workspace.write("spec/names.yaml", "types: {a: [}\n");
    workspace.write("spec/docs/fields.yaml", "id: 'unclosed\n");
    workspace.write("spec/docs/parameters.yaml", "limit: 7\nnote: {}\n");
    workspace.write("spec/webhooks/overlays/20-schemas.yaml", "- a list\n");
    fs::remove_dir_all(workspace.path("spec/webhooks/docs/models")).unwrap();
    let faults = faults(&workspace);
    let places: Vec<&str> = faults
        .iter()
        .map(|fault| fault.split_once(" --> ").unwrap().1)
        .collect();
    for place in [
        "spec/names.yaml:1",
        "spec/docs/fields.yaml:2",
        "spec/docs/parameters.yaml",
        "spec/webhooks/overlays/20-schemas.yaml",
        "spec/webhooks/docs/models",
    ] {
        assert!(places.contains(&place), "{place}: {faults:#?}");
    }
    // Nothing is a consequence: texts that could not be read are not missing.
    assert!(
        !faults.iter().any(|fault| fault.contains("has no text")),
        "{faults:#?}"
    );
}

#[test]
fn names_that_cannot_be_read_have_no_consequences() {
    let faulty = [
        "types: {a: [}\n",
        "typos: {schemas.Session: Session}\n",
        "types: [schemas.Session]\n",
        "types: {schemas.Session: 7}\n",
        "variants: 7\n",
    ];
    for text in faulty {
        let workspace = Workspace::real();
        workspace.write("spec/names.yaml", text);
        workspace.write("spec/webhooks/names.yaml", text);
        let faults = faults(&workspace);
        let places: Vec<&str> = faults
            .iter()
            .map(|fault| fault.split_once(" --> ").unwrap().1)
            .collect();
        assert_eq!(places.len(), 2, "{text}: {faults:#?}");
        assert!(places[0].starts_with("spec/names.yaml"), "{faults:#?}");
        assert!(
            places[1].starts_with("spec/webhooks/names.yaml"),
            "{faults:#?}"
        );
        // Nor are the texts of the names that pins give removed.
        let before = workspace.files();
        workspace.xtask(&["stub"]);
        assert!(workspace.files() == before, "{text}");
    }
}

#[test]
fn a_text_in_the_wrong_place_has_no_consequences() {
    for (file, from, to, place) in [
        (
            "spec/docs/models/users.yaml",
            "  fields:\n",
            "  fieldz:\n",
            "",
        ),
        (
            "spec/docs/resources/users.yaml",
            "operations:",
            "operationz:",
            "",
        ),
        (
            "spec/docs/resources/users.yaml",
            "operations:",
            "operations: 7\nabout_:",
            " operations",
        ),
    ] {
        let workspace = Workspace::real();
        replace(&workspace, file, from, to);
        let faults = faults(&workspace);
        assert!(
            faults
                .iter()
                .all(|fault| fault.ends_with(&format!("--> {file}{place}"))
                    || fault.contains("unknown key")),
            "{faults:#?}"
        );
    }
}

#[test]
fn an_overlay_that_cannot_be_read_does_not_hide_faults_of_the_others() {
    let workspace = Workspace::real();
    workspace.write("spec/overlays/20-schemas.yaml", "overlay: [1.0.0\n");
    workspace.write("spec/overlays/25-2025-03-12.yaml", "overlay: {\n");
    replace(
        &workspace,
        "spec/overlays/40-responses.yaml",
        "actions:\n",
        "actions:\n  - {target: '$.components.[[', description: A reason., remove: true}\n",
    );
    let faults = faults(&workspace);
    assert_eq!(faults.len(), 3, "{faults:#?}");
    assert!(faults[2].contains("40-responses.yaml#/actions/0/target"));
}

#[test]
fn a_correction_without_a_reason_has_no_consequences() {
    let workspace = Workspace::real();
    replace(
        &workspace,
        "spec/overlays/10-parameters.yaml",
        "    description: >-\n      Deprecated spelling of `frontend_api`, which is also described. In \
         snake case both have the\n      same name.\n",
        "",
    );
    let faults = faults(&workspace);
    assert_eq!(faults.len(), 1, "{faults:#?}");
    assert!(faults[0].contains("has no reason --> spec/overlays/10-parameters.yaml#/actions/0"));
}

#[test]
fn half_a_previous_state_names_what_is_missing_and_the_way_out() {
    let workspace = Workspace::real();
    workspace.write("spec/previous/description.yaml", "openapi: 3.0.3\n");
    let said = stderr(&workspace.xtask(&["regenerate"]));
    for part in [
        "error: the file is missing, so the state before the last import is incomplete\n  --> \
         spec/previous/source.yaml\n",
        "  --> spec/previous/surface.txt\n",
        "git checkout -- spec/previous",
        "delete the folder",
    ] {
        assert!(said.contains(part), "{part}: {said}");
    }
}

#[test]
fn a_byte_order_mark_is_not_part_of_the_text() {
    let workspace = Workspace::real();
    for file in [
        API,
        "spec/lock.yaml",
        "spec/names.yaml",
        "spec/docs/fields.yaml",
    ] {
        let text = fs::read_to_string(workspace.path(file)).unwrap();
        workspace.write(file, &format!("\u{feff}{text}"));
    }
    let output = workspace.xtask(&["regenerate"]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
}

#[test]
fn a_description_that_cannot_be_read_does_not_hide_the_other() {
    let workspace = Workspace::real();
    workspace.write("spec/overlays/20-schemas.yaml", "actions: [\n");
    edit(&workspace, "spec/webhooks/docs/resources/user.yaml", |it| {
        it["operations"]
            .as_object_mut()
            .unwrap()
            .shift_remove("user_created");
    });
    let faults = faults(&workspace);
    assert_eq!(faults.len(), 2, "{faults:#?}");
    assert!(
        faults[0].contains("--> spec/overlays/20-schemas.yaml:"),
        "{faults:#?}"
    );
    assert!(
        faults[1].starts_with("`user.user_created` has no text"),
        "{faults:#?}"
    );
}

#[test]
fn an_operation_that_is_left_out_keeps_its_feature() {
    // It is the only one of its resource.
    let faults = faults_after(|document| {
        let operation = document["paths"]["/testing_tokens"]["post"].as_object_mut();
        operation.unwrap().shift_remove("operationId");
    });
    assert_eq!(
        faults,
        ["an operation lacks `operationId` --> spec/2026-05-12.yaml#/paths/~1testing_tokens/post"]
    );
}

#[test]
fn schemas_without_an_end_are_reported_and_not_walked() {
    let faults = faults_after(|document| {
        let schemas = document["components"]["schemas"].as_object_mut().unwrap();
        for level in 0..20_000 {
            let next = json!({ "$ref": format!("#/components/schemas/L{}", level + 1) });
            let property = json!({ "type": "object", "properties": { "next": next } });
            schemas.insert(format!("L{level}"), property);
        }
        schemas.insert("L20000".to_owned(), json!({ "type": "string" }));
        let bodies = &mut document["paths"]["/users"]["post"]["requestBody"]["content"];
        bodies["application/json"]["schema"]["properties"]["deep"] =
            json!({ "$ref": "#/components/schemas/L0" });
    });
    assert!(!faults.is_empty());
    for fault in &faults {
        assert!(
            fault.starts_with("schemas are nested more than 128 levels deep"),
            "{fault}"
        );
    }
}
