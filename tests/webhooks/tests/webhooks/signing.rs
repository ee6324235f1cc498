//! Signs bodies as Svix does, independently of the implementation under test.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use clerk_auth::Clock;
use clerk_auth::webhook::WebhookVerifier;
use hmac::{Hmac, Mac};
use http::{HeaderMap, HeaderName, HeaderValue};
use sha2::Sha256;

/// The time at which webhooks are sent, in Unix seconds.
pub(crate) const SENT_AT: i64 = 1_716_883_200;
pub(crate) const ID: &str = "msg_1";
/// The decoded secrets.
pub(crate) const KEY: &[u8] = b"a signing secret of 32 bytes ...";
pub(crate) const OTHER_KEY: &[u8] = b"another secret, of the same size";

pub(crate) fn secret(key: &[u8]) -> String {
    format!("whsec_{}", STANDARD.encode(key))
}

pub(crate) fn verifier() -> WebhookVerifier {
    at(SENT_AT)
}

/// A verifier whose clock is at this time, in Unix seconds.
pub(crate) fn at(now: i64) -> WebhookVerifier {
    let verifier = WebhookVerifier::new(secret(KEY)).expect("a secret");
    verifier.clock(Clock::fixed(now * 1000))
}

/// The signature, with its version `v1,`.
pub(crate) fn signature(key: &[u8], id: &str, timestamp: i64, body: &[u8]) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("any size will do");
    mac.update(format!("{id}.{timestamp}.").as_bytes());
    mac.update(body);
    format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()))
}

/// The headers of a body that was sent at [`SENT_AT`].
pub(crate) fn signed(body: &[u8]) -> HeaderMap {
    let signature = signature(KEY, ID, SENT_AT, body);
    headers(ID, &SENT_AT.to_string(), &signature)
}

pub(crate) fn headers(id: &str, timestamp: &str, signatures: &str) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for (name, value) in [
        ("svix-id", id),
        ("svix-timestamp", timestamp),
        ("svix-signature", signatures),
    ] {
        headers.insert(
            HeaderName::from_static(name),
            HeaderValue::from_str(value).expect("a header"),
        );
    }
    headers
}
