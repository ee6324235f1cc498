//! Lists: single pages, and walks over all pages.

use std::future::poll_fn;
use std::pin::Pin;

use clerk_api::{Error, ErrorKind, Items};
use futures_core::Stream;
use http_tests::Person;
use serde_json::{Value, json};
use test_support::{Recorded, Reply, Server};

use crate::support::{client, people, person, persons};

fn window(request: &Recorded) -> (usize, usize) {
    let number = |name| {
        let value = request.query_value(name).expect("it is always sent");
        value.parse::<usize>().expect("a number")
    };
    (number("limit"), number("offset"))
}

/// A server with `size` people, which lists them in the given form.
fn crowd(size: usize, form: fn(Vec<Value>, usize) -> Value) -> Server {
    Server::answering(move |request| {
        let (limit, offset) = window(request);
        let end = (offset + limit).min(size);
        Reply::json(200, form(persons(offset.min(size)..end), size))
    })
}

fn windows(server: &Server) -> Vec<(usize, usize)> {
    server.requests().iter().map(window).collect()
}

async fn ids(mut items: Items<Person>) -> Result<Vec<String>, Error> {
    let mut ids = Vec::new();
    while let Some(person) = items.try_next().await? {
        ids.push(person.id);
    }
    Ok(ids)
}

fn expected(range: std::ops::Range<usize>) -> Vec<String> {
    range.map(|index| format!("person_{index}")).collect()
}

#[tokio::test]
async fn a_page_is_read_from_each_form() {
    let forms = [
        json!(persons(0..2)),
        json!({ "data": persons(0..2), "total_count": 9 }),
        json!({ "total_count": 9, "m2m_tokens": persons(0..2), "other": { "deep": [1] } }),
        json!({ "data": persons(0..2) }),
        json!({ "data": persons(0..2), "total_count": null }),
    ];
    for (index, form) in forms.into_iter().enumerate() {
        let server = Server::script([Reply::json(200, form)]);
        let page = people(&server).list().send().await.expect("a page");
        assert_eq!(page.len(), 2);
        assert_eq!(page.data[1].id, "person_1");
        assert_eq!(
            page.total_count,
            [None, Some(9), Some(9), None, None][index]
        );
        let by_reference: Vec<&str> = (&page)
            .into_iter()
            .map(|person| person.id.as_str())
            .collect();
        assert_eq!(by_reference, ["person_0", "person_1"]);
        assert_eq!(page.into_iter().count(), 2);
    }
}

#[tokio::test]
async fn a_body_that_is_not_a_page_is_an_error() {
    for form in [
        json!({ "items": [] }),
        json!("text"),
        json!({ "data": "text" }),
    ] {
        let server = Server::script([Reply::json(200, form)]);
        let error = people(&server).list().send().await.expect_err("no page");
        assert!(error.is_decode(), "{error}");
    }
}

#[tokio::test]
async fn lists_with_a_total_are_walked_up_to_it() {
    for form in [
        |data: Vec<Value>, total: usize| json!({ "data": data, "total_count": total }),
        |data: Vec<Value>, total: usize| json!({ "total_count": total, "m2m_tokens": data }),
    ] {
        let server = crowd(7, form);
        let items = people(&server).list().limit(3).stream();
        assert_eq!(ids(items).await.expect("all"), expected(0..7));
        assert_eq!(windows(&server), [(3, 0), (3, 3), (3, 6)]);
    }
}

#[tokio::test]
async fn a_list_with_a_total_needs_no_empty_last_page() {
    let server = crowd(
        6,
        |data, total| json!({ "data": data, "total_count": total }),
    );
    assert_eq!(
        ids(people(&server).list().limit(3).stream())
            .await
            .expect("all")
            .len(),
        6
    );
    assert_eq!(windows(&server), [(3, 0), (3, 3)]);
}

#[tokio::test]
async fn lists_without_a_total_are_walked_until_a_page_is_not_full() {
    let server = crowd(7, |data, _| json!(data));
    assert_eq!(
        ids(people(&server).list().limit(3).stream())
            .await
            .expect("all"),
        expected(0..7)
    );
    assert_eq!(windows(&server), [(3, 0), (3, 3), (3, 6)]);

    let server = crowd(6, |data, _| json!(data));
    assert_eq!(
        ids(people(&server).list().limit(3).stream())
            .await
            .expect("all"),
        expected(0..6)
    );
    assert_eq!(windows(&server), [(3, 0), (3, 3), (3, 6)]);
}

