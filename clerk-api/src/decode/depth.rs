//! JSON that is nested too deeply to be read. End users write some of it (`unsafe_metadata`), and one of
//! them must not break a page of users, or every delivery of a webhook.

use std::borrow::Cow;

/// The reported repair.
pub(super) const REPAIR: &str = "a value nested too deeply became null";

/// How many levels objects and lists may be nested. serde_json reads 127.
const DEEPEST: usize = 100;

const NULL: &str = "null";

/// The JSON text with null for each object and list that is too deep. It is borrowed if there is none, or
/// if the text ends within one.
pub(super) fn cut(text: &str) -> Cow<'_, str> {
    let mut shallow = String::new();
    let (mut depth, mut kept, mut start) = (0_usize, 0, 0);
    let (mut is_in_string, mut is_escaped) = (false, false);
    for (position, byte) in text.bytes().enumerate() {
        if is_in_string {
            match byte {
                _ if is_escaped => is_escaped = false,
                b'\\' => is_escaped = true,
                b'"' => is_in_string = false,
                _ => {}
            }
            continue;
        }
        match byte {
            b'"' => is_in_string = true,
            b'{' | b'[' => {
                if depth == DEEPEST {
                    start = position;
                }
                depth += 1;
            }
            b'}' | b']' => {
                depth = depth.saturating_sub(1);
                let length = position + 1 - start;
                // Shorter values contain nothing deeper.
                if depth == DEEPEST && length > NULL.len() {
                    shallow.push_str(&text[kept..start]);
                    shallow.push_str(NULL);
                    // Padded to the same length, so that positions in the text stay the same.
                    shallow.extend(std::iter::repeat_n(' ', length - NULL.len()));
                    kept = position + 1;
                }
            }
            _ => {}
        }
    }
    if kept == 0 || depth > 0 {
        return Cow::Borrowed(text);
    }
    shallow.push_str(&text[kept..]);
    Cow::Owned(shallow)
}

#[cfg(test)]
mod tests {
    use super::{DEEPEST, cut};

    fn nested(levels: usize, inner: &str) -> String {
        format!("{}{inner}{}", "[".repeat(levels), "]".repeat(levels))
    }

    #[test]
    fn only_what_is_too_deep_becomes_null() {
        for fine in [
            nested(DEEPEST, "1"),
            nested(DEEPEST, "[]"),
            nested(1, &format!(r#""{}""#, "[".repeat(500))),
            nested(1, &format!(r#""\"{}\\""#, "{".repeat(500))),
            "[".repeat(500),
            "]".repeat(500),
        ] {
            assert_eq!(cut(&fine), fine);
        }
        let deep = nested(500, "é");
        let shallow = cut(&deep);
        assert_eq!(shallow.len(), deep.len());
        let value: serde_json::Value = serde_json::from_str(&shallow).expect("JSON");
        let without_blanks = shallow.replace(' ', "");
        assert_eq!(without_blanks, nested(DEEPEST, "null"));
        assert!(value.is_array());
    }
}
