//! What handlers ask for.

use std::sync::OnceLock;

use http::HeaderMap;
use rocket::Request;
use rocket::http::Status;
use rocket::request::{FromRequest, Outcome as Guarded};

pub use crate::adapter::{OptionalAuth, Require};

use super::convert;
use crate::adapter::{
    Answer, Decision, Guard, Rejection, RejectionKind, Required, Requirement, nobody_authenticated,
};
use crate::auth::{Auth, MachineAuth, SessionAuth};
use crate::request_state::RequestState;

/// What came of a request, found out once for all of its guards.
struct Authenticated {
    decided: Option<Decision>,
    /// How the rejection of a guard is answered.
    rejected: OnceLock<Answer>,
}

/// What the fairing has to do to a response.
pub(super) enum Outcome<'r> {
    /// No guard has looked at the request.
    None,
    /// This is the response.
    Answered(&'r Answer),
    /// The response carries these headers too.
    LetIn(&'r HeaderMap),
}

impl<'r> Outcome<'r> {
    /// A guard's rejection is the response only where it has the status of the rejection: a handler
    /// that takes an `Option` of a guard has run in spite of it, or another route has.
    pub(super) fn of_request(request: &'r Request<'_>, status: Status) -> Self {
        let authenticated: &Authenticated = request.local_cache(|| Authenticated {
            decided: None,
            rejected: OnceLock::new(),
        });
        match &authenticated.decided {
            None => Self::None,
            Some(Decision::Answer(answer)) => Self::Answered(answer),
            Some(Decision::Continue(state)) => match authenticated.rejected.get() {
                Some(answer) if answer.status.as_u16() == status.code => Self::Answered(answer),
                _ => Self::LetIn(state.headers()),
            },
        }
    }
}

/// Whoever makes the request, if that meets the requirement; or the status of the rejection, whose
/// response the fairing writes.
async fn required(
    request: &Request<'_>,
    requirement: Option<&Requirement>,
) -> Result<Auth, (Status, Rejection)> {
    let Some(guard) = request.rocket().state::<Guard>() else {
        let rejection = nobody_authenticated("clerk_auth::rocket::AuthFairing");
        return Err((Status::InternalServerError, rejection));
    };
    let authenticated: &Authenticated = request
        .local_cache_async(async {
            let decided = match convert::parts(request) {
                Some(parts) => Some(guard.decide(&parts).await),
                None => None,
            };
            Authenticated {
                decided,
                rejected: OnceLock::new(),
            }
        })
        .await;
    let state = match &authenticated.decided {
        Some(Decision::Continue(state)) => state,
        Some(Decision::Answer(answer)) => {
            let kind = RejectionKind::Unauthenticated;
            return Err((Status::new(answer.status.as_u16()), Rejection::new(kind)));
        }
        None => return Err((Status::BadRequest, Rejection::unauthenticated(false))),
    };
    match requirement.map_or(Ok(()), |requirement| requirement.judge(state)) {
        Ok(()) => Ok(state.auth().clone()),
        Err(rejection) => Err(refuse(guard, authenticated, state, rejection)),
    }
}

fn refuse(
    guard: &Guard,
    authenticated: &Authenticated,
    state: &RequestState,
    rejection: Rejection,
) -> (Status, Rejection) {
    let answer = guard.answer(rejection.clone(), state.headers().clone());
    let status = Status::new(answer.status.as_u16());
    // Where several guards reject a request, the first one is answered.
    let _ = authenticated.rejected.set(answer);
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

/// Rejects requests of nobody.
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

/// Rejects requests without a session; those with a machine token as forbidden.
#[rocket::async_trait]
impl<'r> FromRequest<'r> for SessionAuth {
    type Error = Rejection;

    async fn from_request(request: &'r Request<'_>) -> Guarded<Self, Rejection> {
        match required(request, Some(&Requirement::session())).await {
            Ok(Auth::Session(session)) => Guarded::Success(session),
            Ok(_) => Guarded::Error((Status::Forbidden, Rejection::forbidden())),
            Err(error) => Guarded::Error(error),
        }
    }
}

/// Rejects requests without a machine token; those with a session as forbidden.
#[rocket::async_trait]
impl<'r> FromRequest<'r> for MachineAuth {
    type Error = Rejection;

    async fn from_request(request: &'r Request<'_>) -> Guarded<Self, Rejection> {
        match required(request, Some(&Requirement::machine())).await {
            Ok(Auth::Machine(machine)) => Guarded::Success(machine),
            Ok(_) => Guarded::Error((Status::Forbidden, Rejection::forbidden())),
            Err(error) => Guarded::Error(error),
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
