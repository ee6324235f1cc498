//! hyper: the tower layer around a service, over HTTP/1.1 and HTTP/2.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};

use adapters::clerk::{admin, authenticator, cookies, key, user};
use adapters::wire;
use bytes::Bytes;
use clerk_auth::tower::AuthLayer;
use clerk_auth::{Auth, Check, OriginalUri, RequestState};
use http::{Method, Request, Response, StatusCode, Uri, Version};
use http_body_util::{BodyExt, Empty, Full};
use hyper_util::client::legacy::Client;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto;
use hyper_util::service::TowerToHyperService;
use tokio::net::TcpListener;
use tower::limit::ConcurrencyLimitLayer;
use tower::{Layer, Service, ServiceBuilder, service_fn};

async fn greet<B>(request: Request<B>) -> Result<Response<Full<Bytes>>, Infallible> {
    let auth = request.extensions().get::<Auth>();
    let state = request.extensions().get::<RequestState>();
    let text = match (auth, state) {
        (Some(auth), Some(_)) => auth.user_id().unwrap_or("unauthenticated"),
        _ => "the layer is not there",
    };
    Ok(Response::new(text.to_owned().into()))
}

/// Serves HTTP/1.1, and HTTP/2 with prior knowledge.
async fn serve<S, B>(service: S) -> SocketAddr
where
    S: Service<Request<hyper::body::Incoming>, Response = Response<B>, Error = Infallible>,
    S: Clone + Send + Sync + 'static,
    S::Future: Send,
    B: http_body::Body<Data = Bytes> + Send + 'static,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let service = TowerToHyperService::new(service.clone());
            tokio::spawn(async move {
                let builder = auto::Builder::new(TokioExecutor::new());
                builder
                    .serve_connection(TokioIo::new(stream), service)
                    .await
            });
        }
    });
    address
}

async fn send(
    server: SocketAddr,
    request: http::request::Builder,
) -> (StatusCode, http::HeaderMap, String) {
    send_over(Version::HTTP_2, server, request).await
}

async fn send_over(
    version: Version,
    server: SocketAddr,
    request: http::request::Builder,
) -> (StatusCode, http::HeaderMap, String) {
    let mut builder = Client::builder(TokioExecutor::new());
    let builder = builder.http2_only(version == Version::HTTP_2);
    let client = builder.build_http::<Empty<Bytes>>();
    let path = request.uri_ref().unwrap().to_string();
    let request = request
        .uri(format!("http://{server}{path}"))
        .body(Empty::new());
    let response = client.request(request.unwrap()).await.unwrap();
    let (parts, body) = response.into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    let text = String::from_utf8(body.to_vec()).unwrap();
    (parts.status, parts.headers, text)
}

#[tokio::test]
async fn http_2_is_authenticated() {
    let server = serve(AuthLayer::new(authenticator()).layer(service_fn(greet))).await;
    let token = user().mint();
    let (status, _, text) = send(
        server,
        Request::get("/").header("authorization", format!("Bearer {token}")),
    )
    .await;
    assert_eq!((status, text.as_str()), (StatusCode::OK, "user_1"));
    // In HTTP/2, each cookie may have its own header (RFC 9113, section 8.2.3).
    let mut request = Request::get("/");
    for cookie in cookies(&token).split("; ") {
        request = request.header("cookie", cookie);
    }
    let (status, _, text) = send(server, request).await;
    assert_eq!((status, text.as_str()), (StatusCode::OK, "user_1"));
    let (status, _, text) = send(server, Request::get("/")).await;
    assert_eq!((status, text.as_str()), (StatusCode::OK, "unauthenticated"));
}

#[tokio::test]
async fn http_2_has_the_address_in_the_request_and_no_host() {
    let server =
        serve(AuthLayer::new(authenticator_at_any_address()).layer(service_fn(greet))).await;
    let page = Request::get("/page?x=1")
        .header("accept", "text/html")
        .header("sec-fetch-dest", "document")
        .header("cookie", "__client_uat=1");
    let (status, headers, text) = send(server, page).await;
    assert_eq!(
        (status, text.as_str()),
        (StatusCode::TEMPORARY_REDIRECT, "")
    );
    let location = headers["location"].to_str().unwrap();
    let port = server.port();
    let back = format!("redirect_url=http%3A%2F%2F127.0.0.1%3A{port}%2Fpage%3Fx%3D1");
    assert!(location.contains(&back), "{location}");
}

fn authenticator_at_any_address() -> clerk_auth::Authenticator {
    clerk_auth::testing::authenticator_builder(key())
        .handshakes(true)
        .build()
        .unwrap()
}

