//! Which kinds of tokens are accepted.

use crate::machine::MachineTokenKind;

/// The kinds of tokens that a request can carry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
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
    /// The name, as Clerk's backends have it: `session_token`, `api_key`, `m2m_token` or
    /// `oauth_token`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::SessionToken => "session_token",
            Self::ApiKey => MachineTokenKind::ApiKey.as_str(),
            Self::M2mToken => MachineTokenKind::M2mToken.as_str(),
            Self::OauthToken => MachineTokenKind::OauthToken.as_str(),
        }
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

/// Which kinds of tokens are accepted; session tokens unless said otherwise.
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
/// One kind and a list of one kind differ, as they do in Clerk's JavaScript backend: with a list, a
/// token of another kind is refused before it is looked at, and nothing is said about its kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Accepts(pub(crate) Accepted);

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Accepted {
    Any,
    One(TokenType),
    OneOf(Vec<TokenType>),
}

impl Accepts {
    /// Any kind.
    pub fn any() -> Self {
        Self(Accepted::Any)
    }

    /// The kinds of a list. With an empty one, every token is refused, as Clerk's JavaScript backend does.
    pub fn one_of(kinds: impl IntoIterator<Item = TokenType>) -> Self {
        Self(Accepted::OneOf(kinds.into_iter().collect()))
    }

    /// Whether the requests may come from browsers. Only M2M tokens or only API keys never do.
    pub(crate) fn needs_browser(&self) -> bool {
        !matches!(
            self.0,
            Accepted::One(TokenType::M2mToken | TokenType::ApiKey)
        )
    }

    /// Whether this kind is accepted.
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
