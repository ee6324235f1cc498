//! Clients cannot fill the log: what anyone can cause is traced at `debug`.

use serde_json::json;
use test_support::{Log, Reply};
use tracing_subscriber::filter::LevelFilter;

use crate::calls::{ask, on_loopback, with_nonce};
use crate::support::{Clerk, Signer, page, with_token};

#[tokio::test]
async fn what_anyone_can_send_causes_no_warning() {
    let refusal = json!({ "errors": [{ "code": "not_found", "message": "not found" }] });
    let clerk = Clerk::answering(Reply::json(404, refusal));
    let authenticator = on_loopback(&clerk);
    let log = Log::default();
    let subscriber = tracing::subscriber::set_default(log.subscriber(LevelFilter::WARN));
    let tampered = Signer::foreign().token();
    let cookies = |cookies: &str| page("https://app.example.com/p", &[("cookie", cookies)]);
    for request in [
        with_nonce("made_up"),
        cookies("__clerk_handshake=made_up; __client_uat=1"),
        cookies(&format!("__clerk_handshake={tampered}; __client_uat=1")),
        cookies(&format!("__session={tampered}; __client_uat=1")),
        page("https://app.example.com/?__clerk_handshake=a.b.c", &[]),
        with_token("ak_made_up"),
        with_token("made.up.token"),
        with_token(&tampered),
    ] {
        let _ = ask(&authenticator, &request).await;
    }
    drop(subscriber);
    assert_eq!(log.text(), "");
}

#[tokio::test]
async fn an_outage_causes_a_warning() {
    let clerk = Clerk::answering(Reply::json(500, json!({})));
    let authenticator = on_loopback(&clerk);
    let log = Log::default();
    let subscriber = tracing::subscriber::set_default(log.subscriber(LevelFilter::WARN));
    let _ = ask(&authenticator, &with_nonce("good")).await;
    drop(subscriber);
    assert!(
        log.text().contains("could not be exchanged"),
        "{}",
        log.text()
    );
}
