//! When keys are fetched: once for all waiting requests, before they expire, and without hanging a request.

use std::sync::Arc;

use clerk_auth::{KeyCacheOptions, TokenVerifier};
use serde_json::json;
use test_support::Reply;
use tokio::task::JoinSet;

use crate::support::{
    Clerk, Signer, eventually, in_time, later, milliseconds, reason, seconds, set,
};

const CROWD: usize = 200;

/// Verifies a valid token many times at once.
async fn all_are_accepted_at_once(verifier: &Arc<TokenVerifier>) {
    let token = Signer::own().token();
    let mut tasks = JoinSet::new();
    for _ in 0..CROWD {
        let (verifier, token) = (Arc::clone(verifier), token.clone());
        tasks.spawn(async move { verifier.verify(&token).await.is_ok() });
    }
    let let_in = tasks.join_all().await;
    assert_eq!(let_in.len(), CROWD);
    assert!(let_in.iter().all(|is_let_in| *is_let_in));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_requests_at_a_cold_start_share_one_fetch() {
    let clerk = Clerk::answering(set([Signer::own().jwk()]).after(milliseconds(50)));
    let verifier = Arc::new(clerk.verifier().build().unwrap());
    all_are_accepted_at_once(&verifier).await;
    assert_eq!(clerk.requests(), 1);
}

#[tokio::test]
async fn many_requests_after_the_ttl_share_one_fetch() {
    let clerk = Clerk::with([Signer::own().jwk()]);
    let verifier = Arc::new(clerk.verifier().build().unwrap());
    all_are_accepted_at_once(&verifier).await;
    later(seconds(300)).await;
    all_are_accepted_at_once(&verifier).await;
    assert_eq!(clerk.requests(), 2);
}

#[tokio::test]
async fn no_request_waits_for_the_background_fetch() {
    let own = Signer::own();
    let clerk = Clerk::with([own.jwk()]);
    let verifier = Arc::new(clerk.verifier().build().unwrap());
    verifier.verify(&own.token()).await.unwrap();
    later(seconds(239)).await;
    all_are_accepted_at_once(&verifier).await;
    assert_eq!(clerk.requests(), 1);
    later(seconds(1)).await;
    // It never responds, so a request that waits for it fails.
    clerk.now_answers(Reply::silence());
    all_are_accepted_at_once(&verifier).await;
    clerk.has_received(2).await;
    all_are_accepted_at_once(&verifier).await;
    assert_eq!(clerk.requests(), 2);
}

#[tokio::test]
async fn a_background_fetch_renews_the_keys() {
    let own = Signer::own();
    let clerk = Clerk::with([own.jwk()]);
    let verifier = clerk.verifier().build().unwrap();
    verifier.verify(&own.token()).await.unwrap();
    for _ in 0..4 {
        later(seconds(250)).await;
        verifier.verify(&own.token()).await.unwrap();
        // This one waits for the fetch that the previous one has started, and makes none.
        let unknown = own.token_of("ins_unknown");
        assert_eq!(reason(verifier.verify(&unknown).await), "jwk-kid-mismatch");
    }
    assert_eq!(clerk.requests(), 5);
}

#[tokio::test]
async fn a_refresh_ahead_longer_than_the_ttl_does_not_fetch_all_the_time() {
    let own = Signer::own();
    let clerk = Clerk::with([own.jwk()]);
    // Longer than the `ttl`.
    let options = KeyCacheOptions::new()
        .ttl(seconds(30))
        .refresh_ahead(seconds(60));
    let verifier = clerk.verifier().key_cache(options).build().unwrap();
    for _ in 0..50 {
        verifier.verify(&own.token()).await.unwrap();
        tokio::time::sleep(milliseconds(2)).await;
    }
    assert_eq!(clerk.requests(), 1);
    later(seconds(15)).await;
    verifier.verify(&own.token()).await.unwrap();
    clerk.has_received(2).await;
}

#[tokio::test]
async fn the_ttl_counts_from_the_fetch_and_not_from_the_last_use() {
    let own = Signer::own();
    let clerk = Clerk::with([own.jwk()]);
    let options = KeyCacheOptions::new().refresh_ahead(seconds(0));
    let verifier = clerk.verifier().key_cache(options).build().unwrap();
    for _ in 0..10 {
        verifier.verify(&own.token()).await.unwrap();
        later(seconds(29)).await;
    }
    assert_eq!(clerk.requests(), 1);
    later(seconds(10)).await;
    clerk.now_answers(set([Signer::foreign().jwk_of("ins_new")]));
    assert_eq!(
        reason(verifier.verify(&own.token()).await),
        "jwk-kid-mismatch"
    );
    assert_eq!(clerk.requests(), 2);
}

#[tokio::test]
async fn stale_keys_are_used_for_an_hour_while_fetches_fail() {
    let own = Signer::own();
    let clerk = Clerk::with([own.jwk()]);
    let verifier = clerk.verifier_without_retries().build().unwrap();
    verifier.verify(&own.token()).await.unwrap();
    clerk.now_answers(Reply::json(500, json!({})));
    for _ in 0..12 {
        later(seconds(320)).await;
        verifier.verify(&own.token()).await.unwrap();
    }
    assert!(clerk.requests() > 12, "it was tried again");
    // 12 times 320 seconds and 61 are one more than the five minutes and the hour.
    later(seconds(61)).await;
    let refused = verifier.verify(&own.token()).await;
    assert_eq!(reason(refused), "jwk-remote-failed-to-load");
    clerk.now_answers(set([own.jwk()]));
    later(seconds(5)).await;
    verifier.verify(&own.token()).await.unwrap();
}

#[tokio::test]
async fn stale_keys_are_dropped_by_a_successful_fetch() {
    let own = Signer::own();
    let clerk = Clerk::with([own.jwk()]);
    let verifier = clerk.verifier().build().unwrap();
    verifier.verify(&own.token()).await.unwrap();
    clerk.now_answers(Reply::json(500, json!({})));
    later(seconds(301)).await;
    verifier.verify(&own.token()).await.unwrap();
    clerk.now_answers(set([Signer::foreign().jwk_of("ins_new")]));
    later(seconds(60)).await;
    assert_eq!(
        reason(verifier.verify(&own.token()).await),
        "jwk-kid-mismatch"
    );
}

#[tokio::test]
async fn a_server_that_hangs_holds_a_request_only_until_the_timeout() {
    let clerk = Clerk::answering(Reply::silence());
    let options = KeyCacheOptions::new().timeout(seconds(2));
    let verifier = clerk.verifier().key_cache(options).build().unwrap();
    let token = Signer::own().token();
    for _ in 0..20 {
        let refused = in_time(verifier.verify(&token)).await;
        assert_eq!(reason(refused), "jwk-remote-failed-to-load");
    }
    assert_eq!(clerk.requests(), 1);
}

#[tokio::test]
async fn a_fetch_from_a_server_that_hangs_times_out_by_default() {
    let clerk = Clerk::answering(Reply::silence());
    let verifier = Arc::new(clerk.verifier().build().unwrap());
    let token = Signer::own().token();
    let waiting = tokio::spawn({
        let verifier = Arc::clone(&verifier);
        async move { verifier.verify(&token).await }
    });
    clerk.has_received(1).await;
    // From here on, the paused clock advances when idle.
    tokio::time::pause();
    let refused = waiting.await.unwrap();
    tokio::time::resume();
    assert_eq!(reason(refused), "jwk-remote-failed-to-load");
}

#[tokio::test]
async fn a_slow_response_holds_a_request_only_until_the_timeout() {
    use tokio::io::AsyncWriteExt;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let head =
            "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 1000000\r\n\r\n";
        stream.write_all(head.as_bytes()).await.unwrap();
        while stream.write_all(b" ").await.is_ok() {
            tokio::time::sleep(milliseconds(5)).await;
        }
    });
    let verifier = TokenVerifier::builder()
        .secret_key("sk_test_slow")
        .api_url(format!("http://{address}"))
        .key_cache(KeyCacheOptions::new().timeout(milliseconds(100)))
        .build()
        .unwrap();
    let refused = in_time(verifier.verify(&Signer::own().token())).await;
    assert_eq!(reason(refused), "jwk-remote-failed-to-load");
}

