//! What an application asks of a session before it lets a request do something.

/// A question about a session: role, permission, feature, plan, fresh verification.
///
/// Several dimensions must all hold. A check that asks nothing holds for nobody.
///
/// ```
/// use clerk_auth::Check;
///
/// let may_invite = Check::permission("org:invitations:create");
/// let admin_just_verified = Check::role("org:admin").reverified(clerk_auth::Reverification::Strict);
/// # let _ = (may_invite, admin_just_verified);
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Check {
    pub(super) role: Option<String>,
    pub(super) permission: Option<String>,
    pub(super) feature: Option<String>,
    pub(super) plan: Option<String>,
    pub(super) reverification: Option<super::Reverification>,
}
