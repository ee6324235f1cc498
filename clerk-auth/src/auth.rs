//! The authentication of a request, as handlers see it.

use std::fmt;
use std::sync::Arc;

use clerk_api::types::Secret;

use crate::accepts::TokenType;
use crate::claims::{Check, FailedCheck, Organization, SessionClaims, SessionStatus};
use crate::machine::{MachineToken, MachineTokenKind};

/// The authentication of a request: a session, a machine token, or none.
#[derive(Clone, Debug)]
#[non_exhaustive]
#[doc(alias(
    "current user",
    "currentUser",
    "getAuth",
    "useAuth",
    "user",
    "identity",
    "principal"
))]
pub enum Auth {
    /// A user with a session.
    Session(SessionAuth),
    /// A machine, or a user through an API key or an OAuth client.
    Machine(MachineAuth),
    /// The request is unauthenticated.
    SignedOut(SignedOut),
}

/// A user with a session. As an extractor, it rejects all other requests.
#[derive(Clone)]
#[doc(alias(
    "current user",
    "currentUser",
    "session",
    "getAuth",
    "requireAuth",
    "logged in user"
))]
pub struct SessionAuth {
    claims: Arc<SessionClaims>,
    token: Secret,
}

/// An API key, an OAuth access token or an M2M token. As an extractor, it rejects all other requests.
#[derive(Clone)]
#[doc(alias("api key", "m2m token", "oauth token", "machine token"))]
pub struct MachineAuth {
    token: Arc<MachineToken>,
    secret: Secret,
}

/// An unauthenticated request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
#[doc(alias("unauthenticated", "anonymous"))]
pub struct SignedOut {
    /// `Pending` if there is a session that counts as signed out until its tasks are completed.
    pub session_status: Option<SessionStatus>,
}

impl Auth {
    /// Returns whether the request is authenticated.
    #[must_use]
    #[doc(alias("isAuthenticated", "signed in", "logged in"))]
    pub fn is_authenticated(&self) -> bool {
        !matches!(self, Self::SignedOut(_))
    }

    /// Returns the kind of token, unless the request is unauthenticated.
    pub fn token_type(&self) -> Option<TokenType> {
        match self {
            Self::Session(_) => Some(TokenType::SessionToken),
            Self::Machine(machine) => Some(machine.kind().into()),
            Self::SignedOut(_) => None,
        }
    }

    /// Returns the session, if any.
    pub fn session(&self) -> Option<&SessionAuth> {
        match self {
            Self::Session(session) => Some(session),
            _ => None,
        }
    }

    /// Returns the machine token, if any.
    pub fn machine(&self) -> Option<&MachineAuth> {
        match self {
            Self::Machine(machine) => Some(machine),
            _ => None,
        }
    }

    /// Returns the id of the user: of the session, or the one that a machine token belongs to.
    #[doc(alias("userId", "current user", "sub"))]
    pub fn user_id(&self) -> Option<&str> {
        match self {
            Self::Session(session) => Some(session.user_id()),
            Self::Machine(machine) => machine.user_id(),
            Self::SignedOut(_) => None,
        }
    }

    /// Returns the id of the active organization, or of the one that an API key belongs to.
    #[doc(alias("orgId", "org_id"))]
    pub fn organization_id(&self) -> Option<&str> {
        match self {
            Self::Session(session) => session.organization().map(|one| one.id.as_str()),
            Self::Machine(machine) => machine.organization_id(),
            Self::SignedOut(_) => None,
        }
    }

    /// Returns whether the session passes a check. Always `false` for machine tokens, which have scopes
    /// instead.
    #[must_use]
    #[doc(alias("protect", "authorize", "checkAuthorization"))]
    pub fn has(&self, check: &Check) -> bool {
        self.session().is_some_and(|session| session.has(check))
    }
}

impl SessionAuth {
    pub(crate) fn new(claims: Arc<SessionClaims>, token: Secret) -> Self {
        Self { claims, token }
    }

    /// Returns the claims of the session token.
    #[doc(alias("sessionClaims", "jwt claims"))]
    pub fn claims(&self) -> &SessionClaims {
        &self.claims
    }

