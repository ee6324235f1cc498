//! Clients of the mock ignore proxies in the environment.

use std::process::Command;

use clerk_mock::ClerkMock;

/// Also called by the test below, in a process with a proxy that refuses connections.
#[test]
fn a_client_calls_the_mock() {
    let mock = ClerkMock::start_blocking();
    for base_url in [
        mock.base_url(),
        mock.base_url().replace("127.0.0.1", "localhost"),
    ] {
        let clerk = mock.client_builder().base_url(base_url);
        let clerk = clerk.build_blocking().unwrap();
        assert!(clerk.users().list().send().unwrap().is_empty());
    }
}

#[test]
fn proxies_of_the_environment_are_not_used() {
    let mut itself = Command::new(std::env::current_exe().unwrap());
    itself.args(["--exact", "proxies::a_client_calls_the_mock"]);
    for name in ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"] {
        // Nothing listens on the discard port.
        itself.env(name, "http://127.0.0.1:9");
        itself.env(name.to_lowercase(), "http://127.0.0.1:9");
    }
    itself.env_remove("NO_PROXY").env_remove("no_proxy");
    let output = itself.output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success() && text.contains("1 passed"),
        "{text}"
    );
}
