//! Shows records, together with the records that belong to them.

use serde_json::{Value, json};

use super::described;
use super::record::Record;
use super::store::Store;
use super::table::Table;

/// The object that stands for a record.
pub(super) fn record(store: &Store, table: Table, record: &Record) -> Value {
    let mut body = record.body.clone();
    match table {
        Table::Users => {
            for (name, table) in [
                ("email_addresses", Table::EmailAddresses),
                ("phone_numbers", Table::PhoneNumbers),
                ("web3_wallets", Table::Web3Wallets),
            ] {
                let own = store.with(table, "user_id", &record.id);
                let own: Vec<Value> = own.map(|record| record.body.clone().into()).collect();
                body.insert(name.to_owned(), own.into());
            }
            body.remove("organization_memberships");
        }
        Table::Organizations => {
            let members = store.count_with(Table::Memberships, "organization_id", &record.id);
            let invitations =
                store.count_with(Table::OrganizationInvitations, "pending_in", &record.id);
            body.insert("members_count".to_owned(), members.into());
            body.insert("pending_invitations_count".to_owned(), invitations.into());
        }
        Table::Memberships => {
            let permissions = described::permissions_of(store, record.text("role"));
            body.insert("permissions".to_owned(), permissions.into());
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

/// An invitation to an organization, with the public data of the organization.
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

/// The primary email address, else the first, else the user name.
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
