//! Keys that Clerk is asked for.

use std::time::Duration;

use test_support::{Reply, Server};

use super::is_refused;
use super::rejections::PROTECTED;
use crate::Framework;
use crate::clerk::{self, admin, asking, cookies, user};
use crate::wire::{get, send};

/// However many workers a server has, they share the keys of the authenticator.
pub async fn keys_are_fetched_once_for_all_requests<F: Framework>() {
    let clerk = Server::answering(|_| Reply::json(200, clerk::key().jwks()));
    let server = clerk::serve::<F>(asking(&clerk).build().expect("good options")).await;
    let address = server.address;
    let answers: Vec<_> = (0..64)
        .map(|index| {
            let token = user().mint();
            let request = match index % 2 {
                0 => get("/me").bearer(&token),
                _ => get("/me").cookie(&cookies(&token)),
            };
            tokio::spawn(async move { send(address, &request).await })
        })
        .collect();
    for answer in answers {
        assert_eq!(answer.await.expect("no panic").status, 200);
    }
    assert_eq!(clerk.request().path, "/v1/jwks");
}

pub async fn keys_that_cannot_be_had_are_no_fault_of_the_sender<F: Framework>() {
    let clerk = Server::answering(|_| Reply::empty(500));
    let server = clerk::serve::<F>(asking(&clerk).build().expect("good options")).await;
    for path in PROTECTED {
        let answer = server.answer(get(path).bearer(&admin().mint())).await;
        is_refused(&answer, 503, "unavailable");
        let seconds = answer.header("retry-after").expect("when to come again");
        assert!(seconds.parse::<u32>().is_ok_and(|seconds| seconds > 0));
        assert_eq!(answer.header("www-authenticate"), None);
    }
    for path in ["/optional", "/optional/session"] {
        let answer = server.answer(get(path).bearer(&admin().mint())).await;
        is_refused(&answer, 503, "unavailable");
        assert!(answer.header("retry-after").is_some(), "{path}");
    }
    // Who asks for nobody in particular is served.
    let answer = server.answer(get("/maybe").bearer(&admin().mint())).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.json()["kind"], "nobody");
}

/// Nor of a machine whose token is a JWT, or is to be looked up.
pub async fn a_machine_token_that_cannot_be_checked_is_no_bad_token<F: Framework>() {
    let clerk = Server::answering(|_| Reply::empty(500));
    let server = clerk::serve::<F>(asking(&clerk).build().expect("good options")).await;
    for token in [
        clerk::key().m2m_token("mch_1").mint(),
        clerk::key().oauth_token("user_1", "client_1").mint(),
        clerk::API_KEY.to_owned(),
    ] {
        for path in ["/me", "/machine", "/write", "/team/secret", "/optional"] {
            let answer = server.answer(get(path).bearer(&token)).await;
            is_refused(&answer, 503, "unavailable");
            assert_eq!(answer.header("www-authenticate"), None, "{path}");
        }
    }
}

/// However many workers a server has, they share the call that a machine token costs.
pub async fn a_machine_token_is_shown_to_clerk_once_for_all_requests<F: Framework>() {
    for (reply, status) in [
        (clerk::api_key(&["write"], "revoked", false), 200),
        (Reply::empty(404), 401),
    ] {
        let clerk = Server::answering(move |_| reply.clone().after(Duration::from_secs(1)));
        let server = clerk::serve::<F>(asking(&clerk).build().expect("good options")).await;
        let address = server.address;
        let answers: Vec<_> = (0..64)
            .map(|_| {
                let request = get("/machine").bearer(clerk::API_KEY);
                tokio::spawn(async move { send(address, &request).await })
            })
            .collect();
        for answer in answers {
            assert_eq!(answer.await.expect("no panic").status, status);
        }
        assert_eq!(clerk.request().path, "/v1/api_keys/verify");
    }
}

/// A rate limit of Clerk's holds no request: whoever sends it hears when to come again.
pub async fn a_rate_limit_is_answered_at_once<F: Framework>() {
    let clerk = Server::answering(|_| Reply::empty(429).header("retry-after", "60"));
    let server = clerk::serve::<F>(asking(&clerk).build().expect("good options")).await;
    for path in ["/me", "/machine", "/write", "/team/secret"] {
        let answer = server.answer(get(path).bearer(clerk::API_KEY)).await;
        is_refused(&answer, 503, "unavailable");
        let seconds = answer.header("retry-after").expect("when to come again");
        let seconds: u32 = seconds.parse().expect("seconds");
        assert!((30..=60).contains(&seconds), "{path}: {seconds}");
    }
    assert_eq!(clerk.request().path, "/v1/api_keys/verify");
}
