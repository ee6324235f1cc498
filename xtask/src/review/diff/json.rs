//! The report as JSON. Its format is documented in docs/following-the-api.md; members are only ever
//! added.

use serde_json::{Value, json};

use super::{Change, Report};

/// The members about the descriptions.
pub fn json(report: &Report) -> Value {
    json!({
        "old": report.old,
        "new": report.new,
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
        "keyword": change.keyword,
        "roles": change.roles.iter().map(ToString::to_string).collect::<Value>(),
        "operations": operations.collect::<Value>(),
        "what": change.what,
        "class": change.class.to_string(),
        "note": change.note,
    })
}
