//! Escapes of half a surrogate pair, which JSON allows (RFC 8259, section 8.2) and a Rust string cannot
//! represent. They come from systems that cut text in the middle of a character.

use std::borrow::Cow;

/// The reported repair.
pub(super) const REPAIR: &str = "a lone surrogate became U+FFFD";

/// The length of `\uD83D`.
const ESCAPE: usize = 6;

/// The JSON text with each lone surrogate replaced by U+FFFD. It is borrowed if there is none.
pub(crate) fn replaced(text: &str) -> Cow<'_, str> {
    let lone = Escapes { text, position: 0 };
    let mut repaired: Option<String> = None;
    for position in lone {
        // The replacement has the same length, so that positions in the text stay the same.
        repaired
            .get_or_insert_with(|| text.to_owned())
            .replace_range(position..position + ESCAPE, "\\ufffd");
    }
    repaired.map_or(Cow::Borrowed(text), Cow::Owned)
}

/// The positions of all lone surrogates.
struct Escapes<'a> {
    text: &'a str,
    position: usize,
}

impl Iterator for Escapes<'_> {
    type Item = usize;

    fn next(&mut self) -> Option<usize> {
        loop {
            let found = self.text.get(self.position..)?.find('\\')? + self.position;
            let (length, lone) = match unit(self.text, found) {
                Some(0xD800..=0xDBFF) => match unit(self.text, found + ESCAPE) {
                    Some(0xDC00..=0xDFFF) => (2 * ESCAPE, false),
                    _ => (ESCAPE, true),
                },
                Some(0xDC00..=0xDFFF) => (ESCAPE, true),
                Some(_) => (ESCAPE, false),
                // The character after a backslash may be a backslash itself.
                None => {
                    let escaped = self.text[found + 1..].chars().next()?;
                    (1 + escaped.len_utf8(), false)
                }
            };
            self.position = found + length;
            if lone {
                return Some(found);
            }
        }
    }
}

/// The UTF-16 unit that is escaped at a position.
fn unit(text: &str, position: usize) -> Option<u32> {
    let digits = text.get(position..position + ESCAPE)?.strip_prefix("\\u")?;
    let is_hexadecimal = digits.bytes().all(|digit| digit.is_ascii_hexdigit());
    is_hexadecimal.then(|| u32::from_str_radix(digits, 16).ok())?
}

#[cfg(test)]
mod tests {
    use super::replaced;

    #[test]
    fn only_lone_surrogates_are_replaced() {
        for (written, expected) in [
            (r#""\ud83d\ude00""#, r#""\ud83d\ude00""#),
            (r#""\uD83D""#, r#""\ufffd""#),
            (r#""\ude00\ud83d""#, r#""\ufffd\ufffd""#),
            (r#""\ud83d\ud83d\ude00""#, r#""\ufffd\ud83d\ude00""#),
            (r#""\\ud83d""#, r#""\\ud83d""#),
            (r#""\\\ud83dx""#, r#""\\\ufffdx""#),
            (r#""\u00e9 é""#, r#""\u00e9 é""#),
            (r#""\ud83"#, r#""\ud83"#),
            (r#""\é\ud83d"#, r#""\é\ufffd"#),
            ("\"\\", "\"\\"),
        ] {
            assert_eq!(replaced(written), expected, "{written}");
        }
    }
}
