//! The cookies that authentication looks at.

use std::borrow::Cow;

use http::HeaderMap;
use http::header::COOKIE;
use percent_encoding::percent_decode;

/// The cookies of Clerk's. Those with a suffix belong to one instance, so that several can live on
/// one domain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cookie {
    /// The session token.
    Session,
    SessionSuffixed,
    /// When the browser's state last changed.
    ClientUat,
    ClientUatSuffixed,
    /// The refresh token, which is only ever read with its suffix.
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
                    slot.get_or_insert(unquoted(value.trim_ascii()));
                }
            }
        }
        cookies
    }

    /// The value, percent-decoded; as it is where it cannot be. An empty one is as good as none.
    pub(crate) fn get(&self, cookie: Cookie) -> Option<Cow<'r, str>> {
        let value = self.0[cookie as usize].filter(|value| !value.is_empty())?;
        if !value.contains(&b'%') {
            return Some(String::from_utf8_lossy(value));
        }
        if is_encoded(value) {
            if let Ok(decoded) = percent_decode(value).decode_utf8() {
                return Some(decoded);
            }
        }
        Some(String::from_utf8_lossy(value))
    }
}

fn unquoted(value: &[u8]) -> &[u8] {
    match value {
        [b'"', inner @ .., b'"'] => inner,
        value => value,
    }
}

/// Whether two hexadecimal digits follow each percent sign.
fn is_encoded(value: &[u8]) -> bool {
    value
        .split(|byte| *byte == b'%')
        .skip(1)
        .all(|rest| rest.len() >= 2 && rest[..2].iter().all(u8::is_ascii_hexdigit))
}

/// The session token among `Set-Cookie` lines: the value of the last one whose name begins with
/// `__session`, which is empty where the cookie is taken away.
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
