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
/// trusted, that the forwarded headers state, or else with the host of its `Host` header.
///
/// The origin is set on the address and the path is never resolved against it: a path that begins
/// with `//` would become a host.
pub(crate) fn public_url(
    request: &Parts,
    trust_forwarded: bool,
    public_origin: Option<&Url>,
) -> Result<Url, Error> {
    let mut url = own_url(request)?;
    match public_origin {
        Some(origin) => set_origin(&mut url, origin),
        None => {
            if let Some(origin) = stated_origin(request, &url, trust_forwarded) {
                set_origin(&mut url, &origin);
            }
        }
    }
    Ok(url)
}

/// The address as the server sees it.
fn own_url(request: &Parts) -> Result<Url, Error> {
    let uri = &request.uri;
    // An origin that is configured or stated could not be set on an address of another scheme.
    let scheme = match uri.scheme() {
        Some(scheme) if *scheme == Scheme::HTTPS => "https",
        _ => "http",
    };
    let host = match uri.authority() {
        // Whatever stands before the host is nobody's business here.
        Some(authority) => authority.as_str().rsplit('@').next(),
        None => header(&request.headers, &HOST).filter(|host| !host.contains('@')),
    };
    // The origin first and the rest afterwards, so that the rest cannot change it.
    let origin = host.and_then(|host| Url::parse(&format!("{scheme}://{host}/")).ok());
    let mut url = origin
        .filter(|url| {
            let is_bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
            url.has_host() && is_bare
        })
        .ok_or_else(|| {
            Error::configuration(
                "the request says neither in its address nor in a `Host` header what it was sent to; set `public_origin`",
            )
        })?;
    url.set_path(uri.path());
    url.set_query(uri.query());
    Ok(url)
}

/// The origin that the headers state, if it is one.
fn stated_origin(request: &Parts, own: &Url, trust_forwarded: bool) -> Option<Url> {
    // The first of a list. A header that is there but empty leaves the address as it is.
    let first = |name: &HeaderName| -> Option<Option<&str>> {
        let value = request.headers.get(name).filter(|_| trust_forwarded)?;
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
        && !host.contains('@')
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

#[cfg(test)]
mod tests {
    use http::Request;
    use http::request::Parts;
    use url::Url;

    use super::{public_url, query_parameter, without_parameters};

    fn request(uri: &str, headers: &[(&str, &str)]) -> Parts {
        let mut builder = Request::builder().uri(uri);
        for (name, value) in headers {
            builder = builder.header(*name, *value);
        }
        builder
            .body(())
            .expect("the request is sound")
            .into_parts()
            .0
    }

    fn trusted(uri: &str, headers: &[(&str, &str)]) -> String {
        let url = public_url(&request(uri, headers), true, None);
        url.expect("there is an address").to_string()
    }

    fn untrusted(uri: &str, headers: &[(&str, &str)]) -> String {
        let url = public_url(&request(uri, headers), false, None);
        url.expect("there is an address").to_string()
    }

    const FORWARDED: [(&str, &str); 3] = [
        ("host", "internal:8080"),
        ("x-forwarded-host", "app.example.com, proxy.example"),
        ("x-forwarded-proto", "https,http"),
    ];

    #[test]
    fn forwarded_headers_count_only_where_they_are_trusted() {
        assert_eq!(
            trusted("/a?b=c", &FORWARDED),
            "https://app.example.com/a?b=c"
        );
        assert_eq!(
            untrusted("/a?b=c", &FORWARDED),
            "http://internal:8080/a?b=c"
        );
    }

    #[test]
    fn the_host_header_names_the_host_unless_it_is_none() {
        let host = |host| [("host", host)];
        assert_eq!(
            untrusted("/a", &host("app.example.com")),
            "http://app.example.com/a"
        );
        let absolute = "https://internal.example/a";
        assert_eq!(
            untrusted(absolute, &host("app.example.com")),
            "https://app.example.com/a"
        );
        for odd in [
            "<script>",
            "a b",
            "user:password@evil.example",
            "evil.example/x",
            "a?b",
            "",
        ] {
            assert_eq!(untrusted(absolute, &host(odd)), absolute, "{odd}");
        }
    }

    #[test]
    fn a_path_that_looks_like_a_host_stays_a_path() {
        assert_eq!(
            trusted("//evil.example/x", &FORWARDED),
            "https://app.example.com//evil.example/x"
        );
        assert_eq!(
            trusted("http://internal//evil.example/x?y=//z", &FORWARDED),
            "https://app.example.com//evil.example/x?y=//z"
        );
    }

    #[test]
    fn forwarded_headers_that_state_no_origin_change_nothing() {
        for (name, value) in [
            ("x-forwarded-host", "<script>alert(1)</script>"),
            ("x-forwarded-host", "user@evil.example"),
            ("x-forwarded-host", "evil.example/path"),
            ("x-forwarded-host", ""),
            ("x-forwarded-proto", "javascript"),
            ("x-forwarded-proto", ""),
        ] {
            let url = trusted("http://app.example.com/a", &[(name, value)]);
            assert_eq!(url, "http://app.example.com/a", "{name}: {value}");
        }
    }

    #[test]
    fn a_configured_origin_wins() {
        let origin = Url::parse("https://public.example:8443").ok();
        let url = public_url(&request("/a", &FORWARDED), true, origin.as_ref());
        assert_eq!(
            url.expect("an address").as_str(),
            "https://public.example:8443/a"
        );
    }

    #[test]
    fn an_address_of_another_scheme_is_read_as_http() {
        let url = untrusted("foo://internal/a?b=c", &[("host", "app.example.com")]);
        assert_eq!(url, "http://app.example.com/a?b=c");
    }

    #[test]
    fn a_request_that_names_no_host_has_no_address() {
        let error = public_url(&request("/a", &[]), true, None).expect_err("no host");
        assert!(error.to_string().contains("`public_origin`"), "{error}");
    }

    #[test]
    fn parameters_are_decoded_and_taken_away_without_touching_the_others() {
        let parts = request("/?a=1&__clerk_help=x&b=%20+&a=2&%5F_clerk_help=y", &[]);
        assert_eq!(query_parameter(&parts, "b").as_deref(), Some("  "));
        assert_eq!(query_parameter(&parts, "a").as_deref(), Some("1"));
        assert_eq!(query_parameter(&parts, "c"), None);
        let url = Url::parse("http://x/?a=1&__clerk_help=x&b=%20+&a=2&%5F_clerk_help=y#z");
        let url = without_parameters(&url.expect("an address"), &["__clerk_help"]);
        assert_eq!(url.as_str(), "http://x/?a=1&b=%20+&a=2#z");
        let url = Url::parse("http://x/y?__clerk_help=x").expect("an address");
        assert_eq!(
            without_parameters(&url, &["__clerk_help"]).as_str(),
            "http://x/y"
        );
    }
}
