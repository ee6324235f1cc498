//! Which keys are used: those of the instance that are usable, and only as long as they are published.

use clerk_auth::KeyCacheOptions;
use serde_json::{Value, json};
use test_support::Reply;

use crate::support::{Clerk, Signer, later, reason, seconds, set, why, with_token};

/// The key with another id and one changed member.
fn changed(key_id: &str, member: &str, value: Value) -> Value {
    let mut jwk = Signer::foreign().jwk_of(key_id);
    jwk[member] = value;
    jwk
}

fn without(mut jwk: Value, members: &[&str]) -> Value {
    for member in members {
        jwk.as_object_mut().unwrap().remove(*member);
    }
    jwk
}

#[tokio::test]
async fn a_key_that_is_no_longer_published_ends_its_tokens_even_those_that_are_remembered() {
    let own = Signer::own();
    for remembered in [0, 100] {
        let clerk = Clerk::with([own.jwk()]);
        let verifier = clerk
            .verifier()
            .token_cache_size(remembered)
            .build()
            .unwrap();
        let token = own.token();
        for _ in 0..3 {
            verifier.verify(&token).await.unwrap();
        }
        clerk.now_answers(set([Signer::foreign().jwk_of("ins_new")]));
        later(seconds(300)).await;
        for _ in 0..3 {
            let refused = reason(verifier.verify(&token).await);
            assert_eq!(refused, "jwk-kid-mismatch", "{remembered}");
        }
    }
}

#[tokio::test]
async fn another_key_of_the_same_id_ends_the_tokens_of_the_former() {
    let (own, foreign) = (Signer::own(), Signer::foreign());
    for remembered in [0, 100] {
        let clerk = Clerk::with([own.jwk()]);
        let verifier = clerk
            .verifier()
            .token_cache_size(remembered)
            .build()
            .unwrap();
        let token = own.token();
        verifier.verify(&token).await.unwrap();
        clerk.now_answers(set([foreign.jwk()]));
        later(seconds(300)).await;
        let refused = reason(verifier.verify(&token).await);
        assert_eq!(refused, "token-invalid-signature", "{remembered}");
        verifier.verify(&foreign.token()).await.unwrap();
    }
}

#[tokio::test]
async fn a_key_that_stays_keeps_its_tokens_remembered() {
    let own = Signer::own();
    let clerk = Clerk::with([own.jwk()]);
    let verifier = clerk.verifier().token_cache_size(1).build().unwrap();
    let token = own.token();
    let before = verifier.verify(&token).await.unwrap();
    later(seconds(300)).await;
    // A first fetch may drop remembered tokens, and a second has none to drop.
    verifier.verify(&token).await.unwrap();
    let first = verifier.verify(&token).await.unwrap();
    later(seconds(250)).await;
    let second = verifier.verify(&token).await.unwrap();
    clerk.has_received(3).await;
    assert!(std::sync::Arc::ptr_eq(&first, &second));
    assert_eq!(before.user_id(), second.user_id());
}

#[tokio::test]
async fn keys_of_two_instances_are_kept_apart_even_with_the_same_id() {
    let (own, foreign) = (Signer::own(), Signer::foreign());
    let (here, there) = (Clerk::with([own.jwk()]), Clerk::with([foreign.jwk()]));
    let (here, there) = (
        here.authenticator().build().unwrap(),
        there.authenticator().build().unwrap(),
    );
    let (from_here, from_there) = (with_token(&own.token()), with_token(&foreign.token()));
    for _ in 0..3 {
        for (instance, good, bad) in [
            (&here, &from_here, &from_there),
            (&there, &from_there, &from_here),
        ] {
            let state = instance.authenticate(good).await.unwrap();
            assert!(state.is_signed_in(), "{}", state.message());
            let state = instance.authenticate(bad).await.unwrap();
            assert_eq!(why(&state), "token-invalid-signature");
            assert!(!state.auth().is_authenticated());
        }
    }
}

