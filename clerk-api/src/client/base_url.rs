//! The address that the paths of operations are appended to.

use std::net::IpAddr;

use http::Uri;

use crate::error::Error;
use crate::request::has_dot_segment;

/// A checked address, without a slash at its end.
#[derive(Clone, Debug)]
pub(crate) struct BaseUrl(String);

impl BaseUrl {
    pub(super) fn parse(address: &str, allow_http: bool) -> Result<Self, Error> {
        let address = address.trim_end_matches('/');
        // None of these messages repeats the address: it may hold a password.
        let refused = |why: &str| Err(Error::configuration(format!("the base URL {why}")));
        if address.contains(['?', '#']) {
            return refused("has a query or a fragment; give it without");
        }
        let Ok(uri) = address.parse::<Uri>() else {
            return refused("is no URL; give one like https://api.clerk.com/v1");
        };
        let (Some(scheme), Some(authority)) = (uri.scheme_str(), uri.authority()) else {
            return refused("has no scheme or no host; give one like https://api.clerk.com/v1");
        };
        if authority.as_str().contains('@') {
            return refused(
                "has a user name or password; give it without, the key is sent in a header",
            );
        }
        if has_dot_segment(uri.path()) || uri.path().contains("//") {
            return refused("has an empty, \".\" or \"..\" segment; give it without");
        }
        match scheme {
            "https" => {}
            "http" if allow_http || is_this_machine(authority.host()) => {}
            "http" => {
                return refused(
                    "has no TLS, so that the key could be read on the way; use https, or `allow_http(true)`",
                );
            }
            _ => return refused("is neither https nor http"),
        }
        Ok(Self(address.to_owned()))
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether requests never leave this machine.
    pub(super) fn is_local(&self) -> bool {
        self.0
            .parse::<Uri>()
            .is_ok_and(|uri| uri.host().is_some_and(is_this_machine))
    }
}

/// Adds the version segment, which other SDKs for Clerk do not expect in `CLERK_API_URL`.
pub(super) fn with_version(address: &str) -> String {
    let address = address.trim_end_matches('/');
    if address.ends_with("/v1") {
        address.to_owned()
    } else {
        format!("{address}/v1")
    }
}

fn is_this_machine(host: &str) -> bool {
    let host = host.trim_start_matches('[').trim_end_matches(']');
    match host.parse::<IpAddr>() {
        Ok(address) => address.is_loopback(),
        Err(_) => {
            let host = host.to_ascii_lowercase();
            host == "localhost" || host.ends_with(".localhost")
        }
    }
}
