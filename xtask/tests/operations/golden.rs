//! Generated text, compared with the reviewed files.
//!
//! `BLESS=1 cargo test -p xtask` overwrites the files; review the difference before
//! committing it.

use std::fs;
use std::path::Path;

use similar::TextDiff;

/// Compares `actual` with the file at `path`, below `xtask/tests`.
pub(crate) fn compare(path: &str, actual: &str) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests")
        .join(path);
    if std::env::var_os("BLESS").is_some() {
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(&file, actual).unwrap();
        return;
    }
    let expected = fs::read_to_string(&file).unwrap_or_default();
    if expected != actual {
        let difference = TextDiff::from_lines(&expected, actual)
            .unified_diff()
            .header("expected", "actual")
            .to_string();
        panic!(
            "xtask/tests/{path} differs from what is generated; if this is intended, run `BLESS=1 cargo test -p xtask`\n{difference}"
        );
    }
}
