//! A middleware and extractors for [poem].
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
//! [`Optional<Auth>`](Optional) is `None` for unauthenticated requests only. `Option<Auth>` is poem's: `None`
//! for every rejection, also where Clerk cannot be asked (503) or the middleware is missing.
//!
//! # Which paths are protected
//!
//! An extractor protects its handler, wherever that is mounted. A middleware that requires something
//! protects the endpoint that it is around:
//!
//! | endpoint | stays open |
//! |---|---|
//! | `route.with(required)` | nothing: unknown paths and methods are rejected, too |
//! | `.nest("/team", team.with(required))` | nothing below `/team`; all beside it |
//! | `.at("/page", get(a).post(b).with(required))` | nothing at `/page` |
//! | `.at("/page", get(a.with(required)).post(b))` | `POST` and other methods |
//!
//! CORS preflight requests carry no credentials: put the CORS middleware outside of one that requires
//! something, which is after it.
//!
//! # Errors
//!
//! Errors pass through the middleware with their type, and its own rejections are errors of the type
//! [`Rejection`], so `catch_error` works around it. The responses of rejections, and of errors that were made
//! with `Error::from_response`, carry the headers of the state, cookies of a handshake among them. Other
//! errors of poem cannot carry headers without losing their type. They have the [`RequestState`] with them, and
//! a catcher around the middleware can add its headers:
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
//! Without that, a browser that gets such an error right after a handshake goes through another one.
//!
//! A rejected `HEAD` has no body. Put the middleware around the route for that: inside of `get(…)`, a `HEAD`
//! has become a `GET`, and HTTP/2 clients take the body of its response for a protocol error. So they do
//! with poem's own errors.
//!
//! # Tests of an application
//!
//! A handler is tested without Clerk by a middleware of
//! [`testing::authenticator`](crate::testing::authenticator) and tokens of its key; or, without any
//! token, by `.data(testing::signed_in("user_1"))` in place of the middleware: extractors take the
//! [`Auth`](crate::Auth) that they find in the extensions of a request.

mod extract;

use std::fmt;

use poem::http::Method;
use poem::{Endpoint, Error, IntoResponse, Middleware, PathPattern, Request, Response, Result};

pub use extract::{Optional, OptionalAuth, Require};

use crate::adapter::{Answer, Decision, Guard, Rejection, Requirement, append};
use crate::authenticate::Authenticator;
use crate::original_uri::{OriginalUri, OverTls};
use crate::request_state::RequestState;

/// Authenticates every request before the endpoint behind it sees it.
///
/// It answers handshakes itself, puts an [`Auth`](crate::Auth) and a
/// [`RequestState`] into the extensions of a request, and appends the state's
/// headers to the response. Behind another one of the same authenticator it only looks whether its own
/// requirement is met.
#[derive(Clone)]
pub struct AuthMiddleware {
    guard: Guard,
}

impl AuthMiddleware {
    /// A middleware that rejects no request.
    pub fn new(authenticator: Authenticator) -> Self {
        Self {
            guard: Guard::new(authenticator),
        }
    }

    /// Rejects requests that do not meet this. What an earlier call asks for is asked for as well.
    pub fn require(mut self, requirement: impl Into<Requirement>) -> Self {
        self.guard.require(requirement.into());
        self
    }

    /// Answers rejections in another way than as JSON, those of middleware and extractors behind this one
    /// included. Replaces what an earlier call has set. [`Rejection::response`] is the response of a
    /// rejection that is to stay as it is: Clerk's front end reads that of a missing reverification.
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

/// The endpoint of [`AuthMiddleware`].
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

/// An error on its way out. It keeps its type, so that what is around the middleware can tell it.
fn passed(error: Error, state: RequestState, is_head: bool) -> Error {
    match error.downcast::<Rejection>() {
        Ok(rejection) => {
            // What is around the middleware may answer it in another way.
            rejection.trace();
            rejection
                .with_headers(state.headers())
                .answering_head(is_head)
                .into()
        }
        Err(error) if error.is_from_response() && !state.headers().is_empty() => {
            let mut response = error.into_response();
            append(response.headers_mut(), state.headers());
            // A response that is made an error loses its data; routers put this there for metrics.
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

/// The request as this crate reads it; with the URI that the client asked for, where a nested router
/// has taken the beginning off.
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
