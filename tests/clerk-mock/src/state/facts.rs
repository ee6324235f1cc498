//! What a record can be found and ordered by, worked out when it is asked for.

use serde_json::{Value, json};

use super::record::Record;
use super::store::Store;
use super::table::Table;

/// A value or a list of values; nothing if records of the table have nothing of that name.
pub(super) fn fact(store: &Store, table: Table, record: &Record, name: &str) -> Option<Value> {
    match table {
        Table::Users => user_fact(store, record, name),
        Table::Memberships => match (name, store.get(Table::Users, record.text("user_id"))) {
            ("organization_id" | "user_id", _) => Some(record.text(name).into()),
            (_, user) => plain(table, record, name).or_else(|| user_fact(store, user?, name)),
        },
        Table::Organizations if name == "members_count" => {
            let count = store.count_with(Table::Memberships, "organization_id", &record.id);
            Some(count.into())
        }
        Table::Organizations if name == "user_id" => {
            let members = store.with(Table::Memberships, "organization_id", &record.id);
            Some(members.map(|member| member.text("user_id")).collect())
        }
        _ => plain(table, record, name),
    }
}

/// Whether a text is in anything that the record can be found by.
pub(super) fn contains(store: &Store, table: Table, record: &Record, wanted: &str) -> bool {
    if record
        .body
        .values()
        .filter_map(Value::as_str)
        .any(|text| has(text, wanted))
    {
        return true;
    }
    let user = match table {
        Table::Users => Some(record),
        Table::Memberships => store.get(Table::Users, record.text("user_id")),
        _ => None,
    };
    user.is_some_and(|user| {
        ["id", "username", "name", "email_address", "phone_number"]
            .into_iter()
            .filter_map(|name| user_fact(store, user, name))
            .any(|fact| {
                each(&fact)
                    .iter()
                    .any(|value| value.as_str().is_some_and(|text| has(text, wanted)))
            })
    })
}

/// Whether a text is part of another, in any case.
pub(super) fn has(text: &str, wanted: &str) -> bool {
    text.to_lowercase().contains(&wanted.to_lowercase())
}

pub(super) fn each(value: &Value) -> Vec<&Value> {
    match value {
        Value::Array(items) => items.iter().collect(),
        other => vec![other],
    }
}

/// A member that is neither an object nor a list, or the id.
fn plain(table: Table, record: &Record, name: &str) -> Option<Value> {
    if name.strip_suffix("_id") == Some(table.object()) {
        return Some(record.id.as_str().into());
    }
    let value = record.body.get(name)?;
    (!value.is_object() && !value.is_array()).then(|| value.clone())
}

fn user_fact(store: &Store, user: &Record, name: &str) -> Option<Value> {
    let texts = |table: Table, name: &str| -> Value {
        let own = store.with(table, "user_id", &user.id);
        own.map(|record| record.text(name)).collect()
    };
    Some(match name {
        "user_id" => user.id.as_str().into(),
        "email_address" => texts(Table::EmailAddresses, name),
        "phone_number" => texts(Table::PhoneNumbers, name),
        "organization_id" => texts(Table::Memberships, name),
        "web3_wallet" | "web3wallet" => texts(Table::Web3Wallets, "web3_wallet"),
        "provider" | "provider_user_id" => json!([]),
        "name" => {
            let name = format!("{} {}", user.text("first_name"), user.text("last_name"));
            name.trim().into()
        }
        _ => return plain(Table::Users, user, name),
    })
}
