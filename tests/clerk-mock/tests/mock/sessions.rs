//! Sessions, and tokens that an independent verifier accepts.

use std::time::Duration;

use clerk_api::{Error, models};
use clerk_mock::ClerkMock;
use jsonwebtoken::crypto::aws_lc::DEFAULT_PROVIDER;
use jsonwebtoken::{Algorithm, DecodingKey, decode_header};
use serde_json::{Value, json};

use crate::support::RawRequest;

#[track_caller]
fn has_code<T: std::fmt::Debug>(result: Result<T, Error>, code: &str) {
    let error = result.unwrap_err();
    assert!(error.has_code(code), "{error}");
}

/// The claims, if the signature is valid. Names a provider explicitly, because the default one is global to the
/// process.
fn verified(token: &str, key: &DecodingKey) -> Option<Value> {
    verified_by(Algorithm::RS256, token, key)
}

fn verified_by(algorithm: Algorithm, token: &str, key: &DecodingKey) -> Option<Value> {
    let (message, signature) = token.rsplit_once('.')?;
    let signature = base64(signature);
    let verifier = (DEFAULT_PROVIDER.verifier_factory)(&algorithm, key).ok()?;
    verifier.verify(message.as_bytes(), &signature).ok()?;
    serde_json::from_slice(&base64(message.split_once('.')?.1)).ok()
}

fn base64(text: &str) -> Vec<u8> {
    use base64::Engine;
    base64::engine::general_purpose::URL_SAFE_NO_PAD
        .decode(text)
        .unwrap()
}

fn key_of(jwks: &models::Jwks, token: &str) -> DecodingKey {
    let kid = decode_header(token).unwrap().kid.unwrap();
    let keys = jwks.keys.as_ref().unwrap();
    let key = keys.iter().find(|key| key.kid == kid).unwrap();
    DecodingKey::from_rsa_components(key.n.as_ref().unwrap(), key.e.as_ref().unwrap()).unwrap()
}

#[tokio::test]
async fn sessions_are_kept_and_revoked() {
    let mock = ClerkMock::start().await;
    let clerk = mock.client();
    let user = clerk
        .users()
        .create()
        .username("user-1")
        .send()
        .await
        .unwrap();
    let session = clerk.sessions().create(&user.id).send().await.unwrap();
    assert_eq!(
        (&session.user_id, &session.status),
        (&user.id, &models::SessionStatus::Active)
    );
    assert_eq!(
        clerk.sessions().get(&session.id).send().await.unwrap(),
        session
    );
    let other = clerk
        .users()
        .create()
        .username("user-2")
        .send()
        .await
        .unwrap();
    clerk.sessions().create(&other.id).send().await.unwrap();
    let of_user = clerk
        .sessions()
        .list()
        .user_id(&user.id)
        .send()
        .await
        .unwrap();
    assert_eq!(of_user.data, std::slice::from_ref(&session));
    assert_eq!(clerk.sessions().list().send().await.unwrap().len(), 2);

    let revoked = clerk
        .sessions()
        .revoke(&session.id)
        .send()
        .await
        .unwrap()
        .unwrap();
    assert_eq!(revoked.status, models::SessionStatus::Revoked);
    has_code(
        clerk.sessions().create_token(&session.id).send().await,
        "session_not_active",
    );
    has_code(
        clerk.sessions().create("user_none").send().await,
        "resource_not_found",
    );
}

#[tokio::test]
async fn minted_tokens_verify_against_the_served_keys() {
    let mock = ClerkMock::start().await;
    let clerk = mock.client();
    let user = clerk
        .users()
        .create()
        .username("user-3")
        .send()
        .await
        .unwrap();
    let token = mock.mint_session_token(&user.id);
    let jwks = clerk.jwks().get_jwks().send().await.unwrap();
    let claims = verified(&token, &key_of(&jwks, &token)).expect("the signature is right");
    assert_eq!(claims["v"], 2);
    assert_eq!(claims["sub"], *user.id);
    assert_eq!(claims["iss"], mock.issuer());
    assert_eq!(claims["sts"], "active");
    assert_eq!(claims["fva"], json!([0, -1]));
    assert!(claims.get("azp").is_none() && claims.get("o").is_none());
    let [issued, expires] = ["iat", "exp"].map(|name| claims[name].as_u64().unwrap());
    assert_eq!(expires - issued, 60);
    assert!(mock.clock().now() < std::time::UNIX_EPOCH + Duration::from_secs(expires));
    let session = clerk
        .sessions()
        .get(claims["sid"].as_str().unwrap())
        .send()
        .await
        .unwrap();
    assert_eq!(session.user_id, user.id);

    let header = decode_header(&token).unwrap();
    assert_eq!(
        (header.alg, header.typ.as_deref()),
        (Algorithm::RS256, Some("JWT"))
    );
    let pem = DecodingKey::from_rsa_pem(mock.public_key_pem().as_bytes()).unwrap();
    assert!(verified(&token, &pem).is_some());
    let stranger = ClerkMock::start().await;
    let stranger = DecodingKey::from_rsa_pem(stranger.public_key_pem().as_bytes()).unwrap();
    assert!(verified(&token, &stranger).is_none());
}

