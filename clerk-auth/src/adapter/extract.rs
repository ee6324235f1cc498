//! What handlers ask for, in whatever framework.

use std::fmt;
use std::marker::PhantomData;

use super::{Rejection, RejectionKind};
use crate::auth::Auth;

/// Whoever makes the request, or nobody.
#[derive(Clone, Debug)]
pub struct OptionalAuth(
    /// Who makes the request.
    pub Auth,
);

/// Whoever makes the request, if that meets what `R` asks.
pub struct Require<R> {
    /// Who makes the request.
    pub auth: Auth,
    required: PhantomData<fn() -> R>,
}

impl<R> Require<R> {
    /// Of somebody who meets the requirement.
    pub(crate) fn met_by(auth: Auth) -> Self {
        Self {
            auth,
            required: PhantomData,
        }
    }
}

impl<R> fmt::Debug for Require<R> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Require")
            .field("auth", &self.auth)
            .finish_non_exhaustive()
    }
}

/// What a handler is rejected with that asks for a state where nobody has authenticated.
pub(crate) fn nobody_authenticated(adapter: &str) -> Rejection {
    tracing::error!("a handler asks who makes a request, but {adapter} is not in front of it");
    Rejection::new(RejectionKind::Internal)
}
