//! Where a value is, which decides what it is besides its schema.

use super::random::Random;

/// The context of a value.
#[derive(Clone, Copy)]
pub(super) struct Place<'a> {
    /// The name of the member or parameter.
    pub(super) name: &'a str,
    /// The name of the object around it.
    pub(super) object: &'a str,
    /// The index in the list around it.
    pub(super) index: Option<u64>,
    pub(super) random: Random,
    pub(super) in_example: bool,
    /// The number of lists around it.
    pub(super) depth: u32,
}

impl<'a> Place<'a> {
    /// The same place in a member of this object.
    pub(super) fn member(self, name: &'a str, object: &'a str) -> Self {
        let random = self.random.branch(name);
        Self {
            name,
            object,
            random,
            ..self
        }
        .settled()
    }

    pub(super) fn element(self, index: u64) -> Self {
        Self {
            index: Some(index),
            random: self.random.branch(&index.to_string()),
            depth: self.depth + 1,
            ..self
        }
        .settled()
    }

    /// In examples, a name has the same value everywhere, and another one in each element of a list.
    pub(super) fn settled(mut self) -> Self {
        if self.in_example {
            self.random = Random::new(self.index.map_or(0, |index| index + 1)).branch(self.name);
        }
        self
    }

    /// One of several values.
    pub(super) fn of<T>(mut self, values: &[T]) -> Option<&T> {
        match self.in_example {
            true => values.get(self.index.unwrap_or(0) as usize % values.len().max(1)),
            false => self.random.pick(values),
        }
    }
}
