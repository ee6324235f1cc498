//! The active organization of a session, in both versions of the claims.

use crate::token::{Loose, Payload};

/// The active organization of a session, and what the user may do in it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Organization {
    /// The id, `org_…`.
    pub id: String,
    /// The slug, where the instance has slugs.
    pub slug: Option<String>,
    /// The role, with its prefix: `org:admin`.
    pub role: Option<String>,
    /// The permissions, with their prefix: `org:<feature>:<permission>`.
    pub permissions: Vec<String>,
}

pub(super) fn read(payload: &Payload<'_>) -> Option<Organization> {
    let owned = |claim: &Loose<'_>| claim.text().map(str::to_owned);
    Some(Organization {
        id: owned(&payload.org_id)?,
        slug: owned(&payload.org_slug),
        role: owned(&payload.org_role),
        permissions: Vec::new(),
    })
}
