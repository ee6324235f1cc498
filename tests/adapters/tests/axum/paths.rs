//! Which paths a layer protects and which it leaves open, as documented in the adapter.

use adapters::clerk::{authenticator, user};
use adapters::wire::{get as get_request, request};
use axum::Router;
use axum::routing::{get, post};
use clerk_auth::adapter::Requirement;
use clerk_auth::axum::AuthLayer;

use super::serve;

fn required() -> AuthLayer {
    AuthLayer::new(authenticator()).require(Requirement::session())
}

async fn page() -> &'static str {
    "page"
}

async fn fallback() -> &'static str {
    "fallback"
}

/// The statuses of unauthenticated requests.
async fn statuses<const N: usize>(router: Router, requests: [(&str, &str); N]) -> [u16; N] {
    let server = serve(router).await;
    let mut statuses = [0; N];
    for (status, (method, path)) in statuses.iter_mut().zip(requests) {
        *status = server.answer(request(method, path)).await.status;
    }
    statuses
}

const EVERYWHERE: [(&str, &str); 6] = [
    ("GET", "/page"),
    ("HEAD", "/page"),
    ("POST", "/page"),
    ("OPTIONS", "/page"),
    ("GET", "/no-such-page"),
    ("GET", "/"),
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_layer_that_is_added_last_protects_everything() {
    let routes = || Router::new().route("/page", get(page));
    for router in [
        routes().layer(required()),
        routes().fallback(fallback).layer(required()),
        routes().fallback_service(Router::new()).layer(required()),
        routes()
            .method_not_allowed_fallback(fallback)
            .layer(required()),
    ] {
        assert_eq!(statuses(router, EVERYWHERE).await, [401; 6]);
    }
    // Authenticated requests get the same response as without the layer.
    let server = serve(routes().fallback(fallback).layer(required())).await;
    let token = user().mint();
    for (path, text) in [("/page", "page"), ("/no-such-page", "fallback")] {
        let answer = server.answer(get_request(path).bearer(&token)).await;
        assert_eq!((answer.status, answer.text()), (200, text));
    }
    let answer = server.answer(request("POST", "/page").bearer(&token)).await;
    assert_eq!(answer.status, 405);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_added_after_a_layer_is_open() {
    let router = Router::new()
        .route("/page", get(page))
        .layer(required())
        .route("/later", get(page))
        .fallback(fallback);
    let requests = [
        ("GET", "/page"),
        ("GET", "/later"),
        ("GET", "/no-such-page"),
    ];
    assert_eq!(statuses(router, requests).await, [401, 200, 200]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_route_layer_leaves_the_fallback_open() {
    let router = Router::new()
        .route("/page", get(page))
        .fallback(fallback)
        .route_layer(required());
    let open = statuses(router, EVERYWHERE).await;
    assert_eq!(open, [401, 401, 401, 401, 200, 200]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_layer_of_a_nested_router_leaves_unknown_paths_under_it_to_the_outer_fallback() {
    let requests = [
        ("GET", "/team/page"),
        ("GET", "/team/no-such-page"),
        ("GET", "/team"),
        ("GET", "/team/"),
        ("GET", "/public"),
        ("GET", "/teams"),
    ];
    let outer = || Router::new().route("/public", get(page)).fallback(fallback);
    let team = || Router::new().route("/page", get(page));
    let router = outer().nest("/team", team().layer(required()));
    let open = statuses(router, requests).await;
    assert_eq!(open, [401, 200, 200, 200, 200, 200]);
    // With its own fallback it gets them, except for the path that ends in a slash.
    let router = outer().nest("/team", team().fallback(fallback).layer(required()));
    let open = statuses(router, requests).await;
    assert_eq!(open, [401, 401, 401, 200, 200, 200]);
    // As a service, it gets all of them.
    let router = outer().nest_service("/team", team().layer(required()));
    let open = statuses(router, requests).await;
    assert_eq!(open, [401, 401, 401, 401, 200, 200]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_merged_router_brings_its_layer_for_its_own_routes() {
    let protected = Router::new().route("/page", get(page)).layer(required());
    let router = Router::new().route("/public", get(page)).merge(protected);
    let requests = [("GET", "/page"), ("GET", "/public")];
    assert_eq!(statuses(router.clone(), requests).await, [401, 200]);
    // The fallback is that of the router that they are merged into.
    let router = router.fallback(fallback);
    assert_eq!(statuses(router, [("GET", "/no-such-page")]).await, [200]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_layer_of_a_method_leaves_methods_that_are_added_later_open() {
    let methods = [("GET", "/page"), ("HEAD", "/page"), ("POST", "/page")];
    let router = Router::new().route("/page", get(page).layer(required()).post(page));
    assert_eq!(statuses(router, methods).await, [401, 401, 200]);
    let router = Router::new().route("/page", get(page).post(page).layer(required()));
    assert_eq!(statuses(router, methods).await, [401; 3]);
    let router = Router::new()
        .route("/page", post(page))
        .nest_service("/service", Router::new().fallback(fallback));
    let requests = [("GET", "/page"), ("GET", "/service/x"), ("GET", "/service")];
    assert_eq!(statuses(router.layer(required()), requests).await, [401; 3]);
}
