//! Typical upstream changes, all at once: what `diff` reports for each on the wire, what the surface
//! of the regenerated crate reports in Rust, and that the compiler agrees with the surface.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use drift::{build, examples, regenerate, scratch, workspace};
use serde_json::Value;
use xtask::follow::import::import;
use xtask::follow::scratch::Scratch;
use xtask::input::{Fit, load};
use xtask::review::diff::{self, Description, Report};
use xtask::review::surface::{self, Bump, Impact, Lines};

use crate::ways::*;

const SURFACE: &str = "generated/surface.txt";

#[test]
fn each_change_is_reported_on_the_wire() {
    let mut document = description();
    for way in &ALL {
        (way.edit)(&mut document);
    }
    let report = report(&description(), &document);
    let mut unexpected: Vec<_> = (report.changes.iter())
        .map(|change| (change.rule.as_str(), change.pointer.as_str(), change.class))
        .collect();
    for (rule, place, class) in ALL.iter().flat_map(|way| way.wire) {
        let is_expected = |change: &(&str, &str, diff::Class)| {
            (change.0, change.2) == (*rule, *class) && change.1.starts_with(place)
        };
        let known = unexpected.len();
        unexpected.retain(|change| !is_expected(change));
        assert!(
            unexpected.len() < known,
            "{rule} at {place} is not in {unexpected:#?}"
        );
    }
    assert!(unexpected.is_empty(), "{unexpected:#?}");
}

/// Two checks of the crate, and one of it with a single feature: all callers share them.
#[test]
fn callers_break_where_the_surface_does_and_nowhere_else() {
    let target = workspace().join("target/drift");
    let scratch = scratch(target.join("typical-changes")).expect("a copy");
    let before = surface_of(&scratch, &description(), &[]);
    for (index, way) in ALL.iter().enumerate() {
        let caller = format!(
            "//! Uses what a change affects.\nfn main() {{}}\n#[allow(dead_code, deprecated)]\n\
             fn caller(clerk: &clerk_api::Clerk) {{ let _ = clerk; {} }}\n",
            way.caller
        );
        let path = scratch
            .root()
            .join(format!("clerk-api/examples/{}.rs", name(index)));
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        std::fs::write(path, caller).expect("an example");
    }
    let build_target = target.join("build");
    let failed = examples(&scratch, &build_target, &["--all-features"]).expect("cargo");
    assert_eq!(failed, BTreeSet::new(), "before the change");

    let mut document = description();
    for way in &ALL {
        (way.edit)(&mut document);
    }
    let after = surface_of(&scratch, &document, &ALL);
    let lines = surface::compare(&before, &after);
    assert_eq!(lines.bump(true), Bump::Major);
    let mut broken = BTreeSet::new();
    for (index, way) in ALL.iter().enumerate() {
        for (item, impact) in way.surface {
            assert_eq!(
                found(&lines, item),
                Some(*impact),
                "{item}: {:#?}",
                lines.changed
            );
            if *impact == Impact::Breaking {
                broken.insert(name(index));
            }
        }
    }
    assert!(broken.len() > 5, "{broken:?}");
    let expected: BTreeSet<&str> = ALL
        .iter()
        .flat_map(|way| way.surface)
        .map(|it| it.0)
        .collect();
    let unexpected: Vec<_> = (lines.changed.iter())
        .filter(|line| line.impact == Impact::Breaking)
        .filter(|line| !expected.iter().any(|item| line.item.starts_with(item)))
        .collect();
    assert!(unexpected.is_empty(), "{unexpected:#?}");

    let failed = examples(&scratch, &build_target, &["--all-features"]).expect("cargo");
    assert_eq!(failed, broken, "after the change");
    // A model that a second resource uses exists as before with the first.
    let shared = ALL
        .iter()
        .position(|way| way.caller == SHARED_MODEL.caller)
        .expect("the change");
    let (shared, one_feature) = (
        name(shared),
        ["--no-default-features", "--features=jwt-templates"],
    );
    let only = ["--example", &shared];
    let failed = examples(&scratch, &build_target, &[&one_feature[..], &only].concat());
    assert_eq!(failed.expect("cargo"), BTreeSet::new());
    build(&scratch, &build_target).expect("it compiles");
}

#[test]
fn a_pinned_name_survives_a_rename() {
    let folder = tempfile::tempdir().expect("a folder");
    let scratch = scratch(folder.path().join("copy")).expect("a copy");
    pin(scratch.root(), "schemas.RedirectTarget: RedirectUrl");
    let mut document = description();
    (RENAMED_SCHEMA.edit)(&mut document);
    let version = imported(&scratch, &document, &[]);
    let generated = scratch
        .generate(&version, Fit::Loose)
        .expect("the pipeline");
    let before = load::text(&workspace().join(SURFACE)).expect("a surface");
    let lines = surface::compare(&before, &generated.files[Path::new(SURFACE)]);
    assert_eq!(lines.changed, []);
}

fn name(index: usize) -> String {
    format!("caller_{index}")
}

fn found(lines: &Lines, item: &str) -> Option<Impact> {
    let line = lines.changed.iter().find(|line| line.item == item);
    line.map(|line| line.impact)
}

/// Generates the copy from a document. Returns the record of its public items.
fn surface_of(scratch: &Scratch, document: &Value, ways: &[Way]) -> String {
    let version = imported(scratch, document, ways);
    regenerate(scratch, &version, Fit::Loose).expect("the pipeline");
    load::text(&scratch.root().join(SURFACE)).expect("a surface")
}

fn report(old: &Value, new: &Value) -> Report {
    let side =
        |document: &Value| Description::new("test", document.clone()).expect("a valid description");
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

/// Adds a pin of a type to the copy.
fn pin(root: &Path, pin: &str) {
    let path = root.join("spec/names.yaml");
    let names = std::fs::read_to_string(&path).expect("names");
    let names = names.replacen("types:\n", &format!("types:\n  {pin}\n"), 1);
    std::fs::write(&path, names).expect("names");
}
