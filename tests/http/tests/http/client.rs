//! Setting up a client.

use std::process::Command;

use clerk_api::{Clerk, Method};
use test_support::{Reply, Server};

use crate::support::{KEY, builder, people, person};

#[test]
fn a_client_without_a_key_is_refused() {
    let error = Clerk::builder().build().expect_err("no key");
    assert!(error.is_configuration());
    assert!(error.to_string().contains("secret_key"), "{error}");
}

#[test]
fn base_urls_that_would_leak_or_break_are_refused() {
    for (address, why) in [
        ("", "is no URL"),
        ("not a url", "is no URL"),
        ("api.clerk.com/v1", "is no URL"),
        ("api.clerk.com", "no scheme"),
        ("/v1", "no scheme"),
        ("ftp://api.clerk.com", "neither https nor http"),
        ("https://user:secret@api.clerk.com", "password"),
        ("https://api.clerk.com?x=1", "query"),
        ("https://api.clerk.com/#x", "fragment"),
        ("https://api.clerk.com/a/../b", "segment"),
        ("https://api.clerk.com//b", "segment"),
        ("http://api.clerk.com/v1", "TLS"),
        ("http://localhost.example", "TLS"),
        ("http://10.0.0.1", "TLS"),
    ] {
        let result = Clerk::builder().secret_key(KEY).base_url(address).build();
        let error = result.expect_err(address);
        assert!(error.is_configuration());
        assert!(error.to_string().contains(why), "{address}: {error}");
        assert!(!error.to_string().contains("secret@"), "{error}");
    }
}

#[test]
fn base_urls_that_are_safe_are_taken() {
    for address in [
        "https://api.clerk.com/v1",
        "https://api.clerk.com/v1/",
        "HTTPS://api.clerk.com",
        "http://localhost:3000/v1",
        "http://api.localhost",
        "http://127.0.0.1:8080",
        "http://127.1.2.3",
        "http://[::1]:8080",
    ] {
        Clerk::builder()
            .secret_key(KEY)
            .base_url(address)
            .build()
            .expect(address);
    }
    let allowed = Clerk::builder()
        .secret_key(KEY)
        .base_url("http://10.0.0.1")
        .allow_http(true);
    allowed.build().expect("it was allowed");
}

#[tokio::test]
async fn the_user_agent_says_who_calls() {
    let server = Server::script([Reply::json(200, person("person_1"))]);
    let clerk = builder(&server)
        .user_agent_suffix("my-app/1.0")
        .build()
        .expect("a client");
    http_tests::People::new(clerk)
        .get("person_1")
        .send()
        .await
        .expect("a person");
    let request = server.request();
    let user_agent = request.header("user-agent").expect("a user agent");
    assert!(
        user_agent.starts_with("clerk-api-rust/") && user_agent.ends_with(" my-app/1.0"),
        "{user_agent}"
    );

    let error = builder(&server)
        .user_agent_suffix("a\nb")
        .build()
        .expect_err("no header");
    assert!(error.is_configuration());
}

#[test]
fn outside_of_a_runtime_a_call_says_what_is_missing() {
    use std::future::Future;
    use std::task::{Context, Poll, Waker};

    let server = Server::script([]);
    let mut sending = Box::pin(people(&server).get("person_1").send());
    match sending
        .as_mut()
        .poll(&mut Context::from_waker(Waker::noop()))
    {
        Poll::Ready(Err(error)) => {
            assert!(error.is_configuration());
            assert!(error.to_string().contains("Tokio"), "{error}");
        }
        _ => panic!("it must fail at once"),
    }
}

/// Runs one of the ignored tests below in a process with this environment.
fn in_environment(test: &str, environment: &[(&str, &str)]) {
    let mut command = Command::new(std::env::current_exe().expect("this program"));
    command.args(["--ignored", "--exact", test]);
    for name in [
        "CLERK_SECRET_KEY",
        "CLERK_MACHINE_SECRET_KEY",
        "CLERK_API_URL",
    ] {
        command.env_remove(name);
    }
    let output = command
        .envs(environment.iter().copied())
        .output()
        .expect("it runs");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(
        output.status.success(),
        "{text}{}",
        String::from_utf8_lossy(&output.stderr)
    );
    assert!(text.contains("1 passed"), "{text}");
}

#[test]
fn the_environment_sets_keys_and_address() {
    for suffix in ["", "/", "/v1", "/v1/"] {
        let server = Server::script([Reply::empty(204), Reply::empty(204)]);
        let address = format!("{}{suffix}", server.url());
        in_environment(
            "client::child_calls",
            &[
                ("CLERK_SECRET_KEY", "sk_from_env"),
                ("CLERK_MACHINE_SECRET_KEY", "ak_from_env"),
                ("CLERK_API_URL", &address),
            ],
        );
        let requests = server.requests();
        assert_eq!(requests.len(), 2);
        for request in requests {
            assert_eq!(request.path, "/v1/x");
            assert_eq!(request.header("authorization"), Some("Bearer sk_from_env"));
        }
    }
}

#[test]
fn an_empty_environment_is_named() {
    in_environment("client::child_has_no_key", &[]);
    in_environment("client::child_has_no_key", &[("CLERK_SECRET_KEY", "")]);
}

#[test]
#[ignore = "it needs the environment that another test gives it"]
fn child_calls() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let clerk = Clerk::from_env().expect("a client");
    assert!(format!("{clerk:?}").contains("machine_secret_key: Some"));
    let call = clerk.request(Method::GET, "/x").send::<()>();
    runtime.block_on(call).expect("called");
    let clerk = clerk_api::blocking::Clerk::from_env().expect("a client");
    clerk
        .request(Method::GET, "/x")
        .send::<()>()
        .expect("called");
}

#[test]
#[ignore = "it needs the environment that another test gives it"]
fn child_has_no_key() {
    let error = Clerk::from_env().expect_err("no key");
    assert!(error.is_configuration());
    assert!(error.to_string().contains("CLERK_SECRET_KEY"), "{error}");
}
