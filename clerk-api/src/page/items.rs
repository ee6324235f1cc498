//! The walk over all pages of a list, item by item.
//!
//! Pages are asked for by `limit` and `offset`. The walk ends where the total is reached, or at an
//! empty page, or, for lists without a total, at a page that is not full. A server that ignores the
//! offset would answer the same page for ever: that is an error.

use std::fmt;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::vec;

use bytes::Bytes;
use futures_core::Stream;
use serde::de::DeserializeOwned;

use super::Page;
use crate::call::{self, Reply, Response};
use crate::client::Clerk;
use crate::decode::{self, Elements, Fault, Shaped};
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
    ready: Ready<T>,
}

/// The items of the page that was read last.
enum Ready<T> {
    Decoded(vec::IntoIter<T>),
    /// They are decoded as they are asked for, because one of them does not fit.
    Undecoded(Elements<T>, Box<Response>),
}

impl<T> Items<T> {
    pub(crate) fn new(client: Clerk, request: Request, rule: Rule) -> Self {
        Self {
            walk: Walk::new(client, request, rule),
            ready: Ready::Decoded(Vec::new().into_iter()),
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
            if let Some(item) = self.ready.next() {
                return Poll::Ready(Some(item));
            }
            let reply = match ready!(self.walk.poll_page(context)) {
                None => return Poll::Ready(None),
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                Some(Ok(reply)) => reply,
            };
            match Ready::read(&reply.response) {
                Ok((ready, items, total)) => match self.walk.turn(reply, items, total) {
                    Ok(()) => self.ready = ready,
                    Err(error) => return Poll::Ready(Some(Err(error))),
                },
                Err(fault) => {
                    let response = &reply.response;
                    let error = response.undecodable(&response.body, fault);
                    return Poll::Ready(Some(Err(error)));
                }
            }
        }
    }
}

impl<T: Shaped + DeserializeOwned> Ready<T> {
    /// Reads a page; only when it does not fit as a whole, element by element. Returns how many items
    /// it has and how many there are on all pages.
    fn read(response: &Response) -> Result<(Self, usize, Option<i64>), Fault> {
        if let Some(page) = decode::strictly::<Page<T>>(&response.body) {
            let (items, total) = (page.data.len(), page.total_count);
            return Ok((Self::Decoded(page.data.into_iter()), items, total));
        }
        let elements = Elements::read(&response.body, response.span.clone())?;
        let (items, total) = (elements.len(), elements.total_count());
        let response = Box::new(response.clone());
        Ok((Self::Undecoded(elements, response), items, total))
    }

    fn next(&mut self) -> Option<Result<T, Error>> {
        match self {
            Self::Decoded(items) => items.next().map(Ok),
            Self::Undecoded(elements, response) => {
                let element = elements.next()?;
                Some(element.map_err(|bad| response.undecodable(&bad.text, bad.fault)))
            }
        }
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
        if reply.response.body == self.previous {
            return Err(reply.response.error(Error::pagination(
                "the server answered the same page again; it seems to ignore `offset`",
            )));
        }
        self.offset = self.offset.saturating_add(items);
        let over = match total.and_then(|total| u64::try_from(total).ok()) {
            Some(total) => self.offset >= total,
            None => items < self.limit,
        };
        if !over {
            self.previous = reply.response.body;
            self.state = State::Ready(Box::new(reply.request));
        }
        Ok(())
    }
}
