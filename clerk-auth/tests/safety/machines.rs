//! Opaque machine tokens: where they are sent, with which key, and which responses accept them.

use std::sync::Arc;

use clerk_auth::{
    Accepts, Authenticator, AuthenticatorBuilder, Clock, MachineTokenKind, RequestState, TokenType,
};
use serde_json::{Value, json};
use test_support::Reply;

use crate::support::{Clerk, LIVE, SECRET_KEY, Signer, in_time, later, seconds, why, with_token};

const MACHINE_KEY: &str = "ak_of_the_machine";
const API_KEY: &str = "ak_0123456789abcdef0123456789abcdef";
const M2M: &str = "mt_0123456789abcdef0123456789abcdef";
const OAUTH: &str = "oat_0123456789abcdef0123456789abcdef";

/// In Unix seconds.
const NOW: i64 = 1_750_000_000;

fn builder(clerk: &Clerk) -> AuthenticatorBuilder {
    clerk
        .authenticator()
        .accepts(Accepts::any())
        .clock(Clock::fixed(NOW * 1000))
}

async fn shown(authenticator: &Authenticator, token: &str) -> RequestState {
    let state = authenticator.authenticate(&with_token(token)).await;
    state.unwrap()
}

fn is_refused(state: &RequestState) -> bool {
    !state.is_signed_in() && !state.auth().is_authenticated()
}

/// Clerk's response for a valid token of this kind.
fn good(token: &str) -> Value {
    let (object, id, subject) = match token {
        API_KEY => ("api_key", "ak_1", "user_1"),
        M2M => ("machine_to_machine_token", "mt_1", "mch_1"),
        _ => ("clerk_idp_oauth_access_token", "oat_1", "user_1"),
    };
    json!({
        "object": object, "id": id, "subject": subject, "type": "api_key", "name": "a key",
        "client_id": "client_1", "scopes": ["read"], "claims": null, "revoked": false,
        "revocation_reason": null, "expired": false, "expiration": null, "created_by": null,
        "last_used_at": null, "description": null, "created_at": 1, "updated_at": 1,
    })
}

fn changed(token: &str, member: &str, value: Value) -> Reply {
    let mut answer = good(token);
    answer[member] = value;
    Reply::json(200, answer)
}

const KINDS: [(&str, MachineTokenKind); 3] = [
    (API_KEY, MachineTokenKind::ApiKey),
    (M2M, MachineTokenKind::M2mToken),
    (OAUTH, MachineTokenKind::OauthToken),
];

#[tokio::test]
async fn each_kind_is_sent_to_its_endpoint_with_its_key() {
    let path_and_body = |token| match token {
        API_KEY => ("/v1/api_keys/verify", json!({ "secret": API_KEY })),
        M2M => ("/v1/m2m_tokens/verify", json!({ "token": M2M })),
        _ => (
            "/v1/oauth_applications/access_tokens/verify",
            json!({ "access_token": OAUTH }),
        ),
    };
    for machine_key in [None, Some(MACHINE_KEY)] {
        for (token, kind) in KINDS {
            let clerk = Clerk::answering(Reply::json(200, good(token)));
            let mut builder = builder(&clerk);
            if let Some(key) = machine_key {
                builder = builder.machine_secret_key(key);
            }
            let state = shown(&builder.build().unwrap(), token).await;
            assert!(state.is_signed_in(), "{}", state.message());
            let machine = state.auth().machine().unwrap();
            assert_eq!(machine.kind(), kind);
            assert!(machine.has_scope("read"));
            let asked = clerk.recorded();
            assert_eq!(asked.len(), 1);
            let (path, body) = path_and_body(token);
            assert_eq!(
                (asked[0].method.as_str(), asked[0].path.as_str()),
                ("POST", path)
            );
            assert_eq!(asked[0].json(), body);
            let key = match (machine_key, kind) {
                (Some(key), MachineTokenKind::M2mToken) => key,
                _ => SECRET_KEY,
            };
            assert_eq!(
                asked[0].header("authorization"),
                Some(&*format!("Bearer {key}"))
            );
        }
    }
}

