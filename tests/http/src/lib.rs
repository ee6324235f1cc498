//! A small API in the form of generated code. It tests the macros of the runtime and the decoding of
//! responses with models that do not change with the description.

use clerk_api::decode::Shape;
use clerk_api::request::{Authentication, BodyKind, Handle, Operation, Request};
use clerk_api::types::{IntoObject, Nullable, Secret, Timestamp};
use clerk_api::{Clerk, Method, Upload};

clerk_api::open_enum! {
    /// A state.
    pub enum Status {
        Active = "active",
        OnHold = "on hold",
    }
}

/// One kind of a contact.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
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
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
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
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
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
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
#[non_exhaustive]
pub struct Address {
    pub city: String,
    pub contact: Option<Contact>,
    #[serde(flatten)]
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
        let mut request = Request::new(&GET);
        request.path("person_id", person_id.into());
        Get {
            client: self.client.clone(),
            request,
        }
    }

    /// Lists people.
    pub fn list(&self) -> List<C> {
        List {
            client: self.client.clone(),
            request: Request::new(&LIST),
        }
    }

    /// Lists people by cursor.
    pub fn timeline(&self) -> Timeline<C> {
        Timeline {
            client: self.client.clone(),
            request: Request::new(&TIMELINE),
        }
    }

    /// Lists people by offset; the items have ids.
    pub fn counted(&self) -> Counted<C> {
        Counted {
            client: self.client.clone(),
            request: Request::new(&COUNTED),
        }
    }

    /// Lists people, with a parameter that changes the shape of the response.
    pub fn switched(&self) -> Switched<C> {
        Switched {
            client: self.client.clone(),
            request: Request::new(&SWITCHED),
        }
    }

    /// Lists people, with the key of a machine.
    pub fn machines(&self) -> Machines<C> {
        Machines {
            client: self.client.clone(),
            request: Request::new(&MACHINES),
        }
    }

    /// Creates a person.
    pub fn create(&self, name: impl Into<String>) -> Create<C> {
        let mut request = Request::new(&CREATE);
        request.field("name", name.into());
        Create {
            client: self.client.clone(),
            request,
        }
    }

    /// Updates a person.
    pub fn update(&self, person_id: impl Into<String>) -> Update<C> {
        let mut request = Request::new(&UPDATE);
        request.path("person_id", person_id.into());
        Update {
            client: self.client.clone(),
            request,
        }
    }

    /// Deletes a person.
    pub fn delete(&self, person_id: impl Into<String>) -> Delete<C> {
        let mut request = Request::new(&DELETE);
        request.path("person_id", person_id.into());
        Delete {
            client: self.client.clone(),
            request,
        }
    }

    /// Pokes a person.
    pub fn poke(&self, person_id: impl Into<String>) -> Poke<C> {
        let mut request = Request::new(&POKE);
        request.path("person_id", person_id.into());
        Poke {
            client: self.client.clone(),
            request,
        }
    }

    /// Sets the portrait of a person.
    pub fn set_portrait(&self, person_id: impl Into<String>, file: Upload) -> SetPortrait<C> {
        let mut request = Request::new(&SET_PORTRAIT);
        request.path("person_id", person_id.into());
        request.file("file", file);
        SetPortrait {
            client: self.client.clone(),
            request,
        }
    }
}

macro_rules! operations {
    ($($name:ident = $facts:ident: $label:literal $method:ident $path:literal $authentication:ident $idempotent:literal $body:expr;)+) => {$(
        #[doc = $label]
        #[must_use = "a call is sent by `send`"]
        pub struct $name<C = Clerk> {
            client: C,
            request: Request,
        }

        static $facts: Operation = Operation {
            id: stringify!($name),
            name: $label,
            method: Method::$method,
            path: $path,
            authentication: Authentication::$authentication,
            idempotent: $idempotent,
            body: $body,
        };
    )+};
}

operations! {
    Get = GET: "people.get" GET "/people/{person_id}" SecretKey true BodyKind::None;
    List = LIST: "people.list" GET "/people" SecretKey true BodyKind::None;
    Timeline = TIMELINE: "people.timeline" GET "/people" SecretKey true BodyKind::None;
    Counted = COUNTED: "people.counted" GET "/people" SecretKey true BodyKind::None;
    Switched = SWITCHED: "people.switched" GET "/people" SecretKey true BodyKind::None;
    Machines = MACHINES: "people.machines" GET "/machines" MachineSecretKey true BodyKind::None;
    Create = CREATE: "people.create" POST "/people" SecretKey false BodyKind::Json { required: true };
    Update = UPDATE: "people.update" PATCH "/people/{person_id}" SecretKey false BodyKind::Json { required: true };
    Delete = DELETE: "people.delete" DELETE "/people/{person_id}" SecretKey true BodyKind::None;
    Poke = POKE: "people.poke" POST "/people/{person_id}/poke" None false BodyKind::Json { required: false };
    SetPortrait = SET_PORTRAIT: "people.set_portrait" PUT "/people/{person_id}/portrait" SecretKey true BodyKind::Multipart;
}

clerk_api::operation! { Get -> Person }
clerk_api::operation! { List -> clerk_api::page::Page<Person>, page { items: Some("data"), max_limit: 500, switch: None } }
clerk_api::operation! { Timeline -> clerk_api::Page<Person>, page { items: None, max_limit: 500, switch: None, id: id, cursor: "starting_after", orders: ["created_at"] } }
clerk_api::operation! { Counted -> clerk_api::Page<Person>, page { items: "data", max_limit: 100, switch: None, id: id } }
clerk_api::operation! { Switched -> clerk_api::Page<Person>, page { items: None, max_limit: 50, switch: Some("paginated") } }
clerk_api::operation! { Machines -> clerk_api::page::Page<Person>, page { items: "m2m_tokens", max_limit: 100, switch: None } }
clerk_api::operation! { Create -> Person }
clerk_api::operation! { Update -> Person }
clerk_api::operation! { Delete -> () }
clerk_api::operation! { Poke -> () }
clerk_api::operation! { SetPortrait -> () }

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
