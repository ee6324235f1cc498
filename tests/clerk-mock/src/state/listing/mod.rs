//! Lists of records: the filters, orders and pages of an operation.
//!
//! The cost of a page is proportional to its size: records come in order from the store or from an index, and
//! only those on the page are shown. A filter without an index, such as a part of a name, scans records until
//! the page is full. An order other than that of creation, and a total under such a filter, scan all of them.

use std::cmp::Ordering;

use serde_json::{Map, Value};

use crate::description::Operation;
use crate::list::{self, Slice};
use crate::rejection::Rejection;
use crate::state::facts::{self, each, fact};
use crate::state::filters::{compare, has_value, included, is_filter};
use crate::state::record::Record;
use crate::state::rows::{Place, folded};
use crate::state::store::Store;
use crate::state::table::Table;

const DEFAULT_ORDER: &str = "-created_at";

/// The default order.
fn own_order(operation_id: &str) -> &'static str {
    match operation_id {
        "GetBillingPriceList" => "amount",
        "ListDirectoryGroupRoleMappings" | "ListSCIMGroupRoleMappings" => "precedence",
        _ => DEFAULT_ORDER,
    }
}

/// The records of a list.
pub(crate) enum Among {
    All,
    /// Records with this text under an indexed name.
    With(&'static str, String),
    /// Records with these ids.
    Ids(Vec<String>),
}

/// A list, to be read by page.
pub(crate) struct Listing<'a> {
    pub(super) store: &'a Store,
    pub(super) table: Table,
    pub(super) operation: &'a Operation,
    pub(super) query: &'a Map<String, Value>,
    pub(super) among: Among,
    /// Whether a cursor must be the id of a record.
    pub(super) is_strict: bool,
    /// A condition beside the filters of the query.
    pub(super) rule: Option<&'a dyn Fn(&Record) -> bool>,
}

/// Where records of a list are read from.
enum Candidates<'a> {
    All,
    /// All records of the list.
    With(&'static str, &'a str),
    /// The records that a filter selects.
    Found(Vec<&'a Record>),
}

struct Order<'a> {
    key: &'a str,
    descending: bool,
}

impl<'a> Listing<'a> {
    /// The page in the query.
    pub(super) fn page(&self, show: impl Fn(&Record) -> Value) -> Result<Value, Rejection> {
        let after = self.cursor()?;
        let mut candidates = self.candidates();
        let order = self.order()?;
        let (limit, offset) = list::bounds(self.query);
        let wants_total = list::has_total(self.operation, self.query);
        let total = if wants_total {
            self.count(&candidates)
        } else {
            0
        };
        let found: Vec<&Record> = if order.key == "created_at" {
            let in_order = self.in_order(&mut candidates, order.descending, after);
            let matching = in_order.filter(|record| self.matches(record));
            matching.skip(offset).take(limit).collect()
        } else {
            let sorted = self.sorted(&mut candidates, &order).into_iter();
            sorted.skip(offset).take(limit).collect()
        };
        let items = found.into_iter().map(show).collect();
        Ok(list::page(
            self.operation,
            self.query,
            Slice { items, total },
        ))
    }

    /// How many records the query matches.
    pub(super) fn total(&self) -> usize {
        self.count(&self.candidates())
    }

    fn count(&self, candidates: &Candidates<'_>) -> usize {
        let is_filtered = self.rule.is_some() || self.query.keys().any(|name| is_filter(name));
        match candidates {
            Candidates::All if !is_filtered => self.store.len(self.table),
            Candidates::With(name, text) if !is_filtered => {
                self.store.count_with(self.table, name, text)
            }
            Candidates::Found(found) => {
                let matching = found.iter().filter(|record| self.matches(record));
                matching.count()
            }
            Candidates::All | Candidates::With(..) => {
                let all = self.stored(candidates, false, None);
                all.filter(|record| self.matches(record)).count()
            }
        }
    }

