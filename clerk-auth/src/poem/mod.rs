//! Middleware and extractors for [poem].
//!
//! ```no_run
//! use clerk_auth::adapter::{Required, Requirement};
//! use clerk_auth::poem::{AuthMiddleware, OptionalAuth, Require};
//! use clerk_auth::{Auth, Authenticator, Check};
//! use poem::{EndpointExt, Route, get, handler};
//!
//! struct Admin;
//!
//! impl Required for Admin {
//!     fn requirement() -> Requirement {
//!         Check::role("org:admin").into()
//!     }
//! }
//!
//! #[handler]
//! fn signed_in(auth: Auth) -> String {
//!     format!("hello, {}", auth.user_id().unwrap_or("machine"))
//! }
//!
//! #[handler]
//! fn admins(_: Require<Admin>) -> &'static str {
//!     "hello, admin"
//! }
//!
//! # fn app(authenticator: Authenticator) -> impl poem::Endpoint {
//! Route::new()
//!     .at("/account", get(signed_in))
//!     .at("/admin", get(admins))
//!     .with(AuthMiddleware::new(authenticator))
//! # }
//! ```
//!
//! # Optional authentication
//!
//! [`Optional<Auth>`](Optional) is `None` only for unauthenticated requests. With `Option<Auth>`, poem turns
//! every rejection into `None`, also if Clerk is unavailable (503) or the middleware is missing.
//!
//! # Which paths are protected
//!
//! An extractor protects its handler, wherever the handler is mounted. A middleware with a requirement
//! protects the endpoint that it wraps:
//!
//! | endpoint | stays open |
//! |---|---|
//! | `route.with(required)` | nothing: unknown paths and other methods are rejected, too |
//! | `.nest("/team", team.with(required))` | nothing below `/team`; everything else |
//! | `.at("/page", get(a).post(b).with(required))` | nothing at `/page` |
//! | `.at("/page", get(a.with(required)).post(b))` | `POST` and other methods |
//!
//! CORS preflight requests carry no credentials, so add the CORS middleware after a middleware with a
//! requirement: it then wraps it.
//!
//! # Errors
//!
//! Errors pass through the middleware with their type, and its own rejections are errors of the type
//! [`Rejection`], so an outer `catch_error` works. The responses of rejections, and of errors created with
//! `Error::from_response`, carry the headers of the state, including the cookies of a handshake. Other errors
//! cannot carry headers without losing their type. They carry the [`RequestState`] as data, and an outer
//! catcher can add its headers:
//!
//! ```no_run
//! # use clerk_auth::poem::AuthMiddleware;
//! # use clerk_auth::{Authenticator, RequestState};
//! # use poem::{Endpoint, EndpointExt, Error, Route};
//! # fn app(route: Route, authenticator: Authenticator) -> impl Endpoint {
//! route
//!     .with(AuthMiddleware::new(authenticator))
//!     .catch_all_error(async |error: Error| {
//!         let state = error.data::<RequestState>().cloned();
//!         let mut response = error.into_response();
//!         for (name, value) in state.iter().flat_map(|state| state.headers()) {
//!             response.headers_mut().append(name, value.clone());
//!         }
//!         response
//!     })
//! # }
//! ```
//!
//! Without it, a browser that gets such an error right after a handshake goes through another handshake.
//!
//! The response to a rejected `HEAD` has no body, if the middleware wraps the route: inside `get(…)`, the
//! `HEAD` has become a `GET`, and HTTP/2 clients treat the body of its response as a protocol error. The same
//! happens with poem's own errors.
//!
//! # Testing
//!
//! To test handlers without Clerk, create the middleware from
//! [`testing::authenticator`](crate::testing::authenticator) and send tokens of its key. Or replace the
//! middleware by `.data(testing::signed_in("user_1"))`: extractors use the [`Auth`](crate::Auth) in the
//! extensions of the request.

mod extract;

use std::fmt;

use poem::http::Method;
use poem::{Endpoint, Error, IntoResponse, Middleware, PathPattern, Request, Response, Result};

pub use extract::{Optional, OptionalAuth, Require};

use crate::adapter::{Answer, Decision, Guard, Rejection, Requirement, append};
use crate::authenticate::Authenticator;
use crate::original_uri::{OriginalUri, OverTls};
use crate::request_state::RequestState;

/// Middleware that authenticates every request before it reaches the inner endpoint.
///
/// It responds to handshakes, inserts an [`Auth`](crate::Auth) and a [`RequestState`] into the extensions of
/// the request, and appends the headers of the state to the response. Inside another middleware with the same
/// authenticator, it only checks its own requirement.
#[derive(Clone)]
#[must_use = "has no effect until it is added to the route"]
#[doc(alias("clerkMiddleware", "requireAuth", "protect", "withAuth"))]
pub struct AuthMiddleware {
    guard: Guard,
}

