//! Extractors for [axum], behind [`AuthLayer`].
//!
//! ```no_run
//! use axum::Router;
//! use axum::routing::get;
//! use clerk_auth::axum::{AuthLayer, OptionalAuth, Require};
//! use clerk_auth::adapter::{Required, Requirement};
//! use clerk_auth::{Auth, Authenticator, Check};
//!
//! struct Admin;
//!
//! impl Required for Admin {
//!     fn requirement() -> Requirement {
//!         Check::role("org:admin").into()
//!     }
//! }
//!
//! async fn anybody(OptionalAuth(auth): OptionalAuth) -> String {
//!     format!("hello, {}", auth.user_id().unwrap_or("stranger"))
//! }
//!
//! async fn signed_in(auth: Auth) -> String {
//!     format!("hello, {}", auth.user_id().unwrap_or("machine"))
//! }
//!
//! async fn admins(_: Require<Admin>) -> &'static str {
//!     "hello, admin"
//! }
//!
//! # fn router(authenticator: Authenticator) -> Router {
//! Router::new()
//!     .route("/", get(anybody))
//!     .route("/account", get(signed_in))
//!     .route("/admin", get(admins))
//!     .layer(AuthLayer::new(authenticator))
//! # }
//! ```
//!
//! Whole groups of routes are protected by the router that has them:
//! `router.route_layer(AuthLayer::new(authenticator).require(Check::role("org:admin")))`. No path is
//! ever compared with a text.
//!
//! # Tests of an application
//!
//! A handler is tested without Clerk by a layer of
//! [`testing::authenticator`](crate::testing::authenticator) and tokens of its key; or, without any
//! token, by `router.layer(Extension(testing::signed_in("user_1")))` in place of the layer: extractors
//! take the [`Auth`] that they find in the extensions of a request.

use axum::body::Body;
use axum::extract::{FromRequestParts, OptionalFromRequestParts};
use axum::response::{IntoResponse, Response};
use http::request::Parts;

pub use crate::adapter::{OptionalAuth, Require};
pub use crate::tower::AuthLayer;

use crate::adapter::{Found, Rejection, RejectionKind, Required, Requirement};
use crate::auth::{Auth, MachineAuth, SessionAuth};

fn found(parts: &Parts) -> Found<'_> {
    let extensions = &parts.extensions;
    Found {
        auth: extensions.get(),
        state: extensions.get(),
        respond: extensions.get(),
        layer: "clerk_auth::axum::AuthLayer",
    }
}

impl<S: Sync> FromRequestParts<S> for OptionalAuth {
    type Rejection = Rejection;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Rejection> {
        found(parts).optional().map(Self)
    }
}

/// Rejects requests of nobody.
impl<S: Sync> FromRequestParts<S> for Auth {
    type Rejection = Rejection;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Rejection> {
        found(parts).required(&Requirement::authenticated())
    }
}

/// Rejects requests without a session; those with a machine token as forbidden.
impl<S: Sync> FromRequestParts<S> for SessionAuth {
    type Rejection = Rejection;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Rejection> {
        found(parts).session()
    }
}

/// Rejects requests without a machine token; those with a session as forbidden.
impl<S: Sync> FromRequestParts<S> for MachineAuth {
    type Rejection = Rejection;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Rejection> {
        found(parts).machine()
    }
}

/// Nobody is `None`. Whoever is known and not enough, or could not be found out, is rejected.
fn some<T>(extracted: Result<T, Rejection>) -> Result<Option<T>, Rejection> {
    match extracted {
        Ok(extracted) => Ok(Some(extracted)),
        Err(rejection) if rejection.kind() == RejectionKind::Unauthenticated => Ok(None),
        Err(rejection) => Err(rejection),
    }
}

/// `None` for requests of nobody.
impl<S: Sync> OptionalFromRequestParts<S> for Auth {
    type Rejection = Rejection;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Option<Self>, Rejection> {
        some(<Self as FromRequestParts<S>>::from_request_parts(parts, state).await)
    }
}

/// `None` for requests of nobody; rejects those with a machine token as forbidden.
impl<S: Sync> OptionalFromRequestParts<S> for SessionAuth {
    type Rejection = Rejection;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Option<Self>, Rejection> {
        some(<Self as FromRequestParts<S>>::from_request_parts(parts, state).await)
    }
}

/// `None` for requests of nobody; rejects those with a session as forbidden.
impl<S: Sync> OptionalFromRequestParts<S> for MachineAuth {
    type Rejection = Rejection;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Option<Self>, Rejection> {
        some(<Self as FromRequestParts<S>>::from_request_parts(parts, state).await)
    }
}

impl<S: Sync, R: Required> FromRequestParts<S> for Require<R> {
    type Rejection = Rejection;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Rejection> {
        Ok(Self::met_by(found(parts).required(&R::requirement())?))
    }
}

impl IntoResponse for Rejection {
    fn into_response(self) -> Response {
        let answer = self.answer();
        let mut response = Response::new(Body::from(answer.body));
        *response.status_mut() = answer.status;
        *response.headers_mut() = answer.headers;
        response
    }
}
