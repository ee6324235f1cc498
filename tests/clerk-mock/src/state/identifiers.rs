//! Email addresses and phone numbers of users.

use serde_json::{Value, json};

use super::call::conflict;
use super::record::Record;
use super::table::Table;
use super::{Call, Handler, second_factors};
use crate::rejection::Rejection;

/// The tables, and the names of their members in a user.
pub(super) const KINDS: [(Table, &str); 3] = [
    (Table::EmailAddresses, "email_address"),
    (Table::PhoneNumbers, "phone_number"),
    (Table::Web3Wallets, "web3_wallet"),
];
/// How long a code is valid, in milliseconds.
const CODE_LIFETIME: u64 = 10 * 60 * 1000;
/// The length of codes that are sent, and of TOTP codes.
pub(super) const WRONG_CODE: &str = "000000";
/// The number of wrong codes after which a verification has failed.
const MOST_ATTEMPTS: u64 = 3;

pub(super) fn handler(operation_id: &str) -> Option<Handler> {
    const EMAIL: Table = Table::EmailAddresses;
    const PHONE: Table = Table::PhoneNumbers;
    let handler: Handler = match operation_id {
        "CreateEmailAddress" => |call| create(call, EMAIL),
        "CreatePhoneNumber" => |call| create(call, PHONE),
        "GetEmailAddress" => |call| read(call, EMAIL),
        "GetPhoneNumber" => |call| read(call, PHONE),
        "UpdateEmailAddress" => |call| update(call, EMAIL),
        "UpdatePhoneNumber" => |call| update(call, PHONE),
        "DeleteEmailAddress" => |call| delete(call, EMAIL),
        "DeletePhoneNumber" => |call| delete(call, PHONE),
        "ReplaceUserEmailAddress" => |call| replace(call, EMAIL),
        "ReplaceUserPhoneNumber" => |call| replace(call, PHONE),
        "PrepareEmailAddressVerification" => |call| prepare(call, EMAIL),
        "PreparePhoneNumberVerification" => |call| prepare(call, PHONE),
        "AttemptEmailAddressVerification" => |call| attempt(call, EMAIL),
        "AttemptPhoneNumberVerification" => |call| attempt(call, PHONE),
        "UserWeb3WalletDelete" => |call| {
            let name = "web3_wallet_identification_id";
            let id = call.known_in_path(Table::Web3Wallets, name)?;
            remove(call, Table::Web3Wallets, &id)
        },
        _ => return None,
    };
    Some(handler)
}

/// Rejects an address that another user has claimed, or that `own` already has. Only verified and reserved
/// addresses are claimed.
pub(super) fn free(
    call: &Call<'_>,
    table: Table,
    address: &str,
    own: &str,
) -> Result<(), Rejection> {
    let name = table.object();
    let mut holders = call.store.with(table, indexed(table), address);
    let is_taken = holders.any(|holder| {
        let is_own = holder.text("user_id") == own;
        is_own || holder.is("reserved") || has_been_verified(holder)
    });
    if is_taken && call.is_strict() {
        let long = format!("The {name} {address} is taken.");
        return Err(Rejection::parameter("form_identifier_exists", name, long));
    }
    Ok(())
}

/// Rejects the verification of an address that another user has claimed meanwhile.
fn free_of_others(call: &Call<'_>, table: Table, id: &str) -> Result<(), Rejection> {
    let Some(record) = call.store.get(table, id) else {
        return Ok(());
    };
    let address = record.text(table.object());
    let mut others = call.store.with(table, indexed(table), address);
    let is_taken =
        others.any(|other| other.id != id && (other.is("reserved") || has_been_verified(other)));
    if is_taken && call.is_strict() {
        let name = table.object();
        let long = format!("Another user has the {name} {address}.");
        return Err(Rejection::parameter("form_identifier_exists", name, long));
    }
    Ok(())
}

pub(super) fn has_been_verified(record: &Record) -> bool {
    let verification = record.body.get("verification");
    verification.is_some_and(|verification| verification["status"] == "verified")
}

pub(super) fn is_verified(call: &Call<'_>, table: Table, id: &str) -> bool {
    call.store.get(table, id).is_some_and(has_been_verified)
}

