//! Decodes a token: three parts, base64url, JSON.

use base64::Engine;
use base64::alphabet::URL_SAFE;
use base64::engine::general_purpose::GeneralPurpose;
use base64::engine::{DecodePaddingMode, GeneralPurposeConfig};
use serde::Deserialize;

use super::error::TokenError;
use super::loose::Loose;
use crate::reason::Reason;

/// The longest token that is read, in bytes. A cookie can have 4 KiB, a header more.
pub(crate) const MAX_LENGTH: usize = 16 * 1024;
/// The longest header of a token, decoded; Clerk's have about 130 bytes.
const MAX_HEADER: usize = 2048;
/// Most payloads fit in here, decoded.
const USUAL_PAYLOAD: usize = 4096;
/// The longest signature, that of an RSA key of 8192 bits.
const MAX_SIGNATURE: usize = 1024;

/// Base64url, with or without padding. Unused trailing bits must be zero: otherwise one token would have
/// several spellings, and lists of tokens could be evaded.
const BASE64URL: GeneralPurpose = GeneralPurpose::new(
    &URL_SAFE,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// The parameters of the protected header that are used.
#[derive(Debug, Default, Deserialize)]
#[serde(default, bound(deserialize = "'de: 'a"))]
pub(crate) struct Header<'a> {
    pub(crate) alg: Loose<'a>,
    pub(crate) typ: Loose<'a>,
    pub(crate) kid: Loose<'a>,
    pub(crate) cat: Loose<'a>,
    pub(crate) crit: Loose<'a>,
}

/// A token in its three parts, still encoded.
pub(super) struct Parts<'t> {
    /// The signed text: header and payload, with the dot.
    pub(super) signed: &'t str,
    header: &'t str,
    payload: &'t str,
    signature: &'t str,
}

/// Buffers for a decoded header and signature, to avoid allocations.
pub(super) struct Scratch {
    header: [u8; MAX_HEADER],
    signature: [u8; MAX_SIGNATURE],
}

impl Scratch {
    pub(super) fn new() -> Self {
        Self {
            header: [0; MAX_HEADER],
            signature: [0; MAX_SIGNATURE],
        }
    }
}

impl<'t> Parts<'t> {
    pub(super) fn split(token: &'t str) -> Result<Self, TokenError> {
        if token.len() > MAX_LENGTH {
            return Err(TokenError::new(
                Reason::TOKEN_INVALID,
                format!(
                    "Invalid JWT form. The token has {} bytes; at most {MAX_LENGTH} are accepted.",
                    token.len()
                ),
            ));
        }
        let mut parts = token.split('.');
        match (parts.next(), parts.next(), parts.next(), parts.next()) {
            (Some(header), Some(payload), Some(signature), None) => Ok(Self {
                signed: &token[..header.len() + 1 + payload.len()],
                header,
                payload,
                signature,
            }),
            _ => Err(TokenError::new(
                Reason::TOKEN_INVALID,
                "Invalid JWT form. A JWT consists of three parts separated by dots.",
            )),
        }
    }

    /// The header, and the bytes of the signature.
    pub(super) fn decode<'s>(
        &self,
        scratch: &'s mut Scratch,
    ) -> Result<(Header<'s>, &'s [u8]), TokenError> {
        let header = decode_into(self.header, &mut scratch.header)?;
        let signature = decode_into(self.signature, &mut scratch.signature)?;
        Ok((json(header)?, signature))
    }

    /// The JSON of the payload.
    pub(super) fn payload(&self) -> Result<String, TokenError> {
        let mut bytes = Vec::with_capacity(base64::decoded_len_estimate(self.payload.len()));
        BASE64URL
            .decode_vec(self.payload, &mut bytes)
            .map_err(|_| undecodable())?;
        String::from_utf8(bytes).map_err(|_| undecodable())
    }

    /// Reads the payload without keeping it, without an allocation for tokens of usual size.
    pub(super) fn look_into<T>(
        &self,
        read: impl FnOnce(&[u8]) -> Result<T, TokenError>,
    ) -> Result<T, TokenError> {
        if base64::decoded_len_estimate(self.payload.len()) <= USUAL_PAYLOAD {
            read(decode_into(self.payload, &mut [0; USUAL_PAYLOAD])?)
        } else {
            read(self.payload()?.as_bytes())
        }
    }
}

