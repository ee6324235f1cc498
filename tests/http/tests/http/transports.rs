//! Other transports: the caller's client, middleware, and recorders.

use std::sync::{Arc, Mutex};

use clerk_api::transport::{
    Body, MiddlewareTransport, Transport, TransportError, TransportErrorKind, TransportFuture,
};
use clerk_api::{Clerk, ErrorKind};
use http_tests::People;
use serde_json::json;
use test_support::{Reply, Server};

use crate::support::{KEY, builder, fast_retries, person};

#[tokio::test]
async fn the_callers_client_sends_the_same_headers() {
    let server = Server::script([Reply::json(200, person("person_1"))]);
    let own = reqwest::Client::builder()
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .user_agent("own/1")
        .build()
        .expect("a client");
    let clerk = builder(&server).http_client(own).build().expect("a client");
    People::new(clerk)
        .get("person_1")
        .send()
        .await
        .expect("a person");
    let request = server.request();
    assert_eq!(request.header("clerk-api-version"), Some("2026-05-12"));
    assert_eq!(
        request.header("authorization"),
        Some("Bearer sk_test_0123456789")
    );
    assert!(request.header("x-clerk-sdk").is_some());
    assert!(
        request
            .header("user-agent")
            .is_some_and(|agent| agent.starts_with("clerk-api-rust/"))
    );
}

#[tokio::test]
async fn a_time_limit_of_the_callers_client_is_a_timeout() {
    let server = Server::answering(|_| Reply::silence());
    let own = reqwest::Client::builder()
        .no_proxy()
        .timeout(std::time::Duration::from_millis(200))
        .build();
    let clerk = builder(&server)
        .http_client(own.expect("a client"))
        .build()
        .expect("a client");
    let error = People::new(clerk)
        .get("person_1")
        .send()
        .await
        .expect_err("silence");
    assert!(error.is_timeout(), "{error:?}");
    assert_eq!(server.requests().len(), 3, "it counts as a lost connection");
}

#[derive(Clone, Default)]
struct Recorder(Arc<Mutex<Vec<http::Request<Body>>>>);

impl Transport for Recorder {
    fn execute(&self, request: http::Request<Body>) -> TransportFuture<'_> {
        self.0.lock().expect("a record").push(request);
        Box::pin(async { Ok(http::Response::new(person("person_1").to_string().into())) })
    }
}

#[tokio::test]
async fn a_transport_can_record_and_respond_from_memory() {
    let recorder = Recorder::default();
    let clerk = Clerk::builder()
        .secret_key(KEY)
        .transport(recorder.clone())
        .build()
        .expect("a client");
    let person = People::new(clerk)
        .update("person_1")
        .nickname("ada")
        .send()
        .await
        .expect("a person");
    assert_eq!(person.id, "person_1");

    let requests = recorder.0.lock().expect("a record");
    let [request] = requests.as_slice() else {
        panic!("one request was sent");
    };
    assert_eq!(request.method(), "PATCH");
    assert_eq!(request.uri(), "https://api.clerk.com/v1/people/person_1");
    assert_eq!(request.headers()["clerk-api-version"], "2026-05-12");
    assert!(request.headers()["authorization"].is_sensitive());
    assert_eq!(request.body().length(), Some(18));
    let body = request.body().as_bytes().expect("bytes");
    assert_eq!(body.as_ref(), br#"{"nickname":"ada"}"#);
}

/// Middleware that prints requests, and the traces of HTTP clients, omit headers that are marked.
#[tokio::test]
async fn headers_with_secrets_are_marked_as_sensitive() {
    let recorder = Recorder::default();
    let clerk = Clerk::builder()
        .secret_key(KEY)
        .transport(recorder.clone())
        .build()
        .expect("a client");
    let names = [
        "authorization",
        "cookie",
        "proxy-authorization",
        "x-api-key",
        "x-session-token",
    ];
    for name in names {
        let name = http::HeaderName::from_static(name);
        let value = http::HeaderValue::from_static("Bearer CANARY");
        let call = People::new(clerk.clone()).get("person_1");
        let sent = call.header(name, value).send();
        sent.await.expect("a person");
    }
    let requests = recorder.0.lock().expect("a record");
    for (request, name) in requests.iter().zip(names) {
        let headers = request.headers();
        assert!(headers[name].is_sensitive(), "{name}");
        assert!(!headers["user-agent"].is_sensitive());
        assert!(!format!("{headers:?}").contains("CANARY"), "{headers:?}");
    }
}

#[test]
fn a_transport_does_not_print_the_default_headers_of_its_client() {
    use clerk_api::transport::ReqwestTransport;

    let value = http::HeaderValue::from_static("CANARY");
    let headers = http::HeaderMap::from_iter([(http::HeaderName::from_static("x-api-key"), value)]);
    let settings = || reqwest::Client::builder().default_headers(headers.clone());
    let client = || settings().build().expect("a client");
    let middleware = reqwest_middleware::ClientBuilder::new(client()).build();
    for printed in [
        format!("{:?}", ReqwestTransport::build(settings())),
        format!("{:?}", ReqwestTransport::new(client())),
        format!("{:?}", MiddlewareTransport::new(middleware)),
    ] {
        assert!(!printed.contains("CANARY"), "{printed}");
    }
}

struct Failing(TransportErrorKind, Arc<Mutex<usize>>);

impl Transport for Failing {
    fn execute(&self, _: http::Request<Body>) -> TransportFuture<'_> {
        *self.1.lock().expect("a count") += 1;
        Box::pin(async { Err(TransportError::new(self.0, "the cause")) })
    }
}

