//! Overlays that are rejected.

use crate::{applied, overlay, rejected, rejected_text};

#[test]
fn an_action_that_matches_nothing_is_rejected() {
    let error = rejected(
        "
- {target: $.info, description: why, update: {title: Maps}}
- target: $.paths['/globes']
  description: why
  update: {get: {}}
",
    );
    assert_eq!(error.location, "#/actions/1");
    assert!(
        error
            .message
            .contains("`$.paths['/globes']` matches nothing"),
        "{error}"
    );
    assert!(error.help.contains("x-versions"), "{error}");
}

#[test]
fn an_update_that_changes_nothing_is_rejected() {
    let error = rejected("- {target: $.info, description: why, update: {title: Backend API}}");
    assert_eq!(error.location, "#/actions/0");
    assert!(error.message.contains("changes nothing"), "{error}");
}

#[test]
fn an_update_of_a_string_is_rejected() {
    let error = rejected("- {target: $.info.title, description: why, update: Maps}");
    assert!(error.message.contains("#/info/title"), "{error}");
    assert!(
        error.message.contains("neither a mapping nor a list"),
        "{error}"
    );
}

#[test]
fn an_update_of_a_mapping_with_a_string_is_rejected() {
    let error = rejected("- {target: $.info, description: why, update: Maps}");
    assert!(
        error
            .message
            .contains("the target is a mapping, but the update is not"),
        "{error}"
    );
}

#[test]
fn an_update_that_would_overwrite_a_list_or_a_mapping_is_rejected() {
    let error = rejected("- {target: $, description: why, update: {tags: none}}");
    assert!(
        error.message.contains("a list would be overwritten"),
        "{error}"
    );
    let error = rejected("- {target: $, description: why, update: {info: none}}");
    assert!(
        error.message.contains("a mapping would be overwritten"),
        "{error}"
    );
}

#[test]
fn every_faulty_action_is_reported_and_the_others_are_applied() {
    let findings = applied(
        "
- {target: $.nowhere, description: why, remove: true}
- {target: $.info, description: why, update: {title: Maps}}
- {target: $.info, description: why, x-copy: $.tags, update: {title: Globes}}
- {target: $.info, description: why, update: {title: Maps}}
- {target: '$.info[', description: why, update: {title: Maps}}",
    )
    .unwrap_err();
    let locations: Vec<&str> = findings.iter().map(|it| it.location.as_str()).collect();
    // What the form of an action forbids comes before what the document forbids. The fourth changes
    // nothing because the second has been applied.
    assert_eq!(
        locations,
        [
            "#/actions/2",
            "#/actions/4/target",
            "#/actions/0",
            "#/actions/3"
        ],
        "{findings}"
    );
}

#[test]
fn versions_of_an_overlay_are_dates() {
    for versions in ["['2031-99-99']", "['2031-02-30..']", "['..2031-13-01']"] {
        let error = rejected(&format!(
            "- {{target: $.info, description: why, x-versions: {versions}, update: {{title: A}}}}"
        ));
        assert_eq!(error.location, "#/actions/0/x-versions");
    }
}

#[test]
fn the_whole_document_cannot_be_removed() {
    let error = rejected("- {target: $, description: why, remove: true}");
    assert!(error.message.contains("cannot be removed"), "{error}");
}

#[test]
fn an_action_without_a_reason_is_rejected() {
    for description in ["", "description: '', ", "description: ' ', "] {
        let error = rejected(&format!(
            "- {{target: $.info, {description}update: {{title: A}}}}"
        ));
        assert_eq!(error.location, "#/actions/0");
        assert!(error.message.contains("has no reason"), "{error}");
    }
}

#[test]
fn an_action_must_do_exactly_one_thing() {
    for change in ["", ", update: {a: 1}, x-copy: $.tags", ", remove: false"] {
        let error = rejected(&format!("- {{target: $.info, description: why{change}}}"));
        assert!(
            error.message.contains("must do exactly one thing"),
            "{error}"
        );
    }
}

#[test]
fn an_invalid_json_path_is_rejected() {
    let error = rejected("- {target: '$.paths[/maps]', description: why, remove: true}");
    assert_eq!(error.location, "#/actions/0/target");
    assert!(error.message.contains("is not a valid JSONPath"), "{error}");
}

#[test]
fn unknown_keys_are_rejected_on_every_level() {
    let sound = overlay("- {target: $.info, description: why, update: {title: A}}");
    for (from, to, location) in [
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
        let error = rejected_text(&text);
        assert_eq!(error.location, location);
        assert!(error.message.contains("unknown key `note`"), "{error}");
    }
}

#[test]
fn an_overlay_must_be_complete_and_of_version_1_0() {
    let sound = overlay("- {target: $.info, description: why, update: {title: A}}");
    for (from, to, location) in [
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
        let error = rejected_text(&text);
        assert_eq!(error.location, location, "{error}");
    }
    let error = rejected_text(&overlay("  []"));
    assert_eq!(error.location, "#/actions");
}

#[test]
fn an_overlay_cannot_grow_a_description_without_bound() {
    // Each action doubles the list; one that fails does not end the others.
    let double = "- {target: $.tags, description: why, x-copy: $.tags}\n".repeat(60);
    let findings = applied(&double).unwrap_err();
    let first = findings.iter().next().unwrap();
    assert!(first.message.contains("adds too many values"), "{first}");
}
