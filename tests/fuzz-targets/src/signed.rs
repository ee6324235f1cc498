//! Input with a valid signature: any claims, headers and bodies.

use std::fmt::Write as _;
use std::sync::LazyLock;

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use aws_lc_rs::hmac;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::{RSA_PKCS1_SHA256, RSA_PKCS1_SHA384, RSA_PKCS1_SHA512, RsaEncoding};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use clerk_auth::testing::TestKey;
use clerk_auth::webhook::{WebhookError, WebhookErrorKind, WebhookVerifier};
use clerk_auth::{
    Accepts, Authenticator, Check, Clock, Reverification, SessionClaims, TokenVerifier,
};
use http::header::{AUTHORIZATION, COOKIE};
use http::{HeaderMap, HeaderName, HeaderValue, Request};
use serde_json::Value;

use crate::authentication::{PUBLISHABLE_KEY, run};
use crate::canary;

/// The time at which tokens and webhooks are read, in Unix seconds.
const NOW: i64 = 1_750_000_000;
/// The allowed clock skew, in seconds.
const SKEW: f64 = 5.0;

/// A key pair of this process: the result does not depend on the key.
struct Signer {
    pair: KeyPair,
    verifier: TokenVerifier,
    authenticator: Authenticator,
}

static SIGNER: LazyLock<Signer> = LazyLock::new(|| {
    let pair = KeyPair::generate(KeySize::Rsa2048).expect("a key");
    let der: Pkcs8V1Der<'_> = pair.as_der().expect("a key has a DER form");
    let key = TestKey::from_der(der.as_ref()).expect("the key was just generated");
    let clock = Clock::fixed(NOW * 1000);
    let verifier = TokenVerifier::builder()
        .jwt_key(key.public_key_pem())
        .clock(clock.clone());
    let authenticator = Authenticator::builder()
        .secret_key("sk_test_0123456789abcdefghijklmnopqrstuvwxyz")
        .publishable_key(PUBLISHABLE_KEY)
        .jwt_key(key.public_key_pem())
        .accepts(Accepts::any())
        .clock(clock);
    Signer {
        pair,
        verifier: verifier.build().expect("the options are valid"),
        authenticator: authenticator.build().expect("the options are valid"),
    }
});

/// A line with the header of a token, followed by the claims: both are signed unchanged.
pub fn signed_tokens(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let (header, claims) = header_and_claims(&text);
    let token = token(header, claims);
    if let Ok(verified) = run(SIGNER.verifier.verify(&token)) {
        header_is_sound(header);
        claims_are_sound(claims, &verified);
    }
    authenticated(header, claims, &token);
}

/// Whether the input becomes a session token that is verified, so that a test can check that some
/// are.
pub fn is_verified(bytes: &[u8]) -> bool {
    let text = String::from_utf8_lossy(bytes);
    let (header, claims) = header_and_claims(&text);
    run(SIGNER.verifier.verify(&token(header, claims))).is_ok()
}

fn header_and_claims(text: &str) -> (&str, &str) {
    let (header, claims) = text.split_once('\n').unwrap_or((text, ""));
    (header, claims.trim_end_matches('\n'))
}

fn token(header: &str, claims: &str) -> String {
    let [head, claims] = [header, claims].map(|part| URL_SAFE_NO_PAD.encode(part));
    let message = format!("{head}.{claims}");
    let encoding: &dyn RsaEncoding = match algorithm(header).as_deref() {
        Some("RS384") => &RSA_PKCS1_SHA384,
        Some("RS512") => &RSA_PKCS1_SHA512,
        _ => &RSA_PKCS1_SHA256,
    };
    let pair = &SIGNER.pair;
    let mut signature = vec![0; pair.public_modulus_len()];
    pair.sign(
        encoding,
        &SystemRandom::new(),
        message.as_bytes(),
        &mut signature,
    )
    .expect("the key signs");
    format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature))
}

fn algorithm(header: &str) -> Option<String> {
    let header: Value = serde_json::from_str(header).ok()?;
    header["alg"].as_str().map(str::to_owned)
}

/// Parses the header again, with other code than the code under test.
fn header_is_sound(header: &str) {
    let header: Value = serde_json::from_str(header).expect("a header is JSON");
    let algorithm = header["alg"].as_str().expect("an algorithm is text");
    assert!(["RS256", "RS384", "RS512"].contains(&algorithm), "{header}");
    assert!(header.get("crit").is_none(), "{header}");
    let kind = header.get("typ");
    assert!(kind.is_none_or(|kind| kind == "JWT"), "{header}");
    assert_ne!(header["cat"], "cl_B7d4PD333AAA");
}

fn claims_are_sound(json: &str, verified: &SessionClaims) {
    exercise(verified);
    // The reader of claims accepts deeper nesting than this one.
    let Ok(claims) = serde_json::from_str::<Value>(json) else {
        return;
    };
    assert_eq!(claims["sub"].as_str(), Some(verified.user_id()), "{json}");
    let now = NOW as f64;
    let expires_at = claims["exp"].as_f64().expect("a token expires");
    assert!(expires_at > now - SKEW, "{json}");
    for name in ["nbf", "iat"] {
        if let Some(start) = claims.get(name) {
            let start = start.as_f64().expect("a time is a number");
            assert!(start <= now + SKEW, "{name} in {json}");
        }
    }
    assert_eq!(claims["sid"].as_str(), verified.session_id(), "{json}");
}

