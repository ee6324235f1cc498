//! Requested faults, and their absence otherwise.

use std::time::{Duration, Instant};

use clerk_api::{Clerk, Method, RetryPolicy};
use clerk_mock::{ClerkMock, Fault, When};
use http::StatusCode;

use crate::support::RawRequest;

fn client(mock: &ClerkMock) -> Clerk {
    mock.client_builder()
        .retry(RetryPolicy::none())
        .build()
        .unwrap()
}

#[tokio::test]
async fn the_next_request_fails_and_the_one_after_does_not() {
    let mock = ClerkMock::start().await;
    mock.fail_next(Fault::RateLimited { retry_after: 7 });
    let clerk = client(&mock);
    let error = clerk.users().list().send().await.unwrap_err();
    assert!(error.is_rate_limited(), "{error}");
    assert_eq!(error.retry_after(), Some(Duration::from_secs(7)));
    assert!(error.has_code("too_many_requests") && error.trace_id().is_some());
    clerk.users().list().send().await.unwrap();
}

#[tokio::test]
async fn a_client_that_retries_succeeds() {
    let mock = ClerkMock::start().await;
    let policy = RetryPolicy::default().initial_delay(Duration::from_millis(1));
    let clerk = mock.client_builder().retry(policy).build().unwrap();
    mock.fail_next(Fault::Status(StatusCode::SERVICE_UNAVAILABLE));
    mock.fail_next(Fault::Reset);
    clerk.users().list().send().await.unwrap();
    let statuses: Vec<_> = mock
        .requests()
        .iter()
        .map(|request| request.status)
        .collect();
    assert_eq!(
        statuses,
        [
            Some(StatusCode::SERVICE_UNAVAILABLE),
            None,
            Some(StatusCode::OK)
        ]
    );
}

#[tokio::test]
async fn server_errors_have_both_forms_and_no_effect() {
    let mock = ClerkMock::start().await;
    let clerk = client(&mock);
    mock.fail_next(Fault::Status(StatusCode::INTERNAL_SERVER_ERROR));
    let error = clerk.users().create().send().await.unwrap_err();
    assert!(
        error.is_server_error() && error.has_code("internal_clerk_error"),
        "{error}"
    );
    mock.fail_next(Fault::Html(StatusCode::BAD_GATEWAY));
    let error = clerk.users().create().send().await.unwrap_err();
    assert_eq!(error.status(), Some(StatusCode::BAD_GATEWAY));
    assert!(error.errors().is_empty() && error.body().unwrap().contains("<html>"));
    assert!(clerk.users().list().send().await.unwrap().is_empty());
}

#[tokio::test]
async fn connections_are_reset() {
    let mock = ClerkMock::start().await;
    mock.fault(When::any().times(2), Fault::Reset);
    let by_hand = RawRequest::new("GET", "/v1/users")
        .try_send(&mock)
        .unwrap_err();
    assert_eq!(by_hand.kind(), std::io::ErrorKind::ConnectionReset);
    let error = client(&mock).users().list().send().await.unwrap_err();
    assert!(error.status().is_none() && !error.is_timeout(), "{error}");
    client(&mock).users().list().send().await.unwrap();
}

#[tokio::test]
async fn bodies_are_truncated_after_the_head_and_half_of_the_body() {
    let mock = ClerkMock::start().await;
    mock.fault(When::any().times(2), Fault::TruncatedBody);
    let response = RawRequest::new("GET", "/v1/jwks").send(&mock);
    let announced: usize = response.header("content-length").unwrap().parse().unwrap();
    assert_eq!(response.status, 200);
    assert_eq!(response.body.len(), announced / 2);
    let error = client(&mock).jwks().get_jwks().send().await.unwrap_err();
    assert!(!error.is_decode(), "{error}");
}

#[tokio::test]
async fn bodies_are_complete_but_not_json() {
    let mock = ClerkMock::start().await;
    mock.fault(When::any().times(2), Fault::MalformedJson);
    let response = RawRequest::new("GET", "/v1/jwks").send(&mock);
    assert_eq!(
        response.header("content-length"),
        Some(&*response.body.len().to_string())
    );
    assert!(serde_json::from_slice::<serde_json::Value>(&response.body).is_err());
    let error = client(&mock).jwks().get_jwks().send().await.unwrap_err();
    assert!(
        error.is_decode() && error.status() == Some(StatusCode::OK),
        "{error}"
    );
}

