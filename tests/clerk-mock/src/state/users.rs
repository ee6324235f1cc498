//! Users.

use std::collections::HashSet;

use serde_json::{Value, json};

use super::listing::Among;
use super::record::Record;
use super::rows::folded;
use super::table::Table;
use super::{Call, Handler, described, identifiers, metadata, show, user_flags};
use crate::rejection::Rejection;

const USERS: Table = Table::Users;

pub(super) fn handler(operation_id: &str) -> Option<Handler> {
    let handler: Handler = match operation_id {
        "GetUserList" => |call| call.list(USERS, Among::All),
        "GetUsersCount" => |call| {
            let total = call.listing(USERS, Among::All).total();
            Ok(json!({ "object": "total_count", "total_count": total }))
        },
        "CreateUser" => create,
        "GetUser" => |call| {
            let id = call.known_in_path(USERS, "user_id")?;
            call.show(USERS, &id)
        },
        "UpdateUser" => update,
        "DeleteUser" => delete,
        "ReplaceUserMetadata" => |call| {
            let id = call.known_in_path(USERS, "user_id")?;
            let body = &call.checked.body;
            call.change(USERS, &id, |user| metadata::replace(user, body))
        },
        "UpdateUserMetadata" => |call| {
            let id = call.known_in_path(USERS, "user_id")?;
            metadata::merged(call, USERS, &id)
        },
        "UsersGetOrganizationMemberships" => |call| {
            let id = call.known_in_path(USERS, "user_id")?;
            call.list(Table::Memberships, Among::With("user_id", id))
        },
        "UsersGetOrganizationInvitations" => invitations,
        _ => return None,
    };
    Some(handler)
}

fn create(call: &mut Call<'_>) -> Result<Value, Rejection> {
    unique(call, "")?;
    for (table, name) in identifiers::KINDS {
        let mut seen = HashSet::new();
        for address in call.texts(name) {
            if !seen.insert(folded(name, address)) {
                let long = format!("{name} has {address} twice.");
                return Err(Rejection::parameter("form_param_duplicate", name, long));
            }
            identifiers::free(call, table, address, "")?;
        }
    }
    let mut user = call.new_record(USERS);
    let image = format!("https://img.example.com/{}", user.id);
    user.set("image_url", image);
    user.set("delete_self_enabled", true);
    user.set("create_organization_enabled", true);
    call.apply(USERS, &mut user, &call.checked.body);
    metadata::set_new(&mut user, call);
    credentials(call, &mut user)?;
    if call.flag("locked") {
        user_flags::lock(&mut user);
    }
    let id = user.id.clone();
    call.store.insert(USERS, user);
    for (table, name) in identifiers::KINDS {
        let statuses = call.texts(&format!("{name}_identification_status"));
        for (index, address) in call.texts(name).into_iter().enumerate() {
            let is_reserved = statuses.get(index) == Some(&"reserved");
            let status = if is_reserved { "reserved" } else { "verified" };
            identifiers::add(call, table, &id, address, status, index == 0);
        }
    }
    call.show(USERS, &id)
}

fn update(call: &mut Call<'_>) -> Result<Value, Rejection> {
    let id = call.known_in_path(USERS, "user_id")?;
    unique(call, &id)?;
    for (table, name) in identifiers::KINDS {
        let name = format!("primary_{name}_id");
        if let Some(primary) = call.body(&name).as_str()
            && !identifiers::is_of_user(call, table, primary, &id)
        {
            let long = format!("The user {id} has no {} {primary}.", table.object());
            return Err(Rejection::parameter("form_resource_not_found", &name, long));
        }
        if call.is_strict()
            && let Some(primary) = call.body(&name).as_str()
            && !identifiers::is_verified(call, table, primary)
        {
            let long = format!("{primary} must be verified before it can be primary.");
            return Err(Rejection::parameter(
                "form_verification_needed",
                &name,
                long,
            ));
        }
    }
    let Some(mut user) = call.store.get(USERS, &id).cloned() else {
        return Err(Rejection::not_found(USERS.object(), &id));
    };
    call.apply(USERS, &mut user, &call.checked.body);
    credentials(call, &mut user)?;
    if call.flag("sign_out_of_other_sessions") {
        revoke_sessions(call, &id);
    }
    call.change(USERS, &id, |present| *present = user)
}

/// Sets the identifiers of a user, and the times that the body has as text.
fn credentials(call: &Call<'_>, user: &mut Record) -> Result<(), Rejection> {
    for name in ["password", "password_digest"] {
        if call.body(name).is_string() {
            user.set("password_enabled", true);
            user.set("password_last_updated_at", call.now());
            user.hide(name, call.text(name));
        }
    }
    // An empty name means none.
    if call.body("username") == "" {
        user.set("username", Value::Null);
    }
    if call.body("totp_secret").is_string() {
        user.set("totp_enabled", true);
        user.set("two_factor_enabled", true);
        user.set("mfa_enabled_at", call.now());
    }
    if !call.texts("backup_codes").is_empty() {
        user.set("backup_code_enabled", true);
        user.hide("backup_codes", call.texts("backup_codes"));
    }
    for name in ["created_at", "legal_accepted_at"] {
        if let Some(time) = call.time(name)? {
            user.set(name, time);
        }
    }
    Ok(())
}

/// Rejects a name that another user has.
fn unique(call: &Call<'_>, own: &str) -> Result<(), Rejection> {
    for name in ["username", "external_id"] {
        let wanted = call.text(name);
        let is_taken = call.is_strict()
            && !wanted.is_empty()
            && call
                .store
                .with(USERS, name, wanted)
                .any(|user| user.id != own);
        if is_taken {
            let long = format!("Another user has the {name} {wanted}.");
            return Err(Rejection::parameter("form_identifier_exists", name, long));
        }
    }
    Ok(())
}

fn delete(call: &mut Call<'_>) -> Result<Value, Rejection> {
    let id = call.known_in_path(USERS, "user_id")?;
    let mut deleted = Call::deleted(USERS, &id);
    if let Some(external_id) = call
        .store
        .get(USERS, &id)
        .map(|user| user.text("external_id"))
        && !external_id.is_empty()
    {
        deleted["external_id"] = external_id.into();
    }
    call.store.remove(USERS, &id);
    for table in [
        Table::EmailAddresses,
        Table::PhoneNumbers,
        Table::Web3Wallets,
        Table::Memberships,
        Table::Sessions,
    ] {
        call.store.remove_with(table, "user_id", &id);
    }
    described::remove_below(call, "/users", &id);
    Ok(deleted)
}

/// The invitations to the email addresses of a user.
fn invitations(call: &mut Call<'_>) -> Result<Value, Rejection> {
    let id = call.known_in_path(USERS, "user_id")?;
    let table = Table::OrganizationInvitations;
    let own = call.store.with(Table::EmailAddresses, "user_id", &id);
    let sent = own.flat_map(|own| {
        let address = own.text("email_address");
        call.store.with(table, "email_address", address)
    });
    let among = Among::Ids(sent.map(|invitation| invitation.id.clone()).collect());
    call.listing(table, among)
        .page(|invitation| show::invitation_with_organization(call.store, invitation))
}

pub(super) fn revoke_sessions(call: &mut Call<'_>, user_id: &str) {
    let now = call.now();
    let active: Vec<String> = call
        .store
        .with(Table::Sessions, "user_id", user_id)
        .filter(|session| session.text("status") == "active")
        .map(|session| session.id.clone())
        .collect();
    for id in active {
        call.store.change(Table::Sessions, &id, |session| {
            session.set("status", "revoked");
            session.set("updated_at", now);
        });
    }
}
