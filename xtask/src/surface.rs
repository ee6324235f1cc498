//! `cargo xtask surface BASE`: what the public items of the published crates lost since a revision, and
//! whether their versions say so.
//!
//! It reads the records in `generated/`, so it knows what is generated and not what is written by hand;
//! that is the business of cargo-semver-checks, which CI runs beside it.

use std::fmt::Write;
use std::path::Path;

use crate::changes::surface::{self, Lines};
use crate::diff::Impact;
use crate::error::{Error, Findings, Result};
use crate::load;
use crate::package::{self, Version};
use crate::revision::Revision;

/// The packages with a generated surface, and its record.
const RECORDS: [(&str, &str); 2] = [
    ("clerk-api", "generated/surface.txt"),
    ("clerk-auth", "generated/webhooks-surface.txt"),
];

/// What was found.
#[derive(Debug)]
pub struct Surface {
    /// For people: each package, its versions and what its surface lost.
    pub report: String,
    /// Breaks that the version does not tell of.
    pub findings: Findings,
}

/// Compares the workspace at `root` with its state in the revision `base`.
pub fn check(root: &Path, base: &str) -> Result<Surface> {
    let revision = Revision::find(root, base).ok_or_else(|| {
        Error::new(
            base,
            "git knows no such revision",
            "name a commit, branch or tag; a shallow clone has few (`git fetch --unshallow`)",
        )
    })?;
    let mut surface = Surface {
        report: String::new(),
        findings: Findings::new(),
    };
    for (name, record) in RECORDS {
        compare(root, &revision, name, record, &mut surface)?;
    }
    Ok(surface)
}

fn compare(
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
    let before = Version::of_manifest(&base.location(&manifest), &base.text(&manifest)?)?;
    let after = package::version(root, name)?;
    let lines = surface::compare(&base.text(record)?, &load::text(&root.join(record))?);
    surface
        .report
        .push_str(&told(name, &before, &after, &lines));
    if lines.impact() == Some(Impact::Breaking) && !after.is_incompatible_with(&before) {
        surface.findings.report(
            &manifest,
            format!(
                "the public surface breaks since {}, and version {after} promises that it does not",
                base.name()
            ),
            format!(
                "make the version {}, or keep the items that are listed above with an overlay or a \
                 pin",
                after.incompatible()
            ),
        );
    }
    Ok(())
}

/// The versions and the lines that break callers.
fn told(name: &str, before: &Version, after: &Version, lines: &Lines) -> String {
    let count = |impact| {
        let of = lines.changed.iter().filter(|line| line.impact == impact);
        of.count()
    };
    let mut text = format!(
        "{name} {before} → {after}: {} breaking, {} deprecated, {} added\n",
        count(Impact::Breaking),
        count(Impact::Deprecation),
        count(Impact::Addition)
    );
    let breaking = lines
        .changed
        .iter()
        .filter(|line| line.impact == Impact::Breaking);
    for line in breaking {
        for (mark, side) in [("-", &line.old), ("+", &line.new)] {
            if let Some(side) = side {
                let _ = writeln!(text, "  {mark} {side}");
            }
        }
    }
    text
}
