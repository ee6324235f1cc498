//! Compiles the output of the pipeline in a copy of the workspace.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::{Command, Output};

use xtask::follow::scratch::Scratch;

/// Type-checks the copy with all features. Returns the compiler's messages if it fails.
///
/// Several copies share `target`, so that dependencies are compiled once. It is not the workspace's
/// target folder, whose lock may be held by the cargo that runs the tests.
pub fn build(scratch: &Scratch, target: &Path) -> Result<(), String> {
    let output = check(scratch, target, &["--workspace", "--all-features"])?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    let errors = said.find("\nerror").unwrap_or(0);
    Err(said.chars().skip(errors).take(8_000).collect())
}

/// Type-checks the examples of `clerk-api` in the copy, with more arguments. Returns the names of
/// those that do not compile.
pub fn examples(
    scratch: &Scratch,
    target: &Path,
    more: &[&str],
) -> Result<BTreeSet<String>, String> {
    let all = if more.contains(&"--example") {
        &[][..]
    } else {
        &["--examples"]
    };
    let arguments = ["--package=clerk-api", "--keep-going"];
    let output = check(scratch, target, &[&arguments, all, more].concat())?;
    let said = String::from_utf8_lossy(&output.stderr);
    let failed: BTreeSet<String> = said
        .lines()
        .filter(|line| line.starts_with("error: could not compile"))
        .filter_map(|line| line.split_once("(example \"")?.1.split('"').next())
        .map(str::to_owned)
        .collect();
    if output.status.success() == failed.is_empty() {
        Ok(failed)
    } else {
        Err(said.chars().take(8_000).collect())
    }
}

fn check(scratch: &Scratch, target: &Path, arguments: &[&str]) -> Result<Output, String> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    Command::new(cargo)
        .args(["check", "--offline"])
        .args(arguments)
        .arg("--target-dir")
        .arg(target)
        .current_dir(scratch.root())
        .env_remove("CARGO_TARGET_DIR")
        .output()
        .map_err(|error| format!("cargo cannot be started: {error}"))
}
