//! Alternatives: identified by a property, all of them named.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::{IN_AN_OVERLAY, Node, Source, text};
use crate::input::vocabulary::SCHEMA;
use crate::support::error::Findings;

pub(super) fn check(node: &Node<'_>, source: Source<'_>, findings: &mut Findings) {
    if !node.kind.is(&SCHEMA) {
        return;
    }
    if node.node.contains_key("not") {
        findings.report(
            node.child("not"),
            "`not` cannot become a type",
            format!("remove it {IN_AN_OVERLAY}"),
        );
    }
    for keyword in ["oneOf", "anyOf"] {
        let Some(members) = node.node.get(keyword).and_then(Value::as_array) else {
            continue;
        };
        match node.node.get("discriminator").and_then(Value::as_object) {
            Some(discriminator) => {
                check_discriminator(node, discriminator, members, source, findings);
            }
            None if members.len() == 1 => {}
            None => findings.report(
                node.child(keyword),
                format!(
                    "no discriminator identifies the {} alternatives",
                    members.len()
                ),
                format!("add a `discriminator`, or write them as one object, {IN_AN_OVERLAY}"),
            ),
        }
    }
    let has_members = node.node.contains_key("oneOf") || node.node.contains_key("anyOf");
    if node.node.contains_key("discriminator") && !has_members {
        findings.report(
            node.child("discriminator"),
            "the discriminator has no alternatives",
            format!("remove it {IN_AN_OVERLAY}"),
        );
    }
}

fn check_discriminator(
    node: &Node<'_>,
    discriminator: &Map<String, Value>,
    members: &[Value],
    source: Source<'_>,
    findings: &mut Findings,
) {
    let location = node.child("discriminator");
    let tag = text(discriminator, "propertyName").unwrap_or_default();
    let no_mapping = Map::new();
    let mapping = discriminator
        .get("mapping")
        .and_then(Value::as_object)
        .unwrap_or(&no_mapping);
    let mapped: BTreeSet<&str> = mapping.values().filter_map(Value::as_str).collect();
    let references: Vec<Option<&str>> = members
        .iter()
        .map(|member| member.get("$ref").and_then(Value::as_str))
        .collect();

    for reference in &references {
        match reference {
            Some(reference) if mapped.contains(reference) => {}
            Some(reference) => findings.report(
                &location,
                format!("no value of `{tag}` is mapped to {reference}"),
                format!("complete the `mapping` {IN_AN_OVERLAY}"),
            ),
            None => findings.report(
                node.location,
                "an alternative of a discriminator is not a reference",
                format!("move it to `components.schemas` {IN_AN_OVERLAY}"),
            ),
        }
    }
    for (value, target) in mapping {
        let Some(target) = target
            .as_str()
            .filter(|target| references.contains(&Some(*target)))
        else {
            findings.report(
                &location,
                format!("`{value}` is mapped to {target}, which is not an alternative"),
                format!("correct the `mapping` {IN_AN_OVERLAY}"),
            );
            continue;
        };
        let member = target
            .strip_prefix('#')
            .and_then(|target| source.document.pointer(target));
        let property = member.and_then(|member| source.properties(member).get(tag).cloned());
        let Some(property) = property else {
            findings.report(
                &location,
                format!("{target} has no property `{tag}`, the discriminator"),
                format!("declare the property, or choose another one, {IN_AN_OVERLAY}"),
            );
            continue;
        };
        let values = property.get("enum").and_then(Value::as_array);
        if values.is_some_and(|values| !values.iter().any(|known| known == value)) {
            findings.report(
                &location,
                format!("`{value}` is not a value of `{tag}` in {target}"),
                format!("correct the `mapping` {IN_AN_OVERLAY}"),
            );
        }
    }
}
