//! `.ci/propose`: branches, pull requests and issues.

use std::fs;

use crate::clone::{BRANCH, Clone, READY};
use crate::support::stderr;

/// A clone whose proposal is pushed and open as pull request 7.
fn proposed() -> Clone {
    let clone = Clone::new(READY);
    clone.follow("true");
    clone.propose();
    clone.folder.write("log.open", "7\n");
    clone
}

/// Upstream changes again.
fn new_documents(clone: &Clone) {
    clone.folder.write("upstream/README.md", "More.\n");
    clone.follow("true");
}

#[test]
fn a_proposal_becomes_one_pull_request_that_is_kept_up_to_date() {
    let clone = proposed();
    let calls = clone.calls();
    assert!(
        calls.contains(&format!("pr create --head {BRANCH}")),
        "{calls}"
    );
    assert!(
        !calls.contains("--draft") && !calls.contains("issue create"),
        "{calls}"
    );
    assert_eq!(clone.read("log.body"), "What changed.\n");
    let files = clone.git(&["ls-tree", "-r", "--name-only", &format!("origin/{BRANCH}")]);
    assert!(files.contains("spec/2026-05-12.yaml") && files.contains("generated/made.txt"));
    assert!(!files.contains("evil"), "{files}");
    let subject = clone.git(&["log", "-1", "--format=%s", &format!("origin/{BRANCH}")]);
    assert_eq!(subject, "Follow the API description 2026-05-12\n");

    // The next week, while it is still open.
    new_documents(&clone);
    clone.propose();
    assert!(
        clone.calls().contains("pr edit 7 --title"),
        "{}",
        clone.calls()
    );
    clone.git(&["fetch", "--quiet", "origin"]);
    let text = clone.git(&["show", &format!("origin/{BRANCH}:spec/2026-05-12.yaml")]);
    assert_eq!(text, "More.\n");
}

#[test]
fn a_pull_request_is_a_draft_as_long_as_it_is_unfinished() {
    let clone = Clone::new(READY);
    clone.follow("false");
    clone.propose();
    assert!(clone.calls().contains(" --draft"), "{}", clone.calls());
    clone.folder.write("log.open", "7\n");
    clone.follow("true");
    clone.propose();
    assert!(clone.calls().contains("pr ready 7\n"), "{}", clone.calls());
    clone.follow("false");
    clone.propose();
    assert!(
        clone.calls().contains("pr ready 7 --undo\n"),
        "{}",
        clone.calls()
    );
}

#[test]
fn an_unchanged_patch_is_not_pushed_again() {
    let clone = proposed();
    let first = clone.pushed();
    // A commit of the same patch would have another date.
    std::thread::sleep(std::time::Duration::from_millis(1100));
    clone.follow("false");
    let said = clone.propose();
    assert!(said.contains("has this patch already"), "{said}");
    assert_eq!(clone.pushed(), first);
    assert!(clone.calls().contains("pr edit 7"), "{}", clone.calls());
    assert!(clone.read("log.body").contains("The checks failed."));

    // Neither if only other files of the target branch changed.
    clone.folder.write("clone/README.md", "About.\n");
    clone.git(&["add", "README.md"]);
    clone.commit("two");
    clone.follow("true");
    clone.propose();
    assert_eq!(clone.pushed(), first);

    // But if what it changes changed there.
    clone
        .folder
        .write("clone/spec/2026-05-12.yaml", "By hand.\n");
    clone.git(&["add", "spec/2026-05-12.yaml"]);
    clone.commit("three");
    clone.follow("true");
    clone.propose();
    assert_ne!(clone.pushed(), first);
}