#[tokio::test]
async fn unusable_keys_do_not_affect_the_others() {
    let own = Signer::own();
    let odd = [
        json!({ "kty": "AKP", "kid": "ins_akp", "alg": "ML-DSA-65", "pub": "AAAA" }),
        json!({ "kty": "EC", "kid": "ins_ec", "crv": "P-256", "x": "AAAA", "y": "AAAA" }),
        json!({ "kty": "OKP", "kid": "ins_okp", "crv": "Ed25519", "x": "AAAA" }),
        json!({ "kty": "oct", "kid": "ins_oct", "k": "AAAA" }),
        json!({ "kty": "of the future", "kid": { "a": 1 } }),
        json!({}),
        json!(null),
        json!("RSA"),
        json!([]),
        changed("ins_enc", "use", json!("enc")),
        changed("ins_short", "n", json!("AQAB")),
        changed("ins_no_base64", "n", json!("***")),
        changed("ins_number", "n", json!(5)),
        changed("ins_empty", "n", json!("")),
        changed("ins_exponent", "e", json!("")),
        changed("ins_even", "e", json!("Ag")),
        without(Signer::foreign().jwk(), &["kid"]),
        without(changed("ins_no_n", "use", json!("sig")), &["n"]),
    ];
    // Before and after, so that the position does not matter.
    let keys = || odd.iter().cloned();
    let without_hints = without(own.jwk_of("ins_plain"), &["alg", "use"]);
    let clerk = Clerk::with(keys().chain([own.jwk(), without_hints]).chain(keys()));
    let options = KeyCacheOptions::new().cool_down(seconds(0));
    let verifier = clerk.verifier().key_cache(options).build().unwrap();
    verifier.verify(&own.token()).await.unwrap();
    verifier.verify(&own.token_of("ins_plain")).await.unwrap();
    for key_id in [
        "ins_akp",
        "ins_ec",
        "ins_okp",
        "ins_oct",
        "ins_enc",
        "ins_short",
        "ins_no_base64",
        "ins_number",
        "ins_empty",
        "ins_exponent",
        "ins_even",
        "ins_no_n",
    ] {
        let token = Signer::foreign().token_of(key_id);
        assert_eq!(
            reason(verifier.verify(&token).await),
            "jwk-kid-mismatch",
            "{key_id}"
        );
    }
}

#[tokio::test]
async fn of_two_keys_with_one_id_a_malformed_one_does_not_count() {
    let own = Signer::own();
    let malformed = || changed("ins_test", "n", json!("AQAB"));
    for keys in [[own.jwk(), malformed()], [malformed(), own.jwk()]] {
        let clerk = Clerk::with(keys);
        let verifier = clerk.verifier().build().unwrap();
        verifier.verify(&own.token()).await.unwrap();
    }
}

#[tokio::test]
async fn a_key_that_is_listed_twice_stays_the_same_key() {
    let own = Signer::own();
    let clerk = Clerk::with([own.jwk(), own.jwk()]);
    let verifier = clerk.verifier().token_cache_size(1).build().unwrap();
    let token = own.token();
    let first = verifier.verify(&token).await.unwrap();
    later(seconds(250)).await;
    verifier.verify(&token).await.unwrap();
    // This one waits for the fetch that the previous one has started.
    let unknown = own.token_of("ins_unknown");
    assert_eq!(reason(verifier.verify(&unknown).await), "jwk-kid-mismatch");
    let second = verifier.verify(&token).await.unwrap();
    assert!(std::sync::Arc::ptr_eq(&first, &second));
}