#[tokio::test]
async fn the_key_set_of_the_frontend_api_is_public() {
    let mock = ClerkMock::start().await;
    let response = crate::support::RawRequest::new("GET", "/.well-known/jwks.json")
        .header("authorization", "")
        .header("clerk-api-version", "")
        .send(&mock);
    assert_eq!((response.status, response.json()), (200, mock.jwks()));
}

#[tokio::test]
async fn tokens_of_a_session_have_its_organization() {
    let mock = ClerkMock::start().await;
    let clerk = mock.client();
    let user = clerk
        .users()
        .create()
        .username("user-4")
        .send()
        .await
        .unwrap();
    let organization = clerk
        .organizations()
        .create("Acme")
        .slug("acme")
        .created_by(&*user.id)
        .send()
        .await
        .unwrap();
    let session = clerk
        .sessions()
        .create(&user.id)
        .active_organization_id(&organization.id)
        .send()
        .await
        .unwrap();
    let token = clerk
        .sessions()
        .create_token(&session.id)
        .expires_in_seconds(300)
        .send()
        .await
        .unwrap();
    let jwt = token.jwt.unwrap();
    let key = DecodingKey::from_rsa_pem(mock.public_key_pem().as_bytes()).unwrap();
    let claims = verified(jwt.expose(), &key).unwrap();
    assert_eq!(claims["sid"], *session.id);
    assert_eq!(
        claims["o"],
        json!({ "id": organization.id, "slg": "acme", "rol": "admin" })
    );
    assert_eq!(
        claims["exp"].as_u64().unwrap() - claims["iat"].as_u64().unwrap(),
        300
    );
}

#[test]
fn a_token_has_the_requested_claims() {
    let mock = ClerkMock::start_blocking();
    let token = mock
        .session_token("user_1")
        .session("sess_1")
        .organization("org_1")
        .permissions(["org:invoices:create", "org:invoices:read"])
        .authorized_party("https://app.example.com")
        .lifetime(Duration::from_secs(5))
        .claim("plan", "pro")
        .claim("sts", "pending")
        .mint();
    let key = DecodingKey::from_rsa_pem(mock.public_key_pem().as_bytes()).unwrap();
    let claims = verified(&token, &key).unwrap();
    assert_eq!(
        (&claims["sub"], &claims["sid"]),
        (&json!("user_1"), &json!("sess_1"))
    );
    assert_eq!(claims["azp"], "https://app.example.com");
    assert_eq!(
        (&claims["plan"], &claims["sts"]),
        (&json!("pro"), &json!("pending"))
    );
    assert_eq!(claims["fea"], "o:invoices");
    assert_eq!(
        (&claims["o"]["per"], &claims["o"]["fpm"]),
        (&json!("create,read"), &json!("3"))
    );
}

#[tokio::test]
async fn the_header_of_a_token_has_its_category() {
    let mock = ClerkMock::start().await;
    let clerk = mock.client();
    let user = clerk
        .users()
        .create()
        .username("user-5")
        .send()
        .await
        .unwrap();
    let session = clerk.sessions().create(&user.id).send().await.unwrap();
    RawRequest::new("POST", "/v1/jwt_templates")
        .json(&json!({ "name": "supabase", "claims": {} }))
        .send(&mock);
    let template = clerk
        .sessions()
        .create_token_from_template(&session.id, "supabase")
        .send()
        .await
        .unwrap();
    let class = |token: &str| {
        let header: Value =
            serde_json::from_slice(&base64(token.split('.').next().unwrap())).unwrap();
        header["cat"].clone()
    };
    assert_eq!(class(template.jwt.unwrap().expose()), "cl_B7d4PD222AAA");
    assert_eq!(class(&mock.mint_session_token(&user.id)), "cl_B7d4PD111AAA");
}

#[test]
fn the_publishable_key_names_the_issuer() {
    let mock = ClerkMock::builder()
        .frontend_api("clerk.example.com")
        .start_blocking()
        .unwrap();
    assert_eq!(mock.publishable_key(), "pk_test_Y2xlcmsuZXhhbXBsZS5jb20k");
    assert_eq!(mock.issuer(), "https://clerk.example.com");
}

