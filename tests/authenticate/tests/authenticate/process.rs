//! Runs the driver.

use std::io::{Read, Write};
use std::process::{Child, Command, Stdio};
use std::thread;

use serde_json::Value;

/// The output of the driver for these bytes, by lines.
pub(crate) fn answers(input: &[u8]) -> Vec<Value> {
    let output = output(input);
    output
        .lines()
        .map(|line| serde_json::from_str(line).expect("an outcome is JSON"))
        .collect()
}

/// The output of the driver.
pub(crate) fn output(input: &[u8]) -> String {
    let mut driver = start();
    let mut stdin = driver.stdin.take().expect("it is piped");
    let mut stdout = driver.stdout.take().expect("it is piped");
    let mut output = String::new();
    // Both at once, because pipes have a limited capacity.
    thread::scope(|scope| {
        scope.spawn(move || stdin.write_all(input).expect("the driver reads"));
        stdout
            .read_to_string(&mut output)
            .expect("the driver writes text");
    });
    let status = driver.wait().expect("the driver ends");
    assert!(status.success(), "the driver ends with {status}");
    output
}

/// The driver, with its input and output piped.
pub(crate) fn start() -> Child {
    Command::new(env!("CARGO_BIN_EXE_authenticate"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the driver starts")
}