#[tokio::test]
async fn responses_that_are_not_key_sets_are_failures() {
    let own = Signer::own();
    let html = "<html><body>Bad gateway</body></html>";
    for reply in [
        Reply::json(200, json!({ "keys": [] })),
        Reply::json(200, json!({ "keys": {} })),
        Reply::json(200, json!([])),
        Reply::json(200, json!(null)),
        Reply::json(200, json!({})),
        Reply::text(200, "text/html", html),
        Reply::text(502, "text/html", html),
        Reply::empty(200),
        Reply::empty(204),
        Reply::bytes(200, b"\xff\xfe"),
        set([own.jwk()]).half(40),
        set([own.jwk()]).wrong_length(10),
        Reply::reset(),
        Reply::empty(302).header("location", "http://127.0.0.1:9/"),
    ] {
        let said = format!("{reply:?}");
        let clerk = Clerk::answering(reply.clone());
        let verifier = clerk.verifier_without_retries().build().unwrap();
        let refused = verifier.verify(&own.token()).await;
        assert!(
            refused
                .as_ref()
                .is_err_and(|error| error.is_keys_unavailable()),
            "{said}"
        );
        assert_eq!(reason(refused), "jwk-remote-failed-to-load", "{said}");
        // Known keys stay.
        clerk.now_answers(set([own.jwk()]));
        later(seconds(5)).await;
        verifier.verify(&own.token()).await.unwrap();
        clerk.now_answers(reply);
        later(seconds(300)).await;
        verifier.verify(&own.token()).await.unwrap();
    }
}

#[tokio::test]
async fn keys_are_found_in_a_large_response() {
    let own = Signer::own();
    let filler = json!({ "kty": "AKP", "kid": "ins_filler", "pub": "A".repeat(4000) });
    let many = std::iter::repeat_n(filler, 1000);
    let clerk = Clerk::with(many.chain([own.jwk()]));
    let verifier = clerk.verifier().build().unwrap();
    verifier.verify(&own.token()).await.unwrap();
}

#[tokio::test]
async fn a_refused_secret_key_has_its_own_reason() {
    let refusal = json!({ "errors": [{
        "code": "clerk_key_invalid", "message": "The provided Clerk Secret Key is invalid.",
        "long_message": "The provided Clerk Secret Key is invalid.",
    }] });
    let clerk = Clerk::answering(Reply::json(401, refusal));
    let verifier = clerk.verifier().build().unwrap();
    let error = verifier.verify(&Signer::own().token()).await.unwrap_err();
    assert_eq!(error.reason().as_str(), "secret-key-invalid");
    assert_eq!(error.message(), "The provided Clerk Secret Key is invalid.");
    assert!(error.is_keys_unavailable());
    assert_eq!(clerk.requests(), 1, "another try has no better key");
    let other = Clerk::answering(Reply::json(401, json!({})));
    let verifier = other.verifier().build().unwrap();
    let refused = verifier.verify(&Signer::own().token()).await;
    assert_eq!(reason(refused), "jwk-remote-failed-to-load");
}

#[test]
fn a_short_key_is_rejected_when_built() {
    use aws_lc_rs::encoding::AsDer;
    use aws_lc_rs::signature::RsaPublicKeyComponents;
    use base64::Engine;
    use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
    use clerk_auth::{TokenVerifier, VerifyingKey};
    // Odd, so that they could be moduli; no private key is needed.
    for (bits, is_accepted) in [
        (512, false),
        (1024, false),
        (2040, false),
        (2047, false),
        (2048, true),
        (4096, true),
        (8192, true),
        (8193, false),
        (16_384, false),
    ] {
        let top = 1_u8 << ((bits - 1) % 8);
        let mut modulus = vec![0x5b; usize::div_ceil(bits, 8)];
        modulus[0] = top;
        let components = VerifyingKey::from_components(&URL_SAFE_NO_PAD.encode(&modulus), "AQAB");
        assert_eq!(components.is_ok(), is_accepted, "{bits} bits, as a JWK");
        let der = RsaPublicKeyComponents {
            n: modulus,
            e: vec![1, 0, 1],
        }
        .as_der();
        let Ok(der) = der else {
            assert!(!is_accepted, "{bits} bits have no DER");
            continue;
        };
        let pem = STANDARD.encode(der.as_ref());
        let verifier = TokenVerifier::builder().jwt_key(pem).build();
        assert_eq!(verifier.is_ok(), is_accepted, "{bits} bits, as a PEM");
        if let Err(error) = verifier {
            assert!(error.to_string().contains("2048"), "{error}");
        }
    }
}