#[test]
fn tokens_from_a_template_have_its_claims() {
    let mock = ClerkMock::start_blocking();
    let clerk = mock.client_builder().build_blocking().unwrap();
    let user = clerk
        .users()
        .create()
        .email_address(["ada@example.com"])
        .first_name("Ada")
        .public_metadata(json!({ "plan": "pro" }).as_object().unwrap().clone())
        .send()
        .unwrap();
    let session = clerk.sessions().create(&user.id).send().unwrap();
    let claims = json!({
        "aud": "https://hasura.example",
        "name": "{{user.first_name}} ({{user.primary_email_address}})",
        "verified": "{{user.email_verified}}",
        "plan": "{{user.public_metadata.plan || 'free'}}",
        "nested": { "ids": ["{{user.id}}"], "org": "{{org.id}}" },
    });
    let template = |name: &str, more: Value| {
        let mut body = json!({ "name": name, "claims": claims, "lifetime": 120 });
        body.as_object_mut()
            .unwrap()
            .extend(more.as_object().cloned().unwrap());
        let made = RawRequest::new("POST", "/v1/jwt_templates")
            .json(&body)
            .send(&mock);
        assert_eq!(made.status, 200, "{:?}", made.json());
    };
    template("hasura", json!({}));
    let token = clerk
        .sessions()
        .create_token_from_template(&session.id, "hasura")
        .send()
        .unwrap();
    let jwt = token.jwt.unwrap();
    let key = key_of(&clerk.jwks().get_jwks().send().unwrap(), jwt.expose());
    let decoded = verified(jwt.expose(), &key).unwrap();
    assert_eq!(decoded["aud"], "https://hasura.example");
    assert_eq!(decoded["name"], "Ada (ada@example.com)");
    assert_eq!(decoded["verified"], true);
    assert_eq!(decoded["plan"], "pro");
    assert_eq!(decoded["nested"]["ids"][0], *user.id);
    assert!(decoded["nested"]["org"].is_null());
    assert_eq!(decoded["sub"], *user.id);
    let (issued, end) = (
        decoded["iat"].as_u64().unwrap(),
        decoded["exp"].as_u64().unwrap(),
    );
    assert_eq!(end - issued, 120);
    assert_eq!(decoded["nbf"].as_u64(), Some(issued - 5));
    assert!(decoded.get("sid").is_none());

    let secret = "0123456789abcdef0123456789abcdef";
    let own = json!({
        "custom_signing_key": true, "signing_algorithm": "HS256", "signing_key": secret,
    });
    template("own", own);
    let token = clerk
        .sessions()
        .create_token_from_template(&session.id, "own")
        .send()
        .unwrap();
    let key = DecodingKey::from_secret(secret.as_bytes());
    let jwt = token.jwt.unwrap();
    assert!(verified_by(Algorithm::HS256, jwt.expose(), &key).is_some());

    let unknown = clerk
        .sessions()
        .create_token_from_template(&session.id, "none")
        .send();
    assert!(unknown.unwrap_err().is_not_found());
}

#[test]
fn a_session_is_refreshed_with_a_token_of_its_own() {
    let mock = ClerkMock::start_blocking();
    let user = RawRequest::new("POST", "/v1/users").json(&json!({ "username": "ada" }));
    let user = user.send(&mock).json()["id"].clone();
    let session = RawRequest::new("POST", "/v1/sessions").json(&json!({ "user_id": user }));
    let session = session.send(&mock).json()["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let token = mock
        .session_token(user.as_str().unwrap())
        .session(&session)
        .mint();
    let other = mock
        .session_token(user.as_str().unwrap())
        .session("sess_other")
        .mint();
    let refresh = |id: &str, token: &str| {
        let body = json!({
            "expired_token": token, "refresh_token": "r", "request_origin": "https://a.example",
        });
        let response = RawRequest::new("POST", &format!("/v1/sessions/{id}/refresh"))
            .json(&body)
            .send(&mock);
        let code = response.json()["errors"][0]["code"].clone();
        (
            response.status,
            code.as_str().unwrap_or_default().to_owned(),
        )
    };
    let rejected = |code: &str| (401, code.to_owned());
    assert_eq!(refresh(&session, &token).0, 200);
    assert_eq!(refresh(&session, &other), rejected("refresh_sid_mismatch"));
    assert_eq!(
        refresh(&session, "none"),
        rejected("expired_session_token_invalid")
    );
    assert_eq!(
        refresh("sess_none", &token),
        rejected("session_refresh_session_not_found")
    );
    RawRequest::new("POST", &format!("/v1/sessions/{session}/revoke")).send(&mock);
    assert_eq!(
        refresh(&session, &token),
        rejected("session_refresh_inactive_session")
    );
}
