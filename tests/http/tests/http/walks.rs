//! Lists that change during a walk, and the parameters that callers can set.

use std::sync::{Arc, Mutex};

use clerk_api::{Error, ErrorKind, Items};
use http_tests::{People, Person};
use serde_json::{Value, json};
use test_support::{Recorded, Reply, Server};

use crate::support::{builder, people, person};

/// A list that changes, newest first. It is as strict as the API: no cursor with an offset, none with
/// another order, none that is not in the list.
#[derive(Clone, Default)]
struct Crowd(Arc<Mutex<Vec<String>>>);

impl Crowd {
    fn of(size: usize) -> Self {
        let crowd = Self::default();
        (0..size).for_each(|_| crowd.sign_up());
        crowd
    }

    fn change<R>(&self, change: impl FnOnce(&mut Vec<String>) -> R) -> R {
        change(
            &mut self
                .0
                .lock()
                .expect("no test panics while it holds the lock"),
        )
    }

    fn sign_up(&self) {
        static NUMBER: Mutex<usize> = Mutex::new(0);
        let mut number = NUMBER.lock().expect("a number");
        *number += 1;
        self.change(|ids| ids.insert(0, format!("person_{number}")));
    }

    fn delete(&self, id: &str) {
        self.change(|ids| ids.retain(|present| present != id));
    }

    fn ids(&self) -> Vec<String> {
        self.change(|ids| ids.clone())
    }

    fn server(&self, counted: bool) -> Server {
        let crowd = self.clone();
        Server::answering(move |request| crowd.change(|ids| page(request, ids, counted)))
    }
}

fn page(request: &Recorded, ids: &[String], counted: bool) -> Reply {
    let number = |name: &str| {
        let value = request.query_value(name)?;
        Some(value.parse::<usize>().expect("a number"))
    };
    let mut ids: Vec<&String> = ids.iter().collect();
    match request.query_value("order_by").as_deref() {
        None | Some("-created_at") => {}
        Some("created_at" | "+created_at") => ids.reverse(),
        Some(_) if request.query_value("starting_after").is_some() => return Reply::empty(422),
        Some(_) => {}
    }
    let total = ids.len();
    let mut begin = number("offset").unwrap_or(0);
    if let Some(cursor) = request.query_value("starting_after") {
        if begin > 0 {
            return Reply::empty(422);
        }
        match ids.iter().position(|id| **id == cursor) {
            Some(position) => begin = position + 1,
            None => return Reply::empty(404),
        }
    }
    let end = (begin + number("limit").expect("it is always sent")).min(total);
    let data: Vec<Value> = ids[begin.min(total)..end]
        .iter()
        .map(|id| person(id))
        .collect();
    if counted {
        Reply::json(200, json!({ "data": data, "total_count": total }))
    } else {
        Reply::json(200, json!(data))
    }
}

/// Walks to the end, with something done after each item.
async fn walk(
    mut items: Items<Person>,
    mut then: impl FnMut(usize, &str),
) -> Result<Vec<String>, Error> {
    let mut ids = Vec::new();
    while let Some(person) = items.try_next().await? {
        ids.push(person.id.clone());
        then(ids.len(), &person.id);
    }
    Ok(ids)
}

/// What each page was requested with: limit, offset and cursor.
fn asked(server: &Server) -> Vec<[Option<String>; 3]> {
    let names = ["limit", "offset", "starting_after"];
    let requests = server.requests();
    requests
        .iter()
        .map(|request| names.map(|name| request.query_value(name)))
        .collect()
}

fn some(values: [&str; 3]) -> [Option<String>; 3] {
    values.map(|value| (!value.is_empty()).then(|| value.to_owned()))
}

#[tokio::test]
async fn a_walk_by_cursor_never_sends_an_offset() {
    let crowd = Crowd::of(5);
    let ids = crowd.ids();
    let server = crowd.server(false);
    let walked = walk(people(&server).timeline().limit(2).stream(), |_, _| {}).await;
    assert_eq!(walked.expect("all"), ids);
    assert_eq!(
        asked(&server),
        [
            some(["2", "", ""]),
            some(["2", "", &ids[1]]),
            some(["2", "", &ids[3]])
        ]
    );

    // C1
    let server = crowd.server(false);
    let items = people(&server)
        .timeline()
        .starting_after(&ids[0])
        .limit(2)
        .stream();
    assert_eq!(walk(items, |_, _| {}).await.expect("the rest"), ids[1..]);
    assert_eq!(
        asked(&server),
        [
            some(["2", "", &ids[0]]),
            some(["2", "", &ids[2]]),
            some(["2", "", &ids[4]])
        ]
    );
}

