//! The same API without async.

use std::thread;
use std::time::Duration;

use clerk_api::blocking::Clerk;
use clerk_api::{Method, RetryPolicy, Upload};
use http_tests::People;
use serde_json::{Value, json};
use test_support::{Log, Reply, Server, multipart};

use crate::support::{builder, person, persons};

fn client(server: &Server) -> Clerk {
    builder(server).build_blocking().expect("a client")
}

fn people(server: &Server) -> People<Clerk> {
    People::new(client(server))
}

#[test]
fn a_call_returns_its_result() {
    let server = Server::script([Reply::json(200, person("person_1"))]);
    let person = people(&server).get("person_1").send().expect("a person");
    assert_eq!(person.id, "person_1");
    let request = server.request();
    assert_eq!(request.path, "/people/person_1");
    assert_eq!(
        request.header("authorization"),
        Some("Bearer sk_test_0123456789")
    );
    assert_eq!(request.header("clerk-api-version"), Some("2026-05-12"));
}

#[test]
fn generated_operations_have_both_forms() {
    let server = Server::script([Reply::json(
        200,
        json!({ "id": "user_1", "created_at": 1, "updated_at": 1 }),
    )]);
    let user = client(&server)
        .users()
        .update("user_1")
        .username(None)
        .send()
        .expect("a user");
    assert_eq!(user.id, "user_1");
    assert_eq!(server.request().json(), json!({ "username": null }));
}

#[test]
fn errors_retries_and_timeouts_are_the_same() {
    let server = Server::script([
        Reply::json(
            404,
            json!({ "errors": [{ "code": "resource_not_found", "message": "m" }] }),
        ),
        Reply::empty(503),
        Reply::reset(),
        Reply::json(200, person("person_1")),
        Reply::silence(),
    ]);
    let people = people(&server);
    let error = people.get("person_1").send().expect_err("not found");
    assert!(error.is_not_found() && error.has_code("resource_not_found"));
    let raw = people.get("person_1").send_raw().expect("a person");
    assert_eq!((raw.status().as_u16(), raw.attempts()), (200, 3));
    let error = people
        .get("person_1")
        .timeout(Duration::from_millis(200))
        .retry(RetryPolicy::none())
        .send()
        .expect_err("silence");
    assert!(error.is_timeout());
    let error = people.delete("..").send().expect_err("unsafe");
    assert!(error.is_request());
}

#[test]
fn lists_are_iterators() {
    let server = Server::answering(|request| {
        let offset = request
            .query_value("offset")
            .unwrap_or_else(|| "0".to_owned());
        let offset: usize = offset.parse().expect("a number");
        Reply::json(
            200,
            json!({ "data": persons(offset..(offset + 2).min(5)), "total_count": 5 }),
        )
    });
    let people = people(&server);
    let all: Result<Vec<_>, _> = people.list().limit(2).stream().collect();
    assert_eq!(all.expect("all").len(), 5);
    assert_eq!(server.requests().len(), 3);
    let mut items = people.list().limit(2).offset(4).stream();
    assert_eq!(
        items.try_next().expect("a page").expect("the last").id,
        "person_4"
    );
    assert!(items.try_next().expect("the end").is_none());
    assert_eq!(people.list().send().expect("a page").len(), 2);
}

#[test]
fn files_are_uploaded() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("me.gif");
    std::fs::write(&path, vec![7; 200_000]).expect("written");
    let server = Server::script([Reply::empty(503), Reply::empty(204)]);
    let upload = Upload::file_blocking(&path).expect("a file");
    people(&server)
        .set_portrait("person_1", upload)
        .send()
        .expect("set");
    for request in server.requests() {
        let parts = multipart(&request);
        assert_eq!(parts[0].content, vec![7; 200_000]);
        assert_eq!(parts[0].content_type.as_deref(), Some("image/gif"));
    }
}

#[test]
fn custom_calls_can_be_made() {
    let server = Server::script([
        Reply::json(200, json!({ "a": 1 })),
        Reply::json(201, json!({ "a": 1 })),
        Reply::bytes(200, b"raw"),
    ]);
    let clerk = client(&server);
    let answer: Value = clerk.request(Method::GET, "/x").send().expect("an answer");
    assert_eq!(answer, json!({ "a": 1 }));
    let raw = clerk
        .request(Method::POST, "/x")
        .json(json!([1]))
        .send_raw::<Value>()
        .expect("an answer");
    assert_eq!(raw.status(), 201);
    let raw = clerk
        .request(Method::GET, "/x")
        .send_bytes()
        .expect("bytes");
    assert_eq!(raw.into_inner().as_ref(), b"raw");
}

#[test]
fn many_threads_call_at_once() {
    let server = Server::answering(|request| {
        let id = request.path.trim_start_matches("/people/").to_owned();
        Reply::json(200, person(&id)).after(Duration::from_millis(50))
    });
    let people = people(&server);
    let threads: Vec<_> = (0..32)
        .map(|index| {
            let people = people.clone();
            thread::spawn(move || {
                for round in 0..4 {
                    let id = format!("person_{index}_{round}");
                    assert_eq!(people.get(&id).send().expect("a person").id, id);
                }
            })
        })
        .collect();
    for thread in threads {
        thread.join().expect("no thread panicked");
    }
    assert_eq!(server.requests().len(), 128);
}

