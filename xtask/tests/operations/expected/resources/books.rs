// generated
//! [`Books`] and the builders of its calls.

use std::collections::BTreeMap;
use serde_json::{Map, Value};
use crate::{Clerk, Upload, models};
use crate::page::Page;
use crate::request::Handle;
use crate::types::{IntoObject, Nullable, Secret, Timestamp};

/// Books that the library owns.
///
/// A book that is lent out is still here.
#[derive(Clone, Debug)]
#[must_use = "a resource does nothing until an operation is called"]
pub struct Books<C = Clerk> {
    client: C,
}

impl<C: Handle> Books<C> {
    pub(crate) fn new(client: C) -> Self {
        Self { client }
    }
    /// Adds a book.
    ///
    /// `POST /books`
    ///
    /// - `title`: The title.
    /// - `subtitle`: The subtitle. `None` sends null.
    /// - `authors`: The authors.
    ///
    /// Fails without sending a request unless these rules are met:
    ///
    /// - `pages` or `price` must be set.
    ///
    /// # Errors
    ///
    /// The API may respond with 400 or 422.
    #[doc(alias("CreateBook", "create book"))]
    pub fn create(
        &self,
        title: impl Into<String>,
        subtitle: impl Into<Nullable<String>>,
        authors: impl IntoIterator<Item = impl Into<String>>,
    ) -> Create<C> {
        let mut call = Create::new(&self.client);
        call.request
            .require(
                &[
                    crate::request::Requirement {
                        place: crate::request::Place::Body(""),
                        when: None,
                        need: crate::request::Need::AnyOf,
                        of: &["pages", "price"],
                    },
                ],
            );
        call.request.field("title", title.into());
        call.request.field("subtitle", subtitle.into());
        let authors: Vec<String> = authors.into_iter().map(Into::into).collect();
        call.request.field("authors", authors);
        call
    }
    /// Gives a book away.
    ///
    /// `DELETE /books/{bookID}`
    ///
    /// - `book_id`: The book id.
    ///
    /// Returns `None` if a successful response has no body.
    ///
    /// # Errors
    ///
    /// The API may respond with 404.
    #[doc(alias("DeleteBook", "delete book"))]
    #[deprecated = "Clerk's API description marks this as deprecated"]
    pub fn delete(&self, book_id: impl Into<String>) -> Delete<C> {
        let mut call = Delete::new(&self.client);
        call.request.path("bookID", book_id.into());
        call
    }
    /// Finds one book.
    ///
    /// The text of this operation is so long that it does not fit on one line of source and has to
    /// be continued on the next.
    ///
    /// `GET /books/{bookID}`
    ///
    /// - `book_id`: The book id.
    /// - `edition`: The edition.
    ///
    /// # Errors
    ///
    /// The API may respond with 401, 403 or 404.
    #[doc(alias("GetBook", "get book"))]
    pub fn get(&self, book_id: impl Into<String>, edition: impl Into<i64>) -> Get<C> {
        let mut call = Get::new(&self.client);
        call.request.path("bookID", book_id.into());
        call.request.query("edition", edition.into());
        call
    }
    /// Adds several books.
    ///
    /// `POST /books/bulk`
    ///
    /// - `items`: At most ten.
    #[doc(alias("ImportBooks", "import book"))]
    pub fn import(&self, items: impl IntoIterator<Item = models::Size>) -> Import<C> {
        let mut call = Import::new(&self.client);
        let items: Vec<models::Size> = items.into_iter().collect();
        call.request.list(items);
        call
    }
    /// Lists the books.
    ///
    /// `GET /books`
    ///
    /// Returns one page of at most 500 items; [`List::stream`] returns the items of all pages.
    #[doc(alias("ListBooks", "list books"))]
    pub fn list(&self) -> List<C> {
        List::new(&self.client)
    }
    /// Puts a book on another shelf.
    ///
    /// `PUT /books/{bookID}/place`
    ///
    /// - `book_id`: The book id.
    #[doc(alias("MoveBook", "move book"))]
    pub fn move_(&self, book_id: impl Into<String>) -> Move<C> {
        let mut call = Move::new(&self.client);
        call.request.path("bookID", book_id.into());
        call
    }
    /// Replaces the picture of the cover.
    ///
    /// `PUT /books/{bookID}/cover`
    ///
    /// - `book_id`: The book id.
    /// - `file`: The file.
    /// - `caption`: The caption.
    #[doc(alias("set cover"))]
    pub fn set_cover(
        &self,
        book_id: impl Into<String>,
        file: Upload,
        caption: impl Into<String>,
    ) -> SetCover<C> {
        let mut call = SetCover::new(&self.client);
        call.request.path("bookID", book_id.into());
        call.request.file("file", file);
        call.request.text("caption", caption.into());
        call
    }
    /// Changes a book.
    ///
    /// `PATCH /books/{bookID}`
    ///
    /// - `book_id`: The book id.
    /// - `body_book_id`: The book id.
    /// - `call`: The call.
    #[doc(alias("UpdateBook", "update book"))]
    pub fn update(
        &self,
        book_id: impl Into<String>,
        body_book_id: impl Into<String>,
        call: impl Into<String>,
    ) -> Update<C> {
        let mut call_ = Update::new(&self.client);
        call_.request.path("bookID", book_id.into());
        call_.request.field("book_id", body_book_id.into());
        call_.request.field("call", call.into());
        call_
    }
}

