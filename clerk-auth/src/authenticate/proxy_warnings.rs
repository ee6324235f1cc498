//! Warnings about a proxy that the configuration does not account for: browsers would be sent back to the
//! wrong URL without an explanation.

use std::sync::Once;

use http::request::Parts;
use url::Url;

use super::config::Browser;
use crate::public_url::{FORWARDED_HOST, FORWARDED_PROTO};

/// Each is logged once for an authenticator and its clones: the configuration is wrong, not the request, and
/// anyone can send the headers.
#[derive(Debug)]
pub(super) struct ProxyWarnings {
    forwarded_headers: Once,
    plain_http: Once,
}

impl ProxyWarnings {
    pub(super) const fn new() -> Self {
        Self {
            forwarded_headers: Once::new(),
            plain_http: Once::new(),
        }
    }

    /// Warns about ignored forwarded headers.
    pub(super) fn forwarded_headers(&self, browser: &Browser, request: &Parts) {
        if self.forwarded_headers.is_completed() || !has_ignored_headers(browser, request) {
            return;
        }
        self.forwarded_headers.call_once(|| {
            tracing::warn!(
                "x-forwarded-host and x-forwarded-proto are ignored, because anyone can send them; if a proxy in front of this service sets both, turn on `trust_forwarded_headers`; otherwise set `public_origin` to the origin that browsers see, such as https://app.example.com"
            );
        });
    }

    /// Warns about a return URL with plain HTTP in production.
    pub(super) fn plain_http(&self, browser: &Browser, request: &Parts, stated: &Url) {
        let is_wrong = stated.scheme() == "http" && !browser.is_development();
        // Ignored headers have their own warning, which names the same options.
        if !is_wrong || self.plain_http.is_completed() || has_ignored_headers(browser, request) {
            return;
        }
        self.plain_http.call_once(|| {
            tracing::warn!(
                "browsers are sent back to a plain HTTP URL in production; if something in front of this service terminates TLS, set `public_origin` to the origin that browsers see, such as https://app.example.com, or turn on `trust_forwarded_headers` if it sets x-forwarded-proto"
            );
        });
    }
}

fn has_ignored_headers(browser: &Browser, request: &Parts) -> bool {
    let is_set = |name| request.headers.contains_key(name);
    !browser.trust_forwarded_headers
        && browser.public_origin.is_none()
        && (is_set(FORWARDED_HOST) || is_set(FORWARDED_PROTO))
}
