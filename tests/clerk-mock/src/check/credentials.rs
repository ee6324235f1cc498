//! The headers of every request: the key and the API version.

use http::{HeaderMap, StatusCode, header};

use crate::description::{Authentication, Description};
use crate::rejection::Rejection;

/// The accepted keys.
#[derive(Clone)]
pub(crate) struct Keys {
    /// `None` accepts any key of a development instance.
    pub(crate) secret_key: Option<String>,
}

/// The prefix of secret keys of development instances.
const DEVELOPMENT: &str = "sk_test_";
/// The prefix of secret keys of machines.
const MACHINE: &str = "ak_";

impl Keys {
    /// The key of a request, if it is accepted.
    pub(crate) fn check(
        &self,
        authentication: Authentication,
        headers: &HeaderMap,
    ) -> Result<Option<String>, Rejection> {
        let bearer = bearer(headers);
        if authentication == Authentication::Nobody {
            return Ok(bearer.map(str::to_owned));
        }
        let Some(bearer) = bearer else {
            return Err(invalid(
                "The header Authorization must be `Bearer` followed by a secret key.",
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
        // The response does not contain the key.
        Err(invalid(match &self.secret_key {
            Some(_) => "The secret key is not the one that this mock accepts.",
            None => "The secret key must belong to a development instance (sk_test_…).",
        }))
    }
}

pub(super) fn check_version(
    description: &Description,
    headers: &HeaderMap,
) -> Result<(), Rejection> {
    let served = description.version();
    let reject = |long: String| {
        Err(Rejection::bad_request(
            "api_version_invalid",
            "wrong API version",
            long,
        ))
    };
    match headers.get("clerk-api-version").map(|value| value.to_str()) {
        Some(Ok(version)) if version == served => Ok(()),
        Some(Ok(version)) => reject(format!(
            "The header Clerk-API-Version is {version}, but this mock serves {served}."
        )),
        Some(Err(_)) => reject(format!(
            "The header Clerk-API-Version is not ASCII. This mock serves {served}."
        )),
        None => reject(format!(
            "The header Clerk-API-Version is missing. This mock serves {served}."
        )),
    }
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    (scheme.eq_ignore_ascii_case("bearer") && !token.is_empty()).then_some(token)
}

fn invalid(long: &str) -> Rejection {
    Rejection::new(
        StatusCode::UNAUTHORIZED,
        "authentication_invalid",
        "Invalid authentication",
        long,
    )
}
