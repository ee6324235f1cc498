//! The query of a URL.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::types::{Secret, Timestamp};

/// All but the unreserved characters of RFC 3986, so that a space is `%20`.
pub(super) const ENCODED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// A value of a query parameter: a string, number, boolean, [`Timestamp`], [`Secret`] or enum of the
/// API.
///
/// Implement it to pass a type of your own to [`RawRequest::query`](crate::RawRequest::query).
pub trait QueryValue {
    /// Whether errors must redact the value. Default: false.
    const SECRET: bool = false;

    /// Returns the value as text. The client percent-encodes it.
    fn into_query(self) -> String;
}

macro_rules! printed {
    ($($type:ty),+) => {$(
        impl QueryValue for $type {
            fn into_query(self) -> String {
                self.to_string()
            }
        }
    )+};
}

printed!(&str, &String, i32, i64, u32, u64, f64, bool);

impl QueryValue for String {
    fn into_query(self) -> String {
        self
    }
}

impl QueryValue for Timestamp {
    fn into_query(self) -> String {
        self.as_milliseconds().to_string()
    }
}

impl QueryValue for Secret {
    const SECRET: bool = true;

    fn into_query(self) -> String {
        self.expose().to_owned()
    }
}

pub(crate) enum Query {
    One(String),
    Repeated(Vec<String>),
    Joined(Vec<String>),
}

/// Appends `name=value` pairs for a parameter.
pub(super) fn encode(name: &str, query: &Query, pairs: &mut Vec<String>) {
    let encode = |text| utf8_percent_encode(text, ENCODED).to_string();
    let name = encode(name);
    match query {
        Query::One(value) => pairs.push(format!("{name}={}", encode(value))),
        Query::Repeated(values) => {
            pairs.extend(
                values
                    .iter()
                    .map(|value| format!("{name}={}", encode(value))),
            );
        }
        Query::Joined(values) if values.is_empty() => {}
        Query::Joined(values) => {
            // Commas between values are not encoded, those within a value are.
            let values: Vec<String> = values.iter().map(|value| encode(value)).collect();
            pairs.push(format!("{name}={}", values.join(",")));
        }
    }
}
