//! Why a request is not signed in, or is sent to a handshake.

use std::borrow::Cow;
use std::fmt;

/// A reason code, as Clerk's backends print it in `x-clerk-auth-reason`.
///
/// The list is open: an error code of the API can be a reason, and so can a failed refresh together
/// with the cause of the failure. Compare with the constants, or by [`Reason::as_str`].
///
/// ```
/// use clerk_auth::Reason;
///
/// assert_eq!(Reason::TOKEN_EXPIRED.as_str(), "token-expired");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Reason(Cow<'static, str>);

macro_rules! reasons {
    ($($(#[doc = $text:literal])+ $name:ident = $code:literal;)+) => {
        impl Reason {
            $($(#[doc = $text])+ pub const $name: Self = Self(Cow::Borrowed($code));)+
        }
    };
}

reasons! {
    /// The browser was signed in at Clerk, but the application has no session cookie.
    CLIENT_UAT_BUT_NO_SESSION_TOKEN = "client-uat-but-no-session-token";
    /// A development browser has no development token yet.
    DEV_BROWSER_MISSING = "dev-browser-missing";
    /// A development token came in the address and must be stored.
    DEV_BROWSER_SYNC = "dev-browser-sync";
    /// The primary domain answers a satellite that asked to be synchronised.
    PRIMARY_RESPONDS_TO_SYNCING = "primary-responds-to-syncing";
    /// A navigation came from another origin, whose state may be newer.
    PRIMARY_DOMAIN_CROSS_ORIGIN_SYNC = "primary-domain-cross-origin-sync";
    /// A satellite does not know yet whether the browser is signed in.
    SATELLITE_NEEDS_SYNCING = "satellite-needs-syncing";
    /// There is no session cookie and no sign that the browser ever signed in.
    SESSION_TOKEN_AND_UAT_MISSING = "session-token-and-uat-missing";
    /// The handshake brought no session token: the browser is signed out.
    SESSION_TOKEN_MISSING = "session-token-missing";
    /// The session token is older than the last change of the browser's state.
    SESSION_TOKEN_IAT_BEFORE_CLIENT_UAT = "session-token-iat-before-client-uat";
    /// The session token is not valid yet.
    SESSION_TOKEN_NBF = "session-token-nbf";
    /// The session token was issued in the future.
    SESSION_TOKEN_IAT_IN_THE_FUTURE = "session-token-iat-in-the-future";
    /// There is a session cookie, but the browser counts as signed out.
    SESSION_TOKEN_BUT_NO_CLIENT_UAT = "session-token-but-no-client-uat";
    /// The address asks for another organization than the session has.
    ACTIVE_ORGANIZATION_MISMATCH = "active-organization-mismatch";
    /// The token is of a kind that is not accepted here.
    TOKEN_TYPE_MISMATCH = "token-type-mismatch";
    /// Something failed that has no reason of its own.
    UNEXPECTED_ERROR = "unexpected-error";
    /// A machine token is expected and the request has no token.
    NO_TOKEN_IN_HEADER = "No token in header";

    /// `exp` has passed.
    TOKEN_EXPIRED = "token-expired";
    /// The token has not the form of a token, or is none that Clerk knows.
    TOKEN_INVALID = "token-invalid";
    /// The token names an algorithm that is not accepted.
    TOKEN_INVALID_ALGORITHM = "token-invalid-algorithm";
    /// `azp` is not one of the authorized parties.
    TOKEN_INVALID_AUTHORIZED_PARTIES = "token-invalid-authorized-parties";
    /// `iss` is not one of the issuers.
    TOKEN_INVALID_ISSUER = "token-invalid-issuer";
    /// The signature is not of this key.
    TOKEN_INVALID_SIGNATURE = "token-invalid-signature";
    /// `nbf` is still to come.
    TOKEN_NOT_ACTIVE_YET = "token-not-active-yet";
    /// `iat` is still to come.
    TOKEN_IAT_IN_THE_FUTURE = "token-iat-in-the-future";
    /// A claim is missing, has the wrong form, or is not what is expected.
    TOKEN_VERIFICATION_FAILED = "token-verification-failed";
    /// The API refuses the secret key.
    SECRET_KEY_INVALID = "secret-key-invalid";
    /// The local key is empty.
    JWK_LOCAL_MISSING = "jwk-local-missing";
    /// The keys could not be loaded.
    JWK_REMOTE_FAILED_TO_LOAD = "jwk-remote-failed-to-load";
    /// There is no way to find a key.
    JWK_FAILED_TO_RESOLVE = "jwk-failed-to-resolve";
    /// No key has the id that the token names.
    JWK_KID_MISMATCH = "jwk-kid-mismatch";
}

impl Reason {
    /// The code.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The code, without a copy of those that are known.
    #[cfg(any(
        feature = "tower",
        feature = "actix-web",
        feature = "rocket",
        feature = "poem"
    ))]
    pub(crate) fn into_code(self) -> Cow<'static, str> {
        self.0
    }

    /// The code with which a machine token is refused.
    pub(crate) fn of_machine_token(code: &'static str) -> Self {
        Self(Cow::Borrowed(code))
    }

    /// An expired session token that could not be refreshed, and why.
    pub(crate) fn expired_after_refresh(cause: &str) -> Self {
        Self(Cow::Owned(format!("session-token-expired-refresh-{cause}")))
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}