#[tokio::test]
async fn the_kind_of_a_transport_error_decides_about_retries() {
    for (kind, seen, attempts) in [
        (TransportErrorKind::Connect, ErrorKind::Connect, 3),
        (TransportErrorKind::Interrupted, ErrorKind::Interrupted, 3),
        (TransportErrorKind::Timeout, ErrorKind::Timeout, 3),
        (TransportErrorKind::Other, ErrorKind::Transport, 1),
    ] {
        let count = Arc::new(Mutex::new(0));
        let clerk = Clerk::builder()
            .secret_key(KEY)
            .retry(fast_retries())
            .transport(Failing(kind, count.clone()))
            .build()
            .expect("a client");
        let error = People::new(clerk)
            .get("person_1")
            .send()
            .await
            .expect_err("it fails");
        assert_eq!(error.kind(), seen);
        assert_eq!(*count.lock().expect("a count"), attempts, "{kind:?}");
        let cause = std::error::Error::source(&error).expect("a cause");
        assert_eq!(cause.to_string(), "the cause");
    }
}

#[tokio::test]
async fn middleware_sends_the_same_request_and_its_errors_keep_their_kind() {
    let server = Server::script([
        Reply::json(200, person("person_1")),
        Reply::json(404, json!({ "errors": [{ "code": "c", "message": "m" }] })),
        Reply::empty(204),
    ]);
    let with_middleware = reqwest_middleware::ClientBuilder::new(
        reqwest::Client::builder().no_proxy().build().unwrap(),
    )
    .build();
    let transport = MiddlewareTransport::new(with_middleware);
    let clerk = builder(&server)
        .transport(transport)
        .build()
        .expect("a client");
    let people = People::new(clerk);
    people.get("person_1").send().await.expect("a person");
    assert!(
        people
            .get("person_1")
            .send()
            .await
            .expect_err("not found")
            .has_code("c")
    );
    people
        .set_portrait("person_1", clerk_api::Upload::bytes("a.png", "abc"))
        .send()
        .await
        .expect("set");
    let requests = server.requests();
    assert_eq!(requests[0].header("clerk-api-version"), Some("2026-05-12"));
    assert_eq!(test_support::multipart(&requests[2])[0].content, b"abc");
}

/// Wraps the errors of the client, as middleware for retries does.
struct Wrapping;

#[derive(Debug)]
struct Wrapped(reqwest_middleware::Error);

impl std::fmt::Display for Wrapped {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("given up")
    }
}

impl std::error::Error for Wrapped {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.0)
    }
}

type Handled<'a> = std::pin::Pin<
    Box<dyn Future<Output = reqwest_middleware::Result<reqwest::Response>> + Send + 'a>,
>;

impl reqwest_middleware::Middleware for Wrapping {
    fn handle<'a, 'b, 'c, 'd>(
        &'a self,
        request: reqwest::Request,
        extensions: &'b mut http::Extensions,
        next: reqwest_middleware::Next<'c>,
    ) -> Handled<'d>
    where
        'a: 'd,
        'b: 'd,
        'c: 'd,
    {
        Box::pin(async move {
            let response = next.run(request, extensions).await;
            response.map_err(|error| reqwest_middleware::Error::middleware(Wrapped(error)))
        })
    }
}

#[tokio::test]
async fn errors_that_middleware_wraps_do_not_show_the_address() {
    let server = Server::answering(|_| Reply::reset());
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let client = reqwest_middleware::ClientBuilder::new(client).with(Wrapping);
    let clerk = builder(&server)
        .transport(MiddlewareTransport::new(client.build()))
        .build()
        .expect("a client");
    let error = clerk
        .request(clerk_api::Method::GET, "/people/person_CANARY")
        .query("token", clerk_api::types::Secret::from("CANARY_token"))
        .send_bytes()
        .await
        .expect_err("reset");
    let mut text = format!("{error} {error:?}");
    let mut next = std::error::Error::source(&error);
    while let Some(cause) = next {
        text.push_str(&format!(" {cause} {cause:?}"));
        next = cause.source();
    }
    assert!(text.contains("given up"), "{text}");
    assert!(!text.contains("CANARY"), "{text}");
}