#[tokio::test]
async fn no_item_is_lost_if_pages_are_smaller_than_requested() {
    let server = Server::answering(|request| {
        let (limit, offset) = window(request);
        let end = (offset + limit.min(2)).min(5);
        Reply::json(
            200,
            json!({ "data": persons(offset..end), "total_count": 5 }),
        )
    });
    assert_eq!(
        ids(people(&server).list().limit(4).stream())
            .await
            .expect("all"),
        expected(0..5)
    );
    assert_eq!(windows(&server), [(4, 0), (4, 2), (4, 4)]);
}

#[tokio::test]
async fn an_empty_page_ends_the_walk_whatever_the_total_says() {
    let server = crowd(2, |data, _| json!({ "data": data, "total_count": 100 }));
    assert_eq!(
        ids(people(&server).list().limit(2).stream())
            .await
            .expect("all")
            .len(),
        2
    );
    assert_eq!(windows(&server), [(2, 0), (2, 2)]);
}

#[tokio::test]
async fn callers_set_the_size_of_a_page_within_the_limit_of_the_api() {
    let server = crowd(0, |data, _| json!(data));
    ids(people(&server).list().stream())
        .await
        .expect("an empty list");
    ids(people(&server).list().limit(1000).offset(20).stream())
        .await
        .expect("an empty list");
    ids(people(&server).list().limit(0).stream())
        .await
        .expect("an empty list");
    ids(people(&server).switched().stream())
        .await
        .expect("an empty list");
    assert_eq!(windows(&server), [(500, 0), (500, 20), (1, 0), (50, 0)]);
}

#[tokio::test]
async fn the_switch_for_a_total_is_set_where_there_is_one() {
    let server = crowd(
        0,
        |data, total| json!({ "data": data, "total_count": total }),
    );
    ids(people(&server).switched().stream())
        .await
        .expect("an empty list");
    ids(people(&server).list().stream())
        .await
        .expect("an empty list");
    let switches: Vec<Option<String>> = server
        .requests()
        .iter()
        .map(|request| request.query_value("paginated"))
        .collect();
    assert_eq!(switches, [Some("true".to_owned()), None]);
}

#[tokio::test]
async fn filters_stay_on_every_page() {
    let server = crowd(3, |data, _| json!(data));
    ids(people(&server).list().query("a b").limit(2).stream())
        .await
        .expect("all");
    let requests = server.requests();
    assert_eq!(requests.len(), 2);
    assert!(
        requests
            .iter()
            .all(|request| request.query_value("query").as_deref() == Some("a b"))
    );
}

#[tokio::test]
async fn an_item_that_cannot_be_decoded_affects_no_other() {
    let server = Server::answering(|request| {
        let (_, offset) = window(request);
        let mut data = persons(offset..(offset + 3).min(5));
        if offset == 0 {
            data[1]["visits"] = json!("token_abc");
        }
        Reply::json(200, json!({ "data": data, "total_count": 5 }))
    });
    let mut items = people(&server).list().limit(3).stream();
    let mut seen = Vec::new();
    loop {
        match items.try_next().await {
            Ok(Some(person)) => seen.push(person.id),
            Ok(None) => break,
            Err(error) => {
                assert!(error.is_decode(), "{error}");
                assert_eq!(error.json_path(), Some("$.data[1].visits"));
                assert_eq!(error.operation(), Some("people.list"));
                assert!(!format!("{error} {error:?}").contains("token_abc"));
                seen.push("error".to_owned());
            }
        }
    }
    assert_eq!(
        seen,
        ["person_0", "error", "person_2", "person_3", "person_4"]
    );
    assert_eq!(windows(&server), [(3, 0), (3, 3)]);
}

#[tokio::test]
async fn a_list_without_envelope_survives_a_bad_item_too() {
    let mut data = persons(0..3);
    data[2] = json!("not an object");
    let server = Server::script([Reply::json(200, json!(data))]);
    let mut items = people(&server).list().stream();
    assert!(items.try_next().await.is_ok_and(|item| item.is_some()));
    assert!(items.try_next().await.is_ok_and(|item| item.is_some()));
    let error = items.try_next().await.expect_err("a bad item");
    assert_eq!(error.json_path(), Some("$[2]"));
    assert!(items.try_next().await.is_ok_and(|item| item.is_none()));
}

