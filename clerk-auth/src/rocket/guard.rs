//! Request guards.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

use http::HeaderMap;
use rocket::Request;
use rocket::http::Status;
use rocket::request::{FromRequest, Outcome as Guarded};

pub use crate::adapter::{Optional, OptionalAuth, Require};

use super::convert;
use crate::adapter::{
    Answer, Decision, Guard, Rejection, RejectionKind, Required, Requirement, trace_malformed,
    used_without,
};
use crate::auth::{Auth, MachineAuth, SessionAuth};
use crate::request_state::RequestState;

/// The result for a request, decided once for all of its guards.
struct Authenticated {
    decided: Decided,
    /// The rejection of a guard, and the response to it.
    rejected: OnceLock<(Answer, Rejection)>,
    /// Whether a fairing has written the response: the same one can be attached twice.
    is_written: AtomicBool,
}

enum Decided {
    /// No guard has run, or the request cannot be authenticated.
    Nothing,
    /// This is the response, whatever the guards require.
    Answer(Answer, Rejection),
    State(RequestState),
}

impl Authenticated {
    fn new(decided: Decided) -> Self {
        Self {
            decided,
            rejected: OnceLock::new(),
            is_written: AtomicBool::new(false),
        }
    }

    async fn decide(guard: &Guard, request: &Request<'_>) -> Self {
        let Some(parts) = convert::parts(request) else {
            trace_malformed();
            return Self::new(Decided::Nothing);
        };
        Self::new(match guard.decide(&parts).await {
            Decision::Redirect(answer) => {
                Decided::Answer(answer, Rejection::new(RejectionKind::Unauthenticated))
            }
            Decision::Reject(rejection) => Decided::Answer(rejection.answer(), rejection),
            Decision::Continue(state) => Decided::State(state),
        })
    }
}

