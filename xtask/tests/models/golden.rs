//! Files with the expected output of the generator.

use std::path::{Path, PathBuf};

use similar::TextDiff;

const BLESS: &str = "BLESS";

/// Compares with `golden/<name>`; with `BLESS=1` in the environment, writes that file instead.
pub(crate) fn check(name: &str, actual: &str) {
    let path = path(name);
    if std::env::var_os(BLESS).is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, actual).unwrap();
        return;
    }
    let expected = std::fs::read_to_string(&path).unwrap_or_default();
    if expected != actual {
        let diff = TextDiff::from_lines(&expected, actual);
        panic!(
            "{} differs\n{}\nif this is intended, run\n  {BLESS}=1 cargo test -p xtask --test models",
            path.display(),
            diff.unified_diff().header("golden", "now"),
        );
    }
}

pub(crate) fn path(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/models/golden")
        .join(name)
}
