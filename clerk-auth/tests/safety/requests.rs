//! Hostile requests: cookies of others, tokens of others, header injection.

use clerk_auth::{Status, testing};

use crate::support::{Signer, is_sound, page, request, state, why, with_token};

#[tokio::test]
async fn the_first_of_several_cookies_with_one_name_counts() {
    let own = Signer::own();
    let authenticator = own.authenticator().build().unwrap();
    let token = |user: &str| own.key.session_token(user).mint();
    let (first, second, foreign) = (token("user_1"), token("user_2"), Signer::foreign().token());
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
                format!("__session={foreign}"),
            ]),
            Some("user_1"),
        ),
        (
            lines(&[
                format!("__session={foreign}; {uat}"),
                format!("__session={first}"),
            ]),
            None,
        ),
        (
            lines(&[format!("a=b;;;=;__session={first};{uat};")]),
            Some("user_1"),
        ),
        // Quotes are part of the value, so it is not a token.
        (lines(&[format!("__session=\"{first}\"; {uat}")]), None),
        // Names are compared exactly.
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
        // An empty one counts as missing, and a second one does not replace it.
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
async fn malformed_percent_encodings_do_no_harm() {
    let authenticator = Signer::own().authenticator().build().unwrap();
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
        // A URL is decoded as leniently.
        let address = format!("https://app.example.com/{odd}?__clerk_db_jwt={odd}&{odd}={odd}");
        if address.parse::<http::Uri>().is_ok() {
            is_sound(
                &state(
                    &Signer::own().development().build().unwrap(),
                    &page(&address, &[]),
                )
                .await,
            );
        }
    }
}

#[tokio::test]
async fn a_non_text_authorization_header_is_rejected_like_any_other() {
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
        with_token(&Signer::foreign().token()),
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
async fn extreme_times_are_accepted() {
    let authenticator = Signer::own().authenticator().build().unwrap();
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
