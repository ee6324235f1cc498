//! `cargo xtask import`: which parts of a document are kept, in which form, and what is rejected.

mod support;

use std::fs;
use std::path::{Path, PathBuf};

use support::{Workspace, data};
use xtask::follow::import::{Imported, import};
use xtask::support::error::{Error, Result};

const UPSTREAM: &str = "import/upstream.yaml";
const CANONICAL: &str = "import/canonical.yaml";

fn import_text(workspace: &Workspace, text: &str) -> Result<Imported> {
    let source = workspace.path("incoming.yaml");
    fs::write(&source, text).unwrap();
    import(workspace.root(), &source)
}

fn rejection(text: &str) -> Error {
    let workspace = Workspace::empty();
    let before = workspace.files();
    let error = import_text(&workspace, text).unwrap_err();
    fs::remove_file(workspace.path("incoming.yaml")).unwrap();
    assert_eq!(workspace.files(), before, "nothing is written");
    error
}

#[test]
fn facts_are_kept_in_canonical_order_and_prose_is_dropped() {
    let workspace = Workspace::empty();
    let imported = import(workspace.root(), &data(UPSTREAM)).unwrap();
    assert_eq!(imported.version, "2031-04-01");
    assert!(imported.changed);
    let written = fs::read_to_string(workspace.path("spec/2031-04-01.yaml")).unwrap();
    assert_eq!(written, fs::read_to_string(data(CANONICAL)).unwrap());
}

#[test]
fn the_lock_names_the_source_and_its_digest() {
    let workspace = Workspace::empty();
    import(workspace.root(), &data(UPSTREAM)).unwrap();
    // The digest is what `sha256sum tests/data/import/upstream.yaml` prints.
    assert_eq!(
        fs::read_to_string(workspace.path("spec/lock.yaml")).unwrap(),
        "\
# Written by `cargo xtask import`. Do not edit.
current: '2031-04-01'
sources:
  '2031-04-01':
    name: upstream.yaml
    sha256: 71d10a5e0de5cce193b5e6ad75ad46f2ae22c0e958e93df490f634360191b0ed
"
    );
}

#[test]
fn importing_again_changes_nothing() {
    let workspace = Workspace::empty();
    import(workspace.root(), &data(UPSTREAM)).unwrap();
    let before = workspace.files();
    let again = import(workspace.root(), &data(UPSTREAM)).unwrap();
    assert!(!again.changed);
    assert_eq!(workspace.files(), before);
}

#[test]
fn the_canonical_form_of_a_canonical_document_is_itself() {
    let workspace = Workspace::empty();
    let imported = import(workspace.root(), &data(CANONICAL)).unwrap();
    assert_eq!(
        fs::read_to_string(&imported.path).unwrap(),
        fs::read_to_string(data(CANONICAL)).unwrap()
    );
}

#[test]
fn importing_an_imported_description_leaves_the_lock_alone() {
    let workspace = Workspace::empty();
    let first = import(workspace.root(), &data(UPSTREAM)).unwrap();
    let before = workspace.files();
    let second = import(workspace.root(), &first.path).unwrap();
    assert!(!second.changed);
    assert_eq!(workspace.files(), before);
}

#[test]
fn the_newest_imported_version_is_the_current_one() {
    let workspace = Workspace::empty();
    let text = fs::read_to_string(data(CANONICAL)).unwrap();
    for version in ["2031-04-01", "2032-01-01", "2030-12-31"] {
        import_text(&workspace, &text.replace("2031-04-01", version)).unwrap();
    }
    let lock = fs::read_to_string(workspace.path("spec/lock.yaml")).unwrap();
    assert!(lock.contains("current: '2032-01-01'\n"), "{lock}");
    let positions: Vec<_> = ["  '2030-12-31':", "  '2031-04-01':", "  '2032-01-01':"]
        .iter()
        .map(|line| lock.find(line).unwrap())
        .collect();
    assert!(positions.is_sorted(), "{lock}");
}

#[test]
fn an_unknown_keyword_is_rejected_everywhere() {
    let text = fs::read_to_string(data(CANONICAL)).unwrap();
    for (line, indent, pointer) in [
        ("openapi: 3.0.3", "", "#/webhooks"),
        (
            "      operationId: ListMaps",
            "      ",
            "#/paths/~1maps/get/webhooks",
        ),
        (
            "    Globe:",
            "      ",
            "#/components/schemas/Globe/webhooks",
        ),
        (
            "    Page:",
            "      ",
            "#/components/parameters/Page/webhooks",
        ),
    ] {
        let changed = text.replacen(line, &format!("{line}\n{indent}webhooks: 1"), 1);
        assert_ne!(changed, text);
        let error = rejection(&changed);
        assert!(
            error.location.ends_with(&format!("incoming.yaml{pointer}")),
            "{error}"
        );
        assert!(
            error.message.contains("unknown keyword `webhooks`"),
            "{error}"
        );
        assert!(error.help.contains("vocabulary/tables.rs"), "{error}");
    }
}

