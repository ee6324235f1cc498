//! Verifies that a request is from Clerk.

use std::time::Duration;

use aws_lc_rs::constant_time::verify_slices_are_equal;
use clerk_api::types::Secret;
use http::HeaderMap;

use super::error::{WebhookError, WebhookErrorKind};
use super::event::Event;
use super::secret::SigningKey;
use super::signed::{Collected, Signed};
use crate::clock::Clock;

/// Verifies the signatures of webhooks, and reads their events. Cheap to clone.
///
/// Verification computes at most one signature per secret, whatever the headers contain.
#[derive(Clone, Debug)]
#[doc(alias("svix", "verifyWebhook", "signature"))]
pub struct WebhookVerifier {
    keys: Vec<SigningKey>,
    tolerance: Duration,
    clock: Clock,
}

const VARIABLE: &str = "CLERK_WEBHOOK_SIGNING_SECRET";
const TOLERANCE: Duration = Duration::from_secs(300);
/// The limit of secrets: each costs a signature over the body of every webhook.
const MAX_SECRETS: usize = 8;

impl WebhookVerifier {
    /// Creates a verifier with the signing secret of an endpoint (Clerk Dashboard, Webhooks, the endpoint):
    /// `whsec_` and base64. The prefix is optional.
    ///
    /// # Errors
    ///
    /// If the secret is malformed.
    #[doc(alias("CLERK_WEBHOOK_SIGNING_SECRET", "whsec"))]
    pub fn new(secret: impl Into<Secret>) -> Result<Self, WebhookError> {
        Ok(Self {
            keys: vec![SigningKey::parse(secret.into().expose())?],
            tolerance: TOLERANCE,
            clock: Clock::system(),
        })
    }

    /// Creates a verifier with the secret in the environment variable `CLERK_WEBHOOK_SIGNING_SECRET`.
    ///
    /// # Errors
    ///
    /// If the variable is not set, or the secret is malformed.
    pub fn from_env() -> Result<Self, WebhookError> {
        match std::env::var(VARIABLE) {
            Err(std::env::VarError::NotUnicode(_)) => Err(WebhookError::new(
                WebhookErrorKind::Configuration,
                format!("the environment variable {VARIABLE} is not valid UTF-8"),
            )),
            secret => Self::new(secret.unwrap_or_default()),
        }
    }

    /// Also accepts signatures with another secret: the previous one during a rotation, or that of another
    /// endpoint. At most eight secrets are accepted.
    ///
    /// # Errors
    ///
    /// If the secret is malformed, or there are eight already.
    #[doc(alias = "rotate secret")]
    pub fn also_accept(mut self, secret: impl Into<Secret>) -> Result<Self, WebhookError> {
        if self.keys.len() == MAX_SECRETS {
            return Err(WebhookError::new(
                WebhookErrorKind::Configuration,
                format!(
                    "more than {MAX_SECRETS} webhook signing secrets; use a verifier for each endpoint"
                ),
            ));
        }
        self.keys.push(SigningKey::parse(secret.into().expose())?);
        Ok(self)
    }

    /// Sets how far the timestamp of a webhook may be in the past or in the future. Fractions of a second are
    /// ignored. Default: five minutes.
    ///
    /// Any value is accepted. Anyone who obtains a webhook can replay it for that long, with the same
    /// [`message_id`](Event::message_id). Below a few seconds, valid webhooks are rejected because of network
    /// delays and clock differences.
    #[must_use]
    pub fn tolerance(mut self, tolerance: Duration) -> Self {
        self.tolerance = tolerance;
        self
    }

    /// Sets the clock for checking timestamps. Default: the system's clock.
    #[must_use]
    pub fn clock(mut self, clock: Clock) -> Self {
        self.clock = clock;
        self
    }

