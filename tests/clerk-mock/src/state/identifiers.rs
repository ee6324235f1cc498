//! Email addresses and phone numbers of users.

use serde_json::{Value, json};

use super::call::conflict;
use super::table::Table;
use super::{Call, Handler};
use crate::refusal::Refusal;

/// The tables, and what their members are called where a user has them.
pub(super) const KINDS: [(Table, &str); 2] = [
    (Table::EmailAddresses, "email_address"),
    (Table::PhoneNumbers, "phone_number"),
];
/// How long a code is valid, in milliseconds.
const CODE_LIFETIME: u64 = 10 * 60 * 1000;

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
        _ => return None,
    };
    Some(handler)
}

/// Refuses an address that a user has.
pub(super) fn free(call: &Call<'_>, table: Table, address: &str) -> Result<(), Refusal> {
    let name = table.object();
    match call.store.with(table, name, address).next() {
        Some(_) if call.is_strict() => {
            let long = format!("A user has the {name} {address}.");
            Err(Refusal::parameter("form_identifier_exists", name, long))
        }
        _ => Ok(()),
    }
}

/// Whether a user has an address. Where ids are made up, it has it from now on.
pub(super) fn is_of_user(call: &mut Call<'_>, table: Table, id: &str, user_id: &str) -> bool {
    if !call.is_strict() && call.known(table, id).is_ok() {
        call.store
            .change(table, id, |record| record.hide("user_id", user_id));
    }
    call.store
        .get(table, id)
        .is_some_and(|record| record.text("user_id") == user_id)
}

/// Gives a user an address, and answers its id.
pub(super) fn add(
    call: &mut Call<'_>,
    table: Table,
    user_id: &str,
    address: &str,
    verified: bool,
    primary: bool,
) -> String {
    let mut record = call.new_record(table);
    record.set(table.object(), address);
    record.set("verification", verification(table, verified));
    record.set("reserved", false);
    record.hide("user_id", user_id);
    let id = record.id.clone();
    call.store.insert(table, record);
    if primary {
        set_primary(call, table, user_id, Some(&id));
    }
    id
}

fn create(call: &mut Call<'_>, table: Table) -> Result<Value, Refusal> {
    let user_id = call.known(Table::Users, call.text("user_id"))?;
    let address = call.text(table.object());
    free(call, table, address)?;
    let is_first = call.store.with(table, "user_id", &user_id).next().is_none();
    let primary = call.flag("primary") || is_first;
    let id = add(
        call,
        table,
        &user_id,
        address,
        call.flag("verified"),
        primary,
    );
    second_factor(call, table, &id)
}

fn read(call: &mut Call<'_>, table: Table) -> Result<Value, Refusal> {
    let id = known(call, table)?;
    call.show(table, &id)
}

fn update(call: &mut Call<'_>, table: Table) -> Result<Value, Refusal> {
    let id = known(call, table)?;
    if let Some(verified) = call.body("verified").as_bool() {
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
    second_factor(call, table, &id)
}

/// Phone numbers can be kept for the second factor.
fn second_factor(call: &mut Call<'_>, table: Table, id: &str) -> Result<Value, Refusal> {
    let reserved = call.body("reserved_for_second_factor").as_bool();
    call.change(table, id, |record| {
        if let Some(reserved) = reserved {
            record.set("reserved_for_second_factor", reserved);
        }
    })
}

fn delete(call: &mut Call<'_>, table: Table) -> Result<Value, Refusal> {
    let id = known(call, table)?;
    call.store.remove(table, &id);
    let user_id = call
        .store
        .with(Table::Users, primary_name(table), &id)
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
    Ok(Call::deleted(table, &id))
}

/// One address instead of all that the user has.
fn replace(call: &mut Call<'_>, table: Table) -> Result<Value, Refusal> {
    let user_id = call.known_in_path(Table::Users, "user_id")?;
    let address = call.text(table.object());
    let is_others = call
        .store
        .with(table, table.object(), address)
        .any(|record| record.text("user_id") != user_id);
    if is_others {
        free(call, table, address)?;
    }
    call.store.remove_with(table, "user_id", &user_id);
    let status = call
        .body("identification_status")
        .as_str()
        .unwrap_or("verified");
    let id = add(call, table, &user_id, address, status == "verified", true);
    call.change(table, &id, |record| {
        record.set("reserved", status == "reserved")
    })
}

fn prepare(call: &mut Call<'_>, table: Table) -> Result<Value, Refusal> {
    let id = known(call, table)?;
    let number = call.store.next();
    let verification_id = format!("ver_{}_{number}", id.trim_start_matches("idn_"));
    let expire_at = call.now() + CODE_LIFETIME;
    call.change(table, &id, |record| {
        record.hide("verification_id", verification_id.as_str())
    })?;
    Ok(verification_answer(
        table,
        &verification_id,
        "unverified",
        0,
        expire_at,
    ))
}

/// Every code is right but `000000`, so that tests need not know one.
fn attempt(call: &mut Call<'_>, table: Table) -> Result<Value, Refusal> {
    let id = known(call, table)?;
    let verification_id = call.text("verification_id");
    let known = call
        .store
        .get(table, &id)
        .map(|record| record.text("verification_id"));
    if call.is_strict() && known != Some(verification_id) {
        return Err(Refusal::not_found("verification", verification_id));
    }
    if call.text("code") == "000000" {
        let long = "The code 000000 is the one that is wrong in this mock.";
        return Err(conflict("form_code_incorrect", "incorrect code", long));
    }
    call.change(table, &id, |record| {
        record.set("verification", verification(table, true))
    })?;
    let expire_at = call.now() + CODE_LIFETIME;
    Ok(verification_answer(
        table,
        verification_id,
        "verified",
        1,
        expire_at,
    ))
}

fn verification_answer(
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
    if table == Table::PhoneNumbers {
        "primary_phone_number_id"
    } else {
        "primary_email_address_id"
    }
}

fn known(call: &mut Call<'_>, table: Table) -> Result<String, Refusal> {
    call.known_in_path(table, &format!("{}_id", table.object()))
}
