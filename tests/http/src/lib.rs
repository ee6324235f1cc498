//! A small API in the form of generated code. It tests the macros of the runtime and the decoding of
//! responses with models that do not change with the description.

use clerk_api::decode::Shape;
use clerk_api::request::Handle;
use clerk_api::types::{IntoObject, Nullable, Secret, Timestamp};
use clerk_api::{Clerk, Upload};

clerk_api::open_enum! {
    /// A state.
    pub enum Status {
        Active = "active",
        OnHold = "on hold",
    }
}

/// One kind of a contact.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Email {
    pub object: String,
    pub address: String,
    pub verified_at: Option<Timestamp>,
}

clerk_api::decodable! {
    Email {
        object: required("object", Shape::String),
        address: required("address", Shape::String),
        verified_at: nullable("verified_at", Timestamp::SHAPE),
    }
}

/// Another kind of a contact.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Phone {
    pub object: String,
    pub number: i64,
}

clerk_api::decodable! {
    Phone {
        object: required("object", Shape::String),
        number: required("number", Shape::Integer),
    }
}

clerk_api::tagged_union! {
    /// A contact.
    pub enum Contact by "object" {
        Email(Email) = "email",
        Phone(Phone) = "phone",
    }
}

/// A person, with a field of every shape.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Person {
    pub id: String,
    pub status: Status,
    pub banned: bool,
    pub visits: i64,
    pub score: f64,
    pub created_at: Timestamp,
    pub nickname: Option<String>,
    pub tags: Vec<String>,
    pub contacts: Vec<Contact>,
    pub primary: Contact,
    pub home: Address,
    pub work: Option<Address>,
    pub metadata: serde_json::Map<String, serde_json::Value>,
    pub token: Option<Secret>,
    pub manager: Option<Box<Person>>,
}

clerk_api::decodable! {
    Person {
        id: required("id", Shape::Id),
        status: required("status", Status::SHAPE),
        banned: required("banned", Shape::Boolean),
        visits: required("visits", Shape::Integer),
        score: required("score", Shape::Number),
        created_at: required("created_at", Timestamp::SHAPE),
        nickname: nullable("nickname", Shape::String),
        tags: required("tags", Shape::List(&Shape::String)),
        contacts: required("contacts", Shape::List(&Contact::SHAPE)),
        primary: required("primary", Contact::SHAPE),
        home: required("home", Address::SHAPE),
        work: optional("work", Address::SHAPE),
        metadata: required("metadata", Shape::Map(&Shape::Any)),
        token: optional("token", Shape::Secret),
        manager: optional("manager", Shape::Recursive(Person::shape)),
    }
}

/// A home. Unknown fields are kept.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Address {
    pub city: String,
    pub contact: Option<Contact>,
    pub extra: serde_json::Map<String, serde_json::Value>,
}

clerk_api::decodable! {
    Address {
        city: required("city", Shape::String),
        contact: optional("contact", Contact::SHAPE),
        ..extra
    }
}

/// People.
#[derive(Clone, Debug)]
pub struct People<C = Clerk> {
    client: C,
}

impl<C: Handle> People<C> {
    /// The resource of a client.
    pub fn new(client: C) -> Self {
        Self { client }
    }

    /// Gets a person.
    pub fn get(&self, person_id: impl Into<String>) -> Get<C> {
        let mut call = Get::new(&self.client);
        call.request.path("person_id", person_id.into());
        call
    }

    /// Lists people.
    pub fn list(&self) -> List<C> {
        List::new(&self.client)
    }

    /// Lists people by cursor.
    pub fn timeline(&self) -> Timeline<C> {
        Timeline::new(&self.client)
    }

    /// Lists people by offset; the items have ids.
    pub fn counted(&self) -> Counted<C> {
        Counted::new(&self.client)
    }

    /// Lists people, with a parameter that changes the shape of the response.
    pub fn switched(&self) -> Switched<C> {
        Switched::new(&self.client)
    }

    /// Lists people, with the key of a machine.
    pub fn machines(&self) -> Machines<C> {
        Machines::new(&self.client)
    }

