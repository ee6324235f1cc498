//! Names under which rustdoc's search finds an operation.
//!
//! The search reads `list users` as a path: an item `users` in an item `list`. Phrases are therefore aliases
//! too. Those that follow from the names of an operation are derived here; all others are data, in
//! `spec/docs/aliases.yaml`.

use std::collections::BTreeSet;

use syn::{Attribute, parse_quote};

use super::naming;
use crate::ir::{Api, Operation, Resource};
use crate::support::error::Findings;
use crate::support::naming::{phrase, singular};

/// Columns for aliases in a line of at most 89 columns, beside `    #[doc(alias())]`.
const LINE: usize = 72;

/// All aliases of an operation: its id, which most methods of Clerk's JavaScript SDK are named after, then
/// phrases, then those of the data.
pub(super) fn of(resource: &Resource, operation: &Operation) -> Vec<String> {
    let mut taken = BTreeSet::from([searched(operation.name.trim_end_matches('_'))]);
    let mut aliases = derived(resource, operation);
    aliases.extend(operation.aliases.iter().cloned());
    aliases.retain(|alias| is_phrase(alias) && taken.insert(searched(alias)));
    aliases
}

/// Whether rustdoc accepts the alias.
fn is_phrase(alias: &str) -> bool {
    let is_refused =
        |letter: char| matches!(letter, '"' | '\'') || (letter.is_whitespace() && letter != ' ');
    !alias.is_empty() && alias.trim() == alias && !alias.contains(is_refused)
}

/// Reports each malformed alias in the data, and each that is derived anyway.
pub fn check(api: &Api, findings: &mut Findings) {
    for resource in api.resources.values() {
        for operation in &resource.operations {
            let mut taken = BTreeSet::from([searched(operation.name.trim_end_matches('_'))]);
            taken.extend(
                derived(resource, operation)
                    .iter()
                    .map(|alias| searched(alias)),
            );
            for alias in &operation.aliases {
                let fault = if !is_phrase(alias) {
                    "is not a name or a phrase"
                } else if !taken.insert(searched(alias)) {
                    "finds the operation already"
                } else {
                    continue;
                };
                findings.report(
                    naming::location(resource, operation),
                    format!("the alias `{alias}` {fault}"),
                    "correct or delete it in spec/docs/aliases.yaml",
                );
            }
        }
    }
}

/// The aliases that follow from the names of an operation.
fn derived(resource: &Resource, operation: &Operation) -> Vec<String> {
    let id = [operation.operation_id.clone()];
    id.into_iter().chain(phrases(resource, operation)).collect()
}

/// Distributes aliases over attributes of one line each, because the printer breaks longer attributes into
/// one line per alias.
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

/// Phrases such as `ban user` and `list users`. A name of several words, such as `verify password`, is one
/// by itself.
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
            // An id that begins with something else, such as `UsersGet…`, is not a phrase.
            let is_spoken = id.split(' ').next() == Some(verb);
            [name].into_iter().chain(is_spoken.then_some(id)).collect()
        }
    }
}

/// A name as the search compares it.
fn searched(name: &str) -> String {
    name.replace('_', "").to_lowercase()
}
