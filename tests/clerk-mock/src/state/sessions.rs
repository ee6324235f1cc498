//! Sessions and their tokens.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::StatusCode;
use serde_json::{Map, Value, json};

use super::call::conflict;
use super::listing::Among;
use super::record::Record;
use super::table::Table;
use super::{Call, Handler, described, memberships, template_tokens};
use crate::instances::identifier;
use crate::rejection::Rejection;
use crate::samples::random::HEXADECIMAL;
use crate::tokens::{Category, Organization, Overrides, SessionClaims};

const SESSIONS: Table = Table::Sessions;
/// The hidden member with the active organization of the next session of a user.
const NEXT: &str = "next_organization_id";
const WEEK: u64 = 7 * 24 * 3600 * 1000;
/// The lifetime of a session token, in seconds.
const LIFETIME: u64 = 60;

pub(super) fn handler(operation_id: &str) -> Option<Handler> {
    let handler: Handler = match operation_id {
        "GetSessionList" => |call| call.list(SESSIONS, Among::All),
        "createSession" => create,
        "GetSession" | "VerifySession" => |call| {
            let id = call.known_in_path(SESSIONS, "session_id")?;
            call.show(SESSIONS, &id)
        },
        "RevokeSession" => |call| {
            let id = call.known_in_path(SESSIONS, "session_id")?;
            call.change(SESSIONS, &id, |session| session.set("status", "revoked"))
        },
        "RefreshSession" => refresh,
        "CreateSessionToken" => token_of_session,
        "CreateSessionTokenFromTemplate" => |call| {
            let id = call.known_in_path(SESSIONS, "session_id")?;
            active(call, &id)?;
            let Some(session) = call.store.get(SESSIONS, &id).cloned() else {
                return Err(Rejection::not_found(SESSIONS.object(), &id));
            };
            let name = call.path("template_name");
            let jwt = template_tokens::token(call, &session, name)?;
            Ok(json!({ "object": "token", "jwt": jwt }))
        },
        _ => return None,
    };
    Some(handler)
}

fn create(call: &mut Call<'_>) -> Result<Value, Rejection> {
    if call.is_strict() && !call.is_development() {
        let long = "Sessions can be created only in development instances.";
        let code = "request_invalid_for_environment";
        return Err(conflict(code, "not in production", long));
    }
    let user_id = call.known(Table::Users, call.text("user_id"))?;
    let organization = match call.body("active_organization_id").as_str() {
        Some(id) => Some(call.known(Table::Organizations, id)?),
        None => None,
    };
    admitted(call, &user_id)?;
    let next = call
        .store
        .get(Table::Users, &user_id)
        .map(|user| user.text(NEXT).to_owned());
    let organization = organization.or(next.filter(|next| !next.is_empty()));
    let session = new(call, &user_id, organization.as_deref());
    let now = call.now();
    call.store.change(Table::Users, &user_id, |user| {
        user.set("last_sign_in_at", now);
        user.set("last_active_at", now);
    });
    call.keep(SESSIONS, session)
}

/// Rejects a session for a user who cannot sign in.
pub(super) fn admitted(call: &Call<'_>, user_id: &str) -> Result<(), Rejection> {
    let user = call.store.get(Table::Users, user_id);
    for (flag, code) in [("banned", "user_banned"), ("locked", "user_locked")] {
        if call.is_strict() && user.is_some_and(|user| user.is(flag)) {
            let long = format!("The user {user_id} is {flag} and cannot sign in.");
            return Err(Rejection::new(
                StatusCode::FORBIDDEN,
                code,
                format!("User {flag}"),
                long,
            ));
        }
    }
    Ok(())
}

/// Makes an organization the active one of the next session of a user.
pub(super) fn active_next(call: &mut Call<'_>, user_id: &str, organization_id: &str) {
    call.store.change(Table::Users, user_id, |user| {
        user.hide(NEXT, organization_id)
    });
}

