//! What all tests need: keys, tokens of any form, and a Clerk on loopback.

use std::future::Future;
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::{RSA_PKCS1_SHA256, RsaEncoding};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use clerk_api::RetryPolicy;
use clerk_auth::testing::TestKey;
use clerk_auth::{
    Authenticator, AuthenticatorBuilder, RequestState, SessionClaims, TokenError, TokenVerifier,
    TokenVerifierBuilder,
};
use http::request::Parts;
use serde_json::{Value, json};
use test_support::{Recorded, Reply, Server};

pub(crate) const SECRET_KEY: &str = "sk_live_of_the_safety_tests";
/// Of `clerk.example.com`, in production and in development.
pub(crate) const LIVE: &str = "pk_live_Y2xlcmsuZXhhbXBsZS5jb20k";
pub(crate) const DEVELOPMENT: &str = "pk_test_Y2xlcmsuZXhhbXBsZS5jb20k";
pub(crate) const DEVELOPMENT_SECRET_KEY: &str = "sk_test_of_the_safety_tests";
pub(crate) const FRONTEND_API: &str = "clerk.example.com";

/// A key pair that also signs malformed tokens.
pub(crate) struct Signer {
    pair: KeyPair,
    pub(crate) key: TestKey,
}

impl Signer {
    fn generate() -> Self {
        let pair = KeyPair::generate(KeySize::Rsa2048).unwrap();
        let der: Pkcs8V1Der<'_> = pair.as_der().unwrap();
        let key = TestKey::from_der(der.as_ref()).unwrap();
        Self { pair, key }
    }

    /// The key of the instance under test.
    pub(crate) fn own() -> &'static Self {
        static OWN: OnceLock<Signer> = OnceLock::new();
        OWN.get_or_init(Self::generate)
    }

    /// Another key with the same key id.
    pub(crate) fn foreign() -> &'static Self {
        static OTHER: OnceLock<Signer> = OnceLock::new();
        OTHER.get_or_init(Self::generate)
    }

    pub(crate) fn token(&self) -> String {
        self.key.session_token("user_1").mint()
    }

    /// A token of this key with another key id.
    pub(crate) fn token_of(&self, key_id: &str) -> String {
        self.key.session_token("user_1").key_id(key_id).mint()
    }

    pub(crate) fn signature(&self, encoding: &'static dyn RsaEncoding, message: &str) -> Vec<u8> {
        let mut signature = vec![0; self.pair.public_modulus_len()];
        self.pair
            .sign(
                encoding,
                &SystemRandom::new(),
                message.as_bytes(),
                &mut signature,
            )
            .unwrap();
        signature
    }

    /// A token of these texts with a valid RS256 signature.
    pub(crate) fn raw(&self, header: &str, claims: &str) -> String {
        let message = unsigned(header, claims);
        let signature = self.signature(&RSA_PKCS1_SHA256, &message);
        with_signature(&message, &signature)
    }

    /// The public key in DER.
    pub(crate) fn public_der(&self) -> Vec<u8> {
        let lines = self.key.public_key_pem().lines();
        let text: String = lines.filter(|line| !line.starts_with("-----")).collect();
        base64::engine::general_purpose::STANDARD
            .decode(text)
            .unwrap()
    }

    pub(crate) fn jwk(&self) -> Value {
        self.key.jwks()["keys"][0].clone()
    }

    pub(crate) fn jwk_of(&self, key_id: &str) -> Value {
        let mut jwk = self.jwk();
        jwk["kid"] = key_id.into();
        jwk
    }

    /// A verifier with this key, without a network.
    pub(crate) fn verifier(&self) -> TokenVerifier {
        let builder = TokenVerifier::builder().jwt_key(self.key.public_key_pem());
        builder.build().unwrap()
    }

    /// An authenticator with this key, without a network.
    pub(crate) fn authenticator(&self) -> AuthenticatorBuilder {
        Authenticator::builder()
            .secret_key(SECRET_KEY)
            .publishable_key(LIVE)
            .jwt_key(self.key.public_key_pem())
    }

    /// The same in development.
    pub(crate) fn development(&self) -> AuthenticatorBuilder {
        self.authenticator()
            .secret_key(DEVELOPMENT_SECRET_KEY)
            .publishable_key(DEVELOPMENT)
    }
}

/// Header and claims, encoded.
pub(crate) fn unsigned(header: &str, claims: &str) -> String {
    let [header, claims] = [header, claims].map(|part| URL_SAFE_NO_PAD.encode(part));
    format!("{header}.{claims}")
}

pub(crate) fn with_signature(message: &str, signature: &[u8]) -> String {
    format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature))
}

/// Claims of a session that is valid now, as JSON.
pub(crate) fn claims() -> Value {
    let now = clerk_auth::Clock::system().now() / 1000;
    json!({
        "iss": format!("https://{FRONTEND_API}"), "sub": "user_1", "sid": "sess_1", "v": 2,
        "iat": now, "nbf": now - 10, "exp": now + 60,
    })
}

