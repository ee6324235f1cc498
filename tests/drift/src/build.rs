//! Compiling what the pipeline made in a copy of the workspace.

use std::path::Path;
use std::process::Command;

use xtask::scratch::Scratch;

/// Type-checks the copy with all features; gives what the compiler said when it refused.
///
/// `target` is shared by several copies, so that dependencies are compiled once. It is not the
/// workspace's: a cargo that runs the tests may hold the lock of that.
pub fn build(scratch: &Scratch, target: &Path) -> Result<(), String> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(["check", "--workspace", "--all-features", "--offline"])
        .arg("--target-dir")
        .arg(target)
        .current_dir(scratch.root())
        .env_remove("CARGO_TARGET_DIR")
        .output()
        .map_err(|error| format!("cargo does not start: {error}"))?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    let errors = said.find("\nerror").unwrap_or(0);
    Err(said.chars().skip(errors).take(8_000).collect())
}
