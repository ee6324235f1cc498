//! The fake Clerk: it responds as each vector specifies, and records requests.

use std::sync::{Arc, Mutex};

use serde::Deserialize;
use serde_json::{Map, Value};
use test_support::{Recorded, Reply, Server};

/// An expected request, and the response.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Exchange {
    /// Method, path and query: `GET /v1/jwks`.
    request: String,
    /// Expected headers; null for one that must be missing.
    #[serde(default)]
    headers: Map<String, Value>,
    /// The whole body.
    body: Option<Value>,
    #[serde(default)]
    answer: Answer,
    /// The number of times it is expected.
    #[serde(default = "once")]
    times: usize,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Answer {
    status: Option<u16>,
    json: Option<Value>,
    text: Option<String>,
    /// Closes the connection without a response.
    reset: bool,
}

fn once() -> usize {
    1
}

impl Exchange {
    /// An exchange, repeated as specified.
    pub(crate) fn read(value: Value) -> Vec<Self> {
        let exchange: Self = serde_json::from_value(value).expect("an exchange with Clerk");
        vec![exchange.clone(); exchange.times]
    }

    fn reply(&self) -> Reply {
        let answer = &self.answer;
        let status = answer.status.unwrap_or(200);
        match (&answer.json, &answer.text) {
            _ if answer.reset => Reply::reset(),
            (Some(json), _) => Reply::json(status, json.clone()),
            (None, Some(text)) => Reply::text(status, "text/html", text),
            (None, None) => Reply::empty(status),
        }
    }

    /// The differences of a request from the expected one.
    fn differences(&self, request: &Recorded) -> Vec<String> {
        let mut differences = Vec::new();
        for (name, expected) in &self.headers {
            let found = request.header(name).map_or(Value::Null, Value::from);
            if found != *expected {
                differences.push(format!(
                    "{}: the header {name} is {found}, not {expected}",
                    self.request
                ));
            }
        }
        if let Some(expected) = &self.body {
            let found = serde_json::from_slice(&request.body).unwrap_or(Value::Null);
            if found != *expected {
                differences.push(format!(
                    "{}: the body is {found}, not {expected}",
                    self.request
                ));
            }
        }
        differences
    }
}

/// A Clerk for each vector, distinguished by the first segment of the path.
pub(crate) struct Clerk {
    server: Server,
    scripts: Arc<Mutex<Vec<Script>>>,
}

#[derive(Default)]
struct Script {
    exchanges: Vec<Exchange>,
    asked: Vec<(String, Recorded)>,
}

impl Clerk {
    pub(crate) fn start() -> Self {
        let scripts = Arc::new(Mutex::new(Vec::<Script>::new()));
        let shared = Arc::clone(&scripts);
        let server = Server::answering(move |request| {
            let mut scripts = shared.lock().expect("not poisoned");
            answer(&mut scripts, request).unwrap_or_else(|| Reply::empty(418))
        });
        Self { server, scripts }
    }

    /// The URL of the Clerk of the next vector.
    pub(crate) fn next_url(&self) -> String {
        let index = self.scripts.lock().expect("not poisoned").len();
        format!("{}/{index}", self.server.url())
    }

    /// Adds the Clerk of a vector.
    pub(crate) fn add(&self, exchanges: Vec<Exchange>) {
        let mut scripts = self.scripts.lock().expect("not poisoned");
        scripts.push(Script {
            exchanges,
            asked: Vec::new(),
        });
    }

    /// The differences between received and expected requests of a vector.
    pub(crate) fn differences(&self, index: usize) -> Vec<String> {
        let scripts = self.scripts.lock().expect("not poisoned");
        let Script { exchanges, asked } = &scripts[index];
        let expected: Vec<&str> = exchanges.iter().map(|one| one.request.as_str()).collect();
        let found: Vec<&str> = asked.iter().map(|(request, _)| request.as_str()).collect();
        if found != expected {
            return vec![format!("Clerk was asked {found:?}, not {expected:?}")];
        }
        let pairs = exchanges.iter().zip(asked);
        pairs
            .flat_map(|(exchange, (_, request))| exchange.differences(request))
            .collect()
    }
}

/// The next response, if the request is the expected one.
fn answer(scripts: &mut [Script], request: &Recorded) -> Option<Reply> {
    let (index, path) = request.path.strip_prefix('/')?.split_once('/')?;
    let script = scripts.get_mut(index.parse::<usize>().ok()?)?;
    let question = match &*request.query {
        "" => format!("{} /{path}", request.method),
        query => format!("{} /{path}?{query}", request.method),
    };
    let due = script.exchanges.get(script.asked.len());
    let reply = due
        .filter(|exchange| exchange.request == question)
        .map(Exchange::reply);
    script.asked.push((question, request.clone()));
    reply
}
