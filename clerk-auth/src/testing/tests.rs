use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use aws_lc_rs::rsa::{KeyPair, KeySize};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use super::*;
use crate::claims::{Check, SessionStatus};
use crate::machine::MachineTokenKind;
use crate::token::{Purpose, TokenError, VerifyingKey};
use crate::verifier::TokenVerifier;
use crate::{Reason, SessionClaims};

fn verifier(key: &TestKey) -> TokenVerifier {
    let verifier = TokenVerifier::builder().jwt_key(key.public_key_pem());
    verifier.build().unwrap()
}

async fn verify(token: &TestToken<'_>) -> Result<Arc<SessionClaims>, TokenError> {
    verifier(TestKey::shared()).verify(&token.mint()).await
}

fn session() -> TestToken<'static> {
    TestKey::shared().session_token("user_1")
}

fn part(token: &str, index: usize) -> Value {
    let part = token.split('.').nth(index).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
}

#[tokio::test]
async fn a_session_token_passes_every_check() {
    let claims = verify(&session()).await.unwrap();
    assert_eq!(claims.user_id(), "user_1");
    assert_eq!(claims.session_id(), Some("sess_test"));
    assert_eq!(claims.version(), 2);
    assert_eq!(claims.status(), SessionStatus::Active);
    let header = part(&session().mint(), 0);
    assert_eq!(
        header,
        json!({ "alg": "RS256", "typ": "JWT", "kid": "ins_test", "cat": "cl_B7d4PD111AAA" })
    );
}

#[tokio::test]
async fn both_versions_grant_the_same_in_the_organization() {
    let permissions = ["org:invoices:create", "org:teams:read", "org:invoices:read"];
    let token = session()
        .organization("org_1")
        .slug("acme")
        .role("org:admin")
        .permissions(permissions)
        .features(["u:dashboard", "o:chat", "o:teams"]);
    let version_2 = verify(&token).await.unwrap();
    let version_1 = verify(&token.clone().version_1()).await.unwrap();
    assert_eq!((version_2.version(), version_1.version()), (2, 1));
    for claims in [version_2, version_1] {
        let organization = claims.organization().unwrap();
        assert_eq!(organization.id, "org_1");
        assert_eq!(organization.slug.as_deref(), Some("acme"));
        assert_eq!(organization.role.as_deref(), Some("org:admin"));
        assert_eq!(organization.permissions.len(), permissions.len());
        for permission in permissions {
            assert!(claims.has(&Check::permission(permission)), "{permission}");
        }
        assert!(claims.has(&Check::feature("org:chat")));
        assert!(claims.has(&Check::feature("user:dashboard")));
    }
}

#[test]
fn lists_add_up() {
    let key = TestKey::shared();
    let user = key.session_token("user_1").organization("org_1");
    let user = user.plans(["u:pro"]).plans(["o:team", "u:more"]);
    let user = user.features(["u:dash"]).features(["o:chat"]);
    let user = user
        .permissions(["org:a:read"])
        .permissions(["org:b:read"])
        .auth();
    for check in [
        Check::plan("user:pro")
            .and(Check::plan("org:team"))
            .and(Check::plan("user:more")),
        Check::feature("user:dash").and(Check::feature("org:chat")),
        Check::permission("org:a:read").and(Check::permission("org:b:read")),
    ] {
        assert!(user.has(&check), "{check:?}");
    }
    for token in [
        key.m2m_token("mch_1"),
        key.oauth_token("user_1", "client_1"),
    ] {
        let none: [&str; 0] = [];
        let token = token.scopes(none).scopes(["a"]).scopes(["b", "c"]).auth();
        let scopes = &token.machine().unwrap().details().scopes;
        assert_eq!(scopes, &["a", "b", "c"]);
    }
}

#[test]
fn permissions_are_packed_as_version_2_wants_them() {
    let token = session().permissions([
        "org:dashboard:manage",
        "org:dashboard:read",
        "org:teams:read",
    ]);
    let claims = part(&token.mint(), 1);
    assert_eq!(claims["fea"], "o:dashboard,o:teams");
    assert_eq!(claims["o"]["per"], "manage,read");
    assert_eq!(claims["o"]["fpm"], "3,2");
}

#[tokio::test]
async fn tokens_can_be_invalid_on_purpose() {
    let table = [
        (session().expired(), Reason::TOKEN_EXPIRED),
        (session().tampered(), Reason::TOKEN_INVALID_SIGNATURE),
        (
            session().header("alg", "none"),
            Reason::TOKEN_INVALID_ALGORITHM,
        ),
        (
            session().header("alg", "HS256"),
            Reason::TOKEN_INVALID_ALGORITHM,
        ),
        (session().header("typ", "at+jwt"), Reason::TOKEN_INVALID),
        (session().category("cl_B7d4PD333AAA"), Reason::TOKEN_INVALID),
        (
            session().without_claim("sub"),
            Reason::TOKEN_VERIFICATION_FAILED,
        ),
        (
            session().claim("exp", "soon"),
            Reason::TOKEN_VERIFICATION_FAILED,
        ),
    ];
    for (token, reason) in table {
        let error = verify(&token).await.unwrap_err();
        assert_eq!(error.reason(), &reason, "{token:?}");
    }
}

#[tokio::test]
async fn tokens_are_signed_as_their_algorithm_says() {
    for algorithm in ["RS256", "RS384", "RS512"] {
        verify(&session().header("alg", algorithm)).await.unwrap();
    }
}

