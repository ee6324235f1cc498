//! An event, with what is around its data.

use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

use super::error::{WebhookError, WebhookErrorKind};
use super::generated::{EventData, EventKind, decode};

/// An event: something that happened in the instance.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Event {
    /// What happened.
    pub kind: EventKind,
    /// When, as Clerk sends it. No unit is stated; samples are in Unix seconds.
    pub timestamp: Option<i64>,
    /// The instance where it happened, `ins_…`.
    pub instance_id: Option<String>,
    /// The request that made it happen, if one did.
    pub attributes: EventAttributes,
    /// What it is about.
    pub data: EventData,
}

/// What is known of the request that made an event happen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct EventAttributes {
    /// The IP address that it came from.
    pub client_ip: Option<String>,
    /// The browser or program that sent it.
    pub user_agent: Option<String>,
}

#[derive(Deserialize)]
struct Envelope<'b> {
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    timestamp: Value,
    #[serde(default)]
    instance_id: Value,
    #[serde(default)]
    event_attributes: Value,
    /// Read once the kind is known.
    #[serde(borrow)]
    data: Option<&'b RawValue>,
}

impl Event {
    /// Reads an event from the body of a webhook that is known to be Clerk's:
    /// [`WebhookVerifier::verify`](super::WebhookVerifier::verify) proves that.
    ///
    /// # Errors
    ///
    /// If it is no event, or its data has not the form of its kind; the message names the place.
    pub fn from_slice(body: &[u8]) -> Result<Self, WebhookError> {
        let refused = |message: String| WebhookError::unverified(WebhookErrorKind::Body, &message);
        let envelope: Envelope = serde_json::from_slice(body)
            .map_err(|error| refused(format!("the body is no event ({error})")))?;
        let kind = EventKind::from(envelope.kind.as_str());
        let data = envelope.data.map_or("null", RawValue::get);
        let data = decode(&kind, data).map_err(|error| {
            let path = error.json_path().unwrap_or("$").to_owned();
            refused(format!("the data of {kind} has another form at {path}"))
        })?;
        let request = envelope.event_attributes.get("http_request");
        let attribute = |name: &str| text(request?.get(name)?);
        Ok(Self {
            timestamp: whole(&envelope.timestamp),
            instance_id: text(&envelope.instance_id),
            attributes: EventAttributes {
                client_ip: attribute("client_ip"),
                user_agent: attribute("user_agent"),
            },
            kind,
            data,
        })
    }
}

fn text(value: &Value) -> Option<String> {
    value.as_str().map(str::to_owned)
}

fn whole(value: &Value) -> Option<i64> {
    value
        .as_i64()
        .or_else(|| value.as_f64().map(|number| number as i64))
}
