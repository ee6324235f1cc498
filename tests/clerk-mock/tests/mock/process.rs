//! The mock as a process.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use clerk_api::Clerk;

const BINARY: &str = env!("CARGO_BIN_EXE_clerk-mock");

#[test]
fn it_prints_its_url_and_serves_there() {
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
    let rejected = client("sk_test_other").users().list().send();
    process.kill().unwrap();
    process.wait().unwrap();
    assert!(listed.unwrap().is_empty());
    assert_eq!(
        rejected.unwrap_err().status().map(|status| status.as_u16()),
        Some(401)
    );
}

#[test]
fn it_prints_its_options() {
    let help = Command::new(BINARY).arg("--help").output().unwrap();
    assert!(help.status.success());
    let help = String::from_utf8_lossy(&help.stdout);
    for option in ["--port", "--seed", "--secret-key", "--make-up-unknown-ids"] {
        assert!(help.contains(option), "{option} is not in {help}");
    }
}

/// As rustc does: what is wrong, then how to fix it.
#[test]
fn errors_have_help() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    for (arguments, code, error, help) in [
        (&["--prot"][..], 2, "--prot", "--help"),
        (
            &["--port", "x"],
            2,
            "`--port` is \"x\"; expected a number",
            "--help",
        ),
        (
            &["--seed", "-1"],
            2,
            "`--seed` is \"-1\"; expected a whole number",
            "--help",
        ),
        (&["--port"], 2, "--port", "--help"),
        (&["--port", &port], 1, &*port, "--port 0"),
    ] {
        let output = Command::new(BINARY).args(arguments).output().unwrap();
        assert_eq!(output.status.code(), Some(code), "{arguments:?}");
        let text = String::from_utf8_lossy(&output.stderr);
        let lines: Vec<&str> = text.lines().collect();
        let [first, second] = lines[..] else {
            panic!("not two lines: {text}");
        };
        assert!(
            first.starts_with("error: ") && first.contains(error),
            "{text}"
        );
        assert!(
            second.starts_with("  help: ") && second.contains(help),
            "{text}"
        );
    }
}

#[cfg(unix)]
#[test]
fn it_exits_successfully_when_it_is_interrupted() {
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
