//! The secrets in the headers of a call.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderMap, HeaderName, HeaderValue, header};
use percent_encoding::percent_decode_str;

use crate::types::Secret;

/// A header is secret if its name contains one of these.
const TELLING: &[&str] = &[
    "auth",
    "bearer",
    "cookie",
    "credential",
    "jwt",
    "key",
    "password",
    "secret",
    "session",
    "token",
];

/// Calls `add` with every secret.
pub(super) fn of_headers(headers: &HeaderMap, mut add: impl FnMut(Secret)) {
    for (name, value) in headers {
        if !is_secret(name, value) {
            continue;
        }
        let value = String::from_utf8_lossy(value.as_bytes());
        match *name {
            header::AUTHORIZATION | header::PROXY_AUTHORIZATION => {
                of_authorization(&value, &mut add);
            }
            header::COOKIE => of_cookies(&value, &mut add),
            _ => add(Secret::from(value.trim())),
        }
    }
}

/// Whether a header is secret: by its name, or because the caller marked it as sensitive.
pub(crate) fn is_secret(name: &HeaderName, value: &HeaderValue) -> bool {
    value.is_sensitive() || TELLING.iter().any(|part| name.as_str().contains(part))
}

/// A scheme such as `Bearer`, and a credential.
fn of_authorization(value: &str, add: &mut impl FnMut(Secret)) {
    let parts = value.trim().split_once([' ', '\t']);
    let (scheme, credential) = parts.unwrap_or(("", value));
    let credential = credential.trim();
    add(Secret::from(credential));
    if !scheme.eq_ignore_ascii_case("basic") {
        return;
    }
    let decoded = STANDARD.decode(credential).ok();
    if let Some(pair) = decoded.and_then(|pair| String::from_utf8(pair).ok())
        && let Some((user, password)) = pair.split_once(':')
    {
        // A secret key is before the colon, a password after it.
        add(Secret::from(user));
        add(Secret::from(password));
    }
}

/// Adds each cookie: a server may repeat a single one.
fn of_cookies(value: &str, add: &mut impl FnMut(Secret)) {
    for cookie in value.split(';') {
        let value = cookie.split_once('=').map_or(cookie, |(_, value)| value);
        let value = value.trim().trim_matches('"');
        add(Secret::from(value));
        if value.contains('%') {
            let decoded = percent_decode_str(value).decode_utf8_lossy();
            add(Secret::from(decoded.as_ref()));
        }
    }
}
