//! Which paths a middleware protects and which it leaves open, as documented in the adapter.

use adapters::clerk::{authenticator, user};
use adapters::wire::{get as get_request, request};
use clerk_auth::Auth;
use clerk_auth::adapter::Requirement;
use clerk_auth::poem::AuthMiddleware;
use poem::{Endpoint, EndpointExt, Route, get, handler};

use super::serve;

fn required() -> AuthMiddleware {
    AuthMiddleware::new(authenticator()).require(Requirement::session())
}

#[handler]
fn page() -> &'static str {
    "page"
}

#[handler]
fn signed_in(_: Auth) -> &'static str {
    "page"
}

#[handler]
fn other() -> &'static str {
    "other"
}

#[handler]
fn panics() -> &'static str {
    panic!("a handler that panics")
}

/// The statuses of unauthenticated requests.
async fn statuses<const N: usize>(
    endpoint: impl Endpoint + 'static,
    requests: [(&str, &str); N],
) -> [u16; N] {
    let server = serve(endpoint).await;
    let mut statuses = [0; N];
    for (status, (method, path)) in statuses.iter_mut().zip(requests) {
        *status = server.answer(request(method, path)).await.status;
    }
    statuses
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_middleware_around_a_route_protects_everything() {
    let route = Route::new().at("/page", get(page)).with(required());
    let requests = [
        ("GET", "/page"),
        ("HEAD", "/page"),
        ("POST", "/page"),
        ("OPTIONS", "/page"),
        ("GET", "/no-such-page"),
        ("GET", "/"),
    ];
    assert_eq!(statuses(route, requests).await, [401; 6]);
    let route = Route::new().at("/page", get(page)).with(required());
    let server = serve(route).await;
    let token = user().mint();
    for (method, path, status) in [
        ("GET", "/page", 200),
        ("POST", "/page", 405),
        ("GET", "/no-such-page", 404),
    ] {
        let answer = server.answer(request(method, path).bearer(&token)).await;
        assert_eq!(answer.status, status, "{method} {path}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_group_protects_all_paths_under_it_and_nothing_beside_it() {
    let team = Route::new().at("/page", get(page)).with(required());
    let route = Route::new()
        .nest("/team", team)
        .at("/public", get(page))
        .at("/*rest", get(other));
    let requests = [
        ("GET", "/team/page"),
        ("POST", "/team/page"),
        ("GET", "/team/no-such-page"),
        ("GET", "/team"),
        ("GET", "/team/"),
        ("GET", "/public"),
        ("GET", "/teams"),
    ];
    let open = statuses(route, requests).await;
    assert_eq!(open, [401, 401, 401, 401, 401, 200, 200]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_middleware_around_one_method_leaves_the_others_open() {
    let methods = [("GET", "/page"), ("POST", "/page"), ("PUT", "/page")];
    let route = Route::new().at("/page", get(page.with(required())).post(other));
    assert_eq!(statuses(route, methods).await, [401, 200, 405]);
    let route = Route::new().at("/page", get(page).post(other).with(required()));
    assert_eq!(statuses(route, methods).await, [401; 3]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_panicking_handler_affects_no_other_request() {
    let route = Route::new()
        .at("/panics", get(panics))
        .at("/page", get(page));
    let server = serve(route.with(required())).await;
    let token = user().mint();
    let (address, request) = (server.address, get_request("/panics").bearer(&token));
    let nothing = tokio::spawn(async move { adapters::wire::send(address, &request).await });
    assert!(nothing.await.is_err());
    let answer = server.answer(get_request("/page").bearer(&token)).await;
    assert_eq!((answer.status, answer.text()), (200, "page"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_rejected_head_has_no_body_over_http_2() {
    use http_body_util::{BodyExt, Empty};
    use hyper_util::rt::TokioExecutor;

    // A middleware that rejects, an extractor that does, and a group behind another middleware.
    let open = || AuthMiddleware::new(authenticator());
    let team = Route::new().at("/page", get(page)).with(required());
    let authenticator = authenticator();
    let inner = AuthMiddleware::new(authenticator.clone()).require(Requirement::session());
    let group = Route::new().at("/page", get(page)).with(inner);
    let endpoints = [
        serve(Route::new().at("/page", get(page)).with(required())).await,
        serve(Route::new().at("/page", get(signed_in)).with(open())).await,
        serve(Route::new().nest("/", team)).await,
        serve(
            Route::new()
                .nest("/", group)
                .with(AuthMiddleware::new(authenticator)),
        )
        .await,
    ];
    for server in endpoints {
        let mut builder = hyper_util::client::legacy::Client::builder(TokioExecutor::new());
        let client = builder.http2_only(true).build_http::<Empty<bytes::Bytes>>();
        let mut lengths = Vec::new();
        for method in ["HEAD", "GET"] {
            let uri = format!("http://{}/page", server.address);
            let request = http::Request::builder().method(method).uri(uri);
            let response = client.request(request.body(Empty::new()).unwrap()).await;
            let response = response.expect("no protocol error");
            assert_eq!(response.status(), 401, "{method}");
            lengths.extend(response.headers().get("content-length").cloned());
            let body = response
                .into_body()
                .collect()
                .await
                .expect("no protocol error");
            assert_eq!(body.to_bytes().is_empty(), method == "HEAD");
        }
        assert_eq!(lengths.len(), 2);
        assert_eq!(lengths[0], lengths[1]);
    }
}
