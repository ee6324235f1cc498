//! A [`tower::Layer`](tower_layer::Layer) for anything that works on `http` types: axum, hyper, tonic.
//!
//! ```no_run
//! use clerk_auth::adapter::Requirement;
//! use clerk_auth::tower::AuthLayer;
//! use clerk_auth::{Authenticator, Check};
//!
//! # fn run(authenticator: Authenticator) {
//! // Rejects no request; handlers find an `Auth` in its extensions:
//! let everywhere = AuthLayer::new(authenticator.clone());
//! // Rejects all requests except those of admins:
//! let admins = AuthLayer::new(authenticator).require(Check::role("org:admin"));
//! # let _ = (everywhere, admins);
//! # }
//! ```
//!
//! The layer responds to handshakes, inserts an [`Auth`](crate::Auth) and a
//! [`RequestState`](crate::RequestState) into the extensions of the request, and appends the headers of the
//! state to the response. Inside another layer with the same authenticator, a layer does not authenticate
//! again, but only checks its own requirement. A layer that accepts other kinds of tokens
//! ([`Authenticator::accepting`]) does authenticate again: add it beside the other one, to other routes.
//!
//! Redirects lead back to the URL that the client requested. Inside nested routers of axum, the layer knows
//! it with the feature `axum`; other code that strips a path must keep the URI in an
//! [`OriginalUri`](crate::OriginalUri).
//!
//! A layer protects only the service that it wraps; the documentation of the module `axum` shows what that
//! means for routers. CORS preflight requests carry no credentials, so add a CORS layer outside a layer with
//! a requirement.
//!
//! # As the authorization service of a proxy
//!
//! nginx (`auth_request`), Traefik and others decide by the status of this service's response. A rejection
//! never has a success status, unless [`AuthLayer::grpc`] is on. Turn handshakes off
//! ([`AuthenticatorBuilder::handshakes`](crate::AuthenticatorBuilder::handshakes)): they would redirect to
//! the URL that the proxy requested, not to the page that the browser requested.
//!
//! # gRPC
//!
//! By default, every rejected request gets an HTTP error status. Turn on [`AuthLayer::grpc`] for a tonic
//! service: gRPC calls, and only they, are then rejected with the HTTP status 200 and a `grpc-status` of 16
//! (unauthenticated), 7 (permission denied), 14 (unavailable) or 13 (internal).
//!
//! # Testing
//!
//! To test a service without Clerk, create the layer from
//! [`testing::authenticator`](crate::testing::authenticator) and send tokens of its key.

mod body;
mod grpc;

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::{Method, Request, Response};
use tower_layer::Layer;
use tower_service::Service;

pub use body::ResponseBody;

use crate::adapter::{Answer, Decision, Guard, Rejection, Requirement, append};
use crate::authenticate::Authenticator;

/// Layer that authenticates every request before it reaches the inner service.
#[derive(Clone)]
#[must_use = "has no effect until it is added to the router or service"]
#[doc(alias("middleware", "clerkMiddleware", "requireAuth", "protect", "withAuth"))]
pub struct AuthLayer {
    guard: Guard,
    grpc: bool,
}

impl AuthLayer {
    /// Creates a layer that rejects no request.
    pub fn new(authenticator: Authenticator) -> Self {
        Self {
            guard: Guard::new(authenticator),
            grpc: false,
        }
    }

    /// Rejects requests that do not meet the requirement. Several calls add up: all requirements must be met.
    #[doc(alias("protect", "requireAuth"))]
    pub fn require(mut self, requirement: impl Into<Requirement>) -> Self {
        self.guard.require(requirement.into());
        self
    }

    /// Sets the response to rejected requests, also those rejected by inner layers and extractors. Default:
    /// JSON. The last call wins. Return [`Rejection::response`] for rejections that should keep the default,
    /// such as a missing reverification, whose response Clerk's front end reads. Does not apply to gRPC calls
    /// if [`AuthLayer::grpc`] is on.
    #[doc(alias("unauthorized", "onError", "custom error response"))]
    pub fn respond_with(
        mut self,
        respond: impl Fn(&Rejection) -> Response<String> + Send + Sync + 'static,
    ) -> Self {
        self.guard.respond_with(respond);
        self
    }

