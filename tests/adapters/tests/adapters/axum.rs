//! axum's extractors, and the tower layer in front of them.

use std::net::SocketAddr;

use axum::Router;
use axum::extract::Path;
use axum::http::header::SET_COOKIE;
use axum::routing::get as on_get;
use clerk_auth::adapter::{Required, Requirement};
use clerk_auth::axum::{AuthLayer, OptionalAuth, Require};
use clerk_auth::testing::{self, TestKey};
use clerk_auth::{Auth, Authenticator, Check, SessionAuth};
use test_support::{Reply, Server};
use tokio::net::TcpListener;
use tower::limit::ConcurrencyLimitLayer;

use crate::socket::{Answer, get};

struct Admin;

impl Required for Admin {
    fn requirement() -> Requirement {
        Check::role("org:admin").into()
    }
}

async fn maybe(OptionalAuth(auth): OptionalAuth) -> String {
    auth.user_id().unwrap_or("nobody").to_owned()
}

async fn somebody(auth: Auth) -> String {
    auth.user_id().unwrap_or("nobody").to_owned()
}

async fn session(session: SessionAuth) -> String {
    session.user_id().to_owned()
}

async fn admin(Path(id): Path<String>, require: Require<Admin>) -> String {
    format!("{id} {}", require.auth.user_id().unwrap_or("nobody"))
}

async fn own_cookie() -> ([(axum::http::HeaderName, &'static str); 1], &'static str) {
    ([(SET_COOKIE, "theme=dark")], "set")
}

fn router() -> Router {
    Router::new()
        .route("/maybe", on_get(maybe))
        .route("/somebody", on_get(somebody))
        .route("/session", on_get(session))
        .route("/cookie", on_get(own_cookie))
        .nest("/team", Router::new().route("/{id}/admin", on_get(admin)))
}

async fn serve(router: Router) -> SocketAddr {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, router).await });
    address
}

async fn server() -> SocketAddr {
    let authenticator = testing::authenticator(TestKey::shared());
    serve(router().layer(AuthLayer::new(authenticator))).await
}

fn bearer(token: &str) -> Vec<u8> {
    format!("Bearer {token}").into_bytes()
}

fn is_challenged(answer: &Answer) {
    assert_eq!(answer.status, 401, "{answer:?}");
    let challenge = answer.header("www-authenticate").unwrap();
    assert!(challenge.starts_with("Bearer"), "{challenge}");
    assert_eq!(answer.header("content-type"), Some("application/json"));
    assert!(answer.json().is_object(), "{answer:?}");
}

#[tokio::test]
async fn a_token_in_the_header_or_the_cookies_tells_who_it_is() {
    let server = server().await;
    let token = TestKey::shared().session_token("user_1").mint();
    let cookie = format!("__session={token}; __client_uat=1");
    for (name, value) in [
        ("authorization", bearer(&token)),
        ("cookie", cookie.into_bytes()),
    ] {
        for path in ["/maybe", "/somebody", "/session"] {
            let answer = get(server, path, &[(name, &value)]).await;
            assert_eq!(
                (answer.status, answer.body.as_str()),
                (200, "user_1"),
                "{name} {path}"
            );
        }
    }
}

#[tokio::test]
async fn strangers_are_let_in_only_where_auth_is_optional() {
    let server = server().await;
    let answer = get(server, "/maybe", &[]).await;
    assert_eq!((answer.status, answer.body.as_str()), (200, "nobody"));
    for path in ["/somebody", "/session", "/team/7/admin"] {
        is_challenged(&get(server, path, &[]).await);
    }
}

#[tokio::test]
async fn a_role_that_is_missing_is_forbidden() {
    let server = server().await;
    let member = TestKey::shared().session_token("user_1");
    let member = member.organization("org_1").role("org:member").mint();
    let answer = get(
        server,
        "/team/7/admin",
        &[("authorization", &bearer(&member))],
    )
    .await;
    assert_eq!(answer.status, 403, "{answer:?}");
    let admin = TestKey::shared().session_token("user_1");
    let admin = admin.organization("org_1").role("org:admin").mint();
    let answer = get(
        server,
        "/team/7/admin",
        &[("authorization", &bearer(&admin))],
    )
    .await;
    assert_eq!((answer.status, answer.body.as_str()), (200, "7 user_1"));
}

#[tokio::test]
async fn odd_credentials_are_refused_and_the_server_lives_on() {
    let server = server().await;
    let long = bearer(&"a".repeat(20_000));
    let odd: [&[u8]; 5] = [
        b"\xff\xfe",
        b"Bearer \xff",
        b"Bearer",
        b"Bearer a.b.c",
        &long,
    ];
    for value in odd {
        is_challenged(&get(server, "/somebody", &[("authorization", value)]).await);
    }
    assert_eq!(get(server, "/maybe", &[]).await.status, 200);
}

