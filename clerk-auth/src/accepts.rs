//! Which kinds of tokens are accepted.

use std::fmt;

use crate::machine::MachineTokenKind;

/// The kinds of tokens that a request can carry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
#[doc(alias("api key", "m2m", "oauth"))]
pub enum TokenType {
    /// A session token: a user in a browser or an app.
    SessionToken,
    /// An API key (`ak_…`).
    ApiKey,
    /// A machine-to-machine token (`mt_…`, or a JWT).
    M2mToken,
    /// An OAuth access token (`oat_…`, or a JWT).
    OauthToken,
}

impl TokenType {
    /// Returns the name that Clerk's backends use: `session_token`, `api_key`, `m2m_token` or `oauth_token`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::SessionToken => "session_token",
            Self::ApiKey => MachineTokenKind::ApiKey.as_str(),
            Self::M2mToken => MachineTokenKind::M2mToken.as_str(),
            Self::OauthToken => MachineTokenKind::OauthToken.as_str(),
        }
    }
}

impl fmt::Display for TokenType {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

impl From<MachineTokenKind> for TokenType {
    fn from(kind: MachineTokenKind) -> Self {
        match kind {
            MachineTokenKind::ApiKey => Self::ApiKey,
            MachineTokenKind::M2mToken => Self::M2mToken,
            MachineTokenKind::OauthToken => Self::OauthToken,
        }
    }
}

/// Which kinds of tokens are accepted. Default: session tokens.
///
/// ```
/// use clerk_auth::{Accepts, TokenType};
///
/// let one = Accepts::from(TokenType::ApiKey);
/// let several = Accepts::one_of([TokenType::SessionToken, TokenType::ApiKey]);
/// let any = Accepts::any();
/// # let _ = (one, several, any);
/// ```
///
/// A single kind and a list with one kind differ, as they do in Clerk's JavaScript backend: with a list, a
/// token of another kind is rejected without being verified, and the state does not report its kind.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[must_use = "has no effect until passed to the builder or to `accepting`"]
#[doc(alias = "acceptsToken")]
pub struct Accepts(pub(crate) Accepted);

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Accepted {
    Any,
    One(TokenType),
    OneOf(Vec<TokenType>),
}

impl Accepts {
    /// Accepts any kind.
    pub fn any() -> Self {
        Self(Accepted::Any)
    }

    /// Accepts the kinds of a list. An empty list rejects every token, as in Clerk's JavaScript backend.
    pub fn one_of(kinds: impl IntoIterator<Item = TokenType>) -> Self {
        Self(Accepted::OneOf(kinds.into_iter().collect()))
    }

    /// Whether requests may come from browsers. They do not if only M2M tokens or only API keys are accepted.
    pub(crate) fn needs_browser(&self) -> bool {
        !matches!(
            self.0,
            Accepted::One(TokenType::M2mToken | TokenType::ApiKey)
        )
    }

    /// Returns whether this kind is accepted.
    pub fn contains(&self, kind: TokenType) -> bool {
        match &self.0 {
            Accepted::Any => true,
            Accepted::One(one) => *one == kind,
            Accepted::OneOf(kinds) => kinds.contains(&kind),
        }
    }
}

impl Default for Accepts {
    fn default() -> Self {
        TokenType::SessionToken.into()
    }
}

impl From<TokenType> for Accepts {
    fn from(kind: TokenType) -> Self {
        Self(Accepted::One(kind))
    }
}
