//! Compiles the output of the pipeline in a copy of the workspace.

use std::path::Path;
use std::process::Command;

use xtask::follow::scratch::Scratch;

/// Type-checks the copy with all features. Returns the compiler's messages if it fails.
///
/// Several copies share `target`, so that dependencies are compiled once. It is not the workspace's
/// target folder, whose lock may be held by the cargo that runs the tests.
pub fn build(scratch: &Scratch, target: &Path) -> Result<(), String> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(["check", "--workspace", "--all-features", "--offline"])
        .arg("--target-dir")
        .arg(target)
        .current_dir(scratch.root())
        .env_remove("CARGO_TARGET_DIR")
        .output()
        .map_err(|error| format!("cargo cannot be started: {error}"))?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    let errors = said.find("\nerror").unwrap_or(0);
    Err(said.chars().skip(errors).take(8_000).collect())
}
