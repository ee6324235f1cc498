//! The parts of a browser's request that authentication uses, and which of its cookies count.

use std::borrow::Cow;

use http::request::Parts;
use http::{HeaderName, Method, Uri};
use url::Url;

use super::config::Browser;
use crate::cookies::{Cookie, Cookies};
use crate::error::Error;
use crate::original_uri::original_uri;
use crate::public_url::{PublicUrl, query_parameter};
use crate::token::{Issuer, Peek, TokenError, peek};

/// A browser's request, with everything that is read from it once.
pub(super) struct Context<'r> {
    pub(super) browser: &'r Browser,
    pub(super) request: &'r Parts,
    /// The URI that the client requested.
    pub(super) uri: &'r Uri,
    pub(super) cookies: Cookies<'r>,
    /// The token of the `Authorization` header.
    pub(super) header_token: Option<Cow<'r, str>>,
    /// Whether cookies with a suffix count.
    pub(super) suffixed: bool,
    pub(super) session_cookie: Option<Cow<'r, str>>,
    /// The unverified claims of the session cookie.
    pub(super) peeked: Option<Result<Peek, TokenError>>,
    /// When the browser's state last changed, in Unix seconds; 0 if it is signed out.
    pub(super) client_uat: i64,
    pub(super) dev_browser: Option<Cow<'r, str>>,
    /// How often the browser was sent to a handshake in the last seconds.
    pub(super) redirects: i64,
}

impl<'r> Context<'r> {
    /// Reads a request at a time given in Unix milliseconds.
    pub(super) fn read(
        browser: &'r Browser,
        request: &'r Parts,
        header_token: Option<Cow<'r, str>>,
        now: i64,
    ) -> Self {
        browser.proxy_warnings.forwarded_headers(browser, request);
        let uri = original_uri(request);
        let cookies = Cookies::read(&request.headers, &browser.cookie_names);
        let mut plain = Chosen {
            session: cookies.get(Cookie::Session),
            client_uat: cookies.get(Cookie::ClientUat),
            peeked: None,
        };
        let mut with_suffix = Chosen {
            session: cookies.get(Cookie::SessionSuffixed),
            client_uat: cookies.get(Cookie::ClientUatSuffixed),
            peeked: None,
        };
        let suffixed = uses_suffixed(browser, &mut plain, &mut with_suffix, now);
        let (mut chosen, dev_browser) = if suffixed {
            (with_suffix, cookies.get(Cookie::DevBrowserSuffixed))
        } else {
            (plain, cookies.get(Cookie::DevBrowser))
        };
        let dev_browser = query_parameter(uri, DEV_BROWSER)
            .filter(|value| !value.is_empty())
            .or(dev_browser);
        let redirects = cookies.get(Cookie::RedirectCount);
        let peeked = chosen.session.is_some().then(|| chosen.peek(browser));
        Self {
            browser,
            request,
            uri,
            header_token,
            suffixed,
            client_uat: integer(chosen.client_uat.as_deref()),
            session_cookie: chosen.session,
            peeked,
            dev_browser,
            // A negative count would allow a long loop.
            redirects: integer(redirects.as_deref()).max(0),
            cookies,
        }
    }

    /// The session token, from the header or the cookie.
    pub(super) fn session_token(&self) -> Option<&str> {
        self.session_cookie
            .as_deref()
            .or(self.header_token.as_deref())
    }

    pub(super) fn parameter(&self, name: &str) -> Option<Cow<'r, str>> {
        query_parameter(self.uri, name)
    }

    /// The query parameter with the name of a cookie or, if there is none, the cookie.
    pub(super) fn parameter_or_cookie(&self, cookie: Cookie) -> Option<Cow<'r, str>> {
        self.parameter(self.browser.cookie_names.of(cookie))
            .filter(|value| !value.is_empty())
            .or_else(|| self.cookies.get(cookie))
    }

    pub(super) fn header(&self, name: &HeaderName) -> Option<&'r str> {
        let value = self.request.headers.get(name)?.to_str().ok()?;
        Some(value).filter(|value| !value.is_empty())
    }

    pub(super) fn is_get(&self) -> bool {
        self.request.method == Method::GET
    }

    /// Whether the browser loads a page, according to `sec-fetch-dest`.
    pub(super) fn is_document(&self) -> bool {
        self.header(&SEC_FETCH_DEST) == Some("document")
    }

    /// The URL that the browser requested.
    pub(super) fn public_url(&self) -> Result<PublicUrl, Error> {
        PublicUrl::of(
            self.request,
            self.uri,
            self.browser.trust_forwarded_headers,
            self.browser.public_origin.as_ref(),
        )
    }

    /// The same URL, for the browser or Clerk. Logs a warning if it cannot be right.
    pub(super) fn stated_url(&self) -> Result<Url, Error> {
        let url = self.public_url()?.url;
        let warnings = &self.browser.proxy_warnings;
        warnings.plain_http(self.browser, self.request, &url);
        Ok(url)
    }
}

