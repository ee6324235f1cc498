//! Reads an overlay document and checks it against the Overlay Specification 1.0.

use serde_json::{Map, Value};
use serde_json_path::JsonPath;

use super::path;
use crate::input::version::is_version;
use crate::support::error::{Error, Findings, Result};
use crate::support::pointer;

/// An overlay that is valid by itself.
#[derive(Debug)]
pub(super) struct Overlay {
    versions: Versions,
    /// The version of the description in `extends`, if there is one.
    target: Versions,
    pub(super) actions: Vec<Action>,
}

#[derive(Debug)]
pub(super) struct Action {
    /// Its JSON pointer in the overlay.
    pub location: String,
    /// The target as written.
    pub target: String,
    pub path: JsonPath,
    pub change: Change,
    pub versions: Versions,
    has_reason: bool,
}

#[derive(Debug)]
pub(super) enum Change {
    Update(Value),
    /// Update with this value.
    Copy(JsonPath),
    Remove,
}

/// The API versions that an overlay or an action is for.
#[derive(Debug, Default)]
pub(super) struct Versions(Option<Vec<Range>>);

/// Inclusive at both ends; dates sort as their text does.
#[derive(Debug)]
struct Range {
    first: String,
    last: Option<String>,
}

impl Versions {
    pub(super) fn include(&self, version: &str) -> bool {
        self.0.as_ref().is_none_or(|ranges| {
            ranges.iter().any(|range| {
                range.first.as_str() <= version
                    && range
                        .last
                        .as_ref()
                        .is_none_or(|last| version <= last.as_str())
            })
        })
    }
}

impl Overlay {
    /// The overlay with its sound actions; `None` if it has none, or if it cannot be determined which
    /// versions it is for. Locations in errors are JSON pointers into `document`.
    pub(super) fn read(document: &Value, findings: &mut Findings) -> Option<Self> {
        let members = findings.keep(mapping(document, "#"))?;
        let keys = ["overlay", "info", "extends", "actions", "x-versions"];
        findings.keep(reject_unknown(members, &keys, "#"));
        findings.keep(edition(members));
        findings.keep(info(members));
        let versions = findings.keep(versions(members, "#"));
        let target = findings.keep(target(members));
        let actions = match members.get("actions") {
            Some(Value::Array(actions)) if !actions.is_empty() => actions,
            _ => {
                findings.report(
                    "#/actions",
                    "an overlay needs a list of at least one action",
                    "add an action, or delete the file",
                );
                return None;
            }
        };
        let actions = actions.iter().enumerate().filter_map(|(index, action)| {
            let location = pointer::item("#/actions", index);
            let action = findings.keep(Action::read(action, location))?;
            // It is applied, in order that what it corrects is not reported too.
            if !action.has_reason {
                findings.report(
                    &action.location,
                    format!("the action on `{}` has no reason", action.target),
                    "add a `description` that states what was observed",
                );
            }
            Some(action)
        });
        Some(Self {
            actions: actions.collect(),
            versions: versions?,
            target: target?,
        })
    }
}

fn edition(members: &Map<String, Value>) -> Result<()> {
    let version = text(members, "overlay", "#")?;
    if version.starts_with("1.0.") {
        return Ok(());
    }
    Err(Error::new(
        "#/overlay",
        format!("Overlay {version} is not supported, expected 1.0.x"),
        "write the overlay as Overlay 1.0.0",
    ))
}

fn info(members: &Map<String, Value>) -> Result<()> {
    let info = mapping(members.get("info").unwrap_or(&Value::Null), "#/info")?;
    reject_unknown(info, &["title", "version"], "#/info")?;
    text(info, "title", "#/info")?;
    text(info, "version", "#/info")?;
    Ok(())
}

impl Overlay {
    /// Whether it applies to the description of this version.
    pub(super) fn is_for(&self, version: &str) -> bool {
        self.versions.include(version) && self.target.include(version)
    }
}