#[tokio::test]
async fn a_value_of_an_enum_is_unknown() {
    let mock = ClerkMock::start().await;
    let clerk = client(&mock);
    let user = clerk
        .users()
        .create()
        .username("user-1")
        .send()
        .await
        .unwrap();
    let session = clerk.sessions().create(&user.id).send().await.unwrap();
    mock.fault(When::any().times(2), Fault::UnknownEnumValue);
    let strange = clerk.sessions().get(&session.id).send().await.unwrap();
    assert_eq!(strange.status.as_str(), "value_of_tomorrow");
    assert_eq!(strange.user_id, user.id);
    let strange = clerk.sessions().list().send().await.unwrap();
    assert_eq!(strange.data[0].status.as_str(), "value_of_tomorrow");
    let plain = clerk.sessions().get(&session.id).send().await.unwrap();
    assert_eq!(plain.status, session.status);
}

#[tokio::test]
async fn responses_are_delayed() {
    let mock = ClerkMock::start().await;
    mock.fault(
        When::any().operation("GetUserList"),
        Fault::Latency(Duration::from_millis(300)),
    );
    let clerk = client(&mock);
    let start = Instant::now();
    clerk.users().list().send().await.unwrap();
    assert!(start.elapsed() >= Duration::from_millis(300));
    let error = clerk
        .users()
        .list()
        .timeout(Duration::from_millis(50))
        .send()
        .await
        .unwrap_err();
    assert!(error.is_timeout(), "{error}");
    mock.fault(When::any(), Fault::Latency(Duration::from_secs(600)));
    mock.clear_faults();
    clerk.users().list().send().await.unwrap();
}

#[tokio::test]
async fn faults_apply_only_to_matching_requests() {
    let mock = ClerkMock::start().await;
    let fault = || Fault::Status(StatusCode::IM_A_TEAPOT);
    mock.fault(When::any().method(Method::DELETE), fault());
    mock.fault(When::any().path("/v1/organizations"), fault());
    let clerk = client(&mock);
    clerk.users().list().send().await.unwrap();
    let teapot = Some(StatusCode::IM_A_TEAPOT);
    assert_eq!(
        clerk
            .users()
            .delete("user_1")
            .send()
            .await
            .unwrap_err()
            .status(),
        teapot
    );
    assert_eq!(
        clerk
            .organizations()
            .list()
            .send()
            .await
            .unwrap_err()
            .status(),
        teapot
    );
}

#[test]
fn a_header_can_request_a_fault() {
    let mock = ClerkMock::start_blocking();
    let ask = |fault: &str| {
        RawRequest::new("GET", "/v1/users")
            .header("x-clerk-mock-fault", fault)
            .send(&mock)
    };
    assert_eq!(ask("status=503").status, 503);
    let limited = ask("rate-limited=2");
    assert_eq!(
        (limited.status, limited.header("retry-after")),
        (429, Some("2"))
    );
    assert_eq!(
        ask("html=502").header("content-type"),
        Some("text/html; charset=utf-8")
    );
    assert_eq!(ask("status=500; times=1").status, 500);
    assert_eq!(ask("status=500; times=1").status, 200);
    let unknown = ask("flood");
    assert_eq!(unknown.status, 400);
    assert_eq!(unknown.errors()[0].0, "fault_unknown");
}

#[tokio::test]
async fn requests_are_recorded_without_their_keys() {
    let mock = ClerkMock::start().await;
    mock.client()
        .users()
        .create()
        .username("ada")
        .first_name("Ada")
        .send()
        .await
        .unwrap();
    let requests = mock.requests();
    let [request] = &*requests else {
        panic!("{requests:?}")
    };
    assert_eq!(request.operation.as_deref(), Some("CreateUser"));
    assert_eq!(
        (&request.method, &*request.path, &*request.query),
        (&Method::POST, "/v1/users", "")
    );
    assert_eq!(request.json().unwrap()["first_name"], "Ada");
    assert_eq!(request.headers["authorization"], "Bearer [redacted]");
    assert_eq!(request.headers["clerk-api-version"], "2026-05-12");
    assert_eq!(request.status, Some(StatusCode::OK));
    assert!(!format!("{requests:?}").contains(mock.secret_key()));
    mock.clear_requests();
    assert!(mock.requests().is_empty());
}

#[test]
fn a_builder_does_not_print_its_key() {
    let builder = ClerkMock::builder().secret_key("sk_test_CANARY");
    assert!(!format!("{builder:?}").contains("CANARY"));
}
