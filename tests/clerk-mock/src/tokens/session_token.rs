//! Session tokens as a test asks for them.

use std::time::Duration;

use serde_json::{Map, Value};

use crate::mock::ClerkMock;

/// A session token that is about to be minted; made by [`ClerkMock::session_token`].
#[derive(Debug)]
#[must_use = "a token is minted by `mint`"]
pub struct SessionToken<'a> {
    mock: &'a ClerkMock,
    user_id: String,
    wishes: Wishes,
}

/// What is different from the defaults.
#[derive(Debug, Default)]
pub(crate) struct Wishes {
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
            wishes: Wishes::default(),
        }
    }

    /// Of this session. Otherwise it is the user's newest active session, or one made for it.
    pub fn session(mut self, session_id: impl Into<String>) -> Self {
        self.wishes.session_id = Some(session_id.into());
        self
    }

    /// With this organization active. The role is that of the user's membership.
    pub fn organization(mut self, organization_id: impl Into<String>) -> Self {
        self.wishes.organization_id = Some(organization_id.into());
        self
    }

    /// With these permissions in the active organization, like `org:invoices:create`, beside
    /// those of the membership.
    pub fn permissions(mut self, permissions: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.wishes
            .permissions
            .extend(permissions.into_iter().map(Into::into));
        self
    }

    /// With `azp`: the origin that the token was made for.
    pub fn authorized_party(mut self, origin: impl Into<String>) -> Self {
        self.wishes.authorized_party = Some(origin.into());
        self
    }

    /// Valid for so long: a minute unless set.
    pub fn lifetime(mut self, lifetime: Duration) -> Self {
        self.wishes.lifetime = Some(lifetime);
        self
    }

    /// With another claim, or another value of one that is there anyway.
    pub fn claim(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.wishes.claims.insert(name.into(), value.into());
        self
    }

    /// The token, signed with the key of the mock.
    #[must_use]
    pub fn mint(self) -> String {
        self.mock.mint(&self.user_id, &self.wishes)
    }
}
