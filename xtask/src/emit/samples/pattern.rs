//! A text that matches a pattern, with as much of a wanted text in it as fits.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use regex::Regex;
use regex_syntax::hir::{Class, Hir, HirKind, Look};

use super::text::MAXIMUM_LENGTH;
use crate::support::error::{Error, Result};

/// Whether `text` matches `pattern`; nothing matches one that is invalid.
pub(super) fn matches(pattern: &str, text: &str) -> bool {
    // Compiling a class such as `\w` costs more than all else that a sample takes, and a description
    // repeats a few patterns hundreds of times.
    static COMPILED: Mutex<BTreeMap<String, Option<Regex>>> = Mutex::new(BTreeMap::new());
    let mut compiled = COMPILED.lock().unwrap_or_else(PoisonError::into_inner);
    if !compiled.contains_key(pattern) {
        compiled.insert(pattern.to_owned(), Regex::new(pattern).ok());
    }
    let expression = compiled.get(pattern).and_then(Option::as_ref);
    expression.is_some_and(|expression| expression.is_match(text))
}

/// A text that matches `pattern`; classes are filled with the characters of `wanted` that they
/// contain.
pub(super) fn text(location: &str, pattern: &str, wanted: &str) -> Result<String> {
    let hir = regex_syntax::parse(pattern).map_err(|fault| {
        Error::new(
            location,
            format!(
                "the pattern `{pattern}` cannot be parsed: {}",
                reason(&fault)
            ),
            "rewrite it in an overlay, without engine-specific syntax",
        )
    })?;
    let mut writer = Writer {
        wanted: wanted.chars().collect(),
        at: 0,
        text: String::new(),
        steps: 0,
    };
    writer.write(&hir).map_err(|what| {
        Error::new(
            location,
            format!("no sample can be made for the pattern `{pattern}`: {what}"),
            "support it in xtask/src/emit/samples/pattern.rs, or correct it in an overlay",
        )
    })?;
    Ok(writer.text)
}

/// The last line of the parser's message; those above it show the location.
fn reason(fault: &regex_syntax::Error) -> String {
    let fault = fault.to_string();
    fault
        .lines()
        .last()
        .unwrap_or_default()
        .trim_start_matches("error: ")
        .to_owned()
}

struct Writer {
    wanted: Vec<char>,
    /// The next of the wanted characters.
    at: usize,
    text: String,
    /// Parts written so far, including empty ones.
    steps: usize,
}

impl Writer {
    fn write(&mut self, hir: &Hir) -> std::result::Result<(), String> {
        self.steps += 1;
        if self.steps > MAXIMUM_LENGTH {
            return Err(format!("it has more than {MAXIMUM_LENGTH} parts"));
        }
        match hir.kind() {
            HirKind::Empty | HirKind::Look(Look::Start | Look::End) => Ok(()),
            HirKind::Look(other) => Err(format!("`{other:?}` is not supported")),
            HirKind::Literal(literal) => match std::str::from_utf8(&literal.0) {
                Ok(literal) => {
                    self.text.push_str(literal);
                    Ok(())
                }
                Err(_) => Err("a literal is not text".to_owned()),
            },
            HirKind::Class(class) => self.class(class),
            HirKind::Capture(group) => self.write(&group.sub),
            HirKind::Concat(parts) => parts.iter().try_for_each(|part| self.write(part)),
            HirKind::Alternation(parts) => match parts.first() {
                Some(first) => self.write(first),
                None => Ok(()),
            },
            HirKind::Repetition(repetition) => {
                let left = self.wanted.len().saturating_sub(self.at).max(1);
                let most = repetition.max.map_or(usize::MAX, |most| most as usize);
                let count = left.clamp((repetition.min as usize).min(most), most);
                (0..count).try_for_each(|_| self.write(&repetition.sub))
            }
        }
    }

    /// The next wanted character that the class contains, starting over after the last.
    fn class(&mut self, class: &Class) -> std::result::Result<(), String> {
        let Class::Unicode(class) = class else {
            return Err("a class of bytes is not supported".to_owned());
        };
        let holds = |character: char| {
            let mut ranges = class.ranges().iter();
            ranges.any(|range| (range.start()..=range.end()).contains(&character))
        };
        let length = self.wanted.len();
        let next = (self.at..self.at + length).find(|index| holds(self.wanted[index % length]));
        let character = match next {
            Some(index) => {
                self.at = index % length + 1;
                self.wanted[index % length]
            }
            None => ('!'..='~')
                .find(|character| holds(*character))
                .or_else(|| class.ranges().first().map(|range| range.start()))
                .ok_or_else(|| "a class is empty".to_owned())?,
        };
        self.text.push(character);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(pattern: &str, wanted: &str) -> String {
        text("", pattern, wanted).unwrap()
    }

    #[test]
    fn literals_are_kept_and_classes_hold_wanted_characters() {
        assert_eq!(of(r"^user_\w{8}$", "id_sample"), "user_id_sampl");
        assert_eq!(of(r"^user_\w{8}$", "abc"), "user_abcabcab");
        assert_eq!(of("^[^_][A-Za-z0-9_-]*$", "key_sample"), "key_sample");
    }

    #[test]
    fn the_first_alternative_is_taken() {
        assert_eq!(of("^(ak|api_key)_[0-9A-Fa-f]{4}$", "zebra"), "ak_ebae");
    }

    #[test]
    fn optional_parts_are_written() {
        assert_eq!(of(r"^(\S(.*\S)?)?$", "name"), "namen");
        assert_eq!(of("^a?b+$", "b"), "ab");
    }

    #[test]
    fn a_class_without_a_wanted_character_uses_one_of_its_own() {
        assert_eq!(of("^[A-Z]{2}$", "code"), "AA");
        assert_eq!(of("^[ä-ö]$", "code"), "ä");
    }

    #[test]
    fn a_pattern_that_repeats_without_bound_is_an_error() {
        for pattern in ["((a{1000}){1000}){1000}", "(((b?){900}){900}){900}"] {
            let error = text("GET /a", pattern, "a").unwrap_err();
            assert!(error.message.contains("100000 parts"), "{error}");
        }
    }

    #[test]
    fn patterns_that_cannot_be_sampled_are_errors() {
        for pattern in ["(?=a)b", r"\bword", "["] {
            let error = text("GET /a", pattern, "a").unwrap_err();
            assert_eq!(error.location, "GET /a");
        }
    }
}
