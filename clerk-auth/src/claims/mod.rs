//! The claims of a session token, in versions 1 and 2.

mod actor;
mod check;
mod failed_check;
mod organization;
mod permissions;
mod reverification;
mod scope;
#[cfg(test)]
mod tests;

use std::fmt;

use serde::de::DeserializeOwned;
use serde_json::Value;

pub use actor::Actor;
pub use check::Check;
pub use failed_check::FailedCheck;
pub use organization::Organization;
pub use reverification::{FactorLevel, Reverification};
use scope::Scope;

use crate::token::{self, Loose, Payload};

/// The claims of a verified session token.
///
/// Times are in Unix seconds. Read your application's own claims with [`SessionClaims::custom`].
///
/// Both versions of Clerk's claims have the same accessors.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
#[doc(alias("jwt", "JwtPayload", "session token", "claims"))]
pub struct SessionClaims {
    subject: String,
    session_id: Option<String>,
    issuer: Option<String>,
    authorized_party: Option<String>,
    expires_at: f64,
    not_before: Option<f64>,
    issued_at: Option<f64>,
    version: u32,
    status: SessionStatus,
    factor_verification_age: Option<(f64, f64)>,
    actor: Option<Actor>,
    organization: Option<Organization>,
    features: Option<String>,
    plans: Option<String>,
    json: String,
}

/// The status of a session (`sts`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SessionStatus {
    /// The user is signed in. A session without a status is active.
    Active,
    /// The user is signed in and has tasks left, such as choosing an organization.
    Pending,
}

impl SessionStatus {
    /// Returns the name in the claim: `active` or `pending`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Active => token::ACTIVE,
            Self::Pending => token::PENDING,
        }
    }
}

impl fmt::Display for SessionStatus {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

impl SessionClaims {
    pub(crate) fn read(payload: &Payload<'_>) -> Self {
        let owned = |claim: &Loose<'_>| claim.text().map(str::to_owned);
        let is_version_2 = payload.v.number() == Some(2.0);
        Self {
            subject: owned(&payload.sub).unwrap_or_default(),
            session_id: owned(&payload.sid),
            issuer: owned(&payload.iss),
            authorized_party: owned(&payload.azp),
            expires_at: payload.exp.number().unwrap_or_default(),
            not_before: payload.nbf.number(),
            issued_at: payload.iat.number(),
            version: if is_version_2 { 2 } else { 1 },
            status: match payload.sts.text() {
                Some(token::PENDING) => SessionStatus::Pending,
                _ => SessionStatus::Active,
            },
            factor_verification_age: payload
                .fva
                .and_then(|ages| serde_json::from_str(ages.get()).ok()),
            actor: actor::read(payload.act),
            organization: if is_version_2 {
                organization::version_2(payload)
            } else {
                organization::version_1(payload)
            },
            features: owned(&payload.fea),
            plans: owned(&payload.pla),
            json: String::new(),
        }
    }

    /// Adds the payload that they were read from.
    pub(crate) fn with_json(mut self, json: String) -> Self {
        self.json = json;
        self
    }

    /// Whether the token is valid at a time in Unix milliseconds, with a clock skew in milliseconds.
    pub(crate) fn is_in_time(&self, clock_skew: i64, now: i64) -> bool {
        let starts = [self.not_before, self.issued_at];
        token::is_in_time(self.expires_at, starts, clock_skew, now)
    }

    /// Returns the id of the user (`sub`).
    #[doc(alias("userId", "sub"))]
    pub fn user_id(&self) -> &str {
        &self.subject
    }

    /// Returns the id of the session (`sid`).
    #[doc(alias("sessionId", "sid"))]
    pub fn session_id(&self) -> Option<&str> {
        self.session_id.as_deref()
    }

    /// Returns the Frontend API that issued the token (`iss`).
    #[doc(alias = "iss")]
    pub fn issuer(&self) -> Option<&str> {
        self.issuer.as_deref()
    }

    /// Returns the origin that the token was issued to (`azp`).
    #[doc(alias = "azp")]
    pub fn authorized_party(&self) -> Option<&str> {
        self.authorized_party.as_deref()
    }

    /// Returns when the token expires (`exp`), in Unix seconds.
    #[doc(alias = "exp")]
    pub fn expires_at(&self) -> i64 {
        self.expires_at as i64
    }

