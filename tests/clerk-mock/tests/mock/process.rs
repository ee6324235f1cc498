//! The mock as a process.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use clerk_api::Clerk;

const BINARY: &str = env!("CARGO_BIN_EXE_clerk-mock");

#[test]
fn it_prints_where_it_is_and_serves_there() {
    let mut process = Command::new(BINARY)
        .args(["--port", "0", "--seed", "7", "--secret-key", "sk_test_only"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut url = String::new();
    BufReader::new(process.stdout.take().unwrap())
        .read_line(&mut url)
        .unwrap();
    let client = |key| {
        Clerk::builder()
            .base_url(url.trim())
            .secret_key(key)
            .build_blocking()
            .unwrap()
    };
    let listed = client("sk_test_only").users().list().send();
    let refused = client("sk_test_other").users().list().send();
    process.kill().unwrap();
    process.wait().unwrap();
    assert!(listed.unwrap().is_empty());
    assert_eq!(
        refused.unwrap_err().status().map(|status| status.as_u16()),
        Some(401)
    );
}

#[test]
fn it_says_what_it_takes() {
    let help = Command::new(BINARY).arg("--help").output().unwrap();
    assert!(help.status.success());
    assert!(String::from_utf8_lossy(&help.stdout).contains("--port"));
    let wrong = Command::new(BINARY).arg("--prot").output().unwrap();
    assert_eq!(wrong.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&wrong.stderr).contains("--prot"));
}

#[cfg(unix)]
#[test]
fn it_ends_well_when_it_is_interrupted() {
    let mut process = Command::new(BINARY)
        .args(["--port", "0"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut url = String::new();
    BufReader::new(process.stdout.take().unwrap())
        .read_line(&mut url)
        .unwrap();
    let interrupt = Command::new("kill")
        .args(["-INT", &process.id().to_string()])
        .status()
        .unwrap();
    assert!(interrupt.success());
    assert!(process.wait().unwrap().success());
}
