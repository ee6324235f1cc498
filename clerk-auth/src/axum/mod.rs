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
//! # Which paths are protected
//!
//! An extractor protects its handler, wherever that is mounted. A layer that requires something protects
//! what a router has when the layer is added, so add it last, after all routes and the fallback:
//!
//! ```no_run
//! # use axum::Router;
//! # use axum::routing::get;
//! # use clerk_auth::axum::AuthLayer;
//! # use clerk_auth::{Authenticator, Check};
//! # async fn page() {}
//! # fn router(authenticator: Authenticator) -> Router {
//! let layer = AuthLayer::new(authenticator);
//! let team = Router::new()
//!     .route("/page", get(page))
//!     .layer(layer.clone().require(Check::role("org:admin")));
//! Router::new()
//!     .route("/", get(page))
//!     .nest_service("/team", team)
//!     .fallback(page)
//!     .layer(layer)
//! # }
//! ```
//!
//! | the router | stays open |
//! |---|---|
//! | `.route(…).fallback(…).layer(required)` | nothing: unknown paths and methods are rejected, too |
//! | `.layer(required)`, then `.route(…)`, `.fallback(…)` or `.merge(…)` | what comes after the layer |
//! | `.route_layer(required)` | unknown paths: the fallback of the router |
//! | `.nest("/team", team.layer(required))` | unknown paths below `/team`, which get the fallback around it; with a fallback in `team` before its layer, still `/team/` |
//! | `.nest_service("/team", team.layer(required))` | nothing below `/team` |
//! | `get(a).layer(required).post(b)` | `POST`; `get(a).post(b).layer(required)` leaves nothing open |
//!
//! An open fallback is harmless as long as it answers 404, and a hole once it serves files or is a proxy.
//! CORS preflight requests carry no credentials: put a CORS layer outside of a layer that requires
//! something.
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

pub use crate::adapter::{Optional, OptionalAuth, Require};
pub use crate::tower::AuthLayer;

use crate::adapter::{Found, Rejection, Required, Requirement};
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

/// Rejects unauthenticated requests.
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

impl<S, T> FromRequestParts<S> for Optional<T>
where
    S: Send + Sync,
    T: FromRequestParts<S, Rejection = Rejection>,
{
    type Rejection = Rejection;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Rejection> {
        Self::of(T::from_request_parts(parts, state).await)
    }
}

/// `None` for unauthenticated requests.
impl<S: Sync> OptionalFromRequestParts<S> for Auth {
    type Rejection = Rejection;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Option<Self>, Rejection> {
        let extracted = <Self as FromRequestParts<S>>::from_request_parts(parts, state).await;
        Optional::of(extracted).map(|Optional(auth)| auth)
    }
}

/// `None` for unauthenticated requests; rejects those with a machine token as forbidden.
impl<S: Sync> OptionalFromRequestParts<S> for SessionAuth {
    type Rejection = Rejection;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Option<Self>, Rejection> {
        let extracted = <Self as FromRequestParts<S>>::from_request_parts(parts, state).await;
        Optional::of(extracted).map(|Optional(auth)| auth)
    }
}

/// `None` for unauthenticated requests; rejects those with a session as forbidden.
impl<S: Sync> OptionalFromRequestParts<S> for MachineAuth {
    type Rejection = Rejection;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Option<Self>, Rejection> {
        let extracted = <Self as FromRequestParts<S>>::from_request_parts(parts, state).await;
        Optional::of(extracted).map(|Optional(auth)| auth)
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