/// Whether a token is accepted without waiting.
fn is_accepted_at_once(verifier: &TokenVerifier, token: &str) -> bool {
    let future = std::pin::pin!(verifier.verify(token));
    let waker = std::task::Waker::noop();
    let polled = future.poll(&mut std::task::Context::from_waker(waker));
    matches!(polled, std::task::Poll::Ready(Ok(_)))
}

#[tokio::test]
async fn no_request_waits_for_a_server_that_is_known_to_hang() {
    let own = Signer::own();
    let clerk = Clerk::with([own.jwk()]);
    // Longer than the test can take.
    let options = KeyCacheOptions::new().timeout(seconds(600));
    let verifier = Arc::new(clerk.verifier().key_cache(options).build().unwrap());
    let token = own.token();
    verifier.verify(&token).await.unwrap();
    clerk.now_answers(Reply::silence());
    later(seconds(300)).await;
    // The failure is not known yet.
    assert!(!is_accepted_at_once(&verifier, &token));
    clerk.has_received(2).await;
    // From here on, the paused clock advances when idle, until the fetch fails.
    tokio::time::pause();
    let is_known = || is_accepted_at_once(&verifier, &token);
    eventually(is_known).await;
    tokio::time::resume();
    later(seconds(5)).await;
    let received = clerk.requests();
    // The next fetch hangs as well, and no request waits for it.
    for _ in 0..3 {
        assert!(is_accepted_at_once(&verifier, &token));
    }
    clerk.has_received(received + 1).await;
}

