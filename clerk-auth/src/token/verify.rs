//! Verifies a token: form, class, key, algorithm, signature, claims, in this order.

use std::sync::Arc;

use super::check::{self, Rules};
use super::class;
use super::decode::{Header, Parts, Scratch, json};
use super::error::{CHECK_TOKEN, TokenError};
use super::key::{Algorithm, VerifyingKey};
use super::loose::Loose;
use super::payload::Payload;
use crate::reason::Reason;

/// The expected kind of token, which determines `typ` and `cat`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Purpose {
    /// A session token outside of a request; the rules can allow those of templates.
    Session,
    /// A session token in a request, where other categories and pending sessions are handled separately.
    RequestSession,
    M2m,
    Oauth,
    /// A handshake: signed like a session token, without its claims.
    Handshake,
}

/// The result of looking up a key without waiting.
pub(crate) enum KeyLookup {
    Found(Arc<VerifyingKey>),
    /// The key is unknown; a fetch may return it.
    Unknown,
}

/// A verified token.
pub(crate) struct Verified<T> {
    /// The result of `build`.
    pub(crate) built: T,
    /// The payload as JSON.
    pub(crate) payload: String,
    /// The key that it was verified with.
    pub(crate) key: Arc<VerifyingKey>,
}

/// Why a token was not verified.
pub(crate) enum Refusal {
    Token(TokenError),
    /// It is a token of a machine, or of a category other than session tokens.
    OtherClass,
    /// The key with this id must be fetched before verifying again.
    NeedsKey(Option<String>),
}

impl From<TokenError> for Refusal {
    fn from(error: TokenError) -> Self {
        Self::Token(error)
    }
}

