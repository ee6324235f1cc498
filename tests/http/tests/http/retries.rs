//! When a failed attempt is retried.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant, SystemTime};

use clerk_api::retry::Decision;
use clerk_api::{ErrorKind, RetryPolicy, Upload};
use http_tests::People;
use serde_json::json;
use test_support::{Reply, Server};

use crate::support::{builder, fast_retries, people, person};

fn good() -> Reply {
    Reply::json(200, person("person_1"))
}

#[tokio::test]
async fn an_idempotent_call_survives_failures_of_the_server_and_the_network() {
    for failure in [
        Reply::empty(500),
        Reply::empty(502),
        Reply::text(503, "text/html", "<html>"),
        Reply::empty(504),
        Reply::reset(),
        good().half(20),
        good().wrong_length(100_000),
        Reply::bytes(200, b"").wrong_length(10),
    ] {
        let server = Server::script([failure.clone(), good()]);
        let raw = people(&server).get("person_1").send_raw().await;
        let raw = raw.unwrap_or_else(|error| panic!("{failure:?}: {error:?}"));
        assert_eq!(raw.attempts(), 2, "{failure:?}");
        assert_eq!(server.requests().len(), 2);
    }
}

#[tokio::test]
async fn a_call_is_sent_three_times_at_most() {
    let server = Server::answering(|_| {
        Reply::json(
            503,
            json!({ "errors": [{ "code": "down", "message": "m" }] }),
        )
    });
    let error = people(&server)
        .get("person_1")
        .send()
        .await
        .expect_err("down");
    assert_eq!(server.requests().len(), 3);
    assert_eq!(error.attempts(), 3);
    assert!(error.has_code("down"), "the last response is the error");
}

#[tokio::test]
async fn every_attempt_is_the_same_request() {
    let server = Server::script([Reply::empty(500), Reply::reset(), Reply::empty(204)]);
    let upload = Upload::bytes("a.png", "abc");
    people(&server)
        .set_portrait("person_1", upload)
        .send()
        .await
        .expect("set");
    let requests = server.requests();
    assert_eq!(requests.len(), 3);
    for request in &requests {
        assert_eq!(request.body, requests[0].body);
        assert_eq!(request.headers, requests[0].headers);
        assert_eq!(test_support::multipart(request)[0].content, b"abc");
    }
}

#[tokio::test]
async fn calls_that_are_not_idempotent_are_sent_once() {
    for failure in [
        Reply::empty(500),
        Reply::empty(503),
        Reply::reset(),
        good().half(5),
    ] {
        let server = Server::script([failure, good()]);
        people(&server)
            .create("Ada")
            .send()
            .await
            .expect_err("not sent again");
        assert_eq!(server.requests().len(), 1);
    }
}

#[tokio::test]
async fn rejections_are_not_retried() {
    for status in [400, 401, 403, 404, 409, 422, 429] {
        let server = Server::script([Reply::empty(status), good()]);
        people(&server)
            .get("person_1")
            .send()
            .await
            .expect_err("refused");
        assert_eq!(server.requests().len(), 1, "{status}");
    }
}

#[tokio::test]
async fn any_call_is_retried_after_the_wait_that_the_server_states() {
    let server = Server::script([Reply::empty(429).header("retry-after", "1"), good()]);
    let began = Instant::now();
    let raw = people(&server)
        .create("Ada")
        .send_raw()
        .await
        .expect("retried");
    assert_eq!(raw.attempts(), 2);
    assert!(
        began.elapsed() >= Duration::from_secs(1),
        "it waited for as long as the server stated"
    );
}

#[tokio::test]
async fn a_failing_server_can_state_the_wait_too() {
    let server = Server::script([Reply::empty(503).header("retry-after", "1"), good()]);
    let began = Instant::now();
    people(&server)
        .get("person_1")
        .send()
        .await
        .expect("retried");
    assert!(began.elapsed() >= Duration::from_secs(1));
}