#[tokio::test]
async fn a_server_that_ignores_the_offset_does_not_loop() {
    for form in [
        json!(persons(0..3)),
        json!({ "data": persons(0..3), "total_count": 10 }),
    ] {
        let server = Server::answering(move |_| Reply::json(200, form.clone()));
        let mut items = people(&server).list().limit(3).stream();
        for _ in 0..3 {
            items.try_next().await.expect("the first page");
        }
        let error = items.try_next().await.expect_err("the same page again");
        assert_eq!(error.kind(), ErrorKind::Pagination);
        assert!(error.to_string().contains("offset"), "{error}");
        assert!(
            items.try_next().await.is_ok_and(|item| item.is_none()),
            "the walk is over"
        );
        assert_eq!(server.requests().len(), 2);
    }
}

#[tokio::test]
async fn a_page_that_cannot_be_fetched_ends_the_walk() {
    let server = Server::script([
        Reply::json(200, json!(persons(0..2))),
        Reply::json(403, json!({ "errors": [{ "code": "no", "message": "m" }] })),
    ]);
    let mut items = people(&server).list().limit(2).stream();
    items.try_next().await.expect("one");
    items.try_next().await.expect("two");
    assert!(
        items
            .try_next()
            .await
            .expect_err("forbidden")
            .is_forbidden()
    );
    assert!(items.try_next().await.is_ok_and(|item| item.is_none()));
    assert_eq!(server.requests().len(), 2);
}

#[tokio::test]
async fn pages_are_retried_like_any_call() {
    let server = Server::script([
        Reply::json(200, json!(persons(0..1))),
        Reply::empty(503),
        Reply::reset(),
        Reply::json(200, json!([])),
    ]);
    assert_eq!(
        ids(people(&server).list().limit(1).stream())
            .await
            .expect("all")
            .len(),
        1
    );
    assert_eq!(server.requests().len(), 4);
}

#[tokio::test]
async fn nothing_is_sent_until_an_item_is_requested() {
    let server = crowd(1, |data, _| json!(data));
    let items = people(&server).list().stream();
    drop(items);
    let sending = people(&server).list().send();
    drop(sending);
    assert!(server.requests().is_empty());
}

#[tokio::test]
async fn the_items_are_a_stream() {
    let server = crowd(3, |data, _| json!(data));
    let mut items = people(&server).list().limit(2).stream();
    let mut seen = 0;
    while let Some(item) = poll_fn(|context| Pin::new(&mut items).poll_next(context)).await {
        item.expect("a person");
        seen += 1;
    }
    assert_eq!(seen, 3);
}

#[tokio::test]
async fn waiting_for_an_item_can_be_cancelled_and_resumed() {
    let server =
        Server::script([Reply::json(200, json!([person("person_0")]))
            .after(std::time::Duration::from_millis(300))]);
    let mut items = people(&server).list().limit(2).stream();
    let short = std::time::Duration::from_millis(20);
    assert!(tokio::time::timeout(short, items.try_next()).await.is_err());
    assert_eq!(
        items
            .try_next()
            .await
            .expect("a page")
            .expect("a person")
            .id,
        "person_0"
    );
    assert_eq!(server.requests().len(), 1, "the request was kept");
}

#[tokio::test]
async fn generated_lists_stream_in_their_three_forms() {
    let server = Server::answering(|request| {
        // Users are walked by cursor.
        let data = if request.path == "/users" || window(request).1 == 0 {
            json!([{
                "id": "x", "instance_id": "ins_1", "subject": "mch_1", "created_at": 1, "updated_at": 1,
            }])
        } else {
            json!([])
        };
        match request.path.as_str() {
            "/m2m_tokens" => Reply::json(200, json!({ "m2m_tokens": data, "total_count": 1 })),
            "/machines" => Reply::json(200, json!({ "data": data, "total_count": 1 })),
            _ => Reply::json(200, data),
        }
    });
    let clerk = client(&server);
    let mut users = clerk.users().list().stream();
    assert_eq!(
        users.try_next().await.expect("a page").expect("a user").id,
        "x"
    );
    assert!(users.try_next().await.expect("the end").is_none());
    let mut tokens = clerk.m2m().list_tokens("mch_1").stream();
    assert_eq!(
        tokens
            .try_next()
            .await
            .expect("a page")
            .expect("a token")
            .id,
        "x"
    );
    assert!(tokens.try_next().await.expect("the end").is_none());
    let mut machines = clerk.machines().list().stream();
    assert_eq!(
        machines
            .try_next()
            .await
            .expect("a page")
            .expect("a machine")
            .id,
        "x"
    );
    assert!(machines.try_next().await.expect("the end").is_none());
    assert_eq!(server.requests().len(), 3);
}
