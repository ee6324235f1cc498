//! Why a body could not be decoded: where and what, never the value itself.

use std::fmt::Write as _;

use serde_path_to_error::{Path, Segment};

/// A place in a body and what is wrong there.
#[derive(Debug)]
pub(crate) struct Fault {
    /// `$.data[3].id`; `None` where the body is no JSON at all.
    pub(crate) path: Option<String>,
    pub(crate) reason: String,
}

impl Fault {
    pub(crate) fn new(reason: impl Into<String>) -> Self {
        Self {
            path: None,
            reason: reason.into(),
        }
    }

    pub(crate) fn at(mut self, path: String) -> Self {
        self.path = Some(path);
        self
    }

    /// What serde says, without the values that its messages quote.
    pub(crate) fn of(error: &serde_json::Error) -> Self {
        use serde_json::error::Category;

        let place = format!("line {}, column {}", error.line(), error.column());
        Self::new(match error.classify() {
            Category::Eof if error.line() <= 1 && error.column() == 0 => {
                "the body is empty".to_owned()
            }
            Category::Eof => format!("the JSON ends too early, at {place}"),
            Category::Syntax | Category::Io => format!("no valid JSON at {place}"),
            Category::Data => without_values(&error.to_string()),
        })
    }
}

/// `invalid type: string "…", expected i64 at line 1 column 2` quotes the value, which may be a
/// token, and the value can contain anything. Only what serde itself wrote is kept.
fn without_values(message: &str) -> String {
    if let Some(rest) = message.strip_prefix("missing field `")
        && let Some((field, _)) = rest.split_once('`')
    {
        return format!("the field {field:?} is missing");
    }
    if let Some(rest) = message.strip_prefix("invalid type: ") {
        const FOUND: &[&str] = &[
            "null",
            "boolean",
            "integer",
            "floating point",
            "string",
            "sequence",
            "map",
        ];
        if let Some(found) = FOUND.iter().find(|found| rest.starts_with(*found)) {
            return format!("a value of the wrong type: {found}");
        }
    }
    "a value that does not fit".to_owned()
}

/// A path as `$.data[3].id`.
pub(crate) fn json_path(path: &Path) -> String {
    let mut text = String::from("$");
    for segment in path {
        match segment {
            Segment::Seq { index } => {
                let _ = write!(text, "[{index}]");
            }
            Segment::Map { key } => {
                let _ = write!(text, ".{key}");
            }
            Segment::Enum { .. } | Segment::Unknown => {}
        }
    }
    text
}
