//! Invitations to the application.

use serde_json::{Value, json};

use super::call::conflict;
use super::listing::{Among, Listing};
use super::record::Record;
use super::table::Table;
use super::{Call, Handler, identifiers, metadata, show};
use crate::refusal::Refusal;

const INVITATIONS: Table = Table::Invitations;
const DAY: u64 = 24 * 3600 * 1000;
const DAYS_UNLESS_SET: u64 = 30;

pub(super) fn handler(operation_id: &str) -> Option<Handler> {
    let handler: Handler = match operation_id {
        "ListInvitations" => |call| {
            // Those that are revoked are listed only where they are asked for.
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
            let invitations: Result<Vec<Value>, Refusal> =
                bodies.iter().map(|body| create(call, body)).collect();
            invitations.map(Value::from)
        },
        "RevokeInvitation" => revoke,
        _ => return None,
    };
    Some(handler)
}

pub(super) fn create(call: &mut Call<'_>, body: &Value) -> Result<Value, Refusal> {
    free(call, body)?;
    let mut invitation = call.new_record(INVITATIONS);
    call.apply(INVITATIONS, &mut invitation, body);
    metadata::replace(&mut invitation, body);
    let address = body["email_address"].as_str().unwrap_or_default();
    if invitation.text("email_address") != address {
        let long = format!("{address:?} is no email address.");
        return Err(Refusal::parameter(
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

/// Sets the end of an invitation, from the days that the body has.
pub(super) fn expiring(call: &Call<'_>, invitation: &mut Record, body: &Value) {
    let days = body["expires_in_days"].as_u64().unwrap_or(DAYS_UNLESS_SET);
    invitation.set("expires_at", call.now() + days * DAY);
}

fn free(call: &Call<'_>, body: &Value) -> Result<(), Refusal> {
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
    // Invitations in bulk cannot ignore users.
    if ignores && call.operation.id != "CreateBulkInvitations" {
        return Ok(());
    }
    identifiers::free(call, Table::EmailAddresses, address, "")
}

fn revoke(call: &mut Call<'_>) -> Result<Value, Refusal> {
    let id = call.known_in_path(INVITATIONS, "invitation_id")?;
    pending(call, INVITATIONS, &id)?;
    call.change(INVITATIONS, &id, |invitation| {
        invitation.set("revoked", true);
        invitation.set("status", "revoked");
    })
}

/// Refuses to revoke what no longer can be.
pub(super) fn pending(call: &Call<'_>, table: Table, id: &str) -> Result<(), Refusal> {
    let status = call
        .store
        .get(table, id)
        .map_or("", |invitation| invitation.text("status"));
    if call.is_strict() && status == "revoked" {
        let long = format!("The invitation {id} is revoked already.");
        return Err(conflict(
            "invitation_already_revoked",
            "already revoked",
            long,
        ));
    }
    // Those to the application can be revoked as long as they are not.
    if call.is_strict() && status != "pending" && table == Table::OrganizationInvitations {
        let long = format!("The invitation {id} is {status}.");
        let code = "organization_invitation_not_pending";
        return Err(conflict(code, "not pending", long));
    }
    Ok(())
}
