//! What handlers ask for.

use std::fmt;
use std::marker::PhantomData;

use poem::error::ResponseError;
use poem::http::StatusCode;
use poem::{FromRequest, Request, RequestBody, Response, Result};

use super::rejected;
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

fn optional(request: &Request) -> Result<Auth, Rejection> {
    let auth = request.extensions().get::<Auth>().cloned();
    auth.ok_or_else(|| nobody_authenticated("clerk_auth::poem::AuthMiddleware"))
}

fn required(request: &Request, requirement: &Requirement) -> Result<Auth, Rejection> {
    let auth = optional(request)?;
    let extensions = request.extensions();
    match requirement.judge_auth(&auth, extensions.get::<RequestState>()) {
        Ok(()) => Ok(auth),
        Err(rejection) => Err(rejection.answered_by(extensions.get())),
    }
}

impl<'a> FromRequest<'a> for OptionalAuth {
    async fn from_request(request: &'a Request, _: &mut RequestBody) -> Result<Self> {
        Ok(Self(optional(request)?))
    }
}

/// Rejects requests of nobody.
impl<'a> FromRequest<'a> for Auth {
    async fn from_request(request: &'a Request, _: &mut RequestBody) -> Result<Self> {
        Ok(required(request, &Requirement::authenticated())?)
    }
}

/// Rejects requests without a session; those with a machine token as forbidden.
impl<'a> FromRequest<'a> for SessionAuth {
    async fn from_request(request: &'a Request, _: &mut RequestBody) -> Result<Self> {
        match required(request, &Requirement::session())? {
            Auth::Session(session) => Ok(session),
            _ => Err(Rejection::forbidden().into()),
        }
    }
}

/// Rejects requests without a machine token; those with a session as forbidden.
impl<'a> FromRequest<'a> for MachineAuth {
    async fn from_request(request: &'a Request, _: &mut RequestBody) -> Result<Self> {
        match required(request, &Requirement::machine())? {
            Auth::Machine(machine) => Ok(machine),
            _ => Err(Rejection::forbidden().into()),
        }
    }
}

impl<'a, R: Required> FromRequest<'a> for Require<R> {
    async fn from_request(request: &'a Request, _: &mut RequestBody) -> Result<Self> {
        Ok(Self {
            auth: required(request, &R::requirement())?,
            required: PhantomData,
        })
    }
}

impl ResponseError for Rejection {
    fn status(&self) -> StatusCode {
        Rejection::status(self)
    }

    fn as_response(&self) -> Response {
        rejected(self)
    }
}