/// Case T12 of the faults, and other ways in which people work on the branch.
#[test]
fn the_work_of_other_people_on_the_branch_is_never_overwritten() {
    let bot = [
        "-c",
        "user.name=bot",
        "-c",
        "user.email=41898282+github-actions[bot]@users.noreply.github.com",
    ];
    type Work = Box<dyn Fn(&Clone)>;
    let ways: [(&str, Work); 4] = [
        (
            "a commit",
            Box::new(|clone| {
                clone.work_on_the_branch("spec/names.yaml", &["-m", "Write the texts"]);
            }),
        ),
        (
            "an amended commit",
            Box::new(|clone| {
                clone.work_on_the_branch("spec/names.yaml", &["--amend", "--no-edit"]);
            }),
        ),
        (
            "a commit under one of the bot",
            Box::new(move |clone| {
                clone.work_on_the_branch("spec/names.yaml", &["-m", "Write the texts"]);
                clone.git(&["checkout", "--quiet", BRANCH]);
                clone.git(
                    &[
                        &bot[..],
                        &["commit", "--quiet", "--allow-empty", "-m", "Bot"],
                    ]
                    .concat(),
                );
                clone.git(&["push", "--quiet", "origin", BRANCH]);
                clone.git(&["checkout", "--quiet", "main"]);
            }),
        ),
        (
            "a branch that was pushed again",
            Box::new(|clone| {
                clone.git(&["checkout", "--quiet", "-B", BRANCH, "main"]);
                clone.folder.write("clone/spec/names.yaml", "Ours.\n");
                clone.git(&["add", "spec/names.yaml"]);
                clone.commit("Start again");
                clone.git(&["push", "--quiet", "--force", "origin", BRANCH]);
                clone.git(&["checkout", "--quiet", "main"]);
            }),
        ),
    ];
    for (way, work) in ways {
        let clone = proposed();
        work(&clone);
        let theirs = clone.pushed();
        new_documents(&clone);
        let said = clone.propose();
        assert!(said.contains("left alone"), "{way}: {said}");
        assert_eq!(clone.pushed(), theirs, "{way}");
        let calls = clone.calls();
        assert!(
            !calls.contains("pr edit") && !calls.contains("pr ready"),
            "{way}: {calls}"
        );
        assert!(!calls.contains("pr create"), "{way}: {calls}");
    }
}

#[test]
fn newer_documents_are_reported_to_who_works_on_the_branch() {
    let clone = Clone::new(&READY.replace(
        "&& echo made",
        "&& echo \"current: '$date'\" >spec/lock.yaml && echo made",
    ));
    clone.follow("true");
    clone.propose();
    clone.folder.write("log.open", "7\n");
    clone.work_on_the_branch("spec/names.yaml", &["-m", "Write the texts"]);
    // The same documents again: nothing to say.
    clone.follow("true");
    clone.propose();
    assert_eq!(
        clone.calls(),
        "pr list --head follow-the-api --state merged --limit 50 --json headRefOid --jq .[].headRefOid\n"
    );

    new_documents(&clone);
    clone.propose();
    let calls = clone.calls();
    assert!(calls.contains("pr comment 7 --edit-last"), "{calls}");
    assert!(clone.read("log.body").contains("What changed."));

    // Without a pull request, an issue says it.
    clone.folder.write("log.open", "");
    clone.propose();
    assert!(clone.calls().contains("issue create"), "{}", clone.calls());
}

#[test]
fn a_merged_branch_that_was_not_deleted_is_used_again() {
    let clone = proposed();
    clone.work_on_the_branch("spec/names.yaml", &["-m", "Write the texts"]);
    let merged = clone.pushed();
    // Squashed: none of its commits are in the target branch.
    clone.git(&["merge", "--quiet", "--squash", BRANCH]);
    clone.commit("Follow the API (#7)");
    clone.git(&["push", "--quiet", "origin", "main"]);
    clone.folder.write("log.open", "");
    clone
        .folder
        .write("log.merged", merged.split('\t').next().unwrap());
    new_documents(&clone);
    clone.propose();
    assert!(clone.calls().contains("pr create"), "{}", clone.calls());
    assert_ne!(clone.pushed(), merged);

    // Merged with a merge commit.
    let clone = proposed();
    clone.work_on_the_branch("spec/names.yaml", &["-m", "Write the texts"]);
    let merged = clone.pushed();
    clone.git(&["merge", "--quiet", "--no-ff", "-m", "Merge", BRANCH]);
    clone.git(&["push", "--quiet", "origin", "main"]);
    clone.folder.write("log.open", "");
    new_documents(&clone);
    clone.propose();
    assert!(clone.calls().contains("pr create"), "{}", clone.calls());
    assert_ne!(clone.pushed(), merged);
}

