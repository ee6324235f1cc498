//! Errors keep their type on the way through the middleware.

use adapters::clerk::{admin, authenticator, cookies, key, member};
use adapters::wire::{Answer, get as get_request, page, request};
use clerk_auth::adapter::Rejection;
use clerk_auth::poem::{AuthMiddleware, Require};
use clerk_auth::{Auth, Check, FailedCheck, RequestState};
use poem::error::{MethodNotAllowedError, NotFoundError, ResponseError};
use poem::http::StatusCode;
use poem::{
    Endpoint, EndpointExt, Error, IntoResponse, PathPattern, Response, Route, get, handler,
};

use super::serve;
use adapters::application::Admin;

#[derive(Debug)]
struct Mine;

impl std::fmt::Display for Mine {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("mine")
    }
}

impl std::error::Error for Mine {}

impl ResponseError for Mine {
    fn status(&self) -> StatusCode {
        StatusCode::CONFLICT
    }
}

#[handler]
fn open() -> &'static str {
    "open"
}

#[handler]
fn me(auth: Auth) -> String {
    auth.user_id().unwrap_or_default().to_owned()
}

#[handler]
fn admins(_: Require<Admin>) -> &'static str {
    "secret"
}

#[handler]
fn fails() -> Result<(), Mine> {
    Err(Mine)
}

/// As poem-openapi does with the error responses of an operation.
#[handler]
fn refuses() -> Result<(), Error> {
    let response = own("refused").with_header("x-mine", "1");
    Err(Error::from_response(response.into_response()))
}

fn own(text: impl Into<String>) -> Response {
    text.into()
        .with_status(StatusCode::IM_A_TEAPOT)
        .into_response()
}

/// All routes, and a group with its own requirement, behind one authenticator.
fn routes() -> impl Endpoint<Output = Response> {
    let middleware = AuthMiddleware::new(authenticator());
    let group = Route::new().at("/open", get(open));
    let admins_only = middleware.clone().require(Check::role("org:admin"));
    Route::new()
        .at("/open", get(open))
        .at("/me", get(me))
        .at("/admin", get(admins))
        .at("/fails", get(fails))
        .at("/refuses", get(refuses))
        .nest("/group", group.with(admins_only))
        .with(middleware)
}

#[track_caller]
fn is_own(answer: &Answer, text: &str) {
    assert_eq!((answer.status, answer.text()), (418, text));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_outer_catcher_sees_errors_by_their_type() {
    let endpoint = routes()
        .catch_error(async |_: NotFoundError| own("not found"))
        .catch_error(async |_: MethodNotAllowedError| own("method"))
        .catch_error(async |_: Mine| own("mine"));
    let server = serve(endpoint).await;
    let token = admin().mint();
    for path in ["/no-such-page", "/"] {
        is_own(&server.answer(get_request(path)).await, "not found");
        is_own(
            &server.answer(get_request(path).bearer(&token)).await,
            "not found",
        );
    }
    let answer = server
        .answer(get_request("/group/no-such-page").bearer(&token))
        .await;
    is_own(&answer, "not found");
    is_own(&server.answer(request("POST", "/open")).await, "method");
    is_own(&server.answer(get_request("/fails")).await, "mine");
    // Errors that are not caught get poem's response.
    let answer = server.answer(get_request("/open")).await;
    assert_eq!((answer.status, answer.text()), (200, "open"));
    assert_eq!(server.answer(get_request("/me")).await.status, 401);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_rejection_is_an_error_of_its_type() {
    let endpoint =
        routes().catch_error(
            async |rejection: Rejection| match rejection.failed_check() {
                Some(FailedCheck::Role(role)) => own(role),
                Some(other) => own(other.to_string()),
                None => own(rejection.code()),
            },
        );
    let server = serve(endpoint).await;
    let token = member().mint();
    for path in ["/me", "/admin", "/group/open", "/group/no-such-page"] {
        is_own(&server.answer(get_request(path)).await, "unauthenticated");
    }
    for path in ["/admin", "/group/open", "/group/no-such-page"] {
        let answer = server.answer(get_request(path).bearer(&token)).await;
        is_own(&answer, "org:admin");
    }
}

/// A browser that comes back from a handshake, and the cookies that it sets.
fn comes_back(path: &str) -> (adapters::wire::Request, Vec<String>) {
    let directives = vec![
        format!("__session={}; Path=/", member().mint()),
        "__client_uat=1; Path=/".to_owned(),
    ];
    let brought = key().handshake_token(&directives).mint();
    let request = page(&format!("{path}?__clerk_handshake={brought}"));
    (request.cookie("__client_uat=1"), directives)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_rejection_that_is_caught_still_carries_the_cookies() {
    let endpoint = routes().catch_error(async |rejection: Rejection| rejection.as_response());
    let server = serve(endpoint).await;
    for path in ["/admin", "/group/open"] {
        let (request, directives) = comes_back(path);
        let answer = server.answer(request).await;
        assert_eq!(answer.status, 403, "{}", answer.text());
        assert_eq!(answer.all("set-cookie"), directives, "{path}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_error_that_is_a_response_carries_the_cookies() {
    let endpoint = routes().catch_all_error(async |error: Error| {
        let pattern = error
            .data::<PathPattern>()
            .map(|pattern| pattern.0.to_string());
        let is_from_response = error.is_from_response();
        let response = error.into_response();
        response
            .with_header("x-pattern", pattern.unwrap_or_default())
            .with_header("x-is-response", is_from_response.to_string())
            .into_response()
    });
    for server in [serve(routes()).await, serve(endpoint).await] {
        let (request, directives) = comes_back("/refuses");
        let answer = server.answer(request).await;
        is_own(&answer, "refused");
        assert_eq!(answer.all("set-cookie"), directives);
        assert_eq!(answer.header("x-mine"), Some("1"));
        assert!(matches!(
            answer.header("x-is-response"),
            None | Some("true")
        ));
        assert!(matches!(
            answer.header("x-pattern"),
            None | Some("/refuses")
        ));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_state_goes_with_errors_so_that_their_responses_can_carry_its_headers() {
    let endpoint = routes().catch_all_error(async |error: Error| {
        let state = error.data::<RequestState>().cloned();
        let mut response = error.into_response();
        for (name, value) in state.iter().flat_map(|state| state.headers()) {
            response.headers_mut().append(name, value.clone());
        }
        response
    });
    let server = serve(endpoint).await;
    for (path, status) in [
        ("/fails", 409),
        ("/no-such-page", 404),
        ("/admin", 403),
        ("/refuses", 418),
    ] {
        let (request, directives) = comes_back(path);
        let answer = server.answer(request).await;
        assert_eq!(answer.status, status, "{}", answer.text());
        assert_eq!(answer.all("set-cookie"), directives, "{path}");
    }
    let request = get_request("/me").cookie(&cookies(&member().mint()));
    assert_eq!(server.answer(request).await.status, 200);
}
