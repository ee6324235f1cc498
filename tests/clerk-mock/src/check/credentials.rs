//! The headers that every request has: the key, and the version that it is meant for.

use http::{HeaderMap, StatusCode, header};

use crate::description::{Authentication, Description};
use crate::refusal::Refusal;

/// The keys that are let in.
#[derive(Clone)]
pub(crate) struct Keys {
    /// Any key of a development instance if there is none.
    pub(crate) secret_key: Option<String>,
}

/// What secret keys of development instances start with.
const DEVELOPMENT: &str = "sk_test_";
/// What secret keys of machines start with.
const MACHINE: &str = "ak_";

impl Keys {
    /// The key of a request that has a right one.
    pub(crate) fn check(
        &self,
        authentication: Authentication,
        headers: &HeaderMap,
    ) -> Result<Option<String>, Refusal> {
        let bearer = bearer(headers);
        if authentication == Authentication::Nobody {
            return Ok(bearer.map(str::to_owned));
        }
        let Some(bearer) = bearer else {
            return Err(invalid(
                "The header Authorization must be there, as Bearer and a secret key.",
            ));
        };
        let of_instance = match &self.secret_key {
            Some(only) => bearer == only,
            None => bearer.starts_with(DEVELOPMENT) && bearer.len() > DEVELOPMENT.len(),
        };
        let of_machine = authentication == Authentication::Machine && bearer.starts_with(MACHINE);
        if of_instance || of_machine {
            return Ok(Some(bearer.to_owned()));
        }
        // The key itself stays out of the answer.
        Err(invalid(match &self.secret_key {
            Some(_) => "The secret key is not the one that this mock was started with.",
            None => "The secret key must be one of a development instance (sk_test_…).",
        }))
    }
}

pub(super) fn check_version(description: &Description, headers: &HeaderMap) -> Result<(), Refusal> {
    let served = description.version();
    let refuse = |long: String| {
        Err(Refusal::bad_request(
            "api_version_invalid",
            "wrong API version",
            long,
        ))
    };
    match headers.get("clerk-api-version").map(|value| value.to_str()) {
        Some(Ok(version)) if version == served => Ok(()),
        Some(Ok(version)) => refuse(format!(
            "The header Clerk-API-Version is {version}, and this mock serves {served}."
        )),
        Some(Err(_)) => refuse(format!(
            "The header Clerk-API-Version is not text; this mock serves {served}."
        )),
        None => refuse(format!(
            "The header Clerk-API-Version must be there; this mock serves {served}."
        )),
    }
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    (scheme.eq_ignore_ascii_case("bearer") && !token.is_empty()).then_some(token)
}

fn invalid(long: &str) -> Refusal {
    Refusal::new(
        StatusCode::UNAUTHORIZED,
        "authentication_invalid",
        "Invalid authentication",
        long,
    )
}
