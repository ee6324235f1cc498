//! Credits of users and organizations, adjusted once per idempotency key, and the end of free trials.

use serde_json::{Map, Value, json};

use super::record::Record;
use super::table::Table;
use super::{Call, Handler};
use crate::clock::rfc3339;
use crate::instances::identifier;
use crate::rejection::Rejection;

const KEPT: Table = Table::Settings;

pub(super) fn handler(operation_id: &str) -> Option<Handler> {
    let handler: Handler = match operation_id {
        "AdjustUserBillingCreditBalance" | "AdjustOrganizationBillingCreditBalance" => adjust,
        "GetUserBillingCreditBalance" | "GetOrganizationBillingCreditBalance" => |call| {
            let payer = payer(call)?;
            let cents = balance(call, &payer);
            Ok(json!({ "object": "commerce_credit_balance", "balance": money(cents, "USD") }))
        },
        _ => return None,
    };
    Some(handler)
}

/// The user or the organization in the path.
fn payer(call: &mut Call<'_>) -> Result<String, Rejection> {
    if call.operation.path.starts_with("/users/") {
        call.known_in_path(Table::Users, "user_id")
    } else {
        call.known_in_path(Table::Organizations, "organization_id")
    }
}

fn adjust(call: &mut Call<'_>) -> Result<Value, Rejection> {
    let payer = payer(call)?;
    let entry = format!("ledger/{payer}/{}", call.text("idempotency_key"));
    if let Some(present) = call.store.get(KEPT, &entry) {
        return Ok(present.body.clone().into());
    }
    let amount = call.body("amount").as_i64().unwrap_or(0);
    let change = match call.text("action") {
        "decrease" => amount.saturating_neg(),
        _ => amount,
    };
    let currency = call.body("currency").as_str().unwrap_or("USD");
    let id = identifier("commerce_credit_ledger", call.random("ledger"));
    let shown = json!({
        "object": "commerce_credit_ledger",
        "id": id,
        "payer_id": payer,
        "amount": money(change, currency),
        "source_type": "backend_api",
        "source_id": call.text("idempotency_key"),
        "note": call.body("note"),
        "created_at": rfc3339(call.now()),
    });
    let total = balance(call, &payer).saturating_add(change);
    keep(call, format!("balance/{payer}"), json!({ "cents": total }));
    keep(call, entry, shown.clone());
    Ok(shown)
}

/// Rejects an end of a trial in the past or more than a year ahead.
pub(super) fn check_trial(call: &Call<'_>) -> Result<(), Rejection> {
    if call.operation.id != "ExtendBillingSubscriptionItemFreeTrial" || !call.is_strict() {
        return Ok(());
    }
    let Some(end) = call.time("extend_to")? else {
        return Ok(());
    };
    let (now, most) = (call.now(), 365 * 24 * 3600 * 1000);
    if end > now && end - now <= most {
        return Ok(());
    }
    let long = "In the body, extend_to must be in the future, and at most 365 days ahead.";
    Err(Rejection::parameter(
        "form_param_value_invalid",
        "extend_to",
        long,
    ))
}

fn balance(call: &Call<'_>, payer: &str) -> i64 {
    let kept = call.store.get(KEPT, &format!("balance/{payer}"));
    kept.and_then(|kept| kept.body.get("cents")?.as_i64())
        .unwrap_or(0)
}

fn keep(call: &mut Call<'_>, id: String, body: Value) {
    let body = body.as_object().cloned().unwrap_or_default();
    call.store.remove(KEPT, &id);
    let record = Record {
        id,
        body,
        hidden: Map::new(),
    };
    call.store.insert(KEPT, record);
}

fn money(cents: i64, currency: &str) -> Value {
    let sign = if cents < 0 { "-" } else { "" };
    let size = cents.unsigned_abs();
    json!({
        "amount": cents,
        "amount_formatted": format!("{sign}{}.{:02}", size / 100, size % 100),
        "currency": currency,
        "currency_symbol": "$",
    })
}
