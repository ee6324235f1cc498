//! Proves that a request is Clerk's.

use std::time::Duration;

use aws_lc_rs::constant_time::verify_slices_are_equal;
use http::HeaderMap;

use super::error::{WebhookError, WebhookErrorKind};
use super::event::Event;
use super::secret::SigningKey;
use super::signed::{Collected, Signed};
use crate::clock::Clock;

/// Verifies the signatures of webhooks, and reads their events. Cheap to clone.
///
/// The work depends on the size of the body alone: one signature is computed for each secret, whatever
/// the headers say, and none if they cannot be right.
#[derive(Clone, Debug)]
pub struct WebhookVerifier {
    keys: Vec<SigningKey>,
    tolerance: Duration,
    clock: Clock,
}

const VARIABLE: &str = "CLERK_WEBHOOK_SIGNING_SECRET";
const TOLERANCE: Duration = Duration::from_secs(300);
/// Secrets that a verifier accepts: each costs a signature over the body of every webhook.
const MAX_SECRETS: usize = 8;

impl WebhookVerifier {
    /// A verifier for an endpoint, with its signing secret (Clerk Dashboard, Webhooks, the
    /// endpoint): `whsec_` and base64; the prefix may be missing.
    ///
    /// # Errors
    ///
    /// If it is not such a secret.
    pub fn new(secret: impl AsRef<str>) -> Result<Self, WebhookError> {
        Ok(Self {
            keys: vec![SigningKey::parse(secret.as_ref())?],
            tolerance: TOLERANCE,
            clock: Clock::system(),
        })
    }

    /// A verifier with the secret of the environment variable `CLERK_WEBHOOK_SIGNING_SECRET`.
    ///
    /// # Errors
    ///
    /// If it is not set, or not such a secret.
    pub fn from_env() -> Result<Self, WebhookError> {
        match std::env::var(VARIABLE) {
            Err(std::env::VarError::NotUnicode(_)) => Err(WebhookError::new(
                WebhookErrorKind::Configuration,
                format!("the environment variable {VARIABLE} is not valid UTF-8"),
            )),
            secret => Self::new(secret.unwrap_or_default()),
        }
    }

    /// Accepts signatures of another secret as well: of the one before, while secrets are rotated,
    /// or of another endpoint.
    ///
    /// # Errors
    ///
    /// If it is not such a secret, or the ninth.
    pub fn also_accept(mut self, secret: impl AsRef<str>) -> Result<Self, WebhookError> {
        if self.keys.len() == MAX_SECRETS {
            return Err(WebhookError::new(
                WebhookErrorKind::Configuration,
                format!(
                    "more than {MAX_SECRETS} webhook signing secrets; use a verifier for each endpoint"
                ),
            ));
        }
        self.keys.push(SigningKey::parse(secret.as_ref())?);
        Ok(self)
    }

    /// How old a webhook may be, and how far in the future. Whole seconds count, and the last one
    /// still does. Default: five minutes.
    ///
    /// Any value is taken. Whoever gets hold of a webhook can send it again for as long as this says; its
    /// [`message_id`](Event::message_id) stays the same. Below a few seconds, webhooks are rejected because
    /// the network took its time or clocks are apart.
    #[must_use = "the verifier is changed and given back"]
    pub fn tolerance(mut self, tolerance: Duration) -> Self {
        self.tolerance = tolerance;
        self
    }

    /// The clock that timestamps are judged by.
    #[must_use = "the verifier is changed and given back"]
    pub fn clock(mut self, clock: Clock) -> Self {
        self.clock = clock;
        self
    }

    /// Proves that a request is Clerk's, and reads its event. `body` is what was received, byte for
    /// byte.
    ///
    /// # Errors
    ///
    /// If it is not proven to be Clerk's, or is not an event. Data that does not fit its kind is not
    /// an error, see [`Event::data_error`].
    pub fn verify(&self, headers: &HeaderMap, body: &[u8]) -> Result<Event, WebhookError> {
        self.verify_headers(headers, body)
    }

    /// As [`verify`](Self::verify), with the headers as pairs of a name and a value: those of any
    /// framework, whatever its types are. Names are compared without case.
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

    /// As [`verify`](Self::verify), with the values of the headers `svix-id`, `svix-timestamp` and
    /// `svix-signature`.
    ///
    /// # Errors
    ///
    /// As for [`verify`](Self::verify). An empty value counts as a header that is missing.
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

    /// Proves that a request is Clerk's, whatever its body is.
    ///
    /// # Errors
    ///
    /// If it is not proven.
    pub fn prove(&self, headers: &HeaderMap, body: &[u8]) -> Result<(), WebhookError> {
        self.proven(headers, body).map(|_| ())
    }

    /// The cheap checks come first: nothing is signed for what they refuse.
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
        let refused = |message: &str| Err(WebhookError::unverified(kind, message));
        if now.saturating_sub(timestamp) > tolerance {
            return refused("Message timestamp too old");
        }
        if timestamp > now.saturating_add(tolerance) {
            return refused("Message timestamp too new");
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

    /// A verifier that accepts that many secrets.
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

    /// Whether it is Clerk's, and how many signatures were computed to find out.
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
    fn nothing_is_signed_for_what_cannot_be_right() {
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
    fn what_cannot_be_a_signature_does_not_hide_one() {
        let mut header = vec!["v1,"; 16_000];
        let good = good(0);
        header.push(&good);
        assert_eq!(counted(1, NOW, &header.join(" ")), (true, 1));
        // Of those that could be one, only so many are compared.
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
