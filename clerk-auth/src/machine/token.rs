//! Machine tokens, and the errors of verifying them.

use std::borrow::Cow;
use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

use http::StatusCode;
use serde_json::{Map, Value};

use crate::calls::{CallError, Unavailable, is_rejection, pause};
use crate::error::Cause;

/// The kinds of machine tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum MachineTokenKind {
    /// An API key (`ak_…`) of a user or an organization.
    ApiKey,
    /// A machine-to-machine token (`mt_…`, or a JWT) of a machine.
    M2mToken,
    /// An OAuth access token (`oat_…`, or a JWT) of a user.
    OauthToken,
}

impl MachineTokenKind {
    /// Returns the name that Clerk's backends use: `api_key`, `m2m_token` or `oauth_token`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ApiKey => "api_key",
            Self::M2mToken => "m2m_token",
            Self::OauthToken => "oauth_token",
        }
    }
}

impl fmt::Display for MachineTokenKind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// A verified machine token. Times are in Unix milliseconds.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
#[doc(alias("api key", "m2m", "oauth"))]
pub struct MachineToken {
    /// The kind of token.
    pub kind: MachineTokenKind,
    /// The id of the token; empty for a JWT without one.
    pub id: String,
    /// The id of its subject: `user_…`, `org_…` or `mch_…`.
    pub subject: String,
    /// The name of an API key.
    pub name: Option<String>,
    /// The OAuth client that the token was issued to.
    pub client_id: Option<String>,
    /// The scopes.
    pub scopes: Vec<String>,
    /// The audience of an OAuth token (`aud`).
    pub audience: Vec<String>,
    /// The application's own claims.
    pub claims: Option<Map<String, Value>>,
    /// Whether the token has been revoked.
    pub revoked: bool,
    /// Why it has been revoked.
    pub revocation_reason: Option<String>,
    /// Whether it has expired.
    pub expired: bool,
    /// Whether the token is active, according to the API.
    pub active: bool,
    /// When it expires. `None` if it does not.
    pub expires_at: Option<i64>,
    /// When it was created.
    pub created_at: Option<i64>,
    /// When it was last changed.
    pub updated_at: Option<i64>,
}

impl MachineToken {
    /// Creates a token with only an id and a subject, which never expires.
    #[must_use]
    pub fn new(kind: MachineTokenKind, id: impl Into<String>, subject: impl Into<String>) -> Self {
        Self {
            kind,
            id: id.into(),
            subject: subject.into(),
            name: None,
            client_id: None,
            scopes: Vec::new(),
            audience: Vec::new(),
            claims: None,
            revoked: false,
            revocation_reason: None,
            expired: false,
            active: true,
            expires_at: None,
            created_at: None,
            updated_at: None,
        }
    }
}

/// Why a machine token is rejected, or could not be verified. It does not contain the token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MachineTokenError {
    code: Code,
    message: Cow<'static, str>,
    status: Option<StatusCode>,
    retry_after: Option<Duration>,
    cause: Cause,
}

/// The codes of [`MachineTokenError`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Code {
    TokenInvalid,
    SecretKeyInvalid,
    UnexpectedError,
    VerificationFailed,
    KeysUnavailable,
}

impl MachineTokenError {
    fn new(code: Code, message: impl Into<Cow<'static, str>>, status: Option<StatusCode>) -> Self {
        Self {
            code,
            message: message.into(),
            status,
            retry_after: None,
            cause: Cause::default(),
        }
    }

    /// Creates an error: the token is unknown, or no longer valid.
    #[must_use]
    pub fn invalid(message: impl Into<Cow<'static, str>>, status: Option<StatusCode>) -> Self {
        Self::new(Code::TokenInvalid, message, status)
    }

    /// Creates an error: the API rejects the secret key of this service.
    #[must_use]
    pub fn secret_key_invalid(
        message: impl Into<Cow<'static, str>>,
        status: Option<StatusCode>,
    ) -> Self {
        Self::new(Code::SecretKeyInvalid, message, status)
    }

    /// Creates an error: the call failed, or its response is malformed.
    #[must_use]
    pub fn unexpected(message: impl Into<Cow<'static, str>>, status: Option<StatusCode>) -> Self {
        Self::new(Code::UnexpectedError, message, status)
    }

    /// Creates an error: the JWT is invalid.
    #[must_use]
    pub fn verification_failed(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Code::VerificationFailed, message, None)
    }

    /// Creates an error: the JWT could not be verified because the keys could not be fetched.
    #[must_use]
    pub fn keys_unavailable(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Code::KeysUnavailable, message, None)
    }

    /// Sets the time that the server asks to wait (`Retry-After`). Until then, an authenticator makes no call
    /// to its backend.
    #[must_use]
    pub fn with_retry_after(mut self, time: impl Into<Option<Duration>>) -> Self {
        self.retry_after = time.into();
        self
    }

    /// Sets the cause, for `source`. It must not print secrets.
    #[must_use]
    pub fn caused_by(mut self, cause: impl StdError + Send + Sync + 'static) -> Self {
        self.cause = Cause::new(cause);
        self
    }

    /// Returns whether the token could not be verified, so that the same request may succeed later.
    pub fn is_unavailable(&self) -> bool {
        matches!(
            self.code,
            Code::KeysUnavailable | Code::UnexpectedError | Code::SecretKeyInvalid
        )
    }

    /// Returns the reason code.
    pub fn code(&self) -> &'static str {
        match self.code {
            Code::TokenInvalid => "token-invalid",
            Code::SecretKeyInvalid => "secret-key-invalid",
            Code::UnexpectedError => "unexpected-error",
            // Missing keys have the same code; `is_unavailable` tells them apart.
            Code::VerificationFailed | Code::KeysUnavailable => "token-verification-failed",
        }
    }

    /// Returns the message, a sentence.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// Returns the status of the API's response, if any.
    pub fn status(&self) -> Option<StatusCode> {
        self.status
    }

    /// Returns the time until a retry makes sense, if known.
    pub fn retry_after(&self) -> Option<Duration> {
        pause(self.status, self.retry_after)
    }
}

impl CallError for MachineTokenError {
    fn unavailable(unavailable: Unavailable) -> Self {
        Self::unexpected(unavailable.message, None).with_retry_after(unavailable.retry_after)
    }

    fn is_rejection(&self) -> bool {
        !self.is_unavailable() || self.status.is_some_and(is_rejection)
    }

    fn pause(&self) -> Option<Duration> {
        self.retry_after()
    }
}

impl fmt::Display for MachineTokenError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} (code={}, status=", self.message, self.code())?;
        match self.status {
            Some(status) => write!(formatter, "{})", status.as_u16()),
            None => formatter.write_str("n/a)"),
        }
    }
}

impl StdError for MachineTokenError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.cause.source()
    }
}
