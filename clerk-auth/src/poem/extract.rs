//! Extractors.

use std::future::Future;
use std::pin::Pin;

use poem::error::ResponseError;
use poem::http::StatusCode;
use poem::{FromRequest, Request, RequestBody, Response, Result};

use super::response;
pub use crate::adapter::{Optional, OptionalAuth, Require};

use crate::adapter::{Found, Rejection, RejectionKind, Required, Requirement};
use crate::auth::{Auth, MachineAuth, SessionAuth};

fn found(request: &Request) -> Found<'_> {
    let extensions = request.extensions();
    Found {
        auth: extensions.get(),
        state: extensions.get(),
        respond: extensions.get(),
        layer: "clerk_auth::poem::AuthMiddleware",
        how: "add it to the route with `EndpointExt::with`",
    }
}

impl<'a> FromRequest<'a> for OptionalAuth {
    async fn from_request(request: &'a Request, _: &mut RequestBody) -> Result<Self> {
        Ok(Self(found(request).optional()?))
    }
}

/// Rejects unauthenticated requests.
impl<'a> FromRequest<'a> for Auth {
    async fn from_request(request: &'a Request, _: &mut RequestBody) -> Result<Self> {
        Ok(found(request).required(&Requirement::authenticated())?)
    }
}

/// Rejects unauthenticated requests with 401, and requests with a machine token with 403.
impl<'a> FromRequest<'a> for SessionAuth {
    async fn from_request(request: &'a Request, _: &mut RequestBody) -> Result<Self> {
        Ok(found(request).session()?)
    }
}

/// Rejects unauthenticated requests with 401, and requests with a session with 403.
impl<'a> FromRequest<'a> for MachineAuth {
    async fn from_request(request: &'a Request, _: &mut RequestBody) -> Result<Self> {
        Ok(found(request).machine()?)
    }
}

impl<'a, T: FromRequest<'a>> FromRequest<'a> for Optional<T> {
    async fn from_request(request: &'a Request, body: &mut RequestBody) -> Result<Self> {
        // Boxed, because the compiler cannot prove otherwise that it is `Send` (rust-lang/rust#100013).
        let extracted: Pin<Box<dyn Future<Output = Result<T>> + Send + '_>> =
            Box::pin(T::from_request(request, body));
        let is_unauthenticated =
            |rejection: &Rejection| rejection.kind() == RejectionKind::Unauthenticated;
        match extracted.await {
            Ok(extracted) => Ok(Self(Some(extracted))),
            Err(error) if error.downcast_ref().is_some_and(is_unauthenticated) => Ok(Self(None)),
            Err(error) => Err(error),
        }
    }
}

impl<'a, R: Required> FromRequest<'a> for Require<R> {
    async fn from_request(request: &'a Request, _: &mut RequestBody) -> Result<Self> {
        Ok(Self::met_by(found(request).required(&R::requirement())?))
    }
}

impl ResponseError for Rejection {
    fn status(&self) -> StatusCode {
        Rejection::status(self)
    }

    fn as_response(&self) -> Response {
        response(self.answer())
    }
}
