//! Responses: a status, headers, and a body that may be truncated.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode, header};
use hyper::body::{Frame, SizeHint};

/// A response.
#[derive(Clone, Debug)]
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    /// Whether the connection is closed in the middle of the body.
    pub(crate) cut: bool,
}

impl Reply {
    pub(crate) fn new(
        status: StatusCode,
        media_type: &'static str,
        body: impl Into<Bytes>,
    ) -> Self {
        let mut reply = Self::empty(status);
        reply.body = body.into();
        reply.header(header::CONTENT_TYPE, media_type);
        reply
    }

    pub(crate) fn empty(status: StatusCode) -> Self {
        Self {
            status,
            headers: HeaderMap::new(),
            body: Bytes::new(),
            cut: false,
        }
    }

    /// Adds a header. A value that a header cannot contain is omitted.
    pub(crate) fn header(&mut self, name: HeaderName, value: &str) {
        if let Ok(value) = HeaderValue::from_str(value) {
            self.headers.insert(name, value);
        }
    }

    pub(super) fn into_response(self) -> Response<Body> {
        let sent = if self.cut {
            self.body.slice(..self.body.len() / 2)
        } else {
            self.body.clone()
        };
        let mut response = Response::new(Body {
            length: self.body.len() as u64,
            rest: Some(sent),
            cut: self.cut.then_some(PAUSES),
        });
        *response.status_mut() = self.status;
        *response.headers_mut() = self.headers;
        response
    }
}

/// How often a truncated body lets the server write first. Failing at once would discard what was sent
/// with the connection.
const PAUSES: u32 = 3;

pub(crate) struct Body {
    /// The announced length.
    length: u64,
    rest: Option<Bytes>,
    cut: Option<u32>,
}

impl hyper::body::Body for Body {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        match (self.rest.take(), self.cut) {
            (Some(bytes), _) if !bytes.is_empty() => Poll::Ready(Some(Ok(Frame::data(bytes)))),
            (_, None) => Poll::Ready(None),
            (_, Some(0)) => Poll::Ready(Some(Err(io::ErrorKind::UnexpectedEof.into()))),
            (_, Some(pauses)) => {
                self.cut = Some(pauses - 1);
                context.waker().wake_by_ref();
                Poll::Pending
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.cut.is_none() && self.rest.as_ref().is_none_or(Bytes::is_empty)
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.length)
    }
}
