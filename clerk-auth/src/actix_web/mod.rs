//! A middleware and extractors for [actix-web](actix_web).
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
//! [`Optional<Auth>`](Optional) is `None` for unauthenticated requests only. `Option<Auth>` is actix-web's: `None`
//! for every rejection, also where Clerk cannot be asked (503) or the middleware is missing.
//!
//! # Which paths are protected
//!
//! An extractor protects its handler, wherever that is mounted. A middleware that requires something
//! protects what it wraps; it does not matter whether routes are added before or after:
//!
//! | wrapped | stays open |
//! |---|---|
//! | `App::new().wrap(required)` | nothing: unknown paths, methods and the default service are rejected, too |
//! | `web::scope("/team").wrap(required)` | nothing below `/team`, whose unknown paths get the default service of the app behind the middleware; all beside it |
//! | `web::resource("/page").wrap(required)` | nothing at `/page` |
//! | `web::get().wrap(required)`, a route | other methods of the same path |
//!
//! Of two scopes with the same path, the first one gets all requests. CORS preflight requests carry no
//! credentials: wrap the CORS middleware around one that requires something, which is after it.
//!
//! # Errors
//!
//! Errors pass through the middleware with their type, and their responses carry the headers of the
//! state. A rejection is a response whose error is a [`Rejection`], whether it
//! is the middleware's or an extractor's: `response.response().error()` in what is around them.
//!
//! # Tests of an application
//!
//! A handler behind the middleware is tested without Clerk by a middleware of
//! [`testing::authenticator`](crate::testing::authenticator), and tokens of its key. Without the
//! middleware, extractors find an [`Auth`](crate::Auth) that a test has put into the extensions of a
//! request: `test::TestRequest::default().to_request()` and its `extensions_mut()`.

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

/// Authenticates every request before the handlers behind it see it.
///
/// It answers handshakes itself, puts an [`Auth`](crate::Auth) and a
/// [`RequestState`](crate::RequestState) into the extensions of a request, and appends the state's
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

/// The service of [`AuthMiddleware`].
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
                // Nothing that can be authenticated has such a method or address.
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
                // A response that knows its error, as those of handlers are: what is around this
                // middleware, such as CORS, treats it as any other response.
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
                // It becomes a response further out; the headers belong on that too.
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
