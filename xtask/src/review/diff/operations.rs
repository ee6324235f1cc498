//! Compares operations: which of them are the same, and what each of them sends and receives.

use serde_json::Value;

use super::change::Role;
use super::description::{At, Description, Operation, is};
use super::walk::{Member, Walk, What, members};
use crate::input::vocabulary::{DOCUMENT, Kind, Meaning};

/// The same operation on both sides, or one that only one side has.
pub(super) type Sides<'s, 'a> = (Option<&'s Operation<'a>>, Option<&'s Operation<'a>>);

/// What operations are known by.
type Key = fn(&Operation<'_>) -> (&'static str, String);

/// Pairs the same operations: by method and path, then without the names of placeholders, then by
/// name. In the order of the new description, then those that are gone.
pub(super) fn pairs<'s, 'a>(
    old: &'s [Operation<'a>],
    new: &'s [Operation<'a>],
) -> Vec<Sides<'s, 'a>> {
    let same: [Key; 3] = [
        |operation| (operation.method, operation.path.clone()),
        |operation| (operation.method, operation.template()),
        |operation| ("", operation.id()),
    ];
    let mut left: Vec<&Operation<'a>> = old.iter().collect();
    let mut pairs: Vec<Sides<'s, 'a>> = new.iter().map(|after| (None, Some(after))).collect();
    for key in same {
        for (before, after) in &mut pairs {
            let (None, Some(after)) = (&before, *after) else {
                continue;
            };
            let found = left.iter().position(|old| key(old) == key(after));
            *before = found.map(|found| left.remove(found));
        }
    }
    pairs.extend(left.into_iter().map(|before| (Some(before), None)));
    pairs
}

impl<'a> Walk<'a> {
    pub(super) fn operation(&mut self, sides: Sides<'_, 'a>) {
        let Some((path_item, kind)) = kinds() else {
            return;
        };
        let is_event = [sides.0, sides.1].into_iter().flatten();
        let is_event = is_event.filter(|side| side.event().is_some()).count() > 0;
        self.role = is_event.then_some(Role::Webhook);
        match sides {
            (Some(old), Some(new)) => self.both(path_item, kind, old, new),
            (None, Some(new)) => {
                let what = What::Added(new.summary());
                self.differ(path_item, new.method, what, &new.node.pointer, false);
            }
            (Some(old), None) => {
                let what = What::Removed(old.summary());
                self.differ(path_item, old.method, what, &old.node.pointer, false);
            }
            (None, None) => {}
        }
        self.role = None;
    }

    fn both(
        &mut self,
        path_item: &'static Kind,
        kind: &'static Kind,
        old: &Operation<'a>,
        new: &Operation<'a>,
    ) {
        if (old.method, old.template()) != (new.method, new.template()) {
            let what = What::Value {
                old: Some(Value::from(old.call())),
                new: Some(Value::from(new.call())),
            };
            self.differ(path_item, new.method, what, &new.node.pointer, false);
        } else if old.path != new.path {
            self.form(path_item, &old.path, &new.path, &new.node.pointer);
        }
        let role = self.role;
        for keyword in kind.keywords {
            self.role = match keyword.name {
                "parameters" | "requestBody" => Some(Role::Request),
                "x-clerk-response" => role.or(Some(Role::Response)),
                _ => role,
            };
            match (keyword.name, keyword.meaning) {
                ("parameters", Meaning::List(inner)) => self.parameters(kind, inner, old, new),
                ("requestBody", Meaning::Node(inner)) => {
                    let body = |side: &'a Description, operation: &Operation<'a>| {
                        let body = operation.node.child("requestBody").into_iter();
                        let member = |at: At<'a>| Member {
                            is_required: is(&side.resolve(at.clone()), "required"),
                            ..Member::new("body".to_owned(), vec![at])
                        };
                        body.map(member).collect()
                    };
                    let sides = [body(self.old, old), body(self.new, new)];
                    self.members(kind, inner, keyword.name, sides);
                }
                ("responses", Meaning::Sorted(inner)) => {
                    for (is_success, result) in [(true, Role::Response), (false, Role::Failure)] {
                        self.role = role.or(Some(result));
                        let sides = [old, new].map(|side| {
                            let mut all = members(side.node.child("responses"), false);
                            all.retain(|it| it.name.starts_with('2') == is_success);
                            all
                        });
                        self.members(kind, inner, keyword.name, sides);
                    }
                }
                _ => self.keyword(kind, keyword, &old.node, &new.node),
            }
        }
        self.role = role;
        self.unknown(kind, &old.node, &new.node);
    }

    fn parameters(
        &mut self,
        kind: &'static Kind,
        inner: &'static Kind,
        old: &Operation<'a>,
        new: &Operation<'a>,
    ) {
        let before = self.found.differences.len();
        let sides = [old, new].map(|side| side.parameters_as_in(new));
        self.order(
            kind,
            "parameters",
            [&sides[0], &sides[1]],
            &new.node.pointer,
        );
        for (old, new) in self.common(kind, "parameters", sides) {
            self.parameter = Some(new.name.clone());
            self.node(inner, &old.place, &new.place);
            self.parameter = None;
        }
        // A parameter of the path is that of the operation, unless the operation overrides it.
        let mut lists = old.declared.iter().zip(&new.declared);
        let is_same = lists.all(|lists| match lists {
            (Some(old), Some(new)) => self.is_same(old.value, new.value),
            (old, new) => old.is_none() && new.is_none(),
        });
        if !is_same && self.found.differences.len() == before {
            self.form(kind, "parameters", "parameters", &new.node.pointer);
        }
    }
}

/// The kinds of nodes of a path and of an operation.
fn kinds() -> Option<(&'static Kind, &'static Kind)> {
    let Meaning::Sorted(path_item) = DOCUMENT.keyword("paths")?.meaning else {
        return None;
    };
    match path_item.keyword("get")?.meaning {
        Meaning::Node(operation) => Some((path_item, operation)),
        _ => None,
    }
}
