//! Signs webhooks as Clerk does, for tests of their handlers.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderMap, HeaderValue};

use crate::clock::Clock;
use crate::webhook::{SigningKey, WebhookVerifier};

/// Signs the bodies of webhooks with a publicly known secret.
///
/// ```
/// use clerk_auth::testing::WebhookSigner;
/// use clerk_auth::webhook::EventKind;
///
/// # fn run() -> Result<(), clerk_auth::webhook::WebhookError> {
/// let signer = WebhookSigner::new();
/// let body = br#"{"object":"event","type":"user.deleted","timestamp":0,"instance_id":"ins_1",
///     "data":{"object":"user","id":"user_1","deleted":true}}"#;
///
/// let event = signer.verifier().verify(&signer.headers(body), body)?;
/// assert_eq!(event.kind, EventKind::UserDeleted);
/// # Ok(()) }
/// # run().unwrap();
/// ```
#[derive(Clone, Debug)]
#[doc(alias("svix", "mock webhook"))]
pub struct WebhookSigner {
    key: SigningKey,
    clock: Clock,
}

/// `a signing secret for tests` in base64.
const SECRET: &str = "whsec_YSBzaWduaW5nIHNlY3JldCBmb3IgdGVzdHM=";

impl Default for WebhookSigner {
    fn default() -> Self {
        Self::new()
    }
}

impl WebhookSigner {
    /// Creates a signer with the system's clock.
    #[must_use]
    #[expect(clippy::missing_panics_doc, reason = "the secret is a valid constant")]
    pub fn new() -> Self {
        Self {
            key: SigningKey::parse(SECRET).expect("the secret is valid"),
            clock: Clock::system(),
        }
    }

    /// Returns the signing secret, in the form of `CLERK_WEBHOOK_SIGNING_SECRET`.
    pub fn secret(&self) -> &'static str {
        SECRET
    }

    /// Returns a verifier that accepts the webhooks of this signer.
    #[must_use]
    #[expect(clippy::missing_panics_doc, reason = "the secret is a valid constant")]
    pub fn verifier(&self) -> WebhookVerifier {
        let verifier = WebhookVerifier::new(SECRET).expect("the secret is valid");
        verifier.clock(self.clock.clone())
    }

    /// Sets the clock for the timestamps of webhooks and for the [`verifier`](Self::verifier).
    #[must_use]
    pub fn clock(mut self, clock: Clock) -> Self {
        self.clock = clock;
        self
    }

    /// Returns the headers for a body: `svix-id`, `svix-timestamp` and `svix-signature`. Each call creates a
    /// new message with its own id.
    pub fn headers(&self, body: &[u8]) -> HeaderMap {
        self.headers_of(&message_id(), body)
    }

    /// Like [`headers`](Self::headers), with a given message id: a message that is delivered again has the
    /// same id.
    ///
    /// # Panics
    ///
    /// If the id is not a valid header value.
    pub fn headers_of(&self, message_id: &str, body: &[u8]) -> HeaderMap {
        let timestamp = self.clock.now().div_euclid(1000).to_string();
        let message: [&[u8]; 5] = [
            message_id.as_bytes(),
            b".",
            timestamp.as_bytes(),
            b".",
            body,
        ];
        let signature = format!("v1,{}", STANDARD.encode(self.key.sign(&message)));
        let mut headers = HeaderMap::new();
        for (name, value) in [
            ("svix-id", message_id),
            ("svix-timestamp", &timestamp),
            ("svix-signature", &signature),
        ] {
            let value =
                HeaderValue::from_str(value).expect("the message id is a valid header value");
            headers.insert(name, value);
        }
        headers
    }
}

/// A unique message id: `msg_` and 27 letters and digits.
fn message_id() -> String {
    const LENGTH: usize = 27;
    const CHARACTERS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    let mut random = [0; LENGTH];
    aws_lc_rs::rand::fill(&mut random).expect("the system has randomness");
    let characters = random
        .iter()
        .map(|byte| char::from(CHARACTERS[usize::from(*byte) % CHARACTERS.len()]));
    "msg_".chars().chain(characters).collect()
}
