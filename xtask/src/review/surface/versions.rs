//! `cargo xtask surface BASE`: which public items the published crates lost since a revision, and
//! whether their versions reflect that.
//!
//! It reads the records in `generated/`, so it covers generated code only; cargo-semver-checks,
//! which CI runs too, covers hand-written code.

use std::fmt::Write;
use std::path::Path;

use semver::Version;

use super::{Impact, Lines, compare};
use crate::input::load;
use crate::record::package;
use crate::record::surface::FORM;
use crate::review::revision::Revision;
use crate::support::error::{Error, Findings, Result};

/// The packages with a generated surface, and its record.
const RECORDS: [(&str, &str); 2] = [
    ("clerk-api", "generated/surface.txt"),
    ("clerk-auth", "generated/webhooks-surface.txt"),
];

/// The result of the check.
#[derive(Debug)]
pub struct Surface {
    /// For readers: each package, its versions and what its surface lost.
    pub report: String,
    /// Breaking changes without a breaking version.
    pub findings: Findings,
}

/// Compares the workspace at `root` with the revision `base`.
pub fn check(root: &Path, base: &str) -> Result<Surface> {
    let revision = Revision::find(root, base).ok_or_else(|| {
        Error::new(
            base,
            "git does not find this revision",
            "pass a commit, branch or tag; a shallow clone has few of them (`git fetch \
             --unshallow`)",
        )
    })?;
    let mut surface = Surface {
        report: String::new(),
        findings: Findings::new(),
    };
    for (name, record) in RECORDS {
        check_package(root, &revision, name, record, &mut surface)?;
    }
    Ok(surface)
}

fn check_package(
    root: &Path,
    base: &Revision<'_>,
    name: &str,
    record: &str,
    surface: &mut Surface,
) -> Result<()> {
    let manifest = format!("{name}/Cargo.toml");
    if !base.has(record)? {
        let _ = writeln!(surface.report, "{name}: {} has no {record}", base.name());
        return Ok(());
    }
    let former = base.text(record)?;
    if !former.starts_with(FORM) {
        let _ = writeln!(
            surface.report,
            "{name}: {record} of {} is from an earlier toolchain and cannot be compared",
            base.name()
        );
        return Ok(());
    }
    let before = package::version_of(&base.location(&manifest), &base.text(&manifest)?)?;
    let after = package::version(root, name)?;
    let lines = compare(&former, &load::text(&root.join(record))?);
    surface
        .report
        .push_str(&summary(name, &before, &after, &lines));
    if lines.impact() == Some(Impact::Breaking) && !package::are_incompatible(&after, &before) {
        surface.findings.report(
            &manifest,
            format!(
                "the public surface has breaking changes since {}, but version {after} is \
                 compatible",
                base.name()
            ),
            format!(
                "make the version {}, or keep the items listed above with an overlay or a pin",
                package::incompatible(&after)
            ),
        );
    }
    Ok(())
}

/// The versions and the lines that break callers.
fn summary(name: &str, before: &Version, after: &Version, lines: &Lines) -> String {
    let mut text = format!("{name} {before} → {after}: {}\n", lines.counts());
    for line in lines.diff(|impact| impact == Impact::Breaking).lines() {
        let _ = writeln!(text, "  {line}");
    }
    text
}
