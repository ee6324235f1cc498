//! Reason codes: why a request is unauthenticated, or redirected to a handshake.

use std::borrow::Cow;
use std::fmt;

/// A reason code, as Clerk's backends send it in `x-clerk-auth-reason`.
///
/// The list is open: an error code of the API can be a reason, and so can a failed refresh with its cause.
/// Compare with the constants, or use [`Reason::as_str`].
///
/// ```
/// use clerk_auth::Reason;
///
/// assert_eq!(Reason::TOKEN_EXPIRED.as_str(), "token-expired");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[doc(alias("AuthErrorReason", "x-clerk-auth-reason"))]
pub struct Reason(Cow<'static, str>);

macro_rules! reasons {
    ($($(#[doc = $text:literal])+ $name:ident = $code:literal;)+) => {
        impl Reason {
            $($(#[doc = $text])+ pub const $name: Self = Self(Cow::Borrowed($code));)+
        }
    };
}

reasons! {
    /// The browser has signed in at Clerk, but there is no session cookie.
    CLIENT_UAT_BUT_NO_SESSION_TOKEN = "client-uat-but-no-session-token";
    /// In development, the browser has no development token yet.
    DEV_BROWSER_MISSING = "dev-browser-missing";
    /// In development, the URL has a development token that must be stored.
    DEV_BROWSER_SYNC = "dev-browser-sync";
    /// The primary domain redirects back to a satellite that needs syncing.
    PRIMARY_RESPONDS_TO_SYNCING = "primary-responds-to-syncing";
    /// The browser navigated from another origin, whose state may be newer.
    PRIMARY_DOMAIN_CROSS_ORIGIN_SYNC = "primary-domain-cross-origin-sync";
    /// A satellite does not know yet whether the browser is signed in.
    SATELLITE_NEEDS_SYNCING = "satellite-needs-syncing";
    /// There is no session cookie, and no sign that the browser ever signed in.
    SESSION_TOKEN_AND_UAT_MISSING = "session-token-and-uat-missing";
    /// The handshake returned no session token: the browser is signed out.
    SESSION_TOKEN_MISSING = "session-token-missing";
    /// The session token is older than the browser's last change of state.
    SESSION_TOKEN_IAT_BEFORE_CLIENT_UAT = "session-token-iat-before-client-uat";
    /// The session token is not valid yet.
    SESSION_TOKEN_NBF = "session-token-nbf";
    /// The session token was issued in the future.
    SESSION_TOKEN_IAT_IN_THE_FUTURE = "session-token-iat-in-the-future";
    /// There is a session cookie, but no sign that the browser is signed in.
    SESSION_TOKEN_BUT_NO_CLIENT_UAT = "session-token-but-no-client-uat";
    /// The URL names another organization than the active one.
    ACTIVE_ORGANIZATION_MISMATCH = "active-organization-mismatch";
    /// The kind of token is not accepted.
    TOKEN_TYPE_MISMATCH = "token-type-mismatch";
    /// An error without a reason of its own.
    UNEXPECTED_ERROR = "unexpected-error";
    /// A machine token is required, and the request has no token.
    NO_TOKEN_IN_HEADER = "No token in header";

    /// The token has expired (`exp`).
    TOKEN_EXPIRED = "token-expired";
    /// The token is malformed, or unknown to Clerk.
    TOKEN_INVALID = "token-invalid";
    /// The algorithm of the token is not accepted.
    TOKEN_INVALID_ALGORITHM = "token-invalid-algorithm";
    /// The authorized party (`azp`) is not accepted.
    TOKEN_INVALID_AUTHORIZED_PARTIES = "token-invalid-authorized-parties";
    /// The issuer (`iss`) is not accepted.
    TOKEN_INVALID_ISSUER = "token-invalid-issuer";
    /// The signature is invalid.
    TOKEN_INVALID_SIGNATURE = "token-invalid-signature";
    /// The token is not valid yet (`nbf`).
    TOKEN_NOT_ACTIVE_YET = "token-not-active-yet";
    /// The token was issued in the future (`iat`).
    TOKEN_IAT_IN_THE_FUTURE = "token-iat-in-the-future";
    /// A claim is missing, malformed, or not the expected one.
    TOKEN_VERIFICATION_FAILED = "token-verification-failed";
    /// The API rejects the secret key.
    SECRET_KEY_INVALID = "secret-key-invalid";
    /// The configured key is empty.
    JWK_LOCAL_MISSING = "jwk-local-missing";
    /// The keys could not be fetched.
    JWK_REMOTE_FAILED_TO_LOAD = "jwk-remote-failed-to-load";
    /// No key could be found.
    JWK_FAILED_TO_RESOLVE = "jwk-failed-to-resolve";
    /// No key has the key id of the token.
    JWK_KID_MISMATCH = "jwk-kid-mismatch";
}

impl Reason {
    /// Returns the code.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Converts into the code, without copying known ones.
    #[cfg(any(
        feature = "tower",
        feature = "actix-web",
        feature = "rocket",
        feature = "poem"
    ))]
    pub(crate) fn into_code(self) -> Cow<'static, str> {
        self.0
    }

    /// The code of a rejected machine token.
    pub(crate) fn of_machine_token(code: &'static str) -> Self {
        Self(Cow::Borrowed(code))
    }

    /// An expired session token that could not be refreshed, with the cause.
    pub(crate) fn expired_after_refresh(cause: &str) -> Self {
        Self(Cow::Owned(format!("session-token-expired-refresh-{cause}")))
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}
