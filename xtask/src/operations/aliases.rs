//! Names under which rustdoc's search finds an operation.
//!
//! The search compares what is typed with whole names: of `list users` it would look for an item `users`
//! in a `list`. So phrases are aliases too. Those that follow from an operation's names are made here, for
//! all; what else people look for is data, in `spec/docs/aliases.yaml`.

use std::collections::BTreeSet;

use syn::{Attribute, parse_quote};

use super::naming;
use crate::error::{Error, Result};
use crate::ir::{Operation, Resource};
use crate::naming::{phrase, singular};

/// Columns of the aliases in a line of the printer, which has 89: those of `    #[doc(alias())]` are its own.
const LINE: usize = 72;

/// All aliases of an operation: its id, which is also the name of most methods of Clerk's SDK for
/// JavaScript, then phrases, then what the data adds.
pub(super) fn of(resource: &Resource, operation: &Operation) -> Result<Vec<String>> {
    let mut taken = BTreeSet::from([searched(operation.name.trim_end_matches('_'))]);
    let mut aliases = vec![operation.operation_id.clone()];
    aliases.extend(phrases(resource, operation));
    aliases.retain(|alias| taken.insert(searched(alias)));
    for alias in &operation.aliases {
        let fault = if alias.trim() != alias || alias.is_empty() || alias.contains(['"', '\'']) {
            "is not a name or a phrase"
        } else if !taken.insert(searched(alias)) {
            "finds the operation already"
        } else {
            continue;
        };
        return Err(Error::new(
            naming::place(resource, operation),
            format!("the alias `{alias}` {fault}"),
            "correct or delete it in spec/docs/aliases.yaml",
        ));
    }
    aliases.extend(operation.aliases.iter().cloned());
    Ok(aliases)
}

/// As few attributes as have a line each: the printer puts what is longer on a line for every alias.
pub(super) fn attributes(aliases: &[String]) -> Vec<Attribute> {
    let mut lines: Vec<(usize, Vec<&String>)> = Vec::new();
    for alias in aliases {
        let width = alias.chars().count() + "\"\", ".len();
        match lines.last_mut() {
            Some((taken, line)) if *taken + width <= LINE => {
                *taken += width;
                line.push(alias);
            }
            _ => lines.push((width, vec![alias])),
        }
    }
    let lines = lines.into_iter().map(|(_, line)| line);
    lines
        .map(|line| parse_quote!(#[doc(alias(#(#line),*))]))
        .collect()
}

/// `ban user`, `list users`; of a name of several words these alone too: `verify password`.
fn phrases(resource: &Resource, operation: &Operation) -> Vec<String> {
    let name = phrase(&operation.name);
    let many = phrase(&resource.module);
    let one = singular(&many);
    match name.clone().split_once(' ') {
        None if name == "list" || name == "count" => vec![format!("{name} {many}")],
        None => vec![format!("{name} {one}")],
        Some(("bulk", verb)) => vec![format!("{verb} {many}"), format!("bulk {verb} {many}")],
        Some((verb, _)) => {
            let id = phrase(&operation.operation_id);
            // An id that begins otherwise, as `UsersGet…`, is not what anyone types.
            let is_spoken = id.split(' ').next() == Some(verb);
            [name].into_iter().chain(is_spoken.then_some(id)).collect()
        }
    }
}

/// What the search makes of a name before it compares.
fn searched(name: &str) -> String {
    name.replace('_', "").to_lowercase()
}