/// Deserializes a part that is a JSON object.
pub(super) fn json<'a, T: Deserialize<'a>>(bytes: &'a [u8]) -> Result<T, TokenError> {
    std::str::from_utf8(bytes)
        .ok()
        // Serde would also accept a list, as the fields in their order.
        .filter(|text| text.trim_ascii_start().starts_with('{'))
        .and_then(|text| serde_json::from_str(text).ok())
        .ok_or_else(undecodable)
}

fn decode_into<'s>(part: &str, room: &'s mut [u8]) -> Result<&'s [u8], TokenError> {
    let length = BASE64URL
        .decode_slice(part, room)
        .map_err(|_| undecodable())?;
    Ok(&room[..length])
}

fn undecodable() -> TokenError {
    TokenError::new(
        Reason::TOKEN_INVALID,
        "Invalid JWT form. The header, payload, or signature could not be decoded.",
    )
}

/// Unverified claims of a token. They only help to select the next step.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Peek {
    pub(crate) issuer: Issuer,
    /// In Unix seconds.
    pub(crate) issued_at: Option<f64>,
    /// In Unix seconds.
    pub(crate) expires_at: Option<f64>,
    /// Whether it is a token of a machine, or of a category other than session tokens.
    pub(crate) is_no_session: bool,
}

/// The unverified issuer of a token.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Issuer {
    #[default]
    Missing,
    /// The expected host.
    Expected,
    Other,
}

/// Reads claims of a token without verifying it. `issuing_host` is the expected issuer.
pub(crate) fn peek(token: &str, issuing_host: &str) -> Result<Peek, TokenError> {
    #[derive(Default, Deserialize)]
    #[serde(default, bound(deserialize = "'de: 'a"))]
    struct Claims<'a> {
        iss: Loose<'a>,
        iat: Loose<'a>,
        exp: Loose<'a>,
        sub: Loose<'a>,
    }
    let parts = Parts::split(token)?;
    let mut scratch = Scratch::new();
    let (header, _) = parts.decode(&mut scratch)?;
    parts.look_into(|payload| {
        let claims: Claims<'_> = json(payload)?;
        Ok(Peek {
            issuer: issuer(&claims.iss, issuing_host),
            issued_at: claims.iat.number(),
            expires_at: claims.exp.number(),
            is_no_session: super::class::is_no_session(&header, claims.sub.text()),
        })
    })
}

fn issuer(claim: &Loose<'_>, issuing_host: &str) -> Issuer {
    match claim {
        // Clerk's front end treats falsy values as missing.
        Loose::Absent | Loose::Null | Loose::Boolean(false) => Issuer::Missing,
        Loose::Number(number) if *number == 0.0 => Issuer::Missing,
        Loose::Text(text) if text.is_empty() => Issuer::Missing,
        Loose::Text(text) => {
            let host = text.strip_prefix("https://").unwrap_or(text);
            let host = host.strip_prefix("http://").unwrap_or(host);
            if host == issuing_host {
                Issuer::Expected
            } else {
                Issuer::Other
            }
        }
        _ => Issuer::Other,
    }
}

/// The key id of a token, unverified.
pub(crate) fn key_id(token: &str) -> Option<String> {
    let mut scratch = Scratch::new();
    let (header, _) = Parts::split(token).ok()?.decode(&mut scratch).ok()?;
    header.kid.text().map(str::to_owned)
}

/// The session id of a token, unverified.
pub(crate) fn session_id(token: &str) -> Result<Option<String>, TokenError> {
    #[derive(Default, Deserialize)]
    #[serde(default, bound(deserialize = "'de: 'a"))]
    struct Claims<'a> {
        sid: Loose<'a>,
    }
    let parts = Parts::split(token)?;
    parts.decode(&mut Scratch::new())?;
    parts.look_into(|payload| {
        let claims: Claims<'_> = json(payload)?;
        let id = claims.sid.text().filter(|id| !id.is_empty());
        Ok(id.map(str::to_owned))
    })
}
