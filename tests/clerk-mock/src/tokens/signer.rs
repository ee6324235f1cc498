//! The key pair of a mock, and its signatures.

use std::fmt;
use std::sync::OnceLock;

use aws_lc_rs::encoding::{AsDer, PublicKeyX509Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::{KeyPair as _, RSA_PKCS1_SHA256};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use super::{Category, CustomKey};
use crate::instances::identifier;
use crate::samples::random::Random;

/// Signs tokens. The key is generated when it is first needed. It is new for each mock, whatever its seed.
pub(crate) struct Signer {
    key_id: String,
    issuer: String,
    key: OnceLock<Key>,
}

struct Key {
    pair: KeyPair,
    modulus: String,
    exponent: String,
    pem: String,
}

impl Signer {
    pub(crate) fn new(seed: u64, frontend_api: &str) -> Self {
        Self {
            key_id: identifier("instance", Random::new(seed).branch("signing key")),
            issuer: format!("https://{frontend_api}"),
            key: OnceLock::new(),
        }
    }

    pub(crate) fn issuer(&self) -> &str {
        &self.issuer
    }

    /// Signs claims. The token is in the compact form of RFC 7515.
    pub(crate) fn sign(&self, category: Category, claims: &Value) -> String {
        let message = self.message("RS256", category, claims);
        let pair = &self.key().pair;
        let mut signature = vec![0; pair.public_modulus_len()];
        // It fails for wrong lengths and without a source of random numbers.
        pair.sign(
            &RSA_PKCS1_SHA256,
            &SystemRandom::new(),
            message.as_bytes(),
            &mut signature,
        )
        .expect("an RSA key of 2048 bits signs any message");
        format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature))
    }

    /// [`sign`](Self::sign), with the custom key of a template.
    pub(crate) fn sign_with(&self, key: &CustomKey, category: Category, claims: &Value) -> String {
        let message = self.message(key.algorithm(), category, claims);
        let signature = key.sign(message.as_bytes());
        format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature))
    }

    fn message(&self, algorithm: &str, category: Category, claims: &Value) -> String {
        let header = json!({
            "alg": algorithm,
            "cat": category.id(),
            "kid": self.key_id,
            "typ": "JWT",
        });
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        format!("{}.{}", part(&header), part(claims))
    }

    /// The public key as a JSON Web Key Set (RFC 7517).
    pub(crate) fn jwks(&self) -> Value {
        let key = self.key();
        json!({ "keys": [{
            "use": "sig",
            "kty": "RSA",
            "kid": self.key_id,
            "alg": "RS256",
            "n": key.modulus,
            "e": key.exponent,
        }] })
    }

    /// The public key as PEM.
    pub(crate) fn public_key_pem(&self) -> &str {
        &self.key().pem
    }

    fn key(&self) -> &Key {
        self.key.get_or_init(|| {
            let pair = KeyPair::generate(KeySize::Rsa2048)
                .expect("the system has random numbers for an RSA key");
            let public = pair.public_key();
            let der: PublicKeyX509Der<'_> = public
                .as_der()
                .expect("the public part of an RSA key has a DER form");
            Key {
                modulus: URL_SAFE_NO_PAD.encode(public.modulus().big_endian_without_leading_zero()),
                exponent: URL_SAFE_NO_PAD
                    .encode(public.exponent().big_endian_without_leading_zero()),
                pem: pem(der.as_ref()),
                pair,
            }
        })
    }
}

impl fmt::Debug for Signer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Signer({})", self.key_id)
    }
}

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