#[tokio::test]
async fn a_token_that_is_no_longer_valid_is_rejected_although_clerk_responds_with_200() {
    for (token, kind) in KINDS {
        let past = (NOW - 6) * 1000;
        let mut answers = vec![
            ("revoked", json!(true)),
            ("expired", json!(true)),
            ("subject", json!("")),
        ];
        if kind == MachineTokenKind::OauthToken {
            answers.push(("active", json!(false)));
        } else {
            answers.push(("expiration", json!(past)));
        }
        for (member, value) in answers {
            let clerk = Clerk::answering(changed(token, member, value));
            let cached = builder(&clerk)
                .machine_token_cache_ttl(seconds(60))
                .build()
                .unwrap();
            for authenticator in [&builder(&clerk).build().unwrap(), &cached, &cached] {
                let state = shown(authenticator, token).await;
                assert!(is_refused(&state), "{token} with {member}");
                assert_eq!(why(&state), "token-invalid", "{token} with {member}");
            }
            assert_eq!(clerk.requests(), 2, "a refusal is remembered, cache or not");
        }
    }
    let inactive = json!({ "active": false });
    let clerk = Clerk::answering(Reply::json(200, inactive));
    let state = shown(&builder(&clerk).build().unwrap(), OAUTH).await;
    assert!(
        is_refused(&state),
        "an OAuth token that is only said to be inactive"
    );
}

#[tokio::test]
async fn malformed_responses_authenticate_nothing() {
    let html = "<html></html>";
    for (token, _) in KINDS {
        for (reply, reason) in [
            (
                Reply::json(401, json!({ "errors": [] })),
                "secret-key-invalid",
            ),
            (Reply::json(404, json!({})), "token-invalid"),
            (Reply::json(400, json!({})), "unexpected-error"),
            (Reply::json(403, json!({})), "unexpected-error"),
            (Reply::json(429, json!({})), "unexpected-error"),
            (Reply::json(500, json!({})), "unexpected-error"),
            (Reply::text(200, "text/html", html), "unexpected-error"),
            (Reply::json(200, good(token)).half(20), "unexpected-error"),
            (Reply::reset(), "unexpected-error"),
        ] {
            let said = format!("{token}: {reply:?}");
            let clerk = Clerk::answering(reply);
            let state = shown(&builder(&clerk).build().unwrap(), token).await;
            assert!(is_refused(&state), "{said}");
            assert_eq!(why(&state), reason, "{said}");
        }
        for answer in [
            json!(null),
            json!([]),
            json!({}),
            json!({ "subject": null }),
            json!(true),
            json!({ "object": {}, "subject": ["user_1"] }),
        ] {
            let clerk = Clerk::answering(Reply::json(200, answer.clone()));
            let state = shown(&builder(&clerk).build().unwrap(), token).await;
            assert!(is_refused(&state), "{token}: {answer}");
        }
    }
}

#[tokio::test]
async fn nothing_is_remembered_by_default() {
    for (token, _) in KINDS {
        let clerk = Clerk::answering(Reply::json(200, good(token)));
        let authenticator = builder(&clerk).build().unwrap();
        for calls in 1..=2 {
            assert!(shown(&authenticator, token).await.is_signed_in());
            assert_eq!(clerk.requests(), calls);
        }
        let off = builder(&clerk)
            .machine_token_cache_ttl(seconds(0))
            .build()
            .unwrap();
        for calls in 3..=4 {
            assert!(shown(&off, token).await.is_signed_in());
            assert_eq!(clerk.requests(), calls);
        }
    }
}

#[tokio::test]
async fn a_result_is_remembered_for_its_ttl() {
    for (token, _) in KINDS {
        let clerk = Clerk::answering(Reply::json(200, good(token)));
        let authenticator = builder(&clerk)
            .machine_token_cache_ttl(seconds(60))
            .build()
            .unwrap();
        for _ in 0..6 {
            assert!(shown(&authenticator, token).await.is_signed_in());
            // Using it does not extend it.
            later(seconds(9)).await;
        }
        assert_eq!(clerk.requests(), 1);
        later(seconds(6)).await;
        clerk.now_answers(changed(token, "revoked", json!(true)));
        assert!(is_refused(&shown(&authenticator, token).await));
        assert_eq!(clerk.requests(), 2);
    }
}

