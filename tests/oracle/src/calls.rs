//! The table of calls, and how each argument is read from JSON.

use std::fmt::Debug;
use std::future::Future;
use std::pin::Pin;

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::Outcome;
use crate::client::Client;

pub(crate) type Call =
    for<'a> fn(&'a Client, &'a Given<'a>) -> Pin<Box<dyn Future<Output = Outcome> + Send + 'a>>;

/// The arguments of a call, by name.
pub(crate) struct Given<'a>(&'a Map<String, Value>);

impl<'a> Given<'a> {
    pub(crate) fn new(arguments: &'a Map<String, Value>) -> Self {
        Self(arguments)
    }

    fn text(&self, name: &str) -> &'a str {
        self.optional_text(name)
            .unwrap_or_else(|| panic!("the text `{name}` is missing"))
    }

    fn optional_text(&self, name: &str) -> Option<&'a str> {
        self.0.get(name)?.as_str()
    }

    fn value<T: DeserializeOwned>(&self, name: &str) -> T {
        self.optional(name)
            .unwrap_or_else(|| panic!("the value `{name}` is missing"))
    }

    fn optional<T: DeserializeOwned>(&self, name: &str) -> Option<T> {
        let value = self.0.get(name)?.clone();
        match serde_json::from_value(value) {
            Ok(value) => Some(value),
            Err(error) => panic!("`{name}` does not fit stock progenitor's type: {error}"),
        }
    }
}

fn outcome<T, E: Debug>(result: Result<T, E>) -> Outcome {
    result.map(drop).map_err(|error| format!("{error:?}"))
}

include!(concat!(env!("OUT_DIR"), "/calls.rs"));
