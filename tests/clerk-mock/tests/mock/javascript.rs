//! Clerk's own SDK for JavaScript as the client, in a process of its own.
//!
//! It is installed with npm. Without Node.js or the registry, the test is skipped with a message; if `CI` is
//! set, it fails.
#![allow(clippy::print_stderr)]

use std::path::Path;
use std::process::Command;

use clerk_mock::ClerkMock;

const PACKAGE: &str = "@clerk/backend@3.25.0";

#[test]
fn the_javascript_sdk_is_served() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("clerk-backend-3.25.0");
    if let Err(reason) = installed(&folder) {
        assert!(std::env::var_os("CI").is_none(), "{reason}");
        eprintln!("skipped: {reason}");
        return;
    }
    let mock = ClerkMock::start_blocking();
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/javascript/backend.mjs");
    let output = Command::new("node")
        .arg(script)
        .args([folder.as_os_str(), mock.origin().as_ref()])
        .output()
        .unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert!(output.status.success(), "{}", text(&output.stderr));
    assert_eq!(text(&output.stdout), "done\n");
}

/// Installs the SDK unless it is already installed.
fn installed(folder: &Path) -> Result<(), String> {
    let node = Command::new("node").arg("--version").output();
    node.map_err(|error| format!("node cannot be run: {error}"))?;
    if folder.join("node_modules/@clerk/backend").exists() {
        return Ok(());
    }
    std::fs::create_dir_all(folder).map_err(|error| error.to_string())?;
    let output = Command::new("npm")
        .args([
            "install",
            "--no-audit",
            "--no-fund",
            "--no-save",
            "--prefix",
        ])
        .arg(folder)
        .arg(PACKAGE)
        .output()
        .map_err(|error| format!("npm cannot be run: {error}"))?;
    match output.status.success() {
        true => Ok(()),
        false => Err(format!(
            "npm cannot install {PACKAGE}: {}",
            String::from_utf8_lossy(&output.stderr)
        )),
    }
}
