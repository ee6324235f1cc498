//! Redirects that the caller's HTTP client would follow: each is an error.

use std::sync::Arc;

use clerk_api::transport::{MiddlewareTransport, ReqwestTransport};
use clerk_api::{Clerk, ClerkBuilder, Error, ErrorKind, Method};
use http_tests::People;
use serde_json::json;
use test_support::{Reply, Server};

use crate::errors::refused;
use crate::support::{builder, person};

type Setup = fn(ClerkBuilder) -> ClerkBuilder;

/// Each way to send, with clients that follow redirects.
const WAYS: [Setup; 3] = [
    |builder| builder.http_client(reqwest::Client::new()),
    |builder| {
        let client = reqwest_middleware::ClientBuilder::new(reqwest::Client::new()).build();
        builder.transport(MiddlewareTransport::new(client))
    },
    |builder| {
        let settings = reqwest::Client::builder().redirect(reqwest::redirect::Policy::limited(5));
        builder.transport(ReqwestTransport::build(settings).expect("a transport"))
    },
];

async fn called(clerk: &Clerk, method: Method) -> Error {
    let has_body = method != Method::GET && method != Method::DELETE;
    let call = clerk.request(method, "/people/person_1");
    let call = if has_body {
        call.json(json!({ "secret": "of the body" }))
    } else {
        call
    };
    call.send_bytes().await.expect_err("a redirect")
}

const METHODS: [Method; 5] = [
    Method::GET,
    Method::POST,
    Method::PUT,
    Method::PATCH,
    Method::DELETE,
];

#[tokio::test]
async fn a_response_from_another_host_is_an_error() {
    for way in WAYS {
        for method in METHODS {
            for status in [301, 302, 303, 307, 308] {
                let other = Server::answering(|_| Reply::json(200, person("of_the_other")));
                let location = format!("{}/people/person_1", other.url());
                let server = Server::script([Reply::empty(status).header("location", &location)]);
                let clerk = way(builder(&server)).build().expect("a client");
                let error = called(&clerk, method.clone()).await;
                assert!(
                    error.to_string().contains("redirect")
                        || format!("{error:?}").contains("redirect"),
                    "{error:?}"
                );
                for request in other.requests() {
                    assert_eq!(
                        request.body, b"",
                        "{method} {status}: no body goes to another host"
                    );
                    assert_eq!(request.header("authorization"), None);
                }
            }
        }
    }
}

#[tokio::test]
async fn a_redirect_that_returns_to_the_host_is_an_error() {
    for way in WAYS {
        for method in METHODS {
            let back = Arc::new(std::sync::OnceLock::<String>::new());
            let to = back.clone();
            let other = Server::answering(move |_| {
                let location = to.get().expect("an address");
                Reply::empty(307).header("location", location)
            });
            let away = format!("{}/x", other.url());
            let server = Server::script([
                Reply::empty(307).header("location", &away),
                Reply::json(200, person("person_1")),
            ]);
            let _ = back.set(format!("{}/people/person_1", server.url()));
            let clerk = way(builder(&server)).build().expect("a client");
            let error = called(&clerk, method.clone()).await;
            assert_eq!(error.kind(), ErrorKind::Api, "{method} {error:?}");
            assert_eq!(error.status().map(|status| status.as_u16()), Some(307));
            assert!(other.requests().is_empty(), "{method}");
        }
    }
}

#[tokio::test]
async fn a_redirect_to_the_same_host_is_an_error_too() {
    for way in WAYS {
        let server = Server::script([
            Reply::empty(302).header("location", "/elsewhere"),
            Reply::json(200, person("person_1")),
        ]);
        let clerk = way(builder(&server)).build().expect("a client");
        called(&clerk, Method::GET).await;
        assert_eq!(server.requests().len(), 1);
    }
}

#[tokio::test]
async fn redirects_are_not_followed() {
    let target = Server::answering(|_| Reply::json(200, person("person_1")));
    for status in [301, 302, 303, 307, 308] {
        let error = refused(Reply::empty(status).header("location", &target.url())).await;
        assert_eq!(error.status().map(|status| status.as_u16()), Some(status));
        assert!(
            error.to_string().contains("redirects are not followed"),
            "{error}"
        );
        assert!(!error.is_retryable());
    }
    assert!(target.requests().is_empty());
    let error = refused(Reply::empty(304)).await;
    assert_eq!(error.to_string(), "people.get: 304 Not Modified");
}

#[tokio::test]
async fn a_redirect_that_the_callers_client_followed_is_an_error() {
    let target = Server::answering(|_| Reply::json(200, person("person_1")));
    let server = Server::answering({
        let location = target.url();
        move |_| Reply::empty(302).header("location", &location)
    });
    let clerk = builder(&server)
        .http_client(reqwest::Client::new())
        .build()
        .expect("a client");
    let people = People::new(clerk);
    // A POST becomes a GET that needs no copy of the body, so the redirect cannot be prevented.
    let error = people.create("Ada").send().await.expect_err("a redirect");
    assert_eq!(error.kind(), ErrorKind::Transport);
    let cause = std::error::Error::source(&error)
        .expect("a cause")
        .to_string();
    assert!(cause.contains("redirect"), "{cause}");
    assert_eq!(target.request().header("authorization"), None);

    let error = people.get("person_1").send().await.expect_err("a redirect");
    assert_eq!(error.status().map(|status| status.as_u16()), Some(302));
    assert!(error.to_string().contains("redirects are not followed"));
    assert_eq!(target.requests().len(), 1, "it was not followed");
}
