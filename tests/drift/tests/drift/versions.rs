//! Every dated version passes import and the pipeline without code changes, and the output
//! compiles.

use std::fs;
use std::path::PathBuf;
use std::time::Instant;

use drift::{Counts, Upstream, build, documents, regenerate, scratch, workspace};
use xtask::follow::import::import;
use xtask::input::Fit;

/// The versions published so far.
const KNOWN: [&str; 6] = [
    "2021-02-05",
    "2024-10-01",
    "2025-03-12",
    "2025-04-10",
    "2025-11-10",
    "2026-05-12",
];

#[test]
fn every_dated_version_is_generated_and_compiles() {
    let Some(documents) = documents() else { return };
    let missing: Vec<&str> = KNOWN
        .into_iter()
        .filter(|known| !documents.iter().any(|document| document.version == **known))
        .collect();
    assert!(missing.is_empty(), "no documents of {missing:?}");

    let mut table = vec![format!(
        "{:<10} {:>10} {:>6} {:>6} {:>7}",
        "version", "operations", "models", "lines", "seconds"
    )];
    let mut faults = Vec::new();
    for document in &documents {
        let start = Instant::now();
        match generated_and_compiled(document) {
            Ok(counts) => table.push(format!(
                "{:<10} {:>10} {:>6} {:>6} {:>7.1}",
                document.version,
                counts.operations,
                counts.models,
                counts.lines,
                start.elapsed().as_secs_f64()
            )),
            Err(fault) => faults.push(format!("{}: {fault}", document.version)),
        }
    }
    eprintln!("{}", table.join("\n"));
    assert!(faults.is_empty(), "{}", faults.join("\n\n"));
}

fn generated_and_compiled(document: &Upstream) -> Result<Counts, String> {
    let scratch = scratch(target().join(&document.version))
        .map_err(|error| format!("the workspace cannot be copied: {error}"))?;
    let imported = import(scratch.root(), &document.path).map_err(|error| error.to_string())?;
    assert_eq!(imported.version, document.version);
    let newest = KNOWN.last() == Some(&document.version.as_str());
    let fit = if newest { Fit::Exact } else { Fit::Loose };
    let counts =
        regenerate(&scratch, &document.version, fit).map_err(|findings| findings.to_string())?;
    build(&scratch, &target().join("build"))?;
    Ok(counts)
}

#[test]
fn the_committed_description_is_imported_from_the_upstream_document() {
    let Some(documents) = documents() else { return };
    let scratch = scratch(target().join("imported")).expect("a copy");
    for document in documents {
        let name = format!("spec/{}.yaml", document.version);
        let Ok(committed) = fs::read_to_string(workspace().join(&name)) else {
            continue;
        };
        let imported = import(scratch.root(), &document.path).expect("an import");
        assert!(!imported.changed, "{name} or spec/lock.yaml differs");
        let made = fs::read_to_string(imported.path).expect("a description");
        assert!(made == committed, "{name} differs");
    }
}

/// Copies are in the workspace's target folder, separate from committed files.
fn target() -> PathBuf {
    workspace().join("target/drift")
}
