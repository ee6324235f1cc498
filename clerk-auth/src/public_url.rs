//! The URL that a browser requested, which is not always the one that the server sees.

use std::borrow::Cow;

use http::header::HOST;
use http::request::Parts;
use http::uri::Scheme;
use http::{HeaderMap, HeaderName, Uri};
use url::Url;
use url::form_urlencoded;

use crate::error::Error;
use crate::original_uri::OverTls;

pub(crate) const FORWARDED_HOST: HeaderName = HeaderName::from_static("x-forwarded-host");
pub(crate) const FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");

/// The public URL of a request.
#[derive(Clone, Debug)]
pub(crate) struct PublicUrl {
    pub(crate) url: Url,
    /// Whether the scheme is `http` only by default: a request through something that terminates TLS looks
    /// the same.
    scheme_is_a_guess: bool,
}

impl PublicUrl {
    /// The public URL of a request: with the configured origin or, if they are trusted, that of the forwarded
    /// headers, or else the host of the `Host` header.
    ///
    /// Path and query are set on the origin, not resolved against it: a path that begins with `//` would
    /// become a host.
    pub(crate) fn of(
        request: &Parts,
        uri: &Uri,
        trust_forwarded: bool,
        public_origin: Option<&Url>,
    ) -> Result<Self, Error> {
        let (origin, scheme_is_a_guess) = match public_origin {
            Some(origin) => (origin.clone(), false),
            None => seen_origin(request, uri, trust_forwarded)?,
        };
        let mut url = origin;
        url.set_path(uri.path());
        url.set_query(uri.query());
        Ok(Self {
            url,
            scheme_is_a_guess,
        })
    }

    /// Whether another URL may have the same origin, as far as this one is known.
    pub(crate) fn has_origin_of(&self, other: &Url) -> bool {
        let of_https = || {
            let mut url = self.url.clone();
            url.set_scheme("https").is_ok() && url.origin() == other.origin()
        };
        self.url.origin() == other.origin() || self.scheme_is_a_guess && of_https()
    }
}

/// The origin of a request, and whether its scheme is a guess.
fn seen_origin(request: &Parts, uri: &Uri, trust_forwarded: bool) -> Result<(Url, bool), Error> {
    let is_https =
        uri.scheme() == Some(&Scheme::HTTPS) || request.extensions.get::<OverTls>().is_some();
    let scheme = if is_https { "https" } else { "http" };
    let Some(stated) = stated_origin(request, uri, scheme, trust_forwarded) else {
        let own = own_origin(request, uri, scheme).ok_or_else(|| {
            Error::configuration(
                "the request has a host neither in its URI nor in a `Host` header; set `public_origin`",
            )
        })?;
        return Ok((own, !is_https));
    };
    let states_scheme = trust_forwarded && request.headers.contains_key(FORWARDED_PROTO);
    Ok((stated, !is_https && !states_scheme))
}

/// The origin as the server sees it. A scheme other than `http` and `https` is read as `http`.
fn own_origin(request: &Parts, uri: &Uri, scheme: &str) -> Option<Url> {
    let of_header = || header(&request.headers, &HOST).filter(|host| !host.contains('@'));
    let host = host_of(uri).or_else(of_header)?;
    let origin = Url::parse(&format!("{scheme}://{host}/")).ok();
    origin.filter(|url| url.has_host() && is_bare(url))
}

/// The host and port of a URI, if any, without user information.
fn host_of(uri: &Uri) -> Option<&str> {
    uri.authority()?.as_str().rsplit('@').next()
}

/// The origin in the forwarded headers, if it is valid.
fn stated_origin(
    request: &Parts,
    uri: &Uri,
    own_scheme: &str,
    trust_forwarded: bool,
) -> Option<Url> {
    // The first entry of a list. An empty header changes nothing.
    let first = |name: &HeaderName| -> Option<Option<&str>> {
        let value = request.headers.get(name).filter(|_| trust_forwarded)?;
        let text = value.to_str().ok().and_then(|text| text.split(',').next());
        Some(text.map(str::trim).filter(|text| !text.is_empty()))
    };
    let host = match first(&FORWARDED_HOST) {
        Some(host) => host?,
        // In HTTP/2, only the URI has the host.
        None => header(&request.headers, &HOST).or_else(|| host_of(uri))?,
    };
    let scheme = match first(&FORWARDED_PROTO) {
        Some(scheme) => scheme?,
        None => own_scheme,
    };
    let origin = Url::parse(&format!("{scheme}://{host}")).ok()?;
    let is_sound =
        matches!(origin.scheme(), "http" | "https") && !host.contains('@') && is_bare(&origin);
    is_sound.then_some(origin)
}

fn is_bare(origin: &Url) -> bool {
    origin.path() == "/" && origin.query().is_none() && origin.fragment().is_none()
}

fn header<'r>(headers: &'r HeaderMap, name: &HeaderName) -> Option<&'r str> {
    let value = headers.get(name)?.to_str().ok()?;
    Some(value).filter(|value| !value.is_empty())
}

