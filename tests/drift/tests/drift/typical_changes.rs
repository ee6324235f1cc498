//! Twelve typical upstream changes: what `diff` reports for each, that the surface of the
//! regenerated crate agrees, and that the crate compiles with all of them.

use std::path::{Path, PathBuf};

use drift::{build, regenerate, scratch, workspace};
use serde_json::Value;
use xtask::follow::import::import;
use xtask::follow::scratch::Scratch;
use xtask::input::folder::Folder;
use xtask::input::names::Names;
use xtask::input::{Fit, Subject, load};
use xtask::review::changes::surface;
use xtask::review::diff::{self, Bump, Class, Description, Impact, Report};
use xtask::support::error::Findings;

use crate::ways::*;
use Class::{BreakingForRequests, BreakingForResponses, Compatible};

/// A change that `diff` reports.
type Expected = (&'static str, &'static str, Class, Impact);

#[test]
fn a_new_operation_is_an_addition() {
    check(
        &NEW_OPERATION,
        &[(
            "operation-added",
            "#/paths/~1users~1{user_id}~1nicknames/get",
            Compatible,
            Impact::Addition,
        )],
        Bump::Minor,
    );
}

#[test]
fn a_new_optional_parameter_is_an_addition() {
    check(
        &NEW_OPTIONAL_PARAMETER,
        &[(
            "request-parameter-added",
            "#/paths/~1users/get/parameters/",
            Compatible,
            Impact::Addition,
        )],
        Bump::Minor,
    );
}

#[test]
fn a_new_required_parameter_breaks_requests_and_callers() {
    check(
        &NEW_REQUIRED_PARAMETER,
        &[(
            "request-parameter-added",
            "#/paths/~1invitations~1{invitation_id}~1revoke/post/parameters/",
            BreakingForRequests,
            Impact::Breaking,
        )],
        Bump::Major,
    );
}

#[test]
fn a_new_enum_value_is_an_addition_because_enums_are_open() {
    check(
        &NEW_ENUM_VALUE,
        &[(
            "response-enum-value-added",
            "#/components/schemas/SignUp/properties/status",
            Compatible,
            Impact::Addition,
        )],
        Bump::Minor,
    );
}

#[test]
fn a_new_union_kind_breaks_strict_readers_but_not_callers() {
    check(
        &NEW_UNION_KIND,
        &[(
            "response-union-kind-added",
            "#/components/schemas/PhoneNumber/properties/verification",
            BreakingForResponses,
            Impact::Addition,
        )],
        Bump::Minor,
    );
}

#[test]
fn a_removed_field_breaks_responses_and_callers() {
    check(
        &REMOVED_FIELD,
        &[(
            "response-property-removed",
            "#/components/schemas/User/properties/totp_enabled",
            BreakingForResponses,
            Impact::Breaking,
        )],
        Bump::Major,
    );
}

#[test]
fn a_changed_type_breaks_responses_and_callers() {
    check(
        &TYPE_CHANGE,
        &[(
            "response-type-changed",
            "#/components/schemas/User/properties/locked",
            BreakingForResponses,
            Impact::Breaking,
        )],
        Bump::Major,
    );
}

#[test]
fn a_nullable_field_breaks_responses_and_callers() {
    check(
        &NULLABLE_ADDED,
        &[(
            "response-nullable-changed",
            "#/components/schemas/SignInToken/properties/user_id",
            BreakingForResponses,
            Impact::Breaking,
        )],
        Bump::Major,
    );
}

#[test]
fn a_deprecation_is_one_in_rust() {
    check(
        &DEPRECATION,
        &[(
            "operation-deprecation-changed",
            "#/paths/~1organizations~1{organization_id}/get",
            Compatible,
            Impact::Deprecation,
        )],
        Bump::Minor,
    );
}

#[test]
fn a_renamed_schema_is_one_change_that_breaks_callers_unless_pinned() {
    let expected = |impact| {
        [(
            "schema-renamed",
            "#/components/schemas/RedirectTarget",
            Compatible,
            impact,
        )]
    };
    check(&RENAMED_SCHEMA, &expected(Impact::Breaking), Bump::Major);
    let pins = [("schemas.RedirectTarget", "RedirectUrl")];
    check_with(
        &RENAMED_SCHEMA,
        &pins,
        &expected(Impact::Nothing),
        Bump::Patch,
    );
}

#[test]
fn a_new_tag_does_not_change_the_crate() {
    check(
        &NEW_TAG,
        &[
            (
                "operation-tags-changed",
                "#/paths/~1users~1count/get",
                Compatible,
                Impact::Nothing,
            ),
            ("tag-added", "#/tags", Compatible, Impact::Nothing),
        ],
        Bump::Patch,
    );
}

