//! What records are filtered and ordered by, computed on demand.

use serde_json::{Value, json};

use super::record::Record;
use super::store::Store;
use super::table::Table;

const NAMES_OF_USERS: [&str; 8] = [
    "user_id",
    "username",
    "first_name",
    "last_name",
    "name",
    "email_address",
    "phone_number",
    "web3_wallet",
];
const NAMES: [&str; 4] = ["name", "slug", "key", "email_address"];

/// A value or a list of values. `None` if records of the table have nothing with this name.
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

/// Whether a search finds the record: users by a part of an identifier, name or id, other records by a whole
/// id or a part of their name.
pub(super) fn contains(store: &Store, table: Table, record: &Record, wanted: &str) -> bool {
    let user = match table {
        Table::Users => Some(record),
        Table::Memberships => store.get(Table::Users, record.text("user_id")),
        _ => return is_named(record, wanted),
    };
    user.is_some_and(|user| {
        NAMES_OF_USERS
            .into_iter()
            .filter_map(|name| user_fact(store, user, name))
            .any(|fact| {
                each(&fact)
                    .iter()
                    .any(|value| value.as_str().is_some_and(|text| has(text, wanted)))
            })
    })
}

fn is_named(record: &Record, wanted: &str) -> bool {
    if wanted.starts_with("org_") && record.text("organization_id") == wanted {
        return true;
    }
    let mut names = NAMES.into_iter().map(|name| record.text(name));
    record.id == wanted || names.any(|name| !name.is_empty() && has(name, wanted))
}

/// Whether a text contains another, ignoring case.
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
