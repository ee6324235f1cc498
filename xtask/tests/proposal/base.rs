//! `.ci/base`: what the public surface of a change is compared with.

use crate::clone::Clone;
use crate::support::{stderr, stdout};

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
    clone.git(&["tag", "-a", "v0.10.0", "-m", "Annotated"]);
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
