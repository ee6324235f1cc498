//! Signs webhooks as Clerk does, for the tests of what receives them.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderMap, HeaderValue};

use crate::clock::Clock;
use crate::webhook::{SigningKey, WebhookVerifier};

/// Signs bodies of webhooks with a secret that everybody knows.
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
    /// A signer whose webhooks are sent now.
    pub fn new() -> Self {
        Self {
            key: SigningKey::parse(SECRET).expect("the secret is one"),
            clock: Clock::system(),
        }
    }

    /// The secret that it signs with, as `CLERK_WEBHOOK_SIGNING_SECRET` would have it.
    pub fn secret(&self) -> &'static str {
        SECRET
    }

    /// A verifier that accepts what this signs.
    pub fn verifier(&self) -> WebhookVerifier {
        let verifier = WebhookVerifier::new(SECRET).expect("the secret is one");
        verifier.clock(self.clock.clone())
    }

    /// The clock that says when webhooks are sent, and when [`WebhookSigner::verifier`] gets them.
    #[must_use = "the signer is changed and given back"]
    pub fn clock(mut self, clock: Clock) -> Self {
        self.clock = clock;
        self
    }

    /// The headers that come with this body: `svix-id`, `svix-timestamp` and `svix-signature`. Each
    /// call makes a new message, with an id of its own.
    pub fn headers(&self, body: &[u8]) -> HeaderMap {
        self.headers_of(&message_id(), body)
    }

    /// As [`headers`](Self::headers), of the message with this id: a message that is delivered again
    /// has the id that it had.
    ///
    /// # Panics
    ///
    /// If the id holds what a header cannot.
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
                HeaderValue::from_str(value).expect("an id of a message is a header's text");
            headers.insert(name, value);
        }
        headers
    }
}

/// An id that no other message has, of this process or another: `msg_` and 27 letters and digits.
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
