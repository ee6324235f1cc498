//! A key pair that signs tokens, and its public key in the forms that verifiers need.

use std::fmt;
use std::sync::OnceLock;

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der, PublicKeyX509Der};
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::KeyPair as _;
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jsonwebtoken::crypto::aws_lc;
use jsonwebtoken::{Algorithm, EncodingKey};
use serde_json::{Map, Value, json};

use super::pkcs8;
use super::token::TestToken;
use crate::token::KeyError;

/// The default key id.
const KEY_ID: &str = "ins_test";

/// An RSA key pair that signs tokens as Clerk does.
#[derive(Clone)]
#[doc(alias("mock jwks", "test token"))]
pub struct TestKey {
    key_id: String,
    signing: EncodingKey,
    modulus: String,
    exponent: String,
    pem: String,
}

impl TestKey {
    /// Generates a new key of 2048 bits, which takes a while. [`TestKey::shared`] does so once per process.
    ///
    /// # Panics
    ///
    /// If the operating system provides no randomness.
    #[must_use]
    pub fn generate() -> Self {
        let pair = KeyPair::generate(KeySize::Rsa2048)
            .expect("the system has random numbers for an RSA key");
        let pkcs8: Pkcs8V1Der<'_> = pair.as_der().expect("an RSA key has a DER form");
        let pkcs1 = pkcs8::private_key(pkcs8.as_ref()).expect("it was just created");
        Self::new(&pair, pkcs1)
    }

    /// Returns the key of the process, which is generated on first use.
    pub fn shared() -> &'static Self {
        static SHARED: OnceLock<TestKey> = OnceLock::new();
        SHARED.get_or_init(Self::generate)
    }

    /// Reads a private key from DER, in PKCS#8 or PKCS#1. Use it to have the same key in every run.
    ///
    /// # Errors
    ///
    /// If it is not an RSA private key.
    pub fn from_der(der: &[u8]) -> Result<Self, KeyError> {
        let pkcs1 = pkcs8::private_key(der).unwrap_or(der);
        let pair = KeyPair::from_der(pkcs1).map_err(|_| KeyError::no_private_key())?;
        Ok(Self::new(&pair, pkcs1))
    }

    fn new(pair: &KeyPair, pkcs1: &[u8]) -> Self {
        let public = pair.public_key();
        let der: PublicKeyX509Der<'_> = public
            .as_der()
            .expect("the public part of an RSA key has a DER form");
        Self {
            key_id: KEY_ID.to_owned(),
            signing: EncodingKey::from_rsa_der(pkcs1),
            modulus: URL_SAFE_NO_PAD.encode(public.modulus().big_endian_without_leading_zero()),
            exponent: URL_SAFE_NO_PAD.encode(public.exponent().big_endian_without_leading_zero()),
            pem: pem(der.as_ref()),
        }
    }

    /// Sets the key id (`kid`).
    #[must_use]
    pub fn with_key_id(mut self, key_id: impl Into<String>) -> Self {
        self.key_id = key_id.into();
        self
    }

    /// Returns the key id of the tokens (`kid`). Default: `ins_test`.
    pub fn key_id(&self) -> &str {
        &self.key_id
    }

    /// Returns the public key as PEM, for `jwt_key`.
    pub fn public_key_pem(&self) -> &str {
        &self.pem
    }

    /// Returns the public key as a JSON Web Key Set (RFC 7517), as the API does.
    pub fn jwks(&self) -> Value {
        json!({ "keys": [{
            "use": "sig",
            "kty": "RSA",
            "kid": self.key_id,
            "alg": "RS256",
            "n": self.modulus,
            "e": self.exponent,
        }] })
    }

    /// Creates a session token for a user.
    pub fn session_token(&self, user_id: impl Into<String>) -> TestToken<'_> {
        TestToken::session(self, user_id.into())
    }

    /// Creates an M2M token in JWT format for a machine (`mch_…`).
    pub fn m2m_token(&self, machine_id: impl Into<String>) -> TestToken<'_> {
        TestToken::m2m(self, machine_id.into())
    }

    /// Creates an OAuth access token in JWT format for a user and an OAuth client.
    pub fn oauth_token(
        &self,
        user_id: impl Into<String>,
        client_id: impl Into<String>,
    ) -> TestToken<'_> {
        TestToken::oauth(self, user_id.into(), client_id.into())
    }

    /// Creates a handshake token with these `Set-Cookie` values.
    pub fn handshake_token(
        &self,
        cookies: impl IntoIterator<Item = impl Into<String>>,
    ) -> TestToken<'_> {
        TestToken::handshake(self, cookies.into_iter().map(Into::into).collect())
    }

    /// Signs a token with this header and these claims, in the compact serialization of RFC 7515.
    ///
    /// `alg` selects the signature: `RS256`, `RS384` and `RS512` use the key; `HS256` uses the public key's
    /// PEM as the secret, which no verifier may accept; `none` leaves the token unsigned; anything else is
    /// signed as `RS256`.
    pub fn sign(&self, header: &Map<String, Value>, claims: &Map<String, Value>) -> String {
        let part = |part: &Map<String, Value>| {
            URL_SAFE_NO_PAD.encode(Value::from(part.clone()).to_string())
        };
        let message = format!("{}.{}", part(header), part(claims));
        let signature = match header.get("alg").and_then(Value::as_str) {
            Some("none") => Vec::new(),
            Some("HS256") => {
                let secret = EncodingKey::from_secret(self.pem.as_bytes());
                signature(&message, Algorithm::HS256, &secret)
            }
            Some("RS384") => signature(&message, Algorithm::RS384, &self.signing),
            Some("RS512") => signature(&message, Algorithm::RS512, &self.signing),
            _ => signature(&message, Algorithm::RS256, &self.signing),
        };
        format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature))
    }
}

impl fmt::Debug for TestKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "TestKey({})", self.key_id)
    }
}

/// The provider is explicit: the default of the process panics if another crate enables a second one.
fn signature(message: &str, algorithm: Algorithm, key: &EncodingKey) -> Vec<u8> {
    (aws_lc::DEFAULT_PROVIDER.signer_factory)(&algorithm, key)
        .expect("the key is of the algorithm's family")
        .try_sign(message.as_bytes())
        .expect("the key was validated when it was created")
}

/// The PEM of a SubjectPublicKeyInfo.
fn pem(der: &[u8]) -> String {
    let mut text = "-----BEGIN PUBLIC KEY-----\n".to_owned();
    // Three bytes are four characters, so lines of 48 bytes join without padding between them.
    for line in der.chunks(48) {
        text.push_str(&STANDARD.encode(line));
        text.push('\n');
    }
    text.push_str("-----END PUBLIC KEY-----\n");
    text
}