    /// Directly from the store, which is in order.
    fn stored(
        &self,
        candidates: &Candidates<'_>,
        descending: bool,
        after: Option<Place>,
    ) -> impl Iterator<Item = &'a Record> + use<'a> {
        let with = match candidates {
            Candidates::With(name, text) => Some((*name, *text)),
            Candidates::All | Candidates::Found(_) => None,
        };
        self.store.in_order(self.table, with, descending, after)
    }

    /// The position of the cursor. That of a removed record remains valid.
    fn cursor(&self) -> Result<Option<Place>, Rejection> {
        let Some(id) = self.query.get("starting_after").and_then(Value::as_str) else {
            return Ok(None);
        };
        match self.store.place_of(self.table, id) {
            Some(place) => Ok(Some(place)),
            None if !self.is_strict => Ok(None),
            None => Err(Rejection::parameter(
                "form_resource_not_found",
                "starting_after",
                format!("There is no {} with the id {id}.", self.table.object()),
            )),
        }
    }

    fn order(&self) -> Result<Order<'a>, Rejection> {
        let described = self
            .operation
            .query_parameters
            .iter()
            .find(|parameter| parameter.name == "order_by")
            .and_then(|parameter| parameter.schema.get("default")?.as_str());
        let order = self.query.get("order_by").and_then(Value::as_str);
        let order = order
            .or(described)
            .unwrap_or_else(|| own_order(&self.operation.id));
        let (key, descending) = match order.strip_prefix('-') {
            Some(key) => (key, true),
            None => (order.strip_prefix(['+', ' ']).unwrap_or(order), false),
        };
        let first = self.store.in_order(self.table, None, false, None).next();
        // Described records can be ordered by members that they do not show.
        let is_known = matches!(self.table, Table::Described(_));
        if !is_known
            && first.is_some_and(|record| fact(self.store, self.table, record, key).is_none())
        {
            let long = format!("In the query, order_by cannot be {order}: there is no {key}.");
            return Err(Rejection::parameter(
                "form_param_value_invalid",
                "order_by",
                long,
            ));
        }
        Ok(Order { key, descending })
    }

    /// The candidates: the smallest set that an index has.
    fn candidates(&self) -> Candidates<'_> {
        let store = self.store;
        let (mut fewest, mut count) = match &self.among {
            Among::All => (Candidates::All, usize::MAX),
            Among::With(name, text) => (
                Candidates::With(name, text),
                store.count_with(self.table, name, text),
            ),
            Among::Ids(ids) => {
                let found = ids.iter().filter_map(|id| store.get(self.table, id));
                (Candidates::Found(found.collect()), ids.len())
            }
        };
        for (name, wanted) in self.query {
            let Some(mut found) = self.looked_up(name, wanted) else {
                continue;
            };
            if found.len() < count {
                count = found.len();
                // Two values may select the same record.
                found.sort_by_key(|record| &record.id);
                found.dedup_by_key(|record| &record.id);
                fewest = Candidates::Found(found);
            }
        }
        fewest
    }

    /// The records that a filter selects, if there is an index for it.
    fn looked_up(&self, name: &str, wanted: &Value) -> Option<Vec<&'a Record>> {
        let (store, table) = (self.store, self.table);
        let wanted = included(name, wanted)?;
        let own_id = name.strip_suffix("_id") == Some(table.object());
        let by_user = |kept: Table, name: &'static str| -> Vec<&'a Record> {
            let records = wanted.iter().flat_map(|text| store.with(kept, name, text));
            records
                .filter_map(|record| store.get(table, record.text("user_id")))
                .collect()
        };
        Some(match (table, name) {
            _ if own_id => {
                let found = wanted.iter().filter_map(|id| store.get(table, id));
                found.collect()
            }
            (Table::Users, "email_address") => by_user(Table::EmailAddresses, "email_address"),
            (Table::Users, "phone_number") => by_user(Table::PhoneNumbers, "phone_number"),
            (Table::Users, "web3_wallet") => by_user(Table::Web3Wallets, "web3_wallet"),
            (Table::Users, "organization_id") => by_user(Table::Memberships, "organization_id"),
            (Table::Organizations, "user_id") => {
                let members = wanted
                    .iter()
                    .flat_map(|text| store.with(Table::Memberships, "user_id", text));
                members
                    .filter_map(|member| store.get(table, member.text("organization_id")))
                    .collect()
            }
            _ => {
                let name = table.indexed().iter().find(|indexed| **indexed == name)?;
                let found = wanted.iter().flat_map(|text| store.with(table, name, text));
                found.collect()
            }
        })
    }

    fn in_order<'b>(
        &'b self,
        candidates: &'b mut Candidates<'_>,
        descending: bool,
        after: Option<Place>,
    ) -> Box<dyn Iterator<Item = &'b Record> + 'b> {
        let Candidates::Found(found) = candidates else {
            return Box::new(self.stored(candidates, descending, after));
        };
        let place = |record: &Record| self.store.place_of(self.table, &record.id);
        found.sort_by_cached_key(|record| place(record));
        if descending {
            found.reverse();
        }
        Box::new(found.iter().copied().filter(move |record| {
            after.is_none_or(|after| match descending {
                true => place(record) < Some(after),
                false => place(record) > Some(after),
            })
        }))
    }

    /// Sorted by something else than their creation. Among equal ones the later is greater; among prices the
    /// later comes first.
    fn sorted<'b>(
        &'b self,
        candidates: &'b mut Candidates<'_>,
        order: &Order<'_>,
    ) -> Vec<&'b Record> {
        let oldest_first = self.in_order(candidates, false, None);
        let mut keyed: Vec<(Option<Value>, &Record)> = oldest_first
            .filter(|record| self.matches(record))
            .map(|record| (fact(self.store, self.table, record, order.key), record))
            .collect();
        if order.descending || self.operation.id == "GetBillingPriceList" {
            // The sort is stable.
            keyed.reverse();
        }
        keyed.sort_by(|(one, _), (other, _)| {
            let ordering = compare(one.as_ref(), other.as_ref());
            match order.descending {
                true => ordering.reverse(),
                false => ordering,
            }
        });
        keyed.into_iter().map(|(_, record)| record).collect()
    }

    fn matches(&self, record: &Record) -> bool {
        let is_among = match &self.among {
            Among::All => true,
            Among::With(name, text) => folded(name, record.text(name)) == folded(name, text),
            Among::Ids(ids) => ids.contains(&record.id),
        };
        is_among
            && self.rule.is_none_or(|rule| rule(record))
            && self
                .query
                .iter()
                .filter(|(name, _)| is_filter(name))
                .all(|(name, wanted)| self.matches_filter(record, name, wanted))
    }

    fn matches_filter(&self, record: &Record, name: &str, wanted: &Value) -> bool {
        let fact = |name: &str| fact(self.store, self.table, record, name);
        if let Some(fact) = fact(name) {
            return has_value(name, &fact, wanted);
        }
        for (suffix, ordering) in [
            ("_before", Ordering::Less),
            ("_after", Ordering::Greater),
            ("_since", Ordering::Greater),
        ] {
            if let Some(fact) = name.strip_suffix(suffix).and_then(fact) {
                return !fact.is_null() && compare(Some(&fact), Some(wanted)) == ordering;
            }
        }
        let wanted = wanted.as_str().unwrap_or_default();
        if name == "query" {
            return facts::contains(self.store, self.table, record, wanted);
        }
        // A client id selects an OAuth application too.
        if name == "name_query" && record.text("client_id") == wanted {
            return true;
        }
        match name.strip_suffix("_query").and_then(fact) {
            Some(fact) => each(&fact)
                .iter()
                .any(|value| value.as_str().is_some_and(|text| facts::has(text, wanted))),
            None => true,
        }
    }
}

#[cfg(test)]
mod tests;
