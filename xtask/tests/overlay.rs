//! Overlays: what each kind of action does, and which overlays are refused.

mod support;

use std::fs;

use serde_json::{Value, json};
use support::{Workspace, data};
use xtask::error::{Error, Result};
use xtask::load;
use xtask::overlay::{Overlay, apply, apply_all};

const VERSION: &str = "2031-04-01";

fn document() -> Value {
    load::yaml(&data("overlay/document.yaml")).unwrap()
}

/// An overlay document around some actions.
fn overlay(actions: &str) -> String {
    format!("overlay: 1.0.0\ninfo:\n  title: Test\n  version: 1.0.0\nactions:\n{actions}")
}

fn applied_to(version: &str, actions: &str) -> Result<Value> {
    let overlay = Overlay::read(&load::parse("overlay", &overlay(actions))?)?;
    let mut document = document();
    apply(&overlay, version, &mut document)?;
    Ok(document)
}

fn applied(actions: &str) -> Result<Value> {
    applied_to(VERSION, actions)
}

fn refused(actions: &str) -> Error {
    applied(actions).unwrap_err()
}

#[test]
fn an_update_merges_into_a_mapping_and_leaves_the_rest() {
    let document = applied(
        "
- target: $.info
  description: why
  update:
    title: Maps
    x-scale: {unit: km}
",
    )
    .unwrap();
    assert_eq!(
        document["info"],
        json!({"title": "Maps", "version": "2031-04-01", "x-scale": {"unit": "km"}})
    );
    assert_eq!(
        document["tags"],
        json!([{"name": "Maps"}, {"name": "Globes"}])
    );
}

#[test]
fn an_update_merges_through_all_levels_and_appends_to_inner_lists() {
    let document = applied(
        "
- target: $
  description: why
  update:
    paths:
      /maps:
        get:
          parameters:
          - name: page
    tags:
    - name: Atlases
",
    )
    .unwrap();
    let parameters = document["paths"]["/maps"]["get"]["parameters"]
        .as_array()
        .unwrap();
    let names: Vec<_> = parameters
        .iter()
        .map(|parameter| &parameter["name"])
        .collect();
    assert_eq!(names, ["scale", "Scale", "page"]);
    assert_eq!(document["tags"][2], json!({"name": "Atlases"}));
    assert_eq!(document["paths"]["/maps"]["get"]["operationId"], "ListMaps");
}

#[test]
fn an_update_appends_an_entry_to_a_list() {
    let document =
        applied("- {target: $.tags, description: why, update: {name: Atlases}}").unwrap();
    assert_eq!(
        document["tags"],
        json!([{"name": "Maps"}, {"name": "Globes"}, {"name": "Atlases"}])
    );
}

#[test]
fn an_update_that_is_a_list_appends_its_entries() {
    let document =
        applied("- {target: $.tags, description: why, update: [{name: A}, {name: B}]}").unwrap();
    assert_eq!(
        document["tags"],
        json!([{"name": "Maps"}, {"name": "Globes"}, {"name": "A"}, {"name": "B"}])
    );
}

#[test]
fn an_update_reaches_every_match_of_a_path_and_nothing_else() {
    let document = applied(
        "- {target: \"$..properties['drawn_at']\", description: why, update: {format: days}}",
    )
    .unwrap();
    let map = &document["components"]["schemas"]["Map"]["properties"];
    assert_eq!(map["drawn_at"]["format"], "days");
    assert_eq!(map["legend"]["properties"]["drawn_at"]["format"], "days");
    assert_eq!(map["sold_at"], json!({"type": "integer"}));
}

#[test]
fn a_new_member_comes_last_and_a_changed_one_keeps_its_place() {
    let document = applied(
        "- {target: $.components.schemas.Map, description: why, update: {new: 1, type: other}}",
    )
    .unwrap();
    let map = document["components"]["schemas"]["Map"]
        .as_object()
        .unwrap();
    let keys: Vec<_> = map.keys().collect();
    assert_eq!(keys, ["type", "properties", "additionalProperties", "new"]);
    assert_eq!(map["type"], "other");
}

#[test]
fn a_flag_can_become_a_schema() {
    let document = applied(
        "
- target: $.components.schemas.Map
  description: why
  update: {additionalProperties: {type: string}}
",
    )
    .unwrap();
    let additional = &document["components"]["schemas"]["Map"]["additionalProperties"];
    assert_eq!(additional, &json!({"type": "string"}));
}

