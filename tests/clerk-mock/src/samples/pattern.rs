//! Patterns of strings: checks strings, and generates some that match.
//!
//! As in ECMAScript, `\w` and `\d` are ASCII.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use regex::bytes::{Regex, RegexBuilder};
use regex_syntax::ParserBuilder;
use regex_syntax::hir::{Class, Hir, HirKind, Repetition};

use super::generate::Fault;
use super::random::Random;

pub(crate) struct Pattern {
    regex: Regex,
    syntax: Hir,
}

impl Pattern {
    /// The pattern, compiled once per process: descriptions have few different ones.
    pub(crate) fn compiled(text: &str) -> Result<Arc<Self>, Fault> {
        static COMPILED: Mutex<BTreeMap<String, Arc<Pattern>>> = Mutex::new(BTreeMap::new());
        let mut compiled = COMPILED.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(pattern) = compiled.get(text) {
            return Ok(pattern.clone());
        }
        // Only where a pattern has other characters, they are not bytes.
        let pattern =
            Self::new(text, false).or_else(|fault| Self::new(text, true).map_err(|_| fault));
        let pattern = Arc::new(pattern.map_err(|fault| {
            let fault = fault.to_string();
            let reason = fault.lines().last().unwrap_or_default();
            let reason = reason.trim_start_matches("error: ");
            Fault::new(
                format!("the pattern `{text}` is not supported: {reason}"),
                "rewrite it in an overlay, without engine-specific syntax",
            )
        })?);
        compiled.insert(text.to_owned(), pattern.clone());
        Ok(pattern)
    }

    fn new(text: &str, unicode: bool) -> Result<Self, regex::Error> {
        let regex = RegexBuilder::new(text).unicode(unicode).build()?;
        let mut parser = ParserBuilder::new().unicode(unicode).utf8(false).build();
        let syntax = parser.parse(text);
        let syntax = syntax.map_err(|fault| regex::Error::Syntax(fault.to_string()))?;
        Ok(Self { regex, syntax })
    }

    pub(crate) fn matches(&self, text: &str) -> bool {
        self.regex.is_match(text.as_bytes())
    }

    /// A string that matches the pattern and that `accepts`, if one is found within a few attempts.
    pub(crate) fn make(&self, random: Random, accepts: impl Fn(&str) -> bool) -> Option<String> {
        (0..100_u32).find_map(|attempt| {
            let mut bytes = Vec::new();
            let mut random = random.branch(&attempt.to_string());
            // Unbounded repetitions get longer with every attempt, so that minimum lengths are reached.
            write(&self.syntax, attempt * 2 + 2, &mut random, &mut bytes);
            let text = String::from_utf8(bytes).ok()?;
            (self.matches(&text) && accepts(&text)).then_some(text)
        })
    }
}

fn write(syntax: &Hir, slack: u32, random: &mut Random, bytes: &mut Vec<u8>) {
    match syntax.kind() {
        HirKind::Empty | HirKind::Look(_) => {}
        HirKind::Literal(literal) => bytes.extend_from_slice(&literal.0),
        HirKind::Class(class) => character(class, random, bytes),
        HirKind::Repetition(repetition) => {
            for _ in 0..times(repetition, slack, random) {
                write(&repetition.sub, slack, random, bytes);
            }
        }
        HirKind::Capture(capture) => write(&capture.sub, slack, random, bytes),
        HirKind::Concat(parts) => {
            parts
                .iter()
                .for_each(|part| write(part, slack, random, bytes));
        }
        HirKind::Alternation(alternatives) => {
            if let Some(alternative) = random.pick(alternatives) {
                write(alternative, slack, random, bytes);
            }
        }
    }
}

fn times(repetition: &Repetition, slack: u32, random: &mut Random) -> u32 {
    let most = repetition
        .max
        .unwrap_or(u32::MAX)
        .min(repetition.min.saturating_add(slack));
    let range = u64::from(most.saturating_sub(repetition.min)) + 1;
    repetition.min + u32::try_from(random.below(range)).unwrap_or(0)
}

/// A character of the class: a letter or digit if it has any, else a printable one, else its first.
fn character(class: &Class, random: &mut Random, bytes: &mut Vec<u8>) {
    let ranges: Vec<(char, char)> = match class {
        Class::Bytes(class) => {
            let ranges = class.iter();
            ranges
                .map(|range| (range.start().into(), range.end().into()))
                .collect()
        }
        Class::Unicode(class) => {
            let ranges = class.iter();
            ranges.map(|range| (range.start(), range.end())).collect()
        }
    };
    let contains = |letter: &char| {
        ranges
            .iter()
            .any(|(start, end)| (start..=end).contains(&letter))
    };
    let printable: Vec<char> = (' '..='~').filter(contains).collect();
    let preferred = printable
        .iter()
        .copied()
        .filter(char::is_ascii_alphanumeric);
    let preferred: Vec<char> = preferred.collect();
    let character = random
        .pick(&preferred)
        .or_else(|| random.pick(&printable))
        .copied();
    if let Some(character) = character.or_else(|| Some(ranges.first()?.0)) {
        bytes.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn made(pattern: &str, accepts: impl Fn(&str) -> bool) {
        let compiled = Pattern::compiled(pattern).unwrap();
        for seed in 0..100 {
            let text = compiled.make(Random::new(seed), &accepts).unwrap();
            assert!(compiled.matches(&text), "{pattern} made {text:?}");
        }
    }

    #[test]
    fn generated_strings_match_their_pattern() {
        made(r"^(user|org|mch)_\w{27}$", |text| text.contains('_'));
        made("^[A-Z]{2}$", |text| text.len() == 2);
        made("^from_oauth_(?:(?:token_)|(?:custom_))?[a-z]+$", |_| true);
        made("^[^_][A-Za-z0-9_-]*$", |_| true);
        made("^[ä-ö]$", |_| true);
        made(r"\bword$", |_| true);
    }

    #[test]
    fn a_minimum_length_beside_the_pattern_is_reached() {
        made(r"^(\S(.*\S)?)?$", |text| text.len() >= 20);
    }

    #[test]
    fn word_characters_are_ascii() {
        let word = Pattern::compiled(r"^\w$").unwrap();
        assert!(word.matches("a") && word.matches("_"));
        assert!(!word.matches("é"));
    }

    #[test]
    fn no_string_is_generated_if_none_can_match() {
        let pattern = Pattern::compiled("^a{3}$").unwrap();
        assert_eq!(pattern.make(Random::new(1), |text| text.len() > 3), None);
    }

    #[test]
    fn a_pattern_that_is_not_supported_or_too_large_is_an_error() {
        for pattern in [
            "(?=a)b",
            "[",
            "((a{1000}){1000}){1000}",
            "(((b?){900}){900}){900}",
        ] {
            let fault = Pattern::compiled(pattern).err().expect(pattern);
            assert!(fault.message.contains("is not supported"), "{fault:?}");
        }
    }
}
