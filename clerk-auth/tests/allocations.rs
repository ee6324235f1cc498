//! Allocations of verifying a session token, and of authenticating a request with one: only what is kept.

use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use allocation_counter::{AllocationInfo, measure};
use clerk_auth::testing::{self, TestKey, TestToken};
use clerk_auth::{Authenticator, RequestState, SessionClaims, TokenVerifier};
use http::request::Parts;

/// With a local key, the future is ready at once.
fn at_once<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => panic!("the key is at hand"),
    }
}

fn verify(verifier: &TokenVerifier, token: &str) -> Arc<SessionClaims> {
    at_once(verifier.verify(token)).unwrap()
}

/// The allocations of a second verification; the first may initialize statics.
fn of_a_verification(verifier: &TokenVerifier, token: &str) -> AllocationInfo {
    verify(verifier, token);
    let mut claims = None;
    let info = measure(|| claims = Some(verify(verifier, token)));
    assert!(claims.is_some());
    info
}

fn in_organization(permissions: usize) -> TestToken<'static> {
    let permissions = (0..permissions).map(|index| format!("org:f{}:p{}", index / 10, index % 10));
    TestKey::shared()
        .session_token("user_1")
        .authorized_party("https://app.example.com")
        .organization("org_1")
        .slug("acme")
        .role("org:admin")
        .permissions(permissions)
        .plans(["o:business"])
        .claim(
            "act",
            serde_json::json!({ "sub": "user_2", "type": "agent" }),
        )
        // Not deeper, because the JSON parser allocates a stack for skipping nested objects.
        .claim(
            "metadata",
            serde_json::json!({ "department": "sales", "level": 3 }),
        )
}

fn verifier(token_cache: usize) -> TokenVerifier {
    TokenVerifier::builder()
        .jwt_key(TestKey::shared().public_key_pem())
        .authorized_parties(["https://app.example.com"])
        .token_cache_size(token_cache)
        .build()
        .unwrap()
}

#[test]
fn a_verification_allocates_only_what_it_keeps() {
    let verifier = verifier(0);
    let party = "https://app.example.com";
    let plain = TestKey::shared()
        .session_token("user_1")
        .authorized_party(party);
    for (name, token) in [
        ("without organization", plain.clone()),
        ("version 1 without organization", plain.version_1()),
        ("version 2", in_organization(25)),
        ("version 1", in_organization(25).version_1()),
    ] {
        let info = of_a_verification(&verifier, &token.mint());
        assert!(info.count_total > 0, "{name}");
        assert_eq!(
            i64::try_from(info.count_total),
            Ok(info.count_current),
            "{name}: what was allocated and what of it is left: {info:?}"
        );
    }
}

#[test]
fn a_remembered_token_allocates_nothing() {
    let info = of_a_verification(&verifier(1), &in_organization(25).mint());
    assert_eq!((info.count_total, info.count_current), (0, 0), "{info:?}");
}

fn authenticate(authenticator: &Authenticator, request: &Parts) -> RequestState {
    at_once(authenticator.authenticate(request)).unwrap()
}

/// The allocations of a second request; the first may initialize statics.
fn of_a_request(authenticator: &Authenticator, request: &Parts) -> AllocationInfo {
    assert!(authenticate(authenticator, request).is_signed_in());
    let mut state = None;
    let info = measure(|| state = Some(authenticate(authenticator, request)));
    assert!(state.is_some_and(|state| state.is_signed_in()));
    info
}

fn in_header(token: &str) -> Parts {
    let request = http::Request::get("https://app.example.com/path?query=1")
        .header("authorization", format!("Bearer {token}"));
    request.body(()).unwrap().into_parts().0
}

fn in_cookies(token: &str) -> Parts {
    let cookies = format!("theme=dark; __client_uat=1; __session={token}; other=x%20y");
    let request = http::Request::get("https://app.example.com/path?query=1")
        .header("host", "app.example.com")
        .header("accept", "text/html")
        .header("sec-fetch-dest", "document")
        .header("cookie", cookies);
    request.body(()).unwrap().into_parts().0
}

/// With suffixed cookies, as current front ends set them.
fn in_suffixed_cookies(token: &str) -> Parts {
    let cookies = format!("__client_uat_naoXFJnI=1; __session_naoXFJnI={token}; __client_uat=1");
    let request = http::Request::get("https://app.example.com/").header("cookie", cookies);
    request.body(()).unwrap().into_parts().0
}

/// Creates a request with the token.
type Carry = fn(&str) -> Parts;

/// The locations of a token in a request.
const CARRIERS: [(&str, Carry); 3] = [
    ("header", in_header),
    ("cookies", in_cookies),
    ("suffixed cookies", in_suffixed_cookies),
];

#[test]
fn a_request_allocates_only_what_its_state_keeps() {
    let authenticator = testing::authenticator(TestKey::shared());
    for (name, token) in [
        ("a user", TestKey::shared().session_token("user_1")),
        ("an organization", in_organization(25)),
    ] {
        let token = token.mint();
        for (carrier, request) in CARRIERS {
            let info = of_a_request(&authenticator, &request(&token));
            assert!(info.count_total > 0, "{name} in {carrier}");
            assert_eq!(
                i64::try_from(info.count_total),
                Ok(info.count_current),
                "{name} in {carrier}: what was allocated and what of it is left: {info:?}"
            );
            assert_eq!(
                i64::try_from(info.bytes_total),
                Ok(info.bytes_current),
                "{name} in {carrier}: nothing was freed or grown: {info:?}"
            );
        }
    }
}

/// The claims of a remembered token are shared. The state keeps only the token, for the handler: a text and
/// its `Arc`.
#[test]
fn a_request_with_a_remembered_token_allocates_the_token_alone() {
    let authenticator = testing::authenticator_builder(TestKey::shared())
        .token_cache_size(2)
        .build()
        .unwrap();
    let token = in_organization(25).mint();
    for (carrier, request) in CARRIERS {
        let info = of_a_request(&authenticator, &request(&token));
        assert_eq!(
            i64::try_from(info.count_total),
            Ok(info.count_current),
            "{carrier}: {info:?}"
        );
        assert_eq!(info.count_total, 1, "{carrier}: {info:?}");
        assert_eq!(info.bytes_total, token.len() as u64, "{carrier}: {info:?}");
    }
}

/// A request without a token gets a state with two headers, which are all that is allocated.
#[test]
fn a_request_without_a_token_allocates_only_its_result() {
    let authenticator = testing::authenticator(TestKey::shared());
    let request = http::Request::get("https://app.example.com/")
        .body(())
        .unwrap();
    let request = request.into_parts().0;
    // The first may initialize statics.
    assert!(!authenticate(&authenticator, &request).is_signed_in());
    let mut state = None;
    let info = measure(|| state = Some(authenticate(&authenticator, &request)));
    assert_eq!(state.map(|state| state.headers().len()), Some(2));
    assert_eq!(
        i64::try_from(info.count_total),
        Ok(info.count_current),
        "{info:?}"
    );
}