#[test]
fn a_shallow_clone_does_not_take_old_commits_for_work_of_others() {
    let clone = proposed();
    let first = clone.pushed();
    clone.folder.write("clone/README.md", "About.\n");
    clone.git(&["add", "README.md"]);
    clone.commit("two");
    clone.git(&["push", "--quiet", "origin", "main"]);
    new_documents(&clone);
    let origin = format!("file://{}", clone.folder.path("origin").display());
    let _ = fs::remove_dir_all(clone.folder.path("clone"));
    fs::create_dir(clone.folder.path("clone")).unwrap();
    clone.git(&[
        "clone", "--quiet", "--depth", "1", "--branch", "main", &origin, ".",
    ]);
    let said = clone.propose();
    assert!(!said.contains("left alone"), "{said}");
    assert_ne!(clone.pushed(), first);
}

#[test]
fn a_branch_that_is_pushed_to_in_between_is_not_overwritten() {
    let clone = proposed();
    new_documents(&clone);
    // The stand-in for git is someone who pushes right after the branch was looked at.
    let real = clone.folder.path("programs/git");
    fs::write(
        &real,
        "#!/bin/bash\ngit=$(PATH=${PATH#*:} command -v git)\n\
         if [ \"$1\" = push ] && [ ! -e ../raced ]; then\n  touch ../raced\n  \
         other=$(\"$git\" commit-tree HEAD^{tree} -p HEAD -m theirs)\n  \
         \"$git\" push --quiet --force origin \"$other:refs/heads/follow-the-api\"\nfi\nexec \"$git\" \"$@\"\n",
    )
    .unwrap();
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(&real, fs::Permissions::from_mode(0o755)).unwrap();
    let output = clone.propose_with();
    fs::remove_file(&real).unwrap();
    assert!(!output.status.success());
    clone.git(&["fetch", "--quiet", "origin"]);
    let subject = clone.git(&["log", "-1", "--format=%s", &format!("origin/{BRANCH}")]);
    assert_eq!(subject, "theirs\n", "{}", stderr(&output));
    assert!(clone.calls().contains("issue create"), "{}", clone.calls());
}

#[test]
fn patches_of_other_files_links_modes_and_deletions_are_refused() {
    type Change = fn(&Clone);
    let changes: [(&str, Change); 9] = [
        ("a script", |clone| {
            clone.folder.write("clone/.ci/evil", "evil\n")
        }),
        ("pins", |clone| {
            clone.folder.write("clone/spec/names.yaml", "evil\n")
        }),
        ("a source", |clone| {
            clone.folder.write("clone/clerk-api/src/lib.rs", "evil\n")
        }),
        ("a folder with the name", |clone| {
            clone.folder.write("clone/.github/generated/a.rs", "evil\n");
        }),
        ("a nested manifest", |clone| {
            clone
                .folder
                .write("clone/clerk-api/src/generated/Cargo.toml", "evil\n");
        }),
        ("a link", |clone| {
            let path = clone.folder.path("clone/spec/2026-05-13.yaml");
            std::os::unix::fs::symlink("../.ci/propose", path).unwrap();
        }),
        ("a link instead of a file", |clone| {
            let path = clone.folder.path("clone/spec/lock.yaml");
            fs::remove_file(&path).unwrap();
            std::os::unix::fs::symlink("../.ci/propose", path).unwrap();
        }),
        ("a mode", |clone| {
            use std::os::unix::fs::PermissionsExt;
            let path = clone.folder.path("clone/spec/lock.yaml");
            fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
        }),
        ("a deletion", |clone| {
            fs::remove_file(clone.folder.path("clone/spec/lock.yaml")).unwrap();
        }),
    ];
    for (what, change) in changes {
        let clone = Clone::new("");
        clone.folder.write("clone/generated/good.txt", "good\n");
        change(&clone);
        clone.git(&["add", "--all", "--force"]);
        let patch = clone.git(&["diff", "--cached", "--binary", "--full-index"]);
        clone.git(&["reset", "--quiet", "--hard"]);
        clone.folder.write("proposal/change.patch", &patch);
        clone.folder.write("proposal/title", "Follow\n");
        clone.folder.write("proposal/report.md", "What changed.\n");
        let output = clone.propose_with();
        assert!(!output.status.success(), "{what}");
        assert_eq!(clone.pushed(), "", "{what}");
        assert!(
            clone.calls().contains("issue create"),
            "{what}: {}",
            clone.calls()
        );
        let body = clone.read("log.body");
        assert!(
            body.starts_with("The proposal was refused: "),
            "{what}: {body}"
        );
    }
}

