//! The extractors that all frameworks share.

use std::fmt;
use std::marker::PhantomData;

use super::{Rejection, RejectionKind};
use crate::auth::Auth;

/// Extractor for authenticated and unauthenticated requests: rejects neither.
#[derive(Clone, Debug)]
#[doc(alias("getAuth", "current user", "optional authentication"))]
pub struct OptionalAuth(
    /// The authentication of the request.
    pub Auth,
);

/// Extractor that is `None` if the request is unauthenticated. The inner extractor's other rejections remain:
/// Clerk is unavailable, the middleware is missing, or a machine token was sent to an
/// `Optional<SessionAuth>`.
///
/// `Option<Auth>` means the same only in axum. In actix-web, poem and rocket, `Option` turns every rejection
/// into `None`, so an outage looks like a signed-out visitor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[doc(alias("optional authentication", "maybe signed in"))]
pub struct Optional<T>(
    /// The value of the inner extractor.
    pub Option<T>,
);

impl<T> Optional<T> {
    #[cfg(any(feature = "axum", feature = "actix-web"))]
    pub(crate) fn of(extracted: Result<T, Rejection>) -> Result<Self, Rejection> {
        match extracted {
            Ok(extracted) => Ok(Self(Some(extracted))),
            Err(rejection) if rejection.kind() == RejectionKind::Unauthenticated => Ok(Self(None)),
            Err(rejection) => Err(rejection),
        }
    }
}

/// Extractor for requests that meet the requirement `R`; rejects all others.
#[doc(alias("requireAuth", "protect", "authorize", "guard"))]
pub struct Require<R> {
    /// The authentication of the request.
    pub auth: Auth,
    required: PhantomData<fn() -> R>,
}

impl<R> Require<R> {
    pub(crate) fn met_by(auth: Auth) -> Self {
        Self {
            auth,
            required: PhantomData,
        }
    }
}

impl<R> Clone for Require<R> {
    fn clone(&self) -> Self {
        Self::met_by(self.auth.clone())
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

/// Rejection by an extractor without the layer or middleware that it needs.
pub(crate) fn used_without(adapter: &str, how: &str) -> Rejection {
    tracing::error!("extractor used without {adapter}; {how}");
    Rejection::new(RejectionKind::Internal).because(format!("{adapter} is missing"))
}
