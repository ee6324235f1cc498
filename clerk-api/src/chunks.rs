//! The content of a part of a form, checked against the length that was sent to the server.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use tokio::time::Sleep;

use crate::error::Error;
use crate::transport::ByteStream;

/// How long a source of known length may take to end after its last byte.
const END: Duration = Duration::from_secs(1);

/// Content that was opened.
pub(crate) enum Chunks {
    Bytes(Bytes),
    Stream(Source),
}

/// A file or a stream.
pub(crate) struct Source {
    /// For messages.
    what: String,
    stream: ByteStream,
    /// Set if the length is known.
    promise: Option<Promise>,
}

struct Promise {
    length: u64,
    left: u64,
    /// Runs while a source that returned all its bytes has not ended.
    end: Option<Pin<Box<Sleep>>>,
}

impl Chunks {
    pub(crate) fn new(what: String, stream: ByteStream, length: Option<u64>) -> Self {
        let promise = length.map(|length| Promise {
            length,
            left: length,
            end: None,
        });
        Self::Stream(Source {
            what,
            stream,
            promise,
        })
    }

    pub(crate) fn poll_chunk(
        &mut self,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, Error>>> {
        match self {
            Self::Bytes(bytes) if bytes.is_empty() => Poll::Ready(None),
            Self::Bytes(bytes) => Poll::Ready(Some(Ok(std::mem::take(bytes)))),
            Self::Stream(source) => source.poll_chunk(context),
        }
    }
}

impl Source {
    fn poll_chunk(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Bytes, Error>>> {
        let next = self.stream.as_mut().poll_next(context);
        let Some(promise) = &mut self.promise else {
            let chunk = ready!(next);
            return Poll::Ready(chunk.map(|chunk| chunk.map_err(|error| self.failed(error))));
        };
        let broken = match next {
            Poll::Pending if promise.left > 0 => return Poll::Pending,
            Poll::Pending => {
                let end = promise
                    .end
                    .get_or_insert_with(|| Box::pin(tokio::time::sleep(END)));
                ready!(end.as_mut().poll(context));
                format!("returned its {} bytes and did not end", promise.length)
            }
            Poll::Ready(None) if promise.left == 0 => return Poll::Ready(None),
            Poll::Ready(None) => format!(
                "is shorter than its stated length: it ended after {} of {} bytes",
                promise.length - promise.left,
                promise.length
            ),
            Poll::Ready(Some(Err(error))) => return Poll::Ready(Some(Err(self.failed(error)))),
            Poll::Ready(Some(Ok(chunk))) => match promise.left.checked_sub(chunk.len() as u64) {
                Some(left) => {
                    promise.left = left;
                    return Poll::Ready(Some(Ok(chunk)));
                }
                None => format!(
                    "is longer than its stated length of {} bytes",
                    promise.length
                ),
            },
        };
        Poll::Ready(Some(Err(Error::request(format!("{} {broken}", self.what)))))
    }

    fn failed(&self, error: io::Error) -> Error {
        let (what, kind) = (&self.what, error.kind());
        Error::request(format!("{what} cannot be read ({kind})")).caused_by(error)
    }
}
