//! `cargo xtask diff`: what changed between two descriptions, on the wire and for callers of the
//! crate.
//!
//! `description` and `schema` read a document, `walk` traverses two of them in parallel;
//! `operations`, `bodies`, `responses`, `schemas`, `properties` and `values` classify the
//! differences; `renames` separates renames from additions. `source` locates the documents,
//! `markdown` and `json` write the report. The comparison covers the schemas that operations reach:
//! an unreachable component is not part of the interface.

mod bodies;
mod change;
mod description;
mod json;
mod markdown;
mod operations;
mod properties;
mod reach;
mod renames;
mod responses;
mod rust;
mod schema;
mod schemas;
pub mod source;
mod values;
mod walk;

use serde_json::Value;

pub use self::change::{Bump, Change, Class, Impact, OperationName, Rename, Report};
pub use self::description::Description;
pub use self::json::json;
pub use self::markdown::{change_line, markdown, summary};

use self::description::Operation;
use self::walk::{Found, Renames, Walk};

/// All changes from `old` to `new`, ordered by location.
pub fn compare(old: &Description, new: &Description) -> Report {
    let (former, current) = (old.operations(), new.operations());
    let matched = matched(&former, &current);

    let none = Renames::new();
    let mut first = Walk::new(old, new, &none);
    first.is_searching = true;
    visit(&mut first, &matched);
    let renames = renames::find(&first);

    let mut walk = Walk::new(old, new, &renames);
    let mut roots = visit(&mut walk, &matched);
    roots.extend(one_sided(&former, &current, &matched));
    let mut changes = about_all(old, new);
    changes.extend(renamed(&walk));
    changes.extend(walk.finish(roots));

    let mut names: Vec<Rename> = renames
        .iter()
        .map(|(from, to)| rename("schemas", from, to))
        .collect();
    for (before, after) in &matched {
        if before.id() != after.id() {
            names.push(rename("operations", &before.id(), &after.id()));
        }
        if let Some((from, to)) = responses::renamed(old, before, new, after) {
            names.push(rename("responses", &from, &to));
        }
    }
    names.sort();
    names.dedup();
    Report {
        old: format!("{} ({})", old.label, old.version()),
        new: format!("{} ({})", new.label, new.version()),
        changes,
        renames: names,
    }
}

fn rename(kind: &str, from: &str, to: &str) -> Rename {
    Rename {
        from: format!("{kind}.{from}"),
        to: format!("{kind}.{to}"),
    }
}

type Matched<'s, 'a> = Vec<(&'s Operation<'a>, &'s Operation<'a>)>;

/// Pairs the same operations: by method and path, then by name.
fn matched<'s, 'a>(old: &'s [Operation<'a>], new: &'s [Operation<'a>]) -> Matched<'s, 'a> {
    let same_call = |one: &Operation<'_>, other: &Operation<'_>| {
        (one.method, one.template()) == (other.method, other.template())
    };
    let mut pairs: Matched<'s, 'a> = Vec::new();
    for after in new {
        if let Some(before) = old.iter().find(|before| same_call(before, after)) {
            pairs.push((before, after));
        }
    }
    for after in new {
        let is_left = |left: &Operation<'_>, pairs: &Matched<'s, 'a>, is_old: bool| {
            !pairs.iter().any(|(one, other)| {
                let known = if is_old { one } else { other };
                known.pointer == left.pointer
            })
        };
        if !is_left(after, &pairs, false) {
            continue;
        }
        let before = old
            .iter()
            .find(|before| before.id() == after.id() && is_left(before, &pairs, true));
        if let Some(before) = before {
            pairs.push((before, after));
        }
    }
    pairs
}

fn visit(walk: &mut Walk<'_>, matched: &Matched<'_, '_>) -> Vec<(OperationName, Found)> {
    let roots = matched
        .iter()
        .map(|(before, after)| (after.name(), operations::compare(walk, before, after)))
        .collect();
    walk.run();
    roots
}

