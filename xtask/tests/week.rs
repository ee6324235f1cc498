//! A maintainer's weeks: real changes of the current version, each followed with one round of texts.

mod support;

use std::fs;
use std::path::{Path, PathBuf};

use support::{Workspace, stderr, stdout};

/// Upstream's documents of one version, in the order in which they were published.
const HISTORY: &str = "../../shared/upstream/history/bapi-2026-05-12";
const WEBHOOKS: &str = "../../shared/upstream/webhooks/2025-04-15.yml";

/// What `stub` writes where a person must write something.
const TEXT: &str = "TODO: describe this in our own words.";
const SAMPLE: &str = "[\"TODO\"]";

/// A workspace, a checkout of upstream's repository beside it, and what was done.
struct Maintainer {
    workspace: Workspace,
    /// Commands of the toolchain.
    runs: usize,
    /// Texts and sample values written.
    edits: usize,
}

impl Maintainer {
    /// Publishes a document.
    fn upstream(&self, document: &Path) {
        let text = fs::read_to_string(document).unwrap();
        self.workspace.write("upstream/bapi/2026-05-12.yml", &text);
    }

    /// The state after following upstream.
    fn follow(&mut self) -> String {
        self.runs += 1;
        let upstream = self.workspace.path("upstream").display().to_string();
        let report = self.workspace.path("report.md").display().to_string();
        let arguments = ["follow", &upstream, "--report", &report];
        let output = self.workspace.xtask(&arguments);
        assert!(output.status.success(), "{}", stderr(&output));
        stdout(&output).trim_end().to_owned()
    }

    fn stub(&mut self) {
        self.runs += 1;
        let output = self.workspace.xtask(&["stub"]);
        assert!(output.status.success(), "{}", stderr(&output));
    }

    /// Writes a text or a value in each place that `stub` has made.
    fn write(&mut self) {
        for (path, bytes) in self.workspace.files() {
            if !path.starts_with(self.workspace.path("spec")) {
                continue;
            }
            let text = String::from_utf8(bytes).unwrap();
            self.edits += text.matches(TEXT).count() + text.matches(SAMPLE).count();
            let written = text
                .replace(TEXT, "What this week brought.")
                .replace(SAMPLE, "[Some words]");
            assert!(!written.contains("TODO"), "{}: {written}", path.display());
            if written != text {
                fs::write(path, written).unwrap();
            }
        }
    }

    /// Follows upstream until the state is `ready`.
    fn week(&mut self) {
        if self.follow() == "ready" {
            return;
        }
        self.stub();
        self.write();
        assert_eq!(self.follow(), "ready", "{}", self.report());
    }

    fn report(&self) -> String {
        fs::read_to_string(self.workspace.path("report.md")).unwrap()
    }
}

fn documents() -> Option<Vec<PathBuf>> {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    let names = [
        "011-20260730",
        "012-20260803",
        "013-20260812",
        "014-20260814",
    ];
    let documents = names.map(|name| package.join(HISTORY).join(format!("{name}.yml")));
    let Some(missing) = documents.iter().find(|document| !document.exists()) else {
        return Some(documents.into());
    };
    assert!(
        std::env::var_os("CLERK_REQUIRE_UPSTREAM").is_none_or(|value| value != "1"),
        "CLERK_REQUIRE_UPSTREAM=1, and there is no {}",
        missing.display()
    );
    eprintln!(
        "skipped: there is no {}; CLERK_REQUIRE_UPSTREAM=1 makes this a failure",
        missing.display()
    );
    None
}

#[test]
fn each_week_is_one_round_of_texts() {
    let Some(documents) = documents() else { return };
    let mut maintainer = Maintainer {
        workspace: Workspace::real(),
        runs: 0,
        edits: 0,
    };
    let webhooks = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(WEBHOOKS));
    let webhooks_of_upstream = "upstream/webhooks/2025-04-15.yml";
    maintainer
        .workspace
        .write(webhooks_of_upstream, &webhooks.unwrap());
    assert!(maintainer.workspace.xtask(&["regenerate"]).status.success());
    // The texts of later documents go. Where the weeks begin, nothing is to be written.
    maintainer.upstream(&documents[0]);
    maintainer.week();
    assert_eq!(maintainer.edits, 0);

    for document in &documents[1..] {
        (maintainer.runs, maintainer.edits) = (0, 0);
        maintainer.upstream(document);
        maintainer.week();
        let name = document.file_stem().unwrap().to_string_lossy();
        let (runs, edits) = (maintainer.runs, maintainer.edits);
        eprintln!("{name}: {runs} runs, {edits} texts and values in one round");
        assert_eq!(runs, 3, "{name}: follow, stub, follow");
        // The numbers of things that upstream added; 14, 54 and 20 when this was written.
        assert!((1..=70).contains(&edits), "{name}: {edits}");
        let report = maintainer.report();
        assert!(
            report.contains("# Changes since the previous import"),
            "{report}"
        );
        assert_eq!(maintainer.follow(), "unchanged");
    }
    let output = maintainer.workspace.xtask(&["regenerate", "--check"]);
    assert!(output.status.success(), "{}", stdout(&output));
}
