//! What handlers ask for.

use std::fmt;
use std::future::{Ready, ready};
use std::marker::PhantomData;

use actix_web::dev::Payload;
use actix_web::http::StatusCode;
use actix_web::{FromRequest, HttpMessage, HttpRequest, HttpResponse, ResponseError};

use super::convert;
use crate::adapter::{Rejection, Required, Requirement, nobody_authenticated};
use crate::auth::{Auth, MachineAuth, SessionAuth};
use crate::request_state::RequestState;

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

impl<R> fmt::Debug for Require<R> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Require")
            .field("auth", &self.auth)
            .finish_non_exhaustive()
    }
}

fn optional(request: &HttpRequest) -> Result<Auth, Rejection> {
    let auth = request.extensions().get::<Auth>().cloned();
    auth.ok_or_else(|| nobody_authenticated("clerk_auth::actix_web::AuthMiddleware"))
}

fn required(request: &HttpRequest, requirement: &Requirement) -> Result<Auth, Rejection> {
    let auth = optional(request)?;
    let extensions = request.extensions();
    match requirement.judge_auth(&auth, extensions.get::<RequestState>()) {
        Ok(()) => Ok(auth),
        Err(rejection) => Err(rejection.answered_by(extensions.get())),
    }
}

impl FromRequest for OptionalAuth {
    type Error = Rejection;
    type Future = Ready<Result<Self, Rejection>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(optional(request).map(Self))
    }
}

/// Rejects requests of nobody.
impl FromRequest for Auth {
    type Error = Rejection;
    type Future = Ready<Result<Self, Rejection>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(required(request, &Requirement::authenticated()))
    }
}

/// Rejects requests without a session; those with a machine token as forbidden.
impl FromRequest for SessionAuth {
    type Error = Rejection;
    type Future = Ready<Result<Self, Rejection>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(match required(request, &Requirement::session()) {
            Ok(Auth::Session(session)) => Ok(session),
            Ok(_) => Err(Rejection::forbidden()),
            Err(rejection) => Err(rejection),
        })
    }
}

/// Rejects requests without a machine token; those with a session as forbidden.
impl FromRequest for MachineAuth {
    type Error = Rejection;
    type Future = Ready<Result<Self, Rejection>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(match required(request, &Requirement::machine()) {
            Ok(Auth::Machine(machine)) => Ok(machine),
            Ok(_) => Err(Rejection::forbidden()),
            Err(rejection) => Err(rejection),
        })
    }
}

impl<R: Required> FromRequest for Require<R> {
    type Error = Rejection;
    type Future = Ready<Result<Self, Rejection>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let auth = required(request, &R::requirement());
        ready(auth.map(|auth| Self {
            auth,
            required: PhantomData,
        }))
    }
}

impl ResponseError for Rejection {
    fn status_code(&self) -> StatusCode {
        let status = StatusCode::from_u16(self.status().as_u16());
        status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    fn error_response(&self) -> HttpResponse {
        convert::rejected(self)
    }
}
