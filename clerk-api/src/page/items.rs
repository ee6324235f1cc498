//! The stream over all items of a list: reads the pages that `walk` requests.

use std::collections::HashSet;
use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::vec;

use futures_core::Stream;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::walk::Walk;
use super::{Page, Rule};
use crate::call::{Reply, Response};
use crate::client::Clerk;
use crate::decode::{self, Elements, Fault, Shaped};
use crate::error::{Error, Scrubber};
use crate::request::Request;

/// A stream over every item of a list, across all pages.
///
/// It implements [`Stream`], so the adapters of `futures` and `tokio-stream` work.
/// [`try_next`](Self::try_next) needs neither.
///
/// ```no_run
/// # async fn run(clerk: clerk_api::Clerk) -> Result<(), clerk_api::Error> {
/// let mut users = clerk.users().list().stream();
/// while let Some(user) = users.try_next().await? {
///     println!("{}", user.id);
/// }
/// # Ok(()) }
/// ```
///
/// An item that cannot be decoded is returned as an error, and the stream continues after it. Any other
/// error ends the stream. The `stream` method of each operation documents what happens if the
/// list changes meanwhile.
#[must_use = "streams do nothing unless polled"]
pub struct Items<T> {
    walk: Walk,
    /// The last item of the previous page.
    kept: Option<Result<T, Error>>,
    ready: Ready<T>,
    /// The error that ended the walk.
    failed: Option<Error>,
    id: Option<fn(&T) -> &str>,
    seen: Seen,
}

/// The items of the page that was read last.
enum Ready<T> {
    Decoded(vec::IntoIter<T>),
    /// Decoded one by one, because one of them cannot be decoded strictly.
    Undecoded(Elements<T>, Box<(Response, Scrubber)>),
}

/// The ids of the previous page and of this one. By offset, an item is on two pages if another was added
/// before it.
#[derive(Default)]
struct Seen {
    before: HashSet<String>,
    now: HashSet<String>,
}

impl<T> Items<T> {
    pub(crate) fn new(client: Clerk, request: Request, rule: Rule<T>) -> Self {
        Self {
            walk: Walk::new(client, request, rule.max_limit, rule.switch, rule.cursor),
            kept: None,
            ready: Ready::Decoded(Vec::new().into_iter()),
            failed: None,
            id: rule.id,
            seen: Seen::default(),
        }
    }
}

impl<T: Shaped + DeserializeOwned> Items<T> {
    /// Returns the next item, or `None` after the last.
    ///
    /// # Errors
    ///
    /// If a page cannot be requested, the list changed in a way that may have skipped items, or an item
    /// cannot be decoded.
    pub async fn try_next(&mut self) -> Result<Option<T>, Error> {
        poll_fn(|context| self.poll_item(context)).await.transpose()
    }

    fn poll_item(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<T, Error>>> {
        loop {
            if let Some(item) = self.kept.take().or_else(|| self.next_ready()) {
                return Poll::Ready(Some(item));
            }
            if self.walk.is_done() {
                return Poll::Ready(self.failed.take().map(Err));
            }
            let turned = match ready!(self.walk.poll_page(context)) {
                None => Ok(()),
                Some(Err(error)) => Err(error),
                Some(Ok(reply)) => self.turn(reply),
            };
            self.failed = turned.err();
        }
    }

    /// The next item that was not on the previous page.
    fn next_ready(&mut self) -> Option<Result<T, Error>> {
        let is_by_cursor = self.walk.is_by_cursor();
        // The last item of a page is the cursor of the next one. It is kept back, so that the caller
        // cannot delete it yet.
        let kept = usize::from(is_by_cursor && !self.walk.is_done());
        while self.ready.len() > kept {
            let item = self.ready.next()?;
            let id = match (&item, self.id) {
                (Ok(item), Some(id)) if !is_by_cursor => id(item),
                _ => return Some(item),
            };
            if self.seen.is_new(id) {
                return Some(item);
            }
        }
        None
    }

    /// Reads a page, and prepares the request of the next.
    fn turn(&mut self, reply: Reply) -> Result<(), Error> {
        let (ready, count, total) =
            Ready::read(&reply).map_err(|fault| reply.undecodable(fault))?;
        self.walk.check(&reply.response, count, total)?;
        self.kept = self.ready.next();
        self.ready = ready;
        self.seen.turn();
        let Self {
            walk, ready, id, ..
        } = self;
        walk.advance(reply, count, || ready.last_id(*id))
    }
}

impl<T> Ready<T> {
    fn len(&self) -> usize {
        match self {
            Self::Decoded(items) => items.len(),
            Self::Undecoded(elements, _) => elements.left(),
        }
    }

    /// The id of the last item, whether or not it can be decoded.
    fn last_id(&self, id: Option<fn(&T) -> &str>) -> Option<String> {
        #[derive(Deserialize)]
        struct Item {
            id: String,
        }
        let id = match self {
            Self::Decoded(items) => id?(items.as_slice().last()?).to_owned(),
            Self::Undecoded(elements, _) => serde_json::from_str::<Item>(elements.last()?).ok()?.id,
        };
        (!id.is_empty()).then_some(id)
    }
}

impl<T: Shaped + DeserializeOwned> Ready<T> {
    /// Reads a page as a whole or, if that fails, element by element. Returns the number of its items, and
    /// the number of items on all pages.
    fn read(reply: &Reply) -> Result<(Self, usize, Option<i64>), Fault> {
        let response = &reply.response;
        if let Some(page) = decode::strictly::<Page<T>>(&response.body) {
            let (items, total) = (page.data.len(), page.total_count);
            return Ok((Self::Decoded(page.data.into_iter()), items, total));
        }
        let elements = Elements::read(&response.body, response.span.clone())?;
        let (items, total) = (elements.left(), elements.total_count());
        let about = Box::new((response.clone(), reply.scrubber()));
        Ok((Self::Undecoded(elements, about), items, total))
    }

    fn next(&mut self) -> Option<Result<T, Error>> {
        match self {
            Self::Decoded(items) => items.next().map(Ok),
            Self::Undecoded(elements, about) => {
                let (response, scrubber) = &**about;
                let element = elements.next()?;
                Some(element.map_err(|bad| response.undecodable(&bad.text, bad.fault, scrubber)))
            }
        }
    }
}

impl Seen {
    /// Whether the previous page had no item with this id. An item without an id is always new.
    fn is_new(&mut self, id: &str) -> bool {
        if id.is_empty() {
            return true;
        }
        self.now.insert(id.to_owned());
        !self.before.contains(id)
    }

    fn turn(&mut self) {
        self.before = std::mem::take(&mut self.now);
    }
}

impl<T: Shaped + DeserializeOwned> Stream for Items<T> {
    type Item = Result<T, Error>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.get_mut().poll_item(context)
    }
}

// No field is ever pinned.
impl<T> Unpin for Items<T> {}

impl<T> fmt::Debug for Items<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Items")
            .field("walk", &self.walk)
            .finish_non_exhaustive()
    }
}
