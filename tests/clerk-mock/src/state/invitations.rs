//! Invitations to the application.

use serde_json::{Value, json};

use super::call::conflict;
use super::listing::{Among, Listing};
use super::record::Record;
use super::table::Table;
use super::{Call, Handler, identifiers, metadata, show};
use crate::rejection::Rejection;

const INVITATIONS: Table = Table::Invitations;
const DAY: u64 = 24 * 3600 * 1000;
const DAYS_UNLESS_SET: u64 = 30;

pub(super) fn handler(operation_id: &str) -> Option<Handler> {
    let handler: Handler = match operation_id {
        "ListInvitations" => |call| {
            // Revoked invitations are listed only on request.
            let all = call.query().contains_key("status");
            Listing {
                rule: Some(&|invitation| all || invitation.text("status") != "revoked"),
                ..call.listing(INVITATIONS, Among::All)
            }
            .page(|invitation| show::record(call.store, INVITATIONS, invitation))
        },
        "CreateInvitation" => |call| {
            let body = call.checked.body.clone();
            create(call, &body)
        },
        "CreateBulkInvitations" => |call| {
            let bodies = call.checked.body.as_array().cloned().unwrap_or_default();
            for body in &bodies {
                free(call, body)?;
            }
            let invitations: Result<Vec<Value>, Rejection> =
                bodies.iter().map(|body| create(call, body)).collect();
            invitations.map(Value::from)
        },
        "RevokeInvitation" => revoke,
        _ => return None,
    };
    Some(handler)
}

pub(super) fn create(call: &mut Call<'_>, body: &Value) -> Result<Value, Rejection> {
    free(call, body)?;
    let mut invitation = call.new_record(INVITATIONS);
    call.apply(INVITATIONS, &mut invitation, body);
    metadata::replace(&mut invitation, body);
    let address = body["email_address"].as_str().unwrap_or_default();
    if invitation.text("email_address") != address {
        let long = format!("{address:?} is not an email address.");
        return Err(Rejection::parameter(
            "form_param_format_invalid",
            "email_address",
            long,
        ));
    }
    let url = format!(
        "https://accounts.example.com/v1/tickets/accept?ticket={}",
        invitation.id
    );
    invitation.set("url", url);
    invitation.set("status", "pending");
    invitation.set("revoked", false);
    expiring(call, &mut invitation, body);
    call.keep(INVITATIONS, invitation)
}

/// Sets the expiration of an invitation from the number of days in the body.
pub(super) fn expiring(call: &Call<'_>, invitation: &mut Record, body: &Value) {
    let days = body["expires_in_days"].as_u64().unwrap_or(DAYS_UNLESS_SET);
    invitation.set("expires_at", call.now() + days * DAY);
}

fn free(call: &Call<'_>, body: &Value) -> Result<(), Rejection> {
    let address = body["email_address"].as_str().unwrap_or_default();
    let is_pending = call
        .store
        .with(INVITATIONS, "email_address", address)
        .any(|invitation| invitation.text("status") == "pending");
    let ignores = body["ignore_existing"] == json!(true);
    if call.is_strict() && is_pending && !ignores {
        let long = format!("There is a pending invitation for {address}.");
        return Err(conflict("duplicate_record", "duplicate invitation", long));
    }
    // Bulk invitations cannot ignore existing users.
    if ignores && call.operation.id != "CreateBulkInvitations" {
        return Ok(());
    }
    identifiers::free(call, Table::EmailAddresses, address, "")
}

fn revoke(call: &mut Call<'_>) -> Result<Value, Rejection> {
    let id = call.known_in_path(INVITATIONS, "invitation_id")?;
    pending(call, INVITATIONS, &id)?;
    call.change(INVITATIONS, &id, |invitation| {
        invitation.set("revoked", true);
        invitation.set("status", "revoked");
    })
}

/// Rejects revoking an invitation that is no longer pending.
pub(super) fn pending(call: &Call<'_>, table: Table, id: &str) -> Result<(), Rejection> {
    let status = call
        .store
        .get(table, id)
        .map_or("", |invitation| invitation.text("status"));
    if call.is_strict() && status == "revoked" {
        let long = format!("The invitation {id} is already revoked.");
        return Err(conflict(
            "invitation_already_revoked",
            "already revoked",
            long,
        ));
    }
    // Invitations to the application can be revoked unless they are revoked.
    if call.is_strict() && status != "pending" && table == Table::OrganizationInvitations {
        let long = format!("The invitation {id} is {status}.");
        let code = "organization_invitation_not_pending";
        return Err(conflict(code, "not pending", long));
    }
    Ok(())
}
