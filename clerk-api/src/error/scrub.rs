//! Keeps secrets of a request out of what its answer makes us print.

use std::borrow::Cow;

use http::{HeaderValue, header};
use serde_json::Value;

use crate::client::Inner;
use crate::request::Request;
use crate::types::Secret;

/// Shorter ones are words, and replacing them would only garble the text.
const SHORTEST: usize = 6;

/// The secrets that a request carried.
#[derive(Clone, Debug, Default)]
pub(crate) struct Scrubber(Vec<Secret>);

impl Scrubber {
    /// Everything secret that a call carries: an error must not print it if the server repeats it.
    pub(crate) fn of(client: &Inner, request: &Request) -> Self {
        let mut scrubber = Self::default();
        client.secrets().for_each(|secret| scrubber.add(secret));
        request.secrets().for_each(|secret| scrubber.add(secret));
        for name in [header::AUTHORIZATION, header::COOKIE] {
            if let Some(Ok(value)) = request.options.headers.get(name).map(HeaderValue::to_str) {
                let value = value.strip_prefix("Bearer ").unwrap_or(value);
                scrubber.add(&Secret::from(value));
            }
        }
        scrubber
    }

    pub(crate) fn add(&mut self, secret: &Secret) {
        if secret.expose().len() >= SHORTEST {
            self.0.push(secret.clone());
        }
    }

    /// Replaces every secret in the strings of a value: JSON within JSON is escaped twice, so that
    /// the text of the whole does not show it.
    pub(crate) fn scrub_value(&self, value: &mut Value) {
        match value {
            Value::String(text) => {
                if let Cow::Owned(scrubbed) = self.scrub(Cow::Borrowed(text)) {
                    *text = scrubbed;
                }
            }
            Value::Array(values) => values.iter_mut().for_each(|value| self.scrub_value(value)),
            Value::Object(members) => members
                .values_mut()
                .for_each(|value| self.scrub_value(value)),
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }

    /// The text with every secret replaced, also as JSON writes it.
    pub(crate) fn scrub<'a>(&self, text: Cow<'a, str>) -> Cow<'a, str> {
        self.0.iter().fold(text, |text, secret| {
            let text = replace(text, secret.expose());
            match serde_json::to_string(secret.expose()) {
                Ok(json) => replace(text, json.trim_matches('"')),
                Err(_) => text,
            }
        })
    }
}

fn replace<'a>(text: Cow<'a, str>, secret: &str) -> Cow<'a, str> {
    if !secret.is_empty() && text.contains(secret) {
        Cow::Owned(text.replace(secret, "[redacted]"))
    } else {
        text
    }
}