/// Calls everything that claims offer.
fn exercise(claims: &SessionClaims) {
    let mut shown = format!("{claims:?} {:?} {:?}", claims.status(), claims.actor());
    let _ = write!(shown, "{:?}", claims.factor_verification_age());
    let checks = [
        Check::role("org:admin"),
        Check::permission("org:invoices:read"),
        Check::feature("org:chat"),
        Check::plan("user:pro"),
        Check::reverified(Reverification::Strict),
    ];
    let no_organization = claims.organization().is_none();
    for (index, check) in checks.iter().enumerate() {
        let has = claims.has(check);
        assert!(!(has && index < 2 && no_organization), "{claims:?}");
    }
    let names = claims.organization_features().chain(claims.user_features());
    let names = names
        .chain(claims.organization_plans())
        .chain(claims.user_plans());
    names.for_each(|name| shown.push_str(name));
    drop(claims.claim("own"));
}

/// Authenticates it in the header and in a cookie: machine tokens as machines, session tokens as
/// sessions.
fn authenticated(header: &str, claims: &str, token: &str) {
    let bearer = format!("Bearer {token}");
    let cookie = format!("__session={token}; __client_uat=1; __clerk_db_jwt=d");
    for (name, value) in [(AUTHORIZATION, bearer), (COOKIE, cookie)] {
        let request = Request::get("https://app.fuzz.example/").header(name, value);
        let Ok(request) = request.body(()) else {
            continue;
        };
        let Ok(state) = run(SIGNER.authenticator.authenticate(&request.into_parts().0)) else {
            continue;
        };
        let shown = format!("{state:?}");
        let signature = token.rsplit('.').next().unwrap_or_default();
        assert!(!shown.contains(signature), "the token is shown: {shown}");
        if state.auth().session().is_some() {
            let (header, claims) = (json(header), json(claims));
            let category = header.get("cat");
            let sessions = ["cl_B7d4PD111AAA", "cl_I7d4PD111III"];
            assert!(
                category.is_none_or(|category| sessions.iter().any(|one| category == one)),
                "{header}"
            );
            let subject = claims["sub"].as_str().unwrap_or_default();
            assert!(!subject.starts_with("mch_"), "{claims}");
        }
    }
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_default()
}

/// A line that contains `sign` or not, lines of headers, and after an empty line a body: a webhook.
pub fn webhooks(bytes: &[u8]) {
    let canary = canary::of(bytes);
    let secret = STANDARD.encode(&canary);
    let verifier = WebhookVerifier::new(format!("whsec_{secret}")).expect("a secret");
    let verifier = verifier.clock(Clock::fixed(NOW * 1000));
    let end = bytes.windows(2).position(|pair| pair == b"\n\n");
    let (head, body) = end.map_or((bytes, &b""[..]), |end| (&bytes[..end], &bytes[end + 2..]));
    let head = String::from_utf8_lossy(head);
    let mut lines = head.split('\n');
    let is_signed = lines.next() == Some("sign");
    let mut headers = HeaderMap::new();
    for line in lines {
        let (name, value) = line.split_once(": ").unwrap_or((line, ""));
        if let (Ok(name), Ok(value)) = (
            HeaderName::from_bytes(name.as_bytes()),
            HeaderValue::from_bytes(value.as_bytes()),
        ) {
            headers.append(name, value);
        }
    }
    if is_signed {
        sign(&mut headers, body, &canary);
    }
    let verified = verifier.verify(&headers, body);
    match (is_signed, &verified) {
        (true, Ok(event)) => drop(format!("{event:?}")),
        (true, Err(error)) => assert_eq!(error.kind(), WebhookErrorKind::Body, "{error}"),
        (false, Ok(event)) => panic!("an unsigned webhook was accepted: {event:?}"),
        (false, Err(error)) => assert!(error.is_unverified(), "{error}"),
    }
    if let Err(error) = &verified {
        conceals(error, &[&canary, &secret]);
    }
    assert_eq!(verifier.verify_signature(&headers, body).is_ok(), is_signed);

    // A canary among the signatures is not a valid one, so the result stays the same.
    let signatures = headers.get("svix-signature").map(HeaderValue::as_bytes);
    let marked = [signatures.unwrap_or_default(), b" v1,", canary.as_bytes()].concat();
    let marked = HeaderValue::from_bytes(&marked).expect(
        "letters and digits are valid in a \
         header",
    );
    headers.insert("svix-signature", marked);
    match verifier.verify(&headers, body) {
        Ok(_) => assert!(verified.is_ok()),
        Err(error) => conceals(&error, &[&canary, &secret]),
    }
}

/// Adds a signature to the existing ones.
fn sign(headers: &mut HeaderMap, body: &[u8], key: &str) {
    let key = hmac::Key::new(hmac::HMAC_SHA256, key.as_bytes());
    let message = [format!("msg_1.{NOW}.").as_bytes(), body].concat();
    let signature = STANDARD.encode(hmac::sign(&key, &message).as_ref());
    let others = headers
        .get("svix-signature")
        .and_then(|others| others.to_str().ok());
    let signatures = format!("{} v1,{signature}", others.unwrap_or_default());
    headers.insert("svix-id", HeaderValue::from_static("msg_1"));
    headers.insert("svix-timestamp", HeaderValue::from(NOW));
    let signatures = HeaderValue::from_str(&signatures).expect("the header was valid before");
    headers.insert("svix-signature", signatures);
}

fn conceals(error: &WebhookError, secrets: &[&str]) {
    let shown = format!("{error} {error:?}");
    assert!(
        !secrets.iter().any(|secret| shown.contains(*secret)),
        "{shown}"
    );
}
