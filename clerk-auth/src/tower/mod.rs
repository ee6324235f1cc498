//! A [`tower::Layer`](tower_layer::Layer) for everything that speaks `http` types: axum, hyper,
//! tonic.
//!
//! ```no_run
//! use clerk_auth::adapter::Requirement;
//! use clerk_auth::tower::AuthLayer;
//! use clerk_auth::{Authenticator, Check};
//!
//! # fn run(authenticator: Authenticator) {
//! // Rejects no request, and tells handlers who makes it:
//! let everywhere = AuthLayer::new(authenticator.clone());
//! // Rejects all requests but those of admins:
//! let admins = AuthLayer::new(authenticator).require(Check::role("org:admin"));
//! # let _ = (everywhere, admins);
//! # }
//! ```
//!
//! The layer answers handshakes itself. It puts an [`Auth`](crate::Auth) and a
//! [`RequestState`](crate::RequestState) into the extensions of a request, and appends the state's
//! headers to the response. A layer behind another one of the same authenticator authenticates no
//! second time: it only looks whether its own requirement is met. One that accepts other kinds of
//! tokens ([`Authenticator::accepting`]) does authenticate anew: put it beside the other one, around
//! other routes.
//!
//! Redirects lead back to the URL that the client asked for. The layer knows it inside nested routers of
//! axum (feature `axum`); anything else that takes a path off a request keeps it in an
//! [`OriginalUri`](crate::OriginalUri).
//!
//! A layer protects the service that it is around, and nothing beside it: the documentation of the module
//! `axum` shows what that means for routers. CORS preflight requests carry no credentials: put a CORS layer
//! outside of one that requires something.
//!
//! # Behind a proxy that asks this service whether a request may pass
//!
//! nginx (`auth_request`), Traefik and others decide by the status of a response. A rejection is never a
//! success for them, unless [`AuthLayer::grpc`] is on. A handshake is neither: they see a redirect for
//! the URL that they asked, not for the page that the browser wants. Switch handshakes off there
//! ([`AuthenticatorBuilder::handshakes`](crate::AuthenticatorBuilder::handshakes)).
//!
//! # gRPC
//!
//! A rejected request gets an HTTP error status, whatever it claims to be. A service of tonic asks for
//! gRPC statuses with [`AuthLayer::grpc`]: then gRPC calls, and nothing else, are rejected with HTTP
//! status 200 and a `grpc-status` of 16 (unauthenticated), 7 (permission denied), 14 (unavailable) or
//! 13 (internal).
//!
//! # Tests of an application
//!
//! A service behind the layer is tested without Clerk by a layer of
//! [`testing::authenticator`](crate::testing::authenticator), and tokens of its key.

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

/// Authenticates every request before the service behind it sees it.
#[derive(Clone)]
pub struct AuthLayer {
    guard: Guard,
    grpc: bool,
}

impl AuthLayer {
    /// A layer that rejects no request.
    pub fn new(authenticator: Authenticator) -> Self {
        Self {
            guard: Guard::new(authenticator),
            grpc: false,
        }
    }

    /// Rejects requests that do not meet this. What an earlier call asks for is asked for as well.
    pub fn require(mut self, requirement: impl Into<Requirement>) -> Self {
        self.guard.require(requirement.into());
        self
    }

    /// Answers rejections in another way than as JSON, those of layers and extractors behind this one
    /// included. Replaces what an earlier call has set. [`Rejection::response`] is the response of a
    /// rejection that is to stay as it is: Clerk's front end reads that of a missing reverification.
    /// Rejections of gRPC calls are not affected where [`AuthLayer::grpc`] is on.
    pub fn respond_with(
        mut self,
        respond: impl Fn(&Rejection) -> Response<String> + Send + Sync + 'static,
    ) -> Self {
        self.guard.respond_with(respond);
        self
    }

    /// Rejects gRPC calls as their clients expect it: with HTTP status 200 and a `grpc-status`. A
    /// gRPC call is a `POST` over HTTP/2 with the content type `application/grpc`; any other request
    /// is rejected as without this. Extractors behind the layer do the same.
    ///
    /// Default: off. Leave it off where a proxy decides by the status of a response of this service
    /// whether a request may pass, as nginx does with `auth_request`: the client chooses the content
    /// type, and 200 would let it pass.
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

/// The service of [`AuthLayer`].
#[derive(Clone)]
pub struct AuthService<S> {
    inner: S,
    guard: Arc<Guard>,
    /// The same for gRPC calls, where they are to be rejected in their own way.
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
        // The service that was polled until it was ready is the one to call; a clone is not ready.
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