impl Action {
    fn read(value: &Value, location: String) -> Result<Self> {
        let members = mapping(value, &location)?;
        let known = [
            "target",
            "description",
            "update",
            "x-copy",
            "remove",
            "x-versions",
        ];
        reject_unknown(members, &known, &location)?;
        let target = text(members, "target", &location)?.to_owned();
        let path = json_path(members, "target", &location)?;
        let reason = members.get("description").and_then(Value::as_str);
        let removes = match members.get("remove") {
            None => false,
            Some(Value::Bool(removes)) => *removes,
            Some(_) => {
                return Err(Error::new(
                    pointer::child(&location, "remove"),
                    "`remove` is neither `true` nor `false`",
                    "write `remove: true`, or leave it out",
                ));
            }
        };
        let change = match (
            removes,
            members.get("update"),
            members.contains_key("x-copy"),
        ) {
            (true, _, _) => Change::Remove,
            (false, Some(update), false) => Change::Update(update.clone()),
            (false, None, true) => Change::Copy(json_path(members, "x-copy", &location)?),
            _ => {
                return Err(Error::new(
                    &location,
                    format!("the action on `{target}` must do exactly one thing"),
                    "give it one of `update`, `x-copy` and `remove: true`",
                ));
            }
        };
        Ok(Self {
            versions: versions(members, &location)?,
            has_reason: reason.is_some_and(|reason| !reason.trim().is_empty()),
            location,
            target,
            path,
            change,
        })
    }
}

fn json_path(members: &Map<String, Value>, key: &str, location: &str) -> Result<JsonPath> {
    let expression = text(members, key, location)?;
    path::read(&pointer::child(location, key), expression)
}

/// `extends`: the URI of a description, whose name is its version.
fn target(members: &Map<String, Value>) -> Result<Versions> {
    if !members.contains_key("extends") {
        return Ok(Versions::default());
    }
    let target = text(members, "extends", "#")?;
    let name = target.rsplit('/').next().unwrap_or_default();
    match name.strip_suffix(".yaml").and_then(range) {
        Some(range) => Ok(Versions(Some(vec![range]))),
        None => Err(Error::new(
            "#/extends",
            format!("`{target}` is not a description in spec"),
            "refer to one, as in `../2026-05-12.yaml`, or list versions in `x-versions`",
        )),
    }
}

/// `x-versions`: each entry is a version, or a range `first..last` in which either end may be
/// omitted.
fn versions(members: &Map<String, Value>, location: &str) -> Result<Versions> {
    let Some(value) = members.get("x-versions") else {
        return Ok(Versions::default());
    };
    let ranges = value
        .as_array()
        .filter(|entries| !entries.is_empty())
        .and_then(|entries| {
            entries
                .iter()
                .map(|entry| range(entry.as_str()?))
                .collect::<Option<Vec<_>>>()
        });
    match ranges {
        Some(ranges) => Ok(Versions(Some(ranges))),
        None => Err(Error::new(
            pointer::child(location, "x-versions"),
            "this is not a list of API versions",
            "list versions (`2026-05-12`) or ranges of them (`2025-11-10..`)",
        )),
    }
}

fn range(entry: &str) -> Option<Range> {
    let (first, last) = match entry.split_once("..") {
        Some((first, last)) => (first, Some(last).filter(|last| !last.is_empty())),
        None => (entry, Some(entry)),
    };
    let is_stated = |end: Option<&str>| end.is_none_or(is_version);
    let is_range = is_stated(Some(first).filter(|first| !first.is_empty())) && is_stated(last);
    (is_range && (!first.is_empty() || last.is_some())).then(|| Range {
        first: first.to_owned(),
        last: last.map(str::to_owned),
    })
}

fn mapping<'a>(value: &'a Value, location: &str) -> Result<&'a Map<String, Value>> {
    value.as_object().ok_or_else(|| {
        Error::new(
            location,
            "expected a mapping",
            "see the Overlay Specification 1.0",
        )
    })
}

fn text<'a>(members: &'a Map<String, Value>, key: &str, location: &str) -> Result<&'a str> {
    members.get(key).and_then(Value::as_str).ok_or_else(|| {
        Error::new(
            pointer::child(location, key),
            "expected a string",
            "see the Overlay Specification 1.0",
        )
    })
}

fn reject_unknown(members: &Map<String, Value>, known: &[&str], location: &str) -> Result<()> {
    match members.keys().find(|key| !known.contains(&key.as_str())) {
        None => Ok(()),
        Some(key) => Err(Error::new(
            pointer::child(location, key),
            format!("unknown key `{key}`"),
            format!("correct its spelling; expected one of {}", known.join(", ")),
        )),
    }
}
