//! `cargo xtask diff`: what changes on the wire between two descriptions, and where. What changes in
//! Rust is reported by the surfaces of both sides ([`crate::review::surface`]).
//!
//! `description` reads a document; `walk`, `operations` and `contents` compare two of them
//! in parallel, by the vocabulary; `rules` and `effects` have the meaning of each difference, `judge`
//! and `report` apply them; `renamed` separates renames from additions. `source` locates the
//! documents, `markdown` and `json` write the report.

mod change;
mod contents;
mod description;
mod effects;
mod facts;
mod json;
mod judge;
mod markdown;
mod operations;
mod renamed;
mod report;
mod rules;
mod schema;
pub mod source;
mod walk;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

pub use self::change::{Change, Class, OperationName, Rename, Report, Role};
pub use self::description::Description;
pub use self::json::json;
pub use self::judge::UNCLASSIFIED;
pub use self::markdown::{counts, markdown, renames, sections};

use self::description::{At, Operation, component, kind_of};
use self::operations::Sides;
use self::report::Roots;
use self::walk::{Member, Renames, Walk, What, members};
use crate::input::vocabulary::{DOCUMENT, Kind, METHODS, Meaning};
use crate::support::pointer;

/// How often a walk may find more renames: a renamed component may contain others.
const MAXIMUM_WALKS: usize = 8;

/// All changes from `old` to `new`, ordered by location.
pub fn compare(old: &Description, new: &Description) -> Report {
    let (former, current) = (old.operations(), new.operations());
    let operations = operations::pairs(&former, &current);
    let mut renames = Renames::new();
    for walks in 1.. {
        let mut walk = Walk::new(old, new, &renames);
        let roots = visit(&mut walk, &operations);
        let found = renamed::find(&walk);
        if found == renames || walks == MAXIMUM_WALKS {
            let mut changes = report::changes(&walk.pairs, &roots);
            changes.extend(renames.iter().filter_map(|(from, to)| renaming(from, to)));
            if changes.is_empty() {
                changes.extend(unseen(Some(&old.document), Some(&new.document), "#"));
            }
            changes.sort_by(|left, right| left.pointer.cmp(&right.pointer));
            return Report {
                old: format!("{} ({})", old.label, old.version()),
                new: format!("{} ({})", new.label, new.version()),
                changes,
                renames: names(&renames, &operations),
            };
        }
        renames = found;
    }
    Report::default()
}

fn visit<'a>(walk: &mut Walk<'a>, operations: &[Sides<'_, 'a>]) -> Roots {
    let mut roots = Roots::new();
    walk.document();
    roots.push((None, walk.take()));
    for sides in operations {
        walk.operation(*sides);
        let name = sides.1.or(sides.0).map(Operation::name);
        roots.push((name, walk.take()));
    }
    walk.run();
    walk.unused();
    roots.push((None, walk.take()));
    walk.run();
    roots
}

impl<'a> Walk<'a> {
    /// Everything but operations and the components that they use.
    fn document(&mut self) {
        let (old, new) = (self.old.root(), self.new.root());
        for keyword in DOCUMENT.keywords {
            match (keyword.name, keyword.meaning) {
                ("paths", Meaning::Sorted(kind)) => self.paths(kind, &old, &new),
                ("components", Meaning::Node(kind)) => {
                    let [was, is] = [&old, &new].map(|root| At {
                        pointer: "#/components".to_owned(),
                        value: root.value.get("components").unwrap_or(&Value::Null),
                    });
                    if let Some(schemes) = kind.keyword("securitySchemes") {
                        self.keyword(kind, schemes, &was, &is);
                    }
                    self.unknown(kind, &was, &is);
                }
                _ => self.keyword(&DOCUMENT, keyword, &old, &new),
            }
        }
        self.unknown(&DOCUMENT, &old, &new);
    }

