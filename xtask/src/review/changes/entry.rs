//! `changelog-entry.md`: the change in terms of the Rust API, ready for the changelog.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use crate::review::diff::Report;
use crate::review::surface::{Impact, Line, Lines};
use crate::support::markdown;
use crate::support::naming::upper_camel_case;

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
        if change.is_breaking() {
            let location = match change.operations.as_slice() {
                [operation] if !operation.rust.is_empty() => markdown::code(&operation.rust),
                _ => markdown::code(&change.pointer),
            };
            let what = markdown::sentence(&change.what);
            let sentence = format!("{location}: {what} ({})", change.class);
            sections.entry(Section::Wire).or_default().insert(sentence);
        }
    }
    for (section, sentences) in self::sections(webhooks) {
        let of_webhooks = sentences
            .iter()
            .map(|sentence| format!("Webhooks: {sentence}"));
        sections.entry(section).or_default().extend(of_webhooks);
    }
    let mut text = format!(
        "{TITLE}\nAPI description: {}.\n",
        markdown::sentence(&report.new)
    );
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
            Self::Wire => "Breaking on the wire",
        }
    }
}

/// The words for the changes of a surface.
struct Words<'a> {
    lines: &'a Lines,
    /// By builder, `resources::users::List`: the call that creates it, `users().list()`.
    calls: BTreeMap<String, String>,
    /// Items that were added or removed as a whole; their members get no sentence of their own.
    whole: BTreeSet<&'a str>,
}

/// A surface item as users write it.
struct Item {
    /// `users().list()`, `User.banned`.
    name: String,
    /// For a setter, field or variant: the path and the name of what has it, and what it is.
    member: Option<(String, String, String)>,
    /// Whether it comes and goes with the method that returns it.
    is_builder: bool,
}

impl<'a> Words<'a> {
    fn new(lines: &'a Lines) -> Self {
        let is_whole = |line: &&Line| line.old.is_none() || line.new.is_none();
        let whole = lines.changed.iter().filter(is_whole);
        Self {
            lines,
            calls: lines.all.iter().filter_map(|line| call(line)).collect(),
            whole: whole.map(|line| line.item.as_str()).collect(),
        }
    }

    /// `None` for items that users do not name.
    fn item(&self, path: &str) -> Option<Item> {
        let call = |builder: &str| {
            let call = self.calls.get(builder);
            call.map_or_else(|| format!("`{builder}`"), |call| format!("`{call}`"))
        };
        let plain = |name: String| Item {
            name,
            member: None,
            is_builder: false,
        };
        let model = |model: &str, name: String, what: String| Item {
            name,
            member: Some((format!("models::{model}"), format!("`{model}`"), what)),
            is_builder: false,
        };
        let parts: Vec<&str> = path.split("::").collect();
        Some(match parts.as_slice() {
            ["Clerk", resource] => plain(format!("`{resource}()`")),
            ["EventKind", kind] => plain(format!("`EventKind::{kind}`")),
            ["resources", module, ty, method] if upper_camel_case(module) == *ty => {
                plain(format!("`{module}().{method}()`"))
            }
            ["resources", module, builder, setter] => {
                let builder = format!("resources::{module}::{builder}");
                let call = call(&builder);
                Item {
                    name: format!("`.{setter}` of {call}"),
                    member: Some((builder, call, format!("`.{setter}`"))),
                    is_builder: false,
                }
            }
            ["resources", module, ty] if upper_camel_case(module) != *ty => Item {
                is_builder: true,
                ..plain(call(path))
            },
            ["models", name] => match name.split_once('.') {
                Some((ty, field)) => model(ty, format!("`{name}`"), format!("the field `{field}`")),
                None => plain(format!("`{name}`")),
            },
            ["models", ty, name] => model(ty, format!("`{ty}::{name}`"), format!("`{name}`")),
            _ => return None,
        })
    }

    /// Whether the item was added or removed with what has it, or with the field that it sets.
    fn is_within_whole(&self, path: &str, item: &Item) -> bool {
        let field = path
            .rsplit_once("::")
            .map(|(ty, name)| format!("{ty}.{name}"));
        let owner = item.member.as_ref().map(|(owner, ..)| owner);
        let mut all = owner.into_iter().chain(&field);
        item.is_builder || all.any(|path| self.whole.contains(path.as_str()))
    }

    /// New setters, fields and variants, by the item that gained them.
    fn gained(&self) -> BTreeMap<String, Vec<String>> {
        let mut gained: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for line in self.lines.changed.iter().filter(|line| line.old.is_none()) {
            if let Some(item) = self.item(&line.item)
                && !self.is_within_whole(&line.item, &item)
                && let Some((_, owner, what)) = item.member
            {
                gained.entry(owner).or_default().push(what);
            }
        }
        gained
    }

    /// The sentence for a line, unless it is a new member of an existing item.
    fn sentence(&self, line: &Line) -> Option<(Section, String)> {
        let item = self.item(&line.item)?;
        let name = &item.name;
        match (&line.old, &line.new, line.impact) {
            (None, ..) => (item.member.is_none() && !item.is_builder)
                .then(|| (Section::Added, format!("{name} was added"))),
            (Some(_), None, _) => (!self.is_within_whole(&line.item, &item))
                .then(|| (Section::Breaking, format!("{name} was removed"))),
            (_, _, Impact::Deprecation) => {
                Some((Section::Deprecated, format!("{name} is deprecated")))
            }
            (Some(old), Some(new), Impact::Breaking) => {
                let (was, now) = (rest(old, &line.item), rest(new, &line.item));
                let result = |text: &str| text.strip_prefix("call -> ").map(str::to_owned);
                let sentence = match (result(was), result(now)) {
                    (Some(was), Some(now)) => format!("{name} returns `{now}` (was `{was}`)"),
                    _ => format!("{name} is `{now}` (was `{was}`)"),
                };
                Some((Section::Breaking, sentence))
            }
            (_, Some(new), Impact::Addition) => new.contains("Nullable<").then(|| {
                (
                    Section::Added,
                    format!("{name} accepts `None`, which sends null"),
                )
            }),
            _ => None,
        }
    }
}

/// The call in which a resource's method creates its builder.
fn call(line: &str) -> Option<(String, String)> {
    let (path, rest) = line.split_once('(')?;
    let parts: Vec<&str> = path.split("::").collect();
    let ["resources", module, ty, method] = parts.as_slice() else {
        return None;
    };
    let builder = rest.rsplit_once("-> ")?.1.split('<').next()?;
    (upper_camel_case(module) == *ty).then(|| {
        let builder = format!("resources::{module}::{builder}");
        (builder, format!("{module}().{method}()"))
    })
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
