//! Who acts for the user.

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::token::Loose;

/// Who acts on behalf of the user (`act`): a member of the application's staff who impersonates the user, or
/// an agent.
///
/// [`SessionClaims::claim`](super::SessionClaims::claim) returns the whole claim.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
#[doc(alias("impersonate", "impersonation"))]
pub struct Actor {
    /// The id of the actor, `user_…` for a user.
    pub subject: String,
    /// The kind of actor, such as `agent`. `None` for a user.
    pub kind: Option<String>,
}

/// `None` if the claim is not an object with a subject.
pub(super) fn read(claim: Option<&RawValue>) -> Option<Actor> {
    #[derive(Default, Deserialize)]
    #[serde(default, bound(deserialize = "'de: 'a"))]
    struct Claim<'a> {
        sub: Loose<'a>,
        r#type: Loose<'a>,
    }
    let json = claim?.get();
    // A sequence would be read as an object without names.
    if !json.starts_with('{') {
        return None;
    }
    let claim: Claim<'_> = serde_json::from_str(json).ok()?;
    let subject = claim.sub.text().filter(|subject| !subject.is_empty())?;
    Some(Actor {
        subject: subject.to_owned(),
        kind: claim.r#type.text().map(str::to_owned),
    })
}
