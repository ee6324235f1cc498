//! Canaries in all secrets: they go to Clerk and to the browser that they belong to, and nowhere else.

use serde_json::json;
use test_support::{Log, Recorded, Reply, Server};
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

use crate::Framework;
use crate::clerk::{self, API_KEY, SECRET_KEY, asking, cookies, user};
use crate::wire::{get, page};

const NONCE: &str = "CANARY_nonce";
const REFRESH: &str = "CANARY_refresh";

pub async fn no_secret_is_logged_or_returned<F: Framework>() {
    let log = Log::default();
    // Captures the log of the whole process, including that of the framework. No other test calls it. Rocket
    // logs URLs and whole requests; the documentation of its adapter warns about it.
    let but_rocket = Targets::new()
        .with_default(LevelFilter::TRACE)
        .with_target("rocket", LevelFilter::WARN);
    let subscriber = log.subscriber(LevelFilter::TRACE).with(but_rocket);
    // Rocket may have installed its logger before the bridge for `log`. Events of `tracing` are captured
    // anyway.
    let _ = subscriber.try_init();
    let (good, expired) = (user().mint(), user().expired().mint());
    let tampered = user().tampered().mint();
    let brought = clerk::key()
        .handshake_token([format!("__session={good}")])
        .mint();
    let mut secrets = [SECRET_KEY, API_KEY, NONCE, REFRESH]
        .map(str::to_owned)
        .to_vec();
    for token in [&good, &expired, &tampered, &brought] {
        // The payload and the signature, each alone.
        secrets.extend(token.split('.').skip(1).map(str::to_owned));
    }

    // Clerk responds normally, or repeats the whole request.
    let directives = json!({ "directives": [format!("__session={good}")] });
    let well = Server::answering(move |request| match request.path.as_str() {
        "/v1/jwks" => Reply::json(200, clerk::key().jwks()),
        "/v1/api_keys/verify" => clerk::api_key(&["read"], "expired", false),
        _ => Reply::json(200, directives.clone()),
    });
    let badly = Server::answering(repeat);
    let mut answered = String::new();
    for clerk in [&well, &badly] {
        let builder = asking(clerk).build().expect("good options");
        let server = clerk::serve::<F>(builder).await;
        for path in ["/me", "/maybe", "/session", "/admin/7", "/team/secret"] {
            for request in [
                get(path).bearer(&good),
                get(path).bearer(&expired),
                get(path).bearer(&tampered),
                get(path).bearer(API_KEY),
                get(path).cookie(&cookies(&good)),
                page(path).cookie(&cookies(&expired)),
                page(path).cookie(&format!("{}; __refresh={REFRESH}", cookies(&expired))),
                page(&format!("{path}?__clerk_handshake={brought}")).cookie("__client_uat=1"),
                page(&format!("{path}?__clerk_handshake_nonce={NONCE}")).cookie("__client_uat=1"),
            ] {
                let answer = server.answer(request).await;
                answered += answer.text();
                // These two belong to the browser.
                let head = answer.head();
                let lines = head.lines().filter(|line| {
                    let name = line.split(':').next().unwrap_or_default();
                    !["location", "set-cookie"].contains(&name.to_ascii_lowercase().as_str())
                });
                answered.extend(lines);
            }
        }
    }
    let logged = log.text();
    assert!(logged.contains("clerk_auth"), "something of ours is logged");
    for secret in secrets {
        assert!(!answered.contains(&secret), "{secret} was answered");
        let line = logged.lines().find(|line| line.contains(&secret));
        assert_eq!(line, None, "{secret} was logged");
    }
}

fn repeat(request: &Recorded) -> Reply {
    let said = format!(
        "{} {} {}",
        request.header("authorization").unwrap_or_default(),
        request.query,
        String::from_utf8_lossy(&request.body),
    );
    let error = json!({ "code": "other", "message": said, "long_message": said });
    Reply::json(400, json!({ "errors": [error], "clerk_trace_id": "trace" }))
}