    /// Verifies that a request is from Clerk, and reads its event. `body` must be the received bytes,
    /// unchanged.
    ///
    /// # Errors
    ///
    /// If it cannot be verified, or is not an event. Data that does not match the model of its kind is not an
    /// error, see [`Event::data_error`].
    #[doc(alias("verifyWebhook", "svix"))]
    pub fn verify(&self, headers: &HeaderMap, body: &[u8]) -> Result<Event, WebhookError> {
        self.verify_headers(headers, body)
    }

    /// Like [`verify`](Self::verify), with the headers as pairs of a name and a value, for any framework. The
    /// case of names is ignored.
    ///
    /// ```
    /// # fn run(verifier: clerk_auth::webhook::WebhookVerifier, body: &[u8]) {
    /// let headers = [("Svix-Id", "msg_1"), ("Svix-Timestamp", "1716883200"), ("Svix-Signature", "v1,…")];
    /// let event = verifier.verify_headers(headers, body);
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// As for [`verify`](Self::verify).
    pub fn verify_headers<N, V>(
        &self,
        headers: impl IntoIterator<Item = (N, V)>,
        body: &[u8],
    ) -> Result<Event, WebhookError>
    where
        N: AsRef<str>,
        V: AsRef<[u8]>,
    {
        let signed = self.proven(headers, body)?;
        Event::read(body, Some(signed.id))
    }

    /// Like [`verify`](Self::verify), with the values of the headers `svix-id`, `svix-timestamp` and
    /// `svix-signature`.
    ///
    /// # Errors
    ///
    /// As for [`verify`](Self::verify). An empty value counts as a missing header.
    pub fn verify_parts(
        &self,
        id: &str,
        timestamp: &str,
        signature: &str,
        body: &[u8],
    ) -> Result<Event, WebhookError> {
        let headers = [
            ("svix-id", id),
            ("svix-timestamp", timestamp),
            ("svix-signature", signature),
        ];
        self.verify_headers(headers, body)
    }

    /// Verifies the timestamp and the signature of a webhook, without reading its body as an event.
    ///
    /// # Errors
    ///
    /// If it cannot be verified.
    pub fn verify_signature(&self, headers: &HeaderMap, body: &[u8]) -> Result<(), WebhookError> {
        self.proven(headers, body).map(|_| ())
    }

    /// The cheap checks come first, so that no signature is computed if they fail.
    fn proven<N, V>(
        &self,
        headers: impl IntoIterator<Item = (N, V)>,
        body: &[u8],
    ) -> Result<Signed, WebhookError>
    where
        N: AsRef<str>,
        V: AsRef<[u8]>,
    {
        let mut collected = Collected::default();
        for (name, value) in headers {
            collected.add(name.as_ref(), value.as_ref());
        }
        let signed = collected.signed()?;
        self.check_timestamp(signed.timestamp)?;
        if self.is_signed(&signed, body) {
            return Ok(signed);
        }
        Err(WebhookError::unverified(
            WebhookErrorKind::Signature,
            "No matching signature found",
        ))
    }

    fn is_signed(&self, signed: &Signed, body: &[u8]) -> bool {
        if signed.signatures.is_empty() {
            return false;
        }
        let timestamp = signed.timestamp.to_string();
        let message: [&[u8]; 5] = [signed.id.as_bytes(), b".", timestamp.as_bytes(), b".", body];
        self.keys.iter().any(|key| {
            let expected = key.sign(&message);
            let mut signatures = signed.signatures.iter();
            signatures.any(|found| verify_slices_are_equal(expected.as_ref(), found).is_ok())
        })
    }

