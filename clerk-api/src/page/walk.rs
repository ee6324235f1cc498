//! The part of a walk that is independent of the item type: which page is requested next, and when the
//! list is over.
//!
//! By cursor, each page begins after the last item of the previous one, so items that are added or removed
//! meanwhile do not shift the pages. By offset, for lists without a cursor, they do. A shrinking total
//! reveals that.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;

use super::rule::Cursor;
use crate::call::{self, Reply, Response};
use crate::client::Clerk;
use crate::error::{Call, Error};
use crate::request::Request;

const ORDER: &str = "order_by";

/// A walk over the pages of a list.
pub(super) struct Walk {
    client: Clerk,
    limit: u64,
    position: Position,
    state: State,
    /// The last page that had items.
    previous: Bytes,
}

/// Where the next page begins.
enum Position {
    Offset {
        offset: u64,
        /// The total that the previous page stated.
        total: Option<u64>,
    },
    After {
        parameter: &'static str,
        id: Option<String>,
    },
}

enum State {
    Ready(Box<Request>),
    Waiting(Pin<Box<dyn Future<Output = Result<Reply, Error>> + Send>>),
    Refused(Error),
    Done,
}

impl Walk {
    pub(super) fn new(
        client: Clerk,
        mut request: Request,
        largest: u32,
        switch: Option<&'static str>,
        cursor: Option<Cursor>,
    ) -> Self {
        let largest = u64::from(largest.max(1));
        let limit = request.query_number("limit").unwrap_or(largest);
        if let Some(switch) = switch {
            request.query(switch, true);
        }
        let position = Position::first(&mut request, cursor);
        let (position, state) = match position {
            Ok(position) => (position, State::Ready(Box::new(request))),
            Err(error) => {
                let error = error.of_call(Call::of(&request));
                (Position::start(), State::Refused(error))
            }
        };
        Self {
            client,
            limit: limit.clamp(1, largest),
            position,
            state,
            previous: Bytes::new(),
        }
    }

    /// Whether no further page will come.
    pub(super) fn is_done(&self) -> bool {
        matches!(self.state, State::Done)
    }

    /// Whether the next page is requested by the id of the last item.
    pub(super) fn is_by_cursor(&self) -> bool {
        matches!(self.position, Position::After { .. })
    }

    pub(super) fn poll_page(
        &mut self,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Reply, Error>>> {
        loop {
            match std::mem::replace(&mut self.state, State::Done) {
                State::Done => return Poll::Ready(None),
                State::Refused(error) => return Poll::Ready(Some(Err(error))),
                State::Ready(mut request) => {
                    request.query("limit", self.limit);
                    self.position.ask(&mut request);
                    let page = call::send(self.client.clone(), *request);
                    self.state = State::Waiting(Box::pin(page));
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

    /// Checks that a page with this many items can follow the previous ones.
    pub(super) fn check(
        &mut self,
        response: &Response,
        items: usize,
        total: Option<i64>,
    ) -> Result<(), Error> {
        if let Position::Offset { total: known, .. } = &mut self.position {
            let total = total.and_then(|total| u64::try_from(total).ok());
            if let (Some(before), Some(now)) = (*known, total)
                && now < before
            {
                return Err(response.error(Error::pagination(format!(
                    "the list shrank from {before} to {now} items while its pages were requested, so items may have been skipped; collect the items before you remove any, or start again"
                ))));
            }
            *known = total.or(*known);
        }
        if items > 0 && response.body == self.previous {
            return Err(response.error(Error::pagination(format!(
                "the server returned the same page twice; it seems to ignore `{}`",
                self.position.parameter()
            ))));
        }
        Ok(())
    }

    /// Continues after a page with this many items, of which the last has this id, if another page
    /// follows.
    pub(super) fn advance(
        &mut self,
        reply: Reply,
        items: usize,
        last: impl FnOnce() -> Option<String>,
    ) -> Result<(), Error> {
        let items = items as u64;
        let over = match &mut self.position {
            _ if items == 0 => true,
            Position::Offset { offset, total } => {
                *offset = offset.saturating_add(items);
                match *total {
                    Some(total) => *offset >= total,
                    None => items < self.limit,
                }
            }
            // With a cursor, a page that is not full is the last one.
            Position::After { .. } if items < self.limit => true,
            Position::After { parameter, id } => {
                let last = last();
                if last.is_none() || last == *id {
                    let why = match last {
                        None => {
                            "the last item of a page has no `id`, so the list cannot be continued after it"
                                .to_owned()
                        }
                        Some(_) => format!(
                            "the server returned the same page twice; it seems to ignore `{parameter}`"
                        ),
                    };
                    return Err(reply.response.error(Error::pagination(why)));
                }
                *id = last;
                false
            }
        };
        if !over {
            self.previous = reply.response.body;
            self.state = State::Ready(Box::new(reply.request));
        }
        Ok(())
    }
}

impl Position {
    fn start() -> Self {
        Self::Offset {
            offset: 0,
            total: None,
        }
    }

    /// The position from which the caller starts.
    fn first(request: &mut Request, cursor: Option<Cursor>) -> Result<Self, Error> {
        let offset = request.query_number("offset").unwrap_or(0);
        let Some(cursor) = cursor else {
            return Ok(Self::Offset {
                offset,
                total: None,
            });
        };
        let parameter = cursor.parameter;
        let order = request.query_value(ORDER);
        if !cursor.follows(order) {
            return Err(Error::request(format!(
                "this list cannot be streamed with `{ORDER}` {:?}, whose values change and are not unique, so items would be skipped or repeated; omit `{ORDER}` or use {}, and sort the items after collecting them",
                order.unwrap_or_default(),
                cursor.orders.join(" or "),
            )));
        }
        let id = request.query_value(parameter).map(str::to_owned);
        if id.is_some() && offset > 0 {
            return Err(Error::request(format!(
                "`{parameter}` and `offset` {offset} are mutually exclusive; set only one of them"
            )));
        }
        if offset == 0 {
            request.query_remove("offset");
        }
        Ok(Self::After { parameter, id })
    }

    fn ask(&self, request: &mut Request) {
        match self {
            Self::Offset { offset, .. } => request.query("offset", *offset),
            Self::After {
                parameter,
                id: Some(id),
            } => {
                request.query_remove("offset");
                request.query(parameter, id);
            }
            Self::After { id: None, .. } => {}
        }
    }

    fn parameter(&self) -> &'static str {
        match self {
            Self::Offset { .. } => "offset",
            Self::After { parameter, .. } => parameter,
        }
    }
}

impl std::fmt::Debug for Walk {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Walk")
            .field("by", &self.position.parameter())
            .field("limit", &self.limit)
            .finish_non_exhaustive()
    }
}
