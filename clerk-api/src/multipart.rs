//! `multipart/form-data` (RFC 7578), streamed: only the headers of the parts are in memory.

use std::collections::VecDeque;
use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use futures_core::Stream;
use http::HeaderValue;

use crate::chunks::Chunks;
use crate::error::Error;
use crate::source::SourceFault;
use crate::transport::Body;
use crate::upload::Upload;

/// A part of a form.
pub(crate) struct Part {
    name: &'static str,
    content: PartContent,
}

enum PartContent {
    Text(String),
    File(Upload),
}

impl Part {
    pub(crate) fn text(name: &'static str, text: String) -> Self {
        Self {
            name,
            content: PartContent::Text(text),
        }
    }

    pub(crate) fn file(name: &'static str, upload: Upload) -> Self {
        Self {
            name,
            content: PartContent::File(upload),
        }
    }

    pub(crate) fn name(&self) -> &'static str {
        self.name
    }
}

/// A form that can be encoded once for each attempt.
pub(crate) struct Multipart<'a> {
    parts: &'a [Part],
    boundary: String,
}

impl<'a> Multipart<'a> {
    pub(crate) fn new(parts: &'a [Part]) -> Result<Self, Error> {
        for part in parts {
            if let PartContent::File(upload) = &part.content
                && HeaderValue::from_str(upload.media_type()).is_err()
            {
                return Err(Error::request(
                    "the content type of the upload is not a valid header value; expected one like \"image/png\"",
                ));
            }
        }
        Ok(Self {
            parts,
            boundary: boundary(),
        })
    }

    pub(crate) fn is_replayable(&self) -> bool {
        self.parts.iter().all(|part| match &part.content {
            PartContent::Text(_) => true,
            PartContent::File(upload) => upload.is_replayable(),
        })
    }

    pub(crate) fn content_type(&self) -> HeaderValue {
        let value = format!("multipart/form-data; boundary={}", self.boundary);
        // Cannot fail: the boundary has only hexadecimal digits and hyphens.
        HeaderValue::from_str(&value)
            .unwrap_or_else(|_| HeaderValue::from_static("multipart/form-data"))
    }

    pub(crate) async fn body(&self, fault: &SourceFault) -> Result<Body, Error> {
        let mut pieces = VecDeque::new();
        let mut length = Some(0);
        for part in self.parts {
            let head = self.head(part);
            let (content, content_length) = match &part.content {
                PartContent::Text(text) => {
                    (Chunks::Bytes(text.clone().into()), Some(text.len() as u64))
                }
                PartContent::File(upload) => upload.open().await?,
            };
            length = match length.zip(content_length) {
                Some((sum, content)) => Some(total([sum, head.len() as u64, content, 2])?),
                None => None,
            };
            pieces.push_back(Chunks::Bytes(head.into()));
            pieces.push_back(content);
            pieces.push_back(Chunks::Bytes(Bytes::from_static(b"\r\n")));
        }
        let end = format!("--{}--\r\n", self.boundary);
        if let Some(sum) = length {
            length = Some(total([sum, end.len() as u64])?);
        }
        pieces.push_back(Chunks::Bytes(end.into()));
        let pieces = Pieces {
            pieces,
            fault: fault.clone(),
        };
        Ok(Body::streamed(Box::pin(pieces), length))
    }

    fn head(&self, part: &Part) -> String {
        let boundary = &self.boundary;
        let name = escaped(part.name);
        match &part.content {
            PartContent::Text(_) => {
                format!("--{boundary}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n")
            }
            PartContent::File(upload) => format!(
                "--{boundary}\r\nContent-Disposition: form-data; name=\"{name}\"; filename=\"{}\"\r\n\
                 Content-Type: {}\r\n\r\n",
                escaped(upload.name()),
                upload.media_type(),
            ),
        }
    }
}

/// The length of a form. The stated lengths of streams may be any number.
fn total<const N: usize>(lengths: [u64; N]) -> Result<u64, Error> {
    let mut lengths = lengths.into_iter();
    let sum = lengths.try_fold(0_u64, u64::checked_add);
    sum.ok_or_else(|| Error::request("the total length of the uploads is too large for a request"))
}

/// Encodes a name as browsers do: three characters are escaped.
fn escaped(name: &str) -> String {
    name.replace('"', "%22")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

/// An unpredictable boundary, from the random seeds of the standard library.
fn boundary() -> String {
    let random = || RandomState::new().hash_one(0);
    format!("----clerk-{:016x}{:016x}", random(), random())
}

struct Pieces {
    pieces: VecDeque<Chunks>,
    fault: SourceFault,
}

impl Stream for Pieces {
    type Item = io::Result<Bytes>;

    fn poll_next(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<io::Result<Bytes>>> {
        while let Some(piece) = self.pieces.front_mut() {
            match ready!(piece.poll_chunk(context)) {
                Some(Ok(chunk)) => return Poll::Ready(Some(Ok(chunk))),
                Some(Err(fault)) => {
                    self.pieces.clear();
                    return Poll::Ready(Some(Err(self.fault.report(fault))));
                }
                None => {
                    self.pieces.pop_front();
                }
            }
        }
        Poll::Ready(None)
    }
}