#[test]
fn files_that_are_no_longer_generated_may_be_deleted() {
    let clone = Clone::new("rm generated/old.txt; echo 'Gone.' >\"$5\"; echo ready");
    clone.folder.write("clone/generated/old.txt", "old\n");
    clone.git(&["add", "--all"]);
    clone.commit("two");
    clone.follow("true");
    clone.propose();
    assert!(clone.calls().contains("pr create"), "{}", clone.calls());
}

#[test]
fn what_cannot_be_imported_becomes_one_issue_that_is_closed_again() {
    let clone = Clone::new("echo '- [ ] a fault' >\"$5\"; echo failed; exit 1");
    clone.follow("true");
    clone.propose();
    let calls = clone.calls();
    assert!(
        calls.contains("issue create --title The API description cannot be followed"),
        "{calls}"
    );
    assert!(!calls.contains("pr "), "{calls}");
    assert_eq!(clone.read("log.body"), "- [ ] a fault\n");

    clone.folder.write("log.issue", "9\n");
    clone.propose();
    let calls = clone.calls();
    assert!(
        calls.contains("issue edit 9") && !calls.contains("issue create"),
        "{calls}"
    );

    // Upstream has undone the change, or the toolchain can read it now.
    for file in ["title", "report.md", "draft"] {
        fs::remove_file(clone.folder.path("proposal").join(file)).unwrap();
    }
    clone.folder.write("proposal/unchanged", "");
    clone.propose();
    assert!(clone.calls().contains("issue close 9"), "{}", clone.calls());
}

#[test]
fn a_job_that_left_nothing_becomes_an_issue_with_its_run() {
    let clone = Clone::new("");
    let mut command = clone.command(".ci/propose");
    command
        .arg("../proposal")
        .env("GITHUB_RUN_ID", "17")
        .env("GITHUB_SERVER_URL", "https://github.example")
        .env("GITHUB_REPOSITORY", "owner/name");
    assert!(command.output().unwrap().status.success());
    assert!(clone.calls().contains("issue create"), "{}", clone.calls());
    let body = clone.read("log.body");
    assert!(
        body.contains("https://github.example/owner/name/actions/runs/17"),
        "{body}"
    );
}

#[test]
fn a_pull_request_that_is_no_longer_needed_is_closed_unless_others_work_on_it() {
    let clone = proposed();
    for file in ["title", "report.md", "change.patch"] {
        fs::remove_file(clone.folder.path("proposal").join(file)).unwrap();
    }
    clone.folder.write("proposal/unchanged", "");
    clone.propose();
    assert!(clone.calls().contains("pr close 7"), "{}", clone.calls());
    clone.work_on_the_branch("spec/names.yaml", &["-m", "Write the texts"]);
    clone.propose();
    assert!(!clone.calls().contains("pr close"), "{}", clone.calls());
}

#[test]
fn a_link_in_the_proposal_is_not_followed() {
    let clone = Clone::new(READY);
    clone.follow("true");
    clone.folder.write("secret", "hush\n");
    let report = clone.folder.path("proposal/report.md");
    fs::remove_file(&report).unwrap();
    std::os::unix::fs::symlink(clone.folder.path("secret"), &report).unwrap();
    clone.propose();
    let body = clone.read("log.body");
    assert!(body.contains("failed before it could write one"), "{body}");
}
