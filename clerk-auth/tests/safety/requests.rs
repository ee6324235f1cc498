//! Requests that want something: another's cookies, a redirect elsewhere, a line in the response.

use std::collections::HashMap;

use clerk_auth::{Authenticator, AuthenticatorBuilder, RequestState, Status, testing};
use http::HeaderValue;
use url::Url;

use crate::support::{DEVELOPMENT, FRONTEND_API, LIVE, Signer, page, request, why, with_token};

fn builder() -> AuthenticatorBuilder {
    Authenticator::builder()
        .secret_key("sk_test_of_the_safety_tests")
        .publishable_key(LIVE)
        .jwt_key(Signer::own().key.public_key_pem())
}

fn primary_in_development() -> AuthenticatorBuilder {
    builder().publishable_key(DEVELOPMENT)
}

async fn state(authenticator: &Authenticator, request: &http::request::Parts) -> RequestState {
    authenticator.authenticate(request).await.unwrap()
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

/// No header says more than one line, and those that name addresses name one.
fn is_sound(state: &RequestState) {
    for (name, value) in state.headers() {
        let value = value.as_bytes();
        assert!(
            !value.contains(&b'\r') && !value.contains(&b'\n'),
            "{name}: {value:?}"
        );
    }
    assert!(state.headers().get_all("location").iter().count() <= 1);
}

#[tokio::test]
async fn of_several_cookies_of_one_name_the_first_counts_wherever_they_stand() {
    let own = Signer::own();
    let authenticator = builder().build().unwrap();
    let token = |user: &str| own.key.session_token(user).mint();
    let (first, second, stranger) = (token("user_1"), token("user_2"), Signer::stranger().token());
    let lines = |lines: &[String]| {
        let lines = lines.iter().map(|line| ("cookie", line.as_bytes()));
        request("https://app.example.com/", lines)
    };
    let user = async |request| {
        let state = state(&authenticator, &request).await;
        state.auth().user_id().map(str::to_owned)
    };
    let uat = "__client_uat=1";
    for (request, expected) in [
        (
            lines(&[format!("{uat}; __session={first}; __session={second}")]),
            Some("user_1"),
        ),
        (
            lines(&[format!("__session={second}; {uat}; __session={first}")]),
            Some("user_2"),
        ),
        (
            lines(&[
                format!("__session={first}; {uat}"),
                format!("__session={second}"),
            ]),
            Some("user_1"),
        ),
        (
            lines(&[
                uat.into(),
                format!("__session={first}"),
                format!("__session={stranger}"),
            ]),
            Some("user_1"),
        ),
        (
            lines(&[
                format!("__session={stranger}; {uat}"),
                format!("__session={first}"),
            ]),
            None,
        ),
        (
            lines(&[format!("a=b;;;=;__session={first};{uat};")]),
            Some("user_1"),
        ),
        (
            lines(&[format!("__session=\"{first}\"; __client_uat=\"1\"")]),
            Some("user_1"),
        ),
        // Only the name itself is the name.
        (
            lines(&[format!(
                "x__session={first}; __Session={first}; __session2={first}; {uat}"
            )]),
            None,
        ),
        (
            lines(&[format!("__session_other={first}; __client_uat_other=1")]),
            None,
        ),
        // An empty one is as good as none, and the one behind it does not step in.
        (
            lines(&[format!("__session=; __session={first}; {uat}")]),
            None,
        ),
    ] {
        let said = format!("{:?}", request.headers.get_all("cookie").iter().count());
        assert_eq!(user(request).await.as_deref(), expected, "{said} lines");
    }
}

#[tokio::test]
async fn malformed_percent_signs_harm_nobody() {
    let authenticator = builder().build().unwrap();
    let token = Signer::own().token();
    let encoded = token.replace('.', "%2E").replace('_', "%5f");
    let cookies = |text: String| request("https://app.example.com/", [("cookie", text.as_bytes())]);
    let good = cookies(format!(
        "__session={encoded}; __client_uat=%31; other=%zz; __clerk_handshakes=%"
    ));
    assert!(state(&authenticator, &good).await.is_signed_in());
    for odd in [
        "%",
        "%2",
        "%zz",
        "%E0%A4%A",
        "%ff%fe",
        "%00",
        "%0d%0aset-cookie:x=y",
        "%25%32%45",
    ] {
        for text in [
            format!("__session={odd}; __client_uat=1"),
            format!("__session={token}{odd}; __client_uat=1"),
            format!("__session={odd}; __client_uat={odd}; __clerk_redirect_count={odd}"),
        ] {
            let state = state(&authenticator, &cookies(text)).await;
            assert_eq!(state.status(), Status::SignedOut, "{odd}");
            is_sound(&state);
        }
        // An address is read as leniently.
        let address = format!("https://app.example.com/{odd}?__clerk_db_jwt={odd}&{odd}={odd}");
        if address.parse::<http::Uri>().is_ok() {
            is_sound(
                &state(
                    &primary_in_development().build().unwrap(),
                    &page(&address, &[]),
                )
                .await,
            );
        }
    }
}

#[tokio::test]
async fn a_browser_is_sent_back_only_to_what_is_an_address() {
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
        // As browsers read addresses: such an end of a line is no part of it.
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
    // In production nobody is sent anywhere by an address.
    let production = builder().build().unwrap();
    let address = "https://app.example.com/?__clerk_redirect_url=https://evil.example/";
    let state = state(&production, &page(address, &[])).await;
    assert_eq!(state.status(), Status::SignedOut);
    assert!(state.location().is_none());
}

#[tokio::test]
async fn a_handshake_leads_to_the_frontend_api_and_back_to_the_host_that_was_asked() {
    let authenticator = builder().build().unwrap();
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
async fn a_host_that_is_none_names_nobody() {
    let trusting = builder().trust_forwarded_headers(true).build().unwrap();
    let distrusting = builder().build().unwrap();
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
            // And where there is no other, the browser stays where it is.
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
async fn credentials_in_an_address_are_not_sent_on() {
    let authenticator = builder().build().unwrap();
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
async fn an_authorization_header_that_is_no_text_is_refused_like_any_other() {
    let authenticator = testing::authenticator(&Signer::own().key);
    let good = Signer::own().token();
    let of = |value: &[u8]| request("https://app.example.com/", [("authorization", value)]);
    let with = |before: &[u8], after: &[u8]| of(&[before, good.as_bytes(), after].concat());
    for request in [
        of(b"Bearer \xff\xfe\xfd"),
        of(b"\xff"),
        of(b"Bearer \xc3\x28.\xa0\xa1.\xe2"),
        of(b"Bearer"),
        with(b"Bearer ", b"\xff"),
        with(b"Bearer \xff", b""),
        with(b"\xff ", b""),
        with(b"Bearer  ", b""),
        with(b"bearer ", b""),
        with(b"Basic ", b""),
        with(b"Bearer\t", b""),
        with(b"Bearer,", b""),
        with(b"Token ", b""),
        with(b"", b","),
    ] {
        let state = state(&authenticator, &request).await;
        assert_eq!(
            state.status(),
            Status::SignedOut,
            "{:?}",
            request.headers["authorization"]
        );
        assert!(!state.auth().is_authenticated());
        is_sound(&state);
    }
    assert!(
        state(&authenticator, &with(b"Bearer ", b""))
            .await
            .is_signed_in()
    );
    assert!(state(&authenticator, &with(b"", b"")).await.is_signed_in());
}

#[tokio::test]
async fn of_several_authorization_headers_the_first_counts() {
    let authenticator = testing::authenticator(&Signer::own().key);
    let (good, bad) = (
        with_token(&Signer::own().token()),
        with_token(&Signer::stranger().token()),
    );
    for (first, second, is_signed_in) in [(&good, &bad, true), (&bad, &good, false)] {
        let mut request = first.clone();
        let value = second.headers["authorization"].clone();
        request.headers.append("authorization", value);
        assert_eq!(
            state(&authenticator, &request).await.is_signed_in(),
            is_signed_in
        );
    }
}

#[tokio::test]
async fn whatever_the_counter_says_a_loop_ends() {
    let authenticator = builder().build().unwrap();
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
        // A negative count would let a loop go on for as long.
        ("-1", Some(1)),
        ("-9223372036854775808", Some(1)),
        ("-99999999999999999999999999", Some(1)),
        ("abc", Some(1)),
        ("NaN", Some(1)),
        ("-", Some(1)),
        ("+", Some(1)),
        ("%33", None),
        ("\"3\"", None),
        ("3.9", None),
        ("1e9", Some(2)),
        ("0x3", Some(1)),
        (" 2 ", Some(3)),
        ("%0d%0a", Some(1)),
    ] {
        assert_eq!(counted(value).await, next, "{value:?}");
    }
}

#[tokio::test]
async fn a_time_that_no_clock_shows_is_a_time() {
    let authenticator = builder().build().unwrap();
    let token = Signer::own().token();
    for (uat, expected) in [
        (
            "99999999999999999999999999",
            "session-token-iat-before-client-uat",
        ),
        ("9223372036854775807", "session-token-iat-before-client-uat"),
        ("0", "session-token-but-no-client-uat"),
        ("", "session-token-but-no-client-uat"),
        ("x", "session-token-but-no-client-uat"),
        ("-5", ""),
        ("1", ""),
    ] {
        let cookie = format!("__session={token}; __client_uat={uat}");
        let state = state(
            &authenticator,
            &page("https://app.example.com/", &[("cookie", &cookie)]),
        )
        .await;
        assert_eq!(why(&state), expected, "{uat}");
    }
}
