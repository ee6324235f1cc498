//! Activates the organization that the URL names.

use super::Inner;
use super::context::Context;
use crate::auth::SessionAuth;
use crate::claims::SessionStatus;
use crate::organization_patterns::Target;
use crate::reason::Reason;
use crate::request_state::{RequestState, Status};

impl Inner {
    /// A handshake that activates the organization of the URL, if another one is active.
    pub(super) fn organization_sync(
        &self,
        context: &Context<'_>,
        state: &RequestState,
    ) -> Option<RequestState> {
        let patterns = &context.browser.patterns;
        if patterns.is_empty() {
            return None;
        }
        let session = state.auth().session()?;
        // A pending session does not count, even if handlers see it.
        if session.claims().status() == SessionStatus::Pending {
            return None;
        }
        let target = patterns.target(context.uri.path())?;
        if is_active(&target, session) {
            return None;
        }
        let handshake = self.handshake(context, Reason::ACTIVE_ORGANIZATION_MISMATCH, "", None);
        // A request that cannot be redirected keeps its session as it is.
        Some(handshake).filter(|state| state.status() == Status::Handshake)
    }
}

fn is_active(target: &Target, session: &SessionAuth) -> bool {
    let active = session.organization();
    match target {
        Target::OrganizationId(id) => active.is_some_and(|active| active.id == *id),
        Target::OrganizationSlug(slug) => {
            active.is_some_and(|active| active.slug.as_deref() == Some(slug))
        }
        Target::Personal => active.is_none(),
    }
}