/// A layer on the protected router alone: which requests it sees is the router's to say.
#[tokio::test]
async fn no_spelling_of_a_path_opens_a_route_that_its_router_protects() {
    let layer = AuthLayer::new(testing::authenticator(TestKey::shared()));
    let secret = Router::new()
        .route("/secret/{*rest}", on_get(|| async { "the secret" }))
        .route_layer(layer.require(Check::role("org:admin")));
    let server = serve(secret.route("/open", on_get(|| async { "open" }))).await;
    assert_eq!(get(server, "/open", &[]).await.body, "open");
    is_challenged(&get(server, "/secret/1", &[]).await);
    for path in [
        "//secret/1",
        "/secret//1",
        "/secret/%2e%2e/1",
        "/secret%2f1",
        "/open/../secret/1",
        "/Secret/1",
        "/secret/1/",
        "/./secret/1",
        "/secret;x/1",
        "/%73ecret/1",
    ] {
        let answer = get(server, path, &[]).await;
        assert!([401, 404].contains(&answer.status), "{path}: {answer:?}");
        assert!(!answer.body.contains("the secret"), "{path}");
    }
}

#[tokio::test]
async fn a_handshake_is_answered_with_all_its_headers() {
    let authenticator = testing::authenticator_builder(TestKey::shared()).handshakes(true);
    let layer = AuthLayer::new(authenticator.build().unwrap());
    let server = serve(router().layer(layer)).await;
    let token = TestKey::shared().session_token("user_1").mint();
    // A session without the time of its client's last change is not believed.
    let cookie = format!("__session={token}");
    let headers: [(&str, &[u8]); 3] = [
        ("cookie", cookie.as_bytes()),
        ("accept", b"text/html"),
        ("sec-fetch-dest", b"document"),
    ];
    let answer = get(server, "/maybe", &headers).await;
    assert_eq!(answer.status, 307, "{answer:?}");
    let location = answer.header("location").unwrap();
    assert!(
        location.starts_with("https://clerk.example.com/v1/client/handshake?"),
        "{location}"
    );
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    assert_eq!(
        answer.header("x-clerk-auth-reason"),
        Some("session-token-but-no-client-uat")
    );
    assert!(
        !answer.all("set-cookie").is_empty(),
        "the redirects are counted"
    );
}

#[tokio::test]
async fn cookies_of_a_handshake_come_beside_those_of_the_handler() {
    let authenticator = testing::authenticator_builder(TestKey::shared()).handshakes(true);
    let layer = AuthLayer::new(authenticator.build().unwrap());
    let server = serve(router().layer(layer)).await;
    let token = TestKey::shared().session_token("user_1").mint();
    let session = format!("__session={token}; Path=/; Secure");
    let directives = [session.as_str(), "__client_uat=1; Path=/"];
    let handshake = TestKey::shared().handshake_token(directives).mint();
    let cookie = format!("__clerk_handshake={handshake}");
    let answer = get(server, "/cookie", &[("cookie", cookie.as_bytes())]).await;
    assert_eq!(
        (answer.status, answer.body.as_str()),
        (200, "set"),
        "{answer:?}"
    );
    let mut cookies = answer.all("set-cookie");
    cookies.sort_unstable();
    assert_eq!(
        cookies,
        ["__client_uat=1; Path=/", session.as_str(), "theme=dark"]
    );
}

#[tokio::test]
async fn a_clerk_that_does_not_answer_is_no_reason_to_call_a_user_a_stranger() {
    let clerk = Server::answering(|_| Reply::empty(503));
    let authenticator = Authenticator::builder()
        .publishable_key("pk_live_Y2xlcmsuZXhhbXBsZS5jb20k")
        .secret_key("sk_live_made_up")
        .api_url(clerk.url())
        .handshakes(false);
    let layer = AuthLayer::new(authenticator.build().unwrap());
    let server = serve(router().layer(layer)).await;
    let token = TestKey::shared().session_token("user_1").mint();
    let answer = get(server, "/somebody", &[("authorization", &bearer(&token))]).await;
    assert_eq!(answer.status, 503, "{answer:?}");
    assert!(answer.header("retry-after").is_some(), "{answer:?}");
}

/// A service that is called without having said that it is ready panics under this limit.
#[tokio::test]
async fn the_layer_honours_the_readiness_of_the_service_behind_it() {
    let authenticator = testing::authenticator(TestKey::shared());
    let limited = router()
        .layer(ConcurrencyLimitLayer::new(1))
        .layer(AuthLayer::new(authenticator));
    let server = serve(limited).await;
    let token = bearer(&TestKey::shared().session_token("user_1").mint());
    let requests: Vec<_> = (0..32)
        .map(|_| {
            let token = token.clone();
            tokio::spawn(
                async move { get(server, "/somebody", &[("authorization", &token)]).await },
            )
        })
        .collect();
    for request in requests {
        assert_eq!(request.await.unwrap().body, "user_1");
    }
}
