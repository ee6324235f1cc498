//! Events.

use clerk_api::models;
use clerk_api::types::Timestamp;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};

use super::error::{WebhookError, WebhookErrorKind};
use super::generated::{EventData, EventKind, decode};

/// An event: something that happened in the instance.
///
/// Everything that Clerk sent is kept, see [`json`](Self::json) and [`field`](Self::field). An event is
/// serialized as that JSON, with the message id as an additional member `svix-id`, and can be deserialized,
/// for example from a queue. Changes to its public fields are not serialized.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
#[doc(alias("WebhookEvent", "webhook payload"))]
pub struct Event {
    /// The id of the message (`svix-id`). A message that is delivered again has the same id, so store it to
    /// handle each message once. `None` if the event was not read from a webhook.
    pub message_id: Option<String>,
    /// What happened.
    pub kind: EventKind,
    /// When it happened. Clerk sends seconds or milliseconds; both are supported.
    pub timestamp: Option<Timestamp>,
    /// The id of the instance, `ins_…`.
    pub instance_id: Option<String>,
    /// The request that caused it, as far as known.
    pub attributes: EventAttributes,
    /// The data. `Unknown` if the kind is unknown, or if the data does not match its model
    /// ([`data_error`](Self::data_error)).
    pub data: EventData,
    data_error: Option<String>,
    json: Json,
}

/// The request that caused an event.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct EventAttributes {
    /// The IP address of the client.
    pub client_ip: Option<String>,
    /// The user agent of the client.
    pub user_agent: Option<String>,
}

/// The members of an event. They are not printed, because they may contain tokens.
#[derive(Clone, PartialEq)]
struct Json(Value);

/// The additional member of a serialized event.
const MESSAGE_ID: &str = "svix-id";

impl Event {
    /// Reads an event from the body of a webhook, without verifying it: use
    /// [`WebhookVerifier::verify`](super::WebhookVerifier::verify) for that.
    ///
    /// # Errors
    ///
    /// If it is not JSON, or not an object with a `type`. Data that does not match the model of its kind is
    /// not an error, see [`data_error`](Self::data_error).
    pub fn from_slice(body: &[u8]) -> Result<Self, WebhookError> {
        Self::read(body, None)
    }

    /// Returns everything that Clerk sent, including fields that the model lacks.
    pub fn json(&self) -> &Value {
        &self.json.0
    }

    /// Returns a field of the data as Clerk sent it, including fields that the model lacks.
    ///
    /// ```
    /// use clerk_auth::webhook::Event;
    ///
    /// # fn run() -> Result<(), clerk_auth::webhook::WebhookError> {
    /// let body = br#"{ "type": "user.updated", "data": { "id": "user_1", "brand_new": true } }"#;
    /// let event = Event::from_slice(body)?;
    /// assert_eq!(event.field("brand_new"), Some(&true.into()));
    /// # Ok(()) }
    /// # run().unwrap();
    /// ```
    pub fn field(&self, name: &str) -> Option<&Value> {
        self.json.0.get("data")?.get(name)
    }

    /// Returns why the data of a known kind is [`EventData::Unknown`]: what was expected, and where. `None`
    /// if it matches its model, or if the kind is unknown.
    pub fn data_error(&self) -> Option<&str> {
        self.data_error.as_deref()
    }

    pub(super) fn read(body: &[u8], message_id: Option<String>) -> Result<Self, WebhookError> {
        let json = json(body)?;
        let event = Self::of(json, message_id).map_err(not_an_event)?;
        if let Some(reason) = event.data_error() {
            tracing::warn!(kind = %event.kind, reason, "unexpected data in a webhook");
        }
        Ok(event)
    }

    fn of(json: Value, message_id: Option<String>) -> Result<Self, &'static str> {
        let members = json.as_object().ok_or("it is not an object")?;
        let kind = members.get("type").and_then(Value::as_str);
        let kind = EventKind::from(kind.ok_or("it has no `type`")?);
        let data = members.get("data").unwrap_or(&Value::Null);
        let (data, data_error) = match decode(&kind, data) {
            Ok(data) => (data, None),
            Err(error) => {
                let reason = format!("unexpected data for {kind}: {error}");
                (EventData::Unknown(data.clone()), Some(reason))
            }
        };
        let request = members
            .get("event_attributes")
            .and_then(|attributes| attributes.get("http_request"));
        Ok(Self {
            message_id,
            timestamp: members.get("timestamp").and_then(timestamp),
            instance_id: members.get("instance_id").and_then(text),
            attributes: EventAttributes {
                client_ip: request.and_then(|request| text(request.get("client_ip")?)),
                user_agent: request.and_then(|request| text(request.get("user_agent")?)),
            },
            kind,
            data,
            data_error,
            json: Json(json),
        })
    }
}

impl Serialize for Event {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let nothing = Map::new();
        let members = self.json.0.as_object().unwrap_or(&nothing);
        let id = self
            .message_id
            .as_ref()
            .map(|id| (MESSAGE_ID, Value::from(id.as_str())));
        let id = id.as_ref().map(|(name, value)| (*name, value));
        let sent = members.iter().map(|(name, value)| (name.as_str(), value));
        serializer.collect_map(sent.filter(|(name, _)| *name != MESSAGE_ID).chain(id))
    }
}

impl<'de> Deserialize<'de> for Event {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut members = Map::deserialize(deserializer)?;
        let id = members.remove(MESSAGE_ID);
        let id = id.and_then(|id| id.as_str().map(str::to_owned));
        Self::of(Value::Object(members), id)
            .map_err(|reason| D::Error::custom(format!("not an event: {reason}")))
    }
}

impl std::fmt::Debug for Json {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Json([not printed])")
    }
}

/// Parses the JSON of a body. As in responses of the API, a byte order mark is skipped, and a lone surrogate
/// is read as U+FFFD: one in the name of a user must not fail the webhook.
fn json(body: &[u8]) -> Result<Value, WebhookError> {
    serde_json::from_slice(body).or_else(|error| {
        let (line, column) = (error.line(), error.column());
        models::from_json(body).map_err(|_| {
            not_an_event(&format!("it is not JSON (line {line}, column {column})")).caused_by(error)
        })
    })
}

fn not_an_event(reason: &str) -> WebhookError {
    WebhookError::new(
        WebhookErrorKind::Body,
        format!("the body of the webhook is not an event: {reason}"),
    )
}

fn text(value: &Value) -> Option<String> {
    value.as_str().map(str::to_owned)
}

/// A point in time in Unix seconds or milliseconds: values below 10¹¹ are seconds, before the year 5138.
fn timestamp(value: &Value) -> Option<Timestamp> {
    const FIRST_MILLISECONDS: f64 = 1e11;

    if let Some(number) = value.as_i64() {
        let is_seconds = number.unsigned_abs() < FIRST_MILLISECONDS as u64;
        return Some(Timestamp::from(if is_seconds {
            number * 1000
        } else {
            number
        }));
    }
    let number = value.as_f64()?;
    let milliseconds = if number.abs() < FIRST_MILLISECONDS {
        number * 1000.0
    } else {
        number
    };
    // The cast saturates.
    Some(Timestamp::from(milliseconds as i64))
}
