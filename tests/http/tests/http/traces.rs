//! What a call traces: one span, and one event per retry.

use http_tests::People;
use serde_json::json;
use test_support::{Log, Reply, Server};

use crate::support::{builder, fast_retries, people, person};

fn lines(log: &Log, part: &str) -> Vec<String> {
    log.text()
        .lines()
        .filter(|line| line.contains(part))
        .map(str::to_owned)
        .collect()
}

#[tokio::test]
async fn a_call_is_one_span_however_often_it_is_sent() {
    let server = Server::script([
        Reply::empty(503),
        Reply::reset(),
        Reply::json(200, person("person_1")),
    ]);
    let people = people(&server);
    let log = Log::default();
    let guard = log.start();
    people.get("person_1").send().await.expect("a person");
    drop(guard);

    let closed = lines(&log, ": close ");
    let closed: Vec<&String> = closed
        .iter()
        .filter(|line| line.contains("clerk.request"))
        .collect();
    assert_eq!(closed.len(), 1, "{closed:?}");
    for field in [
        "operation=\"people.get\"",
        "method=\"GET\"",
        "path=\"/people/{person_id}\"",
        "status=200",
        "attempts=3",
        "duration_ms=",
    ] {
        assert!(closed[0].contains(field), "{field} is not in {}", closed[0]);
    }

    let again = lines(&log, "attempt failed, retrying");
    assert_eq!(again.len(), 2, "{again:?}");
    assert!(
        again[0].contains("DEBUG") && again[0].contains("503") && again[0].contains("delay_ms=")
    );
    assert!(again[1].contains("connection was lost"), "{}", again[1]);
    assert!(!log.text().contains("person_1"), "no ids: {}", log.text());
}

#[tokio::test]
async fn a_failed_call_records_its_result() {
    let server = Server::script([Reply::json(404, json!({}))]);
    let clerk = builder(&server)
        .retry(fast_retries())
        .build()
        .expect("a client");
    let log = Log::default();
    let guard = log.start();
    People::new(clerk)
        .get("person_1")
        .send()
        .await
        .expect_err("not found");
    drop(guard);
    let closed = lines(&log, ": close ");
    assert!(
        closed
            .iter()
            .any(|line| line.contains("status=404") && line.contains("attempts=1")),
        "{closed:?}"
    );
}

#[tokio::test]
async fn concurrent_calls_do_not_share_a_span() {
    let server = Server::answering(|request| {
        let id = request.path.trim_start_matches("/people/");
        Reply::json(200, person(id)).after(std::time::Duration::from_millis(20))
    });
    let people = people(&server);
    let log = Log::default();
    let guard = log.start();
    let (first, second) = tokio::join!(people.get("a").send(), people.delete("b").send());
    first.expect("a person");
    second.expect("deleted");
    drop(guard);
    let closed = lines(&log, ": close ");
    for operation in ["people.get", "people.delete"] {
        let of_it: Vec<&String> = closed
            .iter()
            .filter(|line| line.contains(operation))
            .collect();
        assert_eq!(of_it.len(), 1, "{closed:?}");
        assert_eq!(of_it[0].matches("clerk.request").count(), 1, "{}", of_it[0]);
    }
}