#[tokio::test]
async fn stale_keys_are_not_used_without_a_fetch_long_after_the_last_failure() {
    let own = Signer::own();
    let clerk = Clerk::with([own.jwk()]);
    let verifier = clerk.verifier().build().unwrap();
    verifier.verify(&own.token()).await.unwrap();
    clerk.now_answers(Reply::json(500, json!({})));
    later(seconds(301)).await;
    verifier.verify(&own.token()).await.unwrap();
    // There was no request for ten minutes, in which the key was revoked.
    clerk.now_answers(set([Signer::foreign().jwk_of("ins_new")]));
    later(seconds(600)).await;
    assert_eq!(
        reason(verifier.verify(&own.token()).await),
        "jwk-kid-mismatch"
    );
}

#[tokio::test]
async fn a_cancelled_caller_does_not_cancel_the_fetch() {
    let own = Signer::own();
    let reply = set([own.jwk()]).after(milliseconds(100));
    let clerk = Clerk::answering(reply);
    let verifier = Arc::new(clerk.verifier().build().unwrap());
    let verify = || {
        let (verifier, token) = (Arc::clone(&verifier), own.token());
        tokio::spawn(async move { verifier.verify(&token).await })
    };
    let first = verify();
    clerk.has_received(1).await;
    let second = verify();
    tokio::task::yield_now().await;
    first.abort();
    assert!(first.await.unwrap_err().is_cancelled());
    second.await.unwrap().unwrap();
    assert_eq!(clerk.requests(), 1);
}

#[test]
fn a_fetch_in_a_stalled_runtime_is_replaced() {
    let own = Signer::own();
    let clerk = Clerk::with([own.jwk()]);
    let limit = milliseconds(50);
    let options = KeyCacheOptions::new()
        .timeout(limit)
        .cool_down(milliseconds(0));
    let verifier = Arc::new(clerk.verifier().key_cache(options).build().unwrap());
    let runtime = || {
        let mut builder = tokio::runtime::Builder::new_current_thread();
        builder.enable_all().build().unwrap()
    };
    let standing = runtime();
    // It starts the fetch and is dropped, and nothing polls the fetch.
    standing.block_on(async {
        let token = own.token();
        let mut future = std::pin::pin!(verifier.verify(&token));
        let waker = std::task::Waker::noop();
        assert!(
            future
                .as_mut()
                .poll(&mut std::task::Context::from_waker(waker))
                .is_pending()
        );
    });
    let other = runtime();
    let token = own.token();
    let verified = |_: usize| other.block_on(in_time(verifier.verify(&token))).is_ok();
    assert!(
        (0..10).any(verified),
        "the fetch that stands still keeps the others out"
    );
    drop(standing);
    assert!(verified(0));
}

#[tokio::test]
async fn an_interrupted_fetch_is_repeated() {
    let own = Signer::own();
    let clerk = Clerk::answering(Reply::silence());
    let verifier = Arc::new(clerk.verifier().build().unwrap());
    let (there, token) = (Arc::clone(&verifier), own.token());
    let thread = std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build();
        let waiting = runtime.unwrap();
        waiting.block_on(async {
            let short = seconds(1);
            assert!(
                tokio::time::timeout(short, there.verify(&token))
                    .await
                    .is_err()
            );
        });
        // The runtime shuts down here, and with it the fetch.
    });
    eventually(|| thread.is_finished()).await;
    thread.join().unwrap();
    clerk.now_answers(set([own.jwk()]));
    in_time(verifier.verify(&own.token())).await.unwrap();
    assert_eq!(clerk.requests(), 2);
}
