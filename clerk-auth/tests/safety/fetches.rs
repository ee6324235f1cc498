//! When keys are fetched: once for all who wait, ahead of their end, and never so that a request
//! hangs.

use std::sync::Arc;

use clerk_auth::{KeyCache, TokenVerifier};
use serde_json::json;
use test_support::Reply;
use tokio::task::JoinSet;

use crate::support::{
    Clerk, Signer, eventually, in_time, later, milliseconds, reason, seconds, set,
};

const CROWD: usize = 200;

/// A crowd verifies a good token at once.
async fn a_crowd_is_let_in(verifier: &Arc<TokenVerifier>) {
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
async fn a_crowd_at_a_cold_start_shares_one_fetch() {
    let clerk = Clerk::answering(set([Signer::own().jwk()]).after(milliseconds(50)));
    let verifier = Arc::new(clerk.verifier().build().unwrap());
    a_crowd_is_let_in(&verifier).await;
    assert_eq!(clerk.requests(), 1);
}

#[tokio::test]
async fn a_crowd_at_the_end_of_the_time_shares_one_fetch() {
    let clerk = Clerk::with([Signer::own().jwk()]);
    let verifier = Arc::new(clerk.verifier().build().unwrap());
    a_crowd_is_let_in(&verifier).await;
    later(seconds(300)).await;
    a_crowd_is_let_in(&verifier).await;
    assert_eq!(clerk.requests(), 2);
}

#[tokio::test]
async fn nobody_waits_for_the_fetch_ahead_of_the_end() {
    let own = Signer::own();
    let clerk = Clerk::with([own.jwk()]);
    let verifier = Arc::new(clerk.verifier().build().unwrap());
    verifier.verify(&own.token()).await.unwrap();
    later(seconds(239)).await;
    a_crowd_is_let_in(&verifier).await;
    assert_eq!(clerk.requests(), 1);
    later(seconds(1)).await;
    // It never answers, so whoever waits for it is not let in.
    clerk.now_answers(Reply::silence());
    a_crowd_is_let_in(&verifier).await;
    clerk.has_received(2).await;
    a_crowd_is_let_in(&verifier).await;
    assert_eq!(clerk.requests(), 2);
}

#[tokio::test]
async fn a_fetch_ahead_of_the_end_renews_the_keys() {
    let own = Signer::own();
    let clerk = Clerk::with([own.jwk()]);
    let verifier = clerk.verifier().build().unwrap();
    verifier.verify(&own.token()).await.unwrap();
    for _ in 0..4 {
        later(seconds(250)).await;
        verifier.verify(&own.token()).await.unwrap();
        // This one waits for the fetch that the one before has started, and makes none.
        let unknown = own.token_of("ins_unknown");
        assert_eq!(reason(verifier.verify(&unknown).await), "jwk-kid-mismatch");
    }
    assert_eq!(clerk.requests(), 5);
}

#[tokio::test]
async fn keys_are_not_fetched_all_the_time_if_they_are_to_be_fetched_early() {
    let own = Signer::own();
    let clerk = Clerk::with([own.jwk()]);
    // Ahead of the end by more than there is.
    let options = KeyCache::new().ttl(seconds(30)).refresh_ahead(seconds(60));
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
async fn the_time_of_keys_counts_from_their_fetch_and_not_from_their_use() {
    let own = Signer::own();
    let clerk = Clerk::with([own.jwk()]);
    let options = KeyCache::new().refresh_ahead(seconds(0));
    let verifier = clerk.verifier().key_cache(options).build().unwrap();
    for _ in 0..10 {
        verifier.verify(&own.token()).await.unwrap();
        later(seconds(29)).await;
    }
    assert_eq!(clerk.requests(), 1);
    later(seconds(10)).await;
    clerk.now_answers(set([Signer::stranger().jwk_of("ins_new")]));
    assert_eq!(
        reason(verifier.verify(&own.token()).await),
        "jwk-kid-mismatch"
    );
    assert_eq!(clerk.requests(), 2);
}

#[tokio::test]
async fn old_keys_serve_for_an_hour_while_they_cannot_be_fetched() {
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
async fn old_keys_do_not_outlast_a_fetch_that_goes_well() {
    let own = Signer::own();
    let clerk = Clerk::with([own.jwk()]);
    let verifier = clerk.verifier().build().unwrap();
    verifier.verify(&own.token()).await.unwrap();
    clerk.now_answers(Reply::json(500, json!({})));
    later(seconds(301)).await;
    verifier.verify(&own.token()).await.unwrap();
    clerk.now_answers(set([Signer::stranger().jwk_of("ins_new")]));
    later(seconds(60)).await;
    assert_eq!(
        reason(verifier.verify(&own.token()).await),
        "jwk-kid-mismatch"
    );
}

#[tokio::test]
async fn a_server_that_hangs_holds_a_request_no_longer_than_it_may() {
    let clerk = Clerk::answering(Reply::silence());
    let options = KeyCache::new().timeout(seconds(2));
    let verifier = clerk.verifier().key_cache(options).build().unwrap();
    let token = Signer::own().token();
    for _ in 0..20 {
        let refused = in_time(verifier.verify(&token)).await;
        assert_eq!(reason(refused), "jwk-remote-failed-to-load");
    }
    assert_eq!(clerk.requests(), 1);
}

#[tokio::test]
async fn a_server_that_hangs_is_given_up_without_any_option() {
    let clerk = Clerk::answering(Reply::silence());
    let verifier = Arc::new(clerk.verifier().build().unwrap());
    let token = Signer::own().token();
    let waiting = tokio::spawn({
        let verifier = Arc::clone(&verifier);
        async move { verifier.verify(&token).await }
    });
    clerk.has_received(1).await;
    // From here on, time passes as soon as there is nothing else to do.
    tokio::time::pause();
    let refused = waiting.await.unwrap();
    tokio::time::resume();
    assert_eq!(reason(refused), "jwk-remote-failed-to-load");
}

#[tokio::test]
async fn a_server_that_answers_a_byte_at_a_time_holds_a_request_no_longer_than_it_may() {
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
        .key_cache(KeyCache::new().timeout(milliseconds(100)))
        .build()
        .unwrap();
    let refused = in_time(verifier.verify(&Signer::own().token())).await;
    assert_eq!(reason(refused), "jwk-remote-failed-to-load");
}

/// Whether a token is accepted without waiting for anything.
fn is_accepted_at_once(verifier: &TokenVerifier, token: &str) -> bool {
    let future = std::pin::pin!(verifier.verify(token));
    let waker = std::task::Waker::noop();
    let polled = future.poll(&mut std::task::Context::from_waker(waker));
    matches!(polled, std::task::Poll::Ready(Ok(_)))
}

#[tokio::test]
async fn nobody_waits_for_a_server_that_hangs_once_that_is_known() {
    let own = Signer::own();
    let clerk = Clerk::with([own.jwk()]);
    // Longer than the machine can take for what is to happen within it.
    let options = KeyCache::new().timeout(seconds(600));
    let verifier = Arc::new(clerk.verifier().key_cache(options).build().unwrap());
    let token = own.token();
    verifier.verify(&token).await.unwrap();
    clerk.now_answers(Reply::silence());
    later(seconds(300)).await;
    // Nothing is known of the failure yet.
    assert!(!is_accepted_at_once(&verifier, &token));
    clerk.has_received(2).await;
    // From here on, time passes as soon as there is nothing else to do, until the fetch fails.
    tokio::time::pause();
    let is_known = || is_accepted_at_once(&verifier, &token);
    eventually(is_known).await;
    tokio::time::resume();
    later(seconds(5)).await;
    let received = clerk.requests();
    // The next fetch hangs as well, and nobody waits for it.
    for _ in 0..3 {
        assert!(is_accepted_at_once(&verifier, &token));
    }
    clerk.has_received(received + 1).await;
}

#[tokio::test]
async fn old_keys_do_not_serve_unasked_long_after_the_last_failure() {
    let own = Signer::own();
    let clerk = Clerk::with([own.jwk()]);
    let verifier = clerk.verifier().build().unwrap();
    verifier.verify(&own.token()).await.unwrap();
    clerk.now_answers(Reply::json(500, json!({})));
    later(seconds(301)).await;
    verifier.verify(&own.token()).await.unwrap();
    // Nobody came for ten minutes, in which the key was taken back.
    clerk.now_answers(set([Signer::stranger().jwk_of("ins_new")]));
    later(seconds(600)).await;
    assert_eq!(
        reason(verifier.verify(&own.token()).await),
        "jwk-kid-mismatch"
    );
}

#[tokio::test]
async fn a_caller_that_goes_away_takes_no_fetch_with_it() {
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
fn a_fetch_whose_runtime_stands_still_is_given_up() {
    let own = Signer::own();
    let clerk = Clerk::with([own.jwk()]);
    let limit = milliseconds(50);
    let options = KeyCache::new().timeout(limit).cool_down(milliseconds(0));
    let verifier = Arc::new(clerk.verifier().key_cache(options).build().unwrap());
    let runtime = || {
        let mut builder = tokio::runtime::Builder::new_current_thread();
        builder.enable_all().build().unwrap()
    };
    let standing = runtime();
    // It starts the fetch and goes away, and nobody drives the fetch on.
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
async fn a_fetch_that_was_broken_off_is_made_again() {
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
        // The runtime ends here, and the fetch with it.
    });
    eventually(|| thread.is_finished()).await;
    thread.join().unwrap();
    clerk.now_answers(set([own.jwk()]));
    in_time(verifier.verify(&own.token())).await.unwrap();
    assert_eq!(clerk.requests(), 2);
}
