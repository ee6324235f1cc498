//! How a shared call or fetch ends: the request that began it may be cancelled, panic, or be in a runtime
//! that shuts down or stalls.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use clerk_auth::RequestState;
use test_support::Reply;

use crate::calls::{ask, crowd, good, in_memory, on_loopback, with_nonce};
use crate::clerk_in_memory::InMemory;
use crate::support::{Clerk, Signer, in_time, milliseconds, seconds, with_token};

fn runtime() -> tokio::runtime::Runtime {
    let mut builder = tokio::runtime::Builder::new_current_thread();
    builder.enable_all().build().unwrap()
}

/// Polls once, like a runtime that then shuts down or stalls.
fn poll_once<F: Future>(future: F) -> Option<F::Output> {
    let future = std::pin::pin!(future);
    let waker = std::task::Waker::noop();
    match future.poll(&mut std::task::Context::from_waker(waker)) {
        std::task::Poll::Ready(output) => Some(output),
        std::task::Poll::Pending => None,
    }
}

#[test]
fn a_fetch_that_never_began_does_not_block_the_next() {
    let own = Signer::own();
    let clerk = Clerk::with([own.jwk()]);
    let authenticator = clerk.authenticator().build().unwrap();
    let request = with_token(&own.token());
    runtime().block_on(async {
        assert!(poll_once(authenticator.authenticate(&request)).is_none());
    });
    let state = runtime().block_on(in_time(authenticator.authenticate(&request)));
    let state = state.unwrap();
    assert!(state.is_signed_in(), "{}", state.message());
    assert_eq!(clerk.requests(), 1);
}

#[test]
fn without_a_runtime_there_is_an_error_and_the_next_request_in_one_succeeds() {
    let own = Signer::own();
    let clerk = Clerk::with([own.jwk()]);
    let authenticator = clerk.authenticator().build().unwrap();
    let request = with_token(&own.token());
    let outside = poll_once(authenticator.authenticate(&request));
    let error = outside.unwrap().unwrap_err();
    assert!(error.is_configuration() && error.to_string().contains("Tokio runtime"));
    let state = runtime().block_on(in_time(authenticator.authenticate(&request)));
    assert!(state.unwrap().is_signed_in());
}

#[test]
fn a_blocked_runtime_does_not_hold_requests_of_another() {
    let own = Signer::own();
    let clerk = Clerk::with([own.jwk()]);
    let authenticator = clerk.authenticator().build().unwrap();
    let request = with_token(&own.token());
    let blocked = runtime();
    blocked.block_on(async {
        assert!(poll_once(authenticator.authenticate(&request)).is_none());
    });
    let began = std::time::Instant::now();
    let state = runtime().block_on(in_time(authenticator.authenticate(&request)));
    assert!(state.unwrap().is_signed_in());
    // The fetch of the blocked runtime would time out after 20 seconds.
    assert!(began.elapsed() < seconds(8));
}

#[tokio::test]
async fn a_cancelled_first_request_does_not_cancel_the_call() {
    let clerk = Clerk::answering(Reply::json(200, good()).after(seconds(1)));
    let authenticator = on_loopback(&clerk);
    let first = tokio::spawn({
        let authenticator = authenticator.clone();
        async move { authenticator.authenticate(&with_token("ak_1")).await }
    });
    clerk.has_received(1).await;
    first.abort();
    let states = crowd(&authenticator, vec![with_token("ak_1"); 50]).await;
    assert!(states.iter().all(RequestState::is_signed_in));
    assert_eq!(clerk.requests(), 1);
}

#[tokio::test]
async fn a_call_that_panics_ends_and_the_next_is_made() {
    let panics = Arc::new(AtomicBool::new(true));
    let is_on = Arc::clone(&panics);
    let clerk = InMemory::new(milliseconds(20), move |_| {
        assert!(!is_on.load(Ordering::SeqCst), "a backend panics");
        Ok(())
    });
    let authenticator = in_memory(&clerk);
    for request in [with_token("ak_1"), with_nonce("nonce")] {
        panics.store(true, Ordering::SeqCst);
        for state in crowd(&authenticator, vec![request.clone(); 50]).await {
            assert!(state.is_unavailable());
        }
        panics.store(false, Ordering::SeqCst);
        assert!(!ask(&authenticator, &request).await.is_unavailable());
    }
    // The requests that wait for a call that panics try twice more, together.
    assert_eq!(clerk.calls(), 8);
}

#[test]
fn a_runtime_that_ends_or_stalls_does_not_hold_calls_of_another() {
    for ends in [true, false] {
        for request in [with_token("ak_good"), with_nonce("good")] {
            let clerk = InMemory::knowing_good_ones(milliseconds(20));
            let authenticator = in_memory(&clerk);
            let first = runtime();
            first.block_on(async {
                assert!(poll_once(authenticator.authenticate(&request)).is_none());
            });
            let _standing = (!ends).then_some(first);
            let began = Instant::now();
            let state = runtime().block_on(ask(&authenticator, &request));
            assert!(!state.is_unavailable(), "{}", state.message());
            assert!(began.elapsed() < seconds(8));
        }
    }
}

#[test]
fn a_runtime_without_timers_is_an_error() {
    let clerk = InMemory::knowing_good_ones(milliseconds(0));
    let authenticator = in_memory(&clerk);
    let without_timers = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    for request in [with_token("ak_good"), with_nonce("good")] {
        let outside = poll_once(authenticator.authenticate(&request)).unwrap();
        let within = without_timers.block_on(authenticator.authenticate(&request));
        for result in [outside, within] {
            let error = result.unwrap_err();
            assert!(error.is_configuration());
            assert!(error.to_string().contains("Tokio runtime"), "{error}");
        }
        let state = runtime().block_on(ask(&authenticator, &request));
        assert!(!state.is_unavailable());
    }
}

/// An idle connection belongs to the runtime that opened it.
#[test]
fn an_idle_connection_of_a_stalled_runtime_is_not_used_by_another() {
    let clerk = Clerk::answering(Reply::json(200, good()));
    let authenticator = on_loopback(&clerk);
    let standing = runtime();
    let state = standing.block_on(ask(&authenticator, &with_token("ak_1")));
    assert!(state.is_signed_in());
    let other = runtime();
    for token in ["ak_2", "ak_3"] {
        let state = other.block_on(ask(&authenticator, &with_token(token)));
        assert!(state.is_signed_in(), "{}", state.message());
    }
    assert_eq!(clerk.connections(), 2, "each runtime keeps one");
    drop(standing);
    let state = runtime().block_on(ask(&authenticator, &with_token("ak_4")));
    assert!(state.is_signed_in());
}
