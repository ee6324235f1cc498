//! Setting up a client.

use std::process::Command;
use std::time::Duration;

use clerk_api::{Clerk, Method};
use test_support::{Reply, Server};

use crate::support::{KEY, builder, people, person};

#[test]
fn a_client_without_a_key_is_an_error() {
    let error = Clerk::builder().build().expect_err("no key");
    assert!(error.is_configuration());
    assert!(error.to_string().contains("secret_key"), "{error}");
}

#[test]
fn base_urls_that_would_leak_or_break_are_rejected() {
    for (address, why) in [
        ("", "is not a URL"),
        ("not a url", "is not a URL"),
        ("api.clerk.com/v1", "is not a URL"),
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
        ("https://api.clerk.com:0/v1", "port"),
        ("https://api.clerk.com:/v1", "port"),
        ("https://api.clerk.com:99999/v1", "port"),
        ("https://api.clerk.com:+443/v1", "port"),
        ("https://[::1]:0/v1", "port"),
        ("https://api..clerk.com/v1", "host"),
        ("https://*.clerk.com/v1", "host"),
        ("https://[::g]/v1", "host"),
        ("https:///v1", "is not a URL"),
        ("https://api.clerk.com/v1\n", "white space"),
        (" https://api.clerk.com/v1", "white space"),
        ("\"https://api.clerk.com/v1\"", "quotes"),
        ("https://api.clerk.com/v1\u{200b}", "U+200B"),
        ("\u{feff}https://api.clerk.com/v1", "U+FEFF"),
        ("https://api.clerk.com/v1/\u{e4}", "is not a URL"),
    ] {
        let result = Clerk::builder().secret_key(KEY).base_url(address).build();
        let error = result.expect_err(address);
        assert!(error.is_configuration());
        assert!(error.to_string().contains(why), "{address}: {error}");
        assert!(!error.to_string().contains("secret@"), "{error}");
    }
}

#[test]
fn safe_base_urls_are_accepted() {
    for address in [
        "https://api.clerk.com/v1",
        "https://api.clerk.com/v1/",
        "HTTPS://api.clerk.com",
        "http://localhost:3000/v1",
        "http://api.localhost",
        "http://127.0.0.1:8080",
        "http://127.1.2.3",
        "http://[::1]:8080",
        "https://clerk_api.internal:8443/v1",
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
    allowed.build().expect("it is allowed");
}

#[test]
fn a_time_limit_of_zero_is_rejected() {
    let builder = || Clerk::builder().secret_key(KEY);
    for (name, builder) in [
        ("connect_timeout", builder().connect_timeout(Duration::ZERO)),
        ("attempt_timeout", builder().attempt_timeout(Duration::ZERO)),
        ("call_timeout", builder().call_timeout(Duration::ZERO)),
    ] {
        let error = builder.build().expect_err(name);
        assert!(error.is_configuration());
        assert!(error.to_string().contains(name), "{error}");
    }
}

#[test]
fn a_client_that_could_not_read_any_body_is_rejected() {
    let builder = Clerk::builder().secret_key(KEY).max_response_bytes(0);
    let error = builder.build().expect_err("no bytes");
    assert!(error.is_configuration());
    assert!(error.to_string().contains("max_response_bytes"), "{error}");
}

#[tokio::test]
async fn an_invalid_bearer_token_is_rejected_before_it_is_sent() {
    let server = Server::script([]);
    for (bearer, seen) in [
        ("", "empty"),
        ("\"CANARY\"", "quotes"),
        (" CANARY", "white space"),
        ("CANARY\n", "white space"),
        ("Bearer CANARY", "Bearer"),
        ("CAN\u{200b}ARY", "U+200B"),
    ] {
        let call = people(&server).get("person_1").bearer(bearer);
        let error = call.send().await.expect_err("not a bearer");
        assert!(error.is_request(), "{error:?}");
        assert!(error.to_string().contains(seen), "{error}");
        assert!(!format!("{error} {error:?}").contains("ARY"), "{error:?}");
    }
    assert!(server.requests().is_empty());
}

#[test]
fn keys_of_the_wrong_kind_are_rejected_with_the_kind() {
    for (key, seen) in [
        ("\"sk_test_CANARY\"", "quotes"),
        ("sk_test", "cut off"),
        ("sk_live_", "cut off"),
        ("whsec_CANARY", "webhook signing secret"),
        ("ak_CANARY", "machine"),
        ("\u{feff}sk_test_CANARY", "U+FEFF"),
        ("sk_test_CANARY\u{200b}", "U+200B"),
        ("Bearer sk_test_CANARY", "Bearer"),
    ] {
        let error = Clerk::new(key).expect_err(key);
        assert!(error.is_configuration());
        let error = error.to_string();
        for part in [seen, "`secret_key`", "CLERK_SECRET_KEY", "Clerk Dashboard"] {
            assert!(error.contains(part), "{key}: {error}");
        }
        assert!(!error.contains("CANARY"), "{error}");
    }
    let builder = |key: &str| Clerk::builder().secret_key(KEY).machine_secret_key(key);
    for (key, seen) in [
        (KEY, "of an instance"),
        ("ak_", "cut off"),
        ("'ak_x'", "quotes"),
    ] {
        let error = builder(key).build().expect_err(key);
        assert!(error.to_string().contains(seen), "{error}");
        assert!(
            error.to_string().contains("`machine_secret_key`"),
            "{error}"
        );
    }
    // Those of older instances.
    for key in ["test_old", "live_old"] {
        Clerk::new(key).expect(key);
    }
}

#[tokio::test]
async fn the_user_agent_identifies_the_caller() {
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
fn outside_of_a_runtime_a_call_names_what_is_missing() {
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
        _ => panic!("it must fail immediately"),
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
                ("CLERK_SECRET_KEY", "sk_test_from_env"),
                ("CLERK_MACHINE_SECRET_KEY", "ak_from_env"),
                ("CLERK_API_URL", &address),
            ],
        );
        let requests = server.requests();
        assert_eq!(requests.len(), 2);
        for request in requests {
            assert_eq!(request.path, "/v1/x");
            assert_eq!(
                request.header("authorization"),
                Some("Bearer sk_test_from_env")
            );
        }
    }
}

#[test]
fn what_is_wrong_with_the_environment_is_named() {
    in_environment("client::child_has_no_key", &[]);
    in_environment("client::child_has_no_key", &[("CLERK_SECRET_KEY", "")]);
    in_environment(
        "client::child_has_no_key",
        &[("CLERK_SECRET_KEY", "\"sk_test_in_quotes\"")],
    );
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
    let error = Clerk::from_env().expect_err("no usable key");
    assert!(error.is_configuration());
    assert!(error.to_string().contains("CLERK_SECRET_KEY"), "{error}");
}
