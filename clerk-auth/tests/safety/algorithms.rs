//! Algorithm confusion: whatever the header of a token states, only RS256, RS384 and RS512 with the key of
//! the instance are accepted.

use aws_lc_rs::hmac;
use aws_lc_rs::signature::{RSA_PKCS1_SHA256, RSA_PKCS1_SHA384, RSA_PKCS1_SHA512, RSA_PSS_SHA256};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use test_support::{Reply, Server};

use crate::support::{Clerk, Signer, claims, header, reason, unsigned, with_signature};

async fn refusal(token: &str) -> String {
    reason(Signer::own().verifier().verify(token).await)
}

#[tokio::test]
async fn no_spelling_of_none_is_accepted() {
    let own = Signer::own();
    for none in [
        "none",
        "None",
        "NONE",
        "nOnE",
        "",
        " none",
        "none\u{0}",
        "null",
    ] {
        let message = unsigned(&header(json!({ "alg": none })), &claims().to_string());
        let sound = own.signature(&RSA_PKCS1_SHA256, &message);
        for signature in [&[][..], &[0; 256], &sound] {
            let token = with_signature(&message, signature);
            assert_eq!(refusal(&token).await, "token-invalid-algorithm", "{none}");
        }
    }
}

#[tokio::test]
async fn the_public_key_is_not_accepted_as_an_hmac_secret() {
    let own = Signer::own();
    let pem = own.key.public_key_pem();
    let modulus = own.jwk()["n"].as_str().unwrap().to_owned();
    let secrets = [
        pem.as_bytes().to_vec(),
        pem.trim_end().as_bytes().to_vec(),
        own.public_der(),
        URL_SAFE_NO_PAD.decode(&modulus).unwrap(),
        modulus.into_bytes(),
        Vec::new(),
    ];
    for (name, algorithm) in [
        ("HS256", hmac::HMAC_SHA256),
        ("HS384", hmac::HMAC_SHA384),
        ("HS512", hmac::HMAC_SHA512),
    ] {
        for secret in &secrets {
            let key = hmac::Key::new(algorithm, secret);
            for (claimed, expected) in [
                (name, "token-invalid-algorithm"),
                ("RS256", "token-invalid-signature"),
            ] {
                let message = unsigned(&header(json!({ "alg": claimed })), &claims().to_string());
                let tag = hmac::sign(&key, message.as_bytes());
                let token = with_signature(&message, tag.as_ref());
                assert_eq!(refusal(&token).await, expected, "{name} as {claimed}");
            }
        }
    }
}

