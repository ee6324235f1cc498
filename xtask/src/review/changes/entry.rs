//! `changelog-entry.md`: the change in terms of the Rust API, ready for the changelog.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use super::surface::{Line, Lines};
use crate::review::diff::{Class, Impact, Report};

const TITLE: &str = "\
<!-- Written by `cargo xtask regenerate`: the newest import. `cargo xtask changelog` adds it to
     CHANGELOG.md; edit it there. -->
";

/// The titles of the sections, in order.
pub(super) const TITLES: [&str; 4] = [
    Section::Breaking.title(),
    Section::Added.title(),
    Section::Deprecated.title(),
    Section::Wire.title(),
];

pub(super) fn without_previous() -> String {
    format!("{TITLE}\nNo import has changed the API yet.\n")
}

pub(super) fn entry(report: &Report, lines: &Lines, webhooks: &Lines) -> String {
    let mut sections = sections(lines);
    for change in &report.changes {
        if change.class != Class::Compatible && change.impact == Impact::Nothing {
            let location = match change.operations.as_slice() {
                [operation] if !operation.rust.is_empty() => format!("`{}`: ", operation.rust),
                _ => format!("`{}`: ", change.pointer),
            };
            let sentence = format!("{location}{} ({})", change.what, change.class);
            sections.entry(Section::Wire).or_default().insert(sentence);
        }
    }
    for (section, sentences) in self::sections(webhooks) {
        let of_webhooks = sentences
            .iter()
            .map(|sentence| format!("Webhooks: {sentence}"));
        sections.entry(section).or_default().extend(of_webhooks);
    }
    let mut text = format!("{TITLE}\nAPI description: {}.\n", report.new);
    if sections.is_empty() {
        text.push_str("\nNothing changed for callers.\n");
    }
    text.push_str(&written(&sections));
    text
}

type Sections = BTreeMap<Section, BTreeSet<String>>;

/// The sentences for the changes of a surface, by section.
fn sections(lines: &Lines) -> Sections {
    let words = Words::new(lines);
    let mut sections = Sections::new();
    for (owner, members) in words.gained() {
        let sentence = format!("{owner} gained {}", listed(&members));
        sections.entry(Section::Added).or_default().insert(sentence);
    }
    for line in &lines.changed {
        if let Some((section, sentence)) = words.sentence(line) {
            sections.entry(section).or_default().insert(sentence);
        }
    }
    sections
}

fn written(sections: &Sections) -> String {
    let mut text = String::new();
    for (section, sentences) in sections {
        let _ = write!(text, "\n### {}\n\n", section.title());
        for sentence in sentences {
            let _ = writeln!(text, "- {sentence}.");
        }
    }
    text
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Section {
    Breaking,
    Added,
    Deprecated,
    Wire,
}

impl Section {
    const fn title(self) -> &'static str {
        match self {
            Self::Breaking => "Breaking",
            Self::Added => "Added",
            Self::Deprecated => "Deprecated",
            Self::Wire => "Changed on the server only",
        }
    }
}

/// Names of surface items as users write them.
struct Words<'a> {
    lines: &'a Lines,
    /// By builder, `resources::users::List`: the call that creates it, `users().list()`.
    calls: BTreeMap<String, String>,
    /// Items that were added or removed as a whole; their members get no sentence of their own.
    whole: BTreeSet<&'a str>,
}

