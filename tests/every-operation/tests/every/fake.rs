//! Every call against the fake Clerk, which checks each request against the description and
//! responds as the description allows.

use std::process::Command;

use clerk_api::{ClerkBuilder, RetryPolicy};
use clerk_mock::{ClerkMock, Mode, UnknownIds};
use every_operation::{Answer, Call, calls};
use serde_json::Value;

use crate::described::operations;

/// Calls are made in the order of the table, so most of their ids do not exist.
pub(crate) fn start(mode: Mode) -> ClerkMock {
    let mock = ClerkMock::builder()
        .unknown_ids(UnknownIds::MakeUp)
        .mode(mode);
    mock.start_blocking().expect("a mock")
}

pub(crate) fn client(mock: &ClerkMock) -> ClerkBuilder {
    mock.client_builder().retry(RetryPolicy::none())
}

/// With responses of required members, of all, and of some.
fn in_every_mode(run: impl Fn(&ClerkMock)) {
    for mode in [Mode::Minimal, Mode::Full, Mode::Varied] {
        let mock = start(mode);
        run(&mock);
        assert_eq!(mock.requests().len(), 2 * operations().len(), "{mode:?}");
    }
}

fn check(make: impl Fn(&Call) -> Answer) {
    let mut failures = Vec::new();
    for call in calls() {
        if let Err(error) = make(call) {
            failures.push(format!("{} ({}): {error}", call.operation_id, call.variant));
        }
    }
    assert!(
        failures.is_empty(),
        "{}:\n{}",
        failures.len(),
        failures.join("\n")
    );
}

#[test]
fn every_async_call_is_accepted_and_its_response_decoded() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    in_every_mode(|mock| {
        let clerk = client(mock).build().unwrap();
        check(|call| runtime.block_on(call.run(&clerk)));
    });
}

#[test]
fn every_blocking_call_is_accepted_and_its_response_decoded() {
    in_every_mode(|mock| {
        let clerk = client(mock).build_blocking().unwrap();
        check(|call| call.run_blocking(&clerk));
    });
}

#[test]
fn the_binary_makes_all_calls() {
    for arguments in [&[][..], &["--blocking"]] {
        let mock = start(Mode::Varied);
        let output = Command::new(env!("CARGO_BIN_EXE_every-operation"))
            .args(["--base-url", &mock.base_url()])
            .args(arguments)
            .output()
            .expect("the binary runs");
        let text = String::from_utf8(output.stdout).expect("text");
        let lines: Vec<Value> = text
            .lines()
            .map(|line| serde_json::from_str(line).expect("a line is JSON"))
            .collect();
        let undecoded: Vec<&Value> = lines
            .iter()
            .filter(|line| line["decoded"] != true)
            .collect();
        assert!(undecoded.is_empty(), "{undecoded:?}");
        assert_eq!(lines.len(), 2 * operations().len());
        assert_eq!(output.status.code(), Some(0));
    }
}
