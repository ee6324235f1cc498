//! Many concurrent calls to a server with a rate limit.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use clerk_api::transport::{Body, Transport, TransportFuture};
use clerk_api::{Clerk, RetryPolicy};
use http_tests::{People, Person};
use serde_json::json;
use test_support::{Recorded, Reply, Server};
use tokio::task::JoinSet;

use crate::support::{KEY, person};

/// A server that accepts `calls` in each window, and reports when the next one begins.
fn limiter(calls: usize, window: Duration) -> Server {
    let state = Mutex::new((Instant::now(), 0));
    Server::answering(move |request| {
        let mut state = state
            .lock()
            .expect("no test panics while it holds the lock");
        let (began, count) = &mut *state;
        if began.elapsed() >= window {
            (*began, *count) = (Instant::now(), 0);
        }
        *count += 1;
        if *count > calls {
            let left = window.saturating_sub(began.elapsed());
            return Reply::json(
                429,
                json!({ "errors": [{ "code": "too_many_requests", "message": "slow down" }] }),
            )
            .header("retry-after", &left.as_secs_f64().ceil().to_string());
        }
        Reply::json(200, person(&name(request)))
    })
}

fn name(request: &Recorded) -> String {
    request.json()["name"].as_str().expect("a name").to_owned()
}

/// The defaults are what is tested.
fn client(server: &Server) -> Clerk {
    Clerk::builder()
        .secret_key(KEY)
        .base_url(server.url())
        .build()
        .expect("a client")
}

/// Creates `people`, `at_a_time` of them concurrently, each with a clone of the client.
async fn create(clerk: Clerk, people: usize, at_a_time: usize) -> Vec<String> {
    let next = Arc::new(AtomicUsize::new(0));
    let mut tasks = JoinSet::new();
    for _ in 0..at_a_time {
        let (next, clerk) = (next.clone(), clerk.clone());
        tasks.spawn(async move {
            let mut created = Vec::new();
            loop {
                let index = next.fetch_add(1, Ordering::SeqCst);
                if index >= people {
                    return created;
                }
                let person = People::new(clerk.clone()).create(format!("person_{index}"));
                let person: Person = person.send().await.expect("no call is lost");
                created.push(person.id);
            }
        });
    }
    let mut created = tasks.join_all().await.concat();
    created.sort_by_key(|id| id.trim_start_matches("person_").parse::<usize>().ok());
    created
}

#[tokio::test]
async fn no_call_is_lost_at_a_rate_limit_however_many_are_made_at_once() {
    for at_a_time in [16, 200] {
        let server = limiter(100, Duration::from_secs(1));
        let created = create(client(&server), 500, at_a_time).await;
        let all: Vec<String> = (0..500).map(|index| format!("person_{index}")).collect();
        assert_eq!(created, all, "{at_a_time} at a time");
        // Five windows, each with the calls that were in flight when its limit was reached.
        let sent = server.requests().len();
        assert!(sent <= 500 + 5 * at_a_time, "{at_a_time} at a time: {sent}");
    }
}

/// Rejects calls until it is opened, then every tenth, on Tokio's clock. Records the names.
#[derive(Clone, Default)]
struct Gate(Arc<Mutex<(bool, Vec<String>)>>);

impl Transport for Gate {
    fn execute(&self, request: http::Request<Body>) -> TransportFuture<'_> {
        Box::pin(async move {
            let body = request.body().as_bytes().expect("bytes");
            let body: serde_json::Value = serde_json::from_slice(body).expect("JSON");
            let name = body["name"].as_str().expect("a name").to_owned();
            let (open, names) = &mut *self
                .0
                .lock()
                .expect("no test panics while it holds the lock");
            names.push(name.clone());
            let mut response = http::Response::builder();
            if !*open || names.len() % 10 == 0 {
                response = response.status(429).header("retry-after", "10");
            }
            let body = person(&name).to_string();
            Ok(response.body(body.into()).expect("a response"))
        })
    }
}