/// What the fairing does with a response.
pub(super) enum Outcome<'r> {
    /// Nothing: no guard has run, or the response is complete.
    None,
    /// Replaces it.
    Answered(&'r Answer),
    /// Appends these headers.
    Passed(&'r HeaderMap),
}

impl<'r> Outcome<'r> {
    /// A guard's rejection replaces the response only if the response has its status. Otherwise a handler
    /// that takes an `Option` of the guard has run, or another route has.
    pub(super) fn of_request(request: &'r Request<'_>, status: Status) -> Self {
        let authenticated: &Authenticated =
            request.local_cache(|| Authenticated::new(Decided::Nothing));
        if authenticated.is_written.swap(true, Ordering::Relaxed) {
            return Self::None;
        }
        match &authenticated.decided {
            Decided::Nothing => Self::None,
            Decided::Answer(answer, _) => Self::Answered(answer),
            Decided::State(state) => match authenticated.rejected.get() {
                Some((answer, rejection)) if answer.status.as_u16() == status.code => {
                    rejection.trace();
                    Self::Answered(answer)
                }
                _ => Self::Passed(state.headers()),
            },
        }
    }
}

/// The [`Auth`] of a request that meets the requirement, or the status of the rejection. The fairing writes
/// the response.
async fn required(
    request: &Request<'_>,
    requirement: Option<&Requirement>,
) -> Result<Auth, (Status, Rejection)> {
    let Some(guard) = request.rocket().state::<Guard>() else {
        let rejection = used_without(
            "clerk_auth::rocket::AuthFairing",
            "attach it with `Rocket::attach`",
        );
        // Without a fairing, nothing writes the response.
        rejection.trace();
        return Err((Status::InternalServerError, rejection));
    };
    let authenticated: &Authenticated = request
        .local_cache_async(Authenticated::decide(guard, request))
        .await;
    let state = match &authenticated.decided {
        Decided::State(state) => state,
        Decided::Answer(answer, rejection) => {
            return Err((Status::new(answer.status.as_u16()), rejection.clone()));
        }
        Decided::Nothing => return Err((Status::BadRequest, Rejection::unauthenticated(false))),
    };
    match requirement.map_or(Ok(()), |requirement| requirement.judge(state)) {
        Ok(()) => Ok(state.auth().clone()),
        Err(rejection) => Err(reject(guard, authenticated, state, rejection)),
    }
}

fn reject(
    guard: &Guard,
    authenticated: &Authenticated,
    state: &RequestState,
    rejection: Rejection,
) -> (Status, Rejection) {
    let rejection = guard.rejection(rejection, None);
    let answered = rejection.clone().with_headers(state.headers());
    let answer = answered.untraced_answer();
    let status = Status::new(answer.status.as_u16());
    // If several guards reject a request, the first rejection counts.
    let _ = authenticated.rejected.set((answer, answered));
    (status, rejection)
}

#[rocket::async_trait]
impl<'r> FromRequest<'r> for OptionalAuth {
    type Error = Rejection;

    async fn from_request(request: &'r Request<'_>) -> Guarded<Self, Rejection> {
        match required(request, None).await {
            Ok(auth) => Guarded::Success(Self(auth)),
            Err(error) => Guarded::Error(error),
        }
    }
}

/// Rejects unauthenticated requests.
#[rocket::async_trait]
impl<'r> FromRequest<'r> for Auth {
    type Error = Rejection;

    async fn from_request(request: &'r Request<'_>) -> Guarded<Self, Rejection> {
        match required(request, Some(&Requirement::authenticated())).await {
            Ok(auth) => Guarded::Success(auth),
            Err(error) => Guarded::Error(error),
        }
    }
}

/// Rejects unauthenticated requests with 401, and requests with a machine token with 403.
#[rocket::async_trait]
impl<'r> FromRequest<'r> for SessionAuth {
    type Error = Rejection;

    async fn from_request(request: &'r Request<'_>) -> Guarded<Self, Rejection> {
        match required(request, Some(&Requirement::session())).await {
            Ok(Auth::Session(session)) => Guarded::Success(session),
            Ok(_) => Guarded::Error((Status::Unauthorized, Rejection::unauthenticated(false))),
            Err(error) => Guarded::Error(error),
        }
    }
}

/// Rejects unauthenticated requests with 401, and requests with a session with 403.
#[rocket::async_trait]
impl<'r> FromRequest<'r> for MachineAuth {
    type Error = Rejection;

    async fn from_request(request: &'r Request<'_>) -> Guarded<Self, Rejection> {
        match required(request, Some(&Requirement::machine())).await {
            Ok(Auth::Machine(machine)) => Guarded::Success(machine),
            Ok(_) => Guarded::Error((Status::Unauthorized, Rejection::unauthenticated(false))),
            Err(error) => Guarded::Error(error),
        }
    }
}

#[rocket::async_trait]
impl<'r, T: FromRequest<'r, Error = Rejection>> FromRequest<'r> for Optional<T> {
    type Error = Rejection;

    async fn from_request(request: &'r Request<'_>) -> Guarded<Self, Rejection> {
        // A browser that is redirected to a handshake is unauthenticated too.
        if let Err(error) = required(request, None).await {
            return Guarded::Error(error);
        }
        match T::from_request(request).await {
            Guarded::Success(extracted) => Guarded::Success(Self(Some(extracted))),
            Guarded::Error((_, rejection))
                if rejection.kind() == RejectionKind::Unauthenticated =>
            {
                Guarded::Success(Self(None))
            }
            Guarded::Error(error) => Guarded::Error(error),
            Guarded::Forward(status) => Guarded::Forward(status),
        }
    }
}

#[rocket::async_trait]
impl<'r, R: Required> FromRequest<'r> for Require<R> {
    type Error = Rejection;

    async fn from_request(request: &'r Request<'_>) -> Guarded<Self, Rejection> {
        match required(request, Some(&R::requirement())).await {
            Ok(auth) => Guarded::Success(Self::met_by(auth)),
            Err(error) => Guarded::Error(error),
        }
    }
}