pub(super) const DEV_BROWSER: &str = "__clerk_db_jwt";
pub(super) const SEC_FETCH_DEST: HeaderName = HeaderName::from_static("sec-fetch-dest");

/// One of the two sets of cookies.
struct Chosen<'r> {
    session: Option<Cow<'r, str>>,
    client_uat: Option<Cow<'r, str>>,
    /// The unverified claims of the session token, once read.
    peeked: Option<Result<Peek, TokenError>>,
}

impl Chosen<'_> {
    fn peek(&mut self, browser: &Browser) -> Result<Peek, TokenError> {
        let session = self.session.as_deref().unwrap_or_default();
        let peeked = self
            .peeked
            .get_or_insert_with(|| peek(session, browser.frontend_api.issuing_host()));
        peeked.clone()
    }
}

/// Whether the cookies with a suffix count, or those without, which an older front end or another instance on
/// the same domain may have left. The order of the checks matters.
fn uses_suffixed(
    browser: &Browser,
    plain: &mut Chosen<'_>,
    suffixed: &mut Chosen<'_>,
    now: i64,
) -> bool {
    let mut plain_issued_at = 0.0;
    if plain.session.is_some() {
        let Ok(token) = plain.peek(browser) else {
            return false;
        };
        match token.issuer {
            Issuer::Missing => return false,
            Issuer::Other => return true,
            Issuer::Expected => plain_issued_at = token.issued_at.unwrap_or_default(),
        }
    }
    if suffixed.client_uat.is_none() && suffixed.session.is_none() {
        return false;
    }
    let suffixed_token = suffixed.peek(browser).unwrap_or_default();
    let plain_signed_out = plain.client_uat.as_deref() == Some("0");
    let suffixed_signed_out = suffixed.client_uat.as_deref() == Some("0");
    if !suffixed_signed_out
        && !plain_signed_out
        && plain_issued_at > suffixed_token.issued_at.unwrap_or_default()
    {
        // An older front end signed in later.
        return false;
    }
    if suffixed_signed_out && !plain_signed_out {
        return false;
    }
    if browser.is_development()
        && !suffixed_signed_out
        && plain_signed_out
        && has_expired(&suffixed_token, now)
    {
        return false;
    }
    suffixed.session.is_none() || suffixed.client_uat.is_some()
}

fn has_expired(token: &Peek, now: i64) -> bool {
    token
        .expires_at
        .is_some_and(|expires_at| expires_at <= now.div_euclid(1000) as f64)
}

/// The integer at the start of a text, or 0. One that is too large counts as the largest.
fn integer(text: Option<&str>) -> i64 {
    let text = text.unwrap_or_default().trim_start();
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => (-1, digits),
        None => (1, text.strip_prefix('+').unwrap_or(text)),
    };
    let end = digits
        .find(|character: char| !character.is_ascii_digit())
        .unwrap_or(digits.len());
    if end == 0 {
        return 0;
    }
    sign * digits[..end].parse::<i64>().unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::integer;

    #[test]
    fn the_integer_that_a_text_starts_with_counts() {
        for (text, number) in [
            ("12", 12),
            (" 12.5", 12),
            ("-3x", -3),
            ("+4", 4),
            ("x", 0),
            ("", 0),
            ("99999999999999999999", i64::MAX),
            ("-99999999999999999999", -i64::MAX),
        ] {
            assert_eq!(integer(Some(text)), number, "{text}");
        }
        assert_eq!(integer(None), 0);
    }
}
