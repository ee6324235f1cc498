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

use std::fmt;
use std::marker::PhantomData;

use axum::body::Body;
use axum::extract::FromRequestParts;
use axum::response::{IntoResponse, Response};
use http::request::Parts;

pub use crate::tower::AuthLayer;

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

fn state(parts: &Parts) -> Result<&RequestState, Rejection> {
    parts
        .extensions
        .get::<RequestState>()
        .ok_or_else(|| nobody_authenticated("clerk_auth::axum::AuthLayer"))
}

/// What a test has put there wins, then what the layer found.
fn required(parts: &Parts, requirement: &Requirement) -> Result<Auth, Rejection> {
    match (parts.extensions.get::<Auth>(), state(parts)) {
        (Some(auth), Ok(state)) => requirement.judge_auth(auth, Some(state))?,
        (Some(auth), Err(_)) => requirement.judge_auth(auth, None)?,
        (None, Ok(state)) => requirement.judge(state)?,
        (None, Err(rejection)) => return Err(rejection),
    }
    optional(parts)
}

fn optional(parts: &Parts) -> Result<Auth, Rejection> {
    match parts.extensions.get::<Auth>() {
        Some(auth) => Ok(auth.clone()),
        None => Ok(state(parts)?.auth().clone()),
    }
}

impl<S: Sync> FromRequestParts<S> for OptionalAuth {
    type Rejection = Rejection;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Rejection> {
        optional(parts).map(Self)
    }
}

/// Rejects requests of nobody.
impl<S: Sync> FromRequestParts<S> for Auth {
    type Rejection = Rejection;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Rejection> {
        required(parts, &Requirement::authenticated())
    }
}

/// Rejects requests without a session; those with a machine token as forbidden.
impl<S: Sync> FromRequestParts<S> for SessionAuth {
    type Rejection = Rejection;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Rejection> {
        match required(parts, &Requirement::session())? {
            Auth::Session(session) => Ok(session),
            _ => Err(Rejection::forbidden()),
        }
    }
}

/// Rejects requests without a machine token; those with a session as forbidden.
impl<S: Sync> FromRequestParts<S> for MachineAuth {
    type Rejection = Rejection;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Rejection> {
        match required(parts, &Requirement::machine())? {
            Auth::Machine(machine) => Ok(machine),
            _ => Err(Rejection::forbidden()),
        }
    }
}

impl<S: Sync, R: Required> FromRequestParts<S> for Require<R> {
    type Rejection = Rejection;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Rejection> {
        Ok(Self {
            auth: required(parts, &R::requirement())?,
            required: PhantomData,
        })
    }
}

impl IntoResponse for Rejection {
    fn into_response(self) -> Response {
        self.response().map(Body::from)
    }
}
