//! A body that can be sent once.
//!
//! reqwest clones a request before it sends it, in order to follow a redirect or to retry when HTTP/2
//! refuses it. A body that cannot be cloned prevents both, whatever the settings of the caller's client.

use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Frame, SizeHint};

pub(super) struct Once(reqwest::Body);

impl Once {
    /// The request with a body, possibly empty, that can be sent once.
    pub(super) fn body_of(mut request: reqwest::Request) -> reqwest::Request {
        let body = request.body_mut().take().unwrap_or_else(|| "".into());
        *request.body_mut() = Some(reqwest::Body::wrap(Self(body)));
        request
    }
}

impl http_body::Body for Once {
    type Data = Bytes;
    type Error = reqwest::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, reqwest::Error>>> {
        Pin::new(&mut self.0).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.0.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        let size = self.0.size_hint();
        match size.exact() {
            // reqwest clones a body that is known to be empty. `is_end_stream` is enough for the protocols.
            Some(0) => SizeHint::default(),
            _ => size,
        }
    }
}
