//! What is switched on and off for users: bans, locks, images and factors.

use http::StatusCode;
use serde_json::{Value, json};

use super::call::conflict;
use super::record::Record;
use super::table::Table;
use super::users::revoke_sessions;
use super::{Call, Handler};
use crate::refusal::Refusal;

const USERS: Table = Table::Users;
/// In seconds.
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
        "LockUser" => |call| {
            change(call, |user| {
                user.set("locked", true);
                user.set("lockout_expires_in_seconds", LOCKOUT);
                user.set("verification_attempts_remaining", 0);
            })
        },
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
        "DisableMFA" => |call| {
            without(
                call,
                &["totp_enabled", "backup_code_enabled", "two_factor_enabled"],
            )
        },
        "DeleteBackupCode" => |call| without(call, &["backup_code_enabled"]),
        "DeleteTOTP" => |call| without(call, &["totp_enabled", "two_factor_enabled"]),
        _ => return None,
    };
    Some(handler)
}

fn change(call: &mut Call<'_>, change: impl FnOnce(&mut Record)) -> Result<Value, Refusal> {
    let id = call.known_in_path(USERS, "user_id")?;
    call.change(USERS, &id, change)
}

fn ban(call: &mut Call<'_>, id: &str, banned: bool) -> Result<Value, Refusal> {
    if banned {
        revoke_sessions(call, id);
    }
    call.change(USERS, id, |user| user.set("banned", banned))
}

/// All or none.
fn ban_all(call: &mut Call<'_>, banned: bool) -> Result<Value, Refusal> {
    let ids = call.texts("user_ids");
    for id in &ids {
        call.known(USERS, id)?;
    }
    let users: Result<Vec<Value>, Refusal> =
        ids.into_iter().map(|id| ban(call, id, banned)).collect();
    users.map(Value::from)
}

fn remove_password(call: &mut Call<'_>) -> Result<Value, Refusal> {
    let id = call.known_in_path(USERS, "user_id")?;
    if call.flag("sign_out_of_other_sessions") {
        revoke_sessions(call, &id);
    }
    call.change(USERS, &id, |user| {
        user.set("password_enabled", false);
        user.hidden.remove("password");
        user.hidden.remove("password_digest");
    })
}

fn verify_password(call: &mut Call<'_>) -> Result<Value, Refusal> {
    let id = call.known_in_path(USERS, "user_id")?;
    let user = call.store.get(USERS, &id);
    if call.is_strict() && user.is_some_and(|user| !user.is("password_enabled")) {
        let long = format!("The user {id} has no password.");
        return Err(conflict("no_password_set", "no password set", long));
    }
    let password = user.map(|user| user.text("password"));
    // A password that is known as a digest only counts as right.
    let is_right = password.is_some_and(|known| known.is_empty() || known == call.text("password"));
    if is_right {
        return Ok(json!({ "verified": true }));
    }
    Err(Refusal::new(
        StatusCode::UNPROCESSABLE_ENTITY,
        "incorrect_password",
        "incorrect password",
        format!("The password is not the one of the user {id}."),
    ))
}

fn without(call: &mut Call<'_>, flags: &[&str]) -> Result<Value, Refusal> {
    let id = call.known_in_path(USERS, "user_id")?;
    call.change(USERS, &id, |user| {
        for flag in flags {
            user.set(flag, false);
        }
    })?;
    Ok(json!({ "user_id": id }))
}
