//! Applies one action to a document.
//!
//! As in the specification, an update is merged into a mapping and appended to a list, recursively.
//! Three extensions go beyond version 1.0 and follow 1.1: a list given as the update of a list
//! appends its items, a string, number or boolean can be removed, and `x-copy` (`copy` in 1.1)
//! updates with a value from elsewhere in the document.

use std::collections::BTreeSet;
use std::ptr;

use serde_json::Value;

use super::document::{self, Action};
use crate::support::edit::{Change, Edit};
use crate::support::error::{Error, Result};
use crate::support::pointer;

/// `left` is how many values the overlay may still add.
pub(super) fn action(action: &Action, document: &mut Value, left: &mut usize) -> Result<()> {
    let targets = targets(action, document);
    if targets.is_empty() {
        let outdated = rejection(
            action,
            format!("the target `{}` matches nothing", action.target),
            "correct the target; if upstream has corrected the description, delete the action, \
             or limit it to older versions with `x-versions`",
        );
        return Err(outdated.with_remedy(removal(action)));
    }
    let changed = match &action.change {
        document::Change::Remove => {
            // From the last to the first, so that no removal moves a later target.
            for target in targets.iter().rev() {
                remove(document, target).ok_or_else(|| {
                    rejection(
                        action,
                        "the target is the whole document, which cannot be removed".to_owned(),
                        "target a part of it",
                    )
                })?;
            }
            true
        }
        document::Change::Update(value) => update(action, document, &targets, value, left)?,
        document::Change::Copy(from) => {
            let copy = from
                .query(document)
                .exactly_one()
                .cloned()
                .map_err(|error| {
                    rejection(
                        action,
                        format!("`x-copy` does not match exactly one location: {error}"),
                        "write a path to exactly one location",
                    )
                })?;
            update(action, document, &targets, &copy, left)?
        }
    };
    if changed {
        return Ok(());
    }
    let outdated = rejection(
        action,
        format!(
            "the update of `{}` changes nothing: the description already has these values",
            action.target
        ),
        "delete the action, or limit it to older versions with `x-versions`",
    );
    Err(outdated.with_remedy(removal(action)))
}

/// The edit that removes an action from its file.
fn removal(action: &Action) -> Edit {
    let path = action.location.trim_start_matches("#/").split('/');
    Edit::yaml("", path, Change::Remove)
}

/// Returns whether anything changed.
fn update(
    action: &Action,
    document: &mut Value,
    targets: &[String],
    value: &Value,
    left: &mut usize,
) -> Result<bool> {
    let added = size(value).saturating_mul(targets.len());
    *left = left.checked_sub(added).ok_or_else(|| {
        rejection(
            action,
            "the overlay adds too many values".to_owned(),
            "target fewer places, or copy smaller parts",
        )
    })?;
    let mut changed = false;
    for target in targets {
        let Some(node) = document.pointer_mut(target) else {
            continue;
        };
        changed |= merge_target(node, value).map_err(|message| {
            rejection(
                action,
                format!("at #{target}: {message}"),
                "target the mapping around the value; to replace a mapping or a list, remove it \
                 first in a separate action",
            )
        })?;
    }
    Ok(changed)
}

/// The number of values in a value.
fn size(value: &Value) -> usize {
    1 + match value {
        Value::Array(items) => items.iter().map(size).sum(),
        Value::Object(members) => members.values().map(size).sum(),
        _ => 0,
    }
}

/// The pointers to the targets of an action, in document order and without duplicates.
fn targets(action: &Action, document: &Value) -> Vec<String> {
    if !action.target.contains("..") {
        let located = action.path.query_located(document).dedup();
        let pointers = located.locations();
        return pointers
            .map(|location| location.to_json_pointer())
            .collect();
    }
    // Below `..`, the library copies the location of every value that it looks at, so the values are
    // found first and then located.
    let values = action.path.query(document);
    let values = values.iter().map(|value| ptr::from_ref(*value)).collect();
    let mut found = Vec::new();
    locate(document, &values, &mut String::new(), &mut found);
    found
}

/// Finds the pointers to `values` below `value`, whose own pointer is `location`.
fn locate(
    value: &Value,
    values: &BTreeSet<*const Value>,
    location: &mut String,
    found: &mut Vec<String>,
) {
    if values.contains(&ptr::from_ref(value)) {
        found.push(location.clone());
    }
    let here = location.len();
    let mut below = |key: &str, value| {
        pointer::push(location, key);
        locate(value, values, location, found);
        location.truncate(here);
    };
    match value {
        Value::Object(members) => members.iter().for_each(|(key, value)| below(key, value)),
        Value::Array(items) => {
            let items = items.iter().enumerate();
            items.for_each(|(index, value)| below(&index.to_string(), value));
        }
        _ => {}
    }
}

fn rejection(action: &Action, message: String, help: &str) -> Error {
    Error::new(action.location.clone(), message, help)
}

fn remove(document: &mut Value, target: &str) -> Option<()> {
    let (parent, key) = target.rsplit_once('/')?;
    match document.pointer_mut(parent)? {
        Value::Object(members) => {
            members.shift_remove(&key.replace("~1", "/").replace("~0", "~"));
        }
        Value::Array(items) => {
            items.remove(key.parse().ok().filter(|index| *index < items.len())?);
        }
        _ => {}
    }
    Some(())
}

/// The target of an action must be a mapping or a list; its members may be anything.
fn merge_target(node: &mut Value, update: &Value) -> Result<bool, String> {
    match (&mut *node, update) {
        (Value::Object(_), Value::Object(_)) | (Value::Array(_), Value::Array(_)) => {
            merge(node, update)
        }
        (Value::Array(items), entry) => {
            items.push(entry.clone());
            Ok(true)
        }
        (Value::Object(_), _) => Err("the target is a mapping, but the update is not".to_owned()),
        _ => Err("the target is neither a mapping nor a list".to_owned()),
    }
}

/// Returns whether anything changed.
fn merge(node: &mut Value, update: &Value) -> Result<bool, String> {
    match (node, update) {
        (Value::Object(members), Value::Object(updates)) => {
            let mut changed = false;
            for (key, update) in updates {
                changed |= match members.get_mut(key) {
                    Some(member) => merge(member, update)?,
                    None => {
                        members.insert(key.clone(), update.clone());
                        true
                    }
                };
            }
            Ok(changed)
        }
        (Value::Array(items), Value::Array(updates)) => {
            items.extend(updates.iter().cloned());
            Ok(!updates.is_empty())
        }
        (Value::Object(_), _) => Err("a mapping would be overwritten".to_owned()),
        (Value::Array(_), _) => Err("a list would be overwritten".to_owned()),
        (node, update) => {
            let changed = node != update;
            *node = update.clone();
            Ok(changed)
        }
    }
}
