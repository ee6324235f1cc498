//! What handlers ask for.

use poem::error::ResponseError;
use poem::http::StatusCode;
use poem::{FromRequest, Request, RequestBody, Response, Result};

use super::response;
pub use crate::adapter::{OptionalAuth, Require};

use crate::adapter::{Found, Rejection, Required, Requirement};
use crate::auth::{Auth, MachineAuth, SessionAuth};

fn found(request: &Request) -> Found<'_> {
    let extensions = request.extensions();
    Found {
        auth: extensions.get(),
        state: extensions.get(),
        respond: extensions.get(),
        layer: "clerk_auth::poem::AuthMiddleware",
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

/// Rejects requests without a session; those with a machine token as forbidden.
impl<'a> FromRequest<'a> for SessionAuth {
    async fn from_request(request: &'a Request, _: &mut RequestBody) -> Result<Self> {
        Ok(found(request).session()?)
    }
}

/// Rejects requests without a machine token; those with a session as forbidden.
impl<'a> FromRequest<'a> for MachineAuth {
    async fn from_request(request: &'a Request, _: &mut RequestBody) -> Result<Self> {
        Ok(found(request).machine()?)
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
