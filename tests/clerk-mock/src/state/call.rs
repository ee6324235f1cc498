//! A valid request of an operation that keeps state, with what its handler needs.

use http::StatusCode;
use serde_json::{Map, Value, json};

use super::listing::{Among, Listing};
use super::record::Record;
use super::show;
use super::store::Store;
use super::table::Table;
use crate::check::Checked;
use crate::clock::{Clock, parse_rfc3339};
use crate::description::{Description, Operation};
use crate::instances::{Generator, Mode, identifier, machine_identifier};
use crate::mock::UnknownIds;
use crate::rejection::Rejection;
use crate::samples::random::Random;
use crate::state::described::collections::collections;
use crate::tokens::Signer;

/// The parts that all calls share.
pub(crate) struct Surroundings<'a> {
    pub(crate) description: &'a Description,
    pub(crate) clock: &'a Clock,
    pub(crate) signer: &'a Signer,
    pub(crate) seed: u64,
    pub(crate) unknown_ids: UnknownIds,
    pub(crate) mode: Mode,
}

pub(crate) struct Call<'a> {
    pub(crate) around: &'a Surroundings<'a>,
    pub(crate) store: &'a mut Store,
    pub(crate) operation: &'a Operation,
    pub(crate) checked: &'a Checked,
}

impl<'a> Call<'a> {
    /// The value of a path parameter.
    pub(crate) fn path(&self, name: &str) -> &'a str {
        let found = self
            .checked
            .path
            .iter()
            .find(|(present, _)| present == name);
        found.map_or("", |(_, value)| value)
    }

    pub(crate) fn query(&self) -> &'a Map<String, Value> {
        &self.checked.query
    }

    /// A member of the body. Null if it is absent.
    pub(crate) fn body(&self, name: &str) -> &'a Value {
        &self.checked.body[name]
    }

    /// A text in the body. Empty if it is absent.
    pub(crate) fn text(&self, name: &str) -> &'a str {
        self.body(name).as_str().unwrap_or_default()
    }

    pub(crate) fn flag(&self, name: &str) -> bool {
        self.body(name).as_bool().unwrap_or(false)
    }

    /// The texts of a list in the body.
    pub(crate) fn texts(&self, name: &str) -> Vec<&'a str> {
        self.body(name)
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .collect()
    }

    /// A time in the body, in milliseconds since 1970.
    pub(crate) fn time(&self, name: &str) -> Result<Option<u64>, Rejection> {
        match self.body(name).as_str() {
            None => Ok(None),
            Some(text) => parse_rfc3339(text).map(Some).ok_or_else(|| {
                let long = format!("In the body, {name} must be a time like 2026-05-12T08:30:00Z.");
                Rejection::parameter("form_param_format_invalid", name, long)
            }),
        }
    }

    /// Whether rules about the state apply. They do not where ids are made up, so that every operation can be
    /// called in any order.
    pub(crate) fn is_strict(&self) -> bool {
        self.around.unknown_ids == UnknownIds::NotFound
    }

    /// Whether the instance is a development instance.
    pub(crate) fn is_development(&self) -> bool {
        let key = self.checked.bearer.as_deref().unwrap_or_default();
        !key.starts_with("sk_live_")
    }

    pub(crate) fn now(&self) -> u64 {
        self.around.clock.milliseconds()
    }

    /// A source of random numbers for the next object.
    pub(crate) fn random(&mut self, what: &str) -> Random {
        let number = self.store.next();
        Random::new(self.around.seed)
            .branch(what)
            .branch(&number.to_string())
    }

    /// A new record, as empty as its schema allows. It is not in the store yet.
    pub(crate) fn new_record(&mut self, table: Table) -> Record {
        let random = self.random(table.object());
        if let Table::Described(number) = table {
            let mut record = self.record(table, random);
            let name = &collections()[number].id;
            if record.text(name).is_empty() {
                record.set(name, identifier(table.object(), random));
            }
            record.set("object", table.object());
            record.id = record.text(name).to_owned();
            return record;
        }
        let id = match table {
            Table::ApiKeys => machine_identifier("api_key", random),
            Table::M2mTokens => machine_identifier("m2m_token", random),
            _ => identifier(table.object(), random),
        };
        self.record_with_id(table, &id)
    }

    fn record_with_id(&self, table: Table, id: &str) -> Record {
        let random = Random::new(self.around.seed).branch(id);
        let mut record = self.record(table, random);
        let name = match table {
            Table::Described(number) => &collections()[number].id,
            _ => "id",
        };
        record.set(name, id);
        id.clone_into(&mut record.id);
        record
    }

    /// Where ids are made up, described items are as full as other responses. A resource with a module of its
    /// own fills its records itself.
    fn record(&self, table: Table, random: Random) -> Record {
        let description = self.around.description;
        let schema = match description.operation(table.read_by()) {
            Some(operation) => operation.response_schema(),
            // No operation returns only a wallet.
            None => description.schema("Web3Wallet"),
        };
        let schema = schema.cloned().unwrap_or_default();
        let generator = match table {
            Table::Described(_) if !self.is_strict() => {
                Generator::new(description, self.around.mode)
            }
            _ => Generator::blank(description),
        };
        let body = match generator.value(&schema, random) {
            Value::Object(body) => body,
            _ => Map::new(),
        };
        let mut record = Record {
            id: String::new(),
            body,
            hidden: Map::new(),
        };
        for name in ["created_at", "updated_at"] {
            record.set(name, self.now());
        }
        record
    }

    /// Copies those members of the body into the record that its schema has. Members whose value the schema
    /// does not allow are not changed.
    pub(crate) fn apply(&self, table: Table, record: &mut Record, body: &Value) {
        let description = self.around.description;
        let schema = description
            .operation(table.read_by())
            .and_then(Operation::response_schema);
        if let Some(schema) = schema {
            record.apply(description, schema, body);
        }
    }

    /// The id, if there is a record with it. Otherwise a rejection or a record that is made up, as the mock is
    /// set up.
    pub(crate) fn known(&mut self, table: Table, id: &str) -> Result<String, Rejection> {
        if self.store.get(table, id).is_some() {
            return Ok(id.to_owned());
        }
        if table == Table::Organizations
            && let Some(record) = self.store.with(table, "slug", id).next()
        {
            return Ok(record.id.clone());
        }
        match self.around.unknown_ids {
            UnknownIds::NotFound => Err(Rejection::not_found(table.object(), id)),
            UnknownIds::MakeUp => {
                let record = self.record_with_id(table, id);
                self.store.insert(table, record);
                Ok(id.to_owned())
            }
        }
    }

    /// [`known`](Self::known), for the id in the path.
    pub(crate) fn known_in_path(&mut self, table: Table, name: &str) -> Result<String, Rejection> {
        self.known(table, self.path(name))
    }

    /// Changes a record and shows it.
    pub(crate) fn change(
        &mut self,
        table: Table,
        id: &str,
        change: impl FnOnce(&mut Record),
    ) -> Result<Value, Rejection> {
        let now = self.now();
        let is_there = self.store.change(table, id, |record| {
            change(record);
            record.set("updated_at", now);
        });
        if !is_there {
            return Err(Rejection::not_found(table.object(), id));
        }
        self.show(table, id)
    }

    /// Stores a record and shows it.
    pub(crate) fn keep(&mut self, table: Table, record: Record) -> Result<Value, Rejection> {
        let id = record.id.clone();
        self.store.insert(table, record);
        self.show(table, &id)
    }

    pub(crate) fn show(&self, table: Table, id: &str) -> Result<Value, Rejection> {
        match self.store.get(table, id) {
            Some(record) => Ok(show::record(self.store, table, record)),
            None => Err(Rejection::not_found(table.object(), id)),
        }
    }

    /// The page in the query.
    pub(crate) fn list(&self, table: Table, among: Among) -> Result<Value, Rejection> {
        self.listing(table, among)
            .page(|record| show::record(self.store, table, record))
    }

    /// The list for the query of this call.
    pub(crate) fn listing(&self, table: Table, among: Among) -> Listing<'_> {
        Listing {
            store: self.store,
            table,
            operation: self.operation,
            query: self.query(),
            among,
            is_strict: self.is_strict(),
            rule: None,
        }
    }

    /// The response of a deletion.
    pub(crate) fn deleted(table: Table, id: &str) -> Value {
        json!({ "object": table.object(), "id": id, "deleted": true })
    }
}

/// The state does not allow the call.
pub(crate) fn conflict(code: &'static str, message: &str, long: impl Into<String>) -> Rejection {
    Rejection::new(StatusCode::BAD_REQUEST, code, message, long)
}
