//! The fairing attached more than once, and its effect on other responses.

use adapters::application::Admin;
use adapters::clerk::{admin, authenticator, key, member};
use adapters::wire::{get as get_request, page, request};
use clerk_auth::Auth;
use clerk_auth::adapter::Rejection;
use clerk_auth::rocket::{AuthFairing, OptionalAuth, Require};
use rocket::error::ErrorKind;
use rocket::http::Status;
use rocket::{Build, Request, catch, catchers, get, post, routes};

use super::serve;

#[get("/open")]
fn open() -> &'static str {
    "open"
}

#[get("/maybe")]
fn maybe(auth: OptionalAuth) -> String {
    auth.0.user_id().unwrap_or("unauthenticated").to_owned()
}

#[post("/me")]
fn me(auth: Auth) -> String {
    auth.user_id().unwrap_or_default().to_owned()
}

#[get("/secret")]
fn secret(_admin: Require<Admin>) -> &'static str {
    "secret"
}

#[get("/panics")]
fn panics(_auth: OptionalAuth) -> &'static str {
    panic!("a handler that panics")
}

#[get("/checks")]
fn checks(auth: OptionalAuth) -> Result<&'static str, Rejection> {
    use clerk_auth::{Check, FailedCheck, Reverification};
    let session = auth.0.session().ok_or(FailedCheck::NoUser)?;
    session.check(&Check::reverified(Reverification::Lax))?;
    Ok("checked")
}

#[catch(404)]
fn not_found() -> &'static str {
    "own 404"
}

#[catch(default)]
fn other(status: Status, _: &Request<'_>) -> String {
    format!("own {}", status.code)
}

fn routes(fairings: impl IntoIterator<Item = AuthFairing>) -> rocket::Rocket<Build> {
    let rocket = rocket::build()
        .mount("/", routes![open, maybe, me, secret, panics, checks])
        .register("/", catchers![not_found, other]);
    fairings
        .into_iter()
        .fold(rocket, |rocket, fairing| rocket.attach(fairing))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_fairing_may_be_attached_twice() {
    let fairing = AuthFairing::new(authenticator());
    let server = serve(routes([fairing.clone(), fairing])).await;
    let directives = [
        format!("__session={}; Path=/", admin().mint()),
        "__client_uat=1; Path=/".to_owned(),
    ];
    let brought = key().handshake_token(&directives).mint();
    let back = page(&format!("/secret?__clerk_handshake={brought}"));
    let answer = server.answer(back.cookie("__client_uat=1")).await;
    assert_eq!((answer.status, answer.text()), (200, "secret"));
    assert_eq!(answer.all("set-cookie"), directives);
    let answer = server.answer(get_request("/secret")).await;
    assert_eq!(answer.status, 401);
    assert_eq!(answer.header("x-clerk-auth-status"), Some("signed-out"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_different_fairings_fail_the_launch() {
    let authenticator = authenticator();
    let one = || AuthFairing::new(authenticator.clone());
    let another = AuthFairing::new(clerk_auth::testing::authenticator(key()));
    let own_way = one().respond_with(|rejection| rejection.response());
    for second in [another, own_way] {
        let launched = routes([one(), second]).ignite().await;
        let error = launched.expect_err("a launch that fails");
        match error.kind() {
            ErrorKind::FailedFairings(failed) => {
                assert_eq!(failed.len(), 1);
                assert!(failed[0].name.contains("Clerk"), "{}", failed[0].name);
            }
            other => panic!("{other}"),
        }
    }
    assert!(routes([one(), one()]).ignite().await.is_ok());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn catchers_see_everything_but_rejections() {
    let server = serve(routes([AuthFairing::new(authenticator())])).await;
    for (sent, status, text) in [
        (get_request("/no-such-page"), 404, "own 404"),
        (request("DELETE", "/me"), 404, "own 404"),
        (get_request("/panics"), 500, "own 500"),
        (get_request("/open"), 200, "open"),
    ] {
        let answer = server.answer(sent).await;
        assert_eq!((answer.status, answer.text()), (status, text));
    }
    for sent in [get_request("/secret"), request("POST", "/me")] {
        let answer = server.answer(sent).await;
        assert_eq!(answer.status, 401);
        assert_eq!(answer.json()["errors"][0]["code"], "unauthenticated");
    }
    // The response of a handler that panics has the headers of the state too.
    let answer = server.answer(get_request("/panics")).await;
    assert_eq!(answer.header("x-clerk-auth-status"), Some("signed-out"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_handler_may_respond_with_a_rejection() {
    let server = serve(routes([AuthFairing::new(authenticator())])).await;
    let stale = member().factor_verification_age(1440, 1440).mint();
    let answer = server.answer(get_request("/checks").bearer(&stale)).await;
    assert_eq!(answer.status, 403);
    let metadata = &answer.json()["clerk_error"]["metadata"];
    assert_eq!(metadata["reverification"], "lax");
    let fresh = member().factor_verification_age(1439, 1439).mint();
    let answer = server.answer(get_request("/checks").bearer(&fresh)).await;
    assert_eq!((answer.status, answer.text()), (200, "checked"));
}