crate::operation! {
    /// Builder of a call of [`Books::create`].
    pub struct Create -> models::Book {
        id: "CreateBook",
        name: "books.create",
        method: POST,
        path: "/books",
        body: Json { required: true },
    }
}

impl<C> Create<C> {
    /// The pages.
    pub fn pages(mut self, value: impl Into<i64>) -> Self {
        self.request.field("pages", value.into());
        self
    }
    /// The price.
    pub fn price(mut self, value: impl Into<f64>) -> Self {
        self.request.field("price", value.into());
        self
    }
    /// The published at.
    pub fn published_at(mut self, value: impl Into<Timestamp>) -> Self {
        self.request.field("published_at", value.into());
        self
    }
    /// The in print.
    pub fn in_print(mut self, value: bool) -> Self {
        self.request.field("in_print", value);
        self
    }
    /// The vault code.
    pub fn vault_code(mut self, value: impl Into<Secret>) -> Self {
        self.request.field("vault_code", value.into());
        self
    }
    /// The condition.
    pub fn condition(mut self, value: impl Into<models::Condition>) -> Self {
        self.request.field("condition", value.into());
        self
    }
    /// The size.
    pub fn size(mut self, value: models::Size) -> Self {
        self.request.field("size", value);
        self
    }
    /// The labels.
    pub fn labels(
        mut self,
        value: impl IntoIterator<Item = (impl Into<String>, impl Into<Nullable<String>>)>,
    ) -> Self {
        let value: BTreeMap<String, Nullable<String>> = value
            .into_iter()
            .map(|(key, value)| (key.into(), value.into()))
            .collect();
        self.request.field("labels", value);
        self
    }
    /// The metadata.
    pub fn metadata(mut self, value: impl IntoObject) -> Self {
        self.request.field("metadata", value.into_object());
        self
    }
    /// The notes.
    pub fn notes(mut self, value: impl Into<Value>) -> Self {
        self.request.field("notes", value.into());
        self
    }
    /// The shelves.
    pub fn shelves(
        mut self,
        value: impl IntoIterator<Item = impl IntoIterator<Item = impl Into<i64>>>,
    ) -> Self {
        let value: Vec<Vec<i64>> = value
            .into_iter()
            .map(|item| item.into_iter().map(Into::into).collect())
            .collect();
        self.request.field("shelves", value);
        self
    }
    /// The conditions.
    pub fn conditions(
        mut self,
        value: impl IntoIterator<Item = impl Into<models::Condition>>,
    ) -> Self {
        let value: Vec<models::Condition> = value.into_iter().map(Into::into).collect();
        self.request.field("conditions", value);
        self
    }
    /// The sizes.
    pub fn sizes(mut self, value: impl IntoIterator<Item = models::Size>) -> Self {
        let value: Vec<models::Size> = value.into_iter().collect();
        self.request.field("sizes", value);
        self
    }
    /// The blurb. `None` sends null.
    pub fn blurb(mut self, value: impl Into<Nullable<String>>) -> Self {
        self.request.field("blurb", value.into());
        self
    }
    /// The tags. `None` sends null.
    pub fn tags(mut self, value: impl Into<Nullable<Vec<String>>>) -> Self {
        self.request.field("tags", value.into());
        self
    }
    /// The in stock. `None` sends null.
    pub fn in_stock(mut self, value: impl Into<Nullable<bool>>) -> Self {
        self.request.field("in_stock", value.into());
        self
    }
    /// The private. `None` sends null.
    pub fn private(mut self, value: impl Into<Nullable<Map<String, Value>>>) -> Self {
        self.request.field("private", value.into());
        self
    }
    /// The weights. `None` sends null.
    pub fn weights(mut self, value: impl Into<Nullable<BTreeMap<String, f64>>>) -> Self {
        self.request.field("weights", value.into());
        self
    }
    /// The state. `None` sends null.
    pub fn state(mut self, value: impl Into<Nullable<models::Condition>>) -> Self {
        self.request.field("state", value.into());
        self
    }
    /// The shelf.
    #[deprecated = "Clerk's API description marks this as deprecated"]
    pub fn shelf(mut self, value: impl Into<String>) -> Self {
        self.request.field("shelf", value.into());
        self
    }
}

