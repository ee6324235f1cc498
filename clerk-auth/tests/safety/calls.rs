//! Calls to Clerk that a request waits for: however many requests need the same call, and whatever clients
//! send, few calls are made and no request hangs.

use std::sync::{Arc, LazyLock};
use std::time::Instant;

use clerk_auth::{
    Accepts, Authenticator, CallLimits, MachineTokenError, RequestState, Status, TokenType,
};
use http::StatusCode;
use http::request::Parts;
use serde_json::{Value, json};
use test_support::Reply;
use tokio::task::JoinSet;

use crate::clerk_in_memory::InMemory;
use crate::support::{
    Clerk, LIVE, Signer, in_time, later, milliseconds, page, request, seconds, set, why, with_token,
};

const TOKENS: [&str; 3] = ["ak_good", "mt_good", "oat_good"];
const UNKNOWN: [&str; 3] = ["ak_unknown", "mt_unknown", "oat_unknown"];

/// Clerk's response for a valid machine token of any kind.
pub(crate) fn good() -> Value {
    json!({
        "object": "api_key", "id": "id_1", "subject": "user_1", "type": "api_key", "name": "a key",
        "client_id": "client_1", "scopes": ["read"], "claims": null, "revoked": false,
        "revocation_reason": null, "expired": false, "expiration": null, "created_by": null,
        "last_used_at": null, "description": null, "created_at": 1, "updated_at": 1,
    })
}

pub(crate) fn in_memory(clerk: &Arc<InMemory>) -> Authenticator {
    Authenticator::builder()
        .backend(Arc::clone(clerk) as Arc<dyn clerk_auth::backend::Backend>)
        .publishable_key(LIVE)
        .jwt_key(Signer::own().key.public_key_pem())
        .accepts(Accepts::any())
        .build()
        .unwrap()
}

pub(crate) fn on_loopback(clerk: &Clerk) -> Authenticator {
    let builder = clerk.authenticator().accepts(Accepts::any());
    let builder = builder.jwt_key(Signer::own().key.public_key_pem());
    builder.build().unwrap()
}

/// A page load with the nonce of a handshake.
pub(crate) fn with_nonce(nonce: &str) -> Parts {
    let cookie = format!("__clerk_handshake_nonce={nonce}; __client_uat=1");
    page("https://app.example.com/", &[("cookie", &cookie)])
}

/// A page load with an expired session and a refresh token.
fn with_refresh_token(token: &str) -> Parts {
    static EXPIRED: LazyLock<String> =
        LazyLock::new(|| Signer::own().key.session_token("user_1").expired().mint());
    let expired = &*EXPIRED;
    let cookie = format!(
        "__session={expired}; __client_uat=1; __refresh_naoXFJnI={token}; __refresh_nx2hSE6I={token}"
    );
    page("https://app.example.com/", &[("cookie", &cookie)])
}

/// All requests at once.
pub(crate) async fn crowd(
    authenticator: &Authenticator,
    requests: impl IntoIterator<Item = Parts>,
) -> Vec<RequestState> {
    let mut tasks = JoinSet::new();
    for request in requests {
        let authenticator = authenticator.clone();
        tasks.spawn(async move { in_time(authenticator.authenticate(&request)).await.unwrap() });
    }
    tasks.join_all().await
}

