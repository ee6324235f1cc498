//! Tokens that are malformed, of another category or of another instance.

use clerk_auth::{Accepts, KeyCacheOptions, TokenType, TokenVerifier, testing};
use serde_json::{Value, json};

use crate::support::{Clerk, Signer, claims, header, reason, request, seconds, why, with_token};

/// As many bytes as a token may have.
const LONGEST: usize = 16 * 1024;

async fn refusal(token: &str) -> String {
    reason(Signer::own().verifier().verify(token).await)
}

#[tokio::test]
async fn a_key_id_of_any_form_is_only_an_id() {
    let own = Signer::own();
    let clerk = Clerk::with([own.jwk()]);
    let options = KeyCacheOptions::new().cool_down(seconds(0));
    let verifier = clerk.verifier().key_cache(options).build().unwrap();
    for key_id in [
        json!("../../../../etc/passwd"),
        json!("ins_test/../ins_test"),
        json!("ins_test\u{0}"),
        json!("INS_TEST"),
        json!(" ins_test"),
        json!("ins_test\r\nx-injected: 1"),
        json!(""),
        json!("' OR 1=1 --"),
        json!("http://127.0.0.1:9/"),
        json!("x".repeat(1000)),
        json!(["ins_test"]),
        json!({ "kid": "ins_test" }),
        json!(0),
        json!(true),
        Value::Null,
    ] {
        let token = own.raw(&header(json!({ "kid": key_id })), &claims().to_string());
        let error = verifier.verify(&token).await.unwrap_err();
        assert_eq!(error.reason().as_str(), "jwk-kid-mismatch", "{key_id}");
        assert!(error.message().len() < 400, "{}", error.message());
    }
    let paths = clerk
        .recorded()
        .into_iter()
        .map(|request| (request.method, request.path));
    let expected = ("GET".to_owned(), "/v1/jwks".to_owned());
    assert!(paths.into_iter().all(|path| path == expected));
    let longer_than_a_header = header(json!({ "kid": "x".repeat(3000) }));
    let token = own.raw(&longer_than_a_header, &claims().to_string());
    assert_eq!(reason(verifier.verify(&token).await), "token-invalid");
    // The message becomes a response header, which it must not break.
    let authenticator = clerk.authenticator().build().unwrap();
    let token = own.token_of("ins\r\nset-cookie: __session=x");
    let state = authenticator
        .authenticate(&with_token(&token))
        .await
        .unwrap();
    assert_eq!(why(&state), "jwk-kid-mismatch");
    assert!(!state.headers().contains_key("set-cookie"));
}

#[tokio::test]
async fn malformed_tokens_are_rejected() {
    let good = Signer::own().token();
    let (signed, signature) = good.rsplit_once('.').unwrap();
    let (head, payload) = signed.split_once('.').unwrap();
    for wrong in [
        String::new(),
        ".".into(),
        "..".into(),
        "...".into(),
        "a.b.c".into(),
        "\0.\0.\0".into(),
        format!("{good}."),
        format!(".{good}"),
        format!("{good}.{good}"),
        format!("{good} "),
        format!(" {good}"),
        format!("{good}\n"),
        format!("{good}\0"),
        format!("{head}\0.{payload}.{signature}"),
        format!("{head}..{signature}"),
        format!("{head}.{payload}.{signature}!"),
        format!("{head}.{payload}.+/{signature}"),
        format!("é{good}"),
        format!("{head}.{payload}"),
    ] {
        assert_eq!(refusal(&wrong).await, "token-invalid", "{wrong:?}");
    }
    assert_eq!(
        refusal(&format!("{signed}.")).await,
        "token-invalid-signature"
    );
}

#[tokio::test]
async fn parts_that_are_not_json_objects_are_rejected() {
    let own = Signer::own();
    let good = claims().to_string();
    for wrong in [
        "",
        "null",
        "5",
        "\"text\"",
        "[]",
        // Serde would accept a list as the fields in order.
        "[\"user_1\",\"sess_1\",null,null,null,9999999999]",
        "[\"RS256\",\"JWT\",\"ins_test\"]",
        "{",
        "{}{}",
        "{\"sub\":\"user_1\",}",
        "\u{feff}{}",
        "{\"exp\":1e999}",
        "{\"sub\":\"\\ud800\"}",
        "{'sub':'user_1'}",
        "{\"sub\":\"a\u{0}\"}",
    ] {
        assert_eq!(
            refusal(&own.raw(&header(json!({})), wrong)).await,
            "token-invalid",
            "{wrong}"
        );
        // Unknown parameters are ignored; then the algorithm is missing.
        let refused = refusal(&own.raw(wrong, &good)).await;
        assert!(refused.starts_with("token-invalid"), "{wrong}: {refused}");
    }
}

