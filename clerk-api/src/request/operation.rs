//! The static facts of an operation, and who can call it.

use http::Method;

/// What is known of an operation before it is called.
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
    /// Whose key it is sent with.
    pub authentication: Authentication,
    /// Whether sending it twice does what sending it once does.
    pub idempotent: bool,
    /// What its body is.
    pub body: BodyKind,
}

/// Whose key an operation is sent with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Authentication {
    /// The instance's secret key.
    SecretKey,
    /// The machine's secret key where one is configured, else the instance's.
    MachineSecretKey,
    /// None.
    None,
}

/// What the body of a request is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BodyKind {
    /// There is none.
    None,
    /// A JSON object; one that is not required is sent only when a field was set.
    Json {
        /// Whether it is sent even when no field was set.
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

/// A client that calls can be made on: [`Clerk`](crate::Clerk) or
/// `blocking::Clerk`.
pub trait Handle: Clone + sealed::Sealed {}
