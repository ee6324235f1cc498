//! `spec/names.yaml`: pinned Rust names, which stay the same across upstream changes.
//!
//! A pin connects a location in the description with the name of a Rust type. Locations use names
//! rather than positions, so that reordering does not affect them:
//!
//! - `schemas.Session.status`: a property of a shared schema, followed by `[]` for a list's
//!   element;
//! - `responses.Machine.Created`: the body of a shared response;
//! - `operations.GetSessionList.query.status`, `operations.CreateUser.body.locale`,
//!   `operations.getApiKeys.response.data[]`: a parameter, a body field, a part of a response.
//!
//! Several locations may share a name if their schemas are equal.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::folder::Folder;
use crate::support::edit::{Change, Edit, PLACEHOLDER};
use crate::support::error::{Error, Findings, Result};
use crate::support::naming::{is_identifier, type_name};

const FILE: &str = "spec/names.yaml";

/// The pins, and which of them have been used.
#[derive(Clone, Debug)]
pub struct Names {
    /// The file of the pins, for errors.
    file: String,
    types: BTreeMap<String, String>,
    variants: BTreeMap<String, BTreeMap<String, String>>,
    used: RefCell<BTreeSet<String>>,
    /// Whether all pins could be read. Without one, a name and all its texts would be reported.
    pub is_complete: bool,
}

impl Default for Names {
    fn default() -> Self {
        Self {
            file: FILE.to_owned(),
            types: BTreeMap::new(),
            variants: BTreeMap::new(),
            used: RefCell::default(),
            is_complete: true,
        }
    }
}

impl Names {
    /// Reads the pins in a file of a workspace.
    pub fn read(workspace: Folder<'_>, path: &str, findings: &mut Findings) -> Self {
        let before = findings.len();
        let file = findings.keep(workspace.yaml(path));
        let document = file.map(|file| file.document).unwrap_or_default();
        let names = Self::from_document(path, &document, findings);
        let is_complete = findings.iter().skip(before).all(Error::is_placeholder);
        Self {
            is_complete,
            ..names
        }
    }

    /// The pins in a parsed file; `file` names it in errors.
    pub fn from_document(file: &str, document: &Value, findings: &mut Findings) -> Self {
        let mut names = Self {
            file: file.to_owned(),
            ..Self::default()
        };
        for (section, value) in document.as_object().into_iter().flatten() {
            match section.as_str() {
                "types" => names.types = strings(file, value, section, findings),
                "variants" => {
                    let variants = value.as_object();
                    if variants.is_none() {
                        findings.report(
                            format!("{file}, {section}"),
                            "expected a mapping of enums to the names of their values",
                            "write `RustName: {value: RustName}`",
                        );
                    }
                    for (name, variants) in variants.into_iter().flatten() {
                        let location = format!("{section}.{name}");
                        let variants = strings(file, variants, &location, findings);
                        names.variants.insert(name.clone(), variants);
                    }
                }
                other => findings.report(
                    file,
                    format!("unknown section `{other}`"),
                    "use `types` and `variants`",
                ),
            }
        }
        names
    }