#[tokio::test]
async fn duplicate_names_are_rejected() {
    let own = Signer::own();
    let good = claims().to_string();
    for name in ["alg", "typ", "kid", "cat", "\\u0061lg"] {
        for value in ["\"none\"", "\"RS256\"", "null"] {
            let twice = format!(
                "{},\"{name}\":{value}}}",
                header(json!({})).trim_end_matches('}')
            );
            assert_eq!(
                refusal(&own.raw(&twice, &good)).await,
                "token-invalid",
                "{twice}"
            );
        }
    }
    for name in ["sub", "exp", "iat", "iss", "sid", "su\\u0062"] {
        let twice = format!("{},\"{name}\":1}}", good.trim_end_matches('}'));
        let token = own.raw(&header(json!({})), &twice);
        assert_eq!(refusal(&token).await, "token-invalid", "{twice}");
    }
    // Custom names may be duplicate: the last one counts.
    let twice = format!("{},\"own\":1,\"own\":2}}", good.trim_end_matches('}'));
    let verified = own
        .verifier()
        .verify(&own.raw(&header(json!({})), &twice))
        .await
        .unwrap();
    assert_eq!(verified.claim("own"), Some(json!(2)));
}

#[tokio::test]
async fn a_token_is_read_up_to_the_limit() {
    let own = Signer::own();
    let of_length = |filler: usize| {
        let mut claims = claims();
        claims["filler"] = "x".repeat(filler).into();
        own.raw(&header(json!({})), &claims.to_string())
    };
    let longest = (11_000..LONGEST)
        .rev()
        .find(|filler| of_length(*filler).len() <= LONGEST);
    let longest = longest.unwrap();
    own.verifier().verify(&of_length(longest)).await.unwrap();
    let longer = of_length(longest + 1);
    assert!(longer.len() > LONGEST);
    for token in [
        longer,
        of_length(5_000_000),
        "a".repeat(5_000_000),
        ".".repeat(LONGEST + 1),
    ] {
        let error = own.verifier().verify(&token).await.unwrap_err();
        assert_eq!(error.reason().as_str(), "token-invalid");
        assert!(error.message().contains("at most 16384"), "{error}");
        assert!(
            error.message().contains(&token.len().to_string()),
            "{error}"
        );
        assert!(error.message().len() < 200);
    }
    // The limit applies to the token, not only to the verifier.
    let authenticator = testing::authenticator(&own.key);
    let long = "a".repeat(LONGEST + 1);
    let state = authenticator
        .authenticate(&with_token(&long))
        .await
        .unwrap();
    assert_eq!(why(&state), "token-invalid");
    let cookie = format!("__session={long}; __client_uat=1");
    let from_cookie = request("https://app.example.com/", [("cookie", cookie.as_bytes())]);
    let state = authenticator.authenticate(&from_cookie).await.unwrap();
    assert_eq!(why(&state), "token-invalid");
    assert!(
        state.message().contains("at most 16384"),
        "{}",
        state.message()
    );
}

#[tokio::test]
async fn deep_nesting_overflows_nothing() {
    let own = Signer::own();
    let deep = |open: &str, close: &str| format!("{}1{}", open.repeat(1500), close.repeat(1500));
    let good = claims().to_string();
    for value in [deep("[", "]"), deep("{\"a\":", "}")] {
        for name in [
            "sub",
            "sid",
            "aud",
            "exp",
            "o",
            "act",
            "fva",
            "org_permissions",
            "own",
        ] {
            let mut claims = claims();
            if let Some(claims) = claims.as_object_mut() {
                claims.remove(name);
            }
            let claims = claims.to_string();
            let claims = format!("{},\"{name}\":{value}}}", claims.trim_end_matches('}'));
            let token = own.raw(&header(json!({})), &claims);
            if let Ok(claims) = own.verifier().verify(&token).await {
                // In a custom claim it may pass, and reading it fails without harm.
                assert!(!["sub", "exp"].contains(&name), "{name}");
                assert!(claims.custom::<Value>().is_err());
                assert_eq!((claims.claim("own"), claims.actor()), (None, None));
            }
        }
        for name in ["alg", "typ", "kid", "own"] {
            // The limit for a header is lower.
            let value = value.replace(&"[".repeat(1500), &"[".repeat(700));
            let value = value.replace(&"]".repeat(1500), &"]".repeat(700));
            let head = format!("{{\"{name}\":{value}}}");
            let refused = refusal(&own.raw(&head, &good)).await;
            assert!(refused.starts_with("token-invalid"), "{name}: {refused}");
        }
    }
}

