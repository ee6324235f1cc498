//! Records in tables. What they mean is the business of others.

use std::cell::Cell;
use std::collections::BTreeMap;

use super::record::Record;
use super::rows::{Place, Rows};
use super::table::Table;

/// All records, in the order in which they were made.
#[derive(Debug, Default)]
pub(crate) struct Store {
    tables: BTreeMap<Table, Rows>,
    made: u64,
    looked_at: Cell<u64>,
}

impl Store {
    /// A number that is different for everything that is made.
    pub(crate) fn next(&mut self) -> u64 {
        self.made += 1;
        self.made
    }

    pub(crate) fn insert(&mut self, table: Table, record: Record) {
        let number = self.next();
        let rows = self.tables.entry(table).or_default();
        rows.insert(number, record, table.indexed());
    }

    pub(crate) fn len(&self, table: Table) -> usize {
        self.tables.get(&table).map_or(0, Rows::len)
    }

    /// Whether nothing was ever made in a table.
    pub(crate) fn is_untouched(&self, table: Table) -> bool {
        !self.tables.contains_key(&table)
    }

    pub(crate) fn get(&self, table: Table, id: &str) -> Option<&Record> {
        self.count_one();
        self.tables.get(&table)?.get(id)
    }

    /// Changes a record; whether there is one.
    pub(crate) fn change(
        &mut self,
        table: Table,
        id: &str,
        change: impl FnOnce(&mut Record),
    ) -> bool {
        self.tables
            .get_mut(&table)
            .is_some_and(|rows| rows.change(id, table.indexed(), change))
    }

    /// The records of a table that have a text under one of its indexed names, oldest first.
    pub(crate) fn with<'a>(
        &'a self,
        table: Table,
        name: &'static str,
        text: &str,
    ) -> impl DoubleEndedIterator<Item = &'a Record> + use<'a> {
        debug_assert!(table.indexed().contains(&name), "{table:?} by {name}");
        let rows = self.tables.get(&table);
        let found = rows.map(|rows| rows.with(name, text));
        found.into_iter().flatten().inspect(|_| self.count_one())
    }

    pub(crate) fn count_with(&self, table: Table, name: &'static str, text: &str) -> usize {
        let rows = self.tables.get(&table);
        rows.map_or(0, |rows| rows.count_with(name, text))
    }

    /// In the order of creation, from behind a place on; of all, or of those with a text under an
    /// indexed name.
    pub(crate) fn in_order<'a>(
        &'a self,
        table: Table,
        with: Option<(&'static str, &str)>,
        descending: bool,
        after: Option<Place>,
    ) -> impl Iterator<Item = &'a Record> + use<'a> {
        let rows = self.tables.get(&table);
        let records = rows.map(|rows| rows.in_order(with, descending, after));
        records.into_iter().flatten().inspect(|_| self.count_one())
    }

    /// Where a record stands, or stood before it was removed.
    pub(crate) fn place_of(&self, table: Table, id: &str) -> Option<Place> {
        self.tables.get(&table)?.place_of(id)
    }

    pub(crate) fn remove(&mut self, table: Table, id: &str) -> Option<Record> {
        self.tables.get_mut(&table)?.remove(id, table.indexed())
    }

    /// Removes the records that have a text under an indexed name.
    pub(crate) fn remove_with(&mut self, table: Table, name: &'static str, text: &str) {
        let ids: Vec<String> = self
            .with(table, name, text)
            .map(|record| record.id.clone())
            .collect();
        for id in ids {
            self.remove(table, &id);
        }
    }

    /// Marks what has expired by now, in all tables.
    pub(crate) fn expire(&mut self, now: u64) {
        let ended = |(table, rows): (&Table, &Rows)| (*table, rows.ended(now));
        let ended: Vec<(Table, Vec<String>)> = self.tables.iter().map(ended).collect();
        for (table, ids) in ended {
            for id in ids {
                self.change(table, &id, Record::expire);
            }
        }
    }

    /// How many records have been looked at, which tests bound.
    #[cfg(test)]
    pub(crate) fn looked_at(&self) -> u64 {
        self.looked_at.get()
    }

    fn count_one(&self) {
        self.looked_at.set(self.looked_at.get() + 1);
    }
}