#[test]
fn a_removal_takes_a_member_and_keeps_the_order_of_the_others() {
    let document = applied("- {target: $.info, description: why, remove: true}").unwrap();
    let keys: Vec<_> = document.as_object().unwrap().keys().collect();
    assert_eq!(keys, ["openapi", "tags", "paths", "components"]);
}

#[test]
fn a_removal_takes_the_entries_that_a_filter_finds() {
    let document = applied(
        "- {target: \"$.paths['/maps'].get.parameters[?@.name == 'Scale']\", description: why, remove: true}",
    )
    .unwrap();
    let parameters = document["paths"]["/maps"]["get"]["parameters"]
        .as_array()
        .unwrap();
    assert_eq!(parameters.len(), 1);
    assert_eq!(parameters[0]["name"], "scale");
}

#[test]
fn a_removal_of_several_entries_takes_each_of_them() {
    let document = applied("- {target: '$.tags[0, 1]', description: why, remove: true}").unwrap();
    assert_eq!(document["tags"], json!([]));
}

#[test]
fn a_removal_takes_a_string_out_of_a_list() {
    let document =
        applied("- {target: \"$..required[?@ == 'ghost']\", description: why, remove: true}")
            .unwrap();
    let schema = &document["paths"]["/maps"]["get"]["responses"]["200"]["content"]["application/json"]
        ["schema"];
    assert_eq!(schema["required"], json!(["kind"]));
}

#[test]
fn a_removal_of_a_path_with_slashes_takes_that_path() {
    let document =
        applied("- {target: \"$.paths['/maps'].delete\", description: why, remove: true}").unwrap();
    assert!(document["paths"]["/maps"].get("delete").is_none());
    assert!(document["paths"]["/maps"].get("get").is_some());
}

#[test]
fn removal_wins_over_an_update_beside_it() {
    let document =
        applied("- {target: $.tags, description: why, remove: true, update: {name: A}}").unwrap();
    assert!(document.get("tags").is_none());
}

#[test]
fn a_copy_updates_with_what_stands_elsewhere() {
    let document = applied(
        "
- target: $.paths['/maps'].delete.responses
  description: why
  update: {'201': {}}
- target: $.paths['/maps'].delete.responses['201']
  description: why
  x-copy: $.paths['/maps'].get.responses['200']
",
    )
    .unwrap();
    assert_eq!(
        document["paths"]["/maps"]["delete"]["responses"]["201"],
        document["paths"]["/maps"]["get"]["responses"]["200"]
    );
}

#[test]
fn a_copy_of_several_places_is_refused() {
    let error = refused("- {target: $.info, description: why, x-copy: '$.tags[*]'}");
    assert!(
        error.rule.contains("`x-copy` does not name one place"),
        "{error}"
    );
}

#[test]
fn an_action_sees_what_the_one_before_it_left() {
    let document = applied(
        "
- {target: $.tags, description: why, remove: true}
- {target: $, description: why, update: {tags: [{name: New}]}}
- {target: '$.tags[0]', description: why, update: {name: Newer}}
",
    )
    .unwrap();
    assert_eq!(document["tags"], json!([{"name": "Newer"}]));
}

#[test]
fn functions_of_rfc_9535_are_understood() {
    let document = applied(
        "- {target: \"$.tags[?match(@.name, 'G.*')]\", description: why, update: {x-round: true}}",
    )
    .unwrap();
    assert_eq!(
        document["tags"],
        json!([{"name": "Maps"}, {"name": "Globes", "x-round": true}])
    );
}

#[test]
fn an_action_that_matches_nothing_is_refused() {
    let error = refused(
        "
- {target: $.info, description: why, update: {title: Maps}}
- target: $.paths['/globes']
  description: why
  update: {get: {}}
",
    );
    assert_eq!(error.place, "#/actions/1");
    assert!(
        error.rule.contains("`$.paths['/globes']` matches nothing"),
        "{error}"
    );
    assert!(error.mend.contains("x-versions"), "{error}");
}

#[test]
fn an_update_that_changes_nothing_is_refused() {
    let error = refused("- {target: $.info, description: why, update: {title: Backend API}}");
    assert_eq!(error.place, "#/actions/0");
    assert!(error.rule.contains("changes nothing"), "{error}");
}

#[test]
fn an_update_of_a_string_is_refused() {
    let error = refused("- {target: $.info.title, description: why, update: Maps}");
    assert!(error.rule.contains("#/info/title"), "{error}");
    assert!(
        error.rule.contains("neither a mapping nor a list"),
        "{error}"
    );
}

#[test]
fn an_update_of_a_mapping_with_a_string_is_refused() {
    let error = refused("- {target: $.info, description: why, update: Maps}");
    assert!(error.rule.contains("the update is none"), "{error}");
}

