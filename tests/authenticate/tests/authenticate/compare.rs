//! Compares the outcome of the driver with the expectations of a vector, and with invariants.

use serde_json::{Map, Value, json};
use url::Url;

/// The differences between an outcome and the expectations. Only stated members are compared.
pub(crate) fn differences(expected: &Map<String, Value>, outcome: &Value) -> Vec<String> {
    let outcome = Outcome::new(outcome);
    let mut differences = outcome.contradictions(expected);
    for (member, expected) in expected {
        let found = match member.as_str() {
            "status" | "reason" | "message" | "token_type" => {
                unequal(member, &outcome.value[member], expected)
            }
            "message_has" => lacking(&outcome.value["message"], expected),
            "claims" | "auth" => partly(member, &outcome.value[member], expected),
            "headers" => outcome.unlike_headers(expected),
            "location" => outcome.unlike_location(expected),
            other => panic!("an outcome has no {other}"),
        };
        differences.extend(found);
    }
    differences
}

struct Outcome<'o> {
    value: &'o Value,
    headers: Vec<(String, String)>,
}

impl<'o> Outcome<'o> {
    fn new(value: &'o Value) -> Self {
        let headers = serde_json::from_value(value["headers"].clone());
        Self {
            value,
            headers: headers.expect("headers are pairs of texts"),
        }
    }

    /// All values of a header, in order.
    fn header(&self, name: &str) -> Vec<&str> {
        let values = self.headers.iter().filter(|(present, _)| present == name);
        values.map(|(_, value)| value.as_str()).collect()
    }

    /// The invariants. Stated headers are compared separately.
    fn contradictions(&self, expected: &Map<String, Value>) -> Vec<String> {
        let text = |member: &str| self.value[member].as_str();
        let status = text("status").unwrap_or_default();
        let debug = |value: Option<&str>| match status {
            "signed-out" | "handshake" => value.map(str::to_owned).into_iter().collect(),
            _ => Vec::new(),
        };
        let cache_control = match self.header("location").as_slice() {
            [] => Vec::new(),
            _ => vec!["no-store".to_owned()],
        };
        let mut differences = Vec::new();
        for (name, value) in [
            ("x-clerk-auth-status", debug(Some(status))),
            ("x-clerk-auth-reason", debug(text("reason"))),
            ("x-clerk-auth-message", debug(text("message"))),
            ("cache-control", cache_control),
        ] {
            let is_stated = expected
                .get("headers")
                .is_some_and(|one| one.get(name).is_some());
            if !is_stated && self.header(name) != value {
                differences.push(format!("{name} is {:?}, not {value:?}", self.header(name)));
            }
        }
        if status == "signed-in" {
            differences.extend(unequal("reason", &self.value["reason"], &Value::Null));
            differences.extend(unequal("message", &self.value["message"], &Value::Null));
        }
        if status == "handshake" {
            differences.extend(unequal("auth", &self.value["auth"], &Value::Null));
            if self.header("location").len() != 1 {
                differences.push("a handshake leads somewhere".to_owned());
            }
            let cookies = self.header("set-cookie");
            if cookies.len() != 1 || !cookies[0].starts_with("__clerk_redirect_count=") {
                differences.push(format!("a handshake counts itself, not {cookies:?}"));
            }
        }
        for (name, value) in &self.headers {
            if value.contains(['\r', '\n']) {
                differences.push(format!("the header {name} holds the end of a line"));
            }
        }
        differences
    }

    /// Each stated header must have these values, in this order; null means none. An empty object means that
    /// there are no headers.
    fn unlike_headers(&self, expected: &Value) -> Vec<String> {
        let expected = expected.as_object().expect("headers are expected by name");
        if expected.is_empty() && !self.headers.is_empty() {
            return vec![format!("there are headers: {:?}", self.headers)];
        }
        let mut differences = Vec::new();
        for (name, values) in expected {
            let values = match values {
                Value::Null => json!([]),
                Value::Array(_) => values.clone(),
                one => json!([one]),
            };
            differences.extend(unequal(name, &json!(self.header(name)), &values));
        }
        differences
    }

    /// The redirect: as a text, or as its `url` without the query, its whole `query` as ordered pairs, or the
    /// parameters that it has (`query_has`), null for a missing one. Null means no redirect.
    fn unlike_location(&self, expected: &Value) -> Vec<String> {
        let locations = self.header("location");
        let Value::Object(expected) = expected else {
            let expected = match expected {
                Value::Null => json!([]),
                one => json!([one]),
            };
            return unequal("location", &json!(locations), &expected);
        };
        let location = locations.first().and_then(|text| Url::parse(text).ok());
        let Some(mut url) = location else {
            return vec![format!("the location {locations:?} is not a URL")];
        };
        let pairs: Vec<(String, String)> = url.query_pairs().into_owned().collect();
        url.set_query(None);
        let mut differences = Vec::new();
        for (member, expected) in expected {
            match member.as_str() {
                "url" => differences.extend(unequal("location", &json!(url.as_str()), expected)),
                "query" => differences.extend(unequal("query", &json!(pairs), expected)),
                "query_has" => differences.extend(unlike_query(&pairs, expected)),
                other => panic!("a location has no {other}"),
            }
        }
        differences
    }
}

fn unlike_query(pairs: &[(String, String)], expected: &Value) -> Vec<String> {
    let expected = expected.as_object().expect("parameters by name");
    let mut differences = Vec::new();
    for (name, value) in expected {
        let found: Vec<&str> = pairs
            .iter()
            .filter(|pair| pair.0 == *name)
            .map(|pair| pair.1.as_str())
            .collect();
        let values = match value {
            Value::Null => json!([]),
            one => json!([one]),
        };
        differences.extend(unequal(name, &json!(found), &values));
    }
    differences
}

fn unequal(what: &str, found: &Value, expected: &Value) -> Vec<String> {
    if found == expected {
        return Vec::new();
    }
    vec![format!("{what} is {found}, not {expected}")]
}

fn lacking(message: &Value, expected: &Value) -> Vec<String> {
    let message = message.as_str().unwrap_or_default();
    let parts = expected.as_array().expect("parts of the message");
    let lacking = parts
        .iter()
        .filter_map(Value::as_str)
        .filter(|part| !message.contains(part));
    lacking
        .map(|part| format!("the message lacks {part:?}: {message:?}"))
        .collect()
}

/// The stated members of an object.
fn partly(what: &str, found: &Value, expected: &Value) -> Vec<String> {
    let Value::Object(expected) = expected else {
        return unequal(what, found, expected);
    };
    let Value::Object(found) = found else {
        return vec![format!("{what} is {found}")];
    };
    let mut differences = Vec::new();
    for (name, expected) in expected {
        match found.get(name) {
            Some(found) => differences.extend(unequal(&format!("{what}.{name}"), found, expected)),
            None => differences.push(format!("{what}.{name} is missing")),
        }
    }
    differences
}
