//! The checks of a token's claims. Their order determines the reason.

use std::time::{Duration, UNIX_EPOCH};

use serde_json::Value;

use super::error::{CHECK_TOKEN, TokenError};
use super::loose::Loose;
use super::payload::Payload;
use super::verify::Purpose;
use crate::reason::Reason;

/// `sts` of a pending session.
pub(crate) const PENDING: &str = "pending";
/// `sts` of an active session; `sts` may also be missing.
pub(crate) const ACTIVE: &str = "active";

/// The expected claims. An empty list accepts everything.
#[derive(Clone, Debug)]
pub(crate) struct Rules {
    pub(crate) audience: Vec<String>,
    pub(crate) authorized_parties: Vec<String>,
    pub(crate) issuers: Vec<String>,
    /// The clock skew in milliseconds.
    pub(crate) clock_skew: i64,
    /// Whether tokens of JWT templates are accepted outside of requests.
    pub(crate) accept_jwt_templates: bool,
    /// Whether pending sessions are accepted outside of requests.
    pub(crate) accept_pending_sessions: bool,
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            audience: Vec::new(),
            authorized_parties: Vec::new(),
            issuers: Vec::new(),
            clock_skew: 5_000,
            accept_jwt_templates: false,
            accept_pending_sessions: false,
        }
    }
}

/// Checks the claims at a time in Unix milliseconds, with a clock skew in milliseconds. `json` is the
/// payload; errors show claims from it.
pub(super) fn claims(
    payload: &Payload<'_>,
    json: &str,
    purpose: Purpose,
    rules: &Rules,
    clock_skew: i64,
    now: i64,
) -> Result<(), TokenError> {
    subject(payload, json, purpose)?;
    audience(payload, json, rules)?;
    // Machine tokens have no `azp`.
    if matches!(purpose, Purpose::Session | Purpose::RequestSession) {
        authorized_party(payload, json, rules)?;
        issuer(payload, json, rules)?;
    }
    expiry(payload, json, clock_skew, now)?;
    not_before(payload, json, clock_skew, now)?;
    issued_at(payload, json, clock_skew, now)?;
    // In a request, a pending session has its own state.
    if purpose == Purpose::Session {
        session_status(payload, json, rules)?;
    }
    Ok(())
}

fn session_status(payload: &Payload<'_>, json: &str, rules: &Rules) -> Result<(), TokenError> {
    match payload.sts.text() {
        // A session without a status is active, as in a request.
        None | Some(ACTIVE) => Ok(()),
        Some(PENDING) if rules.accept_pending_sessions => Ok(()),
        Some(PENDING) => Err(TokenError::new(
            Reason::TOKEN_VERIFICATION_FAILED,
            "The session is pending (sts): its user has tasks left, such as choosing an organization.",
        )
        .with_action("Accept such sessions with `accept_pending_sessions(true)`.")),
        Some(_) => Err(failed(format!(
            "The session is not active (sts) {}.",
            shown(json, "sts")
        ))),
    }
}

/// In a request, an empty one is accepted, as in Clerk's JavaScript backend; then no `Check` passes.
fn subject(payload: &Payload<'_>, json: &str, purpose: Purpose) -> Result<(), TokenError> {
    match &payload.sub {
        Loose::Text(subject) if !subject.is_empty() || purpose != Purpose::Session => Ok(()),
        _ => Err(failed(format!(
            "Subject claim (sub) is required and must be a string. Received {}.",
            shown(json, "sub")
        ))),
    }
}

fn audience(payload: &Payload<'_>, json: &str, rules: &Rules) -> Result<(), TokenError> {
    if rules.audience.is_empty() {
        return Ok(());
    }
    let accepted = |audience: &str| rules.audience.iter().any(|one| one == audience);
    let form = match &payload.aud {
        Loose::Absent | Loose::Null => return Ok(()),
        Loose::Text(text) if text.is_empty() || accepted(text) => return Ok(()),
        Loose::Texts(texts)
            if texts.iter().all(|text| text.is_empty())
                || texts.iter().any(|text| accepted(text)) =>
        {
            return Ok(());
        }
        Loose::Texts(_) | Loose::List => "claim array",
        _ => "claim",
    };
    Err(failed(format!(
        "Invalid JWT audience {form} (aud) {}. Is not included in \"{}\".",
        shown(json, "aud"),
        Value::from(rules.audience.clone())
    )))
}

fn authorized_party(payload: &Payload<'_>, json: &str, rules: &Rules) -> Result<(), TokenError> {
    let parties = &rules.authorized_parties;
    let accepted = |azp: &str| !azp.is_empty() && parties.iter().any(|party| party == azp);
    if parties.is_empty() || payload.azp.text().is_some_and(accepted) {
        return Ok(());
    }
    Err(TokenError::new(
        Reason::TOKEN_INVALID_AUTHORIZED_PARTIES,
        format!(
            "Invalid JWT Authorized party claim (azp) {}. Expected \"{}\".",
            shown(json, "azp"),
            parties.join(",")
        ),
    ))
}

