//! jsonwebtoken has no default provider of cryptography if both of its own are turned on, and panics when it
//! needs one. Turning on the second one must not break authentication.

use clerk_auth::TokenVerifier;
use clerk_auth::testing::{self, TestKey};
use jsonwebtoken::{Algorithm, DecodingKey, Validation};

fn token() -> String {
    TestKey::shared().session_token("user_1").mint()
}

#[test]
fn jsonwebtoken_alone_panics_here() {
    let jwks = TestKey::shared().jwks();
    let number = |name: &str| jwks["keys"][0][name].as_str().unwrap();
    let key = DecodingKey::from_rsa_components(number("n"), number("e")).unwrap();
    let validation = Validation::new(Algorithm::RS256);
    let token = token();
    let decoded = std::panic::catch_unwind(|| {
        jsonwebtoken::decode::<serde_json::Value>(&token, &key, &validation).is_ok()
    });
    assert!(decoded.is_err(), "the premise: {decoded:?}");
}

#[tokio::test]
async fn tokens_are_minted_and_verified() {
    let key = TestKey::shared();
    let verifier = TokenVerifier::builder().jwt_key(key.public_key_pem());
    let claims = verifier.build().unwrap().verify(&token()).await.unwrap();
    assert_eq!(claims.user_id(), "user_1");
}

#[tokio::test]
async fn requests_are_authenticated() {
    let authenticator = testing::authenticator(TestKey::shared());
    let request = http::Request::get("https://app.example.com/")
        .header("authorization", format!("Bearer {}", token()));
    let (request, ()) = request.body(()).unwrap().into_parts();
    let state = authenticator.authenticate(&request).await.unwrap();
    assert_eq!(state.auth().user_id(), Some("user_1"));
}
