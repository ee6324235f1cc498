//! The client on any response, with a transport that needs no server.

use std::fmt::Debug;
use std::future::Future;

use bytes::Bytes;
use clerk_api::decode::{Shaped, decode_text};
use clerk_api::transport::{Body, Transport, TransportFuture};
use clerk_api::{Clerk, Error, ErrorKind, Method, RetryPolicy, models};
use http::header::RETRY_AFTER;
use http::{HeaderValue, Response, StatusCode};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// No error may show it, whatever the server returns.
pub const KEY: &str = "sk_test_0123456789abcdefghijklmnopqrstuvwxyz";

/// The stream of pages must end by then; the transport returns the same page every time.
const MOST_ITEMS: usize = 100_000;

/// A body with status 200 becomes a value or a decode error; a value that is written and read again
/// stays the same.
pub fn response_decoding(bytes: &[u8]) {
    let clerk = client(Answer {
        status: StatusCode::OK,
        retry_after: None,
        body: Bytes::copy_from_slice(bytes),
    });
    run(async {
        decoded(clerk.users().get("user_1").send().await, StatusCode::OK);
        decoded(clerk.users().list().send().await, StatusCode::OK);
        decoded(clerk.jwks().get_jwks().send().await, StatusCode::OK);
        decoded(
            clerk
                .request(Method::GET, "/anything")
                .send::<Value>()
                .await,
            StatusCode::OK,
        );
        let mut users = clerk.users().list().stream();
        for count in 0.. {
            assert!(count < MOST_ITEMS, "the same page is read without end");
            match users.try_next().await {
                Ok(None) => break,
                Ok(Some(_)) => {}
                Err(error) => shown(&error),
            }
        }
    });
    // Of several members with the same name only one can be written.
    let Ok(value) = serde_json::from_slice::<Value>(bytes) else {
        return;
    };
    let text = &value.to_string();
    written_and_read::<models::User>(text);
    written_and_read::<models::Organization>(text);
    written_and_read::<models::Session>(text);
    written_and_read::<models::EmailAddress>(text);
    written_and_read::<models::ExternalAccount>(text);
    written_and_read::<models::SessionRefresh>(text);
    written_and_read::<models::CommerceSubscription>(text);
    written_and_read::<models::SignUp>(text);
    written_and_read::<models::JsonWebKey>(text);
    written_and_read::<models::EnterpriseConnectionTestRun>(text);
}

/// A response with any status and any body becomes a value or an error that keeps the status.
pub fn error_bodies(bytes: &[u8]) {
    let answer = Answer::read(bytes);
    let status = answer.status;
    let clerk = client(answer);
    run(async {
        decoded(clerk.users().get("user_1").send().await, status);
        decoded(clerk.users().ban("user_1").send().await, status);
        decoded(clerk.users().list().send().await, status);
        decoded(
            clerk
                .request(Method::POST, "/anything")
                .send_bytes()
                .await
                .map(|reply| reply.status()),
            status,
        );
    });
}

/// The transport's response to every request.
struct Answer {
    status: StatusCode,
    retry_after: Option<HeaderValue>,
    body: Bytes,
}

impl Answer {
    /// The first line is a status, optionally followed by a space and a `Retry-After`; without such
    /// a line the status is 500.
    fn read(bytes: &[u8]) -> Self {
        let mut parts = bytes.splitn(2, |byte| *byte == b'\n');
        let line = parts.next().unwrap_or_default();
        let (code, wait) = match line.iter().position(|byte| *byte == b' ') {
            Some(space) => line.split_at(space),
            None => (line, &b""[..]),
        };
        let Ok(status) = StatusCode::from_bytes(code) else {
            return Self {
                status: StatusCode::INTERNAL_SERVER_ERROR,
                retry_after: None,
                body: Bytes::copy_from_slice(bytes),
            };
        };
        let wait = wait.get(1..).unwrap_or_default();
        Self {
            status,
            retry_after: HeaderValue::from_bytes(wait)
                .ok()
                .filter(|value| !value.is_empty()),
            body: Bytes::copy_from_slice(parts.next().unwrap_or_default()),
        }
    }
}

impl Transport for Answer {
    fn execute(&self, _: http::Request<Body>) -> TransportFuture<'_> {
        let mut response = Response::new(self.body.clone().into());
        *response.status_mut() = self.status;
        if let Some(wait) = &self.retry_after {
            response.headers_mut().insert(RETRY_AFTER, wait.clone());
        }
        Box::pin(async move { Ok(response) })
    }
}

fn client(answer: Answer) -> Clerk {
    Clerk::builder()
        .secret_key(KEY)
        .retry(RetryPolicy::none())
        .transport(answer)
        .build()
        .expect("a key and a transport are enough for a client")
}

fn run(work: impl Future<Output = ()>) {
    tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .expect("a runtime")
        .block_on(work);
}

fn decoded<T: Debug>(result: Result<T, Error>, status: StatusCode) {
    match result {
        Ok(value) => {
            assert!(status.is_success(), "{status} became a value");
            let _ = format!("{value:?}");
        }
        Err(error) => {
            let kind = match status.is_success() {
                true => ErrorKind::Decode,
                false => ErrorKind::Api,
            };
            assert_eq!(error.kind(), kind, "{error}");
            assert_eq!(error.status(), Some(status), "{error}");
            shown(&error);
        }
    }
}

/// Everything that an error shows.
fn shown(error: &Error) {
    let said = format!("{error} {error:?} {error:#?} {:?}", error.errors());
    assert!(!said.contains(KEY), "the key is shown: {said}");
    let body = error.body().unwrap_or_default();
    assert!(
        error.kind() != ErrorKind::Api || !body.contains(KEY),
        "the key is in the body"
    );
    let _ = (error.retry_after(), error.trace_id(), error.json_path());
    let _ = (error.is_retryable(), error.is_not_found());
}

fn written_and_read<T>(text: &str)
where
    T: Shaped + DeserializeOwned + Serialize + PartialEq + Debug,
{
    let value = match decode_text::<T>(text) {
        Ok(value) => value,
        Err(error) => return shown(&error),
    };
    let written = serde_json::to_string(&value).expect("the model can be serialised as JSON");
    let again = decode_text::<T>(&written).expect("a serialised model can be read");
    // serde_json reads a float to within one unit of its last place.
    let whole = serde_json::from_str(&written).is_ok_and(|value| !has_fraction(&value));
    if whole {
        assert_eq!(again, value);
    }
}

fn has_fraction(value: &Value) -> bool {
    match value {
        Value::Number(number) => number.is_f64(),
        Value::Array(items) => items.iter().any(has_fraction),
        Value::Object(members) => members.values().any(has_fraction),
        _ => false,
    }
}
