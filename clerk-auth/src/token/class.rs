//! The class of a token, by its prefix or by the unverified contents of a JWT.

use super::decode::{Header, Parts, Scratch, json};
use super::loose::Loose;
use crate::machine::MachineTokenKind;

/// `cat` of session tokens, and of handshake tokens.
pub(super) const SESSION: &str = "cl_B7d4PD111AAA";
/// `cat` of tokens of JWT templates.
pub(super) const TEMPLATE: &str = "cl_B7d4PD222AAA";
/// `cat` of M2M tokens.
pub(super) const M2M: &str = "cl_B7d4PD333AAA";
/// `cat` of all tokens of instances without categories.
pub(super) const IGNORE: &str = "cl_I7d4PD111III";

const M2M_PREFIX: &str = "mt_";
const OAUTH_PREFIX: &str = "oat_";
const API_KEY_PREFIX: &str = "ak_";
/// Prefix of the subject of an M2M token, the id of a machine.
const MACHINE_PREFIX: &str = "mch_";
/// `typ` of OAuth access tokens that are JWTs (RFC 9068).
pub(super) const OAUTH_TYPES: [&str; 2] = ["at+jwt", "application/at+jwt"];

/// The classes of machine tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum MachineTokenClass {
    M2mOpaque,
    M2mJwt,
    OauthOpaque,
    OauthJwt,
    ApiKey,
}

impl MachineTokenClass {
    pub(crate) fn is_jwt(self) -> bool {
        matches!(self, Self::M2mJwt | Self::OauthJwt)
    }

    pub(crate) fn kind(self) -> MachineTokenKind {
        match self {
            Self::M2mOpaque | Self::M2mJwt => MachineTokenKind::M2mToken,
            Self::OauthOpaque | Self::OauthJwt => MachineTokenKind::OauthToken,
            Self::ApiKey => MachineTokenKind::ApiKey,
        }
    }
}

/// The class of a machine token; `None` for any other string.
pub(crate) fn class_of(token: &str) -> Option<MachineTokenClass> {
    use MachineTokenClass::{ApiKey, M2mJwt, M2mOpaque, OauthJwt, OauthOpaque};
    if token.starts_with(M2M_PREFIX) {
        return Some(M2mOpaque);
    }
    let jwt = if looks_like_jwt(token) {
        jwt_class(token)
    } else {
        None
    };
    match jwt {
        Some(class @ M2mJwt) => Some(class),
        _ if token.starts_with(OAUTH_PREFIX) => Some(OauthOpaque),
        Some(class @ OauthJwt) => Some(class),
        _ if token.starts_with(API_KEY_PREFIX) => Some(ApiKey),
        _ => None,
    }
}

/// Whether a string has the form of a JWT: three parts of base64url.
fn looks_like_jwt(token: &str) -> bool {
    let part = |part: &str| {
        !part.is_empty()
            && part
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
    };
    token.split('.').count() == 3 && token.split('.').all(part)
}

fn jwt_class(token: &str) -> Option<MachineTokenClass> {
    #[derive(Default, serde::Deserialize)]
    #[serde(default, bound(deserialize = "'de: 'a"))]
    struct Claims<'a> {
        sub: Loose<'a>,
    }
    let parts = Parts::split(token).ok()?;
    let mut scratch = Scratch::new();
    let (header, _) = parts.decode(&mut scratch).ok()?;
    let class = parts.look_into(|payload| {
        let claims: Claims<'_> = json(payload)?;
        Ok(if is_machine(claims.sub.text()) {
            Some(MachineTokenClass::M2mJwt)
        } else if is_oauth(&header) {
            Some(MachineTokenClass::OauthJwt)
        } else {
            None
        })
    });
    class.ok().flatten()
}

/// Whether a JWT is of a machine, or of a category other than session tokens. Unknown categories are; a
/// missing category is not.
pub(super) fn is_no_session(header: &Header<'_>, subject: Option<&str>) -> bool {
    is_machine(subject) || is_oauth(header) || is_other_than_session(&header.cat)
}

pub(super) fn is_other_than_session(category: &Loose<'_>) -> bool {
    match category {
        Loose::Absent => false,
        category => !matches!(category.text(), Some(SESSION | IGNORE)),
    }
}

pub(super) fn is_template(category: &Loose<'_>) -> bool {
    category.text() == Some(TEMPLATE)
}

pub(super) fn is_machine(subject: Option<&str>) -> bool {
    subject.is_some_and(|subject| subject.starts_with(MACHINE_PREFIX))
}

fn is_oauth(header: &Header<'_>) -> bool {
    header
        .typ
        .text()
        .is_some_and(|kind| OAUTH_TYPES.contains(&kind))
}