#[tokio::test]
async fn http_2_is_rejected_like_http_1() {
    let layer = AuthLayer::new(authenticator()).require(Check::role("org:admin"));
    let server = serve(layer.layer(service_fn(greet))).await;
    let (status, headers, text) = send(server, Request::get("/")).await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
    assert_eq!(headers["www-authenticate"], "Bearer");
    assert!(text.contains("unauthenticated"), "{text}");
    let bearer =
        |token: String| Request::get("/").header("authorization", format!("Bearer {token}"));
    let (status, headers, _) = send(server, bearer(user().mint())).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    assert_eq!(headers.get("www-authenticate"), None);
    let (status, _, text) = send(server, bearer(admin().mint())).await;
    assert_eq!((status, text.as_str()), (StatusCode::OK, "user_1"));
}

/// Strips the first segment of a path, as a router might.
#[derive(Clone)]
struct Strip<S> {
    service: S,
    /// Stores the original URI.
    keep: Keep,
}

type Keep = fn(&mut Request<hyper::body::Incoming>, Uri);

impl<S: Service<Request<hyper::body::Incoming>>> Service<Request<hyper::body::Incoming>>
    for Strip<S>
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = S::Future;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.service.poll_ready(context)
    }

    fn call(&mut self, mut request: Request<hyper::body::Incoming>) -> S::Future {
        let whole = request.uri().clone();
        let (_, rest) = whole.path()[1..].split_once('/').unwrap();
        let query = whole.query().unwrap_or_default();
        *request.uri_mut() = format!("/{rest}?{query}").parse().unwrap();
        (self.keep)(&mut request, whole);
        self.service.call(request)
    }
}

#[tokio::test]
async fn a_service_under_a_path_returns_to_the_original_uri() {
    let kept = |request: &mut Request<_>, whole: Uri| {
        request.extensions_mut().insert(OriginalUri(whole));
    };
    let lost = |_: &mut Request<_>, _| {};
    let with_scheme = |request: &mut Request<_>, whole: Uri| {
        let whole = format!("https://app.example.com{whole}");
        let whole = OriginalUri(whole.parse().unwrap());
        request.extensions_mut().insert(whole);
    };
    let cases: [(Keep, &str, &str); 3] = [
        (kept, "http://app.example.com/app/orgs/acme?y=1", "acme"),
        (
            with_scheme,
            "https://app.example.com/app/orgs/acme?y=1",
            "acme",
        ),
        (
            lost,
            "http://app.example.com/orgs/acme?y=1",
            "no organization",
        ),
    ];
    for (keep, back, organization) in cases {
        let authenticator = clerk_auth::testing::authenticator_builder(key())
            .handshakes(true)
            .organization_patterns(["/app/orgs/:slug"])
            .build()
            .unwrap();
        let service = AuthLayer::new(authenticator).layer(service_fn(greet));
        let server = serve(Strip { service, keep }).await;
        let request = wire::page("/app/orgs/acme?y=1").cookie("__client_uat=1");
        let answer = wire::send(server, &request).await;
        let location = answer.header("location").unwrap();
        let location: Vec<_> = location.split(['?', '&']).collect();
        let back = back.replace(':', "%3A").replace('/', "%2F");
        let back = back.replace('?', "%3F").replace('=', "%3D");
        assert_eq!(location[1], format!("redirect_url={back}"));
        let asked = location.contains(&"organization_id=acme");
        assert_eq!(asked, organization == "acme", "{location:?}");
    }
}

const GRPC: [&str; 3] = [
    "application/grpc",
    "application/grpc+proto",
    "application/grpc;charset=utf-8",
];

/// A service that a layer rejects requests of, and one whose extractor does.
async fn rejecting(layer: &AuthLayer) -> [SocketAddr; 2] {
    let required = layer.clone().require(Check::role("org:admin"));
    let handler = axum::routing::any(async |_: Auth| "let in");
    let router = axum::Router::new().fallback(handler).layer(layer.clone());
    [
        serve(required.layer(service_fn(greet))).await,
        serve(router).await,
    ]
}

#[tokio::test]
async fn no_content_type_makes_a_rejection_look_like_a_success() {
    for server in rejecting(&AuthLayer::new(authenticator())).await {
        for version in [Version::HTTP_11, Version::HTTP_2] {
            for method in [Method::GET, Method::HEAD, Method::POST, Method::PUT] {
                for media_type in GRPC {
                    let request = Request::builder().method(&method).uri("/");
                    let request = request.header("content-type", media_type);
                    let (status, headers, _) = send_over(version, server, request).await;
                    assert_eq!(status, StatusCode::UNAUTHORIZED, "{version:?} {method}");
                    assert_eq!(headers.get("grpc-status"), None);
                }
            }
        }
    }
}

