//! The signing secret of an endpoint.

use std::fmt;

use aws_lc_rs::hmac::{self, HMAC_SHA256};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use clerk_api::credentials::Credential;

use super::error::{WebhookError, WebhookErrorKind};

/// The key for signatures. It is never printed.
#[derive(Clone)]
pub(crate) struct SigningKey(hmac::Key);

const PREFIX: &str = "whsec_";

impl SigningKey {
    /// Parses a secret as the Clerk Dashboard shows it: `whsec_` and base64.
    pub(crate) fn parse(secret: &str) -> Result<Self, WebhookError> {
        let secret = secret.trim();
        if secret.is_empty() {
            return Err(rejected(
                "Missing webhook signing secret. Set the CLERK_WEBHOOK_SIGNING_SECRET environment variable with the webhook secret from the Clerk Dashboard.",
            ));
        }
        let credential = Credential::WebhookSecret;
        credential.check(secret).map_err(|error| rejected(&error))?;
        let encoded = secret.strip_prefix(PREFIX).unwrap_or(secret);
        let key = STANDARD.decode(encoded).map_err(|_| {
            let expected = credential.expected();
            rejected(&format!(
                "the webhook signing secret (CLERK_WEBHOOK_SIGNING_SECRET) is not valid base64, so part of it may be missing; {expected}"
            ))
        })?;
        Ok(Self(hmac::Key::new(HMAC_SHA256, &key)))
    }

    /// Signs the concatenation of the parts.
    pub(crate) fn sign(&self, parts: &[&[u8]]) -> hmac::Tag {
        #[cfg(test)]
        counted::SIGNED.set(counted::SIGNED.get() + 1);
        let mut context = hmac::Context::with_key(&self.0);
        for part in parts {
            context.update(part);
        }
        context.sign()
    }
}

fn rejected(message: &str) -> WebhookError {
    WebhookError::new(WebhookErrorKind::Configuration, message)
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("SigningKey([redacted])")
    }
}

/// The number of signatures that this thread has computed: tests count the work of a verification instead of
/// timing it.
#[cfg(test)]
pub(super) mod counted {
    use std::cell::Cell;

    thread_local! {
        pub(in super::super) static SIGNED: Cell<usize> = const { Cell::new(0) };
    }
}