    /// Returns the id of the user.
    #[doc(alias("userId", "current user", "sub"))]
    pub fn user_id(&self) -> &str {
        self.claims.user_id()
    }

    /// Returns the id of the session.
    #[doc(alias("sessionId", "sid"))]
    pub fn session_id(&self) -> Option<&str> {
        self.claims.session_id()
    }

    /// Returns the active organization, if any.
    #[doc(alias("current organization", "orgId", "orgRole", "orgSlug"))]
    pub fn organization(&self) -> Option<&Organization> {
        self.claims.organization()
    }

    /// Returns whether the session passes a check.
    #[must_use]
    #[doc(alias("protect", "authorize", "checkAuthorization"))]
    pub fn has(&self, check: &Check) -> bool {
        self.claims.has(check)
    }

    /// Like [`SessionAuth::has`], but reports which check failed. In a handler that returns
    /// `adapter::Rejection`, use `?`.
    ///
    /// # Errors
    ///
    /// The failed check. See [`FailedCheck`] for which one is reported if several failed.
    #[doc(alias("protect", "authorize", "require"))]
    pub fn check(&self, check: &Check) -> Result<(), FailedCheck> {
        self.claims.check(check)
    }

    /// Returns the session token, for calls to other services.
    #[doc(alias("getToken", "session token"))]
    pub fn token(&self) -> &Secret {
        &self.token
    }
}

impl fmt::Debug for SessionAuth {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("SessionAuth")
            .field("claims", &self.claims)
            .finish_non_exhaustive()
    }
}

impl MachineAuth {
    pub(crate) fn new(token: Arc<MachineToken>, secret: Secret) -> Self {
        Self { token, secret }
    }

    /// Returns the kind of token.
    pub fn kind(&self) -> MachineTokenKind {
        self.token.kind
    }

    /// Returns the verified token with all its fields.
    pub fn details(&self) -> &MachineToken {
        &self.token
    }

    /// Returns the id of the token.
    pub fn id(&self) -> &str {
        &self.token.id
    }

    /// Returns the subject: `user_…`, `org_…` or `mch_…`.
    pub fn subject(&self) -> &str {
        &self.token.subject
    }

    /// Returns the id of the user that an OAuth token or an API key belongs to.
    #[doc(alias("userId", "current user", "sub"))]
    pub fn user_id(&self) -> Option<&str> {
        match self.kind() {
            MachineTokenKind::OauthToken => Some(self.subject()),
            MachineTokenKind::ApiKey => self.subject_with("user_"),
            MachineTokenKind::M2mToken => None,
        }
    }

    /// Returns the id of the organization that an API key belongs to.
    #[doc(alias("orgId", "org_id"))]
    pub fn organization_id(&self) -> Option<&str> {
        match self.kind() {
            MachineTokenKind::ApiKey => self.subject_with("org_"),
            _ => None,
        }
    }

    /// Returns the id of the machine that an M2M token belongs to.
    pub fn machine_id(&self) -> Option<&str> {
        match self.kind() {
            MachineTokenKind::M2mToken => Some(self.subject()),
            _ => None,
        }
    }

    /// Returns the id of the OAuth client that the token was issued to.
    pub fn client_id(&self) -> Option<&str> {
        self.token.client_id.as_deref()
    }

    /// Returns whether the token has a scope. No token has the empty scope.
    #[doc(alias = "scopes")]
    pub fn has_scope(&self, scope: &str) -> bool {
        !scope.is_empty() && self.token.scopes.iter().any(|one| one == scope)
    }

    /// Returns the token, as it was sent.
    #[doc(alias = "getToken")]
    pub fn token(&self) -> &Secret {
        &self.secret
    }

    fn subject_with(&self, prefix: &str) -> Option<&str> {
        Some(self.subject()).filter(|subject| subject.starts_with(prefix))
    }
}

impl fmt::Debug for MachineAuth {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("MachineAuth")
            .field("kind", &self.kind())
            .field("id", &self.token.id)
            .field("subject", &self.token.subject)
            .finish_non_exhaustive()
    }
}
