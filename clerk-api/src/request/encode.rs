//! From a [`Request`] to what is sent: the address, and a body that can be made again for each
//! attempt.

use bytes::Bytes;
use http::{HeaderName, HeaderValue, Uri, header};

use super::{BodyKind, Payload, Request, path, query};
use crate::client::BaseUrl;
use crate::error::Error;
use crate::multipart::Multipart;
use crate::source::SourceFault;
use crate::transport::Body;
use crate::types::Secret;

/// A request that was checked and encoded.
pub(crate) struct Encoded<'a> {
    pub(crate) uri: Uri,
    content: Content<'a>,
}

enum Content<'a> {
    Nothing,
    Json(Bytes),
    Multipart(Multipart<'a>),
}

impl Request {
    pub(crate) fn encode(&self, base: &BaseUrl) -> Result<Encoded<'_>, Error> {
        if let Some((reason, cause)) = &self.fault {
            return Err(Error::request(reason.as_str()).caused_by_shared(cause.clone()));
        }
        if let Some(unmet) = self.unmet() {
            return Err(Error::request(unmet));
        }
        Ok(Encoded {
            uri: self.uri(base)?,
            content: self.content()?,
        })
    }

    fn uri(&self, base: &BaseUrl) -> Result<Uri, Error> {
        let value_of = |name: &str| {
            let (_, value) = self.path.iter().find(|(present, _)| present == name)?;
            Some(value.as_str())
        };
        let template = match &self.custom {
            Some(custom) => custom.path.as_str(),
            None => self.operation.path,
        };
        let mut address = base.as_str().to_owned();
        let path = path::fill(template, value_of).map_err(Error::request)?;
        match &self.custom {
            Some(_) => address.push_str(&path::check_custom(&path).map_err(Error::request)?),
            None => address.push_str(&path),
        }
        let mut pairs = Vec::new();
        for (name, value) in &self.query {
            query::encode(name, value, &mut pairs);
        }
        if !pairs.is_empty() {
            address.push('?');
            address.push_str(&pairs.join("&"));
        }
        // The parser's own error says nothing of use: what is left is a length it cannot hold.
        address.parse().map_err(|_| {
            Error::request(
                "the address is longer than an address can be; give fewer ids in one call",
            )
        })
    }

    fn content(&self) -> Result<Content<'_>, Error> {
        let json = |value: &_| {
            serde_json::to_vec(value)
                .map(|bytes| Content::Json(bytes.into()))
                .map_err(|error| Error::request(format!("the body: {error}")).caused_by(error))
        };
        match (&self.payload, self.operation.body) {
            (Payload::Fields(fields), _) => json(&serde_json::Value::from(fields.clone())),
            (Payload::Whole(whole), _) => json(whole),
            (Payload::Parts(parts), _) => Multipart::new(parts).map(Content::Multipart),
            (Payload::Nothing, BodyKind::Json { required: true }) => {
                Ok(Content::Json(Bytes::from_static(b"{}")))
            }
            (Payload::Nothing, BodyKind::List) => Ok(Content::Json(Bytes::from_static(b"[]"))),
            (Payload::Nothing, BodyKind::Multipart) => Multipart::new(&[]).map(Content::Multipart),
            (Payload::Nothing, BodyKind::None | BodyKind::Json { required: false }) => {
                Ok(Content::Nothing)
            }
        }
    }

    /// The secrets that an answer may repeat.
    pub(crate) fn secrets(&self) -> impl Iterator<Item = &Secret> {
        self.secrets.iter().chain(&self.options.bearer)
    }
}

impl Encoded<'_> {
    /// Whether the body can be sent more than once.
    pub(crate) fn is_replayable(&self) -> bool {
        match &self.content {
            Content::Nothing | Content::Json(_) => true,
            Content::Multipart(multipart) => multipart.is_replayable(),
        }
    }

    /// The headers that belong to the body.
    pub(crate) fn content_type(&self) -> Option<(HeaderName, HeaderValue)> {
        let value = match &self.content {
            Content::Nothing => return None,
            Content::Json(_) => HeaderValue::from_static("application/json"),
            Content::Multipart(multipart) => multipart.content_type(),
        };
        Some((header::CONTENT_TYPE, value))
    }

    /// The body, for one attempt, and where it leaves its fault.
    pub(crate) async fn body(&self, fault: &SourceFault) -> Result<Body, Error> {
        match &self.content {
            Content::Nothing => Ok(Body::empty()),
            Content::Json(bytes) => Ok(bytes.clone().into()),
            Content::Multipart(multipart) => multipart.body(fault).await,
        }
    }
}