    /// Rejects gRPC calls as their clients expect: with the HTTP status 200 and a `grpc-status`. A gRPC call
    /// is a `POST` over HTTP/2 with the content type `application/grpc`; other requests are not affected.
    /// Inner extractors do the same.
    ///
    /// Default: off. Leave it off if a proxy decides by the status of this service's response, as nginx does
    /// with `auth_request`: the client chooses the content type, and 200 would accept its request.
    #[doc(alias = "tonic")]
    pub fn grpc(mut self) -> Self {
        self.grpc = true;
        self
    }
}

impl fmt::Debug for AuthLayer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("AuthLayer").finish_non_exhaustive()
    }
}

impl<S> Layer<S> for AuthLayer {
    type Service = AuthService<S>;

    fn layer(&self, inner: S) -> Self::Service {
        AuthService {
            inner,
            guard: Arc::new(self.guard.clone()),
            grpc: self.grpc.then(|| {
                let mut guard = self.guard.clone();
                guard.respond_with(grpc::response);
                Arc::new(guard)
            }),
        }
    }
}

/// Service of [`AuthLayer`].
#[derive(Clone)]
pub struct AuthService<S> {
    inner: S,
    guard: Arc<Guard>,
    /// The guard for gRPC calls, if they are rejected with a gRPC status.
    grpc: Option<Arc<Guard>>,
}

impl<S> fmt::Debug for AuthService<S> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("AuthService")
            .finish_non_exhaustive()
    }
}

impl<S, Sent, Answered> Service<Request<Sent>> for AuthService<S>
where
    S: Service<Request<Sent>, Response = Response<Answered>> + Clone + Send + 'static,
    S::Future: Send,
    Sent: Send + 'static,
{
    type Response = Response<ResponseBody<Answered>>;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, S::Error>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request<Sent>) -> Self::Future {
        // Call the service that is ready; a clone is not.
        let next = self.inner.clone();
        let mut ready = std::mem::replace(&mut self.inner, next);
        let guard = match &self.grpc {
            Some(grpc) if grpc::is_call(&request) => Arc::clone(grpc),
            _ => Arc::clone(&self.guard),
        };
        Box::pin(async move {
            let (mut parts, body) = request.into_parts();
            let is_head = parts.method == Method::HEAD;
            if let Some(respond) = guard.respond() {
                parts.extensions.insert(respond.clone());
            }
            let extensions = &parts.extensions;
            if let Some(judged) = guard.behind(extensions.get(), extensions.get()) {
                if let Err(rejection) = judged {
                    return Ok(response(rejection.answer(), is_head));
                }
                let passed = ready.call(Request::from_parts(parts, body)).await?;
                return Ok(passed.map(ResponseBody::inner));
            }
            let state = match guard.decide(&parts).await {
                Decision::Redirect(answer) => return Ok(response(answer, is_head)),
                Decision::Reject(rejection) => return Ok(response(rejection.answer(), is_head)),
                Decision::Continue(state) => state,
            };
            let headers = state.headers().clone();
            parts.extensions.insert(guard.outer(&state));
            parts.extensions.insert(state.auth().clone());
            parts.extensions.insert(state);
            let mut response = ready.call(Request::from_parts(parts, body)).await?;
            append(response.headers_mut(), &headers);
            Ok(response.map(ResponseBody::inner))
        })
    }
}

fn response<B>(answer: Answer, is_head: bool) -> Response<ResponseBody<B>> {
    let answer = if is_head {
        answer.without_body()
    } else {
        answer
    };
    let mut response = Response::new(ResponseBody::own(Bytes::from(answer.body)));
    *response.status_mut() = answer.status;
    *response.headers_mut() = answer.headers;
    response
}
