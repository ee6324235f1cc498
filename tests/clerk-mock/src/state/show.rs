//! What is shown of a record, together with the records that belong to it, and what it can be
//! found by.

use serde_json::{Map, Value, json};

use super::store::{Record, Store, Table};
use crate::list::Row;

/// The object that stands for a record.
pub(super) fn record(store: &Store, table: Table, record: &Record) -> Value {
    let mut body = record.body.clone();
    match table {
        Table::Users => {
            for (name, table) in [
                ("email_addresses", Table::EmailAddresses),
                ("phone_numbers", Table::PhoneNumbers),
            ] {
                let own = store.with(table, "user_id", &record.id);
                let own: Vec<Value> = own.map(|record| record.body.clone().into()).collect();
                body.insert(name.to_owned(), own.into());
            }
            body.remove("organization_memberships");
        }
        Table::Organizations => {
            let members = store
                .with(Table::Memberships, "organization_id", &record.id)
                .count();
            let invitations = store
                .with(
                    Table::OrganizationInvitations,
                    "organization_id",
                    &record.id,
                )
                .filter(|invitation| invitation.text("status") == "pending")
                .count();
            body.insert("members_count".to_owned(), members.into());
            body.insert("pending_invitations_count".to_owned(), invitations.into());
        }
        Table::Memberships => {
            if let Some(organization) =
                store.get(Table::Organizations, record.text("organization_id"))
            {
                let organization = self::record(store, Table::Organizations, organization);
                body.insert("organization".to_owned(), organization);
            }
            if let Some(user) = store.get(Table::Users, record.text("user_id")) {
                let user = public_user_data(store, user);
                body.insert("public_user_data".to_owned(), user);
            }
        }
        Table::OrganizationInvitations => {
            let inviter = store.get(Table::Users, record.text("inviter_id"));
            let inviter = inviter.map(|user| public_inviter_data(store, user));
            body.insert("public_inviter_data".to_owned(), inviter.into());
        }
        _ => {}
    }
    Value::Object(body)
}

/// An invitation to an organization, with what everybody may know of the organization.
pub(super) fn invitation_with_organization(store: &Store, invitation: &Record) -> Value {
    let mut shown = record(store, Table::OrganizationInvitations, invitation);
    let id = invitation.text("organization_id");
    if let Some(organization) = store.get(Table::Organizations, id) {
        let member = |name: &str| organization.body.get(name).cloned().unwrap_or_default();
        shown["public_organization_data"] = json!({
            "id": organization.id,
            "name": member("name"),
            "slug": member("slug"),
            "has_image": organization.is("has_image"),
        });
    }
    shown
}

/// What a list shows of a record, and what it can be found by.
pub(super) fn row(store: &Store, table: Table, record: &Record) -> Row {
    let shown = self::record(store, table, record);
    let mut facts = plain(&shown);
    facts.insert(format!("{}_id", table.object()), record.id.as_str().into());
    match table {
        Table::Users => facts.extend(user_facts(store, record)),
        Table::Memberships => {
            if let Some(user) = store.get(Table::Users, record.text("user_id")) {
                let own = facts.clone();
                facts.extend(user_facts(store, user));
                facts.extend(own.into_iter().filter(|(name, _)| name != "id"));
            }
        }
        _ => {}
    }
    Row { shown, facts }
}

/// The members that are neither objects nor lists.
fn plain(shown: &Value) -> Map<String, Value> {
    let members = shown.as_object().into_iter().flatten();
    members
        .filter(|(_, value)| !value.is_object() && !value.is_array())
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect()
}

fn user_facts(store: &Store, user: &Record) -> Map<String, Value> {
    let texts = |table, name: &'static str| -> Vec<String> {
        store
            .with(table, "user_id", &user.id)
            .map(|record| record.text(name).to_owned())
            .collect()
    };
    let mut facts = plain(&user.body.clone().into());
    let mut set = |name: &str, value: Value| facts.insert(name.to_owned(), value);
    set("user_id", user.id.as_str().into());
    set(
        "email_address",
        texts(Table::EmailAddresses, "email_address").into(),
    );
    set(
        "phone_number",
        texts(Table::PhoneNumbers, "phone_number").into(),
    );
    set(
        "organization_id",
        texts(Table::Memberships, "organization_id").into(),
    );
    set("web3_wallet", json!([]));
    set("provider", json!([]));
    set("provider_user_id", json!([]));
    let name = format!("{} {}", user.text("first_name"), user.text("last_name"));
    set("name", name.trim().into());
    facts
}

fn public_user_data(store: &Store, user: &Record) -> Value {
    let member = |name: &str| user.body.get(name).cloned().unwrap_or_default();
    json!({
        "user_id": user.id,
        "first_name": member("first_name"),
        "last_name": member("last_name"),
        "profile_image_url": null,
        "image_url": user.text("image_url"),
        "has_image": user.is("has_image"),
        "identifier": identifier(store, user),
        "username": member("username"),
        "banned": user.is("banned"),
    })
}

fn public_inviter_data(store: &Store, user: &Record) -> Value {
    let mut data = public_user_data(store, user);
    if let Value::Object(members) = &mut data {
        members.retain(|name, _| !matches!(&**name, "profile_image_url" | "username" | "banned"));
    }
    if data["identifier"].is_null() {
        data["identifier"] = user.id.as_str().into();
    }
    data
}

/// The primary email address, or the first, or the user name.
fn identifier(store: &Store, user: &Record) -> Value {
    let primary = store.get(Table::EmailAddresses, user.text("primary_email_address_id"));
    let first = || {
        store
            .with(Table::EmailAddresses, "user_id", &user.id)
            .next()
    };
    match primary.or_else(first) {
        Some(address) => address.text("email_address").into(),
        None => user.body.get("username").cloned().unwrap_or_default(),
    }
}