    /// Returns when the token becomes valid (`nbf`), in Unix seconds.
    #[doc(alias = "nbf")]
    pub fn not_before(&self) -> Option<i64> {
        self.not_before.map(|seconds| seconds as i64)
    }

    /// Returns when the token was issued (`iat`), in Unix seconds.
    #[doc(alias = "iat")]
    pub fn issued_at(&self) -> Option<i64> {
        self.issued_at.map(|seconds| seconds as i64)
    }

    /// Returns the version of the claims: 2, or 1 if the token has no version.
    pub fn version(&self) -> u32 {
        self.version
    }

    /// Returns the status of the session (`sts`).
    pub fn status(&self) -> SessionStatus {
        self.status
    }

    /// Returns the active organization, if any.
    #[doc(alias("orgId", "orgRole", "orgSlug", "current organization"))]
    pub fn organization(&self) -> Option<&Organization> {
        self.organization.as_ref()
    }

    /// Returns the minutes since the first and the second factor were verified (`fva`); -1 for a factor that
    /// the user does not have.
    #[doc(alias("fva", "factorVerificationAge"))]
    pub fn factor_verification_age(&self) -> Option<(f64, f64)> {
        self.factor_verification_age
    }

    /// Returns who acts on behalf of the user (`act`), if anyone.
    #[doc(alias("act", "impersonate", "impersonation"))]
    pub fn actor(&self) -> Option<&Actor> {
        self.actor.as_ref()
    }

    /// Returns the features of the active organization (`fea`).
    pub fn organization_features(&self) -> impl Iterator<Item = &str> {
        scope::names(self.features.as_deref(), Scope::has_organization)
    }

    /// Returns the features of the user (`fea`).
    pub fn user_features(&self) -> impl Iterator<Item = &str> {
        scope::names(self.features.as_deref(), Scope::has_user)
    }

    /// Returns the plans of the active organization (`pla`).
    pub fn organization_plans(&self) -> impl Iterator<Item = &str> {
        scope::names(self.plans.as_deref(), Scope::has_organization)
    }

    /// Returns the plans of the user (`pla`).
    pub fn user_plans(&self) -> impl Iterator<Item = &str> {
        scope::names(self.plans.as_deref(), Scope::has_user)
    }

    /// Returns whether the session passes a check.
    ///
    /// ```
    /// use clerk_auth::{Check, SessionClaims};
    ///
    /// fn may_invite(claims: &SessionClaims) -> bool {
    ///     claims.has(&Check::permission("org:invitations:create"))
    /// }
    /// ```
    #[must_use]
    #[doc(alias("protect", "checkAuthorization"))]
    pub fn has(&self, check: &Check) -> bool {
        self.check(check).is_ok()
    }

    /// Like [`SessionClaims::has`], but reports which check failed.
    ///
    /// # Errors
    ///
    /// The failed check. See [`FailedCheck`] for which one is reported if several failed.
    pub fn check(&self, check: &Check) -> Result<(), FailedCheck> {
        check.passes(self)
    }

    /// Deserializes the payload, to read your application's own claims.
    ///
    /// ```
    /// use clerk_auth::SessionClaims;
    /// use serde::Deserialize;
    ///
    /// #[derive(Deserialize)]
    /// struct Custom {
    ///     department: String,
    /// }
    ///
    /// fn department(claims: &SessionClaims) -> Option<String> {
    ///     claims.custom::<Custom>().ok().map(|custom| custom.department)
    /// }
    /// ```
    ///
    /// # Errors
    ///
    /// If the payload does not deserialize into that type.
    #[doc(alias("custom claims", "public metadata"))]
    pub fn custom<C: DeserializeOwned>(&self) -> Result<C, serde_json::Error> {
        serde_json::from_str(&self.json)
    }

    /// Returns any claim by name; `None` if it is missing or null.
    pub fn claim(&self, name: &str) -> Option<Value> {
        let mut claims = self.custom::<serde_json::Map<String, Value>>().ok()?;
        claims.remove(name).filter(|claim| !claim.is_null())
    }

    /// Returns the payload as JSON.
    pub fn as_json(&self) -> &str {
        &self.json
    }
}

// Without the payload, which may contain secrets of the application.
impl fmt::Debug for SessionClaims {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("SessionClaims")
            .field("user_id", &self.subject)
            .field("session_id", &self.session_id)
            .field("organization", &self.organization)
            .field("status", &self.status)
            .finish_non_exhaustive()
    }
}