/// RFC 9110, section 8.6.
#[tokio::test]
async fn a_head_is_rejected_with_the_length_of_a_get() {
    for server in rejecting(&AuthLayer::new(authenticator())).await {
        for version in [Version::HTTP_11, Version::HTTP_2] {
            let (_, headers, body) = send_over(version, server, Request::get("/")).await;
            assert_eq!(headers["content-length"], body.len().to_string());
            let (_, of_head, none) = send_over(version, server, Request::head("/")).await;
            assert_eq!(of_head["content-length"], headers["content-length"]);
            assert_eq!(none, "");
        }
    }
}

#[tokio::test]
async fn only_grpc_calls_are_rejected_as_such() {
    for server in rejecting(&AuthLayer::new(authenticator()).grpc()).await {
        for (version, method, media_type) in [
            (Version::HTTP_11, Method::POST, GRPC[0]),
            (Version::HTTP_11, Method::GET, GRPC[0]),
            (Version::HTTP_2, Method::GET, GRPC[0]),
            (Version::HTTP_2, Method::PUT, GRPC[1]),
            (Version::HTTP_2, Method::POST, "application/grpc-web"),
            (Version::HTTP_2, Method::POST, "application/json"),
        ] {
            let request = Request::builder().method(&method).uri("/");
            let request = request.header("content-type", media_type);
            let (status, headers, _) = send_over(version, server, request).await;
            assert_eq!(status, StatusCode::UNAUTHORIZED, "{version:?} {method}");
            assert_eq!(headers.get("grpc-status"), None);
        }
        for media_type in GRPC {
            let request = Request::post("/").header("content-type", media_type);
            let (status, headers, text) = send(server, request).await;
            assert_eq!((status, text.as_str()), (StatusCode::OK, ""));
            assert_eq!(headers["grpc-status"], "16");
            assert_eq!(headers["content-type"], "application/grpc");
        }
    }
}

#[tokio::test]
async fn an_inner_layer_responds_like_the_outer_one_by_default() {
    let authenticator = authenticator();
    let inner = AuthLayer::new(authenticator.clone()).require(Check::role("org:admin"));
    let outer = AuthLayer::new(authenticator).grpc();
    let server = serve(outer.layer(inner.layer(service_fn(greet)))).await;
    let request = |method| {
        let request = Request::builder().method(method).uri("/");
        request.header("content-type", GRPC[0])
    };
    let (status, headers, _) = send(server, request("POST")).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(headers["grpc-status"], "16");
    let (status, ..) = send(server, request("GET")).await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn respond_with_does_not_apply_to_grpc_calls() {
    let teapot = |_: &_| {
        let mut response = Response::new(String::new());
        *response.status_mut() = StatusCode::IM_A_TEAPOT;
        response
    };
    for layer in [
        AuthLayer::new(authenticator()).respond_with(teapot).grpc(),
        AuthLayer::new(authenticator()).grpc().respond_with(teapot),
    ] {
        for server in rejecting(&layer).await {
            let request = |method| {
                let request = Request::builder().method(method).uri("/");
                request.header("content-type", GRPC[0])
            };
            let (status, ..) = send(server, request("GET")).await;
            assert_eq!(status, StatusCode::IM_A_TEAPOT);
            let (status, headers, _) = send(server, request("POST")).await;
            assert_eq!(status, StatusCode::OK);
            assert_eq!(headers["grpc-status"], "16");
        }
    }
}

/// A service with this limit panics if it is called without being ready, and the limit holds only for callers
/// that wait for readiness.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_layer_honours_the_readiness_of_the_inner_service() {
    const LIMIT: usize = 3;
    let (running, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let counted = {
        let (running, most) = (running.clone(), most.clone());
        service_fn(move |request: Request<hyper::body::Incoming>| {
            let (running, most) = (running.clone(), most.clone());
            async move {
                most.fetch_max(running.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                tokio::time::sleep(std::time::Duration::from_millis(5)).await;
                running.fetch_sub(1, Ordering::SeqCst);
                greet(request).await
            }
        })
    };
    let service = ServiceBuilder::new()
        .layer(AuthLayer::new(authenticator()))
        .layer(ConcurrencyLimitLayer::new(LIMIT))
        .service(counted);
    let server = serve(service).await;
    let token = format!("Bearer {}", user().mint());
    let requests: Vec<_> = (0..48)
        .map(|_| {
            let request = Request::get("/").header("authorization", &token);
            tokio::spawn(send(server, request))
        })
        .collect();
    for request in requests {
        assert_eq!(request.await.unwrap().2, "user_1");
    }
    assert_eq!(most.load(Ordering::SeqCst), LIMIT);
}
