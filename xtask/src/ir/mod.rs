//! The intermediate representation: what the emitters know about the API.
//!
//! It is read once from the normalised document ([`crate::normalise`]). Its names are Rust names
//! already, so no emitter chooses a name or reads a JSON schema.

mod build;
pub mod facts;
mod operation;
mod presence;
pub(crate) mod reach;
mod schema;
mod types;

use std::collections::BTreeSet;

use indexmap::IndexMap;

pub use self::build::build;
pub use self::presence::Presence;
pub use self::types::Type;
pub use crate::correct::requirements::{Location, Need, Requirement};

/// The whole API, in the order in which it is emitted.
#[derive(Clone, Debug, Default)]
pub struct Api {
    /// The dated version, as in `Clerk-API-Version`.
    pub version: String,
    /// The default base URL, without a trailing slash.
    pub base_url: String,
    /// By module name (`organization_memberships`), sorted.
    pub resources: IndexMap<String, Resource>,
    /// By Rust name, sorted: structs, open enums and tagged unions.
    pub types: IndexMap<String, Definition>,
}

/// Operations with the same resource name in the description.
#[derive(Clone, Debug)]
pub struct Resource {
    /// The module and the accessor on the client: `organization_memberships`.
    pub module: String,
    /// The struct: `OrganizationMemberships`.
    pub type_name: String,
    /// The name in the description: `organizationMemberships`.
    pub wire_name: String,
    pub operations: Vec<Operation>,
    pub docs: String,
}

/// The cargo feature of a resource's module: `organization-memberships`.
pub fn feature(module: &str) -> String {
    module.trim_matches('_').replace('_', "-")
}

#[derive(Clone, Debug)]
pub struct Operation {
    /// `GetUserList`, as in the description.
    pub operation_id: String,
    /// The method on the resource: `list`.
    pub name: String,
    /// The builder struct: `List`.
    pub type_name: String,
    /// The name in the description: `list`.
    pub wire_name: String,
    /// Upper case: `GET`.
    pub method: String,
    /// `/users/{user_id}`, with the placeholders of the description.
    pub path: String,
    /// In the order of the path template.
    pub path_parameters: Vec<Field>,
    /// In the order of the description; required ones become arguments.
    pub query_parameters: Vec<Field>,
    pub body: Body,
    pub response: Response,
    /// Whether a success without the described body is returned as `None`: for calls that are made
    /// for their effect, which is known without the response.
    pub is_response_optional: bool,
    pub pagination: Option<Pagination>,
    pub authentication: Authentication,
    /// Whether sending it twice has the same effect as sending it once (RFC 9110, 9.2.2).
    pub idempotent: bool,
    pub deprecated: bool,
    /// Statuses of the described error responses, ascending.
    pub error_statuses: Vec<u16>,
    /// Requirements beyond its required fields.
    pub requirements: Vec<Requirement>,
    /// Search terms, in addition to those derived from its names.
    pub aliases: Vec<String>,
    pub docs: String,
}

#[derive(Clone, Debug)]
pub enum Body {
    None,
    /// Each property is an argument or a setter.
    Json {
        required: bool,
        fields: Vec<Field>,
    },
    /// The whole body is one argument (`items`).
    JsonList {
        item: Type,
        docs: String,
    },
    /// `multipart/form-data`: the file part and text parts.
    Multipart {
        file: Field,
        fields: Vec<Field>,
    },
}

#[derive(Clone, Debug, PartialEq)]
pub enum Response {
    /// No content is described: the call returns `()`.
    Empty,
    Json {
        ty: Type,
    },
}

#[derive(Clone, Debug)]
pub struct Pagination {
    pub item: Type,
    /// The array's key in the response (`data`, `m2m_tokens`); `None` for a bare array.
    pub items_key: Option<String>,
    /// The largest `limit` that the description allows.
    pub max_limit: u32,
    /// The query parameter that turns a bare array into `{data, total_count}`, if there is one.
    pub switch: Option<String>,
    /// The Rust field that identifies an item: `id`, if it is always a string.
    pub id: Option<String>,
    pub cursor: Option<Cursor>,
}

/// How a list continues after an item, whose id is the cursor.
#[derive(Clone, Debug, PartialEq)]
pub struct Cursor {
    /// The query parameter: `starting_after`.
    pub parameter: String,
    /// The keys of `order_by` that it supports, without a sign.
    pub orders: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Authentication {
    /// The instance's secret key.
    SecretKey,
    /// The machine's secret key if one is configured, otherwise the instance's.
    MachineSecretKey,
    /// No credentials are sent.
    None,
}

#[derive(Clone, Debug)]
pub struct Definition {
    /// `EmailAddress`: the Rust name, and the name of the schema in the normalised document.
    pub name: String,
    pub kind: Kind,
    /// Used in a response: decoded, and tolerant.
    pub in_response: bool,
    /// Used in a request body or a query: built by callers, and strict.
    pub in_request: bool,
    /// Modules of the resources whose operations reach it.
    pub resources: BTreeSet<String>,
    pub deprecated: bool,
    pub docs: String,
}

impl Definition {
    /// Whether it is built by callers and never decoded.
    pub fn is_only_sent(&self) -> bool {
        self.in_request && !self.in_response
    }

    /// Whether it is a struct that keeps unknown fields.
    pub fn is_open(&self) -> bool {
        matches!(self.kind, Kind::Struct { open: true, .. })
    }

    /// The described fields of a struct.
    pub fn fields(&self) -> &[Field] {
        match &self.kind {
            Kind::Struct { fields, .. } => fields,
            Kind::Enum { .. } | Kind::Union { .. } => &[],
        }
    }

    /// The definitions that it refers to.
    pub fn mentions(&self) -> Vec<&str> {
        match &self.kind {
            Kind::Union { variants, .. } => variants
                .iter()
                .map(|variant| variant.definition.as_str())
                .collect(),
            _ => self
                .fields()
                .iter()
                .filter_map(|field| field.ty.name())
                .collect(),
        }
    }
}

#[derive(Clone, Debug)]
pub enum Kind {
    Struct {
        /// In the order of the description.
        fields: Vec<Field>,
        /// Whether unknown fields are kept in `extra`.
        open: bool,
    },
    /// An open enum of strings.
    Enum { variants: Vec<Variant> },
    /// A union whose kind is given by a property.
    Union {
        tag: String,
        variants: Vec<UnionVariant>,
    },
}

/// A field of a struct or of a request body, or a path or query parameter.
#[derive(Clone, Debug)]
pub struct Field {
    /// `apiKeyID`
    pub wire_name: String,
    /// `api_key_id`: a field, an argument or a setter; never a keyword.
    pub name: String,
    pub ty: Type,
    pub required: bool,
    pub nullable: bool,
    pub deprecated: bool,
    /// For lists in a query: `false` joins the values with commas.
    pub explode: bool,
    pub docs: String,
}

#[derive(Clone, Debug)]
pub struct Variant {
    pub wire_value: String,
    pub name: String,
}

#[derive(Clone, Debug)]
pub struct UnionVariant {
    /// The tag's value.
    pub wire_value: String,
    pub name: String,
    /// The struct, by Rust name.
    pub definition: String,
}
