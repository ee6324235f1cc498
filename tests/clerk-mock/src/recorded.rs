//! Records requests.

use std::collections::VecDeque;

use bytes::Bytes;
use http::header::AUTHORIZATION;
use http::{HeaderMap, HeaderValue, Method, StatusCode};
use serde_json::Value;

/// A request that a mock received, from [`ClerkMock::requests`](crate::ClerkMock::requests).
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct RecordedRequest {
    /// The id of the operation, if the method and path are those of one.
    pub operation: Option<String>,
    /// The HTTP method.
    pub method: Method,
    /// The path as sent, still encoded: `/v1/users/user_1`.
    pub path: String,
    /// The query as sent, still encoded. Empty if there is none.
    pub query: String,
    /// The headers. Of `Authorization`, only the scheme is kept.
    pub headers: HeaderMap,
    /// The body.
    pub body: Bytes,
    /// The status of the response. `None` until there is one, and if the connection was reset.
    pub status: Option<StatusCode>,
}

/// The newest requests, each with its number.
#[derive(Debug, Default)]
pub(crate) struct Requests {
    received: u64,
    kept: VecDeque<(u64, RecordedRequest)>,
}

/// Limits the memory of a mock that runs for days.
const KEPT: usize = 10_000;

impl Requests {
    pub(crate) fn add(&mut self, request: RecordedRequest) -> u64 {
        self.received += 1;
        if self.kept.len() == KEPT {
            self.kept.pop_front();
        }
        self.kept.push_back((self.received, request));
        self.received
    }

    pub(crate) fn responded(&mut self, number: u64, status: StatusCode) {
        let found = self
            .kept
            .iter_mut()
            .rev()
            .find(|(other, _)| *other == number);
        if let Some((_, request)) = found {
            request.status = Some(status);
        }
    }

    pub(crate) fn all(&self) -> Vec<RecordedRequest> {
        self.kept
            .iter()
            .map(|(_, request)| request.clone())
            .collect()
    }

    pub(crate) fn clear(&mut self) {
        self.kept.clear();
    }
}

impl RecordedRequest {
    pub(crate) fn new(
        operation: Option<&str>,
        method: Method,
        path: &str,
        query: &str,
        headers: &HeaderMap,
        body: Bytes,
    ) -> Self {
        let mut headers = headers.clone();
        if let Some(value) = headers.get_mut(AUTHORIZATION) {
            *value = scheme(value);
        }
        Self {
            operation: operation.map(str::to_owned),
            method,
            path: path.to_owned(),
            query: query.to_owned(),
            headers,
            body,
            status: None,
        }
    }

    /// The body as JSON. `None` if it is not valid JSON.
    pub fn json(&self) -> Option<Value> {
        serde_json::from_slice(&self.body).ok()
    }
}

fn scheme(value: &HeaderValue) -> HeaderValue {
    let is_bearer = value
        .as_bytes()
        .get(..7)
        .is_some_and(|start| start.eq_ignore_ascii_case(b"bearer "));
    HeaderValue::from_static(if is_bearer {
        "Bearer [redacted]"
    } else {
        "[redacted]"
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(path: &str) -> RecordedRequest {
        RecordedRequest::new(None, Method::GET, path, "", &HeaderMap::new(), Bytes::new())
    }

    #[test]
    fn a_late_response_finds_its_request_or_none() {
        let mut requests = Requests::default();
        let first = requests.add(request("/1"));
        requests.clear();
        let second = requests.add(request("/2"));
        requests.responded(first, StatusCode::OK);
        assert_eq!(requests.all()[0].status, None);
        requests.responded(second, StatusCode::OK);
        assert_eq!(requests.all()[0].status, Some(StatusCode::OK));
    }

    #[test]
    fn only_the_newest_are_kept() {
        let mut requests = Requests::default();
        for number in 0..=KEPT {
            requests.add(request(&number.to_string()));
        }
        let kept = requests.all();
        assert_eq!((kept.len(), &*kept[0].path), (KEPT, "1"));
    }

    #[test]
    fn keys_are_not_kept() {
        assert_eq!(
            scheme(&HeaderValue::from_static("Bearer sk_test_1")),
            "Bearer [redacted]"
        );
        assert_eq!(scheme(&HeaderValue::from_static("sk_test_1")), "[redacted]");
    }
}
