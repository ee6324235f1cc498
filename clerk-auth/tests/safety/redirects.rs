//! Requests that try to redirect the browser elsewhere, or in a loop.

use std::collections::HashMap;

use clerk_auth::{AuthenticatorBuilder, RequestState, Status};
use http::HeaderValue;
use url::Url;

use crate::support::{FRONTEND_API, Signer, is_sound, page, state, why};

fn primary_in_development() -> AuthenticatorBuilder {
    Signer::own().development()
}

fn location(state: &RequestState) -> Url {
    let location = state.location().expect("a location");
    Url::parse(location.to_str().expect("text")).expect("an address")
}

fn way_back(state: &RequestState) -> Url {
    let location = location(state);
    let pairs: HashMap<_, _> = location.query_pairs().into_owned().collect();
    Url::parse(&pairs["redirect_url"]).expect("an address")
}

#[tokio::test]
async fn without_handshakes_a_navigation_from_elsewhere_keeps_its_session() {
    let cookies = format!("__session={}; __client_uat=1", Signer::own().token());
    let headers = [
        ("cookie", cookies.as_str()),
        ("referer", "https://search.example/"),
    ];
    let request = page("https://app.example.com/", &headers);
    for (handshakes, expected) in [(true, Status::Handshake), (false, Status::SignedIn)] {
        let builder = Signer::own().authenticator().handshakes(handshakes);
        let state = state(&builder.build().unwrap(), &request).await;
        assert_eq!(state.status(), expected);
    }
}

#[tokio::test]
async fn a_browser_is_sent_back_only_to_a_valid_url() {
    let authenticator = primary_in_development().build().unwrap();
    let dev_browser = [("cookie", "__clerk_db_jwt=dvb_1")];
    for refused in [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "%20javascript:alert(1)",
        "java%0Ascript:alert(1)",
        "data:text/html,x",
        "vbscript:x",
        "file:///etc/passwd",
        "ftp://satellite.example.com/",
        "blob:https://evil.example/x",
        "//evil.example",
        "/%5Cevil.example",
        "%5C%5Cevil.example",
        "/path",
        "evil.example",
        "https://",
        "https:///",
        "http://user:password@evil.example/",
        "https://app.example.com%40evil.example/",
        "https://user%40evil.example/",
        "about:blank",
        "%00",
        "%0d%0a",
        "https://exa%20mple.com/",
        "https://[::1/",
        "https://a:99999/",
    ] {
        let address = format!("https://app.example.com/?__clerk_redirect_url={refused}");
        let state = state(&authenticator, &page(&address, &dev_browser)).await;
        assert_eq!(state.status(), Status::SignedOut, "{refused}");
        assert_eq!(why(&state), "primary-responds-to-syncing", "{refused}");
        assert!(state.location().is_none(), "{refused}");
        is_sound(&state);
    }
    for (accepted, expected) in [
        (
            "https://satellite.example.com/a?b=c",
            "https://satellite.example.com/a?b=c&",
        ),
        ("http://localhost:3000/", "http://localhost:3000/?"),
        // Browsers ignore such line ends in URLs.
        (
            "https://satellite.example.com/%0d%0aset-cookie:x=y",
            "https://satellite.example.com/set-cookie:x=y?",
        ),
        (
            "https://satellite.example.com/%250d%250ax",
            "https://satellite.example.com/%0d%0ax?",
        ),
        (
            "https:%5C%5Csatellite.example.com%5Cx",
            "https://satellite.example.com/x?",
        ),
    ] {
        let address = format!("https://app.example.com/?__clerk_redirect_url={accepted}");
        let state = state(
            &authenticator,
            &page(&address, &[("cookie", "__clerk_db_jwt=dvb_1")]),
        )
        .await;
        assert_eq!(state.status(), Status::Handshake, "{accepted}");
        let location = location(&state);
        assert_eq!(
            location.as_str(),
            format!("{expected}__clerk_db_jwt=dvb_1&__clerk_synced=true")
        );
        is_sound(&state);
    }
    // In production, a URL never redirects a browser.
    let production = Signer::own().authenticator().build().unwrap();
    let address = "https://app.example.com/?__clerk_redirect_url=https://evil.example/";
    let state = state(&production, &page(address, &[])).await;
    assert_eq!(state.status(), Status::SignedOut);
    assert!(state.location().is_none());
}