#[test]
fn an_update_that_would_overwrite_a_list_or_a_mapping_is_refused() {
    let error = refused("- {target: $, description: why, update: {tags: none}}");
    assert!(
        error.rule.contains("a list would be overwritten"),
        "{error}"
    );
    let error = refused("- {target: $, description: why, update: {info: none}}");
    assert!(
        error.rule.contains("a mapping would be overwritten"),
        "{error}"
    );
}

#[test]
fn the_whole_document_cannot_be_removed() {
    let error = refused("- {target: $, description: why, remove: true}");
    assert!(error.rule.contains("cannot be removed"), "{error}");
}

#[test]
fn an_action_without_a_reason_is_refused() {
    for description in ["", "description: '', ", "description: ' ', "] {
        let error = refused(&format!(
            "- {{target: $.info, {description}update: {{title: A}}}}"
        ));
        assert_eq!(error.place, "#/actions/0");
        assert!(error.rule.contains("does not say why"), "{error}");
    }
}

#[test]
fn an_action_must_do_exactly_one_thing() {
    for change in ["", ", update: {a: 1}, x-copy: $.tags", ", remove: false"] {
        let error = refused(&format!("- {{target: $.info, description: why{change}}}"));
        assert!(error.rule.contains("which one thing it does"), "{error}");
    }
}

#[test]
fn a_target_that_is_no_json_path_is_refused() {
    let error = refused("- {target: '$.paths[/maps]', description: why, remove: true}");
    assert_eq!(error.place, "#/actions/0/target");
    assert!(error.rule.contains("is no JSONPath"), "{error}");
}

#[test]
fn unknown_keys_are_refused_on_every_level() {
    let sound = overlay("- {target: $.info, description: why, update: {title: A}}");
    for (from, to, place) in [
        ("overlay: 1.0.0", "overlay: 1.0.0\nnote: x", "#/note"),
        ("  title: Test", "  title: Test\n  note: x", "#/info/note"),
        (
            "description: why",
            "description: why, note: x",
            "#/actions/0/note",
        ),
    ] {
        let text = sound.replace(from, to);
        assert_ne!(text, sound);
        let error = Overlay::read(&load::parse("overlay", &text).unwrap()).unwrap_err();
        assert_eq!(error.place, place);
        assert!(error.rule.contains("`note` is no known key"), "{error}");
    }
}

#[test]
fn an_overlay_must_be_complete_and_of_version_1_0() {
    let sound = overlay("- {target: $.info, description: why, update: {title: A}}");
    for (from, to, place) in [
        ("overlay: 1.0.0", "overlay: 2.0.0", "#/overlay"),
        ("overlay: 1.0.0\n", "", "#/overlay"),
        ("  title: Test\n", "", "#/info/title"),
        ("  version: 1.0.0\n", "", "#/info/version"),
        (
            "overlay: 1.0.0\n",
            "overlay: 1.0.0\nextends: x.json\n",
            "#/extends",
        ),
    ] {
        let text = sound.replace(from, to);
        assert_ne!(text, sound);
        let error = Overlay::read(&load::parse("overlay", &text).unwrap()).unwrap_err();
        assert_eq!(error.place, place, "{error}");
    }
    let error = Overlay::read(&load::parse("overlay", &overlay("  []")).unwrap()).unwrap_err();
    assert_eq!(error.place, "#/actions");
}

#[test]
fn an_action_is_skipped_for_versions_that_it_is_not_for() {
    for (versions, included, excluded) in [
        (
            "['2031-04-01']",
            &["2031-04-01"][..],
            &["2031-03-31", "2031-04-02"][..],
        ),
        (
            "['2031-04-01..']",
            &["2031-04-01", "2040-01-01"],
            &["2031-03-31"],
        ),
        (
            "['..2031-04-01']",
            &["2020-01-01", "2031-04-01"],
            &["2031-04-02"],
        ),
        (
            "['2030-01-01..2030-12-31', '2031-04-01']",
            &["2030-01-01", "2030-06-01", "2030-12-31", "2031-04-01"],
            &["2029-12-31", "2031-01-01", "2031-04-02"],
        ),
    ] {
        let actions = format!(
            "- {{target: $.info, description: why, x-versions: {versions}, update: {{title: A}}}}"
        );
        for version in included {
            assert_eq!(
                applied_to(version, &actions).unwrap()["info"]["title"],
                "A",
                "{version}"
            );
        }
        for version in excluded {
            assert_eq!(
                applied_to(version, &actions).unwrap(),
                document(),
                "{version}"
            );
        }
    }
}