/// Operations that only one side has.
fn one_sided(
    old: &[Operation<'_>],
    new: &[Operation<'_>],
    matched: &Matched<'_, '_>,
) -> Vec<(OperationName, Found)> {
    let mut found = Vec::new();
    let mut add = |operation: &Operation<'_>, change: Change| {
        let changes = vec![change];
        let inner = Default::default();
        found.push((operation.name(), Found { changes, inner }));
    };
    for operation in old {
        if !matched
            .iter()
            .any(|(before, _)| before.pointer == operation.pointer)
        {
            let (rule, class, note) = match operation.event() {
                None => (
                    "operation-removed",
                    Class::BreakingForRequests,
                    "an overlay can keep it, marked `deprecated`, for as long as the server \
                     accepts it",
                ),
                Some(_) => (
                    "event-removed",
                    Class::BreakingForResponses,
                    "an overlay can keep it for as long as it is delivered",
                ),
            };
            let what = format!("{} was removed", operations::summary(operation));
            let change = operations::change(operation, rule, what, class, Impact::Breaking);
            add(
                operation,
                Change {
                    note: Some(note.to_owned()),
                    ..change
                },
            );
        }
    }
    for operation in new {
        if !matched
            .iter()
            .any(|(_, after)| after.pointer == operation.pointer)
        {
            let rule = match operation.event() {
                None => "operation-added",
                Some(_) => "event-added",
            };
            let what = format!("{} was added", operations::summary(operation));
            let change =
                operations::change(operation, rule, what, Class::Compatible, Impact::Addition);
            let resource = |operation: &Operation<'_>| operation.rust().map(|(name, _)| name);
            let name = resource(operation);
            let is_known = old.iter().any(|known| resource(known) == name);
            let note = name
                .filter(|_| !is_known && operation.event().is_none())
                .map(|name| format!("new resource `{name}`, with its own cargo feature"));
            add(operation, Change { note, ..change });
        }
    }
    found
}

/// Changes of the whole document.
fn about_all(old: &Description, new: &Description) -> Vec<Change> {
    let mut changes = Vec::new();
    let text = |side: &Description, location: &str| {
        let value = side.document.pointer(location).and_then(Value::as_str);
        value.unwrap_or("none").to_owned()
    };
    let mut about = |rule, location: &str, what: &str| {
        let (before, after) = (text(old, location), text(new, location));
        if before != after {
            changes.push(Change {
                rule,
                pointer: format!("#{location}"),
                operations: Vec::new(),
                what: format!("{what} is now `{after}` (was `{before}`)"),
                class: Class::Compatible,
                impact: Impact::Nothing,
                note: None,
            });
        }
    };
    about("api-version-changed", "/info/version", "the API version");
    about("base-url-changed", "/servers/0/url", "the base URL");
    let tags = |side: &Description| -> Vec<String> {
        let tags = side.document.get("tags").and_then(Value::as_array);
        tags.into_iter()
            .flatten()
            .filter_map(|tag| Some(tag.get("name")?.as_str()?.to_owned()))
            .collect()
    };
    let (before, after) = (tags(old), tags(new));
    let mut tag = |rule, name: &str, word: &str| {
        changes.push(Change {
            rule,
            pointer: "#/tags".to_owned(),
            operations: Vec::new(),
            what: format!("the tag `{name}` was {word}"),
            class: Class::Compatible,
            impact: Impact::Nothing,
            note: Some("`x-speakeasy-group` names resources, not tags".to_owned()),
        });
    };
    for name in after.iter().filter(|name| !before.contains(name)) {
        tag("tag-added", name, "new");
    }
    for name in before.iter().filter(|name| !after.contains(name)) {
        tag("tag-removed", name, "gone");
    }
    changes
}

/// Renamed components, and whether the Rust name changes.
fn renamed(walk: &Walk<'_>) -> Vec<Change> {
    let change = |(from, to): (&String, &String)| {
        let was = walk.old.type_of_component(from);
        let now = walk.new.type_of_component(to);
        // A body has no type in the crate; only its contents do.
        let is_type = walk.received.contains(to) || walk.sent.contains(to);
        let (impact, note) = if was == now || !is_type {
            let note = format!("the Rust names stay if the pins below `schemas.{from}` are moved");
            (Impact::Nothing, note)
        } else {
            let note = format!(
                "`{was}` is `{now}` in Rust; `schemas.{to}: {was}` under `types` in \
                 spec/names.yaml keeps the name; move the pins below `schemas.{from}`"
            );
            (Impact::Breaking, note)
        };
        Change {
            rule: "schema-renamed",
            pointer: crate::support::pointer::child("#/components/schemas", to),
            operations: Vec::new(),
            what: format!("the schema `{from}` was renamed to `{to}`"),
            class: Class::Compatible,
            impact,
            note: Some(note),
        }
    };
    walk.renames.iter().map(change).collect()
}
