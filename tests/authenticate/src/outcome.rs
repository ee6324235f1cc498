//! An outcome: the state of a request.

use clerk_auth::{Auth, MachineAuth, RequestState, SessionAuth, SessionStatus, Status};
use serde::Serialize;
use serde_json::{Value, json};

/// One line of output.
#[derive(Debug, Serialize)]
pub(crate) struct Outcome {
    name: Option<String>,
    status: &'static str,
    reason: Option<String>,
    message: Option<String>,
    token_type: Option<&'static str>,
    /// The headers that the response must carry, in order; a name can occur several times.
    headers: Vec<(String, String)>,
    claims: Value,
    auth: Value,
}

impl Outcome {
    pub(crate) fn error(name: Option<String>, message: String) -> Self {
        Self {
            name,
            status: "error",
            reason: None,
            message: Some(message),
            token_type: None,
            headers: Vec::new(),
            claims: Value::Null,
            auth: Value::Null,
        }
    }

    pub(crate) fn of(name: Option<String>, state: &RequestState) -> Self {
        let headers = state.headers().iter();
        Self {
            name,
            status: state.status().as_str(),
            reason: state.reason().map(|reason| reason.as_str().to_owned()),
            message: Some(state.message().to_owned()).filter(|message| !message.is_empty()),
            token_type: state.token_type().map(|kind| kind.as_str()),
            headers: headers
                .map(|(name, value)| {
                    let value = String::from_utf8_lossy(value.as_bytes());
                    (name.as_str().to_owned(), value.into_owned())
                })
                .collect(),
            claims: claims(state.auth()),
            auth: match state.status() {
                // During a handshake, there is no authentication.
                Status::Handshake => Value::Null,
                Status::SignedIn | Status::SignedOut => auth(state.auth()),
            },
        }
    }
}

fn claims(auth: &Auth) -> Value {
    match auth {
        Auth::Session(session) => {
            serde_json::from_str(session.claims().as_json()).unwrap_or_default()
        }
        Auth::Machine(machine) => machine
            .details()
            .claims
            .clone()
            .map_or(Value::Null, Value::Object),
        _ => Value::Null,
    }
}

fn auth(auth: &Auth) -> Value {
    match auth {
        Auth::Session(session) => of_session(session),
        Auth::Machine(machine) => of_machine(machine),
        Auth::SignedOut(signed_out) => json!({
            "user_id": null,
            "session_id": null,
            "session_status": signed_out.session_status.map(status),
            "org_id": null,
            "org_slug": null,
            "org_role": null,
            "org_permissions": null,
            "factor_verification_age": null,
            "actor": null,
        }),
        _ => Value::Null,
    }
}

fn of_session(session: &SessionAuth) -> Value {
    let claims = session.claims();
    let organization = session.organization();
    json!({
        "user_id": session.user_id(),
        "session_id": session.session_id(),
        "session_status": claims.claim("sts"),
        "org_id": organization.map(|one| one.id.as_str()),
        "org_slug": organization.and_then(|one| one.slug.as_deref()),
        "org_role": organization.and_then(|one| one.role.as_deref()),
        "org_permissions": organization.map(|one| one.permissions.as_slice()),
        "factor_verification_age": claims.factor_verification_age().map(|(first, second)| {
            json!([number(first), number(second)])
        }),
        "actor": claims.claim("act"),
    })
}

fn of_machine(machine: &MachineAuth) -> Value {
    let token = machine.details();
    json!({
        "id": machine.id(),
        "subject": machine.subject(),
        "name": token.name,
        "scopes": token.scopes,
        "claims": token.claims,
        "user_id": machine.user_id(),
        "org_id": machine.organization_id(),
        "machine_id": machine.machine_id(),
        "client_id": machine.client_id(),
    })
}

fn status(status: SessionStatus) -> &'static str {
    match status {
        SessionStatus::Pending => "pending",
        _ => "active",
    }
}

/// Whole numbers are written as such.
fn number(number: f64) -> Value {
    if number.fract() == 0.0 && number.abs() < 1e15 {
        Value::from(number as i64)
    } else {
        Value::from(number)
    }
}
