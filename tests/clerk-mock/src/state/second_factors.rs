//! Phone numbers as second factors, and whether a user has a second factor.

use serde_json::Value;

use super::Call;
use super::call::conflict;
use super::identifiers::is_verified;
use super::table::Table;
use crate::rejection::Rejection;

/// Reserves a phone number for the second factor.
pub(super) fn reserve(call: &mut Call<'_>, table: Table, id: &str) -> Result<Value, Rejection> {
    let reserved = call.body("reserved_for_second_factor").as_bool();
    if reserved == Some(true) && call.is_strict() && !is_verified(call, table, id) {
        let long = format!("{id} must be verified before it can be a second factor.");
        let code = "identification_update_second_factor_unverified";
        return Err(conflict(code, "not verified", long));
    }
    let Some(reserved) = reserved else {
        return call.show(table, id);
    };
    let user_id = call
        .store
        .get(table, id)
        .map(|own| own.text("user_id").to_owned());
    let user_id = user_id.unwrap_or_default();
    let mut others = call.store.with(table, "user_id", &user_id);
    let has_default = others.any(|other| other.id != id && other.is("default_second_factor"));
    drop(others);
    call.change(table, id, |record| {
        record.set("reserved_for_second_factor", reserved);
        record.set("default_second_factor", reserved && !has_default);
    })?;
    count(call, &user_id);
    call.show(table, id)
}

/// Removes all phone numbers of a user from the second factor.
pub(super) fn disable(call: &mut Call<'_>, user_id: &str) {
    let numbers = call.store.with(Table::PhoneNumbers, "user_id", user_id);
    let reserved = numbers.filter(|number| number.is("reserved_for_second_factor"));
    let reserved: Vec<String> = reserved.map(|number| number.id.clone()).collect();
    for id in reserved {
        call.store.change(Table::PhoneNumbers, &id, |number| {
            number.set("reserved_for_second_factor", false);
            number.set("default_second_factor", false);
        });
    }
}

/// A user has two factors if a phone number is reserved for the second, or with TOTP.
pub(super) fn count(call: &mut Call<'_>, user_id: &str) {
    let mut numbers = call.store.with(Table::PhoneNumbers, "user_id", user_id);
    let has_number = numbers.any(|number| number.is("reserved_for_second_factor"));
    drop(numbers);
    let now = call.now();
    call.store.change(Table::Users, user_id, |user| {
        let (had, has) = (
            user.is("two_factor_enabled"),
            has_number || user.is("totp_enabled"),
        );
        user.set("two_factor_enabled", has);
        match (had, has) {
            (false, true) => user.set("mfa_enabled_at", now),
            (true, false) => user.set("mfa_disabled_at", now),
            _ => {}
        }
    });
}
