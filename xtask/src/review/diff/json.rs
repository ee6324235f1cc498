//! The report as JSON. Its format is documented in docs/following-the-api.md; members are only ever
//! added.

use serde_json::{Value, json};

use super::{Change, Report};

pub fn json(report: &Report) -> Value {
    json!({
        "old": report.old,
        "new": report.new,
        "bump": report.bump().to_string(),
        "status": report.status(),
        "changes": report.changes.iter().map(change).collect::<Value>(),
        "renames": report
            .renames
            .iter()
            .map(|rename| json!({ "from": rename.from, "to": rename.to }))
            .collect::<Value>(),
    })
}

fn change(change: &Change) -> Value {
    let operations = change.operations.iter().map(
        |operation| json!({ "id": operation.id, "call": operation.call, "rust": operation.rust }),
    );
    json!({
        "rule": change.rule,
        "pointer": change.pointer,
        "operations": operations.collect::<Value>(),
        "what": change.what,
        "class": change.class.to_string(),
        "impact": change.impact.to_string(),
        "bump": change.bump().to_string(),
        "note": change.note,
    })
}
