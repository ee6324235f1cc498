//! Keywords: known, of the right type, in the right position, complete.

use serde_json::Value;

use super::{IN_AN_OVERLAY, Node};
use crate::input::vocabulary::{self, Meaning, SCHEMA};
use crate::support::error::Findings;

pub(super) fn check(node: &Node<'_>, findings: &mut Findings) {
    for (name, value) in node.node {
        let Some(keyword) = node.kind.keyword(name) else {
            unknown(node, name, findings);
            continue;
        };
        if matches!(keyword.meaning, Meaning::Prose) {
            findings.report(
                node.child(name),
                format!("`{name}` is prose or a fact for other tools"),
                "remove it; our own texts belong in spec/docs",
            );
        }
        if let Some(wanted) = vocabulary::mismatch(value, keyword.meaning) {
            findings.report(
                node.child(name),
                format!("expected {wanted}"),
                format!("correct the value {IN_AN_OVERLAY}"),
            );
        }
    }
    match (node.kind.component, node.node.get("$ref")) {
        (Some(component), Some(reference)) => check_reference(node, component, reference, findings),
        _ => check_needed(node, findings),
    }
}

fn unknown(node: &Node<'_>, name: &str, findings: &mut Findings) {
    if name.starts_with("x-") {
        findings.report(
            node.child(name),
            format!("unknown vendor extension `{name}` in {}", node.kind.name),
            "correct its spelling, or list it in xtask/src/input/vocabulary/tables.rs",
        );
    } else {
        findings.report(
            node.child(name),
            format!("unknown keyword `{name}` in {}", node.kind.name),
            format!("correct its spelling, or remove it {IN_AN_OVERLAY}"),
        );
    }
}

fn check_needed(node: &Node<'_>, findings: &mut Findings) {
    for needed in node.kind.needed {
        if !node.node.contains_key(*needed) {
            findings.report(
                node.location,
                format!("{} lacks `{needed}`", node.kind.name),
                format!("add it {IN_AN_OVERLAY}"),
            );
        }
    }
}

fn check_reference(node: &Node<'_>, component: &str, reference: &Value, findings: &mut Findings) {
    let prefix = format!("#/components/{component}/");
    let is_component = reference
        .as_str()
        .and_then(|target| target.strip_prefix(&prefix))
        .is_some_and(|name| !name.is_empty() && !name.contains('/'));
    if !is_component {
        findings.report(
            node.child("$ref"),
            format!("{reference} is not a reference to {prefix}…"),
            format!("put the target under `components.{component}` {IN_AN_OVERLAY}"),
        );
    }
    if node.node.len() > 1 {
        let help = if node.kind.is(&SCHEMA) {
            "put the reference into a list of one under `allOf`"
        } else {
            "remove the other members"
        };
        findings.report(
            node.location,
            "members beside a `$ref` are ignored",
            format!("{help}, {IN_AN_OVERLAY}"),
        );
    }
}
