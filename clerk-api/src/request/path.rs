//! Paths that stay where they belong.
//!
//! An id is data: whatever is in it, it must not lead to another resource. `DELETE /users/` + `..`
//! would be `DELETE /`. So empty ids and dot segments are refused, also when they are hidden by
//! percent-encoding, once or several times, or behind a backslash, because a proxy on the way may
//! decode and resolve them.

use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str, utf8_percent_encode};

use super::query::ENCODED;

/// No honest id is encoded more often.
const MAX_LAYERS: usize = 10;

/// What a path cannot hold, of a path that the caller wrote: encodings in it stay.
const PATH: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'<')
    .add(b'>')
    .add(b'\\')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

/// Fills the placeholders of a template: `/users/{user_id}`.
pub(super) fn fill<'a>(
    template: &str,
    value_of: impl Fn(&str) -> Option<&'a str>,
) -> Result<String, String> {
    let mut path = String::with_capacity(template.len() + 32);
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        let Some((name, after)) = after.split_once('}') else {
            break;
        };
        let value = value_of(name)
            .ok_or_else(|| format!("the path parameter {name:?} has no value; set it"))?;
        check_value(name, value)?;
        path.push_str(before);
        path.extend(utf8_percent_encode(value, ENCODED));
        rest = after;
    }
    path.push_str(rest);
    Ok(path)
}

fn check_value(name: &str, value: &str) -> Result<(), String> {
    if value.is_empty() {
        return Err(format!(
            "the path parameter {name:?} is empty; give the id of the resource"
        ));
    }
    if has_dot_segment(value) {
        return Err(format!(
            "the path parameter {name:?} would lead out of its place (\".\" or \"..\"); give the id of the resource"
        ));
    }
    Ok(())
}

/// Checks and encodes a path that the caller wrote.
pub(super) fn check_custom(path: &str) -> Result<String, String> {
    if !path.starts_with('/') || path.starts_with("//") {
        return Err("the path must begin with one \"/\", as in \"/users\"".to_owned());
    }
    if path.contains(['?', '#']) {
        return Err("the path holds \"?\" or \"#\"; set the query with `query`".to_owned());
    }
    if path.len() > 1 && path.split('/').skip(1).any(str::is_empty) {
        return Err("the path holds an empty segment; an id may be missing".to_owned());
    }
    if has_dot_segment(path) {
        return Err("the path holds a \".\" or \"..\" segment".to_owned());
    }
    Ok(utf8_percent_encode(path, PATH).to_string())
}

/// Whether a segment is `.` or `..`, at any layer of percent-encoding.
pub(crate) fn has_dot_segment(text: &str) -> bool {
    let mut current = text.to_owned();
    for _ in 0..MAX_LAYERS {
        if current.split(['/', '\\']).any(is_dot_segment) {
            return true;
        }
        let decoded = percent_decode_str(&current)
            .decode_utf8_lossy()
            .into_owned();
        if decoded == current {
            return false;
        }
        current = decoded;
    }
    true
}

/// Parsers of addresses drop control characters, and some cut what follows a `;`.
fn is_dot_segment(segment: &str) -> bool {
    let segment = segment.split(';').next().unwrap_or(segment);
    let mut dots = 0;
    for character in segment.chars().filter(|character| !character.is_control()) {
        if character != '.' {
            return false;
        }
        dots += 1;
    }
    dots == 1 || dots == 2
}

/// A path without what may be an id in it: `/users/{}`. Only plain words stay.
pub(super) fn template_of(path: &str) -> String {
    let is_word = |segment: &str| {
        segment.len() <= 40
            && segment
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || matches!(byte, b'_' | b'-'))
    };
    let is_placeholder =
        |segment: &str| segment.starts_with('{') && segment.ends_with('}') && segment.len() <= 64;
    path.split('/')
        .map(|segment| {
            if is_word(segment) || is_placeholder(segment) {
                segment
            } else {
                "{}"
            }
        })
        .collect::<Vec<_>>()
        .join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dot_segments_are_found_at_every_layer() {
        for hidden in [
            ".",
            "..",
            "%2e",
            "%2E%2e",
            "%252e%252e",
            "%25252e",
            "a/..",
            "a/../b",
            "a\\..\\b",
            "a%2f..%2fb",
            "a%5c%2e%2e",
            "..;x",
            ".\t.",
            "%2e%00%2e",
        ] {
            assert!(has_dot_segment(hidden), "{hidden}");
        }
        for honest in [
            "user_1", "a.b", "...", "a..b", "100%", "%zz", "a/b", "é", "..a",
        ] {
            assert!(!has_dot_segment(honest), "{honest}");
        }
    }

    #[test]
    fn endless_encoding_is_refused() {
        let text = format!("%{}41", "25".repeat(40));
        assert!(has_dot_segment(&text));
    }

    #[test]
    fn what_may_be_an_id_is_left_out_of_a_template() {
        assert_eq!(template_of("/users/user_2abc/ban"), "/users/{}/ban");
        assert_eq!(template_of("/users/{user_id}"), "/users/{user_id}");
        assert_eq!(template_of("/users"), "/users");
    }
}
