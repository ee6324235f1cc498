//! The forms in which a text may contain a secret.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;

use crate::types::Secret;

/// The first bytes of escapes in JSON, URLs, forms and HTML.
pub(super) const LEADS: &[u8] = b"\\%+&";

/// The end of a secret that begins at a position, possibly with escapes.
pub(super) fn matches(text: &[u8], position: usize, secret: &[u8]) -> Option<usize> {
    let (end, matched) = compare(text, position, secret);
    (matched == secret.len()).then_some(end)
}

/// The longest escape of a character, unless it is encoded many times.
const LONGEST_ESCAPE: usize = 16;

/// Whether the text ends within a secret that begins at a position, after at least `least` bytes of it.
pub(super) fn is_cut_off(text: &[u8], position: usize, secret: &[u8], least: usize) -> bool {
    let (end, matched) = compare(text, position, secret);
    let rest = text.get(end..).unwrap_or_default();
    // An escape or a character may be cut off too.
    let is_end = rest.first().is_none_or(|first| {
        rest.len() < LONGEST_ESCAPE && (LEADS.contains(first) || *first >= 0x80)
    });
    matched >= least && is_end
}

/// Compares a text from a position with a secret: the end of the match, and how many bytes of the secret
/// match.
fn compare(text: &[u8], position: usize, secret: &[u8]) -> (usize, usize) {
    let (mut at, mut matched) = (position, 0);
    while matched < secret.len() {
        let left = &secret[matched..];
        let rest = text.get(at..).unwrap_or_default();
        let escaped = escape(rest).filter(|(character, _)| {
            let mut buffer = [0; 4];
            left.starts_with(character.encode(&mut buffer))
        });
        if let Some((character, length)) = escaped {
            matched += character.len();
            at += length;
        } else if rest.first() == left.first() {
            matched += 1;
            at += 1;
        } else {
            break;
        }
    }
    (at, matched)
}

/// A decoded escape.
#[derive(Clone, Copy)]
enum Unit {
    Character(char),
    /// A byte of a character, as in URLs.
    Byte(u8),
}

impl Unit {
    fn encode(self, buffer: &mut [u8; 4]) -> &[u8] {
        match self {
            Self::Character(character) => character.encode_utf8(buffer).as_bytes(),
            Self::Byte(byte) => {
                buffer[0] = byte;
                &buffer[..1]
            }
        }
    }

    fn len(self) -> usize {
        match self {
            Self::Character(character) => character.len_utf8(),
            Self::Byte(_) => 1,
        }
    }
}

/// The escape that a text begins with, and its length.
fn escape(text: &[u8]) -> Option<(Unit, usize)> {
    match text.first()? {
        b'\\' => json(text),
        b'%' => percent(text),
        b'+' => Some((Unit::Character(' '), 1)),
        b'&' => html(text),
        _ => None,
    }
}

/// How many backslashes count as one: as many as in JSON nested five times. Without a limit, a text of
/// backslashes would cost quadratic time.
const MOST_BACKSLASHES: usize = 31;

fn backslashes(text: &[u8]) -> usize {
    let beginning = text.iter().take(MOST_BACKSLASHES);
    beginning.take_while(|byte| **byte == b'\\').count()
}

/// JSON within JSON doubles the backslashes, so several of them count as one.
fn json(text: &[u8]) -> Option<(Unit, usize)> {
    let slashes = backslashes(text);
    let unit = |offset: usize| {
        let digits = text.get(offset..)?.strip_prefix(b"u")?.get(..4)?;
        hexadecimal(digits)
    };
    let (character, length) = match text.get(slashes) {
        Some(b'u') => {
            let high = unit(slashes)?;
            let behind = slashes + 5;
            if !(0xD800..0xDC00).contains(&high) {
                (char::from_u32(high)?, behind)
            } else {
                let more = backslashes(text.get(behind..)?);
                let low = unit(behind + more)?.checked_sub(0xDC00)?;
                let code = 0x10000 + ((high - 0xD800) << 10) + low;
                (char::from_u32(code)?, behind + more + 5)
            }
        }
        Some(b'"') => ('"', slashes + 1),
        Some(b'/') => ('/', slashes + 1),
        Some(b'n') => ('\n', slashes + 1),
        Some(b'r') => ('\r', slashes + 1),
        Some(b't') => ('\t', slashes + 1),
        _ if slashes > 1 => ('\\', slashes),
        _ => return None,
    };
    Some((Unit::Character(character), length))
}

/// `%5F`; encoded twice, `%255F` or `%25%35%46`.
fn percent(text: &[u8]) -> Option<(Unit, usize)> {
    let mut at = 1;
    while text.get(at..at + 2) == Some(b"25") && hexadecimal_pair(text, at + 2).is_some() {
        at += 2;
    }
    let (byte, end) = hexadecimal_pair(text, at)?;
    Some((Unit::Byte(byte), end))
}

/// Two digits, each possibly encoded itself, and their end.
fn hexadecimal_pair(text: &[u8], at: usize) -> Option<(u8, usize)> {
    let (high, at) = hexadecimal_digit(text, at)?;
    let (low, at) = hexadecimal_digit(text, at)?;
    Some((high << 4 | low, at))
}

