//! JSONPath expressions, with limits that are checked before parsing: the parser recurses for each
//! bracket, and the number of matches can grow with a power of the document's size.

use serde_json_path::JsonPath;

use crate::support::error::{Error, Result};

/// Four times the length of our longest expression.
const MAXIMUM_LENGTH: usize = 1_000;

/// The limit on brackets and parentheses that are open at once.
const MAXIMUM_NESTING: usize = 16;

/// The limit on uses of `..`; each multiplies the matches by the depth of the document.
const MAXIMUM_DESCENTS: usize = 2;

/// The limit on selectors side by side, multiplied over all brackets.
const MAXIMUM_ALTERNATIVES: usize = 256;

/// The expression in `text`; `location` names it in errors.
pub(super) fn read(location: &str, text: &str) -> Result<JsonPath> {
    if let Some(excess) = excess(text) {
        return Err(Error::new(
            location,
            format!("the JSONPath {excess}"),
            "split it into several actions with simpler targets",
        ));
    }
    JsonPath::parse(text).map_err(|error| {
        Error::new(
            location,
            format!("`{text}` is not a valid JSONPath: {error}"),
            "write it according to RFC 9535, as in `$.paths['/users'].get`",
        )
    })
}

/// The limit that is exceeded.
fn excess(text: &str) -> Option<String> {
    if text.len() > MAXIMUM_LENGTH {
        return Some(format!("is longer than {MAXIMUM_LENGTH} bytes"));
    }
    let mut open: Vec<(char, usize)> = Vec::new();
    let mut alternatives = 1_usize;
    let mut descents = 0;
    let mut quote = None;
    let mut previous = ' ';
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        match (quote, character) {
            (Some(_), '\\') => drop(characters.next()),
            (Some(end), _) if character == end => quote = None,
            (Some(_), _) => {}
            (None, '\'' | '"') => quote = Some(character),
            (None, '[' | '(') => open.push((character, 1)),
            (None, ']' | ')') => {
                if let Some(('[', selectors)) = open.pop() {
                    alternatives = alternatives.saturating_mul(selectors);
                }
            }
            (None, ',') => {
                if let Some((_, selectors)) = open.last_mut() {
                    *selectors += 1;
                }
            }
            (None, '.') if previous == '.' => descents += 1,
            (None, _) => {}
        }
        if open.len() > MAXIMUM_NESTING {
            return Some(format!("nests more than {MAXIMUM_NESTING} brackets"));
        }
        previous = character;
    }
    if descents > MAXIMUM_DESCENTS {
        return Some(format!("has `..` more than {MAXIMUM_DESCENTS} times"));
    }
    (alternatives > MAXIMUM_ALTERNATIVES)
        .then(|| format!("selects in more than {MAXIMUM_ALTERNATIVES} ways"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quoted_and_short_expressions_are_within_the_limits() {
        for text in [
            "$.paths['/a/[[[[[[[[[[[[[[[[[[[[','(((..', '..', '\\'..'].get",
            "$..properties['a', 'b', 'c']",
            "$.paths.*.*.responses..[?@.a == 'x' && length(@..b) > 1]",
            "$[?match(@.a, 'b,c,d')]",
        ] {
            assert_eq!(excess(text), None, "{text}");
        }
    }

    #[test]
    fn expressions_that_would_grow_without_bound_are_rejected() {
        for (text, rule) in [
            (
                format!("$[?{}@.a{}]", "(".repeat(17), ")".repeat(17)),
                "nests",
            ),
            ("$..*..*..*".to_owned(), "`..` more than 2 times"),
            (format!("${}", "[*,*]".repeat(9)), "more than 256 ways"),
            (format!("${}", ".a".repeat(600)), "longer than 1000 bytes"),
        ] {
            let error = read("#/actions/0/target", &text).unwrap_err().to_string();
            assert!(error.contains(rule), "{error}");
        }
    }
}
