//! The static properties of an operation, and the clients that can call it.

use http::Method;

/// The static properties of an operation.
#[derive(Debug)]
pub struct Operation {
    /// The id in the description: `GetUserList`.
    pub id: &'static str,
    /// `users.list`
    pub name: &'static str,
    /// The method.
    pub method: Method,
    /// `/users/{user_id}`
    pub path: &'static str,
    /// The key that it is sent with.
    pub authentication: Authentication,
    /// The kind of its body.
    pub body: BodyKind,
}

/// The key that an operation is sent with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Authentication {
    /// The secret key of the instance.
    SecretKey,
    /// The secret key of the machine if one is set, otherwise that of the instance.
    MachineSecretKey,
    /// No key.
    None,
}

/// The kind of a request body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BodyKind {
    /// No body.
    None,
    /// A JSON object. If it is not required, it is sent only if a field was set.
    Json {
        /// Whether it is sent even if no field was set.
        required: bool,
    },
    /// A JSON array.
    List,
    /// `multipart/form-data`
    Multipart,
}

pub(crate) mod sealed {
    pub trait Sealed {}
}

/// A client on which operations can be called: [`Clerk`](crate::Clerk) or `blocking::Clerk`.
///
/// Resources are generic over it. It is sealed: no other type can implement it.
pub trait Handle: Clone + sealed::Sealed {}
