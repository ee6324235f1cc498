//! Hostile requests. The server survives and rejects them.

use test_support::{Reply, Server};

use crate::clerk::{self, asking, authenticator, cookies, user};
use crate::wire::{get, page};
use crate::{Framework, Running};

/// The server still serves.
async fn is_alive(server: &Running) {
    let answer = server.answer(get("/me").bearer(&user().mint())).await;
    assert_eq!(answer.status, 200);
}

pub async fn a_non_text_header_is_survived<F: Framework>() {
    let server = clerk::serve::<F>(authenticator()).await;
    let values: [&[u8]; 6] = [
        b"\xff\xfe",
        b"Bearer \xff\xfe",
        b"Bearer a.b\x80.c",
        b"\xc3\xa9 x",
        b"Bearer",
        b"Bearer   ",
    ];
    for value in values {
        for path in ["/me", "/team/secret"] {
            let answer = server
                .answer(get(path).header("authorization", value))
                .await;
            assert_eq!(answer.status, 401, "{value:?}: {}", answer.text());
        }
        let answer = server
            .answer(get("/maybe").header("authorization", value))
            .await;
        assert_eq!(answer.json()["kind"], "unauthenticated", "{value:?}");
    }
    // Other headers may have such bytes with a valid token.
    let request = get("/me").bearer(&user().mint()).header("x-name", b"\xff");
    let answer = server.answer(request.header("referer", b"\xfe\xff")).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    is_alive(&server).await;
}

pub async fn an_oversized_token_is_rejected<F: Framework>() {
    let server = clerk::serve::<F>(authenticator()).await;
    // Correctly signed, and longer than the limit.
    let large = user().claim("filler", "x".repeat(20_000)).mint();
    for request in [
        get("/me").bearer(&large),
        get("/me").cookie(&cookies(&large)),
        get("/team/secret").bearer(&"a".repeat(20_000)),
    ] {
        let answer = server.answer(request).await;
        // Some servers limit the size of request heads.
        assert!(
            [400, 401, 431].contains(&answer.status),
            "{}",
            answer.status
        );
    }
    is_alive(&server).await;
}

pub async fn request_contents_never_become_headers<F: Framework>() {
    let clerk = Server::answering(|_| Reply::json(200, clerk::key().jwks()));
    // This one looks up keys by id, and reports an unknown id in a header.
    let server = clerk::serve::<F>(asking(&clerk).build().expect("good options")).await;
    let token = user().key_id("a\r\nset-cookie: evil=1").mint();
    for request in [
        page("/me?x=%0d%0aset-cookie:%20evil=1").cookie("__client_uat=1"),
        page("/me?__clerk_handshake=%0d%0aset-cookie:%20evil=1").cookie("__client_uat=1"),
        page("/%0d%0aset-cookie:%20evil=1").cookie("__client_uat=1"),
        page("//evil.example/").cookie("__client_uat=1"),
        page("/me").cookie("__client_uat=1; __session=%0d%0aset-cookie: evil=1"),
        get("/me").bearer("%0d%0aset-cookie: evil=1"),
        get("/me").bearer(&token),
    ] {
        let answer = server.answer(request).await;
        assert!(answer.status >= 300, "{}", answer.status);
        for cookie in answer.all("set-cookie") {
            assert!(cookie.starts_with("__clerk_"), "{cookie}");
        }
        if let Some(location) = answer.header("location") {
            let start = "https://clerk.example.com/v1/client/handshake?";
            assert!(location.starts_with(start), "{location}");
        }
    }
    is_alive(&server).await;
}

pub async fn malformed_cookies_are_survived<F: Framework>() {
    let server = clerk::serve::<F>(authenticator()).await;
    let token = user().mint();
    let lines: [&[u8]; 6] = [
        b"__session=\xff\xfe; __client_uat=1",
        b"__session=%ff%fe; __client_uat=1",
        b"__session=%; __client_uat=%zz",
        b"=; ;;=;__session",
        b"__session=a.b.c; __client_uat=99999999999999999999",
        b"__session=\"; __client_uat=\"",
    ];
    for line in lines {
        let answer = server.answer(get("/me").header("cookie", line)).await;
        assert_eq!(answer.status, 401, "{line:?}: {}", answer.text());
    }
    let cookies = [b"name=\xff\xfe; ", cookies(&token).as_bytes()].concat();
    let answer = server.answer(get("/me").header("cookie", cookies)).await;
    let expected = if F::DROPS_OTHER_THAN_TEXT { 401 } else { 200 };
    assert_eq!(answer.status, expected, "{}", answer.text());
    is_alive(&server).await;
}
