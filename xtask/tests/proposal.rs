//! Following upstream automatically: `cargo xtask follow`, and the scripts around it with a remote
//! repository of their own and a stand-in for `gh`.
#![cfg(unix)]

mod support;

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::json;
use support::{Workspace, stderr, stdout};
use xtask::input::load;

const API: &str = "spec/2026-05-12.yaml";

/// A checkout of upstream's repository in the workspace, whose newest document is the current one.
fn upstream(workspace: &Workspace) {
    let current = fs::read_to_string(workspace.path(API)).unwrap();
    workspace.write("upstream/bapi/2026-05-12.yml", &current);
    workspace.write("upstream/bapi/2021-02-05.yml", "no: document\n");
    workspace.write("upstream/bapi/fixes.overlay.yml", "overlay: 1.0.0\n");
    let events = json!({
        "openapi": "3.0.3",
        "x-webhooks": {},
        "components": { "schemas": {} },
    });
    // Older than the imported version, so it is ignored, whatever it contains.
    workspace.write(
        "upstream/webhooks/2024-01-01.yml",
        &load::print(&events).unwrap(),
    );
}

fn new_parameter(workspace: &Workspace, name: &str) {
    let path = "upstream/bapi/2026-05-12.yml";
    let mut document = load::yaml(&workspace.path(path)).unwrap();
    document["paths"]["/users"]["get"]["parameters"]
        .as_array_mut()
        .unwrap()
        .push(json!({ "name": name, "in": "query", "schema": { "type": "string" } }));
    workspace.write(path, &load::print(&document).unwrap());
}

/// The output of `follow`, and the report.
fn follow(workspace: &Workspace) -> (String, String) {
    let upstream = workspace.path("upstream").display().to_string();
    let report = workspace.path("report.md").display().to_string();
    let output = workspace.xtask(&["follow", &upstream, "--report", &report]);
    assert!(output.status.success(), "{}", stderr(&output));
    (stdout(&output), fs::read_to_string(report).unwrap())
}

#[test]
fn without_news_nothing_changes() {
    let workspace = Workspace::real();
    upstream(&workspace);
    let spec = fs::read(workspace.path("spec/lock.yaml")).unwrap();
    assert_eq!(follow(&workspace).0, "unchanged\n");
    assert_eq!(fs::read(workspace.path("spec/lock.yaml")).unwrap(), spec);
    assert!(!workspace.path("generated").exists());
}

#[test]
fn the_newest_document_is_imported_and_generated_from() {
    let workspace = Workspace::real();
    upstream(&workspace);
    assert!(workspace.xtask(&["regenerate"]).status.success());
    new_parameter(&workspace, "order");
    let texts = "spec/docs/parameters.yaml";
    let text = fs::read_to_string(workspace.path(texts)).unwrap();
    let more = "order: The sort order.\n";
    workspace.write(texts, &format!("{text}{more}"));
    workspace.give_sample("order");

    let (state, report) = follow(&workspace);
    assert_eq!(state, "ready\n", "{report}");
    for words in [
        "Imported upstream's `bapi/2026-05-12.yml`.\n",
        "# Changes since the previous import",
        "Version bump: **minor**",
        "New optional query parameter `order`.",
    ] {
        assert!(report.contains(words), "`{words}` is not in:\n{report}");
    }
    assert!(workspace.xtask(&["regenerate", "--check"]).status.success());
    assert_eq!(follow(&workspace).0, "unchanged\n");
}

#[test]
fn a_rejected_description_is_reported_as_a_list_of_tasks_and_a_comparison() {
    let workspace = Workspace::real();
    upstream(&workspace);
    new_parameter(&workspace, "whatever");
    let (state, report) = follow(&workspace);
    assert_eq!(state, "rejected\n");
    for words in [
        "- [ ] spec/docs/resources/users.yaml: `users.list.whatever` has no text. To fix it: ",
        "- [ ] operation GetUserList: `whatever` has no sample value. To fix it: ",
        "# Changes of the API description",
        "New optional query parameter `whatever`.",
    ] {
        assert!(report.contains(words), "`{words}` is not in:\n{report}");
    }
    let imported = fs::read_to_string(workspace.path(API)).unwrap();
    assert!(
        imported.contains("whatever"),
        "it is imported, so that the tasks can be done"
    );
}

#[test]
fn a_folder_that_is_not_a_checkout_of_upstream_is_rejected() {
    let workspace = Workspace::real();
    for (folder, fault) in [("nowhere", "cannot be read"), ("spec", "cannot be read")] {
        let folder = workspace.path(folder).display().to_string();
        let output = workspace.xtask(&["follow", &folder, "--report", "/dev/null"]);
        assert_eq!(output.status.code(), Some(1));
        assert!(stderr(&output).contains(fault), "{}", stderr(&output));
    }
    fs::create_dir_all(workspace.path("upstream/bapi")).unwrap();
    let folder = workspace.path("upstream").display().to_string();
    let output = workspace.xtask(&["follow", &folder, "--report", "/dev/null"]);
    assert!(stderr(&output).contains("no file is named after a version"));
}

