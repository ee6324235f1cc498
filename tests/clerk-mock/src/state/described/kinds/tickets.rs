//! What is handed out once and can be revoked while nobody has used it: sign-in tokens, actor tokens,
//! agents' tasks, and links to the admin portal.

use http::StatusCode;
use serde_json::{Value, json};

use super::{Call, Record, Refusal, Table, conflict, keep_secret};
use crate::instances::token;
use crate::state::memberships;

pub(super) fn created(
    call: &mut Call<'_>,
    ticket: &mut Record,
    body: &Value,
) -> Result<(), Refusal> {
    if let Some(user_id) = body["user_id"].as_str() {
        let user_id = call.known(Table::Users, user_id)?;
        let organization = body["org_id"].as_str().filter(|_| call.is_strict());
        if let Some(id) = organization
            && memberships::find(call, id, &user_id).is_none()
        {
            return Err(Refusal::new(
                StatusCode::FORBIDDEN,
                "not_a_member_in_organization",
                "not a member",
                format!("{user_id} is not a member of {id}."),
            ));
        }
    }
    if let Some(user_id) = body["on_behalf_of"]["user_id"].as_str() {
        call.known(Table::Users, user_id)?;
    }
    ticket.set("status", "pending");
    ticket.hide("status", "pending");
    let secret = token("ticket", call.random("ticket"));
    let url = format!("https://accounts.example.com/v1/tickets/accept?ticket={secret}");
    keep_secret(ticket, "token", secret);
    keep_secret(ticket, "url", url);
    Ok(())
}

pub(super) fn link_created(call: &mut Call<'_>, link: &mut Record, body: &Value) {
    let seconds = body["seconds_until_expiration"].as_u64().unwrap_or(3600);
    link.set("expiration", call.now() + seconds * 1000);
    link.set("expired", false);
    link.set("revoked", false);
    let secret = token("aplt", call.random("link"));
    keep_secret(link, "token", secret);
}

/// Only what is pending can be revoked.
pub(super) fn revoked(call: &Call<'_>, ticket: &mut Record) -> Result<(), Refusal> {
    let status = ticket.hidden.get("status").or(ticket.body.get("status"));
    let is_pending = status.is_none_or(|status| status == "pending") && !ticket.is("revoked");
    if call.is_strict() && !is_pending {
        let (code, what) = match ticket.text("object") {
            "sign_in_token" => ("sign_in_token_cannot_be_revoked_code", "sign-in token"),
            "actor_token" => ("actor_token_cannot_be_revoked_code", "actor token"),
            "agent_task" => ("agent_task_cannot_be_revoked", "agent's task"),
            _ => ("conflict", "link"),
        };
        let long = format!("The {what} {} is not pending any more.", ticket.id);
        return Err(conflict(code, "cannot revoke", long));
    }
    ticket.set("status", "revoked");
    ticket.hide("status", "revoked");
    ticket.set("revoked", json!(true));
    Ok(())
}
