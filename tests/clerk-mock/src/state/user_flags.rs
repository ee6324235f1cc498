//! Bans, locks, images and factors of users.

use http::StatusCode;
use serde_json::{Value, json};

use super::call::conflict;
use super::record::Record;
use super::table::Table;
use super::users::revoke_sessions;
use super::{Call, Handler, identifiers, second_factors};
use crate::rejection::Rejection;

const USERS: Table = Table::Users;
/// How long a lock lasts, in seconds.
const LOCKOUT: u64 = 3600;

pub(super) fn handler(operation_id: &str) -> Option<Handler> {
    let handler: Handler = match operation_id {
        "BanUser" => |call| {
            let id = call.known_in_path(USERS, "user_id")?;
            ban(call, &id, true)
        },
        "UnbanUser" => |call| {
            let id = call.known_in_path(USERS, "user_id")?;
            ban(call, &id, false)
        },
        "UsersBan" => |call| ban_all(call, true),
        "UsersUnban" => |call| ban_all(call, false),
        "LockUser" => |call| change(call, lock),
        "UnlockUser" => |call| {
            change(call, |user| {
                user.set("locked", false);
                user.set("lockout_expires_in_seconds", Value::Null);
                user.set("verification_attempts_remaining", Value::Null);
            })
        },
        "SetUserProfileImage" => |call| change(call, |user| user.set("has_image", true)),
        "DeleteUserProfileImage" => |call| change(call, |user| user.set("has_image", false)),
        "RemoveUserPassword" => remove_password,
        "SetUserPasswordCompromised" => |call| {
            let id = call.known_in_path(USERS, "user_id")?;
            if call.flag("revoke_all_sessions") {
                revoke_sessions(call, &id);
            }
            call.show(USERS, &id)
        },
        "UnsetUserPasswordCompromised" => |call| change(call, |_| {}),
        "VerifyPassword" => verify_password,
        "VerifyTOTP" => verify_totp,
        "DisableMFA" => |call| {
            let id = call.known_in_path(USERS, "user_id")?;
            second_factors::disable(call, &id);
            let now = call.now();
            call.change(USERS, &id, |user| user.set("mfa_disabled_at", now))?;
            without(
                call,
                &["totp_enabled", "backup_code_enabled", "two_factor_enabled"],
            )
        },
        "DeleteBackupCode" => |call| without(call, &["backup_code_enabled"]),
        "DeleteTOTP" => |call| {
            let id = call.known_in_path(USERS, "user_id")?;
            let shown = without(call, &["totp_enabled"])?;
            second_factors::count(call, &id);
            Ok(shown)
        },
        _ => return None,
    };
    Some(handler)
}

pub(super) fn lock(user: &mut Record) {
    user.set("locked", true);
    user.set("lockout_expires_in_seconds", LOCKOUT);
    user.set("verification_attempts_remaining", 0);
}

fn change(call: &mut Call<'_>, change: impl FnOnce(&mut Record)) -> Result<Value, Rejection> {
    let id = call.known_in_path(USERS, "user_id")?;
    call.change(USERS, &id, change)
}

fn ban(call: &mut Call<'_>, id: &str, banned: bool) -> Result<Value, Rejection> {
    if banned {
        revoke_sessions(call, id);
    }
    call.change(USERS, id, |user| user.set("banned", banned))
}

/// All or none.
fn ban_all(call: &mut Call<'_>, banned: bool) -> Result<Value, Rejection> {
    let ids = call.texts("user_ids");
    for id in &ids {
        call.known(USERS, id)?;
    }
    let users: Result<Vec<Value>, Rejection> =
        ids.into_iter().map(|id| ban(call, id, banned)).collect();
    users.map(Value::from)
}

fn remove_password(call: &mut Call<'_>) -> Result<Value, Rejection> {
    let id = call.known_in_path(USERS, "user_id")?;
    if call.flag("sign_out_of_other_sessions") {
        revoke_sessions(call, &id);
    }
    if call
        .store
        .get(USERS, &id)
        .is_some_and(|user| !user.is("password_enabled"))
    {
        return call.show(USERS, &id);
    }
    call.change(USERS, &id, |user| {
        user.set("password_enabled", false);
        user.hidden.remove("password");
        user.hidden.remove("password_digest");
    })
}

fn verify_password(call: &mut Call<'_>) -> Result<Value, Rejection> {
    let id = call.known_in_path(USERS, "user_id")?;
    let user = call.store.get(USERS, &id);
    if call.is_strict() && user.is_some_and(|user| !user.is("password_enabled")) {
        let long = format!("The user {id} has no password.");
        return Err(conflict("no_password_set", "no password set", long));
    }
    let password = user.map(|user| user.text("password"));
    // Any password is accepted if only its digest is known.
    let is_right = password.is_some_and(|known| known.is_empty() || known == call.text("password"));
    if is_right {
        return Ok(json!({ "verified": true }));
    }
    Err(Rejection::new(
        StatusCode::UNPROCESSABLE_ENTITY,
        "incorrect_password",
        "incorrect password",
        format!("The password of the user {id} is another one."),
    ))
}

/// A backup code is valid once. Every TOTP code of 6 digits is accepted except `000000`.
fn verify_totp(call: &mut Call<'_>) -> Result<Value, Rejection> {
    let id = call.known_in_path(USERS, "user_id")?;
    let code = call.text("code");
    let user = call.store.get(USERS, &id);
    let uses = |name: &str| user.is_some_and(|user| user.is(name));
    let kept = user.and_then(|user| user.hidden.get("backup_codes")?.as_array());
    let mut codes = kept.cloned().unwrap_or_default();
    if uses("backup_code_enabled")
        && let Some(at) = codes.iter().position(|known| known == code)
    {
        codes.remove(at);
        call.change(USERS, &id, |user| user.hide("backup_codes", codes))?;
        return Ok(json!({ "verified": true, "code_type": "backup_code" }));
    }
    if call.is_strict() && !uses("totp_enabled") {
        let long = format!("The user {id} has no TOTP.");
        return Err(conflict("totp_disabled", "TOTP is disabled", long));
    }
    let is_right = code.len() == 6
        && code.bytes().all(|byte| byte.is_ascii_digit())
        && code != identifiers::WRONG_CODE;
    if is_right || !call.is_strict() {
        return Ok(json!({ "verified": true, "code_type": "totp" }));
    }
    let (code, message) = match code.len() {
        6 => ("totp_incorrect_code", "incorrect TOTP"),
        _ => ("totp_invalid_length", "invalid length"),
    };
    let long = format!("The code is not valid for the user {id}.");
    let status = StatusCode::UNPROCESSABLE_ENTITY;
    Err(Rejection::new(status, code, message, long))
}

fn without(call: &mut Call<'_>, flags: &[&str]) -> Result<Value, Rejection> {
    let id = call.known_in_path(USERS, "user_id")?;
    call.change(USERS, &id, |user| {
        for flag in flags {
            user.set(flag, false);
        }
    })?;
    Ok(json!({ "user_id": id }))
}
