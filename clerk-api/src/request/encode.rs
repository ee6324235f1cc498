//! From a [`Request`] to HTTP: the URL, and a body that can be created for each attempt.

use bytes::Bytes;
use http::{HeaderName, HeaderValue, Uri, header};

use super::{BodyKind, Payload, Request, path, query};
use crate::client::BaseUrl;
use crate::error::Error;
use crate::multipart::Multipart;
use crate::source::SourceFault;
use crate::transport::Body;
use crate::types::Secret;

/// A valid, encoded request.
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
        // Everything else has been checked, so only the length can be wrong.
        address
            .parse()
            .map_err(|_| Error::request("the URL is too long; pass fewer ids in one call"))
    }

    fn content(&self) -> Result<Content<'_>, Error> {
        let json = |value: &_| {
            serde_json::to_vec(value)
                .map(|bytes| Content::Json(bytes.into()))
                .map_err(|error| {
                    Error::request(format!("the body cannot be serialized: {error}"))
                        .caused_by(error)
                })
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

    /// The secrets that a response may repeat.
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

    /// The header that describes the body.
    pub(crate) fn content_type(&self) -> Option<(HeaderName, HeaderValue)> {
        let value = match &self.content {
            Content::Nothing => return None,
            Content::Json(_) => HeaderValue::from_static("application/json"),
            Content::Multipart(multipart) => multipart.content_type(),
        };
        Some((header::CONTENT_TYPE, value))
    }

    /// The body for one attempt. An error while reading it is reported to `fault`.
    pub(crate) async fn body(&self, fault: &SourceFault) -> Result<Body, Error> {
        match &self.content {
            Content::Nothing => Ok(Body::empty()),
            Content::Json(bytes) => Ok(bytes.clone().into()),
            Content::Multipart(multipart) => multipart.body(fault).await,
        }
    }
}
