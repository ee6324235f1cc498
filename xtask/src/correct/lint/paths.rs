//! Paths: templates that a client can fill in and append to the address of the server.

use std::collections::BTreeSet;

use super::{IN_AN_OVERLAY, Source};
use crate::support::error::Findings;
use crate::support::pointer;

/// The characters of a segment besides letters and digits (RFC 3986, 3.3).
const PUNCTUATION: &str = "-._~!$&'()*+,;=:@%";

pub(super) fn check(source: Source<'_>, findings: &mut Findings) {
    let paths = source.document.get("paths").and_then(|all| all.as_object());
    let paths = paths.into_iter().flatten().map(|(path, _)| path);
    // An import drops extensions.
    for path in paths.filter(|path| !path.starts_with("x-")) {
        if let Some(fault) = fault(path) {
            findings.report(
                pointer::child("#/paths", path),
                format!("the path {fault}"),
                format!(
                    "write it as `/things/{{thing_id}}/parts`, correcting it {IN_AN_OVERLAY} if \
                     upstream's document has it"
                ),
            );
        }
    }
}

fn fault(path: &str) -> Option<String> {
    let Some(rest) = path.strip_prefix('/') else {
        return Some("does not start with a slash".to_owned());
    };
    let segments: Vec<&str> = rest.split('/').collect();
    let mut placeholders = BTreeSet::new();
    for (index, segment) in segments.iter().enumerate() {
        if segment.is_empty() && index + 1 < segments.len() {
            return Some("has an empty segment".to_owned());
        }
        // Clients of HTTP resolve these, in either form.
        if [".", ".."].contains(&segment.to_ascii_lowercase().replace("%2e", ".").as_str()) {
            return Some(format!(
                "has the segment `{segment}`, which leads elsewhere"
            ));
        }
        let mut rest = *segment;
        while let Some((before, after)) = rest.split_once('{') {
            let Some((name, after)) = after.split_once('}') else {
                return Some("has a `{` without a `}`".to_owned());
            };
            if name.is_empty() || name.contains('{') {
                return Some("has a placeholder without a valid name".to_owned());
            }
            if !placeholders.insert(name) {
                return Some(format!("has the placeholder `{name}` twice"));
            }
            if let Some(fault) = text_fault(before) {
                return Some(fault);
            }
            rest = after;
        }
        if let Some(fault) = text_fault(rest) {
            return Some(fault);
        }
    }
    None
}

/// What is wrong with the text beside placeholders.
fn text_fault(text: &str) -> Option<String> {
    if text.contains('}') {
        return Some("has a `}` without a `{`".to_owned());
    }
    let is_allowed =
        |character: char| character.is_ascii_alphanumeric() || PUNCTUATION.contains(character);
    if let Some(character) = text.chars().find(|character| !is_allowed(*character)) {
        return Some(format!("has {character:?}, which cannot be part of a path"));
    }
    let is_hex = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_hexdigit);
    let bytes = text.as_bytes();
    let incomplete = bytes.iter().enumerate().any(|(index, byte)| {
        *byte == b'%' && !(is_hex(bytes.get(index + 1)) && is_hex(bytes.get(index + 2)))
    });
    incomplete.then(|| "has a `%` without two hexadecimal digits".to_owned())
}
