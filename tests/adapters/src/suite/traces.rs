//! Tracing: one event at `debug` per rejected request, with the reason.

use std::process::Command;

use serde_json::json;
use test_support::{Log, Reply, Server};
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

use super::rejections::PROTECTED;
use crate::application::Application;
use crate::clerk::{self, admin, api_key, asking, authenticator, member, user};
use crate::wire::{Request, get, page};
use crate::{Framework, Running};

/// Set in a separate process, where no other test emits events.
const ALONE: &str = "CLERK_AUTH_TRACES_ALONE";

/// The expected outcome of a request.
struct Expected {
    status: u16,
    /// A part of the reason, if an event is expected.
    reason: Option<&'static str>,
}

fn refused(status: u16, reason: &'static str) -> Expected {
    Expected {
        status,
        reason: Some(reason),
    }
}

fn passed(status: u16) -> Expected {
    Expected {
        status,
        reason: None,
    }
}

pub async fn a_rejected_request_emits_one_event<F: Framework>() {
    if std::env::var_os(ALONE).is_none() {
        let name = "traces::a_rejected_request_emits_one_event";
        let program = std::env::current_exe().expect("the program of the test");
        let output = Command::new(program)
            .args([name, "--exact", "--nocapture"])
            .env(ALONE, "1")
            .output()
            .expect("the program of the test runs");
        let text = String::from_utf8_lossy(&output.stdout);
        let error = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{text}\n{error}");
        assert!(text.contains("1 passed"), "{text}");
        return;
    }
    let log = Log::default();
    let ours = Targets::new().with_target("clerk_auth", LevelFilter::DEBUG);
    let subscriber = log.subscriber(LevelFilter::DEBUG).with(ours);
    let _ = subscriber.try_init();
    sessions::<F>(&log).await;
    own_answers::<F>(&log).await;
    machines::<F>(&log).await;
}

async fn sessions<F: Framework>(log: &Log) {
    let server = clerk::serve::<F>(authenticator()).await;
    for path in PROTECTED {
        let expected = refused(401, "session-token-and-uat-missing");
        check(log, &server, get(path), expected).await;
        let tampered = get(path).bearer(&user().tampered().mint());
        let expected = refused(401, "token-invalid-signature");
        check(log, &server, tampered, expected).await;
    }
    for path in ["/admin/7", "/team/secret", "/team/members/7"] {
        let other = get(path).bearer(&member().mint());
        check(log, &server, other, refused(403, "org:admin")).await;
    }
    let other = get("/invoices").bearer(&member().mint());
    check(log, &server, other, refused(403, "org:invoices:delete")).await;
    for path in ["/me", "/maybe", "/team/secret"] {
        let browser = page(path).cookie("__client_uat=1");
        let expected = refused(307, "client-uat-but-no-session-token");
        check(log, &server, browser, expected).await;
        let token = admin().mint();
        check(log, &server, get(path).bearer(&token), passed(200)).await;
    }
    for path in ["/public", "/maybe", "/option", "/optional", "/cookies"] {
        check(log, &server, get(path), passed(200)).await;
        let tampered = get(path).bearer(&user().tampered().mint());
        check(log, &server, tampered, passed(200)).await;
    }
    check(log, &server, get("/no-such-page"), passed(404)).await;
}

async fn own_answers<F: Framework>(log: &Log) {
    let server = F::start(Application {
        authenticator: authenticator(),
        respond: Some(|_| {
            let mut response = http::Response::new("no".to_owned());
            *response.status_mut() = http::StatusCode::IM_A_TEAPOT;
            response
        }),
    });
    let server = server.await;
    for path in PROTECTED {
        let expected = refused(418, "session-token-and-uat-missing");
        check(log, &server, get(path), expected).await;
    }
}

async fn machines<F: Framework>(log: &Log) {
    let clerk = Server::answering(|_| api_key(&["read"], "expired", false));
    let keys = asking(&clerk).jwt_key(clerk::key().public_key_pem());
    let server = clerk::serve::<F>(keys.build().expect("good options")).await;
    let unscoped = get("/write").bearer(clerk::API_KEY);
    check(log, &server, unscoped, refused(403, "write")).await;
    let machine = get("/session").bearer(clerk::API_KEY);
    check(log, &server, machine, refused(403, "api_key")).await;
    let clerk = Server::answering(|_| Reply::json(500, json!({})));
    let server = clerk::serve::<F>(asking(&clerk).build().expect("good options")).await;
    let unavailable = get("/me").bearer(&user().mint());
    let expected = refused(503, "jwk-remote-failed-to-load");
    check(log, &server, unavailable, expected).await;
}

/// Sends a request and checks the events that it emits.
async fn check(log: &Log, server: &Running, request: Request, expected: Expected) {
    let before = log.text().len();
    let answer = server.answer(request.clone()).await;
    assert_eq!(answer.status, expected.status, "{request:?}");
    let log = log.text();
    let lines = log[before..].lines();
    let events: Vec<_> = lines.filter(|line| line.contains("DEBUG")).collect();
    match expected.reason {
        None => assert_eq!(events, [""; 0], "{request:?}"),
        Some(reason) => {
            assert_eq!(events.len(), 1, "{request:?}: {events:#?}");
            assert!(events[0].contains(reason), "{request:?}: {events:?}");
        }
    }
}
