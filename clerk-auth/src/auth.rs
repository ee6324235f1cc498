//! Who makes a request: what a handler gets to see.

use std::fmt;
use std::sync::Arc;

use clerk_api::types::Secret;

use crate::accepts::TokenType;
use crate::claims::{Check, FailedCheck, Organization, SessionClaims, SessionStatus};
use crate::machine::{MachineToken, MachineTokenKind};

/// Who makes a request.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Auth {
    /// A user, in a session.
    Session(SessionAuth),
    /// A machine, or a user through an API key or an OAuth client.
    Machine(MachineAuth),
    /// Nobody that is known.
    SignedOut(SignedOut),
}

/// A user in a session.
#[derive(Clone)]
pub struct SessionAuth {
    claims: Arc<SessionClaims>,
    token: Secret,
}

/// Whom a machine token stands for.
#[derive(Clone)]
pub struct MachineAuth {
    token: Arc<MachineToken>,
    secret: Secret,
}

/// Nobody that is known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct SignedOut {
    /// `Pending` if there is a session that counts as signed out until its tasks are done.
    pub session_status: Option<SessionStatus>,
}

impl Auth {
    /// Whether it is known who makes the request.
    pub fn is_authenticated(&self) -> bool {
        !matches!(self, Self::SignedOut(_))
    }

    /// The kind of token that says who it is.
    pub fn token_type(&self) -> Option<TokenType> {
        match self {
            Self::Session(_) => Some(TokenType::SessionToken),
            Self::Machine(machine) => Some(machine.kind().into()),
            Self::SignedOut(_) => None,
        }
    }

    /// The session, if there is one.
    pub fn session(&self) -> Option<&SessionAuth> {
        match self {
            Self::Session(session) => Some(session),
            _ => None,
        }
    }

    /// The machine token, if there is one.
    pub fn machine(&self) -> Option<&MachineAuth> {
        match self {
            Self::Machine(machine) => Some(machine),
            _ => None,
        }
    }

    /// The id of the user, of a session or behind a machine token.
    pub fn user_id(&self) -> Option<&str> {
        match self {
            Self::Session(session) => Some(session.user_id()),
            Self::Machine(machine) => machine.user_id(),
            Self::SignedOut(_) => None,
        }
    }

    /// The id of the active organization, or of the one that an API key stands for.
    pub fn organization_id(&self) -> Option<&str> {
        match self {
            Self::Session(session) => session.organization().map(|one| one.id.as_str()),
            Self::Machine(machine) => machine.organization_id(),
            Self::SignedOut(_) => None,
        }
    }

    /// Whether the session passes a check. Only sessions can: machine tokens have scopes.
    pub fn has(&self, check: &Check) -> bool {
        self.session().is_some_and(|session| session.has(check))
    }
}

impl SessionAuth {
    pub(crate) fn new(claims: Arc<SessionClaims>, token: Secret) -> Self {
        Self { claims, token }
    }

    /// The claims of the session token.
    pub fn claims(&self) -> &SessionClaims {
        &self.claims
    }

    /// The id of the user.
    pub fn user_id(&self) -> &str {
        self.claims.user_id()
    }

    /// The id of the session.
    pub fn session_id(&self) -> Option<&str> {
        self.claims.session_id()
    }

    /// The active organization, if there is one.
    pub fn organization(&self) -> Option<&Organization> {
        self.claims.organization()
    }

    /// Whether the session passes a check.
    pub fn has(&self, check: &Check) -> bool {
        self.claims.has(check)
    }

    /// As [`SessionAuth::has`], and reports which check failed. With an adapter, a handler returns it
    /// as a [`Rejection`](crate::adapter::Rejection) with `?`.
    ///
    /// # Errors
    ///
    /// The check that failed; [`FailedCheck`] says which one where several have.
    pub fn check(&self, check: &Check) -> Result<(), FailedCheck> {
        self.claims.check(check)
    }

    /// The session token itself, to call another service with.
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

    /// The kind of token.
    pub fn kind(&self) -> MachineTokenKind {
        self.token.kind
    }

    /// What is known of the token.
    pub fn details(&self) -> &MachineToken {
        &self.token
    }

    /// The id of the token.
    pub fn id(&self) -> &str {
        &self.token.id
    }

    /// Whom it stands for: `user_…`, `org_…` or `mch_…`.
    pub fn subject(&self) -> &str {
        &self.token.subject
    }

    /// The user: the subject of an OAuth token, or of an API key that stands for a user.
    pub fn user_id(&self) -> Option<&str> {
        match self.kind() {
            MachineTokenKind::OauthToken => Some(self.subject()),
            MachineTokenKind::ApiKey => self.subject_with("user_"),
            MachineTokenKind::M2mToken => None,
        }
    }

    /// The organization that an API key stands for.
    pub fn organization_id(&self) -> Option<&str> {
        match self.kind() {
            MachineTokenKind::ApiKey => self.subject_with("org_"),
            _ => None,
        }
    }

    /// The machine that an M2M token stands for.
    pub fn machine_id(&self) -> Option<&str> {
        match self.kind() {
            MachineTokenKind::M2mToken => Some(self.subject()),
            _ => None,
        }
    }

    /// The OAuth client that the token was issued to.
    pub fn client_id(&self) -> Option<&str> {
        self.token.client_id.as_deref()
    }

    /// Whether the token has a scope. None has the empty one.
    pub fn has_scope(&self, scope: &str) -> bool {
        !scope.is_empty() && self.token.scopes.iter().any(|one| one == scope)
    }

    /// The token itself.
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
