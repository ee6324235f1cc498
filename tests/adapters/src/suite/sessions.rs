//! Valid session tokens, and unauthenticated requests.

use serde_json::json;

use crate::clerk::{self, admin, authenticator, cookies, member, user};
use crate::wire::{get, request};
use crate::{Framework, application};

pub async fn a_session_in_the_header_is_seen_by_handlers<F: Framework>() {
    let server = clerk::serve::<F>(authenticator()).await;
    let expected = json!({
        "kind": "session", "user": "user_1", "organization": "org_1", "team": "red",
    });
    for path in [
        "/me",
        "/maybe",
        "/option",
        "/optional",
        "/optional/session",
        "/session",
        "/cookies",
        "/invoices",
    ] {
        let answer = server.answer(get(path).bearer(&admin().mint())).await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.text());
        assert_eq!(answer.json(), expected, "{path}");
        assert_eq!(answer.header("www-authenticate"), None);
        assert_eq!(answer.header("x-clerk-auth-status"), None);
    }
    // A token without a scheme counts too.
    let request = get("/me").header("authorization", user().mint());
    assert_eq!(server.answer(request).await.status, 200);
}

pub async fn a_session_in_a_cookie_is_seen_by_handlers<F: Framework>() {
    let server = clerk::serve::<F>(authenticator()).await;
    let token = member().mint();
    let answer = server.answer(get("/me").cookie(&cookies(&token))).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert_eq!(answer.json()["user"], "user_1");
    assert_eq!(answer.json()["organization"], "org_1");
    // Cookies may be in several headers.
    let lines = get("/me").cookie("a=b").cookie("__client_uat=1");
    let answer = server
        .answer(lines.cookie(&format!("__session={token}")))
        .await;
    assert_eq!(answer.status, 200, "{}", answer.text());
}

pub async fn an_unauthenticated_request_passes_where_allowed<F: Framework>() {
    let server = clerk::serve::<F>(authenticator()).await;
    for path in [
        "/maybe",
        "/option",
        "/optional",
        "/optional/session",
        "/cookies",
    ] {
        for request in [get(path), get(path).bearer("not.a.token")] {
            let answer = server.answer(request).await;
            assert_eq!(answer.status, 200, "{path}: {}", answer.text());
            assert_eq!(answer.json()["kind"], "unauthenticated", "{path}");
        }
    }
    let answer = server.answer(get("/public")).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.text(), application::PUBLIC);
}

pub async fn a_body_reaches_a_handler_and_comes_back<F: Framework>() {
    let server = clerk::serve::<F>(authenticator()).await;
    let body: Vec<u8> = (0..300_000_u32).map(|index| (index % 251) as u8).collect();
    let sent = request("POST", "/me").header("content-type", "application/octet-stream");
    let signed_in = sent.clone().bearer(&user().mint()).body(body.clone());
    let answer = server.answer(signed_in).await;
    assert_eq!(answer.status, 200);
    assert!(answer.body == body, "{} bytes came back", answer.body.len());
    let answer = server.answer(sent.body(*b"small")).await;
    assert_eq!(answer.status, 401);
}

pub async fn concurrent_requests_are_isolated<F: Framework>() {
    let server = clerk::serve::<F>(authenticator()).await;
    let address = server.address;
    let answers: Vec<_> = (0..100)
        .map(|index| {
            let name = format!("user_{index}");
            tokio::spawn(async move {
                let token = clerk::key().session_token(&name).mint();
                let request = match index % 3 {
                    0 => get("/me").bearer(&token),
                    1 => get("/me").cookie(&cookies(&token)),
                    _ => get("/me"),
                };
                (index, name, crate::wire::send(address, &request).await)
            })
        })
        .collect();
    for answer in answers {
        let (index, name, answer) = answer.await.expect("no panic");
        if index % 3 == 2 {
            assert_eq!(answer.status, 401);
        } else {
            assert_eq!(answer.json()["user"], name);
        }
    }
}
