//! The generator of [`crate::samples`], for the description and the modes of the mock.

use serde_json::Value;

use super::Mode;
use crate::description::{Description, description};
use crate::samples::generate::{self, Habits};
use crate::samples::random::{ALPHANUMERIC, Random};
use crate::samples::table::Table;
use crate::samples::text;

pub(crate) struct Generator<'a>(generate::Generator<'a>);

impl<'a> Generator<'a> {
    pub(crate) fn new(description: &'a Description, mode: Mode) -> Self {
        let (optional, null, items) = match mode {
            Mode::Minimal => (0, 100, (0, 0)),
            Mode::Full => (100, 0, (2, 2)),
            Mode::Varied => (60, 25, (0, 3)),
        };
        Self::with(
            description,
            Habits {
                optional,
                null,
                items,
                in_example: false,
                is_blank: false,
            },
        )
    }

    /// For something new: everything that can be empty is empty.
    pub(crate) fn blank(description: &'a Description) -> Self {
        let mut generator = Self::new(description, Mode::Minimal);
        generator.0.habits.is_blank = true;
        generator
    }

    fn with(description: &'a Description, habits: Habits) -> Self {
        Self(generate::Generator {
            document: description.document(),
            habits,
            resource: "",
            object: "object",
            notice: &|_, _| {},
        })
    }

    #[track_caller]
    pub(crate) fn value(&self, schema: &Value, random: Random) -> Value {
        self.named("", schema, random)
    }

    /// The value of a parameter or a part of a form, from its name.
    #[track_caller]
    pub(crate) fn named(&self, name: &str, schema: &Value, random: Random) -> Value {
        match self.0.value(name, None, schema, random) {
            Ok(value) => value,
            Err(fault) => panic!(
                "no value can be generated for {name}{}: {}; {}",
                fault.path, fault.message, fault.help
            ),
        }
    }
}

/// The id of an object: `user_` and 27 letters and digits.
pub(crate) fn identifier(object: &str, random: Random) -> String {
    text::identifier(prefix(object), random)
}

/// The id of a machine token: `ak_` and 32 hexadecimal digits.
pub(crate) fn machine_identifier(object: &str, random: Random) -> String {
    text::machine_identifier(prefix(object), random)
}

/// A secret: its prefix and 40 letters and digits.
pub(crate) fn token(prefix: &str, mut random: Random) -> String {
    format!("{prefix}_{}", random.text(ALPHANUMERIC, 40))
}

fn prefix(object: &str) -> &str {
    Table::of(description().document()).id_prefix(object)
}