    /// Creates a person.
    pub fn create(&self, name: impl Into<String>) -> Create<C> {
        let mut call = Create::new(&self.client);
        call.request.field("name", name.into());
        call
    }

    /// Updates a person.
    pub fn update(&self, person_id: impl Into<String>) -> Update<C> {
        let mut call = Update::new(&self.client);
        call.request.path("person_id", person_id.into());
        call
    }

    /// Deletes a person.
    pub fn delete(&self, person_id: impl Into<String>) -> Delete<C> {
        let mut call = Delete::new(&self.client);
        call.request.path("person_id", person_id.into());
        call
    }

    /// Pokes a person.
    pub fn poke(&self, person_id: impl Into<String>) -> Poke<C> {
        let mut call = Poke::new(&self.client);
        call.request.path("person_id", person_id.into());
        call
    }

    /// Sets the portrait of a person.
    pub fn set_portrait(&self, person_id: impl Into<String>, file: Upload) -> SetPortrait<C> {
        let mut call = SetPortrait::new(&self.client);
        call.request.path("person_id", person_id.into());
        call.request.file("file", file);
        call
    }
}

clerk_api::operation! {
    /// Builder of a call of [`People::get`].
    pub struct Get -> Person {
        id: "Get",
        name: "people.get",
        method: GET,
        path: "/people/{person_id}",
    }
}

clerk_api::operation! {
    /// Builder of a call of [`People::list`].
    pub struct List -> clerk_api::page::Page<Person> {
        id: "List",
        name: "people.list",
        method: GET,
        path: "/people",
        page: { items: Some("data"), max_limit: 500, switch: None },
    }
}

clerk_api::operation! {
    /// Builder of a call of [`People::timeline`].
    pub struct Timeline -> clerk_api::Page<Person> {
        id: "Timeline",
        name: "people.timeline",
        method: GET,
        path: "/people",
        page: {
            items: None, max_limit: 500, switch: None, id: id, cursor: "starting_after", orders: ["created_at"],
        },
    }
}

clerk_api::operation! {
    /// Builder of a call of [`People::counted`].
    pub struct Counted -> clerk_api::Page<Person> {
        id: "Counted",
        name: "people.counted",
        method: GET,
        path: "/people",
        page: { items: Some("data"), max_limit: 100, switch: None, id: id },
    }
}

clerk_api::operation! {
    /// Builder of a call of [`People::switched`].
    pub struct Switched -> clerk_api::Page<Person> {
        id: "Switched",
        name: "people.switched",
        method: GET,
        path: "/people",
        page: { items: None, max_limit: 50, switch: Some("paginated") },
    }
}

clerk_api::operation! {
    /// Builder of a call of [`People::machines`].
    pub struct Machines -> clerk_api::page::Page<Person> {
        id: "Machines",
        name: "people.machines",
        method: GET,
        path: "/machines",
        authentication: MachineSecretKey,
        page: { items: Some("m2m_tokens"), max_limit: 100, switch: None },
    }
}

clerk_api::operation! {
    /// Builder of a call of [`People::create`].
    pub struct Create -> Person {
        id: "Create",
        name: "people.create",
        method: POST,
        path: "/people",
        body: Json { required: true },
    }
}

clerk_api::operation! {
    /// Builder of a call of [`People::update`].
    pub struct Update -> Person {
        id: "Update",
        name: "people.update",
        method: PATCH,
        path: "/people/{person_id}",
        body: Json { required: true },
    }
}

clerk_api::operation! {
    /// Builder of a call of [`People::delete`].
    pub struct Delete -> () {
        id: "Delete",
        name: "people.delete",
        method: DELETE,
        path: "/people/{person_id}",
    }
}

clerk_api::operation! {
    /// Builder of a call of [`People::poke`].
    pub struct Poke -> () {
        id: "Poke",
        name: "people.poke",
        method: POST,
        path: "/people/{person_id}/poke",
        authentication: None,
        body: Json { required: false },
    }
}

