//! `.ci/follow`: what it leaves for `.ci/propose`, whatever fails.

use crate::clone::{Clone, READY};

#[test]
fn upstream_without_news_is_no_proposal() {
    let clone = Clone::new("echo unchanged");
    clone.follow("true");
    assert!(!clone.has("change.patch") && !clone.has("title"));
    assert!(clone.has("unchanged"));
}

#[test]
fn a_change_is_a_patch_of_machine_written_files() {
    let clone = Clone::new(READY);
    clone.follow("true");
    assert_eq!(
        clone.read("proposal/title"),
        "Follow the API description 2026-05-12\n"
    );
    assert_eq!(clone.read("proposal/report.md"), "What changed.\n");
    assert!(!clone.has("draft") && !clone.has("unchanged"));
    let patch = clone.read("proposal/change.patch");
    assert!(patch.contains("spec/2026-05-12.yaml") && patch.contains("generated/made.txt"));
    assert!(!patch.contains("evil"), "{patch}");
    let staged = clone.git(&["diff", "--cached", "--name-only"]);
    assert_eq!(staged, "", "the clone's own index is as it was");
}

#[test]
fn a_failure_of_the_toolchain_is_a_draft_with_the_end_of_its_output() {
    let clone = Clone::new("echo 'error: `defect` @team' >&2; exit 101");
    clone.follow("true");
    assert!(clone.has("draft") && clone.has("title") && !clone.has("change.patch"));
    let report = clone.read("proposal/report.md");
    assert!(report.contains("**The toolchain failed.**"), "{report}");
    assert!(
        report.contains("\n\n    error: `defect` @team\n"),
        "{report}"
    );

    // It may have imported the description before.
    let clone = Clone::new(&format!("{READY}\nrm \"$5\"; exit 1"));
    clone.follow("true");
    assert!(clone.has("draft") && clone.has("change.patch"));
}

#[test]
fn documents_that_cannot_be_imported_are_a_report_without_a_patch() {
    let clone = Clone::new("echo '- [ ] a fault' >\"$5\"; echo failed; exit 1");
    clone.follow("true");
    assert!(clone.has("draft") && !clone.has("change.patch"));
    assert_eq!(clone.read("proposal/report.md"), "- [ ] a fault\n");
}

#[test]
fn a_rejected_description_is_a_draft_without_a_check() {
    let clone = Clone::new(&READY.replace("echo ready", "echo rejected"));
    clone.follow("touch ../checked");
    assert!(clone.has("draft") && clone.has("change.patch"));
    assert!(!clone.folder.path("checked").exists());
}

#[test]
fn a_failed_check_is_a_draft_with_the_end_of_its_log() {
    let clone = Clone::new(READY);
    let secrets = "sk_test_abcdefgh eyJhbGciOi.eyJzdWIi.c2ln hush-hush";
    clone.folder.write(
        "check",
        &format!(
            "#!/bin/sh\ni=0; while [ $i -lt 500 ]; do echo line $i; i=$((i+1)); done\n\
             printf '```\\n</details> @team #1 \\033[31mred\\342\\200\\256\\n'\n\
             echo '{secrets}'; yes x | head -c 100000 | tr -d '\\n'; exit 3\n"
        ),
    );
    let mut command = clone.command(".ci/follow");
    command.args(["../upstream", "../proposal"]);
    command
        .env("CHECK", "sh ../check")
        .env("SOME_TOKEN", "hush-hush");
    assert!(command.output().unwrap().status.success());
    assert!(clone.has("draft"));
    let report = clone.read("proposal/report.md");
    let (before, log) = report
        .split_once("**The checks failed.** The end of their output:\n\n")
        .unwrap();
    assert_eq!(before, "What changed.\n\n");
    assert!(log.lines().all(|line| line.starts_with("    ")), "{log}");
    assert!(
        log.contains("    line 499\n    ```\n    </details> @team #1 [31mred\n"),
        "{log}"
    );
    assert!(!log.contains("line 300\n"), "only its end: {log}");
    assert!(log.len() < 15_000, "{} bytes", log.len());
    assert!(log.contains("    sk_*** *** ***\n"), "{log}");
}

#[test]
fn a_check_that_is_stopped_leaves_a_draft() {
    let clone = Clone::new(READY);
    clone
        .folder
        .write("check", "#!/bin/sh\nkill -9 $PPID\nsleep 1\n");
    let output = clone.follow_with("exec sh ../check");
    drop(output);
    assert!(clone.has("draft") && clone.has("change.patch") && clone.has("title"));
    let report = clone.read("proposal/report.md");
    assert!(report.contains("**The checks"), "{report}");
}