/// Whether a user has a verified identifier, or a user name, with this value.
pub(super) fn is_known(call: &Call<'_>, named: &str) -> bool {
    let is_verified = |(table, name)| call.store.with(table, name, named).any(has_been_verified);
    KINDS.into_iter().any(is_verified)
        || call
            .store
            .with(Table::Users, "username", named)
            .next()
            .is_some()
}

fn indexed(table: Table) -> &'static str {
    let of = KINDS.iter().find(|(kind, _)| *kind == table);
    of.map_or("user_id", |(_, name)| name)
}

/// Whether a user has an address. Where ids are made up, it is added.
pub(super) fn is_of_user(call: &mut Call<'_>, table: Table, id: &str, user_id: &str) -> bool {
    if !call.is_strict() && call.known(table, id).is_ok() {
        call.store
            .change(table, id, |record| record.hide("user_id", user_id));
    }
    call.store
        .get(table, id)
        .is_some_and(|record| record.text("user_id") == user_id)
}

/// Adds a verified, reserved or unverified address to a user. Returns its id.
pub(super) fn add(
    call: &mut Call<'_>,
    table: Table,
    user_id: &str,
    address: &str,
    status: &str,
    primary: bool,
) -> String {
    let mut record = call.new_record(table);
    match table {
        // Clerk stores them in lower case.
        Table::EmailAddresses => record.set("email_address", address.to_lowercase()),
        _ => record.set(table.object(), address),
    }
    record.set("verification", verification(table, status == "verified"));
    if table != Table::Web3Wallets {
        record.set("reserved", status == "reserved");
    }
    record.hide("user_id", user_id);
    let id = record.id.clone();
    call.store.insert(table, record);
    if primary {
        set_primary(call, table, user_id, Some(&id));
    }
    id
}

fn create(call: &mut Call<'_>, table: Table) -> Result<Value, Rejection> {
    let user_id = call.known(Table::Users, call.text("user_id"))?;
    let address = call.text(table.object());
    free(call, table, address, &user_id)?;
    let is_first = call.store.with(table, "user_id", &user_id).next().is_none();
    let primary = call.flag("primary") || is_first;
    let id = add(
        call,
        table,
        &user_id,
        address,
        if call.flag("verified") {
            "verified"
        } else {
            "unverified"
        },
        primary,
    );
    second_factors::reserve(call, table, &id)
}

fn read(call: &mut Call<'_>, table: Table) -> Result<Value, Rejection> {
    let id = known(call, table)?;
    call.show(table, &id)
}

fn update(call: &mut Call<'_>, table: Table) -> Result<Value, Rejection> {
    let id = known(call, table)?;
    if let Some(verified) = call.body("verified").as_bool() {
        if verified {
            free_of_others(call, table, &id)?;
        }
        call.change(table, &id, |record| {
            record.set("verification", verification(table, verified));
        })?;
    }
    let user_id = call
        .store
        .get(table, &id)
        .map(|record| record.text("user_id").to_owned());
    if call.flag("primary")
        && let Some(user_id) = user_id
    {
        set_primary(call, table, &user_id, Some(&id));
    }
    second_factors::reserve(call, table, &id)
}

fn delete(call: &mut Call<'_>, table: Table) -> Result<Value, Rejection> {
    let id = known(call, table)?;
    remove(call, table, &id)
}

/// Removes an address. The next one of the user replaces it as the primary one.
fn remove(call: &mut Call<'_>, table: Table, id: &str) -> Result<Value, Rejection> {
    call.store.remove(table, id);
    let user_id = call
        .store
        .with(Table::Users, primary_name(table), id)
        .next()
        .map(|user| user.id.clone());
    if let Some(user_id) = user_id {
        let next = call
            .store
            .with(table, "user_id", &user_id)
            .next()
            .map(|record| record.id.clone());
        set_primary(call, table, &user_id, next.as_deref());
    }
    Ok(Call::deleted(table, id))
}

/// Replaces all addresses of a user with one.
fn replace(call: &mut Call<'_>, table: Table) -> Result<Value, Rejection> {
    let user_id = call.known_in_path(Table::Users, "user_id")?;
    let address = call.text(table.object());
    let own = call
        .store
        .with(table, indexed(table), address)
        .find(|holder| holder.text("user_id") == user_id)
        .map(|own| own.id.clone());
    match own {
        Some(own) => free_of_others(call, table, &own)?,
        None => free(call, table, address, &user_id)?,
    }
    call.store.remove_with(table, "user_id", &user_id);
    let status = call
        .body("identification_status")
        .as_str()
        .unwrap_or("verified");
    let id = add(call, table, &user_id, address, status, true);
    if table == Table::PhoneNumbers {
        second_factors::count(call, &user_id);
    }
    call.show(table, &id)
}