#[tokio::test]
async fn a_date_can_state_the_wait_too() {
    let until = SystemTime::now() + Duration::from_secs(2);
    let until = httpdate::fmt_http_date(until);
    let server = Server::script([Reply::empty(429).header("retry-after", &until), good()]);
    let began = Instant::now();
    people(&server).create("Ada").send().await.expect("retried");
    // A date has whole seconds, so up to one of the two is lost.
    assert!(began.elapsed() >= Duration::from_millis(900));
    assert_eq!(server.requests().len(), 2);
}

#[tokio::test]
async fn a_wait_longer_than_the_budget_is_not_started() {
    let server = Server::script([Reply::empty(429).header("retry-after", "3600"), good()]);
    let error = people(&server)
        .get("person_1")
        .send()
        .await
        .expect_err("too long");
    assert!(error.is_rate_limited());
    assert_eq!(error.retry_after(), Some(Duration::from_secs(3600)));
    assert_eq!(server.requests().len(), 1);

    for long in ["3600", "99999999999999999999"] {
        let server = Server::script([Reply::empty(503).header("retry-after", long), good()]);
        let error = people(&server).get("person_1").send().await;
        assert!(error.expect_err("too long").is_server_error());
        assert_eq!(server.requests().len(), 1, "{long}");
    }

    let server = Server::script([Reply::empty(503), good()]);
    let broke = fast_retries()
        .initial_delay(Duration::from_secs(5))
        .budget(Duration::ZERO);
    let clerk = builder(&server).retry(broke).build().expect("a client");
    People::new(clerk)
        .get("person_1")
        .send()
        .await
        .expect_err("no budget");
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn a_wait_longer_than_the_time_limit_of_the_call_is_not_started() {
    let server = Server::script([Reply::empty(429).header("retry-after", "10"), good()]);
    let began = Instant::now();
    let error = people(&server)
        .get("person_1")
        .timeout(Duration::from_secs(5))
        .send()
        .await
        .expect_err("too long");
    assert!(
        error.is_rate_limited(),
        "the response is more useful than a timeout: {error}"
    );
    assert!(began.elapsed() < Duration::from_secs(4));
}

#[tokio::test]
async fn retries_can_be_switched_off_for_a_client_or_a_call() {
    let server = Server::answering(|_| Reply::empty(503));
    let clerk = builder(&server)
        .retry(RetryPolicy::none())
        .build()
        .expect("a client");
    let people = People::new(clerk);
    people.get("person_1").send().await.expect_err("down");
    assert_eq!(server.requests().len(), 1);
    people
        .get("person_1")
        .retry(fast_retries())
        .send()
        .await
        .expect_err("down");
    assert_eq!(server.requests().len(), 4);
    people
        .get("person_1")
        .retry(RetryPolicy::none())
        .send()
        .await
        .expect_err("down");
    assert_eq!(server.requests().len(), 5);
}

#[tokio::test]
async fn a_rule_of_the_caller_decides() {
    let asked = Arc::new(AtomicUsize::new(0));
    let seen = asked.clone();
    let policy = fast_retries().max_attempts(5).rule(move |failure| {
        assert_eq!(failure.operation, "people.create");
        assert_eq!(
            failure.attempt as usize,
            seen.fetch_add(1, Ordering::SeqCst) + 1
        );
        assert!(!failure.idempotent);
        assert_eq!(failure.default_decision(), Decision::GiveUp);
        match failure.error.status() {
            Some(status) if status == 409 => Decision::RetryAfter(Duration::from_millis(1)),
            Some(status) if status == 500 => Decision::Retry,
            _ => Decision::GiveUp,
        }
    });
    let server = Server::script([
        Reply::empty(409),
        Reply::empty(500),
        Reply::empty(400),
        good(),
    ]);
    let clerk = builder(&server).retry(policy).build().expect("a client");
    let error = People::new(clerk)
        .create("Ada")
        .send()
        .await
        .expect_err("the rule gives up");
    assert_eq!(error.status().map(|status| status.as_u16()), Some(400));
    assert_eq!(server.requests().len(), 3);
    assert_eq!(asked.load(Ordering::SeqCst), 3);
}

#[tokio::test]
async fn custom_calls_are_retried_if_their_method_allows_it() {
    use clerk_api::Method;

    for (method, sent) in [
        (Method::GET, 3),
        (Method::PUT, 3),
        (Method::DELETE, 3),
        (Method::POST, 1),
        (Method::PATCH, 1),
    ] {
        let server = Server::answering(|_| Reply::empty(503));
        let clerk = builder(&server).build().expect("a client");
        clerk
            .request(method.clone(), "/x")
            .send_bytes()
            .await
            .expect_err("down");
        assert_eq!(server.requests().len(), sent, "{method}");
    }
    let server = Server::answering(|_| Reply::empty(503));
    let clerk = builder(&server).build().expect("a client");
    clerk
        .request(Method::POST, "/x")
        .idempotent(true)
        .send_bytes()
        .await
        .expect_err("down");
    assert_eq!(server.requests().len(), 3);
}

#[tokio::test]
async fn an_attempt_that_times_out_is_retried() {
    let server = Server::script([Reply::silence(), good()]);
    let raw = people(&server)
        .get("person_1")
        .attempt_timeout(Duration::from_millis(300))
        .send_raw()
        .await
        .expect("the second attempt succeeds");
    assert_eq!(raw.attempts(), 2);

    let server = Server::script([Reply::silence(), good()]);
    let error = people(&server)
        .create("Ada")
        .attempt_timeout(Duration::from_millis(300))
        .send()
        .await
        .expect_err("it may have happened");
    assert_eq!(error.kind(), ErrorKind::Timeout);
    assert_eq!(server.requests().len(), 1);
}

/// The address of a port on which nothing listens.
fn closed_port() -> std::net::SocketAddr {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    listener.local_addr().expect("an address")
}

#[tokio::test]
async fn a_call_that_could_not_connect_is_retried_whatever_its_method() {
    use clerk_api::{Clerk, Method};

    let clerk = Clerk::builder()
        .secret_key(crate::support::KEY)
        .base_url(format!("http://{}", closed_port()))
        .retry(fast_retries())
        .build()
        .expect("a client");
    for method in [Method::GET, Method::POST, Method::PATCH, Method::DELETE] {
        let call = clerk.request(method.clone(), "/x");
        let error = call.send_bytes().await.expect_err("nothing listens");
        assert!(error.is_connect() && error.was_not_processed(), "{error:?}");
        assert_eq!(error.attempts(), 3, "{method}");
        assert!(!error.follows_lost_response());
    }
}

#[tokio::test]
async fn a_404_after_a_lost_response_is_distinguished_from_a_wrong_id() {
    let not_found = || {
        Reply::json(
            404,
            json!({ "errors": [{ "code": "resource_not_found", "message": "m" }] }),
        )
    };
    let lost = [
        Reply::reset(),
        Reply::empty(502),
        good().half(3),
        Reply::silence(),
    ];
    for first in lost {
        let server = Server::script([first.clone(), not_found()]);
        let error = people(&server)
            .delete("person_1")
            .attempt_timeout(Duration::from_secs(2))
            .send()
            .await
            .expect_err("it is gone");
        assert!(error.is_not_found());
        assert_eq!(error.attempts(), 2);
        assert!(error.follows_lost_response(), "{first:?} {error:?}");
    }
    let server = Server::script([not_found()]);
    let error = people(&server).delete("person_1").send().await;
    assert!(!error.expect_err("it never was").follows_lost_response());
    let refused = Reply::empty(429).header("retry-after", "0");
    let server = Server::script([refused, not_found()]);
    let error = people(&server).delete("person_1").send().await;
    assert!(!error.expect_err("it never was").follows_lost_response());
}
