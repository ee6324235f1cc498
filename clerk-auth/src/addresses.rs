//! Validates the URLs of a configuration when it is built: a wrong one would reject every request, or send
//! browsers to a host that does not exist.
//!
//! Errors show a URL only as it should be written. Any other value may be a key in the wrong variable.

use std::net::IpAddr;

use clerk_api::credentials::text_fault;
use url::{Host, Url};

use crate::error::Error;

/// Checks an entry of `authorized_parties`: an origin exactly as browsers send it, because `azp` is compared
/// with it. Apps and extensions have schemes of their own.
pub(crate) fn check_party(text: &str) -> Result<(), Error> {
    const OPTION: &str = "authorized_parties";
    if text.starts_with("http://") || text.starts_with("https://") {
        return origin(OPTION, text).map(drop);
    }
    let form =
        "`authorized_parties` lists origins as browsers send them, such as https://app.example.com";
    if let Some(fault) = fault(text) {
        return Err(rejected(OPTION, &fault, form));
    }
    let Some((scheme, host)) = text.split_once("://") else {
        return Err(rejected(OPTION, "has no scheme", &with_scheme(text, form)));
    };
    let is_scheme = scheme.starts_with(|first: char| first.is_ascii_lowercase())
        && scheme.bytes().all(|byte| {
            byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"+-.".contains(&byte)
        });
    let is_host = host.is_ascii() && !host.contains(['/', '?', '#', '@', '\\']);
    // The origin of `file:` pages has no host.
    if is_scheme && is_host && (!host.is_empty() || scheme == "file") {
        return Ok(());
    }
    Err(rejected(OPTION, "is not an origin", form))
}

/// Parses an `http` or `https` origin, written as browsers do.
pub(crate) fn origin(option: &str, text: &str) -> Result<Url, Error> {
    let form = format!("`{option}` takes an origin, such as https://app.example.com");
    if let Some(fault) = fault(text) {
        return Err(rejected(option, &fault, &form));
    }
    let Some(url) = web_address(text) else {
        let with_scheme = with_scheme(text, &form);
        return Err(rejected(
            option,
            "is not an http or https origin",
            &with_scheme,
        ));
    };
    let written = url.origin().ascii_serialization();
    if written == text {
        return Ok(url);
    }
    let fault = if url.path() != "/" || url.query().is_some() || url.fragment().is_some() {
        "has a path, a query or a fragment"
    } else if text.ends_with('/') {
        "ends in a slash"
    } else {
        "is not written as browsers send it"
    };
    Err(rejected(option, fault, &format!("write {written}")))
}

/// Checks an entry of `issuers`: the URL of a Frontend API or of the proxy in front of it, because `iss` is
/// compared with it.
pub(crate) fn check_issuer(text: &str) -> Result<(), Error> {
    const OPTION: &str = "issuers";
    let form = "`issuers` lists URLs of Frontend APIs, such as https://clerk.example.com (Clerk Dashboard, Domains)";
    if let Some(fault) = fault(text) {
        return Err(rejected(OPTION, &fault, form));
    }
    let Some(url) = web_address(text) else {
        let with_scheme = with_scheme(text, form);
        return Err(rejected(
            OPTION,
            "is not an http or https URL",
            &with_scheme,
        ));
    };
    let origin = url.origin().ascii_serialization();
    let host = url.host_str().unwrap_or_default();
    let is_frontend_api = host.starts_with("clerk.") || host.contains(".clerk.accounts");
    if url.query().is_some() || url.fragment().is_some() {
        return Err(rejected(OPTION, "has a query or a fragment", form));
    }
    if url.path() != "/" && !is_frontend_api {
        // The proxy is a path of the application.
        return if text.ends_with('/') {
            Err(rejected(OPTION, "ends in a slash", form))
        } else if url.as_str() == text {
            Ok(())
        } else {
            Err(rejected(
                OPTION,
                "is not written as Clerk writes it",
                &format!("write {url}"),
            ))
        };
    }
    if text == origin {
        return Ok(());
    }
    let fault = match url.path() {
        "/" if text.ends_with('/') => "ends in a slash",
        "/" => "is not written as Clerk writes it",
        _ => "has a path, which no Frontend API has",
    };
    Err(rejected(OPTION, fault, &format!("write {origin}")))
}

/// Checks the domain of a satellite: browsers are sent to its subdomain `clerk.`.
pub(crate) fn check_domain(text: &str, is_development: bool) -> Result<(), Error> {
    const OPTION: &str = "domain";
    let form = "`domain` takes only the domain of the satellite, such as satellite.example (Clerk Dashboard, Domains)";
    if let Some(fault) = fault(text) {
        return Err(rejected(OPTION, &fault, form));
    }
    if text.contains("://") {
        return Err(rejected(OPTION, "has a scheme", form));
    }
    if text.contains(['/', '?', '#', '\\', '@']) {
        return Err(rejected(OPTION, "has a path, a query or a user name", form));
    }
    let Some(url) = web_address(&format!("https://{text}")) else {
        return Err(rejected(OPTION, "is not a domain", form));
    };
    let host = url.host_str().unwrap_or_default();
    // Nothing is sent to the domain of a satellite in development, which is localhost with a port.
    if is_development && is_local(&url) {
        return Ok(());
    }
    if text.contains(':') {
        return Err(rejected(OPTION, "has a port", form));
    }
    if host != text {
        let written = format!("write {host}");
        return Err(rejected(
            OPTION,
            "is not written as browsers write it",
            &written,
        ));
    }
    if !matches!(url.host(), Some(Host::Domain(name)) if is_public(name)) {
        return Err(rejected(OPTION, "is not a public domain", form));
    }
    if let Some(domain) = host.strip_prefix("clerk.") {
        let written = format!("write {domain}; `clerk.` is added to it");
        return Err(rejected(
            OPTION,
            "is the Frontend API of a domain",
            &written,
        ));
    }
    Ok(())
}

