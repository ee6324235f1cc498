//! The GitHub workflows and their scripts: checks that are possible without running them.

mod support;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use regex::Regex;
use serde_json::{Map, Value};
use xtask::input::load;

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
fn every_workflow_states_its_triggers_and_permissions() {
    let workflows = workflows();
    assert!(workflows.len() >= 2);
    for (file, workflow) in workflows {
        assert!(workflow["name"].is_string(), "{file} has no name");
        let when: Vec<&String> = object(&workflow["on"], &file).keys().collect();
        // It would run code from a fork with this repository's token.
        assert!(
            !when.iter().any(|event| *event == "pull_request_target"),
            "{file}"
        );
        for permission in object(&workflow["permissions"], &file).values() {
            assert_eq!(permission, "read", "{file}: jobs may only read by default");
        }
    }
}

#[test]
fn every_job_has_a_time_limit_and_its_steps_do_something() {
    for (location, job, steps) in jobs() {
        assert!(job["runs-on"].is_string(), "{location} has no runner");
        assert!(
            job["timeout-minutes"]
                .as_u64()
                .is_some_and(|minutes| minutes <= 60),
            "{location}"
        );
        assert!(!steps.is_empty(), "{location}");
        for step in steps {
            let (uses, runs) = (step["uses"].is_string(), step["run"].is_string());
            assert!(
                uses != runs,
                "{location}: a step either uses or runs something: {step}"
            );
        }
        for needed in [&job["needs"]]
            .into_iter()
            .filter(|needed| !needed.is_null())
        {
            let needed = needed.as_str().unwrap();
            assert!(
                jobs()
                    .iter()
                    .any(|(other, _, _)| other.ends_with(&format!(", {needed}")))
            );
        }
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
fn actions_are_pinned_and_the_minimum_toolchain_is_the_declared_one() {
    let manifest = fs::read_to_string(repository().join("Cargo.toml")).unwrap();
    let promised = Regex::new("rust-version = \"([0-9.]+)\"").unwrap();
    let promised = promised.captures(&manifest).unwrap()[1].to_owned();
    let major = Regex::new(r"^[\w.-]+/[\w.-]+@v\d+$").unwrap();
    let mut toolchains = BTreeSet::new();
    for (location, _, steps) in jobs() {
        for uses in steps.iter().filter_map(|step| step["uses"].as_str()) {
            match uses.strip_prefix("dtolnay/rust-toolchain@") {
                Some(toolchain) => {
                    toolchains.insert(toolchain.to_owned());
                }
                None => assert!(major.is_match(uses), "{location}: {uses}"),
            }
        }
    }
    assert_eq!(toolchains, BTreeSet::from([promised, "stable".to_owned()]));
}

#[test]
fn every_xtask_command_that_is_mentioned_exists() {
    let mut texts = Vec::new();
    for folder in [".github/workflows", ".ci", "docs", "docs/adr", "."] {
        for path in files(folder).into_iter().filter(|path| path.is_file()) {
            let name = path.display().to_string();
            let is_text = folder == ".ci" || name.ends_with(".yml") || name.ends_with(".md");
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
    let script = Regex::new(r"(\.ci/[a-z]+)").unwrap();
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

    for path in files(".ci") {
        let text = fs::read_to_string(&path).unwrap();
        let name = path.display();
        assert!(text.starts_with("#!/usr/bin/env bash\n"), "{name}");
        assert!(text.contains("\nset -euo pipefail\n"), "{name}");
        let mode = fs::metadata(&path).unwrap().permissions().mode();
        assert!(mode & 0o111 != 0, "{name} is not executable");
    }
}
