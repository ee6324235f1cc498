//! Memberships of users in organizations.

use http::StatusCode;
use serde_json::Value;

use super::call::conflict;
use super::listing::Among;
use super::record::Record;
use super::table::Table;
use super::{Call, Handler, described, metadata, organizations, sessions};
use crate::rejection::Rejection;

const MEMBERSHIPS: Table = Table::Memberships;
/// The role that at least one member of every organization has.
pub(super) const ADMINISTRATOR: &str = "org:admin";

pub(super) fn handler(operation_id: &str) -> Option<Handler> {
    let handler: Handler = match operation_id {
        "ListOrganizationMemberships" => |call| {
            let id = organizations::known(call)?;
            call.list(MEMBERSHIPS, Among::With("organization_id", id))
        },
        "InstanceGetOrganizationMemberships" => |call| call.list(MEMBERSHIPS, Among::All),
        "CreateOrganizationMembership" => create,
        "UpdateOrganizationMembership" => |call| {
            let id = known(call)?;
            let role = call.text("role");
            described::known_role(call, role)?;
            if role != ADMINISTRATOR {
                another_administrator(call, &id)?;
            }
            call.change(MEMBERSHIPS, &id, |membership| {
                membership.set("role", role);
                membership.set("role_name", role_name(role));
            })
        },
        "DeleteOrganizationMembership" => |call| {
            let id = known(call)?;
            another_administrator(call, &id)?;
            let membership = call.show(MEMBERSHIPS, &id)?;
            if let Some(removed) = call.store.remove(MEMBERSHIPS, &id) {
                let organization = removed.text("organization_id");
                sessions::leave(call, organization, Some(removed.text("user_id")));
            }
            Ok(membership)
        },
        "UpdateOrganizationMembershipMetadata" => |call| {
            let id = known(call)?;
            metadata::merged(call, MEMBERSHIPS, &id)
        },
        _ => return None,
    };
    Some(handler)
}

/// Makes a user a member. Returns the id of the membership.
pub(super) fn add(call: &mut Call<'_>, organization_id: &str, user_id: &str, role: &str) -> String {
    let mut membership = call.new_record(MEMBERSHIPS);
    membership.set("role", role);
    membership.set("role_name", role_name(role));
    membership.hide("organization_id", organization_id);
    membership.hide("user_id", user_id);
    let id = membership.id.clone();
    call.store.insert(MEMBERSHIPS, membership);
    id
}

fn create(call: &mut Call<'_>) -> Result<Value, Rejection> {
    let organization_id = organizations::known(call)?;
    let user_id = call.known(Table::Users, call.text("user_id"))?;
    if call.is_strict() && find(call, &organization_id, &user_id).is_some() {
        let long = format!("{user_id} is already a member of {organization_id}.");
        return Err(conflict(
            "already_a_member_in_organization",
            "already a member",
            long,
        ));
    }
    described::known_role(call, call.text("role"))?;
    room(call, &organization_id)?;
    let id = add(call, &organization_id, &user_id, call.text("role"));
    sessions::active_next(call, &user_id, &organization_id);
    let body = &call.checked.body;
    call.change(MEMBERSHIPS, &id, |membership| {
        metadata::replace(membership, body)
    })
}

/// Rejects the removal of the last administrator of an organization.
fn another_administrator(call: &Call<'_>, id: &str) -> Result<(), Rejection> {
    let is_administrator = |membership: &Record| membership.text("role") == ADMINISTRATOR;
    let membership = call.store.get(MEMBERSHIPS, id);
    let Some(membership) = membership.filter(|own| call.is_strict() && is_administrator(own))
    else {
        return Ok(());
    };
    let organization_id = membership.text("organization_id");
    let mut members = call
        .store
        .with(MEMBERSHIPS, "organization_id", organization_id);
    if members.any(|other| other.id != id && is_administrator(other)) {
        return Ok(());
    }
    let long = format!("{organization_id} has no other member with the role {ADMINISTRATOR}.");
    let code = "organization_minimum_permissions_needed";
    Err(conflict(
        code,
        "minimum organization permissions needed",
        long,
    ))
}

/// Rejects one more member than the organization allows, including invitations. Zero means no limit.
pub(super) fn room(call: &Call<'_>, organization_id: &str) -> Result<(), Rejection> {
    let organization = call.store.get(Table::Organizations, organization_id);
    let most = organization.and_then(|found| found.number("max_allowed_memberships"));
    let members = call
        .store
        .count_with(MEMBERSHIPS, "organization_id", organization_id);
    let invited = Table::OrganizationInvitations;
    let invited = call
        .store
        .count_with(invited, "pending_in", organization_id);
    let most = most
        .and_then(|most| usize::try_from(most).ok())
        .filter(|most| *most > 0);
    if call.is_strict() && most.is_some_and(|most| members + invited >= most) {
        return Err(Rejection::new(
            StatusCode::FORBIDDEN,
            "organization_membership_quota_exceeded",
            "quota exceeded",
            format!("{organization_id} has reached its limit of members and invitations."),
        ));
    }
    Ok(())
}

pub(super) fn find(call: &Call<'_>, organization_id: &str, user_id: &str) -> Option<String> {
    // A user is in few organizations, but an organization may have many members.
    call.store
        .with(MEMBERSHIPS, "user_id", user_id)
        .find(|membership| membership.text("organization_id") == organization_id)
        .map(|membership| membership.id.clone())
}

/// The membership of the organization and the user in the path.
fn known(call: &mut Call<'_>) -> Result<String, Rejection> {
    let organization_id = organizations::known(call)?;
    let user_id = call.known_in_path(Table::Users, "user_id")?;
    match find(call, &organization_id, &user_id) {
        Some(id) => Ok(id),
        None if call.is_strict() => Err(Rejection::not_found(
            "membership",
            &format!("{organization_id}, {user_id}"),
        )),
        None => Ok(add(call, &organization_id, &user_id, "org:member")),
    }
}

/// `org:billing_manager` → `Billing manager`
pub(super) fn role_name(role: &str) -> String {
    let name = role
        .rsplit(':')
        .next()
        .unwrap_or_default()
        .replace('_', " ");
    let mut characters = name.chars();
    match characters.next() {
        Some(first) => first.to_uppercase().chain(characters).collect(),
        None => name,
    }
}
