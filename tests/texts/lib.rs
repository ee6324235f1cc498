//! Shared by the checks of texts: finds the text files of the repository, without git or network.

use std::fs;
use std::path::{Path, PathBuf};

/// Folders without texts of this project.
const SKIPPED: [&str; 3] = [".git", "target", "node_modules"];
/// The endings of names of text files. The scripts in `.ci` have none.
const EXTENSIONS: [&str; 9] = [
    "json", "md", "mjs", "rs", "sh", "svg", "toml", "yaml", "yml",
];

/// The root of the repository.
pub fn root() -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    root.canonicalize().expect("the workspace has a root")
}

/// Every text file: its path from the root, with `/`, and its text. Sorted by path.
pub fn files() -> Vec<(String, String)> {
    let root = root();
    let mut files = Vec::new();
    visit(&root, &root, &mut files);
    files.sort();
    files
}

/// The Markdown files among [`files`].
pub fn markdown() -> Vec<(String, String)> {
    let mut files = files();
    files.retain(|(path, _)| path.ends_with(".md"));
    files
}

fn visit(root: &Path, folder: &Path, files: &mut Vec<(String, String)>) {
    for entry in fs::read_dir(folder).expect("the folder can be read") {
        let entry = entry.expect("the entry can be read");
        let path = entry.path();
        let kind = entry.file_type().expect("the entry has a type");
        if kind.is_dir() && !SKIPPED.iter().any(|name| entry.file_name() == *name) {
            visit(root, &path, files);
        } else if kind.is_file() && is_text(&path) {
            let relative = path.strip_prefix(root).expect("it is below the root");
            let parts: Vec<_> = relative.iter().map(|part| part.to_string_lossy()).collect();
            let text = fs::read(&path).expect("the file can be read");
            files.push((parts.join("/"), String::from_utf8_lossy(&text).into_owned()));
        }
    }
}

fn is_text(path: &Path) -> bool {
    let extension = path.extension().unwrap_or_default();
    EXTENSIONS.iter().any(|known| extension == *known)
        || path
            .parent()
            .and_then(Path::file_name)
            .is_some_and(|name| name == ".ci")
}