/// Clears an organization from the sessions of a user, or of all users.
pub(super) fn leave(call: &mut Call<'_>, organization_id: &str, user_id: Option<&str>) {
    let sessions = call
        .store
        .with(SESSIONS, "last_active_organization_id", organization_id);
    let of_user =
        sessions.filter(|session| user_id.is_none_or(|user_id| session.text("user_id") == user_id));
    let ids: Vec<String> = of_user.map(|session| session.id.clone()).collect();
    for id in ids {
        call.store.change(SESSIONS, &id, |session| {
            session.set("last_active_organization_id", Value::Null);
        });
    }
    let users: Vec<String> = match user_id {
        Some(user_id) => vec![user_id.to_owned()],
        None => {
            let users = call.store.with(Table::Users, NEXT, organization_id);
            users.map(|user| user.id.clone()).collect()
        }
    };
    for id in users {
        call.store.change(Table::Users, &id, |user| {
            if user.text(NEXT) == organization_id {
                user.hide(NEXT, "");
            }
        });
    }
}

/// A session of a user. It is not in the store yet.
fn new(call: &mut Call<'_>, user_id: &str, organization_id: Option<&str>) -> Record {
    let now = call.now();
    let client_id = identifier("client", call.random("client"));
    let mut session = call.new_record(SESSIONS);
    session.set("user_id", user_id);
    session.set("client_id", client_id);
    session.set("status", "active");
    session.set("last_active_at", now);
    session.set("expire_at", now + WEEK);
    session.set("abandon_at", now + 4 * WEEK);
    session.set("last_active_organization_id", organization_id);
    session
}

fn token_of_session(call: &mut Call<'_>) -> Result<Value, Rejection> {
    let id = call.known_in_path(SESSIONS, "session_id")?;
    let lifetime = call.body("expires_in_seconds").as_u64().unwrap_or(LIFETIME);
    active(call, &id)?;
    Ok(json!({ "object": "token", "jwt": jwt(call, &id, lifetime)? }))
}

fn refresh(call: &mut Call<'_>) -> Result<Value, Rejection> {
    let id = refreshable(call)?;
    let jwt = jwt(call, &id, LIFETIME)?;
    Ok(match call.text("format") {
        "cookie" => {
            let cookie = format!("__session={jwt}; Path=/; Secure; SameSite=Lax");
            json!({ "object": "cookies", "cookies": [cookie] })
        }
        _ => json!({ "object": "token", "jwt": jwt }),
    })
}

/// The session of a refresh, to which the expired token must belong. Everything that is wrong is a 401, so
/// that SDKs fall back to a handshake.
fn refreshable(call: &mut Call<'_>) -> Result<String, Rejection> {
    let rejected =
        |code, message, long: String| Rejection::new(StatusCode::UNAUTHORIZED, code, message, long);
    let requested = call.path("session_id");
    let id = call.known(SESSIONS, requested).map_err(|_| {
        let long = format!("There is no session with the id {requested}.");
        rejected(
            "session_refresh_session_not_found",
            "session not found",
            long,
        )
    })?;
    if !call.is_strict() {
        return Ok(id);
    }
    let sid = session_of(call.text("expired_token")).ok_or_else(|| {
        let long = "The expired token is not a session token.".to_owned();
        rejected(
            "expired_session_token_invalid",
            "invalid expired_token",
            long,
        )
    })?;
    if sid != id {
        let long = format!("The expired token belongs to another session than {id}.");
        return Err(rejected("refresh_sid_mismatch", "another session", long));
    }
    active(call, &id).map_err(|_| {
        let long = format!("The session {id} is not active.");
        rejected("session_refresh_inactive_session", "session inactive", long)
    })?;
    Ok(id)
}

/// The session id in a token. The signature is not checked: a test may sign tokens with a key of its own.
fn session_of(token: &str) -> Option<String> {
    let payload = URL_SAFE_NO_PAD.decode(token.split('.').nth(1)?).ok()?;
    let claims: Value = serde_json::from_slice(&payload).ok()?;
    Some(claims.get("sid")?.as_str()?.to_owned())
}