/// The kind of a surface item.
enum Item<'a> {
    /// `Clerk::users`
    Resource(&'a str),
    /// `resources::users::Users::list`: resource and method.
    Method(&'a str, &'a str),
    /// `resources::users::List::limit`: builder and setter.
    Setter(&'a str, &'a str),
    /// `resources::users::List`
    Builder(&'a str),
    /// `models::User`
    Model(&'a str),
    /// `models::User.banned`
    Field(&'a str, &'a str),
    /// `EventKind::UserCreated`: a kind of webhook event.
    Event(&'a str),
    /// `models::SessionStatus::Active`, or an associated function.
    Associated(&'a str, &'a str),
    Other,
}

impl<'a> Words<'a> {
    fn new(lines: &'a Lines) -> Self {
        let calls = lines.all.iter().filter_map(|line| call(line)).collect();
        let whole = lines
            .changed
            .iter()
            .filter(|line| line.old.is_none() || line.new.is_none())
            .map(|line| line.item.as_str())
            .collect();
        Self {
            lines,
            calls,
            whole,
        }
    }

    /// New setters, fields and variants, by the item that gained them.
    fn gained(&self) -> BTreeMap<String, Vec<String>> {
        let mut gained: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for line in self.lines.changed.iter().filter(|line| line.old.is_none()) {
            let (owner, member) = match item(&line.item) {
                Item::Setter(builder, setter) if !self.whole.contains(builder) => {
                    let owner = self.call(builder);
                    (owner, format!("`.{setter}`"))
                }
                Item::Field(model, field) if !self.is_new(model) => {
                    (format!("`{model}`"), format!("the field `{field}`"))
                }
                Item::Associated(model, name) if !self.is_new(model) => {
                    if name.starts_with(char::is_uppercase) {
                        (format!("`{model}`"), format!("`{name}`"))
                    } else if self.is_setter_of_new_field(model, name) {
                        continue;
                    } else {
                        (format!("`{model}`"), format!("`{name}`"))
                    }
                }
                _ => continue,
            };
            gained.entry(owner).or_default().push(member);
        }
        gained
    }

    /// The sentence for a line, unless it is a new member of an existing item.
    fn sentence(&self, line: &Line) -> Option<(Section, String)> {
        let name = self.name(&line.item)?;
        let sentence = match (&line.old, &line.new) {
            (None, Some(_)) => match item(&line.item) {
                Item::Resource(_) | Item::Method(..) | Item::Model(_) | Item::Event(_) => {
                    return Some((Section::Added, format!("{name} was added")));
                }
                _ => return None,
            },
            (Some(_), None) => {
                if self.is_within_whole(&line.item) {
                    return None;
                }
                format!("{name} was removed")
            }
            (Some(_), Some(_)) if line.impact == Impact::Deprecation => {
                return Some((Section::Deprecated, format!("{name} is deprecated")));
            }
            (Some(old), Some(new)) if line.impact == Impact::Breaking => {
                let (was, now) = (rest(old, &line.item), rest(new, &line.item));
                match (was.strip_prefix("call "), now.strip_prefix("call ")) {
                    (Some(was), Some(now)) => {
                        let result = |text: &str| text.trim_start_matches("-> ").to_owned();
                        format!("{name} returns `{}` (was `{}`)", result(now), result(was))
                    }
                    _ => format!("{name} is `{now}` (was `{was}`)"),
                }
            }
            (Some(_), Some(new)) if line.impact == Impact::Addition => {
                let now = rest(new, &line.item);
                if now.contains("Nullable<") {
                    return Some((
                        Section::Added,
                        format!("{name} accepts `None`, which sends null"),
                    ));
                }
                return None;
            }
            _ => return None,
        };
        Some((Section::Breaking, sentence))
    }

    fn name(&self, path: &str) -> Option<String> {
        Some(match item(path) {
            Item::Resource(resource) => format!("`{resource}()`"),
            Item::Method(resource, method) => format!("`{resource}().{method}()`"),
            Item::Setter(builder, setter) => {
                let call = self.call(builder);
                format!("`.{setter}` of {call}")
            }
            Item::Builder(builder) => self.call(builder),
            Item::Model(model) => format!("`{model}`"),
            Item::Field(model, field) => format!("`{model}.{field}`"),
            Item::Event(kind) => format!("`EventKind::{kind}`"),
            Item::Associated(model, name) => format!("`{model}::{name}`"),
            Item::Other => return None,
        })
    }

    fn call(&self, builder: &str) -> String {
        match self.calls.get(builder) {
            Some(call) => format!("`{call}`"),
            None => format!("`{builder}`"),
        }
    }

    fn is_new(&self, model: &str) -> bool {
        self.whole.contains(format!("models::{model}").as_str())
    }

    fn is_setter_of_new_field(&self, model: &str, name: &str) -> bool {
        self.whole
            .contains(format!("models::{model}.{name}").as_str())
    }

    /// Whether the item was removed together with its type, builder or resource.
    fn is_within_whole(&self, path: &str) -> bool {
        match item(path) {
            Item::Setter(builder, _) => self.whole.contains(builder),
            // The method that creates it was removed too.
            Item::Builder(_) => true,
            Item::Field(model, _) => self.is_new(model),
            Item::Associated(model, name) => {
                self.is_new(model) || self.is_setter_of_new_field(model, name)
            }
            _ => false,
        }
    }
}

fn item(path: &str) -> Item<'_> {
    let parts: Vec<&str> = path.split("::").collect();
    match parts.as_slice() {
        ["Clerk", resource] => Item::Resource(resource),
        ["resources", module, ty, name] => {
            let owner = path
                .strip_suffix(name)
                .and_then(|path| path.strip_suffix("::"));
            if crate::support::naming::upper_camel_case(module) == *ty {
                Item::Method(module, name)
            } else {
                Item::Setter(owner.unwrap_or(path), name)
            }
        }
        ["resources", module, ty] if crate::support::naming::upper_camel_case(module) != *ty => {
            Item::Builder(path)
        }
        ["models", name] => match name.split_once('.') {
            Some((model, field)) => Item::Field(model, field),
            None => Item::Model(name),
        },
        ["EventKind", kind] => Item::Event(kind),
        ["models", model, name] => Item::Associated(model, name),
        _ => Item::Other,
    }
}

/// The call in which a resource's method creates its builder.
fn call(line: &str) -> Option<(String, String)> {
    let (path, rest) = line.split_once('(')?;
    let Item::Method(module, method) = item(path) else {
        return None;
    };
    let builder = rest.rsplit_once("-> ")?.1.split('<').next()?;
    Some((
        format!("resources::{module}::{builder}"),
        format!("{module}().{method}()"),
    ))
}

/// The line after the item's name.
fn rest<'a>(line: &'a str, item: &str) -> &'a str {
    let rest = line.strip_prefix(item).unwrap_or(line);
    rest.strip_prefix(": ").unwrap_or(rest)
}

fn listed(members: &[String]) -> String {
    match members {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}
