//! A public key that is parsed once.

use std::fmt;

use aws_lc_rs::encoding::AsDer;
use aws_lc_rs::rsa::PublicKey;
use aws_lc_rs::signature::{
    ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_2048_8192_SHA384,
    RSA_PKCS1_2048_8192_SHA512, RsaParameters, RsaPublicKeyComponents,
};
use base64::Engine;
use base64::alphabet::{STANDARD, URL_SAFE};
use base64::engine::general_purpose::GeneralPurpose;
use base64::engine::{DecodePaddingMode, GeneralPurposeConfig};

/// An RSA public key of 2048 to 8192 bits that verifies RS256, RS384 and RS512, or only the one of them
/// that its JSON Web Key states.
pub struct VerifyingKey {
    rs256: ParsedPublicKey,
    rs384: ParsedPublicKey,
    rs512: ParsedPublicKey,
    only: Option<Algorithm>,
}

/// Why a key cannot be used. It does not hold the key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidKey(&'static str);

/// The algorithms that are accepted, all RSASSA-PKCS1-v1_5 (RFC 7518, section 3.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Algorithm {
    Rs256,
    Rs384,
    Rs512,
}

impl Algorithm {
    pub(crate) fn named(name: &str) -> Option<Self> {
        match name {
            "RS256" => Some(Self::Rs256),
            "RS384" => Some(Self::Rs384),
            "RS512" => Some(Self::Rs512),
            _ => None,
        }
    }

    fn as_str(self) -> &'static str {
        match self {
            Self::Rs256 => "RS256",
            Self::Rs384 => "RS384",
            Self::Rs512 => "RS512",
        }
    }
}

impl fmt::Display for Algorithm {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

const LENIENT: GeneralPurposeConfig = GeneralPurposeConfig::new()
    .with_decode_allow_trailing_bits(true)
    .with_decode_padding_mode(DecodePaddingMode::Indifferent);
const BASE64: GeneralPurpose = GeneralPurpose::new(&STANDARD, LENIENT);
const BASE64URL: GeneralPurpose = GeneralPurpose::new(&URL_SAFE, LENIENT);

impl VerifyingKey {
    /// A key from the PEM text that the Clerk Dashboard shows (API keys → JWKS public key). White
    /// space is ignored, and the lines that begin and end a PEM may be missing.
    ///
    /// # Errors
    ///
    /// If it is no RSA public key of 2048 to 8192 bits.
    pub fn from_pem(pem: &str) -> Result<Self, InvalidKey> {
        if pem.contains("PRIVATE KEY") {
            return Err(InvalidKey(
                "it is a private key; give the public one, which the Clerk Dashboard shows under API keys",
            ));
        }
        let mut text = pem.replace("\\n", "\n");
        for label in ["PUBLIC KEY", "RSA PUBLIC KEY"] {
            for end in ["BEGIN", "END"] {
                text = text.replace(&format!("-----{end} {label}-----"), "");
            }
        }
        text.retain(|character| !character.is_whitespace());
        if text.is_empty() {
            return Err(InvalidKey("it is empty"));
        }
        if text.contains("-----") {
            return Err(InvalidKey(
                "it is a PEM of something other than a public key",
            ));
        }
        let der = BASE64
            .decode(&text)
            .map_err(|_| InvalidKey(not_pem(&text)))?;
        Self::from_der(&der)
    }

    /// A key from its modulus and exponent in base64url, as a JSON Web Key has them (RFC 7518,
    /// section 6.3.1).
    ///
    /// # Errors
    ///
    /// If they do not make an RSA public key of 2048 to 8192 bits.
    pub fn from_components(modulus: &str, exponent: &str) -> Result<Self, InvalidKey> {
        let number = |text: &str| {
            BASE64URL
                .decode(text)
                .map(|bytes| {
                    let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
                    bytes[zeros..].to_vec()
                })
                .map_err(|_| InvalidKey("its numbers are not in base64url"))
        };
        let der = RsaPublicKeyComponents {
            n: number(modulus)?,
            e: number(exponent)?,
        }
        .as_der()
        .map_err(|_| InvalidKey(NOT_RSA))?;
        Self::from_der(der.as_ref())
    }

    /// A key from DER: a SubjectPublicKeyInfo or an RSAPublicKey.
    fn from_der(der: &[u8]) -> Result<Self, InvalidKey> {
        // aws-lc-rs parses keys of any size, and then refuses every signature.
        if !(2048..=8192).contains(&bits(der)?) {
            return Err(InvalidKey(NOT_RSA));
        }
        let parse = |parameters: &'static RsaParameters| {
            ParsedPublicKey::new(parameters, der).map_err(|_| InvalidKey(NOT_RSA))
        };
        Ok(Self {
            rs256: parse(&RSA_PKCS1_2048_8192_SHA256)?,
            rs384: parse(&RSA_PKCS1_2048_8192_SHA384)?,
            rs512: parse(&RSA_PKCS1_2048_8192_SHA512)?,
            only: None,
        })
    }

    /// The same key, for nothing but the algorithm that its JSON Web Key states.
    ///
    /// # Errors
    ///
    /// If it states another than RS256, RS384 and RS512.
    pub(crate) fn for_algorithm(mut self, stated: Option<&str>) -> Result<Self, InvalidKey> {
        self.only = match stated {
            None => None,
            Some(name) => Some(Algorithm::named(name).ok_or(InvalidKey(
                "it is for an algorithm other than RS256, RS384 and RS512",
            ))?),
        };
        Ok(self)
    }

    /// The only algorithm that the key is for, if it states one.
    pub(crate) fn only_algorithm(&self) -> Option<Algorithm> {
        self.only
    }

    pub(crate) fn verifies(&self, algorithm: Algorithm, message: &[u8], signature: &[u8]) -> bool {
        let key = match algorithm {
            Algorithm::Rs256 => &self.rs256,
            Algorithm::Rs384 => &self.rs384,
            Algorithm::Rs512 => &self.rs512,
        };
        key.verify_sig(message, signature).is_ok()
    }
}

/// What a text is that should be a PEM.
fn not_pem(text: &str) -> &'static str {
    if text.starts_with('{') {
        "it is a JSON Web Key; give the PEM"
    } else if ["sk_", "pk_", "whsec_", "ak_"]
        .iter()
        .any(|prefix| text.starts_with(prefix))
    {
        "it is a key of another kind; give the PEM"
    } else if text.starts_with("http") {
        "it is a URL; give the PEM itself"
    } else {
        "it is not PEM; copy it again"
    }
}

/// How many bits the modulus of a key has.
fn bits(der: &[u8]) -> Result<u32, InvalidKey> {
    let key = PublicKey::from_der(der).map_err(|_| InvalidKey(NOT_RSA))?;
    let modulus = key.modulus().big_endian_without_leading_zero();
    let zeros = modulus.first().map_or(0, |byte| byte.leading_zeros());
    let bits = u32::try_from(modulus.len()).map_or(u32::MAX, |bytes| bytes.saturating_mul(8));
    Ok(bits.saturating_sub(zeros))
}

#[cfg(feature = "testing")]
impl InvalidKey {
    pub(crate) fn no_private_key() -> Self {
        Self("it is no RSA private key in DER, neither PKCS#8 nor PKCS#1")
    }
}

const NOT_RSA: &str = "it is not an RSA public key of 2048 to 8192 bits";

impl fmt::Debug for VerifyingKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("VerifyingKey(RSA)")
    }
}

impl fmt::Display for InvalidKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.0)
    }
}

impl std::error::Error for InvalidKey {}
