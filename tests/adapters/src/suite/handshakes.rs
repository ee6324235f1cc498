//! Handshakes.

use serde_json::json;
use test_support::{Reply, Server};

use super::is_refused;
use crate::Framework;
use crate::application::OWN_COOKIES;
use crate::clerk::{
    self, DEVELOPMENT, DEVELOPMENT_SECRET_KEY, admin, asking, authenticator, builder, key, member,
};
use crate::wire::{Answer, get, page};

const OTHER_COOKIES: [&str; 2] = [
    "__client_uat=1; Path=/; Domain=example.com; SameSite=Lax",
    "__refresh=abc; Path=/; HttpOnly",
];

/// The cookies that a handshake sets, in order.
fn directives(session: &str) -> Vec<String> {
    let session = format!("__session={session}; Path=/; SameSite=Lax");
    let others = OTHER_COOKIES.map(str::to_owned);
    [vec![session], others.into()].concat()
}

#[track_caller]
fn sets(answer: &Answer, expected: &[impl AsRef<str>]) {
    let mut set = answer.all("set-cookie");
    let mut expected: Vec<&str> = expected.iter().map(AsRef::as_ref).collect();
    // The order of cookies with different names does not matter.
    set.sort_unstable();
    expected.sort_unstable();
    assert_eq!(set, expected);
}

pub async fn a_handshake_redirect_has_every_header<F: Framework>() {
    let server = clerk::serve::<F>(authenticator()).await;
    // Pages that require authentication, and pages that do not.
    for path in [
        "/me?page=2&x=%20",
        "/maybe",
        "/optional",
        "/team/secret",
        "/admin/7",
    ] {
        let answer = server.answer(page(path).cookie("__client_uat=1")).await;
        assert_eq!(answer.status, 307, "{path}: {}", answer.text());
        let location = answer.header("location").expect("a location");
        let expected = "https://clerk.example.com/v1/client/handshake?redirect_url=https%3A%2F%2Fapp.example.com%2F";
        assert!(location.starts_with(expected), "{location}");
        assert_eq!(answer.header("cache-control"), Some("no-store"));
        assert_eq!(answer.header("x-clerk-auth-status"), Some("handshake"));
        let reason = answer.header("x-clerk-auth-reason");
        assert_eq!(reason, Some("client-uat-but-no-session-token"));
        sets(
            &answer,
            &["__clerk_redirect_count=1; SameSite=Lax; HttpOnly; Max-Age=2"],
        );
        assert!(answer.body.is_empty());
    }
    let answer = server
        .answer(page("/me?page=2").cookie("__client_uat=1"))
        .await;
    let location = answer.header("location").expect("a location");
    assert!(location.contains("%2Fme%3Fpage%3D2"), "{location}");
    // Requests that are not page loads are not redirected.
    let answer = server.answer(get("/me").cookie("__client_uat=1")).await;
    is_refused(&answer, 401, "unauthenticated");
    sets(&answer, &[""; 0]);
}

pub async fn in_production_the_response_has_all_cookies<F: Framework>() {
    let server = clerk::serve::<F>(authenticator()).await;
    let directives = directives(&member().mint());
    let brought = key().handshake_token(&directives).mint();
    let browser = |path: &str| {
        let request = page(&format!("{path}?__clerk_handshake={brought}"));
        request.cookie("__client_uat=1; __clerk_redirect_count=1")
    };
    let answer = server.answer(browser("/cookies")).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert_eq!(answer.json()["user"], "user_1");
    let own = OWN_COOKIES.map(str::to_owned);
    sets(&answer, &[directives.clone(), own.into()].concat());
    assert_eq!(answer.header("location"), None);
    let answer = server.answer(browser("/me")).await;
    assert_eq!(answer.status, 200);
    sets(&answer, &directives);
    // If no route matches, the cookies are not lost either.
    let answer = server.answer(browser("/no-such-page")).await;
    assert_eq!(answer.status, 404);
}

pub async fn in_development_the_url_is_cleaned_first<F: Framework>() {
    let development = builder()
        .publishable_key(DEVELOPMENT)
        .secret_key(DEVELOPMENT_SECRET_KEY)
        .build();
    let server = clerk::serve::<F>(development.expect("good options")).await;
    let directives = directives(&member().mint());
    let brought = key().handshake_token(&directives).mint();
    for path in ["/me", "/maybe", "/team/secret"] {
        let request = page(&format!("{path}?a=b&__clerk_handshake={brought}"));
        let answer = server.answer(request.cookie("__client_uat=1")).await;
        assert_eq!(answer.status, 307, "{}", answer.text());
        let expected = format!("https://app.example.com{path}?a=b");
        assert_eq!(answer.header("location"), Some(expected.as_str()));
        assert_eq!(answer.header("cache-control"), Some("no-store"));
        sets(&answer, &directives);
    }
}

pub async fn a_rejected_browser_still_gets_its_cookies<F: Framework>() {
    let server = clerk::serve::<F>(authenticator()).await;
    // The browser came back signed out, or as a user without permission.
    for (session, status, code) in [
        (String::new(), 401, "unauthenticated"),
        (member().mint(), 403, "forbidden"),
    ] {
        let directives = directives(&session);
        let brought = key().handshake_token(&directives).mint();
        for path in ["/admin/7", "/team/secret"] {
            let request = page(&format!("{path}?__clerk_handshake={brought}"));
            let answer = server.answer(request.cookie("__client_uat=1")).await;
            is_refused(&answer, status, code);
            sets(&answer, &directives);
        }
    }
}

pub async fn a_nonce_is_exchanged_once_for_a_group_in_a_group<F: Framework>() {
    let directives = directives(&admin().mint());
    // A nonce is valid for one exchange.
    let clerk = Server::script([Reply::json(200, json!({ "directives": directives }))]);
    let builder = asking(&clerk).jwt_key(key().public_key_pem());
    let server = clerk::serve::<F>(builder.build().expect("good options")).await;
    let request = page("/team/secret?__clerk_handshake_nonce=nonce");
    let answer = server.answer(request.cookie("__client_uat=1")).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    sets(&answer, &directives);
    assert_eq!(clerk.requests().len(), 1);
}
