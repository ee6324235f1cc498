//! Proves that a request is Clerk's.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::HeaderMap;

use super::error::{WebhookError, WebhookErrorKind};
use super::event::Event;
use super::secret::SigningKey;
use crate::clock::Clock;

/// Verifies the signatures of webhooks, and reads their events. Cheap to clone.
#[derive(Clone, Debug)]
pub struct WebhookVerifier {
    keys: Vec<SigningKey>,
    tolerance: Duration,
    clock: Clock,
}

const ID: &str = "svix-id";
const TIMESTAMP: &str = "svix-timestamp";
const SIGNATURE: &str = "svix-signature";
const VARIABLE: &str = "CLERK_WEBHOOK_SIGNING_SECRET";
const TOLERANCE: Duration = Duration::from_secs(300);
/// What signatures of the scheme that is understood begin with; others are passed over.
const SCHEME: &str = "v1,";

impl WebhookVerifier {
    /// A verifier for an endpoint, with its signing secret (Clerk Dashboard, Webhooks, the
    /// endpoint): `whsec_` and base64; the prefix may be missing.
    ///
    /// # Errors
    ///
    /// If it is no such secret.
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
    /// If it is not set, or no such secret.
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
    /// If it is no such secret.
    pub fn also_accept(mut self, secret: impl AsRef<str>) -> Result<Self, WebhookError> {
        self.keys.push(SigningKey::parse(secret.as_ref())?);
        Ok(self)
    }

    /// How old a webhook may be, and how far in the future; five minutes unless said otherwise.
    /// Whole seconds count, and the last one still does.
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
    /// If it is not proven to be Clerk's, or is no event.
    pub fn verify(&self, headers: &HeaderMap, body: &[u8]) -> Result<Event, WebhookError> {
        self.prove(headers, body)?;
        Event::from_slice(body)
    }

    /// Proves that a request is Clerk's, whatever its body is.
    ///
    /// # Errors
    ///
    /// If it is not proven.
    pub fn prove(&self, headers: &HeaderMap, body: &[u8]) -> Result<(), WebhookError> {
        let Signed {
            id,
            timestamp,
            signatures,
        } = Signed::read(headers)?;
        self.check_timestamp(timestamp)?;
        let mut message = Vec::with_capacity(id.len() + body.len() + 24);
        message.extend_from_slice(id.as_bytes());
        message.extend_from_slice(format!(".{timestamp}.").as_bytes());
        message.extend_from_slice(body);
        let is_signed = signatures
            .split(' ')
            .filter_map(|signature| signature.strip_prefix(SCHEME)?.split(',').next())
            .filter_map(|encoded| STANDARD.decode(encoded).ok())
            .any(|signature| {
                let mut keys = self.keys.iter();
                keys.any(|key| key.verifies(&message, &signature))
            });
        if is_signed {
            return Ok(());
        }
        Err(WebhookError::unverified(
            WebhookErrorKind::Signature,
            "No matching signature found",
        ))
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

/// What the headers say.
struct Signed<'h> {
    id: &'h str,
    /// In Unix seconds.
    timestamp: i64,
    /// With spaces between; several lines count as one.
    signatures: String,
}

impl<'h> Signed<'h> {
    fn read(headers: &'h HeaderMap) -> Result<Self, WebhookError> {
        let [id, timestamp, signature] =
            [ID, TIMESTAMP, SIGNATURE].map(|name| texts(headers, name).next());
        let (Some(id), Some(timestamp), Some(_)) = (id, timestamp, signature) else {
            let missing: Vec<&str> = [(ID, id), (TIMESTAMP, timestamp), (SIGNATURE, signature)]
                .into_iter()
                .filter(|(_, value)| value.is_none())
                .map(|(name, _)| name)
                .collect();
            return Err(WebhookError::new(
                WebhookErrorKind::Headers,
                format!("Missing required webhook headers: {}", missing.join(", ")),
            ));
        };
        let timestamp = integer(timestamp).ok_or_else(|| {
            WebhookError::unverified(WebhookErrorKind::Headers, "Invalid Signature Headers")
        })?;
        Ok(Self {
            id,
            timestamp,
            signatures: texts(headers, SIGNATURE).collect::<Vec<_>>().join(" "),
        })
    }
}

/// The lines of a header that are text and not blank.
fn texts<'h>(headers: &'h HeaderMap, name: &str) -> impl Iterator<Item = &'h str> {
    let lines = headers.get_all(name).into_iter();
    lines
        .filter_map(|line| line.to_str().ok().map(str::trim))
        .filter(|line| !line.is_empty())
}

/// The integer that a text begins with, or the nearest that there is; a fraction behind it is cut off.
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
