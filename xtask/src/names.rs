//! `spec/names.yaml`: the Rust names that are pinned, so that they outlive changes upstream.
//!
//! A pin ties a location in the description to a Rust type name. A location is written with names
//! rather than positions, so that it survives reordering:
//!
//! - `schemas.Session.status`: a property of a shared schema, `[]` behind it for a list's element;
//! - `responses.Machine.Created`: a shared response's body;
//! - `operations.GetSessionList.query.status`, `operations.CreateUser.body.locale`,
//!   `operations.getApiKeys.response.data[]`: a parameter, a body field, a part of an answer.
//!
//! Several locations may share one name when their schemas are equal.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde_json::Value;

use crate::error::{Error, Result};
use crate::load;
use crate::naming::upper_camel_case;

const FILE: &str = "spec/names.yaml";

/// The pins, and which of them have been used.
#[derive(Debug)]
pub struct Names {
    /// Where they are written, for errors.
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

    /// Reads the pins of another description, from a file below the workspace.
    pub fn read_file(root: &Path, file: &str) -> Result<Self> {
        Self::from_file(file, &load::yaml(&root.join(file))?)
    }

    /// The pins that a document of this form holds.
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
                        let place = format!("{section}.{name}");
                        names
                            .variants
                            .insert(name.clone(), strings(file, variants, &place)?);
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

    /// The Rust name of an enum's value: pinned, or made from the value.
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
        // `Unknown` is the variant that every open enum has for values outside the description.
        if name == "Unknown" || syn::parse_str::<syn::Ident>(&name).is_err() {
            return Err(Error::new(
                format!("enum {enumeration}, value `{value}`"),
                "the value makes no usable variant name",
                format!(
                    "pin one in {} under `variants: {{ {enumeration}: {{ \"{value}\": … }} }}`",
                    self.file
                ),
            ));
        }
        Ok(name)
    }

    /// The pins of a place and of what is below it.
    pub fn pins_below<'a>(&'a self, place: &'a str) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.types
            .iter()
            .map(|(location, name)| (location.as_str(), name.as_str()))
            .filter(move |(location, _)| {
                location
                    .strip_prefix(place)
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
            })
    }

    /// Fails when a pin names a location that the description no longer has.
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
            "move each pin to where the schema is now, or delete it and say so in the changelog",
        ))
    }
}

fn strings(file: &str, value: &Value, place: &str) -> Result<BTreeMap<String, String>> {
    let wrong = || {
        Error::new(
            format!("{file}, {place}"),
            "expected a mapping of text to text",
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
    fn a_pin_that_names_nothing_is_an_error() {
        let names = Names::from_pins([("schemas.Gone.status", "GoneStatus")]);
        let error = names.check_all_used().unwrap_err().to_string();
        assert!(error.contains("schemas.Gone.status"), "{error}");
    }

    #[test]
    fn a_used_pin_is_no_error() {
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