fn issuer(payload: &Payload<'_>, json: &str, rules: &Rules) -> Result<(), TokenError> {
    let accepted = |iss: &str| !iss.is_empty() && rules.issuers.iter().any(|one| one == iss);
    if rules.issuers.is_empty() || payload.iss.text().is_some_and(accepted) {
        return Ok(());
    }
    Err(TokenError::new(
        Reason::TOKEN_INVALID_ISSUER,
        format!(
            "Invalid JWT issuer claim (iss) {}. Expected \"{}\".",
            shown(json, "iss"),
            rules.issuers.join(",")
        ),
    )
    .with_action(CHECK_TOKEN))
}

fn expiry(payload: &Payload<'_>, json: &str, clock_skew: i64, now: i64) -> Result<(), TokenError> {
    let Loose::Number(exp) = payload.exp else {
        return Err(failed(format!(
            "Invalid JWT expiry date claim (exp) {}. Expected number.",
            shown(json, "exp")
        )));
    };
    if !has_expired(exp, clock_skew, now) {
        return Ok(());
    }
    Err(TokenError::new(
        Reason::TOKEN_EXPIRED,
        format!(
            "JWT is expired. Expiry date: {}, Current date: {}.",
            date(exp * 1000.0),
            date(now as f64)
        ),
    ))
}

fn not_before(
    payload: &Payload<'_>,
    json: &str,
    clock_skew: i64,
    now: i64,
) -> Result<(), TokenError> {
    let nbf = match payload.nbf {
        Loose::Absent => return Ok(()),
        Loose::Number(nbf) => nbf,
        _ => {
            return Err(failed(format!(
                "Invalid JWT not before date claim (nbf) {}. Expected number.",
                shown(json, "nbf")
            )));
        }
    };
    if !is_ahead(nbf, clock_skew, now) {
        return Ok(());
    }
    Err(TokenError::new(
        Reason::TOKEN_NOT_ACTIVE_YET,
        format!(
            "JWT cannot be used prior to not before date claim (nbf). Not before date: {}; Current date: {};",
            date(nbf * 1000.0),
            date(now as f64)
        ),
    ))
}

fn issued_at(
    payload: &Payload<'_>,
    json: &str,
    clock_skew: i64,
    now: i64,
) -> Result<(), TokenError> {
    let iat = match payload.iat {
        Loose::Absent => return Ok(()),
        Loose::Number(iat) => iat,
        _ => {
            return Err(failed(format!(
                "Invalid JWT issued at date claim (iat) {}. Expected number.",
                shown(json, "iat")
            )));
        }
    };
    if !is_ahead(iat, clock_skew, now) {
        return Ok(());
    }
    Err(TokenError::new(
        Reason::TOKEN_IAT_IN_THE_FUTURE,
        format!(
            "JWT issued at date claim (iat) is in the future. Issued at date: {}; Current date: {};",
            date(iat * 1000.0),
            date(now as f64)
        ),
    ))
}

/// Whether a token with these times, in Unix seconds, is valid at a time in Unix milliseconds.
pub(crate) fn is_in_time(
    expires_at: f64,
    starts: [Option<f64>; 2],
    clock_skew: i64,
    now: i64,
) -> bool {
    !has_expired(expires_at, clock_skew, now)
        && !starts
            .into_iter()
            .flatten()
            .any(|start| is_ahead(start, clock_skew, now))
}

fn has_expired(seconds: f64, clock_skew: i64, now: i64) -> bool {
    seconds * 1000.0 <= (now - clock_skew) as f64
}

fn is_ahead(seconds: f64, clock_skew: i64, now: i64) -> bool {
    seconds * 1000.0 > (now + clock_skew) as f64
}

fn failed(message: String) -> TokenError {
    TokenError::new(Reason::TOKEN_VERIFICATION_FAILED, message).with_action(CHECK_TOKEN)
}

/// A claim as JSON, shortened if it is long; `undefined` if it is missing.
fn shown(json: &str, claim: &str) -> String {
    const LONGEST: usize = 200;
    let value = serde_json::from_str::<Value>(json)
        .ok()
        .and_then(|claims| claims.get(claim).map(Value::to_string));
    match value {
        None => "undefined".to_owned(),
        Some(text) if text.len() <= LONGEST => text,
        Some(text) => {
            let shortened: String = text.chars().take(LONGEST).collect();
            format!("{shortened}…")
        }
    }
}

/// A date in the format of HTTP (RFC 9110, section 5.6.7), for the years that it can represent.
fn date(milliseconds: f64) -> String {
    const YEAR_9999: f64 = 253_370_764_800.0;
    let seconds = (milliseconds / 1000.0).clamp(0.0, YEAR_9999);
    httpdate::fmt_http_date(UNIX_EPOCH + Duration::from_secs(seconds as u64))
}
