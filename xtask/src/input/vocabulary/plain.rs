//! Plain types: which `type` and `format` of a schema become which Rust type.
//!
//! Nothing else in the toolchain lists formats. A new one is an entry here, a type in `clerk-api`, and a sample
//! if its values have a form of their own.

/// A type without parts.
#[derive(Debug, PartialEq, Eq)]
pub struct Plain {
    /// The `type` of its schema; empty for any JSON.
    pub json: &'static str,
    /// The `format` of its schema in normal form.
    pub format: Option<&'static str>,
    /// The Rust type.
    pub rust: &'static str,
    /// The runtime's shape of its JSON.
    pub shape: &'static str,
    /// Its name in records.
    pub words: &'static str,
    /// Whether callers may pass what converts to it.
    pub converts: bool,
}

impl Plain {
    /// The entry for a `type` and a `format`. A format without an entry of its own has no Rust type of its own
    /// either.
    pub fn of(json: &str, format: Option<&str>) -> Option<&'static Self> {
        let of_type = || TABLE.into_iter().filter(|plain| plain.json == json);
        of_type()
            .find(|plain| plain.format == format)
            .or_else(|| of_type().next())
    }

    /// The values of `type` for which `format` has a Rust type of its own.
    pub fn types_of(format: &str) -> impl Iterator<Item = &'static str> {
        TABLE
            .into_iter()
            .filter(move |plain| plain.format == Some(format) && plain.is_of_the_runtime())
            .map(|plain| plain.json)
    }

    /// The names of the Rust types of a module.
    pub fn types_in(module: &str) -> impl Iterator<Item = &'static str> {
        TABLE
            .into_iter()
            .filter_map(move |plain| plain.rust.strip_prefix(module)?.strip_prefix("::"))
    }

    /// Whether `clerk-api` defines the Rust type.
    pub fn is_of_the_runtime(&self) -> bool {
        self.rust.starts_with("crate::")
    }

    /// Whether it can be written into a path or a query.
    pub fn is_text(&self) -> bool {
        !matches!(self.json, "" | "object")
    }
}

const fn plain(
    json: &'static str,
    format: Option<&'static str>,
    rust: &'static str,
    shape: &'static str,
    words: &'static str,
) -> Plain {
    Plain {
        json,
        format,
        rust,
        shape,
        words,
        converts: true,
    }
}

const fn unconverted(plain: Plain) -> Plain {
    Plain {
        converts: false,
        ..plain
    }
}

pub static STRING: Plain = plain("string", None, "String", "String", "string");
pub static BOOLEAN: Plain = unconverted(plain("boolean", None, "bool", "Boolean", "boolean"));
pub static INTEGER: Plain = plain("integer", Some("int64"), "i64", "Integer", "integer");
pub static NUMBER: Plain = plain("number", Some("double"), "f64", "Number", "number");
pub static ANY: Plain = plain("", None, "serde_json::Value", "Any", "any");
pub static OBJECT: Plain = unconverted(plain(
    "object",
    None,
    "serde_json::Map<String, serde_json::Value>",
    "Map(&Shape::Any)",
    "object",
));

/// The first entry of a `type` is for every format without an entry.
static TABLE: [&Plain; 9] = [
    &STRING,
    &BOOLEAN,
    &INTEGER,
    &NUMBER,
    &ANY,
    &OBJECT,
    &plain(
        "string",
        Some("password"),
        "crate::types::Secret",
        "Secret",
        "secret string",
    ),
    &plain(
        "integer",
        Some("unix-milliseconds"),
        "crate::types::Timestamp",
        "Timestamp",
        "timestamp",
    ),
    &plain(
        "object",
        Some("password"),
        "crate::types::SecretObject",
        "Map(&Shape::Any)",
        "secret object",
    ),
];
