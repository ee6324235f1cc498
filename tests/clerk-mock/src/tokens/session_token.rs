//! Session tokens for tests.

use std::time::Duration;

use serde_json::{Map, Value};

use crate::mock::ClerkMock;

/// A builder for a session token, from [`ClerkMock::session_token`].
#[derive(Clone, Debug)]
#[must_use = "call `mint` to get the token"]
pub struct SessionToken<'a> {
    mock: &'a ClerkMock,
    user_id: String,
    overrides: Overrides,
}

/// The settings that differ from the defaults.
#[derive(Clone, Debug, Default)]
pub(crate) struct Overrides {
    pub(crate) session_id: Option<String>,
    pub(crate) organization_id: Option<String>,
    pub(crate) permissions: Vec<String>,
    pub(crate) authorized_party: Option<String>,
    pub(crate) lifetime: Option<Duration>,
    pub(crate) claims: Map<String, Value>,
}

impl<'a> SessionToken<'a> {
    pub(crate) fn new(mock: &'a ClerkMock, user_id: String) -> Self {
        Self {
            mock,
            user_id,
            overrides: Overrides::default(),
        }
    }

    /// Sets the session. Default: the newest active session of the user, or a new one.
    pub fn session(mut self, session_id: impl Into<String>) -> Self {
        self.overrides.session_id = Some(session_id.into());
        self
    }

    /// Sets the active organization. The role is that of the user's membership.
    pub fn organization(mut self, organization_id: impl Into<String>) -> Self {
        self.overrides.organization_id = Some(organization_id.into());
        self
    }

    /// Adds permissions in the active organization, such as `org:invoices:create`, to those of the
    /// membership.
    pub fn permissions(mut self, permissions: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.overrides
            .permissions
            .extend(permissions.into_iter().map(Into::into));
        self
    }

    /// Sets the authorized party (`azp`): the origin that the token is for.
    pub fn authorized_party(mut self, origin: impl Into<String>) -> Self {
        self.overrides.authorized_party = Some(origin.into());
        self
    }

    /// Sets the lifetime. Default: one minute.
    pub fn lifetime(mut self, lifetime: Duration) -> Self {
        self.overrides.lifetime = Some(lifetime);
        self
    }

    /// Adds a claim, or replaces one.
    pub fn claim(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.overrides.claims.insert(name.into(), value.into());
        self
    }

    /// Signs the token with the key of the mock.
    #[must_use]
    pub fn mint(self) -> String {
        self.mock.mint(&self.user_id, &self.overrides)
    }
}
