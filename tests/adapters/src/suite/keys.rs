//! Keys that are fetched from Clerk, and its rate limits.

use std::time::Duration;

use test_support::{Reply, Server};

use super::is_refused;
use super::rejections::PROTECTED;
use crate::Framework;
use crate::clerk::{self, admin, asking, cookies, user};
use crate::wire::{get, send};

/// The workers of a server share the keys of the authenticator.
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

pub async fn unavailable_keys_are_a_503<F: Framework>() {
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
    // Handlers with optional authentication run.
    let answer = server.answer(get("/maybe").bearer(&admin().mint())).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.json()["kind"], "unauthenticated");
}

/// Also for machine tokens, whether JWTs or opaque.
pub async fn an_unverifiable_machine_token_is_a_503<F: Framework>() {
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

/// The workers of a server share the call for a machine token.
pub async fn a_machine_token_is_verified_once_for_all_requests<F: Framework>() {
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

/// A rate limit of Clerk does not hold requests: the response has the time to wait.
pub async fn a_rate_limit_is_reported_at_once<F: Framework>() {
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
