//! The cookies that authentication uses.

use std::borrow::Cow;

use http::HeaderMap;
use http::header::COOKIE;
use percent_encoding::percent_decode;

/// Clerk's cookies. Those with a suffix belong to one instance, so that several instances can share a domain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cookie {
    /// The session token.
    Session,
    SessionSuffixed,
    /// When the browser's state last changed.
    ClientUat,
    ClientUatSuffixed,
    /// The refresh token, which is read only with a suffix.
    RefreshSuffixed,
    /// The token of a browser in development.
    DevBrowser,
    DevBrowserSuffixed,
    Handshake,
    HandshakeNonce,
    RedirectCount,
}

const COUNT: usize = 10;

/// The names of the cookies of one instance.
#[derive(Clone, Debug)]
pub(crate) struct CookieNames([String; COUNT]);

impl CookieNames {
    pub(crate) fn new(suffix: &str) -> Self {
        let suffixed = |name: &str| format!("{name}_{suffix}");
        // In the order of `Cookie`.
        Self([
            "__session".to_owned(),
            suffixed("__session"),
            "__client_uat".to_owned(),
            suffixed("__client_uat"),
            suffixed("__refresh"),
            "__clerk_db_jwt".to_owned(),
            suffixed("__clerk_db_jwt"),
            "__clerk_handshake".to_owned(),
            "__clerk_handshake_nonce".to_owned(),
            "__clerk_redirect_count".to_owned(),
        ])
    }

    pub(crate) fn of(&self, cookie: Cookie) -> &str {
        &self.0[cookie as usize]
    }
}

/// The cookies of a request, found in one pass.
#[derive(Clone, Default)]
pub(crate) struct Cookies<'r>([Option<&'r [u8]>; COUNT]);

impl<'r> Cookies<'r> {
    /// Reads every `Cookie` header. Of several cookies of one name the first counts: browsers send
    /// the one with the longest path first (RFC 6265, section 5.4).
    pub(crate) fn read(headers: &'r HeaderMap, names: &CookieNames) -> Self {
        let mut cookies = Self::default();
        for header in headers.get_all(COOKIE) {
            for pair in header.as_bytes().split(|byte| *byte == b';') {
                let Some(equals) = pair.iter().position(|byte| *byte == b'=') else {
                    continue;
                };
                let (name, value) = (pair[..equals].trim_ascii(), &pair[equals + 1..]);
                if !name.starts_with(b"__") {
                    continue;
                }
                let index = names.0.iter().position(|known| known.as_bytes() == name);
                if let Some(slot) = index.map(|index| &mut cookies.0[index]) {
                    slot.get_or_insert(value.trim_ascii());
                }
            }
        }
        cookies
    }

    /// The value, percent-decoded if possible. `None` if it is empty.
    pub(crate) fn get(&self, cookie: Cookie) -> Option<Cow<'r, str>> {
        let value = self.0[cookie as usize].filter(|value| !value.is_empty())?;
        if !value.contains(&b'%') {
            return Some(String::from_utf8_lossy(value));
        }
        if is_encoded(value)
            && let Ok(decoded) = percent_decode(value).decode_utf8()
        {
            return Some(decoded);
        }
        Some(String::from_utf8_lossy(value))
    }
}

/// Whether two hexadecimal digits follow each percent sign.
fn is_encoded(value: &[u8]) -> bool {
    value
        .split(|byte| *byte == b'%')
        .skip(1)
        .all(|rest| rest.len() >= 2 && rest[..2].iter().all(u8::is_ascii_hexdigit))
}

/// The session token among `Set-Cookie` lines: the value of the last one whose name begins with `__session`.
/// It is empty if the cookie is removed.
pub(crate) fn session_token_of<'l>(lines: impl IntoIterator<Item = &'l str>) -> Option<&'l str> {
    lines.into_iter().filter_map(session_value).last()
}

fn session_value(line: &str) -> Option<&str> {
    let (name, rest) = line.split_once('=')?;
    name.trim().starts_with("__session").then(|| {
        let value = rest.split(';').next().unwrap_or_default();
        value.trim()
    })
}

#[cfg(test)]
mod tests {
    use http::HeaderMap;
    use http::header::{COOKIE, HeaderValue};

    use super::{Cookie, CookieNames, Cookies, session_token_of};

    fn read(lines: &[&[u8]], cookie: Cookie) -> Option<String> {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(COOKIE, HeaderValue::from_bytes(line).expect("a header"));
        }
        let cookies = Cookies::read(&headers, &CookieNames::new("QvfNY2dr"));
        cookies.get(cookie).map(|value| value.into_owned())
    }

    fn session(line: &str) -> Option<String> {
        read(&[line.as_bytes()], Cookie::Session)
    }

    #[test]
    fn cookies_are_found_by_name_with_and_without_suffix() {
        let line: &[u8] = b"a=1; __session=plain;__session_QvfNY2dr=own; __session_1Z8AzTQD=other";
        assert_eq!(read(&[line], Cookie::Session).as_deref(), Some("plain"));
        assert_eq!(
            read(&[line], Cookie::SessionSuffixed).as_deref(),
            Some("own")
        );
        assert_eq!(read(&[line], Cookie::ClientUat), None);
        let lines: [&[u8]; 2] = [b"a=1", b"__client_uat=2"];
        assert_eq!(read(&lines, Cookie::ClientUat).as_deref(), Some("2"));
    }

    #[test]
    fn the_first_of_one_name_counts() {
        assert_eq!(session("__session=a; __session=b").as_deref(), Some("a"));
        assert_eq!(session("__session=; __session=b"), None);
    }

    #[test]
    fn values_are_split_before_they_are_decoded() {
        assert_eq!(session("__session=a%3Bb%3D%20c").as_deref(), Some("a;b= c"));
        assert_eq!(
            session("__session=a%3b%20__client_uat=1").as_deref(),
            Some("a; __client_uat=1")
        );
        assert_eq!(read(&[b"x=%3B__session=a"], Cookie::Session), None);
    }

    #[test]
    fn undecodable_values_are_used_as_they_are() {
        for raw in ["%E0%A4%A", "a%zz", "%", "%4", "%FF"] {
            assert_eq!(session(&format!("__session={raw}")).as_deref(), Some(raw));
        }
        let read = read(&[b"__session=a\xffb"], Cookie::Session);
        assert_eq!(read.as_deref(), Some("a\u{fffd}b"));
    }

    #[test]
    fn quotes_around_a_value_are_part_of_it() {
        assert_eq!(session("__session=\"a\"").as_deref(), Some("\"a\""));
        assert_eq!(session("__session=\"").as_deref(), Some("\""));
    }

    #[test]
    fn a_value_may_hold_equals_signs() {
        assert_eq!(session("__session=a=b==").as_deref(), Some("a=b=="));
        assert_eq!(session("__session"), None);
    }

    #[test]
    fn the_last_session_among_set_cookie_lines_counts() {
        let lines = [
            "__session=a; Path=/",
            "__client_uat=1",
            "__session_QvfNY2dr=b; Secure",
        ];
        assert_eq!(session_token_of(lines), Some("b"));
        assert_eq!(
            session_token_of(["__session=a", "__session_x=; Max-Age=0"]),
            Some("")
        );
        assert_eq!(session_token_of(["__client_uat=1"]), None);
    }
}
