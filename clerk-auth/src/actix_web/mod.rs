//! Middleware and extractors for [actix-web](actix_web).
//!
//! ```no_run
//! use actix_web::{App, HttpServer, web};
//! use clerk_auth::actix_web::{AuthMiddleware, OptionalAuth, Require};
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
//! async fn signed_in(auth: Auth) -> String {
//!     format!("hello, {}", auth.user_id().unwrap_or("machine"))
//! }
//!
//! async fn admins(_: Require<Admin>) -> &'static str {
//!     "hello, admin"
//! }
//!
//! # async fn run(authenticator: Authenticator) -> std::io::Result<()> {
//! // One authenticator for all workers: they share its keys.
//! HttpServer::new(move || {
//!     App::new()
//!         .wrap(AuthMiddleware::new(authenticator.clone()))
//!         .route("/account", web::get().to(signed_in))
//!         .route("/admin", web::get().to(admins))
//! })
//! .bind("127.0.0.1:8080")?
//! .run()
//! .await
//! # }
//! ```
//!
//! # Optional authentication
//!
//! [`Optional<Auth>`](Optional) is `None` only for unauthenticated requests. With `Option<Auth>`, actix-web
//! turns every rejection into `None`, also if Clerk is unavailable (503) or the middleware is missing.
//!
//! # Which paths are protected
//!
//! An extractor protects its handler, wherever the handler is mounted. A middleware with a requirement
//! protects what it wraps, whether routes are added before or after it:
//!
//! | wrapped | stays open |
//! |---|---|
//! | `App::new().wrap(required)` | nothing: unknown paths, other methods and the default service are rejected, too |
//! | `web::scope("/team").wrap(required)` | nothing below `/team` (its unknown paths get the default service of the app, behind the middleware); everything else |
//! | `web::resource("/page").wrap(required)` | nothing at `/page` |
//! | `web::get().wrap(required)`, a route | other methods of the same path |
//!
//! If two scopes have the same path, the first one gets all requests. CORS preflight requests carry no
//! credentials, so add the CORS middleware after a middleware with a requirement: it then wraps it.
//!
//! # Errors
//!
//! Errors pass through the middleware with their type, and their responses carry the headers of the state. A
//! rejection, by the middleware or by an extractor, is a response whose error is a [`Rejection`]: an outer
//! middleware finds it with `response.response().error()`.
//!
//! # Testing
//!
//! To test handlers without Clerk, create the middleware from
//! [`testing::authenticator`](crate::testing::authenticator) and send tokens of its key. Or leave out the
//! middleware and insert an [`Auth`](crate::Auth) into the extensions of the request (`extensions_mut()` of
//! `TestRequest::to_request()`): extractors use it.

mod convert;
mod extract;

use std::fmt;
use std::future::{Future, Ready, ready};
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

use actix_web::body::EitherBody;
use actix_web::dev::{Service, ServiceRequest, ServiceResponse, Transform};
use actix_web::{Error, HttpMessage};

pub use extract::{Optional, OptionalAuth, Require};

use crate::adapter::{Decision, Guard, Rejection, Requirement};
use crate::authenticate::Authenticator;

/// Middleware that authenticates every request before it reaches a handler.
///
/// It responds to handshakes, inserts an [`Auth`](crate::Auth) and a [`RequestState`](crate::RequestState)
/// into the extensions of the request, and appends the headers of the state to the response. Inside another
/// middleware with the same authenticator, it only checks its own requirement.
#[derive(Clone)]
#[must_use = "has no effect until it is added to the application"]
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

impl<S, B> Transform<S, ServiceRequest> for AuthMiddleware
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error> + 'static,
    B: 'static,
{
    type Response = ServiceResponse<EitherBody<B>>;
    type Error = Error;
    type InitError = ();
    type Transform = AuthService<S>;
    type Future = Ready<Result<Self::Transform, ()>>;

    fn new_transform(&self, service: S) -> Self::Future {
        ready(Ok(AuthService {
            service: Rc::new(service),
            guard: Rc::new(self.guard.clone()),
        }))
    }
}

/// Service of [`AuthMiddleware`].
pub struct AuthService<S> {
    service: Rc<S>,
    guard: Rc<Guard>,
}

impl<S> fmt::Debug for AuthService<S> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("AuthService")
            .finish_non_exhaustive()
    }
}

impl<S, B> Service<ServiceRequest> for AuthService<S>
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error> + 'static,
    B: 'static,
{
    type Response = ServiceResponse<EitherBody<B>>;
    type Error = Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Error>>>>;

    fn poll_ready(&self, context: &mut Context<'_>) -> Poll<Result<(), Error>> {
        self.service.poll_ready(context)
    }

    fn call(&self, request: ServiceRequest) -> Self::Future {
        let service = Rc::clone(&self.service);
        let guard = Rc::clone(&self.guard);
        Box::pin(async move {
            if let Some(respond) = guard.respond() {
                request.extensions_mut().insert(respond.clone());
            }
            let behind = {
                let extensions = request.extensions();
                guard.behind(extensions.get(), extensions.get())
            };
            if let Some(judged) = behind {
                return match judged {
                    Ok(()) => Ok(service.call(request).await?.map_into_left_body()),
                    Err(rejection) => Ok(request.error_response(rejection).map_into_right_body()),
                };
            }
            let decision = match convert::parts(&request) {
                Some(parts) => guard.decide(&parts).await,
                // Its method or URI is invalid in `http` 1, so it cannot be authenticated.
                None => {
                    let answer = convert::bad_request();
                    return Ok(request.into_response(answer).map_into_right_body());
                }
            };
            let state = match decision {
                Decision::Redirect(answer) => {
                    let response = convert::response(answer);
                    return Ok(request.into_response(response).map_into_right_body());
                }
                // The response keeps its error, as those of handlers do, so that outer middleware such as
                // CORS treats it like any other response.
                Decision::Reject(rejection) => {
                    return Ok(request.error_response(rejection).map_into_right_body());
                }
                Decision::Continue(state) => state,
            };
            let headers = state.headers().clone();
            request.extensions_mut().insert(guard.outer(&state));
            request.extensions_mut().insert(state.auth().clone());
            request.extensions_mut().insert(state);
            match service.call(request).await {
                Ok(mut response) => {
                    convert::append(response.headers_mut(), &headers);
                    Ok(response.map_into_left_body())
                }
                // An outer layer turns it into a response, which must carry the headers too.
                Err(mut error) => {
                    error.add_response_mapper(move |mut response| {
                        convert::append(response.headers_mut(), &headers);
                        response
                    });
                    Err(error)
                }
            }
        })
    }
}
