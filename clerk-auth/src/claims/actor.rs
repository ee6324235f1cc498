//! Who acts for the user.

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::token::Loose;

/// Who acts for the user (`act`): somebody of the application's own staff, or an agent.
///
/// Where a token says more about the actor, [`SessionClaims::claim`](super::SessionClaims::claim)
/// has it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Actor {
    /// The id of whoever acts, `user_…` for a user.
    pub subject: String,
    /// The kind of actor, such as `agent`. A user has none.
    pub kind: Option<String>,
}

/// Nobody if the claim is no object that has a subject.
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
