//! The query of an address.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::types::{Secret, Timestamp};

/// Everything but the unreserved characters of RFC 3986, so that a space is `%20`.
pub(super) const ENCODED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// A value that a query can hold.
pub trait QueryValue {
    /// Whether it must not be printed.
    const SECRET: bool = false;

    /// The value as text, not yet encoded.
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

/// Writes `name=value` for what the query holds.
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
            // The comma between values stays as it is, a comma within one does not.
            let values: Vec<String> = values.iter().map(|value| encode(value)).collect();
            pairs.push(format!("{name}={}", values.join(",")));
        }
    }
}
