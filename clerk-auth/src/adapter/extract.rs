//! What handlers ask for, in whatever framework.

use std::fmt;
use std::marker::PhantomData;

use super::{Rejection, RejectionKind};
use crate::auth::Auth;

/// Who makes a request, authenticated or not.
#[derive(Clone, Debug)]
pub struct OptionalAuth(
    /// Who makes the request.
    pub Auth,
);

/// What an extractor gives, or `None` if the request is unauthenticated. Any other rejection of the
/// extractor stays one: that Clerk cannot be asked, that the middleware is missing, or that
/// `Optional<SessionAuth>` gets a machine token.
///
/// `Option<Auth>` means the same in axum alone. In actix-web, poem and rocket, `Option` is theirs and makes
/// `None` of every rejection, so that an outage looks like a visitor who is signed out.
#[derive(Clone, Debug)]
pub struct Optional<T>(
    /// What the extractor gives.
    pub Option<T>,
);

impl<T> Optional<T> {
    /// Of what the extractor gives.
    #[cfg(any(feature = "axum", feature = "actix-web"))]
    pub(crate) fn of(extracted: Result<T, Rejection>) -> Result<Self, Rejection> {
        match extracted {
            Ok(extracted) => Ok(Self(Some(extracted))),
            Err(rejection) if rejection.kind() == RejectionKind::Unauthenticated => Ok(Self(None)),
            Err(rejection) => Err(rejection),
        }
    }
}

/// Who makes a request that meets the requirement `R`.
pub struct Require<R> {
    /// Who makes the request.
    pub auth: Auth,
    required: PhantomData<fn() -> R>,
}

impl<R> Require<R> {
    /// Of a request that meets the requirement.
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

/// Rejection for a handler that runs without what authenticates its requests.
pub(crate) fn used_without(adapter: &str) -> Rejection {
    tracing::error!("an extractor is used without {adapter}; add it around the route");
    Rejection::new(RejectionKind::Internal).because(format!("{adapter} is missing"))
}
