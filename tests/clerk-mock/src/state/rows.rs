//! The records of one table, indexed by id, by texts and by the order of their creation. No lookup reads
//! records that it does not return.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ops::Bound;

use super::record::Record;

/// The position of a record: when it was created, and its number.
pub(crate) type Place = (u64, u64);

#[derive(Debug, Default)]
pub(super) struct Rows {
    records: BTreeMap<u64, Record>,
    by_id: HashMap<String, u64>,
    by_creation: BTreeSet<Place>,
    by_text: HashMap<(&'static str, String), BTreeSet<Place>>,
    /// The records that will expire, by time.
    ending: BTreeSet<Place>,
    /// The positions of removed records, which cursors may still refer to.
    removed: HashMap<String, Place>,
}

/// The index of texts of a table.
pub(super) type Indexed = &'static [&'static str];

impl Rows {
    pub(super) fn insert(&mut self, number: u64, record: Record, indexed: Indexed) {
        self.by_id.insert(record.id.clone(), number);
        self.enter(number, &record, indexed);
        self.records.insert(number, record);
    }

    pub(super) fn len(&self) -> usize {
        self.records.len()
    }

    pub(super) fn get(&self, id: &str) -> Option<&Record> {
        self.records.get(self.by_id.get(id)?)
    }

    /// Changes a record. Returns whether it exists.
    pub(super) fn change(
        &mut self,
        id: &str,
        indexed: Indexed,
        change: impl FnOnce(&mut Record),
    ) -> bool {
        let Some(number) = self.by_id.get(id).copied() else {
            return false;
        };
        let Some(mut record) = self.records.remove(&number) else {
            return false;
        };
        self.leave(number, &record, indexed);
        change(&mut record);
        self.enter(number, &record, indexed);
        self.records.insert(number, record);
        true
    }

    pub(super) fn remove(&mut self, id: &str, indexed: Indexed) -> Option<Record> {
        let number = self.by_id.remove(id)?;
        let record = self.records.remove(&number)?;
        self.leave(number, &record, indexed);
        self.removed
            .insert(record.id.clone(), place(number, &record));
        Some(record)
    }

    /// The records with a text under an indexed name, oldest first.
    pub(super) fn with<'a>(
        &'a self,
        name: &'static str,
        text: &str,
    ) -> impl DoubleEndedIterator<Item = &'a Record> + use<'a> {
        self.places(name, text)
            .into_iter()
            .flatten()
            .filter_map(|place| self.records.get(&place.1))
    }

    pub(super) fn count_with(&self, name: &'static str, text: &str) -> usize {
        self.places(name, text).map_or(0, BTreeSet::len)
    }

    /// The records after a position, in the order of creation: all, or those with a text under an indexed
    /// name.
    pub(super) fn in_order<'a>(
        &'a self,
        with: Option<(&'static str, &str)>,
        descending: bool,
        after: Option<Place>,
    ) -> Box<dyn Iterator<Item = &'a Record> + 'a> {
        let places = match with {
            None => Some(&self.by_creation),
            Some((name, text)) => self.places(name, text),
        };
        let Some(places) = places else {
            return Box::new(std::iter::empty());
        };
        let record = |place: &Place| self.records.get(&place.1);
        match (descending, after) {
            (false, None) => Box::new(places.iter().filter_map(record)),
            (true, None) => Box::new(places.iter().rev().filter_map(record)),
            (false, Some(place)) => {
                let rest = (Bound::Excluded(place), Bound::Unbounded);
                Box::new(places.range(rest).filter_map(record))
            }
            (true, Some(place)) => Box::new(places.range(..place).rev().filter_map(record)),
        }
    }

    /// The position of a record, also if it has been removed.
    pub(super) fn place_of(&self, id: &str) -> Option<Place> {
        match self.by_id.get(id) {
            Some(number) => Some(place(*number, self.records.get(number)?)),
            None => self.removed.get(id).copied(),
        }
    }

    /// The ids of records that have expired and are not marked as expired yet.
    pub(super) fn ended(&self, now: u64) -> Vec<String> {
        let ended = self.ending.range(..=(now, u64::MAX));
        ended
            .filter_map(|(_, number)| Some(self.records.get(number)?.id.clone()))
            .collect()
    }

    fn places(&self, name: &'static str, text: &str) -> Option<&BTreeSet<Place>> {
        self.by_text.get(&(name, folded(name, text)))
    }

    fn enter(&mut self, number: u64, record: &Record, indexed: Indexed) {
        self.by_creation.insert(place(number, record));
        if let Some(end) = record.end() {
            self.ending.insert((end, number));
        }
        for name in indexed {
            let text = record.text(name);
            if !text.is_empty() {
                let key = (*name, folded(name, text));
                self.by_text
                    .entry(key)
                    .or_default()
                    .insert(place(number, record));
            }
        }
    }

    fn leave(&mut self, number: u64, record: &Record, indexed: Indexed) {
        self.by_creation.remove(&place(number, record));
        if let Some(end) = record.end() {
            self.ending.remove(&(end, number));
        }
        for name in indexed {
            let key = (*name, folded(name, record.text(name)));
            if let Some(places) = self.by_text.get_mut(&key) {
                places.remove(&place(number, record));
                if places.is_empty() {
                    self.by_text.remove(&key);
                }
            }
        }
    }
}

fn place(number: u64, record: &Record) -> Place {
    (record.number("created_at").unwrap_or(0), number)
}

/// Addresses and names of users ignore case.
pub(super) fn folded(name: &str, text: &str) -> String {
    match name {
        "email_address" | "username" | "identifier" => text.to_lowercase(),
        _ => text.to_owned(),
    }
}