fn assert_refused(people: &People<Clerk>) {
    let error = people
        .get("person_1")
        .send()
        .expect_err("inside of async code");
    assert!(error.is_configuration(), "{error}");
    assert!(error.to_string().contains("async"), "{error}");
    let error = people
        .list()
        .stream()
        .try_next()
        .expect_err("inside of async code");
    assert!(error.is_configuration(), "{error}");
}

#[tokio::test]
async fn in_async_code_a_call_is_an_error_and_does_not_panic() {
    let server = Server::script([]);
    let people = people(&server);
    assert_refused(&people);
    tokio::task::yield_now().await;
    assert_refused(&people);
    drop(people);
    assert!(server.requests().is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_task_of_any_runtime_is_async_code() {
    let server = Server::script([]);
    let people = people(&server);
    assert_refused(&people);
    tokio::spawn(async move { assert_refused(&people) })
        .await
        .expect("no panic");
    assert!(server.requests().is_empty());
}

fn runtimes() -> [tokio::runtime::Runtime; 2] {
    use tokio::runtime::Builder;

    let one = Builder::new_current_thread().enable_all().build();
    let many = Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build();
    [one.expect("a runtime"), many.expect("a runtime")]
}

#[test]
fn a_task_without_a_budget_is_async_code_too() {
    use tokio::task::{LocalSet, unconstrained};

    for runtime in runtimes() {
        let server = Server::script([]);
        let people = people(&server);
        let spawned = people.clone();
        let task = unconstrained(async move { assert_refused(&spawned) });
        runtime.block_on(async { tokio::spawn(task).await.expect("no panic") });
        let local = people.clone();
        let set = LocalSet::new();
        let task = set.run_until(async move {
            let task = unconstrained(async move { assert_refused(&local) });
            tokio::task::spawn_local(task).await.expect("no panic");
        });
        if matches!(
            runtime.handle().runtime_flavor(),
            tokio::runtime::RuntimeFlavor::CurrentThread
        ) {
            runtime.block_on(task);
            runtime.block_on(unconstrained(async { assert_refused(&people) }));
        }
        assert!(server.requests().is_empty());
    }
}

#[test]
fn a_thread_in_a_runtime_that_may_block_waits_and_does_not_panic() {
    use tokio::task::unconstrained;

    let server = Server::answering(|_| Reply::json(200, person("person_1")));
    let people = people(&server);
    let [_, many] = runtimes();
    many.block_on(unconstrained(async {
        people.get("person_1").send().expect("a person");
    }));
    many.block_on(async {
        let people = people.clone();
        let task =
            tokio::spawn(
                async move { tokio::task::block_in_place(|| people.get("person_1").send()) },
            );
        task.await.expect("no panic").expect("a person");
    });
    assert_eq!(server.requests().len(), 2);
}

#[tokio::test]
async fn threads_for_blocking_work_can_call() {
    let server = Server::answering(|_| Reply::json(200, person("person_1")));
    let people = people(&server);
    let called = tokio::task::spawn_blocking(move || people.get("person_1").send());
    called.await.expect("no panic").expect("a person");
    assert_eq!(server.requests().len(), 1);
}

#[test]
fn a_thread_that_has_entered_a_runtime_can_call() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let _entered = runtime.enter();
    let server = Server::script([Reply::json(200, person("person_1"))]);
    people(&server).get("person_1").send().expect("a person");
}

#[test]
fn a_client_can_be_made_and_dropped_anywhere() {
    let server = Server::script([Reply::json(200, person("person_1"))]);
    let clerk = client(&server);
    let other = clerk.clone();
    drop(clerk);
    People::new(other)
        .get("person_1")
        .send()
        .expect("a clone keeps it alive");
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        let clerk = client(&server);
        drop(clerk);
    });
}

#[test]
fn calls_are_traced_for_the_thread_that_makes_them() {
    let server = Server::script([Reply::json(200, person("person_1"))]);
    let people = people(&server);
    let log = Log::default();
    let guard = log.start();
    people.get("person_1").send().expect("a person");
    drop(guard);
    assert!(log.text().contains("people.get"), "{}", log.text());
}

#[test]
fn a_blocking_client_can_be_shared() {
    fn send_and_sync<T: Send + Sync>(_: &T) {}
    let server = Server::script([]);
    let clerk = client(&server);
    send_and_sync(&clerk);
    send_and_sync(&People::new(clerk.clone()).get("x"));
    assert!(!format!("{clerk:?}").contains("sk_test_0123456789"));
}

#[test]
fn a_success_without_a_body_is_a_success() {
    let server = Server::answering(|_| Reply::empty(204));
    let clerk = client(&server);
    assert_eq!(
        clerk.users().delete("user_1").send().expect("deleted"),
        None
    );
    let banned = clerk.users().ban("user_1").send();
    assert_eq!(banned.expect("banned"), None);
    let updated = clerk.users().update("user_1").send_ignoring_body();
    updated.expect("updated");
    let error = clerk.users().get("user_1").send().expect_err("no user");
    assert!(error.is_missing_body(), "{error}");
}
