//! What all tests share: a client of the scripted server, and people.

use std::time::Duration;

use clerk_api::{Clerk, ClerkBuilder, RetryPolicy};
use http_tests::People;
use serde_json::{Value, json};
use test_support::{Reply, Server};

pub(crate) const KEY: &str = "sk_test_0123456789";

pub(crate) fn builder(server: &Server) -> ClerkBuilder {
    Clerk::builder()
        .secret_key(KEY)
        .base_url(server.url())
        .retry(fast_retries())
}

/// The default policy, almost without waits.
pub(crate) fn fast_retries() -> RetryPolicy {
    RetryPolicy::default().initial_delay(Duration::from_millis(1))
}

pub(crate) fn client(server: &Server) -> Clerk {
    builder(server).build().expect("a client")
}

pub(crate) fn people(server: &Server) -> People {
    People::new(client(server))
}

pub(crate) fn person(id: &str) -> Value {
    json!({
        "id": id,
        "status": "active",
        "banned": false,
        "visits": 7,
        "score": 0.5,
        "created_at": 1_716_883_200_250_i64,
        "nickname": null,
        "tags": ["a"],
        "contacts": [],
        "primary": { "object": "email", "address": "ada@example.com", "verified_at": null },
        "home": { "city": "London" },
        "metadata": { "k": 1 },
    })
}

pub(crate) fn persons(range: std::ops::Range<usize>) -> Vec<Value> {
    range
        .map(|index| person(&format!("person_{index}")))
        .collect()
}

/// A server whose response is one person.
pub(crate) fn one_person() -> Server {
    Server::script([Reply::json(200, person("person_1"))])
}