#[test]
fn a_sentence_instead_of_a_fact_is_rejected() {
    let text = fs::read_to_string(data(CANONICAL)).unwrap();
    let fact = "operationId: ListMaps";
    let eight = text.replace(fact, "operationId: one two three four five six seven eight");
    import_text(&Workspace::empty(), &eight).unwrap();
    let nine = text.replace(
        fact,
        "operationId: one two three four five six seven eight nine",
    );
    let error = rejection(&nine);
    assert!(
        error.location.ends_with("#/paths/~1maps/get/operationId"),
        "{error}"
    );
    assert!(error.message.contains("more than 8 words"), "{error}");
}

#[test]
fn our_own_extensions_are_not_imported() {
    let text = fs::read_to_string(data(CANONICAL)).unwrap();
    let fact = "      operationId: ListMaps";
    let error = rejection(&text.replace(
        fact,
        &format!("{fact}\n      x-clerk-authentication: machine"),
    ));
    assert!(
        error.message.contains("allowed only in overlays"),
        "{error}"
    );
}

#[test]
fn a_value_of_the_wrong_type_is_rejected() {
    let text = fs::read_to_string(data(CANONICAL)).unwrap();
    // OpenAPI 3.1 writes null like this.
    let error = rejection(&text.replacen(
        "          type: string",
        "          type: [string, 'null']",
        1,
    ));
    assert!(error.message.contains("expected a string"), "{error}");
    let error = rejection(&text.replace("nullable: true", "nullable: maybe"));
    assert!(
        error.message.contains("expected `true` or `false`"),
        "{error}"
    );
}

#[test]
fn a_version_that_is_not_a_date_is_rejected() {
    let text = fs::read_to_string(data(CANONICAL)).unwrap();
    for version in ["v1", "../../../2031-04-01", "2031-4-1", "''"] {
        let error =
            rejection(&text.replace("version: '2031-04-01'", &format!("version: {version}")));
        assert!(error.location.ends_with("#/info/version"), "{error}");
    }
}

#[test]
fn a_document_cut_short_anywhere_is_rejected() {
    let text = fs::read_to_string(data(CANONICAL)).unwrap();
    let workspace = Workspace::empty();
    for end in 0..text.len() {
        let cut = &text[..end];
        assert!(
            import_text(&workspace, cut).is_err(),
            "accepted up to byte {end}"
        );
    }
    assert!(!workspace.path("spec/lock.yaml").exists());
}

/// Descriptions as Clerk publishes them are not part of the repository, so they may be missing.
#[test]
fn every_published_version_is_imported_without_its_prose() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/upstream/bapi");
    let Ok(entries) = fs::read_dir(&folder) else {
        eprintln!("skipped: no published descriptions at {}", folder.display());
        return;
    };
    let workspace = Workspace::empty();
    let mut sources: Vec<PathBuf> = entries
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.to_string_lossy().ends_with(".yml"))
        .filter(|path| !path.to_string_lossy().contains("overlay"))
        .collect();
    sources.sort();
    assert_eq!(sources.len(), 6);
    for source in &sources {
        let imported = import(workspace.root(), source).unwrap();
        let text = fs::read_to_string(&imported.path).unwrap();
        assert!(!text.contains("\n      summary:"), "{}", source.display());
        assert!(!text.contains("externalDocs"), "{}", source.display());
        let again = import(workspace.root(), &imported.path).unwrap();
        assert!(!again.changed, "{}", source.display());
    }
}

#[test]
fn the_committed_descriptions_are_imported_from_their_sources() {
    let upstream = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/upstream");
    let sources =
        ["bapi/2026-05-12.yml", "webhooks/2025-04-15.yml"].map(|name| upstream.join(name));
    if let Some(missing) = sources.iter().find(|source| !source.exists()) {
        eprintln!("skipped: no published description at {}", missing.display());
        return;
    }
    let workspace = Workspace::empty();
    for source in &sources {
        import(workspace.root(), source).unwrap();
    }
    let committed = Path::new(env!("CARGO_MANIFEST_DIR")).join("../spec");
    for file in ["2026-05-12.yaml", "webhooks/2025-04-15.yaml", "lock.yaml"] {
        assert_eq!(
            fs::read_to_string(workspace.path("spec").join(file)).unwrap(),
            fs::read_to_string(committed.join(file)).unwrap(),
            "{file}"
        );
    }
}