#[test]
fn a_new_content_type_does_not_change_the_crate() {
    check(
        &NEW_CONTENT_TYPE,
        &[(
            "request-content-type-added",
            "#/paths/~1invitations/post/requestBody/content/application~1x-www-form-urlencoded",
            Compatible,
            Impact::Nothing,
        )],
        Bump::Patch,
    );
}

#[test]
fn the_crate_compiles_with_all_twelve() {
    let target = workspace().join("target/drift");
    let scratch = scratch(target.join("typical-changes")).expect("a copy");
    let mut document = description();
    for way in &ALL {
        (way.edit)(&mut document);
    }
    let version = imported(&scratch, &document, &ALL);
    regenerate(&scratch, &version, Fit::Loose).expect("the pipeline");
    build(&scratch, &target.join("build")).expect("it compiles");
}

#[track_caller]
fn check(way: &Way, expected: &[Expected], bump: Bump) {
    check_with(way, &[], expected, bump);
}

/// Checks that `diff` reports exactly the expected changes, and that the crate agrees.
#[track_caller]
fn check_with(way: &Way, pins: &[(&str, &str)], expected: &[Expected], bump: Bump) {
    let folder = tempfile::tempdir().expect("a folder");
    let scratch = scratch(folder.path().join("copy")).expect("a copy");
    pin(scratch.root(), pins);
    let mut document = description();
    (way.edit)(&mut document);

    let report = report(scratch.root(), &description(), &document);
    let found: Vec<_> = report
        .changes
        .iter()
        .map(|change| {
            (
                change.rule,
                change.pointer.as_str(),
                change.class,
                change.impact,
            )
        })
        .collect();
    assert_eq!(found.len(), expected.len(), "{found:#?}");
    for (rule, place, class, impact) in expected {
        assert!(
            found.iter().any(|change| {
                (change.0, change.2, change.3) == (*rule, *class, *impact)
                    && change.1.starts_with(place)
            }),
            "{rule} at {place} is not in {found:#?}"
        );
    }
    assert_eq!(report.bump(), bump);
    let breaks = expected
        .iter()
        .any(|(_, _, class, impact)| *class != Compatible || *impact == Impact::Breaking);
    assert_eq!(report.status(), if breaks { 2 } else { 1 });

    let version = imported(&scratch, &document, std::slice::from_ref(way));
    let generated = scratch
        .generate(&version, Fit::Loose)
        .expect("the pipeline");
    let after = &generated.files[Path::new("generated/surface.txt")];
    let before = load::text(&workspace().join("generated/surface.txt")).expect("a surface");
    let lines = surface::compare(&before, after);
    let impact = report.changes.iter().map(|change| change.impact).max();
    // A change without effect on Rust does not change the surface.
    assert_eq!(
        lines.impact().unwrap_or(Impact::Nothing),
        impact.expect("a change"),
        "{:#?}",
        lines.changed
    );
}

fn report(root: &Path, old: &Value, new: &Value) -> Report {
    let side = |document: &Value| {
        let read = |findings: &mut Findings| {
            Names::read(Folder::new(root), &Subject::Api.names(), findings)
        };
        let names = Findings::gather(read).expect("names");
        Description::new("test", document.clone(), names).expect("a valid description")
    };
    diff::compare(&side(old), &side(new))
}

/// The facts of the newest version.
fn description() -> Value {
    load::yaml(&workspace().join("spec/2026-05-12.yaml")).expect("the description")
}

/// Imports the document into the copy, with the overlays that it needs.
fn imported(scratch: &Scratch, document: &Value, ways: &[Way]) -> String {
    let overlays = ways.iter().filter_map(|way| way.overlay);
    for (index, overlay) in overlays.enumerate() {
        let path = format!("spec/overlays/90-typical-{index}.yaml");
        std::fs::write(scratch.root().join(path), overlay).expect("an overlay");
    }
    let path: PathBuf = scratch.root().join("upstream.yaml");
    std::fs::write(&path, load::print(document).expect("YAML")).expect("a document");
    import(scratch.root(), &path).expect("an import").version
}

/// Adds pins of types to the copy.
fn pin(root: &Path, pins: &[(&str, &str)]) {
    let path = root.join("spec/names.yaml");
    let names = std::fs::read_to_string(&path).expect("names");
    let lines: String = pins
        .iter()
        .map(|(place, name)| format!("types:\n  {place}: {name}\n"))
        .collect();
    if !lines.is_empty() {
        std::fs::write(&path, names.replacen("types:\n", &lines, 1)).expect("names");
    }
}