/// The header of a session token, with members added or replaced.
pub(crate) fn header(changes: Value) -> String {
    let mut header = json!({
        "alg": "RS256", "typ": "JWT", "kid": "ins_test", "cat": "cl_B7d4PD111AAA",
    });
    for (name, value) in changes.as_object().unwrap() {
        header[name] = value.clone();
    }
    header.to_string()
}

/// A fake Clerk on loopback whose response a test can change.
pub(crate) struct Clerk {
    server: Server,
    reply: Arc<Mutex<Reply>>,
}

impl Clerk {
    pub(crate) fn answering(reply: Reply) -> Self {
        let reply = Arc::new(Mutex::new(reply));
        let current = Arc::clone(&reply);
        let server = Server::answering(move |_| current.lock().unwrap().clone());
        Self { server, reply }
    }

    /// With these keys.
    pub(crate) fn with(keys: impl IntoIterator<Item = Value>) -> Self {
        Self::answering(set(keys))
    }

    pub(crate) fn now_answers(&self, reply: Reply) {
        *self.reply.lock().unwrap() = reply;
    }

    /// The number of received requests.
    pub(crate) fn requests(&self) -> usize {
        self.server.requests().len()
    }

    pub(crate) fn connections(&self) -> usize {
        self.server.connections()
    }

    pub(crate) fn recorded(&self) -> Vec<Recorded> {
        self.server.requests()
    }

    pub(crate) fn verifier(&self) -> TokenVerifierBuilder {
        TokenVerifier::builder()
            .secret_key(SECRET_KEY)
            .api_url(self.server.url())
    }

    /// A verifier that fetches keys without a retry.
    pub(crate) fn verifier_without_retries(&self) -> TokenVerifierBuilder {
        let client = clerk_api::Clerk::builder()
            .secret_key(SECRET_KEY)
            .base_url(self.server.url())
            .retry(RetryPolicy::none());
        TokenVerifier::builder().backend(Arc::new(client.build().unwrap()))
    }

    pub(crate) fn authenticator(&self) -> AuthenticatorBuilder {
        Authenticator::builder()
            .secret_key(SECRET_KEY)
            .publishable_key(LIVE)
            .api_url(self.server.url())
    }

    /// Waits until this many requests have been received, with a generous limit.
    pub(crate) async fn has_received(&self, requests: usize) {
        eventually(|| self.requests() >= requests).await;
    }
}

/// The response with these keys.
pub(crate) fn set(keys: impl IntoIterator<Item = Value>) -> Reply {
    let keys: Vec<Value> = keys.into_iter().collect();
    Reply::json(200, json!({ "keys": keys }))
}

/// Waits until a condition holds, and fails if it never does.
pub(crate) async fn eventually(holds: impl Fn() -> bool) {
    let waiting = async {
        while !holds() {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    };
    in_time(waiting).await;
}

/// Fails if the future hangs, with a generous limit.
pub(crate) async fn in_time<T>(work: impl Future<Output = T>) -> T {
    let limit = Duration::from_secs(30);
    tokio::time::timeout(limit, work).await.expect("it ends")
}

/// Advances the clock of keys and caches. Only while nothing is under way.
pub(crate) async fn later(duration: Duration) {
    tokio::time::pause();
    tokio::time::advance(duration).await;
    tokio::time::resume();
}

pub(crate) const fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// The reason for rejecting a token.
pub(crate) fn reason(verified: Result<Arc<SessionClaims>, TokenError>) -> String {
    match verified {
        Ok(claims) => panic!("accepted: {claims:?}"),
        Err(error) => error.reason().as_str().to_owned(),
    }
}

/// A page load by a browser.
pub(crate) fn page(address: &str, headers: &[(&str, &str)]) -> Parts {
    let headers = headers
        .iter()
        .map(|(name, value)| (*name, value.as_bytes()));
    request(
        address,
        [("sec-fetch-dest", &b"document"[..])]
            .into_iter()
            .chain(headers),
    )
}

pub(crate) fn request<'h>(
    address: &str,
    headers: impl IntoIterator<Item = (&'h str, &'h [u8])>,
) -> Parts {
    let mut builder = http::Request::get(address);
    for (name, value) in headers {
        builder = builder.header(name, value);
    }
    builder.body(()).unwrap().into_parts().0
}

pub(crate) fn with_token(token: &str) -> Parts {
    let value = format!("Bearer {token}");
    request(
        "https://app.example.com/",
        [("authorization", value.as_bytes())],
    )
}

pub(crate) async fn state(authenticator: &Authenticator, request: &Parts) -> RequestState {
    authenticator.authenticate(request).await.unwrap()
}

/// No header contains a line break, and headers with URLs contain one URL.
pub(crate) fn is_sound(state: &RequestState) {
    for (name, value) in state.headers() {
        let value = value.as_bytes();
        assert!(
            !value.contains(&b'\r') && !value.contains(&b'\n'),
            "{name}: {value:?}"
        );
    }
    assert!(state.headers().get_all("location").iter().count() <= 1);
}

pub(crate) fn why(state: &RequestState) -> &str {
    state.reason().map_or("", |reason| reason.as_str())
}

pub(crate) const fn milliseconds(milliseconds: u64) -> Duration {
    Duration::from_millis(milliseconds)
}
