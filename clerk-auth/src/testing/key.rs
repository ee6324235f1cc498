//! A key pair that signs tokens, and its public key in the forms that verifiers want.

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
use crate::token::InvalidKey;

/// The key id of keys that are given no other.
const KEY_ID: &str = "ins_test";

/// An RSA key pair that signs tokens as Clerk does, and hands out its public key.
pub struct TestKey {
    key_id: String,
    signing: EncodingKey,
    modulus: String,
    exponent: String,
    pem: String,
}

impl TestKey {
    /// A new key of 2048 bits. It takes a while; [`TestKey::shared`] takes it once.
    pub fn generate() -> Self {
        let pair = KeyPair::generate(KeySize::Rsa2048)
            .expect("the system has random numbers for an RSA key");
        let pkcs8: Pkcs8V1Der<'_> = pair.as_der().expect("an RSA key has a DER form");
        let pkcs1 = pkcs8::private_key(pkcs8.as_ref()).expect("it was just made");
        Self::new(&pair, pkcs1)
    }

    /// One key for the whole process, made when it is first needed.
    pub fn shared() -> &'static Self {
        static SHARED: OnceLock<TestKey> = OnceLock::new();
        SHARED.get_or_init(Self::generate)
    }

    /// A key from DER: PKCS#8 or PKCS#1. It is the same in every run.
    ///
    /// # Errors
    ///
    /// If it is no RSA private key.
    pub fn from_der(der: &[u8]) -> Result<Self, InvalidKey> {
        let pkcs1 = pkcs8::private_key(der).unwrap_or(der);
        let pair = KeyPair::from_der(pkcs1).map_err(|_| InvalidKey::no_private_key())?;
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

    /// The same key under another id.
    #[must_use]
    pub fn with_key_id(mut self, key_id: impl Into<String>) -> Self {
        self.key_id = key_id.into();
        self
    }

    /// The key id that tokens name (`kid`): `ins_test` unless another is given.
    pub fn key_id(&self) -> &str {
        &self.key_id
    }

    /// The public key as PEM, for `jwt_key`.
    pub fn public_key_pem(&self) -> &str {
        &self.pem
    }

    /// The public key as a JSON Web Key Set (RFC 7517), as the API answers it.
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

    /// A session token of a user.
    pub fn session_token(&self, user_id: impl Into<String>) -> TestToken<'_> {
        TestToken::session(self, user_id.into())
    }

    /// A JWT of a machine (`mch_…`).
    pub fn m2m_token(&self, machine_id: impl Into<String>) -> TestToken<'_> {
        TestToken::m2m(self, machine_id.into())
    }

    /// An OAuth access token that is a JWT, of a user and for a client.
    pub fn oauth_token(
        &self,
        user_id: impl Into<String>,
        client_id: impl Into<String>,
    ) -> TestToken<'_> {
        TestToken::oauth(self, user_id.into(), client_id.into())
    }

    /// A token as a handshake brings it, with these `Set-Cookie` lines.
    pub fn handshake_token(
        &self,
        cookies: impl IntoIterator<Item = impl Into<String>>,
    ) -> TestToken<'_> {
        TestToken::handshake(self, cookies.into_iter().map(Into::into).collect())
    }

    /// A token of this header and these claims, in the compact form of RFC 7515.
    ///
    /// It is signed as `alg` says: `RS256`, `RS384` and `RS512` with the key; `HS256` with the
    /// public key's PEM as the secret, which no verifier may accept; `none` not at all; and anything
    /// else as `RS256`.
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

/// The provider is named: the one of the process panics as soon as another crate turns on a second.
fn signature(message: &str, algorithm: Algorithm, key: &EncodingKey) -> Vec<u8> {
    (aws_lc::DEFAULT_PROVIDER.signer_factory)(&algorithm, key)
        .expect("the key is of the algorithm's family")
        .try_sign(message.as_bytes())
        .expect("the key was checked when it was made")
}

/// The PEM form of a SubjectPublicKeyInfo.
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