#[tokio::test]
async fn users_who_sign_up_during_a_walk_by_cursor_shift_no_page() {
    // C2
    let crowd = Crowd::of(300);
    let ids = crowd.ids();
    let server = crowd.server(false);
    let items = people(&server).timeline().limit(100).stream();
    let walked = walk(items, |count, _| {
        if count % 50 == 0 {
            crowd.sign_up();
        }
    });
    assert_eq!(walked.await.expect("all"), ids);

    let oldest_first = people(&server)
        .timeline()
        .order_by("+created_at")
        .limit(100)
        .stream();
    let before = crowd.ids().len();
    let walked = walk(oldest_first, |count, _| {
        if count == 250 {
            crowd.sign_up();
        }
    });
    assert_eq!(walked.await.expect("all").len(), before + 1);
}

#[tokio::test]
async fn each_item_can_be_deleted_when_it_is_yielded() {
    // C3
    for limit in [1, 100, 153, 306, 500] {
        let crowd = Crowd::of(306);
        let ids = crowd.ids();
        let server = crowd.server(false);
        let items = people(&server).timeline().limit(limit).stream();
        let walked = walk(items, |_, id| crowd.delete(id)).await.expect("all");
        assert_eq!(walked, ids, "{limit}");
        assert!(crowd.ids().is_empty());
    }
}

#[tokio::test]
async fn the_blocking_client_walks_in_the_same_way() {
    let crowd = Crowd::of(30);
    let ids = crowd.ids();
    let server = crowd.server(false);
    let clerk = builder(&server).build_blocking().expect("a client");
    let walked = std::thread::spawn(move || {
        let mut walked = Vec::new();
        for person in People::new(clerk).timeline().limit(7).stream() {
            let id = person.expect("a person").id;
            crowd.delete(&id);
            crowd.sign_up();
            walked.push(id);
        }
        walked
    });
    assert_eq!(walked.join().expect("no panic"), ids);
    assert!(asked(&server).iter().all(|[_, offset, _]| offset.is_none()));
}

#[tokio::test]
async fn parameters_have_the_same_meaning_in_a_walk() {
    let crowd = Crowd::of(6);
    let ids = crowd.ids();
    let server = crowd.server(false);
    let list = || people(&server).timeline().limit(2);
    // An offset applies to the first page; 0 is the same as none.
    let walked = walk(list().offset(3).stream(), |_, _| {}).await;
    assert_eq!(walked.expect("the rest"), ids[3..]);
    let zero = list().offset(0).starting_after(&ids[3]).stream();
    assert_eq!(walk(zero, |_, _| {}).await.expect("the rest"), ids[4..]);
    assert_eq!(
        asked(&server),
        [
            some(["2", "3", ""]),
            some(["2", "", &ids[4]]),
            some(["2", "", &ids[3]]),
            some(["2", "", &ids[5]]),
        ]
    );
    for order in ["created_at", "+created_at", "-created_at"] {
        let walked = walk(list().order_by(order).stream(), |_, _| {}).await;
        assert_eq!(walked.expect("all").len(), 6, "{order}");
    }
    // The size of a page, within the limit of the API, which is the default.
    for (limit, sent) in [
        (Some(0), "1"),
        (Some(7), "7"),
        (Some(501), "500"),
        (None, "500"),
    ] {
        let server = Crowd::of(0).server(false);
        let mut list = people(&server).timeline();
        if let Some(limit) = limit {
            list = list.limit(limit);
        }
        walk(list.stream(), |_, _| {}).await.expect("an empty list");
        assert_eq!(asked(&server), [some([sent, "", ""])]);
    }
}

#[tokio::test]
async fn parameters_that_make_a_walk_unsafe_are_rejected_before_anything_is_sent() {
    let crowd = Crowd::of(3);
    let server = crowd.server(false);
    let list = || people(&server).timeline();
    for (items, names) in [
        (
            list().order_by("-last_active_at").stream(),
            "last_active_at",
        ),
        (list().order_by("email_address").stream(), "created_at"),
        (
            list().starting_after("person_1").offset(2).stream(),
            "`offset` 2",
        ),
    ] {
        let mut items = items;
        let error = items.try_next().await.expect_err("refused");
        assert_eq!(error.kind(), ErrorKind::Request);
        assert_eq!(error.operation(), Some("people.timeline"));
        assert!(error.to_string().contains(names), "{error}");
        assert!(items.try_next().await.is_ok_and(|item| item.is_none()));
    }
    assert!(server.requests().is_empty());
    // A single page can have any order.
    list()
        .order_by("-last_active_at")
        .limit(2)
        .send()
        .await
        .expect("a page");
}