#[tokio::test]
async fn a_remembered_token_still_expires() {
    for (token, _) in [KINDS[0], KINDS[1]] {
        let clerk = Clerk::answering(changed(token, "expiration", json!(NOW * 1000)));
        let now = Arc::new(std::sync::atomic::AtomicI64::new(NOW * 1000 - 1));
        let clock = Arc::clone(&now);
        let clock = Clock::new(move || clock.load(std::sync::atomic::Ordering::SeqCst));
        let authenticator = builder(&clerk)
            .clock(clock)
            .clock_skew(seconds(0))
            .machine_token_cache_ttl(seconds(3600))
            .build()
            .unwrap();
        assert!(shown(&authenticator, token).await.is_signed_in());
        now.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
        let state = shown(&authenticator, token).await;
        assert!(is_refused(&state));
        assert_eq!((why(&state), clerk.requests()), ("token-invalid", 1));
    }
}

#[tokio::test]
async fn an_unlimited_ttl_is_possible() {
    let clerk = Clerk::answering(Reply::json(200, good(API_KEY)));
    let forever = std::time::Duration::MAX;
    let authenticator = builder(&clerk)
        .machine_token_cache_ttl(forever)
        .build()
        .unwrap();
    for _ in 0..2 {
        assert!(shown(&authenticator, API_KEY).await.is_signed_in());
    }
    assert_eq!(clerk.requests(), 1);
}

#[tokio::test]
async fn tokens_are_compared_by_every_byte_and_by_kind() {
    let clerk = Clerk::answering(Reply::json(200, good(API_KEY)));
    let authenticator = builder(&clerk)
        .machine_token_cache_ttl(seconds(60))
        .build()
        .unwrap();
    assert!(shown(&authenticator, "ak_1").await.is_signed_in());
    for (calls, other) in [
        (2, "ak_2"),
        (3, "ak_11"),
        (4, "ak_1."),
        (4, "AK_1"),
        (4, "ak_1"),
    ] {
        let _ = shown(&authenticator, other).await;
        assert_eq!(clerk.requests(), calls, "{other}");
    }
}

#[tokio::test]
async fn the_number_of_remembered_results_is_limited() {
    let clerk = Arc::new(Unlimited::default());
    let authenticator = Authenticator::builder()
        .backend(Arc::clone(&clerk) as Arc<dyn clerk_auth::backend::Backend>)
        .accepts(TokenType::ApiKey)
        .machine_token_cache_ttl(seconds(60))
        .build()
        .unwrap();
    const ROOM: usize = 10_000;
    let show = async |number: usize| {
        let state = shown(&authenticator, &format!("ak_{number}")).await;
        assert!(state.is_signed_in());
    };
    for number in 0..ROOM + 10 {
        show(number).await;
    }
    assert_eq!(clerk.calls(), ROOM + 10);
    show(0).await;
    show(ROOM - 1).await;
    assert_eq!(
        clerk.calls(),
        ROOM + 10,
        "those that came first have their place"
    );
    show(ROOM + 5).await;
    assert_eq!(clerk.calls(), ROOM + 11, "the others have none");
    later(seconds(60)).await;
    show(ROOM + 5).await;
    show(ROOM + 5).await;
    assert_eq!(clerk.calls(), ROOM + 12, "room is made for them");
}

#[tokio::test]
async fn a_call_to_a_server_that_hangs_times_out() {
    for (token, _) in KINDS {
        let clerk = Clerk::answering(Reply::silence());
        let authenticator = builder(&clerk).build().unwrap();
        let waiting = tokio::spawn(async move { shown(&authenticator, token).await });
        clerk.has_received(1).await;
        // From here on, the paused clock advances when idle.
        tokio::time::pause();
        let state = waiting.await.unwrap();
        tokio::time::resume();
        assert_eq!(why(&state), "unexpected-error");
    }
}

#[tokio::test]
async fn a_backend_without_a_time_limit_times_out() {
    tokio::time::pause();
    let authenticator = Authenticator::builder()
        .backend(Arc::new(Hung))
        .publishable_key(LIVE)
        .accepts(Accepts::any())
        .build()
        .unwrap();
    for (token, _) in KINDS {
        let state = in_time(shown(&authenticator, token)).await;
        assert_eq!(why(&state), "unexpected-error");
    }
}

#[tokio::test]
async fn a_long_opaque_token_is_not_sent_to_clerk() {
    for (token, _) in KINDS {
        let clerk = Clerk::answering(Reply::json(200, good(token)));
        let authenticator = builder(&clerk).build().unwrap();
        let long = format!("{token}{}", "0".repeat(1024));
        let state = shown(&authenticator, &long).await;
        assert_eq!(why(&state), "token-invalid");
        assert!(state.message().contains("too long"), "{}", state.message());
        assert_eq!(clerk.requests(), 0);
    }
}