/// A clone with the scripts, its remote, and stand-ins for other programs.
struct Clone {
    folder: Workspace,
}

impl Clone {
    /// `cargo` is replaced by this script.
    fn new(cargo: &str) -> Self {
        let clone = Self {
            folder: Workspace::empty(),
        };
        let real = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        for script in ["base", "follow", "propose"] {
            let text = fs::read_to_string(real.join(".ci").join(script)).unwrap();
            clone.script(&format!("clone/.ci/{script}"), &text);
        }
        clone
            .folder
            .write("clone/spec/lock.yaml", "current: '2026-05-12'\n");
        clone.script("programs/cargo", &format!("#!/bin/sh\n{cargo}\n"));
        clone.script(
            "programs/gh",
            "#!/bin/sh\necho \"$@\" >>\"$LOG\"\ncase \"$1 $2\" in 'pr list') cat \"$LOG.open\" ;; esac\n",
        );
        clone.folder.write("log.open", "");
        clone.folder.write("upstream/README.md", "Documents.\n");
        clone.git(&["init", "--quiet", "--bare", "../origin"]);
        clone.git(&["init", "--quiet", "--initial-branch", "main"]);
        clone.git(&["add", "--all"]);
        clone.commit("one");
        clone.git(&["remote", "add", "origin", "../origin"]);
        clone.git(&["push", "--quiet", "origin", "main"]);
        clone
    }

    fn script(&self, below: &str, text: &str) {
        self.folder.write(below, text);
        let mode = fs::Permissions::from_mode(0o755);
        fs::set_permissions(self.folder.path(below), mode).unwrap();
    }

    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        let programs = self.folder.path("programs").display().to_string();
        command
            .current_dir(self.folder.path("clone"))
            .env(
                "PATH",
                format!("{programs}:{}", std::env::var("PATH").unwrap()),
            )
            .env("LOG", self.folder.path("log"));
        command
    }

    fn git(&self, arguments: &[&str]) -> String {
        let output = self.command("git").args(arguments).output().unwrap();
        assert!(
            output.status.success(),
            "{arguments:?}: {}",
            stderr(&output)
        );
        stdout(&output)
    }

    fn commit(&self, message: &str) {
        let who = ["-c", "user.name=Ada", "-c", "user.email=ada@example.com"];
        self.git(&[&who[..], &["commit", "--quiet", "-m", message]].concat());
    }

    fn follow(&self, check: &str) -> Output {
        let arguments = ["../upstream", "../proposal"];
        let mut command = self.command(".ci/follow");
        command
            .args(arguments)
            .env("CHECK", check)
            .output()
            .unwrap()
    }

    fn propose(&self) -> String {
        let _ = fs::remove_file(self.folder.path("log"));
        // The start of the workflow's second job.
        self.git(&["checkout", "--quiet", "--force", "main"]);
        let output = self
            .command(".ci/propose")
            .arg("../proposal")
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", stderr(&output));
        stdout(&output)
    }

    fn has(&self, name: &str) -> bool {
        self.folder.path("proposal").join(name).exists()
    }

    fn read(&self, below: &str) -> String {
        fs::read_to_string(self.folder.path(below)).unwrap()
    }
}

