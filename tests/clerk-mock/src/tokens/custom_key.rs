//! Custom keys of JWT templates.

use aws_lc_rs::hmac;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeyPair;
use aws_lc_rs::signature::{RSA_PKCS1_SHA256, RSA_PKCS1_SHA384, RSA_PKCS1_SHA512, RsaEncoding};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// A key with its algorithm.
pub(crate) struct CustomKey {
    algorithm: String,
    kind: Kind,
}

enum Kind {
    Secret(Box<hmac::Key>),
    Private(Box<KeyPair>, &'static dyn RsaEncoding),
}

impl CustomKey {
    /// Supports HS256, HS384 and HS512 with any secret, and RS256, RS384 and RS512 with a private key in PEM. An
    /// error names the invalid parameter and what is wrong.
    pub(crate) fn new(algorithm: &str, key: &str) -> Result<Self, (&'static str, String)> {
        let secret = |algorithm| {
            Ok(Kind::Secret(Box::new(hmac::Key::new(
                algorithm,
                key.as_bytes(),
            ))))
        };
        let private = |encoding| match private_key(key) {
            Some(pair) => Ok(Kind::Private(Box::new(pair), encoding)),
            None => Err((
                "signing_key",
                "The signing key is not an RSA private key in PEM.".to_owned(),
            )),
        };
        let kind = match algorithm {
            "HS256" => secret(hmac::HMAC_SHA256),
            "HS384" => secret(hmac::HMAC_SHA384),
            "HS512" => secret(hmac::HMAC_SHA512),
            "RS256" => private(&RSA_PKCS1_SHA256 as &dyn RsaEncoding),
            "RS384" => private(&RSA_PKCS1_SHA384 as &dyn RsaEncoding),
            "RS512" => private(&RSA_PKCS1_SHA512 as &dyn RsaEncoding),
            other => Err((
                "signing_algorithm",
                format!("This mock signs with HS256 to HS512 and RS256 to RS512, not {other}."),
            )),
        };
        Ok(Self {
            algorithm: algorithm.to_owned(),
            kind: kind?,
        })
    }

    pub(crate) fn algorithm(&self) -> &str {
        &self.algorithm
    }

    pub(crate) fn sign(&self, message: &[u8]) -> Vec<u8> {
        match &self.kind {
            Kind::Secret(key) => hmac::sign(key, message).as_ref().to_vec(),
            Kind::Private(pair, encoding) => {
                let mut signature = vec![0; pair.public_modulus_len()];
                // It fails for wrong lengths and without a source of random numbers.
                pair.sign(*encoding, &SystemRandom::new(), message, &mut signature)
                    .expect("an RSA key signs any message");
                signature
            }
        }
    }
}

fn private_key(pem: &str) -> Option<KeyPair> {
    let text: String = pem
        .lines()
        .filter(|line| !line.starts_with("-----"))
        .collect();
    let der = STANDARD.decode(text.trim()).ok()?;
    KeyPair::from_pkcs8(&der)
        .or_else(|_| KeyPair::from_der(&der))
        .ok()
}
