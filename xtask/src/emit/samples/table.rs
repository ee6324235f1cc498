//! The table of sample values: what a person would write for a field of this name.
//!
//! An overlay writes it as an extension, `x-sample-values`, at the root of the document. It stays in the
//! published description, so that the fake Clerk makes its values from the same table:
//!
//! ```yaml
//! x-sample-values:
//!   ids: {user: user, organization: org}      # the prefix of an id, by the end of its name
//!   fields:
//!     first_name: [Ada, Grace]                # the elements of a list take them in turn
//!     organizations.name: [Acme]              # only in the operations of this resource
//! ```

use std::cell::RefCell;
use std::collections::BTreeSet;

use serde_json::Value;

use super::text::Name;
use crate::support::naming::{singular, snake_case};

/// The keyword.
pub const KEYWORD: &str = "x-sample-values";

/// The table of a document, for one resource.
#[derive(Clone, Debug)]
pub(super) struct Table<'a> {
    table: Option<&'a Value>,
    resource: String,
    used: RefCell<BTreeSet<String>>,
    missing: RefCell<BTreeSet<String>>,
}

impl<'a> Table<'a> {
    pub(super) fn of(document: &'a Value, resource: &str) -> Self {
        Self {
            table: document.get(KEYWORD),
            resource: resource.to_owned(),
            used: RefCell::default(),
            missing: RefCell::default(),
        }
    }

    /// The value for this name that `fits`. A value of the resource comes before one of all resources, and
    /// the name itself before its singular.
    pub(super) fn value(&self, name: Name<'_>, fits: impl Fn(&Value) -> bool) -> Option<&'a Value> {
        let names = [name.base().to_owned(), singular(name.base())];
        let keys = names
            .iter()
            .map(|name| format!("{}.{name}", self.resource))
            .chain(names.iter().cloned());
        keys.into_iter().find_map(|key| {
            let values = self.table?.get("fields")?.get(&key)?.as_array()?;
            let values: Vec<&Value> = values.iter().filter(|value| fits(value)).collect();
            let index = name.index().unwrap_or(0) as usize;
            let value = values.get(index % values.len().max(1))?;
            self.used.borrow_mut().insert(key);
            Some(*value)
        })
    }

    /// The prefix of an id with this name; `None` if the name is not that of an id.
    pub(super) fn id_prefix(&self, name: &str) -> Option<String> {
        let name = snake_case(&singular(name));
        let kind = match name.strip_suffix("_id") {
            Some(kind) => kind.to_owned(),
            None if name == "id" => singular(&self.resource),
            None => return None,
        };
        let prefixes = self.table.and_then(|table| table.get("ids")?.as_object());
        let known = prefixes.into_iter().flatten();
        let known = known.filter(|(end, _)| {
            let rest = kind.strip_suffix(end.as_str());
            rest.is_some_and(|rest| rest.is_empty() || rest.ends_with('_'))
        });
        let known = known.max_by_key(|(end, _)| end.len());
        Some(match known {
            Some((end, prefix)) => prefix.as_str().unwrap_or(end).to_owned(),
            None => kind,
        })
    }

    /// Records that neither the table nor a rule has a value for this name.
    pub(super) fn lacks(&self, name: Name<'_>) {
        if self.table.is_some() {
            let name = name.base().to_owned();
            self.missing.borrow_mut().insert(name);
        }
    }

    /// Names without a value, so far.
    pub(super) fn missing(&self) -> BTreeSet<String> {
        self.missing.borrow().clone()
    }

    /// Fields of the table that were used, so far.
    pub(super) fn used(&self) -> BTreeSet<String> {
        self.used.borrow().clone()
    }
}

/// The fields for which the table of a document has values. Ids are left out, because some occur only in
/// responses.
pub(super) fn fields(document: &Value) -> BTreeSet<String> {
    let fields = document.get(KEYWORD).and_then(|table| table.get("fields"));
    let fields = fields.and_then(Value::as_object).into_iter().flatten();
    fields.map(|(key, _)| key.clone()).collect()
}