fn prepare(call: &mut Call<'_>, table: Table) -> Result<Value, Rejection> {
    let id = known(call, table)?;
    let number = call.store.next();
    let verification_id = format!("ver_{}_{number}", id.trim_start_matches("idn_"));
    let expire_at = call.now() + CODE_LIFETIME;
    call.change(table, &id, |record| {
        record.hide("verification_id", verification_id.as_str());
        record.hide("verification_status", "unverified");
        record.hide("verification_attempts", 0);
        record.hide("verification_expire_at", expire_at);
    })?;
    Ok(verification_response(
        table,
        &verification_id,
        "unverified",
        0,
        expire_at,
    ))
}

/// Every code is accepted except `000000`, so tests need not know one. What is wrong with a code is in the
/// status of the verification. Only a code that was already accepted is rejected.
fn attempt(call: &mut Call<'_>, table: Table) -> Result<Value, Rejection> {
    let id = known(call, table)?;
    let verification_id = call.text("verification_id");
    let record = call.store.get(table, &id);
    let known = record.map(|record| record.text("verification_id"));
    if call.is_strict() && known != Some(verification_id) {
        return Err(Rejection::not_found("verification", verification_id));
    }
    let hidden = |name: &str| record.and_then(|record| record.hidden.get(name)?.as_u64());
    let status = record.map_or("", |record| record.text("verification_status"));
    if call.is_strict() && status == "verified" {
        let long = format!("The code of {verification_id} has already been accepted.");
        let code = "verification_already_verified";
        return Err(conflict(code, "already verified", long));
    }
    let attempts = hidden("verification_attempts").unwrap_or(0) + 1;
    let expire_at = hidden("verification_expire_at").unwrap_or(call.now() + CODE_LIFETIME);
    let status = if expire_at <= call.now() {
        "expired"
    } else if status == "failed" || (call.text("code") == WRONG_CODE && attempts >= MOST_ATTEMPTS) {
        "failed"
    } else if call.text("code") == WRONG_CODE {
        "unverified"
    } else {
        "verified"
    };
    if status == "verified" {
        free_of_others(call, table, &id)?;
    }
    call.change(table, &id, |record| {
        record.hide("verification_status", status);
        record.hide("verification_attempts", attempts);
        if status == "verified" && !has_been_verified(record) {
            record.set("verification", verification(table, true));
        }
    })?;
    Ok(verification_response(
        table,
        verification_id,
        status,
        attempts,
        expire_at,
    ))
}

fn verification_response(
    table: Table,
    id: &str,
    status: &str,
    attempts: u64,
    expire_at: u64,
) -> Value {
    json!({
        "object": "verification_otp",
        "id": id,
        "status": status,
        "strategy": strategy(table),
        "attempts": attempts,
        "expire_at": expire_at,
        "channel": null,
    })
}

fn verification(table: Table, verified: bool) -> Value {
    if verified {
        return json!({
            "object": "verification_admin",
            "status": "verified",
            "strategy": "admin",
            "attempts": null,
            "expire_at": null,
        });
    }
    json!({
        "object": "verification_otp",
        "status": "unverified",
        "strategy": strategy(table),
        "attempts": 0,
        "expire_at": null,
    })
}

fn strategy(table: Table) -> &'static str {
    if table == Table::PhoneNumbers {
        "phone_code"
    } else {
        "email_code"
    }
}

fn set_primary(call: &mut Call<'_>, table: Table, user_id: &str, id: Option<&str>) {
    call.store.change(Table::Users, user_id, |user| {
        user.set(primary_name(table), id);
    });
}

fn primary_name(table: Table) -> &'static str {
    match table {
        Table::PhoneNumbers => "primary_phone_number_id",
        Table::Web3Wallets => "primary_web3_wallet_id",
        _ => "primary_email_address_id",
    }
}

fn known(call: &mut Call<'_>, table: Table) -> Result<String, Rejection> {
    call.known_in_path(table, &format!("{}_id", table.object()))
}