    /// What paths have besides operations.
    fn paths(&mut self, kind: &'static Kind, old: &At<'a>, new: &At<'a>) {
        let [was, is] = [old, new].map(|root| members(root.child("paths"), false));
        let items: BTreeMap<&str, &At<'a>> = (was.iter().chain(&is))
            .map(|item| (item.name.as_str(), &item.place[0]))
            .collect();
        for (name, item) in items {
            let [old, new] = [&was, &is].map(|side| {
                let item_of = side.iter().find(|item| item.name == name);
                let value = item_of.map_or(&Value::Null, |item| item.place[0].value);
                let pointer = item.pointer.clone();
                At { pointer, value }
            });
            self.unknown(kind, &old, &new);
        }
        let has_operations = |item: &Member<'_>| {
            let mut methods = METHODS.iter();
            methods.any(|method| item.place.iter().any(|at| at.child(method).is_some()))
        };
        let mut sides = [was, is];
        for side in &mut sides {
            side.retain(|item| !has_operations(item));
        }
        self.members(&DOCUMENT, kind, "paths", sides);
    }

    /// Components that were not compared where they are used.
    fn unused(&mut self) {
        let used = [self.old.used(), self.new.used()];
        let (old, new) = (self.old.components(), self.new.components());
        let pointers: BTreeSet<&String> = old.iter().chain(&new).map(|at| &at.pointer).collect();
        let Some(Meaning::Node(kind)) = DOCUMENT.keyword("components").map(|it| it.meaning) else {
            return;
        };
        for pointer in pointers {
            let Some((section, name)) = component(pointer) else {
                continue;
            };
            if section == "securitySchemes" || kind_of(section).is_none() {
                continue;
            }
            let what = match (self.old.at(pointer), self.new.at(pointer)) {
                (Some(_), Some(_)) => {
                    if !self.merged.iter().all(|merged| merged.contains(pointer)) {
                        self.meet(pointer, pointer);
                    }
                    continue;
                }
                (Some(_), None) if !used[0].contains(pointer.as_str()) => What::Removed(name),
                (None, Some(_)) if !used[1].contains(pointer.as_str()) => What::Added(name),
                _ => continue,
            };
            self.differ(kind, section, what, pointer, false);
        }
    }
}

/// The last guard against silence: the first place where documents without a known change differ.
/// The order of tags and of members is no fact.
fn unseen(old: Option<&Value>, new: Option<&Value>, at: &str) -> Option<Change> {
    let (Some(Value::Object(was)), Some(Value::Object(is))) = (old, new) else {
        let (pointer, keyword) = at.rsplit_once('/').unwrap_or((at, ""));
        return (old != new).then(|| Change {
            rule: UNCLASSIFIED.to_owned(),
            pointer: pointer.to_owned(),
            keyword: keyword.to_owned(),
            roles: BTreeSet::new(),
            operations: Vec::new(),
            what: format!("no rule has compared what is different in `{keyword}`"),
            class: Class::BreakingForRequests,
            note: None,
        });
    };
    let mut names = was
        .keys()
        .chain(is.keys())
        .filter(|name| (at, name.as_str()) != ("#", "tags"));
    names.find_map(|name| unseen(was.get(name), is.get(name), &pointer::child(at, name)))
}

fn renaming(from: &str, to: &str) -> Option<Change> {
    let ((section, from), (_, new)) = (component(from)?, component(to)?);
    let is_schema = section == "schemas";
    Some(Change {
        rule: if is_schema {
            "schema-renamed"
        } else {
            "component-renamed"
        }
        .to_owned(),
        pointer: to.to_owned(),
        keyword: section.to_owned(),
        roles: BTreeSet::new(),
        operations: Vec::new(),
        what: format!("`{from}` was renamed to `{new}`"),
        class: Class::Compatible,
        note: Some(format!(
            "the Rust names stay if the pins below `{section}.{from}` are moved to `{section}.{new}`"
        )),
    })
}

/// The renames of everything that pins refer to.
fn names(renames: &Renames, operations: &[Sides<'_, '_>]) -> Vec<Rename> {
    let rename = |section: &str, from: &str, to: &str| Rename {
        from: format!("{section}.{from}"),
        to: format!("{section}.{to}"),
    };
    let components = renames.iter().filter_map(|(from, to)| {
        let ((section, from), (_, to)) = (component(from)?, component(to)?);
        let is_pinned = matches!(section, "schemas" | "responses");
        is_pinned.then(|| rename(section, &from, &to))
    });
    let ids = operations.iter().filter_map(|sides| match sides {
        (Some(old), Some(new)) => Some((old.id(), new.id())),
        _ => None,
    });
    let operations =
        (ids.filter(|(was, is)| was != is)).map(|(was, is)| rename("operations", &was, &is));
    let names: BTreeSet<Rename> = components.chain(operations).collect();
    names.into_iter().collect()
}