/// Writes a file of the spec and one elsewhere, and the report.
const READY: &str = "mkdir -p spec generated && date=$(cat ../upstream/README.md)
echo \"$date\" >spec/new.yaml && echo made >generated/made.txt && echo evil >.ci/evil
[ \"$1 $2\" = 'xtask follow' ] && echo 'What changed.' >\"$5\" && echo ready";

#[test]
fn upstream_without_news_is_no_proposal() {
    let clone = Clone::new("echo unchanged");
    let output = clone.follow("true");
    assert!(output.status.success(), "{}", stderr(&output));
    assert!(!clone.has("change.patch") && !clone.has("title"));
}

#[test]
fn a_fault_of_the_toolchain_fails_the_script() {
    let clone = Clone::new("echo 'error: defect' >&2; exit 1");
    let output = clone.follow("true");
    assert!(!output.status.success() && !clone.has("change.patch"));
}

#[test]
fn a_proposal_becomes_one_pull_request_that_is_kept_up_to_date() {
    let clone = Clone::new(READY);
    let output = clone.follow("true");
    assert!(output.status.success(), "{}", stderr(&output));
    assert_eq!(
        clone.read("proposal/title"),
        "Follow the API description 2026-05-12\n"
    );
    assert_eq!(clone.read("proposal/report.md"), "What changed.\n");
    assert!(!clone.has("draft"));

    clone.git(&["clean", "--quiet", "--force", "-d"]);
    clone.propose();
    let log = clone.read("log");
    let created = log.lines().last().unwrap();
    assert!(
        created.starts_with("pr create --head follow-the-api"),
        "{log}"
    );
    assert!(!created.contains("--draft"), "{log}");
    let files = clone.git(&["ls-tree", "-r", "--name-only", "origin/follow-the-api"]);
    assert!(files.contains("spec/new.yaml") && files.contains("generated/made.txt"));
    assert!(
        !files.contains("evil"),
        "only machine-written files are applied: {files}"
    );
    let subject = clone.git(&["log", "-1", "--format=%s", "origin/follow-the-api"]);
    assert_eq!(subject, "Follow the API description 2026-05-12\n");

    // The next week, while it is still open.
    clone.folder.write("upstream/README.md", "More.\n");
    clone.folder.write("log.open", "7\n");
    clone.git(&["checkout", "--quiet", "main"]);
    assert!(clone.follow("true").status.success());
    clone.git(&["checkout", "--quiet", "--force", "main"]);
    clone.git(&["clean", "--quiet", "--force", "-d"]);
    clone.propose();
    assert!(
        clone.read("log").contains("pr edit 7 --title"),
        "{}",
        clone.read("log")
    );
    let text = clone.git(&["show", "origin/follow-the-api:spec/new.yaml"]);
    assert_eq!(text, "More.\n");
}

#[test]
fn unfinished_work_is_a_draft() {
    let clone = Clone::new(READY);
    assert!(clone.follow("false").status.success());
    assert!(clone.has("draft"));
    assert!(
        clone
            .read("proposal/report.md")
            .contains("The checks failed.")
    );
    clone.git(&["clean", "--quiet", "--force", "-d"]);
    clone.propose();
    assert!(clone.read("log").contains(" --draft"));

    let clone = Clone::new(&READY.replace("echo ready", "echo rejected"));
    assert!(clone.follow("true").status.success());
    assert!(clone.has("draft"));
}

#[test]
fn commits_of_other_people_on_the_branch_are_kept() {
    let clone = Clone::new(READY);
    assert!(clone.follow("true").status.success());
    clone.git(&["checkout", "--quiet", "-b", "follow-the-api"]);
    clone.folder.write("clone/spec/texts.yaml", "Ours.\n");
    clone.git(&["add", "spec/texts.yaml"]);
    clone.commit("Write the texts");
    clone.git(&["push", "--quiet", "origin", "follow-the-api"]);
    clone.git(&["checkout", "--quiet", "main"]);
    clone.git(&["clean", "--quiet", "--force", "-d"]);
    let said = clone.propose();
    assert!(said.contains("left alone"), "{said}");
    assert!(!clone.folder.path("log").exists(), "gh was not called");
    let subject = clone.git(&["log", "-1", "--format=%s", "origin/follow-the-api"]);
    assert_eq!(subject, "Write the texts\n");
}

/// The base that a revision's public surface is compared with.
fn base(clone: &Clone, revision: &str) -> String {
    let mut command = clone.command(".ci/base");
    let output = command.arg(revision).output().unwrap();
    assert!(output.status.success(), "{}", stderr(&output));
    stdout(&output).trim_end().to_owned()
}

#[test]
fn a_revision_is_compared_with_the_newest_release_before_it() {
    let clone = Clone::new("exit 1");
    let commit = |text: &str| {
        clone.folder.write("clone/file", text);
        clone.git(&["add", "file"]);
        clone.commit(text);
    };
    let first = clone.git(&["rev-parse", "HEAD"]).trim_end().to_owned();
    for revision in ["HEAD", "main", &first] {
        let found = base(&clone, revision);
        assert_eq!(found, revision, "there is no release yet");
    }

    clone.git(&["tag", "v0.1.0"]);
    commit("two");
    // Neither is a release.
    clone.git(&["tag", "nightly"]);
    clone.git(&["tag", "version-9"]);
    assert_eq!(base(&clone, "HEAD"), "v0.1.0");

    commit("three");
    let who = ["-c", "user.name=Ada", "-c", "user.email=ada@example.com"];
    clone.git(&[&who[..], &["tag", "-a", "v0.10.0", "-m", "Annotated"]].concat());
    commit("four");
    assert_eq!(base(&clone, "HEAD"), "v0.10.0");
    assert_eq!(base(&clone, "HEAD~2"), "v0.1.0");
    assert_eq!(base(&clone, &first), "v0.1.0", "the release itself");

    // A release from another branch is not an ancestor of this one.
    clone.git(&["checkout", "--quiet", "-b", "old", "HEAD~2"]);
    commit("fixed");
    clone.git(&["tag", "v0.1.1"]);
    assert_eq!(base(&clone, "main"), "v0.10.0");
    assert_eq!(base(&clone, "old"), "v0.1.1");
}

#[test]
fn without_a_revision_there_is_no_base() {
    let clone = Clone::new("exit 1");
    let output = clone.command(".ci/base").output().unwrap();
    assert!(!output.status.success() && output.stdout.is_empty());
}