/// A query parameter, decoded as browsers do; the first one with the name.
pub(crate) fn query_parameter<'r>(uri: &'r Uri, name: &str) -> Option<Cow<'r, str>> {
    let query = uri.query()?;
    form_urlencoded::parse(query.as_bytes())
        .find(|pair| pair.0 == name)
        .map(|pair| pair.1)
}

/// The URL without these parameters, otherwise unchanged.
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

/// Scheme, host and port, as browsers serialize them.
pub(crate) fn origin(url: &Url) -> String {
    url.origin().ascii_serialization()
}

#[cfg(test)]
mod tests {
    use http::Request;
    use http::request::Parts;
    use url::Url;

    use super::{PublicUrl, query_parameter, without_parameters};
    use crate::error::Error;
    use crate::original_uri::OverTls;

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

    fn public_url(
        request: &Parts,
        trust_forwarded: bool,
        public_origin: Option<&Url>,
    ) -> Result<PublicUrl, Error> {
        PublicUrl::of(request, &request.uri, trust_forwarded, public_origin)
    }

    fn trusted(uri: &str, headers: &[(&str, &str)]) -> String {
        let url = public_url(&request(uri, headers), true, None);
        url.expect("there is an address").url.to_string()
    }

    fn untrusted(uri: &str, headers: &[(&str, &str)]) -> String {
        let url = public_url(&request(uri, headers), false, None);
        url.expect("there is an address").url.to_string()
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
    fn the_host_header_counts_if_it_is_valid() {
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
            url.expect("an address").url.as_str(),
            "https://public.example:8443/a"
        );
    }

    #[test]
    fn a_scheme_that_is_a_guess_makes_no_other_origin() {
        let origins = [
            "http://app.example.com/x",
            "https://app.example.com/x",
            "https://app.example.com:8443/x",
            "http://app.example.com:8080/x",
            "https://other.example.com/x",
        ];
        let https = ("x-forwarded-proto", "https");
        let http = ("x-forwarded-proto", "http");
        let host = |host| ("host", host);
        for (uri, headers, trust, expected) in [
            ("/", &[host("app.example.com")][..], false, &origins[..2]),
            ("http://app.example.com/", &[], false, &origins[..2]),
            ("/", &[host("app.example.com:443")], false, &origins[1..2]),
            ("/", &[host("app.example.com:80")], false, &origins[..2]),
            ("/", &[host("app.example.com:8443")], false, &origins[2..3]),
            ("/", &[host("app.example.com:8080")], false, &origins[3..4]),
            ("/", &[host("app.example.com"), https], false, &origins[..2]),
            // Without the header, trust changes nothing.
            ("/", &[host("app.example.com")], true, &origins[..2]),
            // From here on it is known.
            ("/", &[host("app.example.com"), https], true, &origins[1..2]),
            ("/", &[host("app.example.com"), http], true, &origins[..1]),
            ("https://app.example.com/", &[], false, &origins[1..2]),
        ] {
            let url = public_url(&request(uri, headers), trust, None).expect("an address");
            for origin in origins {
                let other = Url::parse(origin).expect("an address");
                let is_same = expected.contains(&origin);
                assert_eq!(url.has_origin_of(&other), is_same, "{url:?} {origin}");
            }
        }
        let configured = Url::parse("http://app.example.com").ok();
        let url = public_url(&request("/", &[host("x")]), false, configured.as_ref());
        let other = Url::parse(origins[1]).expect("an address");
        assert!(!url.expect("an address").has_origin_of(&other));
    }

    #[test]
    fn a_request_over_tls_has_the_scheme_https() {
        let mut request = request("/a", &[("host", "app.example.com")]);
        request.extensions.insert(OverTls);
        let url = public_url(&request, false, None).expect("an address");
        assert_eq!(url.url.as_str(), "https://app.example.com/a");
        let http = Url::parse("http://app.example.com/").expect("an address");
        assert!(!url.has_origin_of(&http));
    }

    #[test]
    fn another_scheme_is_read_as_http() {
        let url = untrusted("foo://internal/a?b=c", &[("host", "app.example.com")]);
        assert_eq!(url, "http://app.example.com/a?b=c");
    }

    #[test]
    fn a_request_without_a_host_is_an_error() {
        let error = public_url(&request("/a", &[]), true, None).expect_err("no host");
        assert!(error.to_string().contains("`public_origin`"), "{error}");
        // With it, there is one.
        let origin = Url::parse("https://app.example.com").ok();
        let url = public_url(&request("/a?b", &[]), false, origin.as_ref());
        let url = url.expect("an address").url;
        assert_eq!(url.as_str(), "https://app.example.com/a?b");
    }

    #[test]
    fn parameters_are_decoded_and_removed_without_touching_the_others() {
        let parts = request("/?a=1&__clerk_help=x&b=%20+&a=2&%5F_clerk_help=y", &[]);
        assert_eq!(query_parameter(&parts.uri, "b").as_deref(), Some("  "));
        assert_eq!(query_parameter(&parts.uri, "a").as_deref(), Some("1"));
        assert_eq!(query_parameter(&parts.uri, "c"), None);
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