#[tokio::test]
async fn another_key_with_the_same_id_is_rejected() {
    let (own, foreign) = (Signer::own(), Signer::foreign());
    assert_eq!(own.key.key_id(), foreign.key.key_id());
    let clerk = Clerk::with([own.jwk()]);
    let remote = clerk.verifier().token_cache_size(10).build().unwrap();
    for _ in 0..2 {
        remote.verify(&own.token()).await.unwrap();
        for verifier in [&own.verifier(), &remote] {
            let refused = reason(verifier.verify(&foreign.token()).await);
            assert_eq!(refused, "token-invalid-signature");
        }
    }
    // The signature of one under the claims of the other.
    let (token, other) = (own.token(), foreign.key.session_token("user_2").mint());
    let signature = token.rsplit_once('.').unwrap().1;
    let grafted = format!("{}.{signature}", other.rsplit_once('.').unwrap().0);
    assert_eq!(
        reason(remote.verify(&grafted).await),
        "token-invalid-signature"
    );
}

/// Tokens signed by this instance that are not session tokens.
fn no_sessions() -> Vec<(&'static str, String)> {
    let key = &Signer::own().key;
    let session = || key.session_token("user_1");
    let of =
        |header: Value, claims: Value| Signer::own().raw(&header.to_string(), &claims.to_string());
    let mut machine = claims();
    machine["sub"] = "mch_1".into();
    vec![
        ("an M2M token", key.m2m_token("mch_1").mint()),
        (
            "an M2M token with a session",
            key.m2m_token("mch_1").claim("sid", "sess_1").mint(),
        ),
        (
            "an M2M token without a category",
            key.m2m_token("mch_1").without_header("cat").mint(),
        ),
        (
            "a machine with the class of a session",
            session().claim("sub", "mch_1").mint(),
        ),
        (
            "a machine without any class",
            of(json!({ "alg": "RS256", "kid": "ins_test" }), machine),
        ),
        (
            "the class of machines with a user",
            session().category("cl_B7d4PD333AAA").mint(),
        ),
        (
            "an OAuth token",
            key.oauth_token("user_1", "client_1").mint(),
        ),
        (
            "an OAuth token with a session",
            key.oauth_token("user_1", "c").claim("sid", "sess_1").mint(),
        ),
        (
            "an OAuth token, written out",
            session().header("typ", "application/at+jwt").mint(),
        ),
        (
            "a template's token",
            session().category("cl_B7d4PD222AAA").mint(),
        ),
        (
            "a template's token without a session",
            session()
                .category("cl_B7d4PD222AAA")
                .without_claim("sid")
                .mint(),
        ),
        (
            "an unknown category",
            session().category("cl_of_the_future").mint(),
        ),
        ("an empty class", session().category("").mint()),
        (
            "a category that is not text",
            session().header("cat", 5).mint(),
        ),
        (
            "a category that is null",
            session().header("cat", Value::Null).mint(),
        ),
    ]
}

#[tokio::test]
async fn tokens_of_machines_and_templates_are_not_sessions_in_the_header() {
    let sessions = testing::authenticator(&Signer::own().key);
    let listed = Accepts::one_of([TokenType::SessionToken]);
    for accepts in [TokenType::SessionToken.into(), listed] {
        let authenticator = sessions.accepting(accepts).unwrap();
        for (name, token) in no_sessions() {
            let state = authenticator
                .authenticate(&with_token(&token))
                .await
                .unwrap();
            assert_eq!(why(&state), "token-type-mismatch", "{name}");
            assert!(!state.auth().is_authenticated(), "{name}");
        }
    }
    // Where machine tokens are accepted, they never count as sessions.
    let any = sessions.accepting(Accepts::any()).unwrap();
    for (name, token) in no_sessions() {
        let state = any.authenticate(&with_token(&token)).await.unwrap();
        assert!(state.auth().session().is_none(), "{name}");
        assert_ne!(
            state.token_type().filter(|_| state.is_signed_in()),
            Some(TokenType::SessionToken)
        );
    }
}