#[tokio::test(start_paused = true)]
async fn rejected_calls_continue_in_the_order_in_which_they_began() {
    let gate = Gate::default();
    let clerk = Clerk::builder().secret_key(KEY).transport(gate.clone());
    let clerk = clerk.build().expect("a client");
    let mut tasks = JoinSet::new();
    for index in 0..50 {
        let people = People::new(clerk.clone());
        tasks.spawn(async move { people.create(index.to_string()).send().await });
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    gate.0.lock().expect("a gate").0 = true;
    for result in tasks.join_all().await {
        result.expect("no call is lost");
    }
    let names = gate.0.lock().expect("a gate").1.clone();
    let mut order: Vec<u32> = names
        .iter()
        .map(|name| name.parse().expect("a number"))
        .collect();
    assert_eq!(
        order.remove(0),
        0,
        "one was rejected, and the others waited with it"
    );
    let mut expected = Vec::new();
    for index in 0..50 {
        expected.push(index);
        if (expected.len() + 1) % 10 == 0 {
            // The tenth was rejected, and is the first again.
            expected.push(index);
        }
    }
    assert_eq!(order, expected);
}

#[tokio::test]
async fn a_waiting_call_that_is_dropped_delays_no_other() {
    let server = Server::script(
        [Reply::empty(429).header("retry-after", "1")]
            .into_iter()
            .chain((0..3).map(|_| Reply::json(200, person("person_1")))),
    );
    let clerk = client(&server);
    let mut first = tokio::spawn(People::new(clerk.clone()).create("first").send());
    let short = Duration::from_millis(300);
    assert!(tokio::time::timeout(short, &mut first).await.is_err());
    // One is dropped while it waits, one is held and never polled again.
    let mut dropped = Box::pin(People::new(clerk.clone()).create("dropped").send());
    assert!(
        tokio::time::timeout(Duration::from_millis(20), &mut dropped)
            .await
            .is_err()
    );
    let mut held = Box::pin(People::new(clerk.clone()).create("held").send());
    assert!(
        tokio::time::timeout(Duration::from_millis(20), &mut held)
            .await
            .is_err()
    );
    drop(dropped);
    first.abort();
    let began = Instant::now();
    People::new(clerk)
        .create("last")
        .send()
        .await
        .expect("sent");
    assert!(began.elapsed() < Duration::from_secs(20));
    let names: Vec<String> = server.requests().iter().map(name).collect();
    assert_eq!(names, ["first", "last"]);
}

#[tokio::test]
async fn a_call_with_less_time_or_without_retries_does_not_wait() {
    let server = Server::answering(|request| match request.json()["name"].as_str() {
        Some("limited") => Reply::empty(429).header("retry-after", "30"),
        _ => Reply::json(200, person("person_1")),
    });
    let clerk = client(&server);
    let people = People::new(clerk);
    let limited = people.create("limited").timeout(Duration::from_secs(5));
    let error = limited.send().await.expect_err("less time than the pause");
    assert_eq!(error.retry_after(), Some(Duration::from_secs(30)));
    let began = Instant::now();
    let hasty = people.create("hasty").timeout(Duration::from_secs(10));
    hasty.send().await.expect("sent at once");
    let once = people.create("once").retry(RetryPolicy::none());
    once.send().await.expect("sent at once");
    let budget = RetryPolicy::default().budget(Duration::from_secs(5));
    let small = people.create("small").retry(budget);
    small.send().await.expect("sent at once");
    assert!(began.elapsed() < Duration::from_secs(10));
}

#[tokio::test]
async fn a_long_retry_after_affects_one_call_only() {
    for long in [
        "3600",
        "18446744073709551615",
        "99999999999999999999999",
        "61",
    ] {
        let long = long.to_owned();
        let server = Server::answering(move |request| match request.json()["name"].as_str() {
            Some("limited") => Reply::empty(429).header("retry-after", &long),
            _ => Reply::json(200, person("person_1")),
        });
        let people = People::new(client(&server));
        let limited = people.create("limited").timeout(Duration::from_secs(30));
        let began = Instant::now();
        assert!(
            limited
                .send()
                .await
                .expect_err("too long")
                .is_rate_limited()
        );
        people.create("other").send().await.expect("sent at once");
        assert!(began.elapsed() < Duration::from_secs(10));
    }
}

/// Rejects all calls of one operation and no others, on Tokio's clock.
#[derive(Clone, Default)]
struct LimitsCreates(Arc<AtomicUsize>);

impl Transport for LimitsCreates {
    fn execute(&self, request: http::Request<Body>) -> TransportFuture<'_> {
        let mut response = http::Response::builder();
        if request.method() == "POST" {
            self.0.fetch_add(1, Ordering::SeqCst);
            response = response.status(429).header("retry-after", "3");
        }
        let body = person("person_1").to_string();
        Box::pin(async move {
            // Long enough for others to succeed meanwhile.
            tokio::time::sleep(Duration::from_millis(50)).await;
            Ok(response.body(body.into()).expect("a response"))
        })
    }
}

