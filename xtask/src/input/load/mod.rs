//! Reads and writes YAML for all other modules: [`yaml`] returns a JSON value or one clear error,
//! [`references`] checks that the value is an OpenAPI 3.0 document whose references resolve.
//!
//! Whatever the input, both return quickly and in bounded memory. [`crate::input::vocabulary`] and
//! [`crate::correct::lint`] interpret the keywords of a document.

mod references;
mod value;

use std::borrow::Cow;
use std::fs::File;
use std::io::Read;
use std::path::Path;

use serde::Serialize;
use serde_json::Value;

use crate::support::error::{Error, Result};

pub use references::{all_references, openapi_version, references, whole};

/// Ten times the largest description so far. The parser keeps a hundred bytes for each value, and
/// the shortest value takes two bytes.
const MAXIMUM_BYTES: u64 = 8 << 20;

/// The limit on open flow brackets. The YAML scanner's work per token grows with their number, so
/// this is checked before it runs.
const MAXIMUM_OPEN_BRACKETS: usize = 1_000;

/// The mapping in the YAML file at `path`; keys keep their order.
pub fn yaml(path: &Path) -> Result<Value> {
    parse(&path.display().to_string(), &text(path)?)
}

/// The text of the file at `path`.
pub fn text(path: &Path) -> Result<String> {
    text_as(&path.display().to_string(), path)
}

/// The same; `location` names the file in errors.
pub fn text_as(location: &str, path: &Path) -> Result<String> {
    let unreadable = |error: std::io::Error| {
        Error::new(
            location,
            format!("the file cannot be read: {error}"),
            "check the path and its permissions",
        )
    };
    let too_large = || {
        Error::new(
            location,
            format!("the file is larger than {} MB", MAXIMUM_BYTES >> 20),
            "expected the YAML file of an API description",
        )
    };

    let metadata = std::fs::metadata(path).map_err(unreadable)?;
    if !metadata.is_file() {
        return Err(Error::new(
            location,
            "this is not a regular file",
            "check the path",
        ));
    }
    if metadata.len() > MAXIMUM_BYTES {
        return Err(too_large());
    }
    let mut bytes = Vec::new();
    File::open(path)
        .and_then(|file| file.take(MAXIMUM_BYTES + 1).read_to_end(&mut bytes))
        .map_err(unreadable)?;
    if bytes.len() as u64 > MAXIMUM_BYTES {
        return Err(too_large());
    }
    utf8(location, bytes)
}

/// `bytes` as text; `location` names them in errors.
pub fn utf8(location: &str, bytes: Vec<u8>) -> Result<String> {
    String::from_utf8(bytes).map_err(|error| {
        Error::new(
            location,
            format!(
                "byte {} is not valid UTF-8",
                error.utf8_error().valid_up_to()
            ),
            "expected a text file in UTF-8",
        )
    })
}

/// `text` without the byte order mark that some editors put at its start.
pub fn without_mark(text: &str) -> &str {
    text.strip_prefix('\u{feff}').unwrap_or(text)
}

/// The mapping in `text`; `location` names it in errors.
pub fn parse(location: &str, text: &str) -> Result<Value> {
    let text = without_mark(text);
    if most_open_brackets(text) > MAXIMUM_OPEN_BRACKETS {
        return Err(Error::new(
            location,
            format!("more than {MAXIMUM_OPEN_BRACKETS} brackets are open at once"),
            "expected the YAML file of an API description",
        ));
    }
    let value = value::read(location, text)?;
    if !value.is_object() {
        return Err(Error::new(
            location,
            "the document is not a mapping",
            "expected a YAML file with `key: value` lines at its top level; the file may be \
             empty or cut short",
        ));
    }
    Ok(value)
}

/// `value` as YAML text.
pub fn print(value: &impl Serialize) -> Result<String> {
    let text = serde_yaml::to_string(value).map_err(|error| {
        Error::new(
            "YAML",
            format!("a value cannot be written as YAML: {error}"),
            "report this as a bug in xtask",
        )
    })?;
    let mut printed = String::with_capacity(text.len());
    for line in text.lines() {
        write_quoted(line, &mut printed);
        printed.push('\n');
    }
    Ok(printed)
}

/// Writes a line of block style, with key and value quoted if YAML 1.1 would read them as a boolean or
/// a date.
fn write_quoted(line: &str, printed: &mut String) {
    let text = item(line);
    let before = &line[..line.len() - text.len()];
    let (key, value) = match text.split_once(": ") {
        Some((key, value)) => (Some(key), value),
        None => match text.strip_suffix(':') {
            Some(key) => (Some(key), ""),
            None => (None, text),
        },
    };
    printed.push_str(before);
    if let Some(key) = key {
        printed.push_str(&in_quotes(key));
        printed.push_str(if value.is_empty() { ":" } else { ": " });
    }
    printed.push_str(&in_quotes(value));
}

/// The line without its indentation and list markers.
fn item(line: &str) -> &str {
    let line = line.trim_start_matches(' ');
    line.strip_prefix("- ").map_or(line, item)
}

fn in_quotes(text: &str) -> Cow<'_, str> {
    if is_ambiguous(text) {
        Cow::Owned(format!("'{text}'"))
    } else {
        Cow::Borrowed(text)
    }
}

fn is_ambiguous(text: &str) -> bool {
    let flags = ["y", "yes", "n", "no", "on", "off"];
    let flag = flags.iter().any(|flag| text.eq_ignore_ascii_case(flag));
    let date = text.len() == 10
        && text.bytes().enumerate().all(|(at, byte)| match at {
            4 | 7 => byte == b'-',
            _ => byte.is_ascii_digit(),
        });
    flag || date
}

/// An upper bound of the depth of flow collections; brackets in strings count too.
fn most_open_brackets(text: &str) -> usize {
    let mut open = 0_usize;
    let mut most = 0;
    for byte in text.bytes() {
        match byte {
            b'[' | b'{' => {
                open += 1;
                most = most.max(open);
            }
            b']' | b'}' => open = open.saturating_sub(1),
            _ => {}
        }
    }
    most
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn values_that_yaml_1_1_would_not_read_as_strings_are_quoted() {
        let value = json!({
            "version": "2026-05-12",
            "modes": ["off", "on top", "No", "-off"],
            "nested": [{ "mode": "off", "on": ["y"], "2031-04-01": { "no": "-" } }],
            "long": "first line\nsecond: line",
        });
        let text = print(&value).unwrap();
        for line in [
            "version: '2026-05-12'",
            "- 'off'",
            "- 'No'",
            "- mode: 'off'",
            "- on top",
        ] {
            assert!(
                text.lines().any(|written| written.trim() == line),
                "{line} is missing:\n{text}"
            );
        }
        assert_eq!(parse("test", &text).unwrap(), value);
    }
}