#[tokio::test]
async fn tokens_of_machines_and_templates_are_not_sessions_in_a_cookie() {
    let sessions = testing::authenticator(&Signer::own().key);
    for accepts in [TokenType::SessionToken.into(), Accepts::any()] {
        let authenticator = sessions.accepting(accepts).unwrap();
        for (name, token) in no_sessions() {
            let cookie = format!("__session={token}; __client_uat=1");
            let request = request("https://app.example.com/", [("cookie", cookie.as_bytes())]);
            let state = authenticator.authenticate(&request).await.unwrap();
            assert_eq!(why(&state), "token-type-mismatch", "{name}");
            assert!(!state.auth().is_authenticated(), "{name}");
        }
        let session = Signer::own().token();
        let cookie = format!("__session={session}; __client_uat=1");
        let request = request("https://app.example.com/", [("cookie", cookie.as_bytes())]);
        assert!(
            authenticator
                .authenticate(&request)
                .await
                .unwrap()
                .is_signed_in()
        );
    }
}

#[tokio::test]
async fn tokens_of_machines_and_templates_are_not_sessions_outside_of_a_request() {
    let own = Signer::own();
    let plain = || TokenVerifier::builder().jwt_key(own.key.public_key_pem());
    for token_cache in [0, 100] {
        let strict = plain().token_cache_size(token_cache).build().unwrap();
        let templates = plain()
            .token_cache_size(token_cache)
            .accept_jwt_templates(true)
            .build()
            .unwrap();
        let authenticator = own.authenticator().token_cache_size(token_cache);
        let authenticator = authenticator.build().unwrap();
        // Twice, to include the cache.
        for _ in 0..2 {
            for (name, token) in no_sessions() {
                let template = name.starts_with("a template's");
                assert_eq!(
                    reason(strict.verify(&token).await),
                    "token-invalid",
                    "{name}"
                );
                let refused = authenticator.verify_token(&token).await;
                assert_eq!(reason(refused), "token-invalid", "{name}");
                let verified = templates.verify(&token).await;
                assert_eq!(verified.is_ok(), template, "{name}");
            }
        }
        for verifier in [&strict, &templates] {
            // Instances without categories, and older tokens.
            for token in [
                own.token(),
                own.key
                    .session_token("user_1")
                    .category("cl_I7d4PD111III")
                    .mint(),
                own.key.session_token("user_1").without_header("cat").mint(),
            ] {
                verifier.verify(&token).await.unwrap();
            }
        }
    }
}

#[tokio::test]
async fn the_error_about_a_template_names_the_option() {
    let own = Signer::own();
    let token = own.key.session_token("user_1").category("cl_B7d4PD222AAA");
    let error = own.verifier().verify(&token.mint()).await.unwrap_err();
    assert!(
        error.to_string().contains("`accept_jwt_templates(true)`"),
        "{error}"
    );
}

/// Whatever `verify_token` accepts, only sessions authenticate a request, also if the token was verified and
/// remembered before.
#[tokio::test]
async fn a_remembered_template_token_does_not_authenticate_a_request() {
    let own = Signer::own();
    let authenticator = own
        .authenticator()
        .accept_jwt_templates(true)
        .pending_is_signed_out(false)
        .token_cache_size(100)
        .build()
        .unwrap();
    let any = authenticator.accepting(Accepts::any()).unwrap();
    let token = own.key.session_token("user_1").category("cl_B7d4PD222AAA");
    let token = token.mint();
    for _ in 0..2 {
        authenticator.verify_token(&token).await.unwrap();
        for authenticator in [&authenticator, &any] {
            let state = authenticator
                .authenticate(&with_token(&token))
                .await
                .unwrap();
            assert_eq!(why(&state), "token-type-mismatch");
            let cookie = format!("__session={token}; __client_uat=1");
            let request = request("https://app.example.com/", [("cookie", cookie.as_bytes())]);
            let state = authenticator.authenticate(&request).await.unwrap();
            assert_eq!(why(&state), "token-type-mismatch");
        }
    }
}

/// The last character of a signature of 256 bytes carries two of its bits. If the other four were ignored,
/// one token would have sixteen spellings, and a block list would miss fifteen.
#[tokio::test]
async fn a_token_has_one_spelling() {
    const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let verifier = Signer::own().verifier();
    let token = Signer::own().token();
    verifier.verify(&token).await.unwrap();
    let (start, last) = token.split_at(token.len() - 1);
    let value = |byte: u8| ALPHABET.iter().position(|of| *of == byte).unwrap();
    let canonical = value(last.as_bytes()[0]);
    assert_eq!(canonical % 16, 0, "the free bits are zero");
    for spelling in &ALPHABET[canonical + 1..canonical + 16] {
        let token = format!("{start}{}", char::from(*spelling));
        assert_eq!(refusal(&token).await, "token-invalid", "{spelling}");
    }
}