#[tokio::test]
async fn a_handshake_returns_to_the_requested_host() {
    let authenticator = Signer::own().authenticator().build().unwrap();
    for path in [
        "//evil.example/x",
        "///evil.example",
        "/%5C%5Cevil.example",
        "/.//evil.example",
        "/..//evil.example",
        "/@evil.example",
        "/:443@evil.example/",
        "/%0d%0aset-cookie:x=y",
        "/?redirect_url=https://evil.example/",
        "/?next=//evil.example&__clerk_hs_reason=x",
        "/a/../../b",
        "/%2e%2e/x",
        "/;@evil.example",
        "/?__session=forged&__clerk_api_version=1&format=token",
        "/a#https://evil.example",
    ] {
        let mut request = page("https://app.example.com/", &[("cookie", "__client_uat=1")]);
        request
            .headers
            .insert("host", HeaderValue::from_static("app.example.com"));
        request.uri = path.parse().unwrap_or_else(|_| panic!("{path}"));
        let state = state(&authenticator, &request).await;
        assert_eq!(why(&state), "client-uat-but-no-session-token");
        let location = location(&state);
        assert_eq!(location.host_str(), Some(FRONTEND_API), "{path}");
        assert_eq!(location.path(), "/v1/client/handshake");
        for own in [
            "redirect_url",
            "__clerk_api_version",
            "format",
            "__clerk_hs_reason",
        ] {
            assert_eq!(
                location.query_pairs().filter(|pair| pair.0 == own).count(),
                1,
                "{own}"
            );
        }
        let back = way_back(&state);
        assert_eq!(
            (back.scheme(), back.host_str()),
            ("http", Some("app.example.com")),
            "{path}"
        );
        is_sound(&state);
    }
}

#[tokio::test]
async fn an_invalid_host_is_ignored() {
    let trusting = Signer::own()
        .authenticator()
        .trust_forwarded_headers(true)
        .build()
        .unwrap();
    let distrusting = Signer::own().authenticator().build().unwrap();
    for odd in [
        "user:password@evil.example",
        "@evil.example",
        "evil.example/path",
        "evil.example?x",
        "evil.example#x",
        "<script>",
        "evil.example\\x",
        "a b",
        "https://evil.example",
        "[::1",
        "evil.example:port",
    ] {
        for header in ["x-forwarded-host", "host"] {
            let cookie = ("cookie", "__client_uat=1");
            let request = page("https://app.example.com/x", &[cookie, (header, odd)]);
            for authenticator in [&trusting, &distrusting] {
                let state = state(authenticator, &request).await;
                let back = way_back(&state);
                assert_eq!(
                    back.as_str(),
                    "https://app.example.com/x",
                    "{header}: {odd}"
                );
                is_sound(&state);
            }
            // Without another host, the browser is not redirected.
            let mut request = page("https://app.example.com/x", &[cookie, (header, odd)]);
            request.uri = "/x".parse().unwrap();
            for authenticator in [&trusting, &distrusting] {
                let state = state(authenticator, &request).await;
                assert_eq!(state.status(), Status::SignedOut, "{header}: {odd}");
                assert!(state.location().is_none(), "{header}: {odd}");
            }
        }
        let proto = page(
            "https://app.example.com/x",
            &[("cookie", "__client_uat=1"), ("x-forwarded-proto", odd)],
        );
        assert_eq!(
            way_back(&state(&trusting, &proto).await).as_str(),
            "https://app.example.com/x",
            "{odd}"
        );
    }
}

#[tokio::test]
async fn credentials_in_a_url_are_not_passed_on() {
    let authenticator = Signer::own().authenticator().build().unwrap();
    for address in [
        "https://user:password@app.example.com/x",
        "https://user@app.example.com/x",
    ] {
        let state = state(
            &authenticator,
            &page(address, &[("cookie", "__client_uat=1")]),
        )
        .await;
        assert_eq!(way_back(&state).as_str(), "https://app.example.com/x");
    }
}

#[tokio::test]
async fn a_redirect_loop_ends_whatever_the_counter() {
    let authenticator = Signer::own().authenticator().build().unwrap();
    let counted = async |value: &str| {
        let cookie = format!("__client_uat=1; __clerk_redirect_count={value}");
        let state = state(
            &authenticator,
            &page("https://app.example.com/", &[("cookie", &cookie)]),
        )
        .await;
        is_sound(&state);
        let set = state
            .headers()
            .get("set-cookie")
            .map(|line| line.to_str().unwrap().to_owned());
        let count = set.and_then(|line| {
            let (count, _) = line
                .strip_prefix("__clerk_redirect_count=")?
                .split_once(';')?;
            count.parse::<i64>().ok()
        });
        (state.status() == Status::Handshake).then(|| count.expect("it counts on"))
    };
    for (value, next) in [
        ("", Some(1)),
        ("0", Some(1)),
        ("1", Some(2)),
        ("2", Some(3)),
        ("3", None),
        ("4", None),
        ("1000", None),
        ("9223372036854775807", None),
        ("9223372036854775808", None),
        ("99999999999999999999999999", None),
        // A negative count would allow a long loop.
        ("-1", Some(1)),
        ("-9223372036854775808", Some(1)),
        ("-99999999999999999999999999", Some(1)),
        ("abc", Some(1)),
        ("NaN", Some(1)),
        ("-", Some(1)),
        ("+", Some(1)),
        ("%33", None),
        // Quotes are part of a value (RFC 6265, section 4.1.1), so this is not a number.
        ("\"3\"", Some(1)),
        ("3.9", None),
        ("1e9", Some(2)),
        ("0x3", Some(1)),
        (" 2 ", Some(3)),
        ("%0d%0a", Some(1)),
    ] {
        assert_eq!(counted(value).await, next, "{value:?}");
    }
}
