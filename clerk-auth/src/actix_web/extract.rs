//! Extractors.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::http::StatusCode;
use actix_web::{FromRequest, HttpMessage, HttpRequest, HttpResponse, ResponseError};

use super::convert;
pub use crate::adapter::{Optional, OptionalAuth, Require};

use crate::adapter::{Found, Rejection, Required, Requirement};
use crate::auth::{Auth, MachineAuth, SessionAuth};

fn found<T>(request: &HttpRequest, ask: impl FnOnce(Found<'_>) -> T) -> Ready<T> {
    let extensions = request.extensions();
    ready(ask(Found {
        auth: extensions.get(),
        state: extensions.get(),
        respond: extensions.get(),
        layer: "clerk_auth::actix_web::AuthMiddleware",
        how: "wrap the app, the scope or the resource in it",
    }))
}

impl FromRequest for OptionalAuth {
    type Error = Rejection;
    type Future = Ready<Result<Self, Rejection>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        found(request, |found| found.optional().map(Self))
    }
}

/// Rejects unauthenticated requests.
impl FromRequest for Auth {
    type Error = Rejection;
    type Future = Ready<Result<Self, Rejection>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        found(request, |found| {
            found.required(&Requirement::authenticated())
        })
    }
}

/// Rejects unauthenticated requests with 401, and requests with a machine token with 403.
impl FromRequest for SessionAuth {
    type Error = Rejection;
    type Future = Ready<Result<Self, Rejection>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        found(request, |found| found.session())
    }
}

/// Rejects unauthenticated requests with 401, and requests with a session with 403.
impl FromRequest for MachineAuth {
    type Error = Rejection;
    type Future = Ready<Result<Self, Rejection>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        found(request, |found| found.machine())
    }
}

impl<T> FromRequest for Optional<T>
where
    T: FromRequest<Error = Rejection, Future = Ready<Result<T, Rejection>>>,
{
    type Error = Rejection;
    type Future = Ready<Result<Self, Rejection>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        ready(Self::of(T::from_request(request, payload).into_inner()))
    }
}

impl<R: Required> FromRequest for Require<R> {
    type Error = Rejection;
    type Future = Ready<Result<Self, Rejection>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        found(request, |found| {
            let auth = found.required(&R::requirement());
            auth.map(Self::met_by)
        })
    }
}

impl ResponseError for Rejection {
    fn status_code(&self) -> StatusCode {
        let status = StatusCode::from_u16(self.status().as_u16());
        status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    fn error_response(&self) -> HttpResponse {
        convert::response(self.answer())
    }
}
