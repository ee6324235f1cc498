//! The walk over all pages of a list, item by item.
//!
//! Pages are asked for by `limit` and `offset`. The walk ends where the total is reached, or at an
//! empty page, or, for lists without a total, at a page that is not full. A server that ignores the
//! offset would answer the same page for ever: that is an error.

use std::collections::VecDeque;
use std::fmt;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use futures_core::Stream;
use serde::de::DeserializeOwned;

use super::Page;
use crate::call::{self, Reply};
use crate::client::Clerk;
use crate::decode::{self, Fault, Shaped};
use crate::error::Error;
use crate::request::Request;

/// How the pages of an operation are asked for.
#[doc(hidden)]
#[derive(Clone, Copy, Debug)]
pub struct Rule {
    /// The largest page that the API gives.
    pub max_limit: u32,
    /// The parameter of the query that makes the API say the total, where there is one.
    pub switch: Option<&'static str>,
}

const DEFAULT_LIMIT: u64 = 100;

/// Every item of a list, from all its pages.
///
/// It is a [`Stream`], and [`try_next`](Self::try_next) needs no other crate. An item that cannot be
/// decoded is an error of its own, after which the next item follows; after any other error the walk
/// is over.
#[must_use = "nothing is sent until the items are asked for"]
pub struct Items<T> {
    walk: Walk,
    ready: VecDeque<Result<T, Error>>,
}

impl<T> Items<T> {
    pub(crate) fn new(client: Clerk, request: Request, rule: Rule) -> Self {
        Self {
            walk: Walk::new(client, request, rule),
            ready: VecDeque::new(),
        }
    }
}

impl<T: Shaped + DeserializeOwned> Items<T> {
    /// The next item; `None` after the last.
    pub async fn try_next(&mut self) -> Result<Option<T>, Error> {
        poll_fn(|context| self.poll_item(context)).await.transpose()
    }

    fn poll_item(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<T, Error>>> {
        loop {
            if let Some(item) = self.ready.pop_front() {
                return Poll::Ready(Some(item));
            }
            let reply = match ready!(self.walk.poll_page(context)) {
                None => return Poll::Ready(None),
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                Some(Ok(reply)) => reply,
            };
            let span = reply.span.clone();
            let read = span.in_scope(|| self.read(&reply));
            let result = match read {
                Ok(total) => self.walk.turn(reply, self.ready.len(), total),
                Err(fault) => Err(self.walk.undecodable(&reply, fault)),
            };
            if let Err(error) = result {
                self.ready.clear();
                return Poll::Ready(Some(Err(error)));
            }
        }
    }

    /// Reads a page; only when it does not fit as a whole, element by element.
    fn read(&mut self, reply: &Reply) -> Result<Option<i64>, Fault> {
        if let Ok(page) = decode::decode::<Page<T>>(&reply.body) {
            self.ready.extend(page.data.into_iter().map(Ok));
            return Ok(page.total_count);
        }
        let page = decode::elements::<T>(&reply.body)?;
        for element in page.elements {
            let item = element.map_err(|fault| decode_error(reply, fault));
            self.ready.push_back(item);
        }
        Ok(page.total_count)
    }
}

impl<T: Shaped + DeserializeOwned> Stream for Items<T> {
    type Item = Result<T, Error>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.get_mut().poll_item(context)
    }
}

// Nothing in it is ever pinned.
impl<T> Unpin for Items<T> {}

impl<T> fmt::Debug for Items<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Items")
            .field("offset", &self.walk.offset)
            .field("limit", &self.walk.limit)
            .finish_non_exhaustive()
    }
}

fn decode_error(reply: &Reply, fault: Fault) -> Error {
    let error = Error::decode(reply.status, &reply.headers, &reply.body, fault);
    reply.error(error)
}

/// The part of the walk that knows nothing of the items.
struct Walk {
    client: Clerk,
    limit: u64,
    offset: u64,
    state: State,
    /// The last page that held something.
    previous: Bytes,
}

enum State {
    Ready(Box<Request>),
    Waiting(Pin<Box<dyn Future<Output = Result<Reply, Error>> + Send>>),
    Done,
}

impl Walk {
    fn new(client: Clerk, mut request: Request, rule: Rule) -> Self {
        let largest = u64::from(rule.max_limit.max(1));
        let limit = request.query_number("limit").unwrap_or(DEFAULT_LIMIT);
        if let Some(switch) = rule.switch {
            request.query(switch, true);
        }
        Self {
            client,
            limit: limit.clamp(1, largest),
            offset: request.query_number("offset").unwrap_or(0),
            state: State::Ready(Box::new(request)),
            previous: Bytes::new(),
        }
    }

    fn poll_page(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Reply, Error>>> {
        loop {
            match std::mem::replace(&mut self.state, State::Done) {
                State::Done => return Poll::Ready(None),
                State::Ready(mut request) => {
                    request.query("limit", self.limit);
                    request.query("offset", self.offset);
                    let client = self.client.clone();
                    self.state = State::Waiting(Box::pin(async move {
                        call::send(client.inner(), *request).await
                    }));
                }
                State::Waiting(mut page) => match page.as_mut().poll(context) {
                    Poll::Ready(page) => return Poll::Ready(Some(page)),
                    Poll::Pending => {
                        self.state = State::Waiting(page);
                        return Poll::Pending;
                    }
                },
            }
        }
    }

    /// Decides whether another page follows this one.
    fn turn(&mut self, reply: Reply, items: usize, total: Option<i64>) -> Result<(), Error> {
        let items = items as u64;
        if items == 0 {
            return Ok(());
        }
        if reply.body == self.previous {
            return Err(reply.error(Error::pagination(
                "the server answered the same page again; it seems to ignore `offset`",
            )));
        }
        self.offset = self.offset.saturating_add(items);
        let over = match total.and_then(|total| u64::try_from(total).ok()) {
            Some(total) => self.offset >= total,
            None => items < self.limit,
        };
        if !over {
            self.previous = reply.body;
            self.state = State::Ready(Box::new(reply.request));
        }
        Ok(())
    }

    fn undecodable(&mut self, reply: &Reply, fault: Fault) -> Error {
        self.state = State::Done;
        decode_error(reply, fault)
    }
}
