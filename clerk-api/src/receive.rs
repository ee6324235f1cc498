//! Reads the body of a response. The body of a success is limited in size. The body of an error, or one
//! that is ignored, is also limited in time, because its status is already known.

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use futures_core::Stream;

use crate::transport::{ResponseBody, TransportError};

/// At most this much is read of the body of an error, or of one that is ignored.
const SHORT_BYTES: usize = 1024 * 1024;
/// How long such a body may take after its head.
pub(crate) const SHORT_TIME: Duration = Duration::from_secs(2);

/// Why a body is incomplete.
pub(crate) enum Incomplete {
    /// It is longer than the limit. This is its beginning.
    TooLong(Bytes),
    Failed(TransportError),
}

/// Reads a body of at most `limit` bytes.
pub(crate) async fn whole(mut body: ResponseBody, limit: usize) -> Result<Bytes, Incomplete> {
    let mut received = Received::default();
    while let Some(chunk) = chunk(&mut body).await {
        received.add(chunk.map_err(Incomplete::Failed)?);
        if received.len() > limit {
            return Err(Incomplete::TooLong(received.into_bytes()));
        }
    }
    Ok(received.into_bytes())
}

/// Reads the part of a body that arrives in time, for an error or a body that is ignored.
pub(crate) async fn beginning(mut body: ResponseBody, time: Duration) -> Bytes {
    let mut received = Received::default();
    let read = async {
        while received.len() < SHORT_BYTES {
            match chunk(&mut body).await {
                Some(Ok(chunk)) => received.add(chunk),
                Some(Err(error)) => {
                    tracing::debug!(%error, "incomplete response body, ignoring the rest");
                    break;
                }
                None => break,
            }
        }
    };
    if tokio::time::timeout(time, read).await.is_err() {
        tracing::debug!("response body took too long, ignoring the rest");
    }
    received.into_bytes()
}

fn chunk(
    body: &mut ResponseBody,
) -> impl Future<Output = Option<Result<Bytes, TransportError>>> + '_ {
    poll_fn(|context| Pin::new(&mut *body).poll_next(context))
}

/// The received chunks. A body of one chunk is not copied.
#[derive(Default)]
struct Received {
    first: Bytes,
    all: BytesMut,
}

impl Received {
    fn add(&mut self, chunk: Bytes) {
        if self.len() == 0 {
            self.first = chunk;
            return;
        }
        if !self.first.is_empty() {
            self.all.extend_from_slice(&self.first);
            self.first = Bytes::new();
        }
        self.all.extend_from_slice(&chunk);
    }

    fn len(&self) -> usize {
        self.first.len() + self.all.len()
    }

    fn into_bytes(self) -> Bytes {
        if self.all.is_empty() {
            self.first
        } else {
            self.all.freeze()
        }
    }
}
