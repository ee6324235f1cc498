//! Why a body cannot be decoded: the location and the reason, without the value.

use std::borrow::Cow;
use std::fmt::Write as _;

use serde_path_to_error::{Path, Segment};

use crate::error::Scrubber;
use crate::page::TOO_MANY_ITEMS;

/// A location in a body and what is wrong there.
pub(crate) struct Fault {
    /// Such as `$.data[3].id`; `None` if the body is not JSON.
    path: Option<String>,
    /// The same, without keys that the server may have chosen.
    printed: Option<String>,
    pub(crate) reason: String,
}

/// No path of a model is longer.
const LONGEST_PATH: usize = 1024;

impl Fault {
    pub(crate) fn new(reason: impl Into<String>) -> Self {
        Self {
            path: None,
            printed: None,
            reason: reason.into(),
        }
    }

    /// At a path of a model.
    pub(crate) fn at(mut self, path: String) -> Self {
        self.printed = Some(path.clone());
        self.path = Some(path);
        self
    }

    /// At a path whose keys the server may have chosen, and as it is printed.
    pub(crate) fn at_printed(mut self, path: &str, printed: &str) -> Self {
        self.path = Some(path.chars().take(LONGEST_PATH).collect());
        self.printed = Some(printed.to_owned());
        self
    }

    /// At a path of the caller's type, in which a key may be data.
    pub(crate) fn at_serde_path(mut self, path: &Path) -> Self {
        self.path = Some(json_path(path, |key| key));
        self.printed = Some(json_path(path, |key| if is_word(key) { key } else { "*" }));
        self
    }

    /// Redacts the secrets of the call, which the server may have used as keys.
    pub(crate) fn scrubbed(mut self, scrubber: &Scrubber) -> Self {
        for text in [&mut self.path, &mut self.printed].into_iter().flatten() {
            *text = scrubber.scrub(Cow::Borrowed(text)).into_owned();
        }
        self
    }

    pub(crate) fn path(&self) -> Option<&str> {
        self.path.as_deref()
    }

    /// The path for messages.
    pub(crate) fn printed_path(&self) -> Option<&str> {
        self.printed.as_deref()
    }

    /// The error of serde, without the values that its messages quote.
    pub(crate) fn of(error: &serde_json::Error) -> Self {
        use serde_json::error::Category;

        let position = format!("line {}, column {}", error.line(), error.column());
        Self::new(match error.classify() {
            Category::Eof if error.line() <= 1 && error.column() == 0 => {
                "the body is empty".to_owned()
            }
            Category::Eof => format!("the JSON is incomplete at {position}"),
            Category::Syntax | Category::Io => format!("invalid JSON at {position}"),
            Category::Data => without_values(&error.to_string()),
        })
    }
}

/// Keeps only the words of serde: `invalid type: string "…", expected i64 at line 1 column 2` quotes the
/// value, which may be a token and can contain anything.
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
    if message.starts_with(TOO_MANY_ITEMS) {
        return TOO_MANY_ITEMS.to_owned();
    }
    "a value that does not match the type".to_owned()
}

/// A path as `$.data[3].id`.
fn json_path(path: &Path, shown: impl Fn(&str) -> &str) -> String {
    let mut text = String::from("$");
    for segment in path {
        if text.len() > LONGEST_PATH {
            text.push('…');
            break;
        }
        match segment {
            Segment::Seq { index } => {
                let _ = write!(text, "[{index}]");
            }
            Segment::Map { key } => {
                text.push('.');
                text.extend(shown(key).chars().take(LONGEST_PATH));
            }
            Segment::Enum { .. } | Segment::Unknown => {}
        }
    }
    text
}

/// Whether a key looks like the name of a field, unlike an id or an email address.
fn is_word(key: &str) -> bool {
    let is_of_word = |byte: u8| byte.is_ascii_alphabetic() || byte == b'_';
    key.len() <= 40 && key.bytes().all(is_of_word)
}
