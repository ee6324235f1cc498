//! The address that a browser asked for, which is not always what the server sees.

use std::borrow::Cow;

use http::header::HOST;
use http::request::Parts;
use http::uri::Scheme;
use http::{HeaderMap, HeaderName};
use url::Url;
use url::form_urlencoded;

use crate::error::Error;

const FORWARDED_HOST: HeaderName = HeaderName::from_static("x-forwarded-host");
const FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");

/// The public address of a request: its own, with the origin that is configured or, where they are
/// trusted, that the forwarded headers state.
///
/// The origin is set on the address and the path is never resolved against it: a path that begins
/// with `//` would become a host.
pub(crate) fn public_url(
    request: &Parts,
    trust_forwarded: bool,
    public_origin: Option<&Url>,
) -> Result<Url, Error> {
    let mut url = own_url(request)?;
    if let Some(origin) = public_origin {
        set_origin(&mut url, origin);
    } else if trust_forwarded {
        if let Some(origin) = forwarded_origin(request, &url) {
            set_origin(&mut url, &origin);
        }
    }
    Ok(url)
}

/// The address as the server sees it.
fn own_url(request: &Parts) -> Result<Url, Error> {
    let uri = &request.uri;
    let scheme = uri.scheme().unwrap_or(&Scheme::HTTP);
    let host = match uri.authority() {
        Some(authority) => Some(authority.as_str()),
        None => header(&request.headers, &HOST),
    };
    // The origin first and the rest afterwards, so that the rest cannot change it.
    let origin = host.and_then(|host| Url::parse(&format!("{scheme}://{host}/")).ok());
    let mut url = origin
        .filter(|url| url.has_host() && url.path() == "/" && url.query().is_none())
        .ok_or_else(|| {
            Error::configuration(
                "the request says neither in its address nor in a `Host` header what it was sent to; set `public_origin`",
            )
        })?;
    url.set_path(uri.path());
    url.set_query(uri.query());
    Ok(url)
}

fn forwarded_origin(request: &Parts, own: &Url) -> Option<Url> {
    // A header that is there but empty leaves the address as it is.
    let first = |name: &HeaderName| -> Option<Option<&str>> {
        let value = request.headers.get(name)?;
        let text = value.to_str().ok().and_then(|text| text.split(',').next());
        Some(text.map(str::trim).filter(|text| !text.is_empty()))
    };
    let host = match first(&FORWARDED_HOST) {
        Some(host) => host?,
        None => header(&request.headers, &HOST)?,
    };
    let scheme = match first(&FORWARDED_PROTO) {
        Some(scheme) => scheme?,
        None => own.scheme(),
    };
    let origin = Url::parse(&format!("{scheme}://{host}")).ok()?;
    let sound = matches!(origin.scheme(), "http" | "https")
        && origin.username().is_empty()
        && origin.password().is_none()
        && origin.path() == "/"
        && origin.query().is_none()
        && origin.fragment().is_none();
    sound.then_some(origin)
}

fn set_origin(url: &mut Url, origin: &Url) {
    // Each of these can only fail for addresses that are neither http nor https.
    let set = url.set_scheme(origin.scheme()).is_ok()
        && url.set_host(origin.host_str()).is_ok()
        && url.set_port(origin.port()).is_ok();
    debug_assert!(set, "an http(s) origin fits an http(s) address");
}

fn header<'r>(headers: &'r HeaderMap, name: &HeaderName) -> Option<&'r str> {
    let value = headers.get(name)?.to_str().ok()?;
    Some(value).filter(|value| !value.is_empty())
}

/// A parameter of the query, decoded as browsers do; the first of its name.
pub(crate) fn query_parameter<'r>(request: &'r Parts, name: &str) -> Option<Cow<'r, str>> {
    let query = request.uri.query()?;
    form_urlencoded::parse(query.as_bytes())
        .find(|pair| pair.0 == name)
        .map(|pair| pair.1)
}

/// The address without these parameters, and otherwise as it was.
pub(crate) fn without_parameters(url: &Url, names: &[&str]) -> Url {
    let mut url = url.clone();
    let Some(query) = url.query() else {
        return url;
    };
    let is_kept = |pair: &&str| {
        let name = form_urlencoded::parse(pair.as_bytes()).next();
        name.is_none_or(|(name, _)| !names.contains(&&*name))
    };
    let kept: Vec<&str> = query.split('&').filter(is_kept).collect();
    let kept = kept.join("&");
    url.set_query(Some(kept.as_str()).filter(|query| !query.is_empty()));
    url
}

/// Scheme, host and port, as browsers print them.
pub(crate) fn origin(url: &Url) -> String {
    url.origin().ascii_serialization()
}