#[tokio::test(start_paused = true)]
async fn a_limit_of_one_operation_delays_the_others_once() {
    for limited in [1, 50] {
        let transport = LimitsCreates::default();
        let clerk = Clerk::builder()
            .secret_key(KEY)
            .transport(transport.clone());
        let people = People::new(clerk.build().expect("a client"));
        let mut tasks = JoinSet::new();
        for _ in 0..limited {
            let create = people.create("ada").timeout(Duration::from_secs(60));
            tasks.spawn(create.send());
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
        let began = tokio::time::Instant::now();
        let mut others = JoinSet::new();
        for _ in 0..8 {
            let people = people.clone();
            others.spawn(async move {
                for _ in 0..150 {
                    people.get("person_1").send().await.expect("a person");
                }
            });
        }
        others.join_all().await;
        // Two pauses, and 150 times 50 ms.
        let took = began.elapsed();
        assert!(took < Duration::from_secs(20), "{limited}: {took:?}");
        let sent = transport.0.load(Ordering::SeqCst);
        for result in tasks.join_all().await {
            let error = result.expect_err("limited");
            // Some waited until their time limit.
            assert!(error.is_rate_limited() || error.is_timeout(), "{error:?}");
        }
        let sent_in_all = transport.0.load(Ordering::SeqCst);
        assert!(
            sent_in_all > sent,
            "they were retried until their time limit"
        );
        // Both gates close with all of them in flight. After that there are at most 20 pauses of 3 s in
        // the minute that the calls have, and in the 50 ms until a rejection arrives, one call per 5 ms.
        let most = limited * 2 + 20 * 11;
        assert!(
            sent_in_all <= most,
            "{limited}: {sent_in_all} calls were rejected"
        );
    }
}

#[tokio::test]
async fn a_limit_that_never_ends_is_the_error_of_the_call() {
    for asked in ["0", "1", "Tue, 28 May 2024 08:00:30 GMT"] {
        let asked = asked.to_owned();
        let server = Server::answering(move |_| Reply::empty(429).header("retry-after", &asked));
        let people = People::new(client(&server));
        let call = people.create("ada").timeout(Duration::from_secs(3));
        let error = call.send().await.expect_err("refused");
        assert!(error.is_rate_limited(), "{error}");
        let sent = server.requests().len();
        assert_eq!(error.attempts() as usize, sent);
        assert!((2..=100).contains(&sent), "{sent}");
    }
}

#[tokio::test]
async fn the_blocking_client_waits_in_the_same_order() {
    let server = limiter(5, Duration::from_secs(1));
    let clerk = Clerk::builder()
        .secret_key(KEY)
        .base_url(server.url())
        .build_blocking()
        .expect("a client");
    let threads: Vec<_> = (0..12)
        .map(|index| {
            let people = People::new(clerk.clone());
            std::thread::spawn(move || people.create(format!("person_{index}")).send())
        })
        .collect();
    for thread in threads {
        thread.join().expect("no panic").expect("no call is lost");
    }
}

/// Delays every response, on Tokio's clock.
struct Slow {
    takes: Duration,
    sent: Arc<AtomicUsize>,
}

impl Transport for Slow {
    fn execute(&self, _: http::Request<Body>) -> TransportFuture<'_> {
        Box::pin(async {
            self.sent.fetch_add(1, Ordering::SeqCst);
            tokio::time::sleep(self.takes).await;
            let body = person("person_1").to_string();
            Ok(http::Response::new(body.into()))
        })
    }
}

fn slow(takes: u64) -> (People, Arc<AtomicUsize>) {
    let sent = Arc::new(AtomicUsize::new(0));
    let transport = Slow {
        takes: Duration::from_secs(takes),
        sent: sent.clone(),
    };
    let clerk = Clerk::builder().secret_key(KEY).transport(transport);
    (People::new(clerk.build().expect("a client")), sent)
}

#[tokio::test(start_paused = true)]
async fn with_the_defaults_an_attempt_that_times_out_is_retried() {
    let (people, sent) = slow(35);
    let error = people.get("person_1").send().await.expect_err("too long");
    assert!(error.is_timeout(), "{error}");
    assert_eq!(sent.load(Ordering::SeqCst), 3);
    assert_eq!(error.attempts(), 3);

    let (people, sent) = slow(29);
    people.get("person_1").send().await.expect("in time");
    assert_eq!(sent.load(Ordering::SeqCst), 1);
}
