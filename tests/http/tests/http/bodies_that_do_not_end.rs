//! Bodies of responses that stall, drip or never end.

use std::time::{Duration, Instant};

use clerk_api::{Error, Method, RetryPolicy};
use http_tests::People;
use serde_json::json;
use test_support::{Reply, Server};

use crate::support::{builder, client, people, person};

/// Far longer than the wait for the body of an error, far shorter than the limits of attempts and calls.
const SOON: Duration = Duration::from_secs(20);

fn errors() -> serde_json::Value {
    json!({ "errors": [{ "code": "c", "message": "m" }] })
}

/// The error of a call that gets this response, and how often it was sent.
async fn refused(reply: Reply) -> (Error, usize) {
    let server = Server::answering(move |_| reply.clone());
    let began = Instant::now();
    let error = people(&server)
        .get("person_1")
        .retry(
            RetryPolicy::default()
                .initial_delay(Duration::ZERO)
                .budget(Duration::from_secs(60)),
        )
        .send()
        .await
        .expect_err("refused");
    assert!(began.elapsed() < SOON, "{:?}", began.elapsed());
    (error, server.requests().len())
}

#[tokio::test]
async fn the_status_of_an_error_does_not_wait_for_its_body() {
    let drip = Duration::from_millis(700);
    for (status, sent) in [(401, 1), (404, 1), (422, 1)] {
        let reply = Reply::json(status, errors());
        for reply in [
            reply.clone().stalling(0),
            reply.clone().stalling(10),
            reply.clone().dripping(drip),
        ] {
            let (error, requests) = refused(reply).await;
            assert_eq!(error.status().map(|found| found.as_u16()), Some(status));
            assert_eq!(requests, sent, "{error:?}");
            assert!(!error.is_timeout());
        }
    }
}

#[tokio::test]
async fn a_failing_server_that_stalls_is_retried_like_any() {
    let (error, requests) = refused(Reply::json(500, errors()).stalling(3)).await;
    assert!(error.is_server_error(), "{error:?}");
    assert_eq!(requests, 3);
    assert_eq!(error.body(), Some("{\"e"), "what had come is kept");
}

#[tokio::test]
async fn retry_after_is_followed_when_the_body_stalls() {
    let reply = Reply::json(429, errors()).header("retry-after", "3600");
    let (error, requests) = refused(reply.stalling(5)).await;
    assert!(error.is_rate_limited());
    assert_eq!(error.retry_after(), Some(Duration::from_secs(3600)));
    assert_eq!(requests, 1);
}

#[tokio::test]
async fn an_endless_error_body_does_not_hide_the_error() {
    let (error, _) = refused(Reply::text(403, "text/html", &"x".repeat(4096)).endless()).await;
    assert!(error.is_forbidden());
    assert!(error.body().is_some_and(|body| body.len() == 8 * 1024));
}

#[tokio::test]
async fn a_success_has_a_limit_of_bytes() {
    let server = Server::answering(|_| {
        Reply::text(200, "application/json", &" ".repeat(64 * 1024)).endless()
    });
    let clerk = builder(&server)
        .max_response_bytes(1024 * 1024)
        .build()
        .expect("a client");
    for _ in 0..2 {
        let error = People::new(clerk.clone())
            .get("person_1")
            .send()
            .await
            .expect_err("no end");
        assert!(error.is_decode() && !error.is_retryable(), "{error:?}");
        assert_eq!(error.status().map(|status| status.as_u16()), Some(200));
        assert!(error.to_string().contains("1048576"), "{error}");
        assert!(error.to_string().contains("max_response_bytes"), "{error}");
        assert!(error.body().is_some_and(|body| body.len() <= 8 * 1024));
    }
    let error = clerk
        .request(Method::GET, "/x")
        .send_bytes()
        .await
        .expect_err("no end");
    assert!(error.is_decode());
    assert_eq!(server.requests().len(), 3, "nothing was retried");
}

#[tokio::test]
async fn the_default_limit_allows_large_bodies() {
    let large = "x".repeat(20 * 1024 * 1024);
    let server = Server::script([Reply::bytes(200, large.as_bytes())]);
    let raw = client(&server)
        .request(Method::GET, "/x")
        .send_bytes()
        .await
        .expect("bytes");
    assert_eq!(raw.into_inner().len(), large.len());
}

#[tokio::test]
async fn a_body_of_exactly_the_limit_is_read() {
    let body = person("person_1").to_string();
    for (limit, fits) in [(body.len(), true), (body.len() - 1, false)] {
        let server = Server::script([Reply::text(200, "application/json", &body)]);
        let clerk = builder(&server)
            .max_response_bytes(limit)
            .build()
            .expect("a client");
        let read = People::new(clerk).get("person_1").send().await;
        assert_eq!(read.is_ok(), fits, "{limit}");
    }
}

#[tokio::test]
async fn compression_is_not_requested() {
    let server = Server::script([Reply::json(200, person("person_1"))]);
    people(&server)
        .get("person_1")
        .send()
        .await
        .expect("a person");
    assert_eq!(server.request().header("accept-encoding"), Some("identity"));
}