#[test]
fn a_skipped_action_may_match_nothing() {
    let actions =
        "- {target: $.nowhere, description: why, x-versions: ['2040-01-01'], remove: true}";
    assert_eq!(applied(actions).unwrap(), document());
}

#[test]
fn a_whole_overlay_can_be_for_some_versions() {
    let text = overlay("- {target: $.nowhere, description: why, remove: true}")
        .replace("info:", "x-versions: ['2040-01-01..']\ninfo:");
    let overlay = Overlay::read(&load::parse("overlay", &text).unwrap()).unwrap();
    let mut changed = document();
    apply(&overlay, VERSION, &mut changed).unwrap();
    assert_eq!(changed, document());
    assert!(apply(&overlay, "2041-01-01", &mut changed).is_err());
}

#[test]
fn an_overlay_can_name_its_description() {
    for (target, applies) in [("../2031-04-01.yaml", true), ("../2031-04-02.yaml", false)] {
        let text = overlay("- {target: $.tags, description: why, remove: true}")
            .replace("info:", &format!("extends: {target}\ninfo:"));
        let overlay = Overlay::read(&load::parse("overlay", &text).unwrap()).unwrap();
        let mut changed = document();
        apply(&overlay, VERSION, &mut changed).unwrap();
        assert_eq!(changed.get("tags").is_none(), applies, "{target}");
    }
}

#[test]
fn a_list_of_versions_that_says_nothing_is_refused() {
    for versions in ["[]", "['..']", "2031-04-01", "[1]"] {
        let error = refused(&format!(
            "- {{target: $.info, description: why, x-versions: {versions}, remove: true}}"
        ));
        assert_eq!(error.place, "#/actions/0/x-versions");
    }
}

#[test]
fn overlays_of_a_workspace_apply_in_the_order_of_their_names() {
    let workspace = Workspace::empty();
    let action = |title| {
        overlay(&format!(
            "- {{target: $.info, description: why, update: {{title: {title}}}}}"
        ))
    };
    workspace.write("spec/overlays/20-b.yaml", &action("Second"));
    workspace.write("spec/overlays/00-z.yaml", &action("First"));
    workspace.write("spec/overlays/README.md", "no overlay");
    let document = apply_all(workspace.root(), VERSION, document()).unwrap();
    assert_eq!(document["info"]["title"], "Second");
}

#[test]
fn a_fault_names_the_file_and_the_action() {
    let workspace = Workspace::empty();
    workspace.write(
        "spec/overlays/10-maps.yaml",
        &overlay("- {target: $.nowhere, description: why, remove: true}"),
    );
    let error = apply_all(workspace.root(), VERSION, document()).unwrap_err();
    assert_eq!(error.place, "spec/overlays/10-maps.yaml#/actions/0");
}

#[test]
fn a_file_that_looks_like_an_overlay_and_is_not_taken_for_one_is_refused() {
    let workspace = Workspace::empty();
    workspace.write("spec/overlays/10-maps.yml", "overlay: 1.0.0\n");
    let error = apply_all(workspace.root(), VERSION, document()).unwrap_err();
    assert!(error.rule.contains("`.yaml`"), "{error}");
}

#[test]
fn a_workspace_without_overlays_changes_nothing() {
    let workspace = Workspace::empty();
    assert_eq!(
        apply_all(workspace.root(), VERSION, document()).unwrap(),
        document()
    );
}

#[test]
fn the_committed_overlays_are_for_every_version_they_say() {
    let workspace = Workspace::real();
    let folder = data("../../../../shared/upstream/bapi");
    let Ok(entries) = fs::read_dir(&folder) else {
        eprintln!("skipped: no published descriptions at {}", folder.display());
        return;
    };
    let mut clean = Vec::new();
    for entry in entries {
        let source = entry.unwrap().path();
        let name = source.file_name().unwrap().to_string_lossy().into_owned();
        let Some(version) = name
            .strip_suffix(".yml")
            .filter(|name| !name.contains("overlay"))
        else {
            continue;
        };
        let imported = xtask::import::import(workspace.root(), &source).unwrap();
        let document = load::yaml(&imported.path).unwrap();
        let corrected = apply_all(workspace.root(), version, document).unwrap();
        load::references(&corrected).unwrap();
        if xtask::lint::check(&corrected).is_ok() {
            clean.push(version.to_owned());
        }
    }
    clean.sort();
    let expected = [
        "2021-02-05",
        "2024-10-01",
        "2025-03-12",
        "2025-04-10",
        "2025-11-10",
        "2026-05-12",
    ];
    assert_eq!(clean, expected);
}