/// Checks the URL of the sign-in page, which may be a path except for satellites.
pub(crate) fn check_page(option: &str, text: &str) -> Result<(), Error> {
    let form = format!(
        "`{option}` takes a URL, such as https://app.example.com/sign-in, or a path that begins with one `/`"
    );
    if let Some(fault) = fault(text) {
        return Err(rejected(option, &fault, &form));
    }
    if web_address(text).is_some() || is_path(text) {
        return Ok(());
    }
    Err(rejected(
        option,
        "is neither an http or https URL nor a path",
        &form,
    ))
}

/// Checks the URL of a proxy for the Frontend API.
pub(crate) fn check_proxy(text: &str) -> Result<(), Error> {
    const OPTION: &str = "proxy_url";
    let form = "`proxy_url` takes a URL, such as https://app.example.com/__clerk, or a path that begins with one `/`, such as /__clerk";
    if let Some(fault) = fault(text) {
        return Err(rejected(OPTION, &fault, form));
    }
    if text.contains(['?', '#']) {
        return Err(rejected(OPTION, "has a query or a fragment", form));
    }
    let (address, path) = if is_path(text) {
        (web_address(&format!("https://app.example.com{text}")), text)
    } else {
        let (_, rest) = text.split_once("://").unwrap_or_default();
        let path = rest.find('/').map_or("/", |start| &rest[start..]);
        (web_address(text), path)
    };
    match address {
        Some(address) if address.path() == path => Ok(()),
        Some(_) => Err(rejected(OPTION, "has a path that browsers rewrite", form)),
        None => Err(rejected(
            OPTION,
            "is neither an http or https URL nor a path",
            form,
        )),
    }
}

/// Whether a browser can be sent to a host, given with or without a port.
pub(crate) fn is_host(text: &str) -> bool {
    fault(text).is_none()
        && !text.contains(['/', '?', '#', '\\', '@'])
        && web_address(&format!("https://{text}")).is_some()
}

/// An `http` or `https` URL without credentials and with a possible port.
pub(crate) fn web_address(text: &str) -> Option<Url> {
    let (scheme, rest) = text.split_once("://")?;
    if !matches!(scheme, "http" | "https") || rest.starts_with(['/', '\\']) {
        return None;
    }
    let url = Url::parse(text).ok()?;
    let host = url.host_str()?;
    let is_address = !authority(rest).contains('@')
        && !authority(rest).ends_with(':')
        && url.port() != Some(0)
        && matches!(url.host(), Some(host) if has_letters_of_a_name(&host))
        && host.split('.').rev().skip(1).all(|label| !label.is_empty());
    is_address.then_some(url)
}

/// Whether a host consists of letters, digits, `-`, `_` and `.`. URLs allow more, such as the comma of a
/// list.
fn has_letters_of_a_name(host: &Host<&str>) -> bool {
    let is_known = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    match host {
        Host::Domain(name) => name.bytes().all(is_known),
        Host::Ipv4(_) | Host::Ipv6(_) => true,
    }
}

/// The authority: what is between the scheme and the path.
fn authority(rest: &str) -> &str {
    rest.split(['/', '?', '#', '\\']).next().unwrap_or_default()
}

/// Whether it is a path that browsers do not take for a host.
fn is_path(text: &str) -> bool {
    text.starts_with('/') && !text.starts_with("//") && !text.contains('\\') && text.is_ascii()
}

fn is_local(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => IpAddr::from(address).is_loopback(),
        Some(Host::Ipv6(address)) => IpAddr::from(address).is_loopback(),
        None => false,
    }
}

/// Whether a domain can be public: it has a dot inside, and is not below `localhost`.
fn is_public(domain: &str) -> bool {
    domain.split('.').count() > 1 && !domain.ends_with('.') && !domain.ends_with(".localhost")
}

fn fault(text: &str) -> Option<String> {
    if text.is_empty() {
        return Some("is empty; check the variable or file that it comes from".to_owned());
    }
    let (_, rest) = text.split_once("://").unwrap_or_default();
    if authority(rest).contains('@') {
        return Some("has a user name or a password; remove it".to_owned());
    }
    if text.contains('*') {
        return Some("has a wildcard (`*`), which is not supported; write it in full".to_owned());
    }
    let host = text.split_once("://").map_or(text, |(_, rest)| rest);
    if authority(host).contains(',') {
        return Some("contains a comma, but must be a single value".to_owned());
    }
    text_fault(text)
}

/// The fix for a value that only lacks its scheme.
fn with_scheme(text: &str, otherwise: &str) -> String {
    const LONGEST: usize = 100;
    let is_plain = text.len() <= LONGEST && !text.contains(['/', '?', '#', '@', '\\', '_']);
    let with = |scheme: &str| {
        let url = Url::parse(&format!("{scheme}://{text}")).ok();
        url.filter(|_| is_plain)
    };
    let url = match with("https") {
        Some(url) if is_local(&url) => with("http"),
        url => url.filter(|url| url.host_str().is_some_and(|host| host.contains('.'))),
    };
    match url {
        Some(url) => format!("write {}", url.origin().ascii_serialization()),
        None => otherwise.to_owned(),
    }
}

fn rejected(option: &str, fault: &str, help: &str) -> Error {
    let is_list = ["authorized_parties", "issuers"].contains(&option);
    let subject = if is_list { "a value of " } else { "" };
    Error::configuration(format!("{subject}`{option}` {fault}; {help}"))
}
