//! The store: records in tables.

use std::cell::Cell;
use std::collections::BTreeMap;

use super::record::Record;
use super::rows::{Place, Rows};
use super::table::Table;

/// All records, in the order of their creation.
#[derive(Debug, Default)]
pub(crate) struct Store {
    tables: BTreeMap<Table, Rows>,
    made: u64,
    looked_at: Cell<u64>,
}

impl Store {
    /// A number that is different for every new object.
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

    /// Whether a table has never had a record.
    pub(crate) fn is_untouched(&self, table: Table) -> bool {
        !self.tables.contains_key(&table)
    }

    pub(crate) fn get(&self, table: Table, id: &str) -> Option<&Record> {
        self.count_one();
        self.tables.get(&table)?.get(id)
    }

    /// Changes a record. Returns whether it exists.
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

    /// The records of a table with a text under an indexed name, oldest first.
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

    /// The records after a position, in the order of creation: all, or those with a text under an indexed
    /// name.
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

    /// The position of a record, also if it has been removed.
    pub(crate) fn place_of(&self, table: Table, id: &str) -> Option<Place> {
        self.tables.get(&table)?.place_of(id)
    }

    pub(crate) fn remove(&mut self, table: Table, id: &str) -> Option<Record> {
        self.tables.get_mut(&table)?.remove(id, table.indexed())
    }

    /// Removes the records with a text under an indexed name.
    pub(crate) fn remove_with(&mut self, table: Table, name: &'static str, text: &str) {
        let ids: Vec<String> = self
            .with(table, name, text)
            .map(|record| record.id.clone())
            .collect();
        for id in ids {
            self.remove(table, &id);
        }
    }

    /// Marks records that have expired, in all tables.
    pub(crate) fn expire(&mut self, now: u64) {
        let ended = |(table, rows): (&Table, &Rows)| (*table, rows.ended(now));
        let ended: Vec<(Table, Vec<String>)> = self.tables.iter().map(ended).collect();
        for (table, ids) in ended {
            for id in ids {
                self.change(table, &id, Record::expire);
            }
        }
    }

    /// How many records have been read, for tests.
    #[cfg(test)]
    pub(crate) fn looked_at(&self) -> u64 {
        self.looked_at.get()
    }

    fn count_one(&self) {
        self.looked_at.set(self.looked_at.get() + 1);
    }
}
