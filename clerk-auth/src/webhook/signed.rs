//! The headers of a webhook, read without any cryptography.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::error::{WebhookError, WebhookErrorKind};

const ID: &str = "svix-id";
const TIMESTAMP: &str = "svix-timestamp";
const SIGNATURE: &str = "svix-signature";
/// The prefix of signatures of the supported scheme; others are ignored.
const SCHEME: &str = "v1,";
/// The limit of signatures that are compared; the sender computes one per secret of the endpoint.
const MAX_SIGNATURES: usize = 64;
/// The length of a signature in bytes, and in base64.
const LENGTH: usize = 32;
const ENCODED_LENGTH: usize = 44;

pub(super) type Signature = [u8; LENGTH];

/// The headers of a webhook.
pub(super) struct Signed {
    pub(super) id: String,
    /// In Unix seconds.
    pub(super) timestamp: i64,
    /// The well-formed ones, in order, up to a limit.
    pub(super) signatures: Vec<Signature>,
}

/// Collects the headers: the first occurrence of each, and all of the signatures.
#[derive(Default)]
pub(super) struct Collected {
    id: Option<String>,
    timestamp: Option<String>,
    has_signature: bool,
    signatures: Vec<Signature>,
}

impl Collected {
    pub(super) fn add(&mut self, name: &str, value: &[u8]) {
        let is = |header: &str| name.eq_ignore_ascii_case(header);
        let (is_id, is_timestamp) = (is(ID), is(TIMESTAMP));
        if !is_id && !is_timestamp && !is(SIGNATURE) {
            return;
        }
        let Some(value) = text(value) else { return };
        if is_id {
            self.id.get_or_insert_with(|| value.to_owned());
        } else if is_timestamp {
            self.timestamp.get_or_insert_with(|| value.to_owned());
        } else {
            self.has_signature = true;
            let room = MAX_SIGNATURES - self.signatures.len();
            self.signatures.extend(signatures(value).take(room));
        }
    }

    pub(super) fn signed(self) -> Result<Signed, WebhookError> {
        let (Some(id), Some(timestamp), true) = (&self.id, &self.timestamp, self.has_signature)
        else {
            return Err(self.missing());
        };
        let timestamp = integer(timestamp).ok_or_else(|| {
            WebhookError::unverified(WebhookErrorKind::Headers, "Invalid Signature Headers")
        })?;
        Ok(Signed {
            id: id.clone(),
            timestamp,
            signatures: self.signatures,
        })
    }

    fn missing(&self) -> WebhookError {
        let present = [
            (ID, self.id.is_some()),
            (TIMESTAMP, self.timestamp.is_some()),
            (SIGNATURE, self.has_signature),
        ];
        let missing: Vec<&str> = present
            .into_iter()
            .filter(|(_, is_present)| !is_present)
            .map(|(name, _)| name)
            .collect();
        WebhookError::new(
            WebhookErrorKind::Headers,
            format!("Missing required webhook headers: {}", missing.join(", ")),
        )
    }
}

/// The value of a header as text; `None` if it is blank or not ASCII.
fn text(value: &[u8]) -> Option<&str> {
    // Visible ASCII, spaces and tabs.
    let is_text = |byte: &u8| matches!(byte, b'\t' | b' '..=b'~');
    if !value.iter().all(is_text) {
        return None;
    }
    let value = std::str::from_utf8(value).ok()?.trim();
    (!value.is_empty()).then_some(value)
}

/// The well-formed signatures in a header.
fn signatures(value: &str) -> impl Iterator<Item = Signature> {
    value
        .split(' ')
        .filter_map(|signature| signature.strip_prefix(SCHEME)?.split(',').next())
        .filter(|encoded| encoded.len() == ENCODED_LENGTH)
        .filter_map(|encoded| STANDARD.decode(encoded).ok()?.try_into().ok())
}

/// The integer at the start of a text, saturating; a fraction after it is cut off.
fn integer(text: &str) -> Option<i64> {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    let length = digits
        .find(|character: char| !character.is_ascii_digit())
        .unwrap_or(digits.len());
    let nearest = if text.starts_with('-') {
        i64::MIN
    } else {
        i64::MAX
    };
    let integer = &text[..text.len() - digits.len() + length];
    (length > 0).then(|| integer.parse().unwrap_or(nearest))
}