pub(crate) async fn ask(authenticator: &Authenticator, request: &Parts) -> RequestState {
    in_time(authenticator.authenticate(request)).await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_requests_with_one_valid_token_share_one_call() {
    for token in TOKENS {
        for remembered in [0, 60] {
            let clerk = Clerk::answering(Reply::json(200, good()).after(seconds(1)));
            let builder = clerk.authenticator().accepts(Accepts::any());
            let builder = builder.machine_token_cache_ttl(seconds(remembered));
            let authenticator = builder.build().unwrap();
            let states = crowd(&authenticator, vec![with_token(token); 200]).await;
            assert!(states.iter().all(RequestState::is_signed_in), "{token}");
            assert_eq!(clerk.requests(), 1, "{token}, {remembered}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_unknown_token_costs_one_call_however_often_it_is_sent() {
    for token in UNKNOWN {
        let clerk = Clerk::answering(Reply::json(404, json!({})).after(milliseconds(20)));
        let authenticator = on_loopback(&clerk);
        let states = crowd(&authenticator, vec![with_token(token); 500]).await;
        assert!(states.iter().all(|state| why(state) == "token-invalid"));
        for _ in 0..500 {
            let state = ask(&authenticator, &with_token(token)).await;
            assert_eq!(why(&state), "token-invalid");
        }
        assert_eq!(clerk.requests(), 1, "{token}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_invalid_nonce_costs_one_call_however_often_it_is_sent() {
    let refusal = json!({ "errors": [{ "code": "invalid_nonce", "message": "is invalid" }] });
    let clerk = Clerk::answering(Reply::json(400, refusal).after(milliseconds(20)));
    let authenticator = on_loopback(&clerk);
    let states = crowd(&authenticator, vec![with_nonce("made_up"); 500]).await;
    assert!(
        states
            .iter()
            .all(|state| why(state) == "session-token-missing" && !state.is_unavailable())
    );
    for _ in 0..500 {
        let _ = ask(&authenticator, &with_nonce("made_up")).await;
    }
    assert_eq!(clerk.requests(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_invalid_refresh_token_costs_one_call_however_often_it_is_sent() {
    let refusal = json!({ "errors": [{ "code": "invalid_refresh", "message": "is invalid" }] });
    let clerk = Clerk::answering(Reply::json(401, refusal).after(milliseconds(20)));
    let authenticator = on_loopback(&clerk);
    let request = with_refresh_token("made_up");
    let states = crowd(&authenticator, vec![request.clone(); 500]).await;
    for state in &states {
        assert_eq!(state.status(), Status::Handshake);
        assert_eq!(why(state), "session-token-expired-refresh-invalid_refresh");
    }
    for _ in 0..500 {
        let _ = ask(&authenticator, &request).await;
    }
    assert_eq!(clerk.requests(), 1);
}

#[tokio::test(start_paused = true)]
async fn different_invalid_tokens_cause_few_calls() {
    let requests: [fn(usize) -> Parts; 5] = [
        |number| with_token(&format!("ak_{number}")),
        |number| with_token(&format!("mt_{number}")),
        |number| with_token(&format!("oat_{number}")),
        |number| with_nonce(&number.to_string()),
        |number| with_refresh_token(&number.to_string()),
    ];
    for request in requests {
        let clerk = InMemory::knowing_good_ones(milliseconds(10));
        let authenticator = in_memory(&clerk);
        crowd(&authenticator, (0..500).map(request)).await;
        for number in 500..1000 {
            let _ = ask(&authenticator, &request(number)).await;
        }
        assert!(clerk.most_at_once() <= 32, "{}", clerk.most_at_once());
        assert!(clerk.calls() <= 100, "{}", clerk.calls());
    }
}

/// A request for each call that a request can wait for.
fn of_each_call() -> [(Parts, &'static str); 5] {
    [
        (with_token("ak_1"), "unexpected-error"),
        (with_token("mt_1"), "unexpected-error"),
        (with_token("oat_1"), "unexpected-error"),
        (with_nonce("nonce"), "session-token-missing"),
        (
            with_refresh_token("token"),
            "session-token-expired-refresh-",
        ),
    ]
}

#[tokio::test]
async fn a_request_does_not_wait_until_the_rate_limit_is_over() {
    for status in [429, 503] {
        for (request, reason) in of_each_call() {
            let reply = Reply::json(status, json!({})).header("retry-after", "60");
            let clerk = Clerk::answering(reply);
            let authenticator = on_loopback(&clerk);
            let began = Instant::now();
            for _ in 0..20 {
                let state = ask(&authenticator, &request).await;
                assert!(why(&state).starts_with(reason), "{status}: {}", why(&state));
            }
            assert!(began.elapsed() < seconds(20));
            assert_eq!(clerk.requests(), 1, "{status}: {reason}");
            later(seconds(60)).await;
            let _ = ask(&authenticator, &request).await;
            assert_eq!(clerk.requests(), 2, "{status}: {reason}");
        }
    }
}

#[tokio::test]
async fn a_rate_limit_at_the_keys_does_not_hold_requests() {
    let clerk = Clerk::answering(Reply::json(429, json!({})).header("retry-after", "60"));
    let builder = clerk.authenticator().accepts(Accepts::any());
    let authenticator = builder.build().unwrap();
    let token = Signer::own().token();
    let of_a_machine = Signer::own().key.m2m_token("mch_1").mint();
    let began = Instant::now();
    for passed in 0..20 {
        for token in [&token, &of_a_machine] {
            let state = ask(&authenticator, &with_token(token)).await;
            assert!(state.is_unavailable());
            let rest = state.retry_after().unwrap();
            assert!(rest <= seconds(60 - 2 * passed), "{rest:?}");
        }
        later(seconds(2)).await;
    }
    assert!(began.elapsed() < seconds(20));
    assert_eq!(clerk.requests(), 1);
    clerk.now_answers(set([Signer::own().jwk()]));
    later(seconds(20)).await;
    assert!(
        ask(&authenticator, &with_token(&token))
            .await
            .is_signed_in()
    );
}

#[tokio::test(start_paused = true)]
async fn a_flood_of_invalid_tokens_does_not_block_tokens_in_use() {
    let clerk = InMemory::knowing_good_ones(milliseconds(10));
    let authenticator = in_memory(&clerk);
    assert!(
        ask(&authenticator, &with_token("ak_good"))
            .await
            .is_signed_in()
    );
    crowd(
        &authenticator,
        (0..500).map(|number| with_token(&format!("ak_{number}"))),
    )
    .await;
    assert!(
        ask(&authenticator, &with_token("ak_good"))
            .await
            .is_signed_in()
    );
    // A new one is rejected, with the time to wait.
    let state = ask(&authenticator, &with_token("ak_good_and_new")).await;
    assert_eq!(why(&state), "unexpected-error");
    let rest = state.retry_after().unwrap();
    assert!(rest > seconds(0) && rest <= seconds(10), "{rest:?}");
    // Browsers are not affected.
    let calls = clerk.calls();
    let _ = ask(&authenticator, &with_nonce("good")).await;
    assert_eq!(clerk.calls(), calls + 1);
    tokio::time::sleep(rest).await;
    let state = ask(&authenticator, &with_token("ak_good_and_new")).await;
    assert!(state.is_signed_in());
}

#[tokio::test]
async fn a_key_that_is_created_just_after_it_was_refused_is_accepted_soon() {
    let clerk = Clerk::answering(Reply::json(404, json!({})));
    let authenticator = on_loopback(&clerk);
    let request = with_token("ak_new");
    assert_eq!(why(&ask(&authenticator, &request).await), "token-invalid");
    clerk.now_answers(Reply::json(200, good()));
    assert_eq!(why(&ask(&authenticator, &request).await), "token-invalid");
    later(seconds(5)).await;
    assert!(ask(&authenticator, &request).await.is_signed_in());
    assert_eq!(clerk.requests(), 2);
}

#[tokio::test]
async fn limits_can_be_set() {
    let clerk = InMemory::knowing_good_ones(milliseconds(0));
    let limits = CallLimits::new()
        .under_way(0)
        .rejections(3)
        .rejection_memory(seconds(0));
    let authenticator = Authenticator::builder()
        .backend(Arc::clone(&clerk) as Arc<dyn clerk_auth::backend::Backend>)
        .accepts(TokenType::ApiKey)
        .call_limits(limits)
        .build()
        .unwrap();
    for _ in 0..3 {
        let state = ask(&authenticator, &with_token("ak_unknown")).await;
        assert_eq!(why(&state), "token-invalid");
    }
    let state = ask(&authenticator, &with_token("ak_unknown")).await;
    assert!(state.is_unavailable());
    assert_eq!(clerk.calls(), 3);
}

#[tokio::test(start_paused = true)]
async fn many_valid_tokens_do_not_count_as_refused() {
    let clerk = InMemory::knowing_good_ones(milliseconds(10));
    let authenticator = Authenticator::builder()
        .backend(Arc::clone(&clerk) as Arc<dyn clerk_auth::backend::Backend>)
        .accepts(TokenType::ApiKey)
        .call_limits(CallLimits::new().rejections(3))
        .build()
        .unwrap();
    let requests: Vec<_> = (0..10)
        .map(|number| with_token(&format!("ak_good_{number}")))
        .collect();
    let states = crowd(&authenticator, requests.clone()).await;
    for state in states.iter().filter(|state| !state.is_signed_in()) {
        assert_eq!(state.retry_after(), Some(seconds(1)));
    }
    assert_eq!(clerk.most_at_once(), 3);
    for request in &requests {
        assert!(ask(&authenticator, request).await.is_signed_in());
    }
}

#[tokio::test]
async fn a_malformed_token_is_not_sent_to_clerk() {
    let clerk = InMemory::knowing_good_ones(milliseconds(0));
    let authenticator = in_memory(&clerk);
    for kind in ["ak_", "mt_", "oat_"] {
        for rest in [
            "",
            "=",
            "good\u{e9}",
            "go*d",
            "good,good",
            "\"good\"",
            "go=od",
            "good%",
        ] {
            let value = format!("Bearer {kind}{rest}");
            let request = request(
                "https://app.example.com/",
                [("authorization", value.as_bytes())],
            );
            let state = ask(&authenticator, &request).await;
            assert_eq!(why(&state), "token-invalid", "{value}");
        }
        for rest in ["good", "GOOD-good_1", "good.good~+/", "good=="] {
            let state = ask(&authenticator, &with_token(&format!("{kind}{rest}"))).await;
            assert!(state.is_signed_in(), "{kind}{rest}");
        }
    }
    assert_eq!(clerk.calls(), 12);
    let _ = ask(&authenticator, &with_nonce(&"good".repeat(300))).await;
    assert_eq!(clerk.calls(), 12);
}

#[tokio::test]
async fn the_time_to_wait_is_what_is_left_of_it() {
    for (request, _) in of_each_call().into_iter().take(4) {
        let reply = Reply::json(429, json!({})).header("retry-after", "60");
        let clerk = Clerk::answering(reply);
        let authenticator = on_loopback(&clerk);
        assert_eq!(
            ask(&authenticator, &request).await.retry_after(),
            Some(seconds(60))
        );
        later(seconds(40)).await;
        let state = ask(&authenticator, &request).await;
        assert!(state.is_unavailable());
        let rest = state.retry_after().unwrap();
        assert!(rest <= seconds(20) && rest > seconds(5), "{rest:?}");
        // All calls share the pause.
        let state = ask(&authenticator, &with_token("ak_other")).await;
        assert!(state.retry_after().is_some_and(|rest| rest <= seconds(20)));
        assert_eq!(clerk.requests(), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn a_rate_limit_pauses_for_a_second_at_least_and_an_hour_at_most() {
    for (stated, pause) in [(None, 1), (Some(0), 1), (Some(7), 7), (Some(604_800), 3600)] {
        let clerk = InMemory::new(milliseconds(0), move |_| {
            let error =
                MachineTokenError::unexpected("rate limit", Some(StatusCode::TOO_MANY_REQUESTS));
            Err(error.with_retry_after(stated.map(seconds)))
        });
        let authenticator = in_memory(&clerk);
        for _ in 0..3 {
            let state = ask(&authenticator, &with_token("ak_1")).await;
            let rest = state.retry_after().unwrap();
            assert!(rest <= seconds(pause), "{stated:?}: {rest:?}");
        }
        assert_eq!(clerk.calls(), 1, "{stated:?}");
        tokio::time::sleep(seconds(pause)).await;
        let _ = ask(&authenticator, &with_token("ak_1")).await;
        assert_eq!(clerk.calls(), 2, "{stated:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_request_waits_a_second_while_many_calls_are_under_way() {
    let clerk = InMemory::knowing_good_ones(seconds(3600));
    let authenticator = in_memory(&clerk);
    let began = tokio::time::Instant::now();
    let mut tasks = JoinSet::new();
    for number in 0..100 {
        let authenticator = authenticator.clone();
        tasks.spawn(async move {
            let request = with_token(&format!("ak_good_{number}"));
            let state = authenticator.authenticate(&request).await.unwrap();
            (state, began.elapsed())
        });
    }
    let (mut at_once, mut in_time) = (0, 0);
    for (state, time) in tasks.join_all().await {
        assert_eq!(why(&state), "unexpected-error");
        if time <= seconds(2) {
            assert_eq!(state.retry_after(), Some(seconds(1)));
            at_once += 1;
        } else {
            // A call has a time limit, whatever the backend does.
            assert!(time <= seconds(16));
            in_time += 1;
        }
    }
    assert_eq!((at_once, in_time, clerk.calls()), (68, 32, 32));
    for request in [with_nonce("good"), with_refresh_token("good")] {
        let began = tokio::time::Instant::now();
        assert!(!ask(&authenticator, &request).await.is_signed_in());
        assert!(began.elapsed() <= seconds(16));
    }
}

#[tokio::test(start_paused = true)]
async fn after_a_late_failure_requests_fail_at_once_for_a_while() {
    let clerk = InMemory::new(seconds(8), |_| {
        Err(MachineTokenError::unexpected("timeout", None))
    });
    let authenticator = in_memory(&clerk);
    let state = ask(&authenticator, &with_token("ak_first")).await;
    assert!(state.is_unavailable());
    let began = tokio::time::Instant::now();
    for (request, reason) in of_each_call() {
        let state = ask(&authenticator, &request).await;
        assert!(why(&state).starts_with(reason), "{}", why(&state));
        if state.status() == Status::SignedOut {
            assert!(state.is_unavailable());
            let rest = state.retry_after().unwrap();
            assert!(rest > seconds(0) && rest <= seconds(5), "{rest:?}");
        }
    }
    assert_eq!(began.elapsed(), seconds(0));
    assert_eq!(clerk.calls(), 1);
    tokio::time::sleep(seconds(5)).await;
    let _ = ask(&authenticator, &with_token("ak_first")).await;
    assert_eq!(clerk.calls(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_late_failure_pauses_nothing_while_clerk_responds_to_other_calls() {
    let clerk = InMemory::new(seconds(4), |token| match token {
        "ak_lost" => Err(MachineTokenError::unexpected("timeout", None)),
        "ak_unknown" => Err(MachineTokenError::invalid(
            "not found",
            Some(StatusCode::NOT_FOUND),
        )),
        _ => Ok(()),
    });
    for other in ["ak_good", "ak_unknown"] {
        let authenticator = in_memory(&clerk);
        let responded = tokio::spawn({
            let authenticator = authenticator.clone();
            async move { ask(&authenticator, &with_token(other)).await }
        });
        tokio::time::sleep(seconds(1)).await;
        let lost = ask(&authenticator, &with_token("ak_lost")).await;
        assert!(lost.is_unavailable());
        assert!(!responded.await.unwrap().is_unavailable());
        let next = ask(&authenticator, &with_token("ak_next")).await;
        assert!(next.is_signed_in(), "{}", next.message());
    }
}

#[tokio::test(start_paused = true)]
async fn a_call_that_fails_at_once_pauses_nothing() {
    let clerk = InMemory::new(seconds(1), |_| {
        Err(MachineTokenError::unexpected("no connection", None))
    });
    let authenticator = in_memory(&clerk);
    for calls in 1..4 {
        let _ = ask(&authenticator, &with_token("ak_1")).await;
        assert_eq!(clerk.calls(), calls);
    }
}
