//! A page whose elements are decoded one by one, because one of them cannot be decoded strictly. Each is
//! decoded on demand, from its slice of the buffer of the page.

use std::borrow::Cow;
use std::marker::PhantomData;

use bytes::Bytes;
use serde::de::DeserializeOwned;
use tracing::Span;

use super::fault::Fault;
use super::list::{List, next_element};
use super::repair::{readable, repair_element};
use super::repairs::Repairs;
use super::shape::Shaped;

/// The elements of a page. Dropping them reports their repairs.
pub(crate) struct Elements<T> {
    /// The text of the list without its brackets.
    text: Bytes,
    position: usize,
    /// The path before the index.
    path: String,
    index: usize,
    length: usize,
    total_count: Option<i64>,
    repairs: Repairs,
    span: Span,
    element: PhantomData<fn() -> T>,
}

/// An element that cannot be decoded.
pub(crate) struct BadElement {
    /// Its own text.
    pub(crate) text: Bytes,
    pub(crate) fault: Fault,
}

impl<T> Elements<T> {
    /// Finds the elements of a page, and its total.
    pub(crate) fn read(body: &Bytes, span: Span) -> Result<Self, Fault> {
        let mut repairs = Repairs::default();
        let buffer = match readable(super::utf8(body)?, &mut repairs) {
            Cow::Borrowed(_) => body.clone(),
            Cow::Owned(text) => Bytes::from(text),
        };
        let list = List::read(super::utf8(&buffer)?, &mut repairs)?;
        Ok(Self {
            text: buffer.slice_ref(list.inside().as_bytes()),
            position: 0,
            path: list.path().to_owned(),
            index: 0,
            length: list.elements().count(),
            total_count: list.total_count,
            repairs,
            span,
            element: PhantomData,
        })
    }

    /// How many elements have not been decoded yet.
    pub(crate) fn left(&self) -> usize {
        self.length.saturating_sub(self.index)
    }

    /// The text of the last element.
    pub(crate) fn last(&self) -> Option<&str> {
        let mut position = self.position;
        std::iter::from_fn(|| next_element(&self.text, &mut position)).last()
    }

    /// The number of items on all pages, if the server states it.
    pub(crate) fn total_count(&self) -> Option<i64> {
        self.total_count
    }
}

impl<T: Shaped + DeserializeOwned> Elements<T> {
    /// Decodes the next element.
    pub(crate) fn next(&mut self) -> Option<Result<T, BadElement>> {
        let element = next_element(&self.text, &mut self.position)?;
        let path = format!("{}[{}]", self.path, self.index);
        self.index += 1;
        let decoded = match serde_json::from_str(element) {
            Ok(value) => Ok(value),
            Err(_) => repair_element(element, &T::SHAPE, path.clone(), &mut self.repairs).and_then(
                |text| serde_json::from_str(&text).map_err(|error| Fault::of(&error).at(path)),
            ),
        };
        let text = self.text.slice_ref(element.as_bytes());
        Some(decoded.map_err(|fault| BadElement { text, fault }))
    }
}

impl<T> Drop for Elements<T> {
    fn drop(&mut self) {
        let repairs = std::mem::take(&mut self.repairs);
        self.span.in_scope(|| drop(repairs));
    }
}
