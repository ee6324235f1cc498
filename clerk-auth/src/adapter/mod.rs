//! What the adapters of all frameworks share: requirements, extractors and rejections.
//!
//! A rejected request emits one [`tracing`] event at the level `debug`, with `status`, `code` and `reason`:
//! the reason of the [`RequestState`], or the failed check. So does a redirect to a handshake. A handler that
//! takes an `Option` or a `Result` of an extractor rejects nothing, and emits no event.

#[cfg(any(
    feature = "axum",
    feature = "actix-web",
    feature = "rocket",
    feature = "poem"
))]
mod extract;
#[cfg(any(feature = "axum", feature = "actix-web", feature = "poem"))]
mod found;
#[cfg(any(feature = "tower", feature = "actix-web", feature = "poem"))]
mod layer;
mod rejection;
mod requirement;
#[cfg(all(test, feature = "testing"))]
mod tests;

#[cfg(any(feature = "tower", feature = "poem"))]
use http::HeaderValue;
#[cfg(any(feature = "tower", feature = "poem"))]
use http::header::CONTENT_LENGTH;
use http::request::Parts;
use http::{HeaderMap, Response, StatusCode};

#[cfg(any(
    feature = "axum",
    feature = "actix-web",
    feature = "rocket",
    feature = "poem"
))]
#[doc(alias(
    "protect route",
    "protected route",
    "require auth",
    "requireAuth",
    "require role"
))]
pub use extract::Require;
#[cfg(feature = "rocket")]
pub(crate) use extract::used_without;
#[cfg(any(
    feature = "axum",
    feature = "actix-web",
    feature = "rocket",
    feature = "poem"
))]
pub use extract::{Optional, OptionalAuth};
#[cfg(any(feature = "axum", feature = "actix-web", feature = "poem"))]
pub(crate) use found::Found;
pub(crate) use rejection::Respond;
#[cfg(any(feature = "actix-web", feature = "rocket"))]
pub(crate) use rejection::trace_malformed;
pub use rejection::{Rejection, RejectionKind};
pub use requirement::{Required, Requirement};

use crate::authenticate::Authenticator;
use crate::reason::Reason;
use crate::request_state::RequestState;

/// What an adapter does with a request.
pub(crate) enum Decision {
    /// Respond with a redirect, before any handler runs.
    Redirect(Answer),
    /// Respond with a rejection; the handler does not run.
    Reject(Rejection),
    /// Run the handler, and append the headers of the state to its response.
    Continue(RequestState),
}

/// A response: status, headers to append, body.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

#[cfg(any(feature = "tower", feature = "poem"))]
impl Answer {
    /// Drops the body, for a `HEAD` and servers that send any body they are given: over HTTP/2, that would be
    /// a protocol error. The length remains that of the response to a `GET` (RFC 9110, section 8.6).
    pub(crate) fn without_body(mut self) -> Self {
        let length = HeaderValue::from(self.body.len());
        self.headers.entry(CONTENT_LENGTH).or_insert(length);
        self.body.clear();
        self
    }
}

/// The options of a layer or middleware.
#[derive(Clone)]
pub(crate) struct Guard {
    authenticator: Authenticator,
    requirement: Option<Requirement>,
    respond: Option<Respond>,
}

impl Guard {
    pub(crate) fn new(authenticator: Authenticator) -> Self {
        Self {
            authenticator,
            requirement: None,
            respond: None,
        }
    }

    pub(crate) fn respond_with(
        &mut self,
        respond: impl Fn(&Rejection) -> Response<String> + Send + Sync + 'static,
    ) {
        self.respond = Some(Respond::new(respond));
    }

    /// Whether it behaves like another guard.
    #[cfg(feature = "rocket")]
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        self.authenticator.is_same(&other.authenticator) && self.respond == other.respond
    }

    /// Authenticates a request and decides how to proceed.
    pub(crate) async fn decide(&self, request: &Parts) -> Decision {
        let state = match self.authenticator.authenticate(request).await {
            Ok(state) => state,
            Err(error) => {
                tracing::error!(%error, "request could not be authenticated");
                let rejection = Rejection::new(RejectionKind::Internal).because(error.to_string());
                return self.reject(rejection, None);
            }
        };
        if state.location().is_some() {
            let reason = state.reason().map(Reason::as_str);
            tracing::debug!(reason, "browser redirected");
            return Decision::Redirect(redirect(state));
        }
        match self.judge(&state) {
            Ok(()) => Decision::Continue(state),
            Err(rejection) => self.reject(rejection, Some(state.headers())),
        }
    }

    /// The handler does not run, whatever outer layers do with the rejection.
    fn reject(&self, rejection: Rejection, headers: Option<&HeaderMap>) -> Decision {
        let rejection = self.rejection(rejection, headers);
        rejection.trace();
        Decision::Reject(rejection)
    }

    fn judge(&self, state: &RequestState) -> Result<(), Rejection> {
        match &self.requirement {
            Some(requirement) => requirement.judge(state),
            None => Ok(()),
        }
    }

    /// Gives a rejection this guard's response and these headers.
    pub(crate) fn rejection(&self, rejection: Rejection, headers: Option<&HeaderMap>) -> Rejection {
        let rejection = rejection.answered_by(self.respond.as_ref());
        match headers {
            Some(headers) => rejection.with_headers(headers),
            None => rejection,
        }
    }
}

/// The redirect of a state, with its headers.
pub(crate) fn redirect(state: RequestState) -> Answer {
    Answer {
        status: StatusCode::TEMPORARY_REDIRECT,
        headers: state.into_parts().1,
        body: String::new(),
    }
}

/// Appends each header: `Set-Cookie` occurs several times, and a handler may have set some too.
pub(crate) fn append(to: &mut HeaderMap, from: &HeaderMap) {
    for (name, value) in from {
        to.append(name.clone(), value.clone());
    }
}