#[tokio::test]
async fn parts_of_a_service_accept_their_kinds_and_share_the_cache() {
    let clerk = Clerk::answering(Reply::json(200, good(API_KEY)));
    let sessions = builder(&clerk)
        .accepts(TokenType::SessionToken)
        .jwt_key(Signer::own().key.public_key_pem())
        .clock(Clock::system())
        .machine_token_cache_ttl(seconds(60))
        .build()
        .unwrap();
    let api_keys = sessions.accepting(TokenType::ApiKey).unwrap();
    let machines = sessions
        .accepting(Accepts::one_of([TokenType::ApiKey, TokenType::M2mToken]))
        .unwrap();
    assert!(shown(&api_keys, API_KEY).await.is_signed_in());
    assert!(shown(&machines, API_KEY).await.is_signed_in());
    assert_eq!(clerk.requests(), 1);
    for (authenticator, token, reason) in [
        (&sessions, API_KEY, "token-invalid"),
        (&api_keys, M2M, "token-type-mismatch"),
        (&api_keys, OAUTH, "token-type-mismatch"),
        (&machines, OAUTH, "token-type-mismatch"),
    ] {
        let state = shown(authenticator, token).await;
        assert!(is_refused(&state));
        assert_eq!(why(&state), reason, "{token}");
    }
    let session = Signer::own().token();
    assert!(shown(&sessions, &session).await.is_signed_in());
    assert_eq!(
        why(&shown(&api_keys, &session).await),
        "token-type-mismatch"
    );
    assert_eq!(
        why(&shown(&machines, &session).await),
        "token-type-mismatch"
    );
    assert_eq!(
        clerk.requests(),
        1,
        "what is not accepted is not sent to Clerk"
    );
    let only_machines = Authenticator::builder()
        .secret_key(SECRET_KEY)
        .accepts(TokenType::M2mToken)
        .build()
        .unwrap();
    let error = only_machines.accepting(Accepts::any()).unwrap_err();
    assert!(
        error.is_configuration() && error.to_string().contains("`publishable_key`"),
        "{error}"
    );
    assert!(only_machines.accepting(TokenType::ApiKey).is_ok());
}

/// Accepts every machine token, and counts.
#[derive(Default)]
struct Unlimited(std::sync::atomic::AtomicUsize);

impl Unlimited {
    fn calls(&self) -> usize {
        self.0.load(std::sync::atomic::Ordering::SeqCst)
    }
}

/// Never responds.
struct Hung;

macro_rules! backend {
    ($of:ty, |$self:ident, $kind:ident| $answer:expr) => {
        impl clerk_auth::backend::Backend for $of {
            fn keys(
                &self,
            ) -> clerk_auth::backend::BackendFuture<
                '_,
                Result<Vec<clerk_auth::backend::PublicKey>, clerk_auth::TokenError>,
            > {
                Box::pin(std::future::pending())
            }

            fn verify_machine_token<'a>(
                &'a $self,
                $kind: MachineTokenKind,
                _: &'a clerk_auth::Secret,
            ) -> clerk_auth::backend::BackendFuture<
                'a,
                Result<clerk_auth::MachineToken, clerk_auth::MachineTokenError>,
            > {
                Box::pin($answer)
            }

            fn exchange_handshake_nonce<'a>(
                &'a self,
                _: &'a clerk_auth::Secret,
            ) -> clerk_auth::backend::BackendFuture<
                'a,
                Result<Vec<clerk_auth::Secret>, clerk_auth::backend::BackendError>,
            > {
                Box::pin(std::future::pending())
            }

            fn refresh_session<'a>(
                &'a self,
                _: clerk_auth::backend::Refresh<'a>,
            ) -> clerk_auth::backend::BackendFuture<
                'a,
                Result<Vec<clerk_auth::Secret>, clerk_auth::backend::BackendError>,
            > {
                Box::pin(std::future::pending())
            }
        }
    };
}

backend!(Unlimited, |self, kind| {
    self.0.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
    let token = clerk_auth::MachineToken::new(kind, "id", "user_1");
    async move { Ok(token) }
});
backend!(Hung, |self, _kind| std::future::pending());
