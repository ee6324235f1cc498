//! Values for single schemas of a document.

use std::cell::RefCell;
use std::collections::BTreeSet;

use serde_json::Value;

use super::Extent;
use super::generator::generate::{Generator, Habits, Note};
use super::generator::random::Random;
use crate::support::error::{Error, Result};
use crate::support::naming::{singular, snake_case};

/// Creates values for the schemas of one document, as a person would write them.
#[derive(Clone, Debug)]
pub struct Sampler<'a> {
    document: &'a Value,
    extent: Extent,
    resource: String,
    /// What an `id` identifies.
    object: String,
    notes: RefCell<Notes>,
}

/// The names in the samples so far.
#[derive(Clone, Debug, Default)]
pub(super) struct Notes {
    /// Fields of the table.
    pub(super) used: BTreeSet<String>,
    /// Names for which neither the table nor a rule has a value.
    pub(super) missing: BTreeSet<String>,
}

impl<'a> Sampler<'a> {
    pub fn new(document: &'a Value, extent: Extent) -> Self {
        Self::of_resource(document, extent, "")
    }

    /// With the values of the table that are for this resource, named as in the description.
    pub(super) fn of_resource(document: &'a Value, extent: Extent, resource: &str) -> Self {
        let resource = snake_case(resource);
        Self {
            document,
            extent,
            object: singular(&resource),
            resource,
            notes: RefCell::default(),
        }
    }

    /// A value for `schema`, named after `name`; `location` is for errors.
    pub fn sample(&self, location: &str, name: &str, schema: &Value) -> Result<Value> {
        self.member(location, None, name, schema)
    }

    /// A value for a field of the list element `index`, if there is a list.
    pub(super) fn member(
        &self,
        location: &str,
        index: Option<u64>,
        name: &str,
        schema: &Value,
    ) -> Result<Value> {
        let generator = Generator {
            document: self.document,
            habits: Habits {
                optional: match self.extent {
                    Extent::Required => 0,
                    Extent::Everything => 100,
                },
                null: 0,
                // More than one, so that joining them is tested.
                items: (2, 2),
                in_example: true,
                is_blank: false,
            },
            resource: &self.resource,
            object: &self.object,
            notice: &|note, name| {
                let mut notes = self.notes.borrow_mut();
                let names = match note {
                    Note::Used => &mut notes.used,
                    Note::Missing => &mut notes.missing,
                };
                names.insert(name.to_owned());
            },
        };
        let value = generator.value(name, index, schema, Random::new(0));
        value.map_err(|fault| {
            let location = format!("{location}{}", fault.path);
            Error::new(location, fault.message, fault.help)
        })
    }

    pub(super) fn notes(&self) -> Notes {
        self.notes.borrow().clone()
    }
}