impl AuthMiddleware {
    /// Creates a middleware that rejects no request.
    pub fn new(authenticator: Authenticator) -> Self {
        Self {
            guard: Guard::new(authenticator),
        }
    }

    /// Rejects requests that do not meet the requirement. Several calls add up: all requirements must be met.
    #[doc(alias("protect", "requireAuth"))]
    pub fn require(mut self, requirement: impl Into<Requirement>) -> Self {
        self.guard.require(requirement.into());
        self
    }

    /// Sets the response to rejected requests, also those rejected by inner middleware and extractors.
    /// Default: JSON. The last call wins. Return [`Rejection::response`] for rejections that should keep the
    /// default, such as a missing reverification, whose response Clerk's front end reads.
    #[doc(alias("unauthorized", "onError", "custom error response"))]
    pub fn respond_with(
        mut self,
        respond: impl Fn(&Rejection) -> http::Response<String> + Send + Sync + 'static,
    ) -> Self {
        self.guard.respond_with(respond);
        self
    }
}

impl fmt::Debug for AuthMiddleware {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("AuthMiddleware")
            .finish_non_exhaustive()
    }
}

impl<E: Endpoint> Middleware<E> for AuthMiddleware {
    type Output = AuthEndpoint<E>;

    fn transform(&self, endpoint: E) -> Self::Output {
        AuthEndpoint {
            endpoint,
            guard: self.guard.clone(),
        }
    }
}

/// Endpoint of [`AuthMiddleware`].
pub struct AuthEndpoint<E> {
    endpoint: E,
    guard: Guard,
}

impl<E> fmt::Debug for AuthEndpoint<E> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("AuthEndpoint")
            .finish_non_exhaustive()
    }
}

impl<E: Endpoint> Endpoint for AuthEndpoint<E> {
    type Output = Response;

    async fn call(&self, mut request: Request) -> Result<Response> {
        if let Some(respond) = self.guard.respond() {
            request.extensions_mut().insert(respond.clone());
        }
        let is_head = *request.method() == Method::HEAD;
        let extensions = request.extensions();
        if let Some(judged) = self.guard.behind(extensions.get(), extensions.get()) {
            judged.map_err(|rejection| rejection.answering_head(is_head))?;
            return Ok(self.endpoint.call(request).await?.into_response());
        }
        let state = match self.guard.decide(&parts(&request)).await {
            Decision::Redirect(answer) => return Ok(response(answer)),
            Decision::Reject(rejection) => return Err(rejection.answering_head(is_head).into()),
            Decision::Continue(state) => state,
        };
        request.extensions_mut().insert(self.guard.outer(&state));
        request.extensions_mut().insert(state.auth().clone());
        request.extensions_mut().insert(state.clone());
        match self.endpoint.call(request).await {
            Ok(output) => {
                let mut response = output.into_response();
                append(response.headers_mut(), state.headers());
                Ok(response)
            }
            Err(error) => Err(passed(error, state, is_head)),
        }
    }
}

/// Passes on an error of the inner endpoint. It keeps its type, so that outer catchers recognise it.
fn passed(error: Error, state: RequestState, is_head: bool) -> Error {
    match error.downcast::<Rejection>() {
        Ok(rejection) => {
            // An outer catcher may respond in another way.
            rejection.trace();
            rejection
                .with_headers(state.headers())
                .answering_head(is_head)
                .into()
        }
        Err(error) if error.is_from_response() && !state.headers().is_empty() => {
            let mut response = error.into_response();
            append(response.headers_mut(), state.headers());
            // Converting a response to an error loses its data; routers store this for metrics.
            let pattern = response.data::<PathPattern>().cloned();
            let mut error = Error::from_response(response);
            if let Some(pattern) = pattern {
                error.set_data(pattern);
            }
            error
        }
        Err(mut error) => {
            if error.data::<RequestState>().is_none() {
                error.set_data(state);
            }
            error
        }
    }
}

/// The head of a request, with the URI that the client requested if a nested router has stripped its
/// beginning.
fn parts(request: &Request) -> http::request::Parts {
    let mut copy = http::Request::new(());
    copy.method_mut().clone_from(request.method());
    copy.uri_mut().clone_from(request.original_uri());
    copy.headers_mut().clone_from(request.headers());
    if let Some(original) = request.extensions().get::<OriginalUri>() {
        copy.extensions_mut().insert(original.clone());
    }
    if *request.scheme() == http::uri::Scheme::HTTPS {
        copy.extensions_mut().insert(OverTls);
    }
    copy.into_parts().0
}

fn response(answer: Answer) -> Response {
    let mut response = Response::from(answer.body);
    response.set_status(answer.status);
    *response.headers_mut() = answer.headers;
    response
}
