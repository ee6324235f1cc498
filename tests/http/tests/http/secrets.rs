//! Secrets are sent to the server and appear nowhere else.

use std::error::Error as _;
use std::fmt::Write as _;

use clerk_api::{Clerk, Error, RetryPolicy, Upload};
use http::{HeaderName, HeaderValue};
use http_tests::People;
use serde_json::json;
use test_support::{Log, Reply, Server};
use tracing::instrument::WithSubscriber;
use tracing::level_filters::LevelFilter;
use tracing_subscriber::util::SubscriberInitExt;

use crate::support::{fast_retries, person};

const SECRET_KEY: &str = "sk_test_CANARY_secret_key";
const MACHINE_KEY: &str = "ak_CANARY_machine_key";
const BEARER: &str = "CANARY_bearer_token";
const COOKIE: &str = "__client=CANARY_cookie";
const PASSWORD: &str = "CANARY_pass\"word";
const NONCE: &str = "CANARY_nonce";
const TOKEN: &str = "CANARY_token_of_an_answer";

fn everything(error: &Error) -> String {
    let mut text = format!("{error} {error:?} {error:#?} {:?}", error.errors());
    let _ = write!(
        text,
        " {:?} {:?} {:?}",
        error.trace_id(),
        error.kind(),
        error.operation()
    );
    let mut next = error.source();
    while let Some(cause) = next {
        let _ = write!(text, " {cause} {cause:?}");
        next = cause.source();
    }
    text
}

fn client(server: &Server, retry: RetryPolicy) -> Clerk {
    Clerk::builder()
        .secret_key(SECRET_KEY)
        .machine_secret_key(MACHINE_KEY)
        .base_url(server.url())
        .retry(retry)
        .build()
        .expect("a client")
}

/// A server that returns everything that it received.
fn echo(status: u16) -> Server {
    Server::answering(move |request| {
        let header = |name| request.header(name).unwrap_or_default().to_owned();
        let said = format!(
            "{} {} {} {}",
            header("authorization"),
            header("cookie"),
            request.query_value("nonce").unwrap_or_default(),
            String::from_utf8_lossy(&request.body),
        );
        Reply::json(
            status,
            json!({
                "errors": [{ "code": said, "message": said, "long_message": said, "meta": { "said": said } }],
                "clerk_trace_id": said,
            }),
        )
    })
}

