//! Patterns of strings: checks strings, and generates some that match.
//!
//! As in ECMAScript, `\w` and `\d` are ASCII.

use regex::bytes::{Regex, RegexBuilder};
use regex_syntax::ParserBuilder;
use regex_syntax::hir::{Class, Hir, HirKind, Repetition};

use crate::random::Random;

pub(crate) struct Pattern {
    regex: Regex,
    syntax: Hir,
}

impl Pattern {
    /// `None` if the text is not a regular expression that is supported here.
    pub(crate) fn new(text: &str) -> Option<Self> {
        let regex = RegexBuilder::new(text).unicode(false).build().ok()?;
        let mut parser = ParserBuilder::new().unicode(false).utf8(false).build();
        let syntax = parser.parse(text).ok()?;
        Some(Self { regex, syntax })
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
        HirKind::Class(class) => bytes.extend(character(class, random)),
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

/// A character of the class: a letter or digit if it has any, else a printable one.
fn character(class: &Class, random: &mut Random) -> Option<u8> {
    let contains = |byte: u8| match class {
        Class::Bytes(class) => class
            .iter()
            .any(|range| (range.start()..=range.end()).contains(&byte)),
        Class::Unicode(class) => class
            .iter()
            .any(|range| (range.start()..=range.end()).contains(&char::from(byte))),
    };
    let wanted = |wanted: fn(&u8) -> bool| -> Vec<u8> {
        (0..=127)
            .filter(wanted)
            .filter(|byte| contains(*byte))
            .collect()
    };
    let preferred = wanted(u8::is_ascii_alphanumeric);
    if !preferred.is_empty() {
        return random.pick(&preferred).copied();
    }
    random
        .pick(&wanted(|byte| (b' '..=b'~').contains(byte)))
        .copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn made(pattern: &str, accepts: impl Fn(&str) -> bool) {
        let compiled = Pattern::new(pattern).unwrap();
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
    }

    #[test]
    fn a_minimum_length_beside_the_pattern_is_reached() {
        made(r"^(\S(.*\S)?)?$", |text| text.len() >= 20);
    }

    #[test]
    fn word_characters_are_ascii() {
        let word = Pattern::new(r"^\w$").unwrap();
        assert!(word.matches("a") && word.matches("_"));
        assert!(!word.matches("é"));
    }

    #[test]
    fn no_string_is_generated_if_none_can_match() {
        let pattern = Pattern::new("^a{3}$").unwrap();
        assert_eq!(pattern.make(Random::new(1), |text| text.len() > 3), None);
    }
}
