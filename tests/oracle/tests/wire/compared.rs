//! Sends each call with both clients to one server and compares the requests.

use std::fmt;
use std::sync::{Arc, Mutex};

use clerk_api::{Clerk, RetryPolicy};
use every_operation::calls;
use oracle::Stock;
use percent_encoding::percent_decode_str;
use serde_json::{Value, json};
use test_support::{Recorded, Reply, Server};

/// A part of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Aspect {
    Method,
    /// Decoded.
    Path,
    /// As sent.
    RawPath,
    /// As a multiset of decoded pairs.
    Query,
    /// As JSON.
    Body,
}

/// A part of a request that the two clients send differently.
pub(crate) struct Difference {
    pub(crate) operation_id: &'static str,
    pub(crate) variant: &'static str,
    pub(crate) aspect: Aspect,
    ours: String,
    stock: String,
}

impl fmt::Display for Difference {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "{} ({}), {:?}:\n  ours:  {}\n  stock: {}",
            self.operation_id, self.variant, self.aspect, self.ours, self.stock
        )
    }
}

/// The differences of all calls that stock progenitor's client supports.
pub(crate) fn compare_all() -> Vec<Difference> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    let wire = Wire::start();
    let clerk = Clerk::builder()
        .base_url(&wire.base_url)
        .secret_key("sk_test_oracle")
        .retry(RetryPolicy::none())
        .build()
        .expect("a client");
    let stock = Stock::new(&wire.base_url);
    let mut differences = Vec::new();
    for operation_id in Stock::operations() {
        let mut made = 0;
        for call in calls().filter(|call| call.operation_id == operation_id) {
            let variant = call.variant.as_str();
            // The response is `{}`; whether that can be decoded does not matter here.
            let answer = runtime.block_on(call.run(&clerk));
            let ours = wire
                .take()
                .unwrap_or_else(|| panic!("{operation_id}: {answer:?}"));
            let outcome = runtime.block_on(stock.call(operation_id, variant));
            let theirs = wire
                .take()
                .unwrap_or_else(|| panic!("{operation_id}: {outcome:?}"));
            for (aspect, ours, stock) in compare(&ours, &theirs) {
                differences.push(Difference {
                    operation_id,
                    variant,
                    aspect,
                    ours,
                    stock,
                });
            }
            made += 1;
        }
        assert_eq!(made, 2, "{operation_id}");
    }
    differences
}

fn compare(ours: &Recorded, stock: &Recorded) -> Vec<(Aspect, String, String)> {
    let sides = |aspect, look: fn(&Recorded) -> String| (aspect, look(ours), look(stock));
    let all = [
        sides(Aspect::Method, |request| request.method.clone()),
        sides(Aspect::Path, |request| {
            percent_decode_str(&request.path)
                .decode_utf8_lossy()
                .into_owned()
        }),
        sides(Aspect::RawPath, |request| request.path.clone()),
        sides(Aspect::Query, query),
        sides(Aspect::Body, body),
    ];
    all.into_iter()
        .filter(|(_, ours, stock)| ours != stock)
        .collect()
}

fn query(request: &Recorded) -> String {
    let mut pairs = request.query_pairs();
    pairs.sort();
    json!(pairs).to_string()
}

/// With the members of objects sorted by name.
fn body(request: &Recorded) -> String {
    if request.body.is_empty() {
        return "none".to_owned();
    }
    sorted(&request.json()).to_string()
}

fn sorted(value: &Value) -> Value {
    match value {
        Value::Object(members) => {
            let mut members: Vec<_> = members.iter().collect();
            members.sort_by_key(|(name, _)| *name);
            let members = members
                .into_iter()
                .map(|(name, value)| (name.clone(), sorted(value)));
            Value::Object(members.collect())
        }
        Value::Array(items) => items.iter().map(sorted).collect(),
        other => other.clone(),
    }
}

/// A server that keeps the last request.
struct Wire {
    base_url: String,
    last: Arc<Mutex<Option<Recorded>>>,
    _server: Server,
}

impl Wire {
    fn start() -> Self {
        let last = Arc::new(Mutex::new(None));
        let shared = last.clone();
        let server = Server::answering(move |request| {
            *shared.lock().expect("no other thread panicked") = Some(request.clone());
            Reply::json(200, json!({}))
        });
        Self {
            base_url: format!("{}/v1", server.url()),
            last,
            _server: server,
        }
    }

    fn take(&self) -> Option<Recorded> {
        self.last.lock().expect("no other thread panicked").take()
    }
}

#[test]
fn every_part_of_a_request_is_compared() {
    let request = |method: &str, path: &str, query: &str, body: &str| Recorded {
        method: method.to_owned(),
        path: path.to_owned(),
        query: query.to_owned(),
        body: body.as_bytes().to_vec(),
        ..Recorded::default()
    };
    let one = request(
        "GET",
        "/a/b%20",
        "x=1&x=2&y=a%2Bb",
        r#"{"a": 1, "b": [null]}"#,
    );
    let same = request(
        "GET",
        "/a/b%20",
        "y=a%2bb&x=2&x=1",
        r#"{"b": [null], "a": 1}"#,
    );
    assert!(compare(&one, &same).is_empty());

    let other = request("PUT", "/a/c", "x=1&y=a%2Bb", r#"{"a": 1, "b": []}"#);
    let aspects: Vec<Aspect> = compare(&one, &other).iter().map(|found| found.0).collect();
    let all = [
        Aspect::Method,
        Aspect::Path,
        Aspect::RawPath,
        Aspect::Query,
        Aspect::Body,
    ];
    assert_eq!(aspects, all);

    let spelt = request("GET", "/a/%62%20", "x=1&x=2&y=a%2Bb", "");
    let aspects: Vec<Aspect> = compare(&one, &spelt).iter().map(|found| found.0).collect();
    assert_eq!(aspects, [Aspect::RawPath, Aspect::Body]);
}