    /// Pins given in code, for tests of other stages.
    pub fn from_pins<'a>(types: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let types = types
            .into_iter()
            .map(|(location, name)| (location.to_owned(), name.to_owned()))
            .collect();
        Self {
            types,
            ..Self::default()
        }
    }

    /// The file of the pins, for errors.
    pub fn file(&self) -> &str {
        &self.file
    }

    /// The pinned name of a location, marked as used.
    pub fn pinned(&self, location: &str) -> Option<&str> {
        let name = self.types.get(location)?;
        self.used.borrow_mut().insert(location.to_owned());
        Some(name)
    }

    /// The Rust name of an enum's value: pinned, or derived from the value.
    pub fn variant(&self, enumeration: &str, value: &str) -> Result<String> {
        if let Some(pinned) = self
            .variants
            .get(enumeration)
            .and_then(|pins| pins.get(value))
        {
            self.used
                .borrow_mut()
                .insert(format!("{enumeration}={value}"));
            return Ok(pinned.clone());
        }
        let name = type_name(value);
        // `Unknown` is a variant of every open enum, for values outside the description.
        if name == "Unknown" || !is_identifier(&name) {
            let error = Error::new(
                format!("enum {enumeration}, value `{value}`"),
                "the value cannot be converted to a variant name",
                format!(
                    "pin one in {} under `variants: {{ {enumeration}: {{ \"{value}\": … }} }}`",
                    self.file
                ),
            );
            return Err(error.with_remedy(self.placeholder(["variants", enumeration, value])));
        }
        Ok(name)
    }

    /// The edit that adds a pin without a name.
    pub fn placeholder<'a>(&self, path: impl IntoIterator<Item = &'a str>) -> Edit {
        let value = PLACEHOLDER.into();
        let facts = Vec::new();
        Edit::yaml(self.file(), path, Change::Add { value, facts })
    }

    /// The pins of a location and of everything below it.
    pub fn pins_below<'a>(&'a self, ancestor: &'a str) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.types
            .iter()
            .map(|(location, name)| (location.as_str(), name.as_str()))
            .filter(move |(location, _)| {
                location
                    .strip_prefix(ancestor)
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
            })
    }

    /// Marks the pins of a part that is left out because of a fault: they have not vanished. `name`
    /// is the name of its type, with which the names of inner types start.
    pub fn leave_out(&self, ancestor: &str, name: &str) {
        let mut used = self.used.borrow_mut();
        let mut names = vec![name];
        for (location, name) in self.pins_below(ancestor) {
            used.insert(location.to_owned());
            names.push(name);
        }
        for (enumeration, values) in &self.variants {
            if names.iter().any(|name| enumeration.starts_with(name)) {
                used.extend(values.keys().map(|value| format!("{enumeration}={value}")));
            }
        }
    }

    /// The pins of locations that the description does not have.
    pub fn vanished(&self) -> Vec<String> {
        let used = self.used.borrow();
        let variants = self.variants.iter().flat_map(|(enumeration, pins)| {
            pins.keys()
                .map(move |value| format!("{enumeration}={value}"))
        });
        let pins = self.types.keys().cloned().chain(variants);
        pins.filter(|pin| !used.contains(pin)).collect()
    }
}

fn strings(
    file: &str,
    value: &Value,
    location: &str,
    findings: &mut Findings,
) -> BTreeMap<String, String> {
    let mut wrong = || {
        findings.report(
            format!("{file}, {location}"),
            "expected a mapping of strings to strings",
            "write `location: RustName`",
        );
    };
    let mut strings = BTreeMap::new();
    let Some(members) = value.as_object() else {
        wrong();
        return strings;
    };
    let mut unnamed = Vec::new();
    for (key, value) in members {
        match value.as_str() {
            Some(PLACEHOLDER) => {
                // Any name, as long as it is the only one of its kind.
                strings.insert(key.clone(), format!("Todo{}", strings.len()));
                unnamed.push(key);
            }
            Some(value) => drop(strings.insert(key.clone(), value.to_owned())),
            None => wrong(),
        }
    }
    for key in unnamed {
        let what = format!("the pin of `{key}`");
        findings.push(Error::placeholder(
            file,
            what,
            "write the Rust name in its place",
        ));
    }
    strings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pin_without_a_location_has_vanished() {
        let names = Names::from_pins([("schemas.Gone.status", "GoneStatus")]);
        assert_eq!(names.vanished(), ["schemas.Gone.status"]);
    }

    #[test]
    fn a_used_pin_is_accepted() {
        let names = Names::from_pins([("schemas.Book.genre", "Genre")]);
        assert_eq!(names.pinned("schemas.Book.genre"), Some("Genre"));
        assert_eq!(names.vanished(), [""; 0]);
    }

    #[test]
    fn a_value_without_letters_needs_a_pin() {
        let names = Names::default();
        let error = names.variant("Permission", "*").unwrap_err().to_string();
        assert!(
            error.contains("Permission") && error.contains("names.yaml"),
            "{error}"
        );
        assert_eq!(names.variant("Permission", "past_due").unwrap(), "PastDue");
    }
}