#[tokio::test]
async fn a_server_that_ignores_the_cursor_does_not_loop() {
    let crowd = Crowd::of(3);
    let shown = crowd.clone();
    let server = Server::answering(move |_| {
        // The list changes with every request, so no two pages are equal.
        let mut data: Vec<Value> = shown.ids().iter().map(|id| person(id)).collect();
        data[0]["visits"] = json!(
            std::time::UNIX_EPOCH
                .elapsed()
                .expect("a time")
                .subsec_nanos()
        );
        Reply::json(200, json!(data))
    });
    let mut items = people(&server).timeline().limit(3).stream();
    let mut seen = 0;
    let error = loop {
        match items.try_next().await {
            Ok(item) => assert!(item.is_some(), "an error was expected"),
            Err(error) => break error,
        }
        seen += 1;
    };
    assert_eq!(error.kind(), ErrorKind::Pagination);
    assert!(error.to_string().contains("starting_after"), "{error}");
    assert_eq!(server.requests().len(), 2);
    assert!(seen <= 6);
    assert!(items.try_next().await.is_ok_and(|item| item.is_none()));
}

#[tokio::test]
async fn an_item_that_cannot_be_decoded_is_still_a_cursor() {
    let crowd = Crowd::of(4);
    let ids = crowd.ids();
    let (bad, shown) = (ids[1].clone(), crowd.clone());
    let server = Server::answering(move |request| {
        let reply = shown.change(|ids| page(request, ids, false));
        if request.query_value("starting_after").is_some() {
            return reply;
        }
        let mut data = [person(&shown.ids()[0]), person(&bad)];
        data[1]["visits"] = json!("many");
        Reply::json(200, json!(data))
    });
    let mut items = people(&server).timeline().limit(2).stream();
    let mut walked = Vec::new();
    loop {
        match items.try_next().await {
            Ok(Some(person)) => walked.push(person.id),
            Ok(None) => break,
            Err(error) => {
                assert!(error.is_decode(), "{error}");
                walked.push("error".to_owned());
            }
        }
    }
    assert_eq!(walked, [&ids[0], "error", &ids[2], &ids[3]]);

    // Without an id the walk ends; the items before are not lost.
    for last in [json!(1), json!({ "id": null }), json!({ "id": "" })] {
        let data = json!([person("person_1"), last]);
        let server = Server::answering(move |_| Reply::json(200, data.clone()));
        let mut items = people(&server).timeline().limit(2).stream();
        assert_eq!(
            items.try_next().await.expect("one").expect("one").id,
            "person_1"
        );
        let mut last = None;
        for _ in 0..3 {
            match items.try_next().await {
                Err(error) => last = Some(error),
                Ok(None) => break,
                Ok(Some(_)) => {}
            }
        }
        let error = last.expect("an error");
        assert_eq!(error.kind(), ErrorKind::Pagination, "{error}");
        assert_eq!(server.requests().len(), 1);
    }
}

#[tokio::test]
async fn a_page_that_cannot_be_fetched_does_not_lose_the_item_before_it() {
    let server = Server::script([
        Reply::json(200, json!([person("person_2"), person("person_1")])),
        Reply::empty(403),
    ]);
    let mut items = people(&server).timeline().limit(2).stream();
    for id in ["person_2", "person_1"] {
        assert_eq!(
            items
                .try_next()
                .await
                .expect("a person")
                .expect("a person")
                .id,
            id
        );
    }
    assert!(
        items
            .try_next()
            .await
            .expect_err("forbidden")
            .is_forbidden()
    );
    assert!(items.try_next().await.is_ok_and(|item| item.is_none()));
}

#[tokio::test]
async fn a_list_that_shrinks_under_an_offset_is_reported() {
    for removed in [1, 100] {
        let crowd = Crowd::of(306);
        let server = crowd.server(true);
        let mut items = people(&server).counted().limit(100).stream();
        for count in 1..=100 {
            let id = items
                .try_next()
                .await
                .expect("a person")
                .expect("a person")
                .id;
            if count <= removed {
                crowd.delete(&id);
            }
        }
        let error = items.try_next().await.expect_err("items were passed over");
        assert_eq!(error.kind(), ErrorKind::Pagination);
        assert_eq!(error.operation(), Some("people.counted"));
        let numbers = format!("from 306 to {} items", 306 - removed);
        assert!(error.to_string().contains(&numbers), "{error}");
        assert!(items.try_next().await.is_ok_and(|item| item.is_none()));
    }
    // Also if the rest of the list has been deleted.
    let crowd = Crowd::of(150);
    let server = crowd.server(true);
    let items = people(&server).counted().limit(100).stream();
    let error = walk(items, |_, id| crowd.delete(id))
        .await
        .expect_err("50 are left");
    assert_eq!(error.kind(), ErrorKind::Pagination);
    assert_eq!(crowd.ids().len(), 50);
}

#[tokio::test]
async fn a_list_that_grows_under_an_offset_yields_nothing_twice() {
    let crowd = Crowd::of(300);
    let ids = crowd.ids();
    let server = crowd.server(true);
    let items = people(&server).counted().limit(100).stream();
    let walked = walk(items, |count, _| {
        if count % 50 == 0 {
            crowd.sign_up();
        }
    });
    assert_eq!(walked.await.expect("all"), ids);
}