/// Verifies a token at a time in Unix milliseconds, with a clock skew in milliseconds, and passes its payload
/// to `build`.
///
/// The signature comes before the claims, so that only holders of a valid token learn which claims are
/// expected.
pub(crate) fn verify<T>(
    token: &str,
    purpose: Purpose,
    find_key: &dyn Fn(Option<&str>) -> KeyLookup,
    rules: &Rules,
    clock_skew: i64,
    now: i64,
    build: &dyn Fn(&Payload<'_>, &str) -> T,
) -> Result<Verified<T>, Refusal> {
    let parts = Parts::split(token)?;
    let mut scratch = Scratch::new();
    let (header, signature) = parts.decode(&mut scratch)?;
    let payload = parts.payload()?;
    let claims: Payload<'_> = json(payload.as_bytes())?;
    if purpose == Purpose::RequestSession && class::is_no_session(&header, claims.sub.text()) {
        return Err(Refusal::OtherClass);
    }
    check_class(&header, claims.sub.text(), purpose, rules)?;
    check_critical(&header)?;
    let key = find(&header, find_key)?;
    check_type(&header, purpose)?;
    let algorithm = algorithm(&header)?;
    check_algorithm_of_key(algorithm, &key)?;
    if !key.verifies(algorithm, parts.signed.as_bytes(), signature) {
        return Err(Refusal::Token(TokenError::new(
            Reason::TOKEN_INVALID_SIGNATURE,
            match purpose {
                Purpose::Handshake => "Handshake signature is invalid.",
                _ => "JWT signature is invalid.",
            },
        )));
    }
    if purpose != Purpose::Handshake {
        check::claims(&claims, &payload, purpose, rules, clock_skew, now)?;
    }
    let built = build(&claims, &payload);
    drop(claims);
    Ok(Verified {
        built,
        payload,
        key,
    })
}

fn find(
    header: &Header<'_>,
    find_key: &dyn Fn(Option<&str>) -> KeyLookup,
) -> Result<Arc<VerifyingKey>, Refusal> {
    let key_id = header.kid.text();
    match find_key(key_id) {
        KeyLookup::Found(key) => Ok(key),
        KeyLookup::Unknown => Err(Refusal::NeedsKey(key_id.map(str::to_owned))),
    }
}

fn check_class(
    header: &Header<'_>,
    subject: Option<&str>,
    purpose: Purpose,
    rules: &Rules,
) -> Result<(), TokenError> {
    let category = &header.cat;
    let invalid = |message| TokenError::new(Reason::TOKEN_INVALID, message);
    match purpose {
        Purpose::Session if class::is_machine(subject) => {
            Err(invalid("Invalid session token category.").with_action(CHECK_TOKEN))
        }
        Purpose::Session if class::is_template(category) && rules.accept_jwt_templates => Ok(()),
        Purpose::Session if class::is_template(category) => {
            Err(invalid("Invalid session token category.")
                .with_action("Accept tokens of JWT templates with `accept_jwt_templates(true)`."))
        }
        Purpose::Session if class::is_other_than_session(category) => {
            Err(invalid("Invalid session token category.").with_action(CHECK_TOKEN))
        }
        Purpose::M2m
            if *category != Loose::Absent
                && !matches!(category.text(), Some(class::M2M | class::IGNORE)) =>
        {
            Err(invalid("Invalid M2M JWT category.").with_action(CHECK_TOKEN))
        }
        // Machine tokens can have custom claims, including `handshake`.
        Purpose::Handshake
            if class::is_machine(subject) || class::is_other_than_session(category) =>
        {
            Err(invalid("Invalid handshake token category.").with_action(CHECK_TOKEN))
        }
        // The category of a token in a request is checked earlier.
        Purpose::Session
        | Purpose::RequestSession
        | Purpose::M2m
        | Purpose::Oauth
        | Purpose::Handshake => Ok(()),
    }
}

/// Extensions listed as critical must be supported (RFC 7515, section 4.1.11), and none is.
fn check_critical(header: &Header<'_>) -> Result<(), TokenError> {
    if header.crit == Loose::Absent {
        return Ok(());
    }
    Err(TokenError::new(
        Reason::TOKEN_INVALID,
        "Invalid JWT form. The header demands extensions (crit), and none is supported.",
    )
    .with_action(CHECK_TOKEN))
}

fn check_type(header: &Header<'_>, purpose: Purpose) -> Result<(), TokenError> {
    let accepted: &[&str] = match purpose {
        Purpose::Oauth => &class::OAUTH_TYPES,
        Purpose::Session | Purpose::RequestSession | Purpose::M2m | Purpose::Handshake => &["JWT"],
    };
    let fits = match &header.typ {
        Loose::Absent => purpose != Purpose::Oauth,
        Loose::Text(kind) => accepted.contains(&&**kind),
        _ => false,
    };
    if fits {
        return Ok(());
    }
    Err(TokenError::new(
        Reason::TOKEN_INVALID,
        format!(
            "Invalid JWT type {}. Expected \"{}\".",
            quoted(&header.typ),
            accepted.join(", ")
        ),
    )
    .with_action(CHECK_TOKEN))
}

fn algorithm(header: &Header<'_>) -> Result<Algorithm, TokenError> {
    header.alg.text().and_then(Algorithm::named).ok_or_else(|| {
        TokenError::new(
            Reason::TOKEN_INVALID_ALGORITHM,
            format!(
                "Invalid JWT algorithm {}. Supported: RS256,RS384,RS512.",
                quoted(&header.alg)
            ),
        )
        .with_action(CHECK_TOKEN)
    })
}

/// A key with an algorithm is for no other (RFC 7517, section 4.4).
fn check_algorithm_of_key(algorithm: Algorithm, key: &VerifyingKey) -> Result<(), TokenError> {
    match key.only_algorithm() {
        Some(only) if only != algorithm => Err(TokenError::new(
            Reason::TOKEN_INVALID_ALGORITHM,
            format!("Invalid JWT algorithm \"{algorithm}\". The key that it names is for {only}."),
        )
        .with_action(CHECK_TOKEN)),
        _ => Ok(()),
    }
}

/// A header parameter as JSON; `undefined` if it is missing, `""` for a list or an object.
fn quoted(parameter: &Loose<'_>) -> String {
    match parameter {
        Loose::Absent => "undefined".to_owned(),
        Loose::Null => "null".to_owned(),
        Loose::Boolean(boolean) => boolean.to_string(),
        Loose::Number(number) => number.to_string(),
        parameter => serde_json::Value::from(parameter.text().unwrap_or_default()).to_string(),
    }
}
