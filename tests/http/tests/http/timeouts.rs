//! Every wait has a limit, unless it is switched off.

use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use clerk_api::{Clerk, RetryPolicy};
use http_tests::People;
use test_support::{Reply, Server};

use crate::support::{KEY, builder, person};

const GENEROUS: Duration = Duration::from_secs(20);

#[tokio::test]
async fn an_attempt_has_a_limit() {
    let server = Server::script([Reply::silence()]);
    let clerk = builder(&server)
        .attempt_timeout(Duration::from_millis(200))
        .retry(RetryPolicy::none())
        .build()
        .expect("a client");
    let began = Instant::now();
    let error = People::new(clerk)
        .get("person_1")
        .send()
        .await
        .expect_err("silence");
    assert!(error.is_timeout() && error.is_retryable() && !error.is_connect());
    assert_eq!(error.to_string(), "people.get: no response within 200ms");
    assert!(began.elapsed() < GENEROUS);
}

#[tokio::test]
async fn the_limit_includes_the_body() {
    let late = Reply::json(200, person("person_1")).after(Duration::from_secs(60));
    let server = Server::script([late]);
    let clerk = builder(&server)
        .attempt_timeout(Duration::from_millis(200))
        .retry(RetryPolicy::none())
        .build()
        .expect("a client");
    let error = People::new(clerk)
        .get("person_1")
        .send()
        .await
        .expect_err("too late");
    assert!(error.is_timeout());
}

#[tokio::test]
async fn a_call_has_a_limit_over_all_its_attempts() {
    let server = Server::answering(|_| Reply::silence());
    let clerk = builder(&server)
        .attempt_timeout(Duration::from_millis(200))
        .call_timeout(Duration::from_millis(500))
        .retry(
            RetryPolicy::default()
                .initial_delay(Duration::ZERO)
                .max_attempts(100),
        )
        .build()
        .expect("a client");
    let began = Instant::now();
    let error = People::new(clerk)
        .get("person_1")
        .send()
        .await
        .expect_err("silence");
    assert!(error.is_timeout());
    assert!(began.elapsed() < GENEROUS);
    let attempts = server.requests().len();
    assert!((1..=4).contains(&attempts), "{attempts}");
    assert_eq!(error.attempts() as usize, attempts);
}

#[tokio::test]
async fn a_limit_of_one_call_replaces_the_clients() {
    let server = Server::answering(|_| Reply::silence());
    let clerk = builder(&server).build().expect("a client");
    let error = People::new(clerk)
        .get("person_1")
        .timeout(Duration::from_millis(200))
        .send()
        .await
        .expect_err("silence");
    assert!(error.is_timeout());
    assert_eq!(
        error.to_string(),
        "people.get: the call took longer than 200ms"
    );
    assert_eq!(server.requests().len(), 1, "the whole call is over");
}

#[tokio::test]
async fn a_longer_limit_of_a_call_extends_that_of_its_attempts() {
    let slow = Reply::json(200, person("person_1")).after(Duration::from_millis(600));
    let server = Server::script([slow]);
    let clerk = builder(&server)
        .attempt_timeout(Duration::from_millis(200))
        .call_timeout(Duration::from_millis(400))
        .build()
        .expect("a client");
    let raw = People::new(clerk)
        .get("person_1")
        .timeout(GENEROUS)
        .send_raw()
        .await
        .expect("it had the time");
    assert_eq!(raw.attempts(), 1);
}

#[tokio::test]
async fn limits_can_be_switched_off() {
    let slow = Reply::json(200, person("person_1")).after(Duration::from_millis(300));
    let server = Server::script([slow]);
    let clerk = builder(&server)
        .connect_timeout(None)
        .attempt_timeout(None)
        .call_timeout(None)
        .build()
        .expect("a client");
    People::new(clerk)
        .get("person_1")
        .send()
        .await
        .expect("a person");
}

/// Fills the queue of a listener that accepts no connection, so that further ones hang.
fn deaf_listener() -> Option<(tokio::net::TcpListener, SocketAddr, Vec<TcpStream>)> {
    let socket = tokio::net::TcpSocket::new_v4().ok()?;
    socket.bind("127.0.0.1:0".parse().ok()?).ok()?;
    let listener = socket.listen(1).ok()?;
    let address = listener.local_addr().ok()?;
    let mut queue = Vec::new();
    for _ in 0..64 {
        match TcpStream::connect_timeout(&address, Duration::from_millis(300)) {
            Ok(stream) => queue.push(stream),
            Err(_) => return Some((listener, address, queue)),
        }
    }
    None
}

#[tokio::test]
async fn connecting_has_a_limit() {
    let Some((_listener, address, _queue)) = deaf_listener() else {
        // Some systems accept connections on behalf of the listener. Then none hangs.
        return;
    };
    let clerk = Clerk::builder()
        .secret_key(KEY)
        .base_url(format!("http://{address}"))
        .connect_timeout(Duration::from_millis(200))
        .attempt_timeout(None)
        .call_timeout(GENEROUS)
        .retry(RetryPolicy::none())
        .build()
        .expect("a client");
    let began = Instant::now();
    let error = People::new(clerk)
        .get("person_1")
        .send()
        .await
        .expect_err("nothing accepts");
    assert!(error.is_timeout(), "{error:?}");
    assert!(error.was_not_processed(), "{error:?}");
    assert!(began.elapsed() < GENEROUS);
}

#[tokio::test]
async fn a_call_with_a_time_limit_of_zero_is_rejected_before_it_is_sent() {
    let server = Server::script([]);
    let people = People::new(builder(&server).build().expect("a client"));
    for (name, call) in [
        ("`timeout`", people.get("a").timeout(Duration::ZERO)),
        (
            "`attempt_timeout`",
            people.get("a").attempt_timeout(Duration::ZERO),
        ),
    ] {
        let error = call.send().await.expect_err("no time");
        assert!(error.is_request(), "{error:?}");
        assert!(error.to_string().contains(name), "{error}");
    }
    assert!(server.requests().is_empty());
}