crate::operation! {
    /// Builder of a call of [`Books::delete`].
    pub struct Delete -> Option<models::Book> {
        id: "DeleteBook",
        name: "books.delete",
        method: DELETE,
        path: "/books/{bookID}",
    }
}

crate::operation! {
    /// Builder of a call of [`Books::get`].
    pub struct Get -> models::Book {
        id: "GetBook",
        name: "books.get",
        method: GET,
        path: "/books/{bookID}",
    }
}

crate::operation! {
    /// Builder of a call of [`Books::import`].
    pub struct Import -> Vec<models::Book> {
        id: "ImportBooks",
        name: "books.import",
        method: POST,
        path: "/books/bulk",
        body: List,
    }
}

crate::operation! {
    /// Builder of a call of [`Books::list`].
    pub struct List -> Page<models::Book> {
        id: "ListBooks",
        name: "books.list",
        method: GET,
        path: "/books",
        page: {
            items: Some("data"), max_limit: 500, switch: None, id: id, cursor: "starting_after", orders: ["created_at"],
        },
    }
}

impl<C> List<C> {
    /// The limit.
    pub fn limit(mut self, value: impl Into<i64>) -> Self {
        self.request.query("limit", value.into());
        self
    }
    /// The offset.
    pub fn offset(mut self, value: impl Into<i64>) -> Self {
        self.request.query("offset", value.into());
        self
    }
    /// The title.
    pub fn title(mut self, value: impl Into<String>) -> Self {
        self.request.query("title", value.into());
        self
    }
    /// The in print.
    pub fn in_print(mut self, value: bool) -> Self {
        self.request.query("in_print", value);
        self
    }
    /// The condition. An empty list is not sent, so it does not filter.
    pub fn condition(
        mut self,
        value: impl IntoIterator<Item = impl Into<models::Condition>>,
    ) -> Self {
        self.request.query_list("condition", value.into_iter().map(Into::into), true);
        self
    }
    /// The shelf. An empty list is not sent, so it does not filter.
    pub fn shelf(mut self, value: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.request.query_list("shelf", value.into_iter().map(Into::into), false);
        self
    }
    /// The flags. An empty list is not sent, so it does not filter.
    pub fn flags(mut self, value: impl IntoIterator<Item = bool>) -> Self {
        self.request.query_list("flags", value, true);
        self
    }
    /// The type.
    pub fn type_(mut self, value: impl Into<String>) -> Self {
        self.request.query("type", value.into());
        self
    }
    /// The timeout.
    pub fn with_timeout(mut self, value: impl Into<i64>) -> Self {
        self.request.query("timeout", value.into());
        self
    }
    /// The stream.
    pub fn with_stream(mut self, value: bool) -> Self {
        self.request.query("stream", value);
        self
    }
    /// The added after.
    pub fn added_after(mut self, value: impl Into<Timestamp>) -> Self {
        self.request.query("added_after", value.into());
        self
    }
}

crate::operation! {
    /// Builder of a call of [`Books::move_`].
    pub struct Move -> () {
        id: "MoveBook",
        name: "books.move",
        method: PUT,
        path: "/books/{bookID}/place",
        body: Json { required: false },
    }
}

impl<C> Move<C> {
    /// The shelf.
    pub fn shelf(mut self, value: impl Into<String>) -> Self {
        self.request.field("shelf", value.into());
        self
    }
}

crate::operation! {
    /// Builder of a call of [`Books::set_cover`].
    pub struct SetCover -> models::Book {
        id: "SetCover",
        name: "books.set_cover",
        method: PUT,
        path: "/books/{bookID}/cover",
        body: Multipart,
    }
}

impl<C> SetCover<C> {
    /// The page.
    pub fn page(mut self, value: impl Into<i64>) -> Self {
        self.request.text("page", Into::<i64>::into(value).to_string());
        self
    }
    /// The condition.
    pub fn condition(mut self, value: impl Into<models::Condition>) -> Self {
        self.request
            .text("condition", Into::<models::Condition>::into(value).to_string());
        self
    }
    /// The back.
    pub fn back(mut self, value: bool) -> Self {
        self.request.text("back", value.to_string());
        self
    }
}

crate::operation! {
    /// Builder of a call of [`Books::update`].
    pub struct Update -> models::Book {
        id: "UpdateBook",
        name: "books.update",
        method: PATCH,
        path: "/books/{bookID}",
        body: Json { required: true },
    }
}

impl<C> Update<C> {
    /// The title. `None` sends null.
    pub fn title(mut self, value: impl Into<Nullable<String>>) -> Self {
        self.request.field("title", value.into());
        self
    }
}