#[tokio::test]
async fn the_last_value_of_a_claim_or_a_header_wins() {
    let token = session()
        .claim("sub", "user_2")
        .claim("department", "sales")
        .without_header("cat");
    let claims = verify(&token).await.unwrap();
    assert_eq!(claims.user_id(), "user_2");
    assert_eq!(claims.claim("department"), Some(json!("sales")));
    assert_eq!(part(&token.mint(), 0).get("cat"), None);
}

#[tokio::test]
async fn machine_and_handshake_tokens_are_what_they_claim_to_be() {
    let key = TestKey::shared();
    let verifier = verifier(key);
    let m2m = key.m2m_token("mch_1").scopes(["mch_2", "mch_3"]);
    let oauth = key.oauth_token("user_1", "client_1").scopes(["email"]);
    let handshake = key.handshake_token(["__session=abc; Path=/"]);
    let table = [
        (m2m.mint(), Purpose::M2m, "scopes", json!("mch_2 mch_3")),
        (oauth.mint(), Purpose::Oauth, "scope", json!("email")),
        (
            handshake.mint(),
            Purpose::Handshake,
            "handshake",
            json!(["__session=abc; Path=/"]),
        ),
    ];
    for (token, purpose, claim, expected) in table {
        let verified = verifier.token(&token, purpose, 0, |_, _| ()).await;
        let ((), payload) = verified.unwrap();
        let payload: Value = serde_json::from_str(&payload).unwrap();
        assert_eq!(payload[claim], expected, "{purpose:?}");
    }
}

#[tokio::test]
async fn a_key_is_read_from_both_forms_of_der() {
    let pair = KeyPair::generate(KeySize::Rsa2048).unwrap();
    let pkcs8: Pkcs8V1Der<'_> = pair.as_der().unwrap();
    let key = TestKey::from_der(pkcs8.as_ref()).unwrap();
    let pkcs1 = pkcs8::private_key(pkcs8.as_ref()).unwrap();
    let same = TestKey::from_der(pkcs1).unwrap().with_key_id("ins_2");
    assert_eq!(key.public_key_pem(), same.public_key_pem());
    let token = same.session_token("user_1").mint();
    verifier(&key).verify(&token).await.unwrap();
    assert_eq!(part(&token, 0)["kid"], "ins_2");
    for wrong in [&b""[..], b"nothing", &pkcs1[..pkcs1.len() - 1]] {
        assert!(TestKey::from_der(wrong).is_err());
    }
}

#[test]
fn the_key_set_has_the_public_key() {
    let key = TestKey::shared();
    let jwks = key.jwks();
    let jwk = &jwks["keys"][0];
    assert_eq!(
        (&jwk["kid"], &jwk["kty"]),
        (&json!("ins_test"), &json!("RSA"))
    );
    let text = |name: &str| jwk[name].as_str().unwrap().to_owned();
    VerifyingKey::from_components(&text("n"), &text("e")).unwrap();
}

#[test]
fn handlers_are_tested_without_any_token() {
    let user = signed_in("user_1");
    assert!(user.is_authenticated());
    assert_eq!(user.user_id(), Some("user_1"));
    assert!(!signed_out().is_authenticated());
    let admin = session().organization("org_1").role("org:admin").auth();
    assert!(admin.has(&Check::role("org:admin")));
    let key = MachineToken::new(MachineTokenKind::ApiKey, "ak_1", "org_1");
    assert_eq!(machine(key).organization_id(), Some("org_1"));
}

/// What a test of a handler gives it is what a request with that token would.
#[test]
fn a_token_gives_the_handler_what_a_request_with_it_would() {
    let key = TestKey::shared();
    let machine = key.m2m_token("mch_1").scopes(["a"]).auth();
    assert_eq!(
        (machine.user_id(), machine.session().is_some()),
        (None, false)
    );
    let details = machine.machine().expect("a machine");
    assert_eq!(details.machine_id(), Some("mch_1"));
    assert_eq!(details.details().scopes, ["a"]);
    let machine = key.session_token("mch_1").without_header("cat").auth();
    assert!(machine.session().is_none());
    let oauth = key.oauth_token("user_1", "client_1").auth();
    assert_eq!(oauth.user_id(), Some("user_1"));
    assert!(oauth.machine().is_some());
    for category in ["cl_B7d4PD222AAA", "cl_of_the_future"] {
        assert!(!session().category(category).auth().is_authenticated());
    }
    let pending = session().pending().auth();
    assert!(!pending.is_authenticated());
}

#[test]
fn a_private_key_is_not_printed() {
    assert_eq!(format!("{:?}", TestKey::shared()), "TestKey(ins_test)");
}

#[tokio::test]
async fn the_test_authenticator_knows_the_key_and_redirects_no_browser() {
    let authenticator = authenticator(TestKey::shared());
    let request = |token: &str| {
        let request = http::Request::get("https://app.example.com/")
            .header("sec-fetch-dest", "document")
            .header("accept", "text/html")
            .header("cookie", format!("__session={token}; __client_uat=1"));
        request.body(()).unwrap().into_parts().0
    };
    let good = authenticator
        .authenticate(&request(&session().mint()))
        .await
        .unwrap();
    assert_eq!(good.auth().user_id(), Some("user_1"));
    let other_key = TestKey::generate();
    for token in [
        session().expired().mint(),
        other_key.session_token("user_1").mint(),
    ] {
        let rejected = authenticator.authenticate(&request(&token)).await.unwrap();
        assert_eq!(
            rejected.status(),
            crate::Status::SignedOut,
            "{:?}",
            rejected.reason()
        );
    }
}
