//! Metadata: replaced, or merged.

use serde_json::{Map, Value};

use super::Call;
use super::record::Record;
use super::table::Table;
use crate::rejection::Rejection;

/// The largest metadata, in bytes of JSON.
const LARGEST: usize = 8 * 1024;
const KINDS: [&str; 3] = ["public_metadata", "private_metadata", "unsafe_metadata"];

/// Replaces the metadata of a record with that of the body. Kinds that the body does not have are not
/// changed.
pub(super) fn replace(record: &mut Record, body: &Value) {
    for kind in KINDS {
        if let Some(Value::Object(new)) = body.get(kind) {
            record.set(kind, new.clone());
        }
    }
}

/// Merges the metadata of the body into that of the record: objects are merged at every depth, and null
/// removes a member.
fn merge(record: &mut Record, body: &Value) {
    for kind in KINDS {
        if let Some(Value::Object(patch)) = body.get(kind) {
            let mut merged = match record.body.get(kind) {
                Some(Value::Object(present)) => present.clone(),
                _ => Map::new(),
            };
            merge_objects(&mut merged, patch);
            record.set(kind, merged);
        }
    }
}

/// Merges the metadata of the body of a call into a record and shows it. Rejects a result that is larger than
/// Clerk allows.
pub(super) fn merged(call: &mut Call<'_>, table: Table, id: &str) -> Result<Value, Rejection> {
    let body = &call.checked.body;
    if let Some(mut result) = call
        .store
        .get(table, id)
        .cloned()
        .filter(|_| call.is_strict())
    {
        merge(&mut result, body);
        for kind in KINDS {
            let size = result
                .body
                .get(kind)
                .map_or(0, |kind| kind.to_string().len());
            if size > LARGEST {
                let long = format!(
                    "After the merge, {kind} has {size} bytes. At most {LARGEST} are allowed."
                );
                let code = "form_param_exceeds_allowed_size";
                return Err(Rejection::parameter(code, kind, long));
            }
        }
    }
    call.change(table, id, |record| merge(record, body))
}

/// For new objects: the metadata of the call, or empty.
pub(super) fn set_new(record: &mut Record, call: &Call<'_>) {
    replace(record, &call.checked.body);
}

fn merge_objects(target: &mut Map<String, Value>, patch: &Map<String, Value>) {
    for (name, value) in patch {
        match (value, target.get_mut(name)) {
            (Value::Null, _) => {
                target.remove(name);
            }
            (Value::Object(patch), Some(Value::Object(present))) => merge_objects(present, patch),
            (Value::Object(patch), _) => {
                // A new object has nothing to remove, and does not keep nulls.
                let mut new = Map::new();
                merge_objects(&mut new, patch);
                target.insert(name.clone(), new.into());
            }
            (value, _) => {
                target.insert(name.clone(), value.clone());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn merged(target: Value, patch: Value) -> Value {
        let mut target = target.as_object().unwrap().clone();
        merge_objects(&mut target, patch.as_object().unwrap());
        target.into()
    }

    #[test]
    fn objects_are_merged_at_every_depth_and_null_removes() {
        let before = json!({ "a": { "b": 1, "c": [1] }, "d": true });
        assert_eq!(
            merged(
                before,
                json!({ "a": { "b": null, "c": [2], "e": 3 }, "f": "g" })
            ),
            json!({ "a": { "c": [2], "e": 3 }, "d": true, "f": "g" }),
        );
        assert_eq!(merged(json!({ "a": 1 }), json!({ "a": null })), json!({}));
        assert_eq!(
            merged(json!({}), json!({ "a": { "b": null } })),
            json!({ "a": {} })
        );
    }
}
