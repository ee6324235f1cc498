//! `cargo xtask import`: which parts of a document are kept, in which form, and what is rejected.

mod support;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::json;
use support::{Workspace, data, stderr, stdout};
use xtask::follow::import::{Imported, import};
use xtask::input::load;
use xtask::support::error::{Error, Findings};

const UPSTREAM: &str = "import/upstream.yaml";
const CANONICAL: &str = "import/canonical.yaml";

fn import_text(workspace: &Workspace, text: &str) -> Result<Imported, Findings> {
    let source = workspace.path("incoming.yaml");
    fs::write(&source, text).unwrap();
    import(workspace.root(), &source)
}

/// The faults of a document.
fn rejections(text: &str) -> Findings {
    let workspace = Workspace::empty();
    let before = workspace.files();
    let findings = import_text(&workspace, text).unwrap_err();
    fs::remove_file(workspace.path("incoming.yaml")).unwrap();
    assert_eq!(workspace.files(), before, "nothing is written");
    findings
}

/// The only fault of a document.
fn rejection(text: &str) -> Error {
    let mut findings = rejections(text).into_iter();
    let error = findings.next().unwrap();
    assert_eq!(findings.next(), None);
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
fn all_faults_of_a_document_are_reported_at_once() {
    let text = fs::read_to_string(data(CANONICAL)).unwrap();
    let mut faulty = text.clone();
    for (fact, fault) in [
        (
            "openapi: 3.0.3\n",
            "openapi: 3.0.3\nwebhooks: 1\nJsonSchema: 2\n",
        ),
        ("version: '2031-04-01'", "version: soon"),
        (
            "operationId: ListMaps\n",
            "operationId: one two three four five six seven eight nine\n      callbacks: {}\n",
        ),
        ("nullable: true", "nullable: maybe"),
    ] {
        assert!(faulty.contains(fact), "{fact}");
        faulty = faulty.replacen(fact, fault, 1);
    }
    let findings = rejections(&faulty);
    let said: Vec<String> = findings
        .iter()
        .map(|error| {
            let (_, pointer) = error.location.split_once('#').unwrap();
            format!("{pointer}: {}", error.message)
        })
        .collect();
    let expected = [
        "/info/version: `soon` is not an API version",
        "/webhooks: unknown keyword `webhooks` in the document",
        "/JsonSchema: unknown keyword `JsonSchema` in the document",
        "/paths/~1maps/get/callbacks: unknown keyword `callbacks` in an operation",
        "/paths/~1maps/get/operationId: expected a fact, found a text of more than 8 words",
    ];
    for line in expected {
        assert!(
            said.iter().any(|other| other == line),
            "{line} is not in {said:#?}"
        );
    }
    assert!(
        said.iter()
            .any(|line| line.ends_with("/nullable: expected `true` or `false`")),
        "{said:#?}"
    );
    assert_eq!(said.len(), expected.len() + 1, "{said:#?}");
}

#[test]
fn each_member_of_the_wrong_type_is_reported() {
    let text = fs::read_to_string(data(CANONICAL)).unwrap();
    let wrong = text.replacen(
        "    Globe:\n",
        "    Atlas: 1\n    Chart: [a]\n    Globe:\n",
        1,
    );
    let findings = rejections(&wrong);
    let pointers: Vec<&str> = findings
        .iter()
        .map(|error| error.location.split_once('#').unwrap().1)
        .collect();
    assert_eq!(
        pointers,
        ["/components/schemas/Atlas", "/components/schemas/Chart"]
    );
    assert!(
        findings
            .iter()
            .all(|error| error.message == "expected a schema")
    );
}

#[test]
fn unknown_extensions_are_dropped_with_a_warning() {
    let text = fs::read_to_string(data(CANONICAL)).unwrap();
    let mut extended = text.clone();
    for (line, extension) in [
        (
            "openapi: 3.0.3\n",
            "x-unreleased: {schemas: {a: {type: what}}}\n",
        ),
        ("paths:\n", "  x-notes: [1, 2]\n"),
        ("      responses:\n", "        x-slow: true\n"),
        ("      operationId: ListMaps\n", "      x-team: maps\n"),
        ("    Globe:\n", "      x-team: globes\n"),
    ] {
        assert!(extended.contains(line), "{line}");
        extended = extended.replacen(line, &format!("{line}{extension}"), 1);
    }
    let workspace = Workspace::empty();
    let imported = import_text(&workspace, &extended).unwrap();
    assert_eq!(fs::read_to_string(&imported.path).unwrap(), text);
    let warnings: Vec<&str> = imported
        .warnings
        .iter()
        .map(|warning| warning.message.as_str())
        .collect();
    assert_eq!(
        warnings,
        [
            "dropped the unknown extension `x-notes` of paths",
            "dropped the unknown extension `x-slow` of responses",
            "dropped the unknown extension `x-team` of a schema",
            "dropped the unknown extension `x-team` of an operation",
            "dropped the unknown extension `x-unreleased` of the document",
        ]
    );
    assert!(
        imported.warnings[4]
            .location
            .ends_with("incoming.yaml#/x-unreleased")
    );

    // The same one in several places is one warning.
    let many = text.replace(
        "\n      type: object\n",
        "\n      type: object\n      x-team: maps\n",
    );
    let warnings = import_text(&workspace, &many).unwrap().warnings;
    assert_eq!(warnings.len(), 1);
    assert!(
        warnings[0]
            .message
            .ends_with("of a schema, 3 times; the first is shown"),
        "{}",
        warnings[0]
    );
}

#[test]
fn a_property_and_a_component_may_be_named_like_an_extension() {
    let text = fs::read_to_string(data(CANONICAL)).unwrap();
    let named = text.replacen(
        "    Globe:\n",
        "    x-Globe:\n      type: string\n    Globe:\n",
        1,
    );
    let workspace = Workspace::empty();
    let imported = import_text(&workspace, &named).unwrap();
    assert!(imported.warnings.is_empty());
    assert!(
        fs::read_to_string(&imported.path)
            .unwrap()
            .contains("    x-Globe:\n")
    );
}

#[test]
fn import_prints_its_warnings() {
    let workspace = Workspace::empty();
    let text = fs::read_to_string(data(CANONICAL)).unwrap();
    workspace.write("incoming.yaml", &format!("x-one: 1\nx-two: 2\n{text}"));
    let file = workspace.path("incoming.yaml").display().to_string();
    let output = workspace.xtask(&["import", &file]);
    let said = stderr(&output);
    assert!(output.status.success(), "{said}");
    for line in [
        "warning: dropped the unknown extension `x-one` of the document\n",
        "incoming.yaml#/x-two\n",
        "warning: 2 warnings\n",
    ] {
        assert!(said.contains(line), "`{line}` is not in {said}");
    }
}

#[test]
fn the_commit_of_a_checkout_of_upstream_is_recorded() {
    let workspace = Workspace::empty();
    let text = fs::read_to_string(data(CANONICAL)).unwrap();
    let git = |arguments: &[&str]| {
        let output = Command::new("git")
            .args(["-c", "user.name=Ada", "-c", "user.email=ada@example.com"])
            .args(arguments)
            .current_dir(workspace.path("upstream"))
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", stderr(&output));
        stdout(&output).trim_end().to_owned()
    };
    let document = workspace.path("upstream/bapi/2031-04-01.yml");
    workspace.write("upstream/bapi/2031-04-01.yml", &text);
    workspace.write("upstream/copies/2031-04-01.yml", &text);
    git(&["init", "--quiet"]);
    git(&["add", "--all"]);
    git(&["commit", "--quiet", "-m", "One"]);
    let first = git(&["rev-parse", "HEAD"]);
    let lock = || fs::read_to_string(workspace.path("spec/lock.yaml")).unwrap();

    import(
        workspace.root(),
        &workspace.path("upstream/copies/2031-04-01.yml"),
    )
    .unwrap();
    assert!(
        !lock().contains("commit"),
        "upstream has no such folder: {}",
        lock()
    );
    import(workspace.root(), &document).unwrap();
    assert!(
        lock().contains(&format!("    commit: {first}\n")),
        "{}",
        lock()
    );

    // A later commit with the same document is no news.
    git(&["commit", "--quiet", "--allow-empty", "-m", "Two"]);
    assert!(!import(workspace.root(), &document).unwrap().changed);
    assert!(lock().contains(&first));

    // A document that was edited is in no commit.
    workspace.write(
        "upstream/bapi/2031-04-01.yml",
        &text.replace("ListMaps", "ListCharts"),
    );
    import(workspace.root(), &document).unwrap();
    assert!(!lock().contains("commit"), "{}", lock());
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
    for version in [
        "v1",
        "../../../2031-04-01",
        "2031-4-1",
        "'2031-99-99'",
        "'2031-02-29'",
        "''",
    ] {
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

#[test]
fn a_path_that_cannot_be_appended_to_an_address_is_rejected() {
    let text = fs::read_to_string(data(CANONICAL)).unwrap();
    for path in [
        "x",
        "//x",
        "/x//y",
        "/x/../y",
        "/x/%2E./y",
        "/./x",
        "/x?y={a}",
        "/x#{a}",
        "/x/id}",
        "/x/{id",
        "/x/{}",
        "/x/{{a}}",
        "/{a}/{a}",
        "/x y",
        "/x\\y",
        "/x/%zz",
        "/caf\u{e9}",
    ] {
        let key = format!(
            "  {}: {{get: {{operationId: Odd, responses: {{}}}}}}\n",
            json!(path)
        );
        let error = rejection(&text.replacen("paths:\n", &format!("paths:\n{key}"), 1));
        let pointer = path.replace('~', "~0").replace('/', "~1");
        assert!(
            error
                .location
                .ends_with(&format!("incoming.yaml#/paths/{pointer}")),
            "{path}: {error}"
        );
    }
    for path in [
        "/",
        "/x/",
        "/x.y/{a}-{b}:verify/c",
        "/@me/a+b=c;d,e",
        "/%7Ex",
    ] {
        let key = format!(
            "  {}: {{get: {{operationId: Odd, responses: {{}}}}}}\n",
            json!(path)
        );
        let text = text.replacen("paths:\n", &format!("paths:\n{key}"), 1);
        import_text(&Workspace::empty(), &text).unwrap();
    }
}

#[test]
fn a_byte_order_mark_is_not_part_of_a_document() {
    let text = fs::read_to_string(data(CANONICAL)).unwrap();
    let document = load::parse("test", &text).unwrap();
    // As JSON too, which needs no line break at its end.
    for text in [text, document.to_string()] {
        let workspace = Workspace::empty();
        let imported = import_text(&workspace, &format!("\u{feff}{text}")).unwrap();
        assert_eq!(
            fs::read_to_string(&imported.path).unwrap(),
            fs::read_to_string(data(CANONICAL)).unwrap()
        );
    }
}