fn active(call: &Call<'_>, id: &str) -> Result<(), Rejection> {
    let status = call
        .store
        .get(SESSIONS, id)
        .map(|session| session.text("status"));
    match status {
        Some("active" | "pending") => Ok(()),
        Some(_) if !call.is_strict() => Ok(()),
        status => {
            let long = format!(
                "The session {id} is {}, so it cannot create tokens.",
                status.unwrap_or("gone")
            );
            Err(conflict("session_not_active", "session not active", long))
        }
    }
}

fn jwt(call: &mut Call<'_>, session_id: &str, lifetime: u64) -> Result<String, Rejection> {
    let claims = claims(call, session_id, lifetime)?;
    Ok(call.around.signer.sign(Category::Session, &claims.json()))
}

/// The current claims of a session.
fn claims(
    call: &mut Call<'_>,
    session_id: &str,
    lifetime: u64,
) -> Result<SessionClaims, Rejection> {
    match call.store.get(SESSIONS, session_id).cloned() {
        Some(session) => Ok(claims_of(call, &session, lifetime)),
        None => Err(Rejection::not_found(SESSIONS.object(), session_id)),
    }
}

fn claims_of(call: &mut Call<'_>, session: &Record, lifetime: u64) -> SessionClaims {
    let token_id = call.random("token").text(HEXADECIMAL, 20);
    let user_id = session.text("user_id").to_owned();
    let organization_id = session.text("last_active_organization_id");
    let organization =
        (!organization_id.is_empty()).then(|| organization(call, organization_id, &user_id));
    SessionClaims {
        issuer: call.around.signer.issuer().to_owned(),
        session_id: session.id.clone(),
        status: session.text("status").to_owned(),
        user_id,
        token_id,
        issued_at: call.around.clock.seconds(),
        lifetime,
        authorized_party: None,
        organization,
        other: Map::new(),
    }
}

/// The claims of a token that is minted outside of a request. A session that does not exist is created.
pub(crate) fn wished_claims(
    call: &mut Call<'_>,
    user_id: &str,
    overrides: &Overrides,
) -> SessionClaims {
    let found = match &overrides.session_id {
        Some(id) => call.store.get(SESSIONS, id),
        None => call
            .store
            .with(SESSIONS, "user_id", user_id)
            .rfind(|session| session.text("status") == "active"),
    };
    let session = match found.cloned() {
        Some(session) => session,
        None => {
            let mut session = new(call, user_id, None);
            if let Some(id) = &overrides.session_id {
                session.id.clone_from(id);
                session.set("id", id.as_str());
            }
            call.store.insert(SESSIONS, session.clone());
            session
        }
    };
    let lifetime = overrides
        .lifetime
        .map_or(LIFETIME, |lifetime| lifetime.as_secs());
    let mut claims = claims_of(call, &session, lifetime);
    if let Some(id) = &overrides.organization_id {
        claims.organization = Some(organization(call, id, user_id));
    }
    if let Some(organization) = &mut claims.organization {
        organization
            .permissions
            .extend(overrides.permissions.iter().cloned());
    }
    claims
        .authorized_party
        .clone_from(&overrides.authorized_party);
    claims.other.clone_from(&overrides.claims);
    claims
}

/// An organization with the role of a user in it.
fn organization(call: &Call<'_>, id: &str, user_id: &str) -> Organization {
    let membership = memberships::find(call, id, user_id);
    let membership = membership.and_then(|own| call.store.get(Table::Memberships, &own));
    let permissions = membership.map(|own| described::permissions_of(call.store, own.text("role")));
    Organization {
        id: id.to_owned(),
        slug: call
            .store
            .get(Table::Organizations, id)
            .map_or("", |found| found.text("slug"))
            .to_owned(),
        role: membership
            .map_or("", |membership| membership.text("role"))
            .to_owned(),
        permissions: permissions.unwrap_or_default(),
    }
}
