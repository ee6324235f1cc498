//! A clone with the scripts, its remote, and stand-ins for other programs.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Output};

use crate::support::{Workspace, stderr, stdout};

pub(crate) const BRANCH: &str = "follow-the-api";

/// Writes a file of the spec and one elsewhere, and the report.
pub(crate) const READY: &str = "mkdir -p spec generated && date=$(cat ../upstream/README.md)
echo \"$date\" >spec/2026-05-12.yaml && echo made >generated/made.txt && echo evil >.ci/evil
[ \"$1 $2\" = 'xtask follow' ] && echo 'What changed.' >\"$5\" && echo ready";

/// Records its calls and the texts it gets; prints the contents of `log.<state>` for lists.
const GH: &str = r#"#!/bin/bash
echo "$@" >>"$LOG"
state= json= previous=
for argument in "$@"; do
    case "$previous" in
    --state) state=$argument ;;
    --body-file) cat "$argument" >"$LOG.body" ;;
    esac
    previous=$argument
done
case "$1 $2" in
'pr list') cat "$LOG.$state" ;;
'issue list') cat "$LOG.issue" ;;
esac
"#;

pub(crate) struct Clone {
    pub(crate) folder: Workspace,
}

impl Clone {
    /// `cargo` is replaced by this script.
    pub(crate) fn new(cargo: &str) -> Self {
        let clone = Self {
            folder: Workspace::empty(),
        };
        let real = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        for script in ["base", "follow", "propose", "machine-written.txt"] {
            let text = fs::read_to_string(real.join(".ci").join(script)).unwrap();
            clone.script(&format!("clone/.ci/{script}"), &text);
        }
        clone
            .folder
            .write("clone/spec/lock.yaml", "current: '2026-05-12'\n");
        clone.script("programs/cargo", &format!("#!/bin/sh\n{cargo}\n"));
        clone.script("programs/gh", GH);
        for list in ["open", "merged", "issue"] {
            clone.folder.write(&format!("log.{list}"), "");
        }
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

    pub(crate) fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        let programs = self.folder.path("programs").display().to_string();
        command
            .current_dir(self.folder.path("clone"))
            .env(
                "PATH",
                format!("{programs}:{}", std::env::var("PATH").unwrap()),
            )
            .env("LOG", self.folder.path("log"))
            .env_remove("GITHUB_RUN_ID");
        command
    }

    #[track_caller]
    pub(crate) fn git(&self, arguments: &[&str]) -> String {
        let who = ["-c", "user.name=Ada", "-c", "user.email=ada@example.com"];
        let output = self
            .command("git")
            .args(who)
            .args(arguments)
            .output()
            .unwrap();
        assert!(
            output.status.success(),
            "{arguments:?}: {}",
            stderr(&output)
        );
        stdout(&output)
    }

    #[track_caller]
    pub(crate) fn commit(&self, message: &str) {
        self.git(&["commit", "--quiet", "-m", message]);
    }

    pub(crate) fn follow_with(&self, check: &str) -> Output {
        let mut command = self.command(".ci/follow");
        command.args(["../upstream", "../proposal"]);
        command.env("CHECK", check).output().unwrap()
    }

    /// Runs `.ci/follow` from a clean state of the target branch.
    #[track_caller]
    pub(crate) fn follow(&self, check: &str) {
        let output = self.follow_with(check);
        assert!(output.status.success(), "{}", stderr(&output));
    }

    pub(crate) fn propose_with(&self) -> Output {
        let _ = fs::remove_file(self.folder.path("log"));
        let _ = fs::remove_file(self.folder.path("log.body"));
        // The start of the workflow's second job.
        self.git(&["checkout", "--quiet", "--force", "main"]);
        self.git(&["clean", "--quiet", "--force", "-d"]);
        self.command(".ci/propose")
            .arg("../proposal")
            .output()
            .unwrap()
    }

    /// Runs `.ci/propose`. Returns its output.
    #[track_caller]
    pub(crate) fn propose(&self) -> String {
        let output = self.propose_with();
        assert!(output.status.success(), "{}", stderr(&output));
        stdout(&output)
    }

    /// Someone's commit on the branch, pushed.
    pub(crate) fn work_on_the_branch(&self, path: &str, arguments: &[&str]) {
        self.git(&["fetch", "--quiet", "origin"]);
        self.git(&[
            "checkout",
            "--quiet",
            "--force",
            "-B",
            BRANCH,
            &format!("origin/{BRANCH}"),
        ]);
        self.folder.write(&format!("clone/{path}"), "Ours.\n");
        self.git(&["add", path]);
        self.git(&[&["commit", "--quiet"], arguments].concat());
        self.git(&["push", "--quiet", "--force", "origin", BRANCH]);
        self.git(&["checkout", "--quiet", "--force", "main"]);
    }

    /// The commit of the branch in the remote repository; empty if there is none.
    pub(crate) fn pushed(&self) -> String {
        self.git(&["ls-remote", "origin", &format!("refs/heads/{BRANCH}")])
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.folder.path("proposal").join(name).exists()
    }

    #[track_caller]
    pub(crate) fn read(&self, below: &str) -> String {
        let path = self.folder.path(below);
        fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    }

    /// The calls of `gh` since the last proposal; empty if there were none.
    pub(crate) fn calls(&self) -> String {
        fs::read_to_string(self.folder.path("log")).unwrap_or_default()
    }
}