clerk_api::operation! {
    /// Builder of a call of [`People::set_portrait`].
    pub struct SetPortrait -> () {
        id: "SetPortrait",
        name: "people.set_portrait",
        method: PUT,
        path: "/people/{person_id}/portrait",
        body: Multipart,
    }
}

impl<C> List<C> {
    /// Only people with these ids.
    pub fn ids(mut self, ids: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.request
            .query_list("id", ids.into_iter().map(Into::into), true);
        self
    }

    /// Only people with these statuses.
    pub fn statuses(mut self, statuses: impl IntoIterator<Item = impl Into<Status>>) -> Self {
        self.request
            .query_list("status", statuses.into_iter().map(Into::into), false);
        self
    }

    /// Only people that match.
    pub fn query(mut self, query: impl Into<String>) -> Self {
        self.request.query("query", query.into());
        self
    }

    /// Only people created before.
    pub fn before(mut self, before: impl Into<Timestamp>) -> Self {
        self.request.query("before", before.into());
        self
    }

    /// Only people that are banned, or that are not.
    pub fn banned(mut self, banned: bool) -> Self {
        self.request.query("banned", banned);
        self
    }

    /// Only people with this nonce.
    pub fn nonce(mut self, nonce: impl Into<Secret>) -> Self {
        self.request.query("nonce", nonce.into());
        self
    }

    /// The largest number of people to return.
    pub fn limit(mut self, limit: impl Into<i64>) -> Self {
        self.request.query("limit", limit.into());
        self
    }

    /// How many people to skip.
    pub fn offset(mut self, offset: impl Into<i64>) -> Self {
        self.request.query("offset", offset.into());
        self
    }
}

macro_rules! paging {
    ($($name:ident),+) => {$(
        impl<C> $name<C> {
            /// The largest number of people to return.
            pub fn limit(mut self, limit: impl Into<i64>) -> Self {
                self.request.query("limit", limit.into());
                self
            }

            /// How many people to skip.
            pub fn offset(mut self, offset: impl Into<i64>) -> Self {
                self.request.query("offset", offset.into());
                self
            }

            /// The order.
            pub fn order_by(mut self, order: impl Into<String>) -> Self {
                self.request.query("order_by", order.into());
                self
            }
        }
    )+};
}

paging!(Timeline, Counted);

impl<C> Timeline<C> {
    /// Only people after this one.
    pub fn starting_after(mut self, id: impl Into<String>) -> Self {
        self.request.query("starting_after", id.into());
        self
    }
}

impl<C> Update<C> {
    /// The nickname.
    pub fn nickname(mut self, nickname: impl Into<Nullable<String>>) -> Self {
        self.request.field("nickname", nickname.into());
        self
    }

    /// The state.
    pub fn status(mut self, status: impl Into<Nullable<Status>>) -> Self {
        self.request.field("status", status.into());
        self
    }

    /// The visits.
    pub fn visits(mut self, visits: impl Into<Nullable<i64>>) -> Self {
        self.request.field("visits", visits.into());
        self
    }

    /// The tags.
    pub fn tags(mut self, tags: impl Into<Nullable<Vec<String>>>) -> Self {
        self.request.field("tags", tags.into());
        self
    }

    /// The password.
    pub fn password(mut self, password: impl Into<Nullable<Secret>>) -> Self {
        self.request.field("password", password.into());
        self
    }

    /// The metadata.
    pub fn metadata(mut self, metadata: impl IntoObject) -> Self {
        self.request.field("metadata", metadata.into_object());
        self
    }

    /// The preferences.
    pub fn preferences(
        mut self,
        preferences: impl Into<Nullable<serde_json::Map<String, serde_json::Value>>>,
    ) -> Self {
        self.request.field("preferences", preferences.into());
        self
    }
}

impl<C> Poke<C> {
    /// How hard to poke.
    pub fn strength(mut self, strength: impl Into<i64>) -> Self {
        self.request.field("strength", strength.into());
        self
    }
}

impl<C> SetPortrait<C> {
    /// What the portrait shows.
    pub fn caption(mut self, caption: impl Into<String>) -> Self {
        self.request.text("caption", caption.into());
        self
    }
}
