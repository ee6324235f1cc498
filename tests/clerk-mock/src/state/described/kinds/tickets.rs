//! What is issued once and can be revoked until it is used: sign-in tokens, actor tokens, agent tasks, and
//! links to the admin portal.

use http::StatusCode;
use serde_json::{Value, json};

use super::{Call, Record, Rejection, Table, conflict, keep_secret};
use crate::instances::{identifier, token};
use crate::samples::random::Random;
use crate::state::{identifiers, memberships};

pub(super) fn created(
    call: &mut Call<'_>,
    ticket: &mut Record,
    body: &Value,
) -> Result<(), Rejection> {
    if let Some(user_id) = body["user_id"].as_str() {
        let user_id = call.known(Table::Users, user_id)?;
        let organization = body["org_id"].as_str().filter(|_| call.is_strict());
        if let Some(id) = organization
            && memberships::find(call, id, &user_id).is_none()
        {
            return Err(Rejection::new(
                StatusCode::FORBIDDEN,
                "not_a_member_in_organization",
                "not a member",
                format!("{user_id} is not a member of {id}."),
            ));
        }
    }
    if body["on_behalf_of"].is_object() {
        task_created(call, ticket, body)?;
    }
    ticket.set("status", "pending");
    ticket.hide("status", "pending");
    let secret = token("ticket", call.random("ticket"));
    let url = format!("https://accounts.example.com/v1/tickets/accept?ticket={secret}");
    keep_secret(ticket, "token", secret);
    keep_secret(ticket, "url", url);
    Ok(())
}

/// The user of a task must exist, by id or by a verified identifier. An agent has one id per name.
fn task_created(call: &mut Call<'_>, task: &mut Record, body: &Value) -> Result<(), Rejection> {
    let user = &body["on_behalf_of"];
    if let Some(user_id) = user["user_id"].as_str() {
        call.known(Table::Users, user_id)?;
    }
    let named = user["identifier"].as_str().filter(|_| call.is_strict());
    if let Some(named) = named
        && !identifiers::is_known(call, named)
    {
        return Err(Rejection::not_found("user", named));
    }
    let is_safe = body["redirect_url"]
        .as_str()
        .is_none_or(|url| url.starts_with("https://"));
    if call.is_strict() && !call.is_development() && !is_safe {
        let long = "In production, redirect_url must start with https://.";
        return Err(Rejection::parameter("insecure_url", "redirect_url", long));
    }
    let name = body["agent_name"].as_str().unwrap_or_default();
    let random = Random::new(call.around.seed).branch("agent").branch(name);
    task.set("agent_id", identifier("agent", random));
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

/// Rejects revoking what is not pending.
pub(super) fn revoked(call: &Call<'_>, ticket: &mut Record) -> Result<(), Rejection> {
    let status = ticket.hidden.get("status").or(ticket.body.get("status"));
    let is_pending = status.is_none_or(|status| status == "pending") && !ticket.is("revoked");
    if call.is_strict() && !is_pending {
        let (code, what) = match ticket.text("object") {
            "sign_in_token" => ("sign_in_token_cannot_be_revoked_code", "sign-in token"),
            "actor_token" => ("actor_token_cannot_be_revoked_code", "actor token"),
            "agent_task" => ("agent_task_cannot_be_revoked", "agent task"),
            _ => ("conflict", "link"),
        };
        let long = format!("The {what} {} is no longer pending.", ticket.id);
        return Err(conflict(code, "cannot revoke", long));
    }
    ticket.set("status", "revoked");
    ticket.hide("status", "revoked");
    ticket.set("revoked", json!(true));
    Ok(())
}