#[tokio::test]
async fn other_algorithms_are_rejected_even_with_a_valid_signature() {
    let own = Signer::own();
    for algorithm in [
        json!("PS256"),
        json!("ES256"),
        json!("EdDSA"),
        json!("RS1"),
        json!("rs256"),
        json!("RS256 "),
        json!("RS256\u{0}"),
        json!("RSA-OAEP"),
        json!(["RS256"]),
        json!({ "alg": "RS256" }),
        json!(256),
        json!(true),
        Value::Null,
    ] {
        let message = unsigned(&header(json!({ "alg": algorithm })), &claims().to_string());
        for signature in [
            own.signature(&RSA_PKCS1_SHA256, &message),
            own.signature(&RSA_PSS_SHA256, &message),
        ] {
            let token = with_signature(&message, &signature);
            assert_eq!(
                refusal(&token).await,
                "token-invalid-algorithm",
                "{algorithm}"
            );
        }
    }
    let without = own.raw(r#"{"typ":"JWT","kid":"ins_test"}"#, &claims().to_string());
    assert_eq!(refusal(&without).await, "token-invalid-algorithm");
}

#[tokio::test]
async fn a_signature_with_one_algorithm_is_rejected_as_another() {
    let own = Signer::own();
    let algorithms: [(&str, &'static dyn aws_lc_rs::signature::RsaEncoding); 4] = [
        ("RS256", &RSA_PKCS1_SHA256),
        ("RS384", &RSA_PKCS1_SHA384),
        ("RS512", &RSA_PKCS1_SHA512),
        ("PS256", &RSA_PSS_SHA256),
    ];
    for claimed in ["RS256", "RS384", "RS512"] {
        for (made, encoding) in algorithms {
            let message = unsigned(&header(json!({ "alg": claimed })), &claims().to_string());
            let token = with_signature(&message, &own.signature(encoding, &message));
            let verified = own.verifier().verify(&token).await;
            if claimed == made {
                verified.unwrap();
            } else {
                assert_eq!(
                    reason(verified),
                    "token-invalid-signature",
                    "{made} as {claimed}"
                );
            }
        }
    }
}

#[tokio::test]
async fn a_key_with_an_algorithm_verifies_no_other() {
    let own = Signer::own();
    let algorithms: [(&str, &'static dyn aws_lc_rs::signature::RsaEncoding); 3] = [
        ("RS256", &RSA_PKCS1_SHA256),
        ("RS384", &RSA_PKCS1_SHA384),
        ("RS512", &RSA_PKCS1_SHA512),
    ];
    for (stated, accepted) in [
        (json!("RS256"), &["RS256"][..]),
        (json!("RS384"), &["RS384"]),
        (json!("RS512"), &["RS512"]),
        (Value::Null, &["RS256", "RS384", "RS512"]),
        // A key for another purpose verifies nothing, as if it were not listed.
        (json!("PS256"), &[]),
        (json!("ES256"), &[]),
        (json!("none"), &[]),
        (json!(""), &[]),
        (json!(256), &[]),
        (json!(["RS256"]), &[]),
    ] {
        let mut jwk = own.jwk();
        jwk["alg"] = stated.clone();
        // Another key, so that the set is not empty.
        let clerk = Clerk::with([jwk, own.jwk_of("another")]);
        for token_cache in [0, 10] {
            let verifier = clerk
                .verifier()
                .token_cache_size(token_cache)
                .build()
                .unwrap();
            for (made, encoding) in algorithms {
                let message = unsigned(&header(json!({ "alg": made })), &claims().to_string());
                let token = with_signature(&message, &own.signature(encoding, &message));
                for _ in 0..2 {
                    let verified = verifier.verify(&token).await;
                    if accepted.contains(&made) {
                        verified.unwrap();
                    } else if accepted.is_empty() {
                        assert_eq!(reason(verified), "jwk-kid-mismatch", "{made} {stated}");
                    } else {
                        let reason = reason(verified);
                        assert_eq!(reason, "token-invalid-algorithm", "{made} {stated}");
                    }
                }
            }
        }
    }
    let mut without = own.jwk();
    without.as_object_mut().unwrap().remove("alg");
    let clerk = Clerk::with([without]);
    let verifier = clerk.verifier().build().unwrap();
    let message = unsigned(&header(json!({ "alg": "RS512" })), &claims().to_string());
    let token = with_signature(&message, &own.signature(&RSA_PKCS1_SHA512, &message));
    verifier.verify(&token).await.unwrap();
}

#[tokio::test]
async fn a_changed_signature_is_rejected() {
    let own = Signer::own();
    let message = unsigned(&header(json!({})), &claims().to_string());
    let signature = own.signature(&RSA_PKCS1_SHA256, &message);
    let other = own.signature(&RSA_PKCS1_SHA256, "another message");
    let longer = [&signature[..], &[0]].concat();
    let padded = [&[0][..], &signature].concat();
    for wrong in [
        &[][..],
        &signature[1..],
        &signature[..255],
        &longer,
        &padded,
        &other,
        &[0; 256],
        &[255; 256],
    ] {
        let token = with_signature(&message, wrong);
        assert_eq!(refusal(&token).await, "token-invalid-signature");
    }
    let mut admin = claims();
    admin["sub"] = "user_admin".into();
    let changed = unsigned(&header(json!({})), &admin.to_string());
    let token = with_signature(&changed, &signature);
    assert_eq!(refusal(&token).await, "token-invalid-signature");
}

#[tokio::test]
async fn keys_in_or_referenced_by_a_token_are_ignored() {
    let (own, foreign) = (Signer::own(), Signer::foreign());
    let elsewhere = Server::answering(|_| Reply::json(200, Signer::foreign().key.jwks()));
    let clerk = Clerk::with([own.jwk()]);
    let verifier = clerk.verifier().build().unwrap();
    for brought in [
        json!({ "jwk": foreign.jwk() }),
        json!({ "jku": elsewhere.url() }),
        json!({ "x5u": elsewhere.url(), "kid": "ins_test" }),
        json!({ "x5c": [base64::engine::general_purpose::STANDARD.encode(foreign.public_der())] }),
        json!({ "iss": elsewhere.url(), "jwks_uri": elsewhere.url() }),
    ] {
        let mut claims = claims();
        claims["iss"] = elsewhere.url().into();
        let token = foreign.raw(&header(brought.clone()), &claims.to_string());
        let refused = reason(verifier.verify(&token).await);
        assert_eq!(refused, "token-invalid-signature", "{brought}");
        // With a valid signature they have no effect.
        let token = own.raw(&header(brought), &claims.to_string());
        verifier.verify(&token).await.unwrap();
    }
    assert!(elsewhere.requests().is_empty());
    assert_eq!(clerk.requests(), 1);
}

#[tokio::test]
async fn critical_extensions_are_not_ignored() {
    let own = Signer::own();
    for critical in [
        json!(["b64"]),
        json!(["exp"]),
        json!(["https://example.com/own"]),
        json!([]),
        json!("b64"),
        Value::Null,
        json!({}),
        json!(1),
    ] {
        let header = header(json!({ "crit": critical, "b64": false }));
        let token = own.raw(&header, &claims().to_string());
        assert_eq!(refusal(&token).await, "token-invalid", "{critical}");
    }
}

#[tokio::test]
async fn an_unencoded_payload_is_rejected() {
    let own = Signer::own();
    let header = header(json!({ "b64": false }));
    // RFC 7797 would sign the decoded payload; here, the encoded payload is signed.
    let raw = format!("{}.{}", URL_SAFE_NO_PAD.encode(&header), claims());
    let signature = own.signature(&RSA_PKCS1_SHA256, &raw);
    let token = with_signature(&unsigned(&header, &claims().to_string()), &signature);
    assert_eq!(refusal(&token).await, "token-invalid-signature");
    own.verifier()
        .verify(&own.raw(&header, &claims().to_string()))
        .await
        .unwrap();
}