#[tokio::test]
async fn a_set_without_a_usable_key_leaves_the_known_ones_as_a_failed_fetch_does() {
    let own = Signer::own();
    let ec = json!({ "kty": "EC", "kid": "ins_ec", "crv": "P-256", "x": "AAAA", "y": "AAAA" });
    for keys in [
        vec![],
        vec![ec.clone(), ec],
        vec![json!(null), json!({}), json!([]), json!("RSA"), json!(5)],
        vec![changed("ins_test", "n", json!("AQAB"))],
        vec![changed("ins_test", "n", json!("***"))],
        vec![changed("ins_other", "e", json!(""))],
        vec![without(own.jwk(), &["n"])],
        vec![without(own.jwk(), &["kid"])],
        vec![changed("ins_test", "use", json!("enc"))],
    ] {
        let clerk = Clerk::with([own.jwk()]);
        let verifier = clerk.verifier().build().unwrap();
        verifier.verify(&own.token()).await.unwrap();
        clerk.now_answers(set(keys.clone()));
        for _ in 0..4 {
            later(seconds(300)).await;
            let verified = verifier.verify(&own.token()).await;
            assert!(verified.is_ok(), "{keys:?}");
        }
        // For an hour after their five minutes.
        later(seconds(2700)).await;
        let refused = reason(verifier.verify(&own.token()).await);
        assert_eq!(refused, "jwk-remote-failed-to-load", "{keys:?}");
        clerk.now_answers(set([own.jwk()]));
        later(seconds(5)).await;
        verifier.verify(&own.token()).await.unwrap();
    }
}

#[tokio::test]
async fn at_a_cold_start_a_set_without_a_usable_key_is_a_failed_fetch() {
    let own = Signer::own();
    for keys in [vec![], vec![changed("ins_test", "n", json!("AQAB"))]] {
        let clerk = Clerk::with(keys);
        let verifier = clerk.verifier().build().unwrap();
        let error = verifier.verify(&own.token()).await.unwrap_err();
        assert!(error.is_keys_unavailable());
        assert_eq!(error.reason().as_str(), "jwk-remote-failed-to-load");
    }
}

#[tokio::test]
async fn a_malformed_entry_does_not_drop_a_known_key() {
    let (own, foreign) = (Signer::own(), Signer::foreign());
    for malformed in [
        changed("ins_test", "n", json!("AQAB")),
        changed("ins_test", "n", json!(5)),
        without(own.jwk(), &["n"]),
        without(own.jwk(), &["e"]),
    ] {
        let clerk = Clerk::with([own.jwk()]);
        let verifier = clerk.verifier().build().unwrap();
        verifier.verify(&own.token()).await.unwrap();
        clerk.now_answers(set([malformed.clone(), foreign.jwk_of("ins_new")]));
        for _ in 0..3 {
            later(seconds(300)).await;
            let new = foreign.token_of("ins_new");
            assert!(verifier.verify(&new).await.is_ok(), "{malformed}");
            assert!(verifier.verify(&own.token()).await.is_ok(), "{malformed}");
        }
        // Only while fetches fail.
        for _ in 0..12 {
            later(seconds(300)).await;
            verifier.verify(&foreign.token_of("ins_new")).await.unwrap();
        }
        let refused = reason(verifier.verify(&own.token()).await);
        assert_eq!(refused, "jwk-kid-mismatch", "{malformed}");
    }
}

#[tokio::test]
async fn an_oversize_set_is_read_up_to_a_limit() {
    let own = Signer::own();
    let many = (0..5000).map(|number| own.jwk_of(&format!("ins_{number}")));
    let clerk = Clerk::with(many);
    let verifier = clerk.verifier().build().unwrap();
    verifier.verify(&own.token_of("ins_0")).await.unwrap();
    let refused = reason(verifier.verify(&own.token_of("ins_4999")).await);
    assert_eq!(refused, "jwk-kid-mismatch");
}