#[tokio::test]
async fn no_secret_is_printed_or_traced() {
    let log = Log::default();
    // For the whole process, and with the bridge for `log`, which parts of the HTTP client write to.
    let _ = log.subscriber(LevelFilter::TRACE).try_init();

    let text = async {
        let mut text = String::new();
        for status in [400, 401, 429, 500] {
            let server = echo(status);
            let clerk = client(&server, fast_retries());
            let people = People::new(clerk.clone());
            let update = people.update("CANARY_id").password(PASSWORD);
            let list = people.list().nonce(NONCE);
            let get = people
                .get("person_1")
                .bearer(BEARER)
                .header(http::header::COOKIE, HeaderValue::from_static(COOKIE));
            let upload = Upload::bytes("CANARY_name.png", "CANARY_bytes");
            let _ = write!(
                text,
                "{clerk:?} {people:?} {update:?} {list:?} {get:?} {upload:?}"
            );
            let sending = people.list().nonce(NONCE).send();
            let _ = write!(text, "{sending:?}");
            let errors = [
                update.send().await.expect_err("refused"),
                list.send().await.expect_err("refused"),
                get.send().await.expect_err("refused"),
                people.machines().send().await.expect_err("refused"),
                sending.await.expect_err("refused"),
                people
                    .get("person_1")
                    .header(
                        HeaderName::from_static("authorization"),
                        HeaderValue::from_static("Bearer CANARY_bearer_token"),
                    )
                    .send()
                    .await
                    .expect_err("refused"),
            ];
            for error in &errors {
                let everything = everything(error);
                assert!(
                    everything.contains("[redacted]"),
                    "the server repeated it: {everything}"
                );
                text.push_str(&everything);
            }
        }

        // Lost connections, responses that cannot be decoded, and responses with tokens.
        let mut tokened = person("person_1");
        tokened["token"] = json!(TOKEN);
        let mut broken = tokened.clone();
        broken["visits"] = json!(TOKEN);
        broken["status"] = json!(null);
        let server = Server::script([
            Reply::reset(),
            Reply::json(200, broken.clone()).half(30),
            Reply::json(200, broken),
            Reply::json(200, tokened.clone()).header("set-cookie", "__session=CANARY_session"),
            Reply::json(200, json!([tokened, { "token": { "x": TOKEN } }])),
        ]);
        let people = People::new(client(&server, fast_retries()));
        let error = people
            .get("CANARY_id")
            .send()
            .await
            .expect_err("undecodable");
        assert!(error.is_decode());
        text.push_str(&everything(&error));
        let raw = people.get("CANARY_id").send_raw().await.expect("a person");
        let _ = write!(text, "{raw:?} {:?}", raw.inner());
        assert_eq!(raw.inner().token.as_ref().expect("a token").expose(), TOKEN);
        let mut items = people.list().stream();
        let _ = write!(
            text,
            "{items:?} {:?}",
            items.try_next().await.expect("a person")
        );
        let error = items.try_next().await.expect_err("a bad item");
        text.push_str(&everything(&error));

        let unreachable = Clerk::builder()
            .secret_key(SECRET_KEY)
            .base_url("http://127.0.0.1:1/CANARY_base")
            .retry(RetryPolicy::none())
            .build()
            .expect("a client");
        let error = People::new(unreachable)
            .get("CANARY_id")
            .send()
            .await
            .expect_err("nothing listens");
        text.push_str(&everything(&error));
        text
    }
    .with_subscriber(log.subscriber(LevelFilter::TRACE))
    .await;

    assert!(!text.contains("CANARY"), "printed: {}", around(&text));
    let traced = log.text();
    assert!(traced.contains("clerk.request"), "the calls were traced");
    assert!(traced.contains("TRACE"), "at every level");
    assert!(!traced.contains("CANARY"), "traced: {}", around(&traced));
}

fn around(text: &str) -> &str {
    let position = text.find("CANARY").unwrap_or(0);
    let line = text[..position].rfind('\n').map_or(0, |end| end + 1);
    text[line..].lines().next().unwrap_or_default()
}

#[test]
fn keys_are_rejected_without_being_printed() {
    for key in [
        "pk_test_CANARY",
        "sk_test_CANARY with space",
        "sk_test_CANARY\n",
        " ",
        "",
        "sk_test_CANARY\u{7f}",
        "sk_test_\u{0}CANARY",
    ] {
        let error = Clerk::new(key).expect_err("refused");
        assert!(error.is_configuration(), "{error}");
        assert!(!format!("{error} {error:?}").contains("CANARY"), "{error}");
        let error = Clerk::builder()
            .secret_key("sk_test_good")
            .machine_secret_key(key)
            .build();
        assert!(error.expect_err("refused").is_configuration());
    }
    let error = Clerk::new("pk_test_x").expect_err("refused");
    assert!(error.to_string().contains("publishable"), "{error}");
    assert!(
        error.to_string().contains("sk_"),
        "it names what is needed instead: {error}"
    );
}

#[test]
fn builders_do_not_print_keys() {
    let builder = Clerk::builder()
        .secret_key(SECRET_KEY)
        .machine_secret_key(MACHINE_KEY)
        .base_url("https://user:CANARY@example.com");
    assert!(!format!("{builder:?}").contains("CANARY"));
    let error = builder.build().expect_err("refused");
    assert!(!format!("{error} {error:?}").contains("CANARY"));
}

#[tokio::test]
async fn a_bearer_token_that_a_header_cannot_contain_is_rejected() {
    let server = Server::script([]);
    let people = People::new(client(&server, RetryPolicy::none()));
    let error = people
        .get("person_1")
        .bearer("CANARY\nx: y")
        .send()
        .await
        .expect_err("refused");
    assert!(error.is_request());
    assert!(!everything(&error).contains("CANARY"));
    assert!(server.requests().is_empty());
}
