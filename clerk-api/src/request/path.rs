//! Paths whose parameters cannot change the resource.
//!
//! An id is data and must not lead to another resource: `DELETE /users/` with `..` would be `DELETE /`.
//! So empty ids and dot segments are rejected, even if they are percent-encoded once or several times or
//! follow a backslash, because a proxy may decode and resolve them.

use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str, utf8_percent_encode};

use super::query::ENCODED;

/// More layers of percent-encoding than a real id has.
const MAX_LAYERS: usize = 10;

/// The characters that are encoded in a parameter: all that RFC 3986, section 3.3, does not allow in a
/// segment. Encoding more would fail on servers that do not decode the path: they would look for a role
/// set with the key `role_set%3Astandard`.
const SEGMENT: &AsciiSet = &ENCODED
    .remove(b'!')
    .remove(b'$')
    .remove(b'&')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')')
    .remove(b'*')
    .remove(b'+')
    .remove(b',')
    .remove(b';')
    .remove(b'=')
    .remove(b':')
    .remove(b'@');

/// The characters that are encoded in a path written by the caller. Existing escapes are kept.
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
        let value = value_of(name).ok_or_else(|| {
            format!("the path parameter {name:?} has no value; set it with `path`")
        })?;
        check_value(name, value)?;
        path.push_str(before);
        path.extend(utf8_percent_encode(value, SEGMENT));
        rest = after;
    }
    path.push_str(rest);
    Ok(path)
}

fn check_value(name: &str, value: &str) -> Result<(), String> {
    if value.is_empty() {
        return Err(format!(
            "the path parameter {name:?} is empty; pass the id of the resource"
        ));
    }
    if has_dot_segment(value) {
        return Err(format!(
            "the path parameter {name:?} has a \".\" or \"..\" segment, which would change the path; pass the id of the resource"
        ));
    }
    Ok(())
}

/// Validates and encodes a path written by the caller.
pub(super) fn check_custom(path: &str) -> Result<String, String> {
    if !path.starts_with('/') || path.starts_with("//") {
        return Err("the path must begin with one \"/\", as in \"/users\"".to_owned());
    }
    if path.contains(['?', '#']) {
        return Err("the path contains \"?\" or \"#\"; set the query with `query`".to_owned());
    }
    if path.len() > 1 && path.split('/').skip(1).any(str::is_empty) {
        return Err("the path has an empty segment; an id may be missing".to_owned());
    }
    if has_dot_segment(path) {
        return Err("the path has a \".\" or \"..\" segment; remove it".to_owned());
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

/// URL parsers remove control characters, and some ignore what follows a `;`.
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

/// A path without ids, such as `/users/{}`. Only plain words and placeholders are kept.
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
        for ordinary in [
            "user_1", "a.b", "...", "a..b", "100%", "%zz", "a/b", "é", "..a",
        ] {
            assert!(!has_dot_segment(ordinary), "{ordinary}");
        }
    }

    #[test]
    fn endless_encoding_is_rejected() {
        let text = format!("%{}41", "25".repeat(40));
        assert!(has_dot_segment(&text));
    }

    #[test]
    fn possible_ids_are_left_out_of_a_template() {
        assert_eq!(template_of("/users/user_2abc/ban"), "/users/{}/ban");
        assert_eq!(template_of("/users/{user_id}"), "/users/{user_id}");
        assert_eq!(template_of("/users"), "/users");
    }
}
