//! Layer and extractors for [axum].
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
//! async fn index(OptionalAuth(auth): OptionalAuth) -> String {
//!     format!("hello, {}", auth.user_id().unwrap_or("guest"))
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
//!     .route("/", get(index))
//!     .route("/account", get(signed_in))
//!     .route("/admin", get(admins))
//!     .layer(AuthLayer::new(authenticator))
//! # }
//! ```
//!
//! # Which paths are protected
//!
//! An extractor protects its handler, wherever the handler is mounted. A layer with a requirement protects
//! what the router has when the layer is added, so add it last, after all routes and the fallback:
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
//! | `.route(…).fallback(…).layer(required)` | nothing: unknown paths and other methods are rejected, too |
//! | `.layer(required)`, then `.route(…)`, `.fallback(…)` or `.merge(…)` | what comes after the layer |
//! | `.route_layer(required)` | unknown paths: the fallback of the router |
//! | `.nest("/team", team.layer(required))` | unknown paths below `/team`, which get the outer fallback; if `team` has a fallback before its layer, still `/team/` |
//! | `.nest_service("/team", team.layer(required))` | nothing below `/team` |
//! | `get(a).layer(required).post(b)` | `POST`; `get(a).post(b).layer(required)` leaves nothing open |
//!
//! An open fallback is harmless as long as it returns 404, and a hole once it serves files or acts as a
//! proxy. CORS preflight requests carry no credentials, so add a CORS layer outside a layer with a
//! requirement.
//!
//! # Testing
//!
//! To test handlers without Clerk, create the layer from
//! [`testing::authenticator`](crate::testing::authenticator) and send tokens of its key. Or replace the layer
//! by `Extension(testing::signed_in("user_1"))`: extractors use the [`Auth`] in the extensions of the
//! request.

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
        how: "add it to the router, after the route: a layer covers only routes added before it",
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

/// Rejects unauthenticated requests with 401, and requests with a machine token with 403.
impl<S: Sync> FromRequestParts<S> for SessionAuth {
    type Rejection = Rejection;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Rejection> {
        found(parts).session()
    }
}

/// Rejects unauthenticated requests with 401, and requests with a session with 403.
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

/// `None` for unauthenticated requests; rejects requests with a machine token with 403.
impl<S: Sync> OptionalFromRequestParts<S> for SessionAuth {
    type Rejection = Rejection;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Option<Self>, Rejection> {
        let extracted = <Self as FromRequestParts<S>>::from_request_parts(parts, state).await;
        Optional::of(extracted).map(|Optional(auth)| auth)
    }
}

/// `None` for unauthenticated requests; rejects requests with a session with 403.
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
