//! Which paths are protected and which are open, as documented in the adapter.

use adapters::Running;
use adapters::clerk::{authenticator, cookies, user};
use adapters::wire::{get as get_request, request};
use clerk_auth::rocket::AuthFairing;
use clerk_auth::{Auth, SessionAuth};
use rocket::{Request, catch, catchers, get, post, routes};

use super::serve;

#[get("/page")]
fn protected(_session: SessionAuth) -> &'static str {
    "page"
}

#[post("/page")]
fn other_method() -> &'static str {
    "other method"
}

#[get("/open")]
fn open() -> &'static str {
    "open"
}

#[get("/<_..>", rank = 10)]
fn rest() -> &'static str {
    "rest"
}

#[get("/<_..>", rank = 10)]
fn guarded_rest(_session: SessionAuth) -> &'static str {
    "rest"
}

/// A request that a guard rejects is not forwarded to another route.
#[get("/page", rank = 20)]
fn second(_auth: Option<Auth>) -> &'static str {
    "second"
}

#[catch(404)]
async fn not_found(request: &Request<'_>) -> String {
    match request.guard::<SessionAuth>().await.succeeded() {
        Some(session) => format!("nothing for {}", session.user_id()),
        None => "nothing".to_owned(),
    }
}

async fn server() -> Running {
    let rocket = rocket::build()
        .attach(AuthFairing::new(authenticator()))
        .mount("/team", routes![protected, other_method, open, second])
        .mount("/files", routes![rest])
        .mount("/guarded", routes![guarded_rest])
        .register("/", catchers![not_found]);
    serve(rocket).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn routes_with_a_guard_are_protected_and_no_others() {
    let server = server().await;
    for (method, path, status) in [
        ("GET", "/team/page", 401),
        ("HEAD", "/team/page", 401),
        ("GET", "/guarded/no-such-page", 401),
        ("GET", "/guarded", 401),
        // Nothing beside a guarded route is.
        ("POST", "/team/page", 200),
        ("GET", "/team/open", 200),
        ("GET", "/team/no-such-page", 404),
        ("PUT", "/team/page", 404),
        ("OPTIONS", "/team/page", 404),
        ("GET", "/files/anything", 200),
    ] {
        let answer = server.answer(request(method, path)).await;
        assert_eq!(answer.status, status, "{method} {path}: {}", answer.text());
        if method == "HEAD" {
            assert!(answer.body.is_empty(), "{}", answer.text());
        }
    }
    let token = user().mint();
    for (path, text) in [("/team/page", "page"), ("/guarded/a/b", "rest")] {
        let answer = server.answer(get_request(path).bearer(&token)).await;
        assert_eq!((answer.status, answer.text()), (200, text));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_catcher_may_use_a_guard() {
    let server = server().await;
    let answer = server.answer(get_request("/nowhere")).await;
    assert_eq!((answer.status, answer.text()), (404, "nothing"));
    let request = get_request("/nowhere").cookie(&cookies(&user().mint()));
    let answer = server.answer(request).await;
    assert_eq!((answer.status, answer.text()), (404, "nothing for user_1"));
}
