//! Reads the body of a response. That of a success is bounded in size; that of an error, or one that
//! nobody needs, in time too, since its status, which is known already, is worth more.

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use futures_core::Stream;

use crate::transport::{ResponseBody, TransportError};

/// Where the status is enough, no body is read further than this.
const SHORT_BYTES: usize = 1024 * 1024;
/// How long such a body may take once its head is there.
pub(crate) const SHORT_TIME: Duration = Duration::from_secs(2);

/// Why a body is not there as a whole.
pub(crate) enum Incomplete {
    /// It is longer than the limit; this is its beginning.
    TooLong(Bytes),
    Failed(TransportError),
}

/// The whole body, if it has at most `limit` bytes.
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

/// As much of a body as arrives in time, where the status is enough.
pub(crate) async fn beginning(mut body: ResponseBody, time: Duration) -> Bytes {
    let mut received = Received::default();
    let read = async {
        while received.len() < SHORT_BYTES {
            match chunk(&mut body).await {
                Some(Ok(chunk)) => received.add(chunk),
                Some(Err(error)) => {
                    tracing::debug!(%error, "the body of a response broke off, and its status is enough");
                    break;
                }
                None => break,
            }
        }
    };
    if tokio::time::timeout(time, read).await.is_err() {
        tracing::debug!("the body of a response took too long, and its status is enough");
    }
    received.into_bytes()
}

fn chunk(
    body: &mut ResponseBody,
) -> impl Future<Output = Option<Result<Bytes, TransportError>>> + '_ {
    poll_fn(|context| Pin::new(&mut *body).poll_next(context))
}

/// What has arrived. A body of one chunk is not copied.
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
