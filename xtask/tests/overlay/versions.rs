//! Actions and overlays for some versions only.

use crate::{VERSION, applied, applied_text, applied_to, document, overlay, rejected};

#[test]
fn an_action_is_skipped_for_other_versions() {
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
    assert_eq!(applied_text(VERSION, &text).unwrap(), document());
    assert!(applied_text("2041-01-01", &text).is_err());
}

#[test]
fn an_overlay_can_name_its_description() {
    for (target, applies) in [("../2031-04-01.yaml", true), ("../2031-04-02.yaml", false)] {
        let text = overlay("- {target: $.tags, description: why, remove: true}")
            .replace("info:", &format!("extends: {target}\ninfo:"));
        let changed = applied_text(VERSION, &text).unwrap();
        assert_eq!(changed.get("tags").is_none(), applies, "{target}");
    }
}

#[test]
fn an_invalid_list_of_versions_is_rejected() {
    for versions in ["[]", "['..']", "2031-04-01", "[1]"] {
        let error = rejected(&format!(
            "- {{target: $.info, description: why, x-versions: {versions}, remove: true}}"
        ));
        assert_eq!(error.location, "#/actions/0/x-versions");
    }
}
