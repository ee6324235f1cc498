//! Invitations to organizations.

use http::StatusCode;
use serde_json::Value;

use super::call::conflict;
use super::invitations::{expiring, pending};
use super::listing::Among;
use super::table::Table;
use super::{Call, Handler, described, identifiers, memberships, metadata, organizations, show};
use crate::list;
use crate::rejection::Rejection;

const INVITATIONS: Table = Table::OrganizationInvitations;

pub(super) fn handler(operation_id: &str) -> Option<Handler> {
    let handler: Handler = match operation_id {
        "ListOrganizationInvitations" => |call| {
            let id = organizations::known(call)?;
            call.list(INVITATIONS, Among::With("organization_id", id))
        },
        "ListPendingOrganizationInvitations" => |call| {
            let id = organizations::known(call)?;
            call.list(INVITATIONS, Among::With("pending_in", id))
        },
        "ListInstanceOrganizationInvitations" => |call| {
            call.listing(INVITATIONS, Among::All)
                .page(|invitation| show::invitation_with_organization(call.store, invitation))
        },
        "CreateOrganizationInvitation" => |call| {
            let id = organizations::known(call)?;
            let body = call.checked.body.clone();
            create(call, &id, &body)
        },
        "CreateOrganizationInvitationBulk" => create_all,
        "GetOrganizationInvitation" => |call| {
            let id = known(call)?;
            call.show(INVITATIONS, &id)
        },
        "RevokeOrganizationInvitation" => |call| {
            let id = known(call)?;
            pending(call, INVITATIONS, &id)?;
            if let Some(user_id) = call.body("requesting_user_id").as_str() {
                let organization_id = organizations::known(call)?;
                administrator(call, &organization_id, user_id)?;
            }
            call.change(INVITATIONS, &id, |invitation| {
                invitation.set("status", "revoked");
                invitation.hide("pending_in", "");
            })
        },
        _ => return None,
    };
    Some(handler)
}

fn create(call: &mut Call<'_>, organization_id: &str, body: &Value) -> Result<Value, Rejection> {
    let inviter = match body["inviter_user_id"].as_str() {
        Some(user_id) => Some(call.known(Table::Users, user_id)?),
        None => None,
    };
    let address = body["email_address"].as_str().unwrap_or_default();
    let is_pending = call
        .store
        .with(INVITATIONS, "email_address", address)
        .any(|sent| sent.text("pending_in") == organization_id);
    if call.is_strict() && is_pending {
        let long = format!("{address} has a pending invitation to {organization_id}.");
        let code = "organization_invitation_not_unique";
        return Err(conflict(code, "not unique", long));
    }
    if let Some(inviter) = &inviter {
        administrator(call, organization_id, inviter)?;
    }
    described::known_role(call, body["role"].as_str().unwrap_or_default())?;
    let holder = call
        .store
        .with(Table::EmailAddresses, "email_address", address);
    let is_member = holder
        .filter(|held| identifiers::has_been_verified(held))
        .any(|held| memberships::find(call, organization_id, held.text("user_id")).is_some());
    if call.is_strict() && is_member {
        let long = format!("{address} is the address of a member of {organization_id}.");
        let code = "already_a_member_in_organization";
        return Err(conflict(code, "already a member", long));
    }
    memberships::room(call, organization_id)?;
    let mut invitation = call.new_record(INVITATIONS);
    call.apply(INVITATIONS, &mut invitation, body);
    metadata::replace(&mut invitation, body);
    invitation.set(
        "role_name",
        memberships::role_name(body["role"].as_str().unwrap_or_default()),
    );
    invitation.set("organization_id", organization_id);
    invitation.set("inviter_id", inviter);
    invitation.set("status", "pending");
    invitation.hide("pending_in", organization_id);
    expiring(call, &mut invitation, body);
    call.keep(INVITATIONS, invitation)
}

/// Rejects calls on behalf of users who are not administrators.
fn administrator(call: &Call<'_>, organization_id: &str, user_id: &str) -> Result<(), Rejection> {
    let membership = memberships::find(call, organization_id, user_id);
    let role = membership.and_then(|id| call.store.get(Table::Memberships, &id));
    if call.is_strict()
        && role.is_none_or(|membership| membership.text("role") != memberships::ADMINISTRATOR)
    {
        return Err(Rejection::new(
            StatusCode::FORBIDDEN,
            "missing_organization_permission",
            "missing permission",
            format!("{user_id} is not an administrator of {organization_id}."),
        ));
    }
    Ok(())
}

fn create_all(call: &mut Call<'_>) -> Result<Value, Rejection> {
    let id = organizations::known(call)?;
    let bodies = call.checked.body.as_array().cloned().unwrap_or_default();
    let mut invitations: Vec<Value> = Vec::new();
    for body in &bodies {
        match create(call, &id, body) {
            Ok(invitation) => invitations.push(invitation),
            Err(rejection) => {
                // All or none.
                for made in &invitations {
                    let made = made["id"].as_str().unwrap_or_default();
                    call.store.remove(INVITATIONS, made);
                }
                return Err(rejection);
            }
        }
    }
    let total = invitations.len();
    let slice = list::Slice {
        items: invitations,
        total,
    };
    Ok(list::page(call.operation, call.query(), slice))
}

/// The invitation in the path, which must belong to the organization in the path.
fn known(call: &mut Call<'_>) -> Result<String, Rejection> {
    let organization_id = organizations::known(call)?;
    let is_new = call
        .store
        .get(INVITATIONS, call.path("invitation_id"))
        .is_none();
    let id = call.known_in_path(INVITATIONS, "invitation_id")?;
    if is_new {
        call.change(INVITATIONS, &id, |invitation| {
            invitation.set("organization_id", organization_id.as_str());
        })?;
    }
    match call.store.get(INVITATIONS, &id) {
        Some(invitation) if invitation.text("organization_id") == organization_id => Ok(id),
        _ => Err(Rejection::not_found(INVITATIONS.object(), &id)),
    }
}