    fn check_timestamp(&self, timestamp: i64) -> Result<(), WebhookError> {
        let now = self.clock.now().div_euclid(1000);
        let tolerance = i64::try_from(self.tolerance.as_secs()).unwrap_or(i64::MAX);
        let kind = WebhookErrorKind::Timestamp;
        let rejected = |message: &str| Err(WebhookError::unverified(kind, message));
        if now.saturating_sub(timestamp) > tolerance {
            return rejected("Message timestamp too old");
        }
        if timestamp > now.saturating_add(tolerance) {
            return rejected("Message timestamp too new");
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use base64::Engine;
    use base64::engine::general_purpose::STANDARD;

    use super::super::secret::counted::SIGNED;
    use super::{MAX_SECRETS, WebhookVerifier};
    use crate::clock::Clock;

    const NOW: i64 = 1_716_883_200;
    const BODY: &[u8] = br#"{"type":"user.deleted","data":{"id":"user_1","deleted":true}}"#;

    fn secret(number: usize) -> String {
        format!(
            "whsec_{}",
            STANDARD.encode(format!("secret number {number}"))
        )
    }

    /// A verifier with this number of secrets.
    fn verifier(secrets: usize) -> WebhookVerifier {
        let first = WebhookVerifier::new(secret(0)).expect("a secret");
        (1..secrets)
            .try_fold(first, |verifier, number| {
                verifier.also_accept(secret(number))
            })
            .expect("secrets")
            .clock(Clock::fixed(NOW * 1000))
    }

    fn good(number: usize) -> String {
        let key = super::SigningKey::parse(&secret(number)).expect("a secret");
        let message: [&[u8]; 2] = [b"msg_1.1716883200.", BODY];
        format!("v1,{}", STANDARD.encode(key.sign(&message)))
    }

    /// Whether the webhook is verified, and how many signatures were computed.
    fn counted(secrets: usize, timestamp: i64, signatures: &str) -> (bool, usize) {
        let verifier = verifier(secrets);
        let before = SIGNED.get();
        let event = verifier.verify_parts("msg_1", &timestamp.to_string(), signatures, BODY);
        (event.is_ok(), SIGNED.get() - before)
    }

    #[test]
    fn the_body_is_signed_once_for_each_secret_whatever_the_header_holds() {
        let wrong = format!("v1,{}", STANDARD.encode([7; 32]));
        for count in [1, 2, 64, 16_000] {
            let header = vec![wrong.as_str(); count].join(" ");
            assert_eq!(counted(1, NOW, &header), (false, 1), "{count}");
            assert_eq!(counted(3, NOW, &header), (false, 3), "{count}");
        }
        assert_eq!(counted(3, NOW, &good(0)), (true, 1));
        assert_eq!(counted(3, NOW, &good(2)), (true, 3));
    }

    #[test]
    fn nothing_is_signed_for_malformed_headers() {
        for header in [
            "v1,".to_owned(),
            vec!["v1,"; 16_000].join(" "),
            format!("v1,{}", STANDARD.encode([7; 31])),
            format!("v1,{}", STANDARD.encode([7; 33])),
            format!("v1,{}", "!".repeat(44)),
            format!("v1a,{}", STANDARD.encode([7; 32])),
            STANDARD.encode([7; 32]),
        ] {
            let shown = &header[..header.len().min(60)];
            assert_eq!(counted(1, NOW, &header), (false, 0), "{shown}");
        }
        assert_eq!(counted(1, NOW - 301, &good(0)), (false, 0));
        assert_eq!(counted(1, NOW + 301, &good(0)), (false, 0));
    }

    #[test]
    fn malformed_signatures_do_not_hide_a_valid_one() {
        let mut header = vec!["v1,"; 16_000];
        let good = good(0);
        header.push(&good);
        assert_eq!(counted(1, NOW, &header.join(" ")), (true, 1));
        // Only a limited number of well-formed ones is compared.
        let wrong = format!("v1,{}", STANDARD.encode([7; 32]));
        let mut header = vec![wrong.as_str(); 63];
        header.push(&good);
        assert_eq!(counted(1, NOW, &header.join(" ")), (true, 1));
        let mut header = vec![wrong.as_str(); 64];
        header.push(&good);
        assert_eq!(counted(1, NOW, &header.join(" ")), (false, 1));
    }

    #[test]
    fn the_number_of_secrets_is_bounded() {
        let full = verifier(MAX_SECRETS);
        let error = full.also_accept(secret(99)).expect_err("one too many");
        assert!(error.is_configuration(), "{error}");
    }
}
