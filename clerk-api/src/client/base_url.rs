//! The base URL, to which the paths of operations are appended.

use std::net::{IpAddr, Ipv6Addr};

use http::Uri;
use http::uri::Authority;

use super::credentials::text_fault;
use crate::error::Error;
use crate::request::has_dot_segment;

/// A valid URL without a trailing slash.
#[derive(Clone, Debug)]
pub(crate) struct BaseUrl(String);

impl BaseUrl {
    pub(super) fn parse(address: &str, allow_http: bool) -> Result<Self, Error> {
        let address = address.trim_end_matches('/');
        // No message repeats the URL: it may contain a password.
        let refused = |why: &str| Err(Error::configuration(format!("the base URL {why}")));
        if address.contains(['?', '#']) {
            return refused("has a query or a fragment; remove it");
        }
        if let Some(fault) = text_fault(address) {
            return refused(&format!("is not a URL: it {fault}"));
        }
        let uri = address.parse::<Uri>().ok();
        // The parser accepts non-ASCII characters in a path.
        let Some(uri) = uri.filter(|_| address.is_ascii()) else {
            return refused("is not a URL; expected one like https://api.clerk.com/v1");
        };
        let (Some(scheme), Some(authority)) = (uri.scheme_str(), uri.authority()) else {
            return refused("has no scheme or no host; expected one like https://api.clerk.com/v1");
        };
        if authority.as_str().contains('@') {
            return refused(
                "has a user name or password; remove it, because the key is sent in a header",
            );
        }
        if let Some(fault) = host_fault(authority) {
            return refused(fault);
        }
        if has_dot_segment(uri.path()) || uri.path().contains("//") {
            return refused("has an empty, \".\" or \"..\" segment; remove it");
        }
        match scheme {
            "https" => {}
            "http" if allow_http || is_this_machine(authority.host()) => {}
            "http" => {
                return refused(
                    "uses HTTP without TLS, which would send the key unencrypted; use https, or set `allow_http(true)` on the builder of the client",
                );
            }
            _ => return refused("is neither https nor http"),
        }
        Ok(Self(address.to_owned()))
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether the host is a loopback address.
    pub(super) fn is_local(&self) -> bool {
        self.0
            .parse::<Uri>()
            .is_ok_and(|uri| uri.host().is_some_and(is_this_machine))
    }
}

/// What is wrong with the host or the port of a URL that the parser accepted.
fn host_fault(authority: &Authority) -> Option<&'static str> {
    let host = authority.host();
    let is_label = |label: &str| {
        let is_known = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
        !label.is_empty() && label.bytes().all(is_known)
    };
    let is_host = match host
        .strip_prefix('[')
        .and_then(|host| host.strip_suffix(']'))
    {
        Some(address) => address.parse::<Ipv6Addr>().is_ok(),
        None => host
            .strip_suffix('.')
            .unwrap_or(host)
            .split('.')
            .all(is_label),
    };
    if !is_host {
        return Some("has an invalid host; expected one like https://api.clerk.com/v1");
    }
    // Everything between the host and the path.
    let port = authority.as_str().get(host.len()..).unwrap_or_default();
    let is_port = |port: &str| {
        port.bytes().all(|byte| byte.is_ascii_digit())
            && port.parse().is_ok_and(|port: u16| port > 0)
    };
    match port.strip_prefix(':') {
        None if port.is_empty() => None,
        Some(port) if is_port(port) => None,
        _ => Some("has a port that is not a number from 1 to 65535"),
    }
}

/// Appends the version segment: other SDKs for Clerk expect `CLERK_API_URL` without it.
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
