//! Links in Markdown files point to a file that exists, and to a heading if they name one. URLs are not
//! requested.

use std::path::Path;

use texts::{files, markdown, root};

/// URLs at which nothing of this project is published yet, each with the only file that may contain it:
/// the manifest of the workspace has the repository, and that of each package its documentation.
const UNPUBLISHED: [(&str, &str); 4] = [
    ("github.com/clerk-rust", "Cargo.toml"),
    ("docs.rs/clerk-api", "clerk-api/Cargo.toml"),
    ("docs.rs/clerk-auth", "clerk-auth/Cargo.toml"),
    ("docs.rs/clerk-mock", "tests/clerk-mock/Cargo.toml"),
];
/// READMEs that are published with a package, in which only the package's own files exist.
const PACKAGES: [&str; 3] = ["clerk-api/", "clerk-auth/", "tests/clerk-mock/"];

#[test]
fn every_link_has_a_target() {
    let mut faults = Vec::new();
    for (path, text) in markdown() {
        for link in links(&text) {
            if let Err(fault) = follow(&path, &link) {
                faults.push(format!("{path}: [{link}] {fault}"));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn no_unpublished_address_is_given() {
    let mut faults = Vec::new();
    for (path, text) in files() {
        for (address, home) in UNPUBLISHED {
            let is_allowed = path == home || path == "tests/texts/tests/links.rs";
            if text.contains(address) && !is_allowed {
                faults.push(format!("{path}: nothing is published at {address} yet"));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn every_guide_is_listed_and_compiled() {
    let index = text_of("docs/README.md");
    let compiled = text_of("tests/readme/lib.rs");
    for (path, text) in markdown() {
        let Some(page) = path.strip_prefix("docs/") else {
            continue;
        };
        if !page.contains('/') && page != "README.md" {
            let is_listed = index.contains(&format!("({page})"));
            assert!(is_listed, "{path} is not in docs/README.md");
        }
        if text.contains("```rust") {
            let is_compiled = compiled.contains(&path);
            assert!(
                is_compiled,
                "{path} has examples and is not in tests/readme/lib.rs"
            );
        }
    }
}

#[test]
fn every_decision_that_is_mentioned_exists() {
    const PREFIX: &str = "docs/adr/";
    let decisions: Vec<String> = markdown().into_iter().map(|(path, _)| path).collect();
    for (path, text) in files() {
        for (at, _) in text.match_indices(PREFIX) {
            let number: String = text[at + PREFIX.len()..]
                .chars()
                .take_while(char::is_ascii_digit)
                .collect();
            let is_known = number.is_empty()
                || decisions
                    .iter()
                    .any(|decision| decision.starts_with(&format!("{PREFIX}{number}-")));
            assert!(is_known, "{path}: there is no {PREFIX}{number}");
        }
    }
}

#[test]
fn the_picture_names_what_exists() {
    let picture = text_of("docs/overview.svg");
    let mut paths = 0;
    for element in picture.split("<text ").skip(1) {
        let (attributes, rest) = element.split_once('>').expect("the element has an end");
        let class = attributes.split('"').nth(1).unwrap_or_default();
        if class.split(' ').any(|name| name == "path") {
            let (path, _) = rest.split_once('<').expect("the element is closed");
            assert!(root().join(path).exists(), "docs/overview.svg names {path}");
            paths += 1;
        }
    }
    assert!(
        paths > 10,
        "only {paths} paths were found in docs/overview.svg"
    );
}

/// Checks that a link in the file at `path` has a target.
fn follow(path: &str, link: &str) -> Result<(), String> {
    if link.contains("://") || link.starts_with("mailto:") {
        return Ok(());
    }
    let (target, anchor) = link.split_once('#').unwrap_or((link, ""));
    let folder = Path::new(path).parent().unwrap_or(Path::new(""));
    let package = PACKAGES.iter().find(|package| {
        path.strip_prefix(**package)
            .is_some_and(|file| file == "README.md")
    });
    if package.is_some() && target.contains("..") {
        return Err("leads out of the package".to_owned());
    }
    let file = match target {
        "" => root().join(path),
        target => root().join(folder).join(target),
    };
    if !file.exists() {
        return Err(format!("there is no {target}"));
    }
    if anchor.is_empty() {
        return Ok(());
    }
    let text = std::fs::read_to_string(&file).map_err(|error| error.to_string())?;
    match headings(&text).any(|heading| slug(heading) == anchor) {
        true => Ok(()),
        false => Err(format!("there is no heading for #{anchor}")),
    }
}

/// The targets of inline links, outside of code.
fn links(text: &str) -> Vec<String> {
    let prose: String = without_fences(text).collect::<Vec<_>>().join("\n");
    // Every second piece is code.
    let prose: String = prose.split('`').step_by(2).collect::<Vec<_>>().join("x");
    let targets = prose.split("](").skip(1);
    targets
        .filter_map(|rest| rest.split_once(')'))
        .map(|(target, _)| target.to_owned())
        .collect()
}

fn headings(text: &str) -> impl Iterator<Item = &str> {
    without_fences(text)
        .filter(|line| line.starts_with('#'))
        .map(|line| line.trim_start_matches('#').trim())
}

fn without_fences(text: &str) -> impl Iterator<Item = &str> {
    let mut is_code = false;
    text.lines().filter(move |line| {
        let is_fence = line.trim_start().starts_with("```");
        is_code ^= is_fence;
        !is_fence && !is_code
    })
}

/// The anchor that GitHub gives a heading.
fn slug(heading: &str) -> String {
    heading
        .to_lowercase()
        .chars()
        .filter(|c| c.is_alphanumeric() || [' ', '-', '_'].contains(c))
        .map(|c| if c == ' ' { '-' } else { c })
        .collect()
}

fn text_of(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).expect("the file is there")
}
