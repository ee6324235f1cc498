//! Upgraded connections, such as WebSockets, and handlers that panic.

use adapters::Running;
use adapters::clerk::{authenticator, cookies, user};
use adapters::wire::{Request, get as get_request};
use axum::Router;
use axum::body::Body;
use axum::extract::Request as Received;
use axum::http::{Response, StatusCode};
use axum::routing::get;
use clerk_auth::Auth;
use clerk_auth::axum::AuthLayer;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::serve;

/// Switches protocols, and then sends the id of the user.
async fn upgrade(auth: Auth, mut request: Received) -> Response<Body> {
    let upgraded = hyper::upgrade::on(&mut request);
    tokio::spawn(async move {
        let mut stream = TokioIo::new(upgraded.await.unwrap());
        let name = auth.user_id().unwrap_or_default().to_owned();
        stream.write_all(name.as_bytes()).await.unwrap();
        stream.shutdown().await.unwrap();
    });
    Response::builder()
        .status(StatusCode::SWITCHING_PROTOCOLS)
        .header("connection", "upgrade")
        .header("upgrade", "greeting")
        .body(Body::empty())
        .unwrap()
}

async fn server() -> Running {
    let router = Router::new().route("/upgrade", get(upgrade));
    serve(router.layer(AuthLayer::new(authenticator()))).await
}

/// What is received on a connection after requesting an upgrade.
async fn upgraded(server: &Running, headers: &str) -> String {
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    let request = format!(
        "GET /upgrade HTTP/1.1\r\nhost: app.example.com\r\nconnection: upgrade\r\n\
         upgrade: greeting\r\nsec-fetch-dest: websocket\r\n{headers}\r\n"
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut text = String::new();
    let mut buffer = [0; 4096];
    // A response without an upgrade leaves the connection open.
    while !text.contains("\r\n\r\nuser_1") && !text.contains("}]}") {
        match stream.read(&mut buffer).await.unwrap() {
            0 => break,
            length => text.push_str(std::str::from_utf8(&buffer[..length]).unwrap()),
        }
    }
    text
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_upgrade_goes_through_the_layer() {
    let server = server().await;
    let cookies = format!("cookie: {}\r\n", cookies(&user().mint()));
    let text = upgraded(&server, &cookies).await;
    assert!(text.starts_with("HTTP/1.1 101 "), "{text}");
    assert!(text.ends_with("\r\n\r\nuser_1"), "{text}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_upgrade_without_a_session_is_rejected_and_never_redirected() {
    let server = server().await;
    // The second would be redirected to Clerk if it loaded a page.
    for headers in ["", "cookie: __client_uat=1\r\n"] {
        let text = upgraded(&server, headers).await;
        assert!(text.starts_with("HTTP/1.1 401 "), "{text}");
        assert!(text.contains("unauthenticated"), "{text}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_panicking_handler_affects_no_other_request() {
    let router = Router::new()
        .route(
            "/panics",
            get(async || -> &'static str { panic!("a handler") }),
        )
        .route(
            "/me",
            get(async |auth: Auth| auth.user_id().unwrap_or_default().to_owned()),
        );
    let server = serve(router.layer(AuthLayer::new(authenticator()))).await;
    let token = user().mint();
    let panics = get_request("/panics").bearer(&token);
    let address = server.address;
    // hyper closes the connection without a response.
    let nothing = tokio::spawn(async move { adapters::wire::send(address, &panics).await });
    assert!(nothing.await.is_err());
    let request: Request = get_request("/me").bearer(&token);
    assert_eq!(server.answer(request).await.text(), "user_1");
}
