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
use std::path::Path;

use serde_json::Value;

use crate::input::load;
use crate::support::error::{Error, Result};
use crate::support::naming::upper_camel_case;

const FILE: &str = "spec/names.yaml";

/// The pins, and which of them have been used.
#[derive(Debug)]
pub struct Names {
    /// The file of the pins, for errors.
    file: String,
    types: BTreeMap<String, String>,
    variants: BTreeMap<String, BTreeMap<String, String>>,
    used: RefCell<BTreeSet<String>>,
}

impl Default for Names {
    fn default() -> Self {
        Self {
            file: FILE.to_owned(),
            types: BTreeMap::new(),
            variants: BTreeMap::new(),
            used: RefCell::default(),
        }
    }
}

impl Names {
    /// Reads the pins of the workspace at `root`.
    pub fn read(root: &Path) -> Result<Self> {
        Self::read_file(root, FILE)
    }

    /// Reads the pins of another description, from a file in the workspace.
    pub fn read_file(root: &Path, file: &str) -> Result<Self> {
        Self::from_file(file, &load::yaml(&root.join(file))?)
    }

    /// The pins in a parsed file.
    pub fn from_document(document: &Value) -> Result<Self> {
        Self::from_file(FILE, document)
    }

    fn from_file(file: &str, document: &Value) -> Result<Self> {
        let mut names = Self {
            file: file.to_owned(),
            ..Self::default()
        };
        for (section, value) in document.as_object().into_iter().flatten() {
            match section.as_str() {
                "types" => names.types = strings(file, value, section)?,
                "variants" => {
                    for (name, variants) in value.as_object().into_iter().flatten() {
                        let location = format!("{section}.{name}");
                        names
                            .variants
                            .insert(name.clone(), strings(file, variants, &location)?);
                    }
                }
                other => {
                    return Err(Error::new(
                        file,
                        format!("unknown section `{other}`"),
                        "use `types` and `variants`",
                    ));
                }
            }
        }
        Ok(names)
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
        let name = upper_camel_case(value);
        // `Unknown` is a variant of every open enum, for values outside the description.
        if name == "Unknown" || syn::parse_str::<syn::Ident>(&name).is_err() {
            return Err(Error::new(
                format!("enum {enumeration}, value `{value}`"),
                "the value cannot be converted to a variant name",
                format!(
                    "pin one in {} under `variants: {{ {enumeration}: {{ \"{value}\": … }} }}`",
                    self.file
                ),
            ));
        }
        Ok(name)
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

    /// Fails if a pin refers to a location that the description does not have.
    pub fn check_all_used(&self) -> Result<()> {
        let used = self.used.borrow();
        let variants = self.variants.iter().flat_map(|(enumeration, pins)| {
            pins.keys()
                .map(move |value| format!("{enumeration}={value}"))
        });
        let vanished: Vec<String> = self
            .types
            .keys()
            .cloned()
            .chain(variants)
            .filter(|pin| !used.contains(pin))
            .collect();
        if vanished.is_empty() {
            return Ok(());
        }
        Err(Error::new(
            self.file.as_str(),
            format!("the description no longer has {}", vanished.join(", ")),
            "move each pin to the schema's new location, or delete it and mention that in the \
             changelog",
        ))
    }
}

fn strings(file: &str, value: &Value, location: &str) -> Result<BTreeMap<String, String>> {
    let wrong = || {
        Error::new(
            format!("{file}, {location}"),
            "expected a mapping of strings to strings",
            "write `location: RustName`",
        )
    };
    let mut strings = BTreeMap::new();
    for (key, value) in value.as_object().ok_or_else(wrong)? {
        strings.insert(key.clone(), value.as_str().ok_or_else(wrong)?.to_owned());
    }
    Ok(strings)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pin_without_a_location_is_an_error() {
        let names = Names::from_pins([("schemas.Gone.status", "GoneStatus")]);
        let error = names.check_all_used().unwrap_err().to_string();
        assert!(error.contains("schemas.Gone.status"), "{error}");
    }

    #[test]
    fn a_used_pin_is_accepted() {
        let names = Names::from_pins([("schemas.Book.genre", "Genre")]);
        assert_eq!(names.pinned("schemas.Book.genre"), Some("Genre"));
        assert!(names.check_all_used().is_ok());
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
