//! A parsed public key.

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

/// An RSA public key of 2048 to 8192 bits that verifies RS256, RS384 and RS512, or only the algorithm of its
/// JSON Web Key.
#[derive(Clone)]
pub struct VerifyingKey {
    rs256: ParsedPublicKey,
    rs384: ParsedPublicKey,
    rs512: ParsedPublicKey,
    only: Option<Algorithm>,
}

/// Why a key is invalid. It does not contain the key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyError(&'static str);

/// The accepted algorithms, all RSASSA-PKCS1-v1_5 (RFC 7518, section 3.3).
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
    /// Parses a PEM, as shown in the Clerk Dashboard (API keys, JWKS public key). White space is ignored, and
    /// the `BEGIN` and `END` lines are optional.
    ///
    /// # Errors
    ///
    /// If it is not an RSA public key of 2048 to 8192 bits.
    pub fn from_pem(pem: &str) -> Result<Self, KeyError> {
        if pem.contains("PRIVATE KEY") {
            return Err(KeyError("it is a private key; use the public key"));
        }
        let mut text = pem.replace("\\n", "\n");
        for label in ["PUBLIC KEY", "RSA PUBLIC KEY"] {
            for end in ["BEGIN", "END"] {
                text = text.replace(&format!("-----{end} {label}-----"), "");
            }
        }
        text.retain(|character| !character.is_whitespace());
        if text.is_empty() {
            return Err(KeyError("it is empty"));
        }
        if text.contains("-----") {
            return Err(KeyError("it is a PEM of something other than a public key"));
        }
        let der = BASE64.decode(&text).map_err(|_| KeyError(not_pem(&text)))?;
        Self::from_der(&der)
    }

    /// Creates a key from its modulus and exponent in base64url, as in a JSON Web Key (RFC 7518, section
    /// 6.3.1).
    ///
    /// # Errors
    ///
    /// If the result is not an RSA public key of 2048 to 8192 bits.
    pub fn from_components(modulus: &str, exponent: &str) -> Result<Self, KeyError> {
        let number = |text: &str| {
            BASE64URL
                .decode(text)
                .map(|bytes| {
                    let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
                    bytes[zeros..].to_vec()
                })
                .map_err(|_| KeyError("its modulus or exponent is not valid base64url"))
        };
        let der = RsaPublicKeyComponents {
            n: number(modulus)?,
            e: number(exponent)?,
        }
        .as_der()
        .map_err(|_| KeyError(NOT_RSA))?;
        Self::from_der(der.as_ref())
    }

    /// Parses DER: a SubjectPublicKeyInfo or an RSAPublicKey.
    fn from_der(der: &[u8]) -> Result<Self, KeyError> {
        // aws-lc-rs parses keys of any size, and then rejects every signature.
        if !(2048..=8192).contains(&bits(der)?) {
            return Err(KeyError(NOT_RSA));
        }
        let parse = |parameters: &'static RsaParameters| {
            ParsedPublicKey::new(parameters, der).map_err(|_| KeyError(NOT_RSA))
        };
        Ok(Self {
            rs256: parse(&RSA_PKCS1_2048_8192_SHA256)?,
            rs384: parse(&RSA_PKCS1_2048_8192_SHA384)?,
            rs512: parse(&RSA_PKCS1_2048_8192_SHA512)?,
            only: None,
        })
    }

    /// Restricts the key to the algorithm of its JSON Web Key.
    ///
    /// # Errors
    ///
    /// If the algorithm is not RS256, RS384 or RS512.
    pub(crate) fn for_algorithm(mut self, stated: Option<&str>) -> Result<Self, KeyError> {
        self.only = match stated {
            None => None,
            Some(name) => Some(Algorithm::named(name).ok_or(KeyError(
                "it is for an algorithm other than RS256, RS384 and RS512",
            ))?),
        };
        Ok(self)
    }

    /// The only algorithm that the key is for, if any.
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

/// Describes a text that is not a PEM, with the fix.
fn not_pem(text: &str) -> &'static str {
    const QUOTES: [char; 3] = ['"', '\'', '`'];
    if text.starts_with(QUOTES) || text.ends_with(QUOTES) {
        "it is in quotes; remove them"
    } else if text.starts_with('{') {
        "it is a JSON Web Key; use the PEM"
    } else if ["sk_", "pk_", "whsec_", "ak_"]
        .iter()
        .any(|prefix| text.starts_with(prefix))
    {
        "it is a key of another kind; use the PEM"
    } else if text.starts_with("http") {
        "it is a URL; use the PEM itself"
    } else {
        "it is not PEM; copy it again"
    }
}

/// The number of bits of a key's modulus.
fn bits(der: &[u8]) -> Result<u32, KeyError> {
    let key = PublicKey::from_der(der).map_err(|_| KeyError(NOT_RSA))?;
    let modulus = key.modulus().big_endian_without_leading_zero();
    let zeros = modulus.first().map_or(0, |byte| byte.leading_zeros());
    let bits = u32::try_from(modulus.len()).map_or(u32::MAX, |bytes| bytes.saturating_mul(8));
    Ok(bits.saturating_sub(zeros))
}

#[cfg(feature = "testing")]
impl KeyError {
    pub(crate) fn no_private_key() -> Self {
        Self("it is not an RSA private key in DER (PKCS#8 or PKCS#1)")
    }
}

const NOT_RSA: &str = "it is not an RSA public key of 2048 to 8192 bits";

impl fmt::Debug for VerifyingKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("VerifyingKey(RSA)")
    }
}

impl fmt::Display for KeyError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.0)
    }
}

impl std::error::Error for KeyError {}
