//! The signing secret of an endpoint.

use std::fmt;

use aws_lc_rs::hmac::{self, HMAC_SHA256};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use clerk_api::credentials::Credential;

use super::error::{WebhookError, WebhookErrorKind};

/// What signatures are made with. It is never printed.
#[derive(Clone)]
pub(crate) struct SigningKey(hmac::Key);

const PREFIX: &str = "whsec_";

impl SigningKey {
    /// The key of a secret as the Clerk Dashboard shows it: `whsec_` and base64.
    pub(crate) fn parse(secret: &str) -> Result<Self, WebhookError> {
        let secret = secret.trim();
        if secret.is_empty() {
            return Err(refused(
                "Missing webhook signing secret. Set the CLERK_WEBHOOK_SIGNING_SECRET environment variable with the webhook secret from the Clerk Dashboard.",
            ));
        }
        let credential = Credential::WebhookSecret;
        credential.check(secret).map_err(|error| refused(&error))?;
        let encoded = secret.strip_prefix(PREFIX).unwrap_or(secret);
        let key = STANDARD.decode(encoded).map_err(|_| {
            let expected = credential.expected();
            refused(&format!(
                "the webhook signing secret is not valid base64, as if a part of it were missing; {expected}"
            ))
        })?;
        Ok(Self(hmac::Key::new(HMAC_SHA256, &key)))
    }

    /// Whether a signature is of these parts. It takes as long for a wrong one as for a right one.
    pub(super) fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        hmac::verify(&self.0, message, signature).is_ok()
    }

    /// The signature of these parts.
    #[cfg(feature = "testing")]
    pub(crate) fn sign(&self, message: &[u8]) -> hmac::Tag {
        hmac::sign(&self.0, message)
    }
}

fn refused(message: &str) -> WebhookError {
    WebhookError::new(WebhookErrorKind::Configuration, message)
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("SigningKey([redacted])")
    }
}