fn hexadecimal_digit(text: &[u8], at: usize) -> Option<(u8, usize)> {
    let value = |digits: &[u8]| u8::try_from(hexadecimal(digits)?).ok();
    if *text.get(at)? != b'%' {
        return Some((value(&text[at..=at])?, at + 1));
    }
    let digit = value(text.get(at + 1..at + 3)?)?;
    Some((value(&[digit])?, at + 3))
}

/// `&#95;`, `&#x5f;`, `&amp;` and the like.
fn html(text: &[u8]) -> Option<(Unit, usize)> {
    const LONGEST: usize = 10;
    let end = text.iter().take(LONGEST).position(|byte| *byte == b';')?;
    let name = std::str::from_utf8(&text[1..end]).ok()?;
    let character = match name {
        "amp" => '&',
        "quot" => '"',
        "apos" => '\'',
        "lt" => '<',
        "gt" => '>',
        _ => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(digits) => u32::from_str_radix(digits, 16),
                None => number.parse(),
            };
            char::from_u32(code.ok()?)?
        }
    };
    Some((Unit::Character(character), end + 1))
}

fn hexadecimal(digits: &[u8]) -> Option<u32> {
    let digits = std::str::from_utf8(digits).ok()?;
    let is_hexadecimal = digits.bytes().all(|digit| digit.is_ascii_hexdigit());
    is_hexadecimal.then(|| u32::from_str_radix(digits, 16).ok())?
}

/// The base64 forms of a secret, one for each of its three possible offsets in the encoded text, such as
/// `user:secret`.
#[derive(Clone, Debug)]
pub(super) struct Base64(Vec<Secret>);

/// Shorter pieces may occur in any text.
const SHORTEST_PIECE: usize = 8;

impl Base64 {
    pub(super) fn of(secret: &[u8]) -> Self {
        let pieces = (0..3).filter_map(|before| {
            let mut bytes = vec![0; before];
            bytes.extend_from_slice(secret);
            let encoded = STANDARD_NO_PAD.encode(&bytes);
            // Only the characters of six bits that do not depend on the bytes around the secret.
            let piece = encoded.get((before * 8).div_ceil(6)..bytes.len() * 8 / 6)?;
            (piece.len() >= SHORTEST_PIECE).then(|| Secret::from(piece))
        });
        Self(pieces.collect())
    }

    /// The bytes with which a piece can begin.
    pub(super) fn beginnings(&self) -> impl Iterator<Item = u8> + '_ {
        let first = self
            .0
            .iter()
            .filter_map(|piece| piece.expose().bytes().next());
        first.flat_map(|byte| match byte {
            b'+' => [b'+', b'-'],
            b'/' => [b'/', b'_'],
            other => [other, other],
        })
    }

    /// The range of the base64 text with the secret at a position. It starts at `earliest` or later.
    pub(super) fn found(
        &self,
        text: &[u8],
        position: usize,
        earliest: usize,
    ) -> Option<(usize, usize)> {
        let here = &text[position..];
        let is_here = |piece: &Secret| {
            let piece = piece.expose().as_bytes();
            let equal = |(left, right): (&u8, &u8)| standard(*left) == *right;
            // Also if the text ends within it.
            here.len() >= SHORTEST_PIECE && here.iter().zip(piece).all(equal)
        };
        if !self.0.iter().any(is_here) {
            return None;
        }
        let before = text[earliest..position].iter().rev();
        let start = position - before.take_while(|byte| is_base64(**byte)).count();
        let end = position + here.iter().take_while(|byte| is_base64(**byte)).count();
        Some((start, end))
    }
}

fn standard(byte: u8) -> u8 {
    match byte {
        b'-' => b'+',
        b'_' => b'/',
        other => other,
    }
}

fn is_base64(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'-' | b'_' | b'=')
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "sk_test_\"é/😀 x";

    #[test]
    fn a_secret_is_found_however_it_is_written() {
        for text in [
            "sk_test_\"é/😀 x",
            r#"sk_test_\"é\/😀 x"#,
            r"\u0073k\u005Ftest_\u0022\u00e9\/\ud83d\ude00 x",
            r"\\u0073k_test_\\\u0022é/\\uD83D\\uDE00 x",
            "sk_test_%22%C3%A9%2f%F0%9f%98%80%20x",
            "sk%5Ftest%255f%2522%25C3%25A9/%F0%9F%98%80+x",
            "%25%37%33k%5Ftest_%22%C3%A9/%F0%9F%98%80%2520x",
            "&#115;k&#x5F;test_&quot;&#233;&#x2f;&#128512; x",
        ] {
            let end = matches(text.as_bytes(), 0, SECRET.as_bytes());
            assert_eq!(end, Some(text.len()), "{text}");
        }
        for text in [
            "sk_test_",
            "sk_test_\"é/😀 y",
            r"\u0073k_test",
            "%",
            "\\",
            "&#;",
        ] {
            assert_eq!(
                matches(text.as_bytes(), 0, SECRET.as_bytes()),
                None,
                "{text}"
            );
        }
    }
}
