//! The GitHub workflows and their scripts: checks that are possible without running them, beside those
//! of the linters that `.ci/lint` runs.

mod support;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use regex::Regex;
use serde_json::{Map, Value};
use xtask::input::load;
use xtask::support::output::ROOTS;

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn files(folder: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(repository().join(folder)).unwrap();
    entries.map(|entry| entry.unwrap().path()).collect()
}

fn workflows() -> Vec<(String, Value)> {
    let workflows = files(".github/workflows").into_iter().map(|path| {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        (name, load::yaml(&path).unwrap())
    });
    workflows.collect()
}

fn object<'a>(value: &'a Value, location: &str) -> &'a Map<String, Value> {
    value
        .as_object()
        .unwrap_or_else(|| panic!("{location} is not a mapping"))
}

/// Every job with its name and its steps.
fn jobs() -> Vec<(String, Value, Vec<Value>)> {
    let mut jobs = Vec::new();
    for (file, workflow) in workflows() {
        for (name, job) in object(&workflow["jobs"], &file) {
            let location = format!("{file}, {name}");
            let steps = job["steps"]
                .as_array()
                .unwrap_or_else(|| panic!("{location} has no steps"));
            jobs.push((location, job.clone(), steps.clone()));
        }
    }
    jobs
}

#[test]
fn every_job_has_a_time_limit() {
    for (location, job, _) in jobs() {
        let minutes = job["timeout-minutes"].as_u64();
        assert!(minutes.is_some_and(|minutes| minutes <= 120), "{location}");
    }
}

#[test]
fn jobs_that_may_write_run_no_code_of_the_project() {
    let mut writers = 0;
    for (location, job, steps) in jobs() {
        let permissions = job["permissions"].as_object();
        let mut permissions = permissions.into_iter().flatten();
        if !permissions.any(|(_, permission)| permission == "write") {
            continue;
        }
        writers += 1;
        for step in steps {
            let run = step["run"].as_str().unwrap_or_default();
            assert!(!run.contains("cargo"), "{location}: {run}");
            let uses = step["uses"].as_str().unwrap_or_default();
            assert!(
                uses.is_empty() || uses.starts_with("actions/"),
                "{location}: {uses}"
            );
        }
    }
    assert_eq!(writers, 1, "one job opens pull requests");
}

#[test]
fn the_tag_of_a_pinned_action_is_a_comment_and_the_minimum_toolchain_is_the_declared_one() {
    let manifest = fs::read_to_string(repository().join("Cargo.toml")).unwrap();
    let promised = Regex::new("rust-version = \"([0-9.]+)\"").unwrap();
    let promised = promised.captures(&manifest).unwrap()[1].to_owned();
    let installs =
        Regex::new(r"rustup toolchain install (\S+) .*&& rustup default (\S+)$").unwrap();
    let pinned = Regex::new(r"uses: [\w.-]+/[\w.-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+").unwrap();
    let mut toolchains = BTreeSet::new();
    for path in files(".github/workflows") {
        for line in fs::read_to_string(&path).unwrap().lines() {
            assert!(!line.contains("uses: ") || pinned.is_match(line), "{line}");
            if let Some(found) = installs.captures(line) {
                assert_eq!(found[1], found[2], "{line}");
                toolchains.insert(found[1].to_owned());
            }
        }
    }
    assert_eq!(toolchains, BTreeSet::from([promised, "stable".to_owned()]));
}

/// What `.ci/propose` lets a pull request change: all that an import and a generation write, and nothing
/// else.
#[test]
fn the_list_of_machine_written_files_is_exact() {
    let list = fs::read_to_string(repository().join(".ci/machine-written.txt")).unwrap();
    let patterns: Vec<Regex> = list
        .lines()
        .map(|line| Regex::new(&format!("^({line})$")).unwrap())
        .collect();
    let output = Command::new("git")
        .args(["ls-files"])
        .current_dir(repository())
        .output()
        .unwrap();
    let tracked = support::stdout(&output);
    let written_by_import = Regex::new(r"^spec/(lock|(webhooks/)?\d{4}-\d\d-\d\d)\.yaml$").unwrap();
    let mut seen = 0;
    for path in tracked.lines() {
        let is_generated = ROOTS
            .iter()
            .any(|root| path.starts_with(&format!("{root}/")));
        let is_previous = path.starts_with("spec/previous/");
        let is_machine_written = is_generated || is_previous || written_by_import.is_match(path);
        let is_listed = patterns.iter().any(|pattern| pattern.is_match(path));
        assert_eq!(is_listed, is_machine_written, "{path}");
        seen += usize::from(is_listed);
    }
    assert!(seen > 100, "{seen} files");
    for path in [
        "description.yaml",
        "names.yaml",
        "source.yaml",
        "surface.txt",
        "webhooks-surface.txt",
    ] {
        let path = format!("spec/previous/{path}");
        assert!(
            patterns.iter().any(|pattern| pattern.is_match(&path)),
            "{path}"
        );
    }
}

#[test]
fn every_xtask_command_that_is_mentioned_exists() {
    let mut texts = Vec::new();
    for folder in [".github/workflows", ".ci", "docs", "docs/adr", "."] {
        for path in files(folder).into_iter().filter(|path| path.is_file()) {
            let name = path.display().to_string();
            let is_text = name.contains("/.ci/") || name.ends_with(".yml") || name.ends_with(".md");
            if is_text {
                texts.push(fs::read_to_string(&path).unwrap());
            }
        }
    }
    let named = Regex::new(r"cargo xtask ([a-z][a-z-]*)").unwrap();
    let commands: BTreeSet<&str> = texts
        .iter()
        .flat_map(|text| named.captures_iter(text))
        .map(|found| found.get(1).unwrap().as_str())
        .collect();
    assert!(commands.len() >= 5, "{commands:?}");
    for command in commands {
        let output = Command::new(env!("CARGO_BIN_EXE_xtask"))
            .args([command, "--help"])
            .output()
            .unwrap();
        assert!(
            output.status.success(),
            "there is no `cargo xtask {command}`"
        );
    }
    let script = Regex::new(r"(\.ci/[a-z.-]*[a-z])").unwrap();
    for found in texts.iter().flat_map(|text| script.captures_iter(text)) {
        assert!(
            repository().join(&found[1]).is_file(),
            "there is no {}",
            &found[1]
        );
    }
}

#[cfg(unix)]
#[test]
fn scripts_are_executable_and_stop_at_the_first_failure() {
    use std::os::unix::fs::PermissionsExt;

    for path in files(".ci")
        .into_iter()
        .filter(|path| path.extension().is_none())
    {
        let text = fs::read_to_string(&path).unwrap();
        let name = path.display();
        assert!(text.starts_with("#!/usr/bin/env bash\n"), "{name}");
        assert!(text.contains("\nset -euo pipefail\n"), "{name}");
        let mode = fs::metadata(&path).unwrap().permissions().mode();
        assert!(mode & 0o111 != 0, "{name} is not executable");
    }
}
