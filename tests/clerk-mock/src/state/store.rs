//! Records in tables. What they mean is the business of others.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

/// Kinds of records.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Table {
    Users,
    EmailAddresses,
    PhoneNumbers,
    Organizations,
    Memberships,
    OrganizationInvitations,
    Invitations,
    Sessions,
    ApiKeys,
    M2mTokens,
}

impl Table {
    /// What its objects are called.
    pub(crate) fn object(self) -> &'static str {
        match self {
            Self::Users => "user",
            Self::EmailAddresses => "email_address",
            Self::PhoneNumbers => "phone_number",
            Self::Organizations => "organization",
            Self::Memberships => "organization_membership",
            Self::OrganizationInvitations => "organization_invitation",
            Self::Invitations => "invitation",
            Self::Sessions => "session",
            Self::ApiKeys => "api_key",
            Self::M2mTokens => "machine_to_machine_token",
        }
    }

    /// The operation whose answer is one record.
    pub(crate) fn read_by(self) -> &'static str {
        match self {
            Self::Users => "GetUser",
            Self::EmailAddresses => "GetEmailAddress",
            Self::PhoneNumbers => "GetPhoneNumber",
            Self::Organizations => "GetOrganization",
            Self::Memberships => "CreateOrganizationMembership",
            Self::OrganizationInvitations => "GetOrganizationInvitation",
            Self::Invitations => "CreateInvitation",
            Self::Sessions => "GetSession",
            Self::ApiKeys => "getApiKey",
            Self::M2mTokens => "verifyM2MToken",
        }
    }
}

/// Something that is kept.
#[derive(Clone, Debug)]
pub(crate) struct Record {
    pub(crate) id: String,
    /// What is shown.
    pub(crate) body: Map<String, Value>,
    /// What is known and not shown: passwords, tokens, owners.
    pub(crate) hidden: Map<String, Value>,
}

impl Record {
    /// A text that is shown or hidden; empty if there is none.
    pub(crate) fn text(&self, name: &str) -> &str {
        let value = self.body.get(name).or_else(|| self.hidden.get(name));
        value.and_then(Value::as_str).unwrap_or_default()
    }

    pub(crate) fn number(&self, name: &str) -> Option<u64> {
        self.body.get(name)?.as_u64()
    }

    pub(crate) fn is(&self, name: &str) -> bool {
        self.body
            .get(name)
            .and_then(Value::as_bool)
            .unwrap_or(false)
    }

    pub(crate) fn set(&mut self, name: &str, value: impl Into<Value>) {
        self.body.insert(name.to_owned(), value.into());
    }

    pub(crate) fn hide(&mut self, name: &str, value: impl Into<Value>) {
        self.hidden.insert(name.to_owned(), value.into());
    }
}

/// All records, in the order in which they were made.
#[derive(Debug, Default)]
pub(crate) struct Store {
    tables: BTreeMap<Table, Vec<Record>>,
    made: u64,
}

impl Store {
    /// A number that is different for everything that is made.
    pub(crate) fn next(&mut self) -> u64 {
        self.made += 1;
        self.made
    }

    pub(crate) fn insert(&mut self, table: Table, record: Record) {
        self.tables.entry(table).or_default().push(record);
    }

    pub(crate) fn all(&self, table: Table) -> &[Record] {
        self.tables.get(&table).map_or(&[], Vec::as_slice)
    }

    pub(crate) fn get(&self, table: Table, id: &str) -> Option<&Record> {
        self.all(table).iter().find(|record| record.id == id)
    }

    pub(crate) fn get_mut(&mut self, table: Table, id: &str) -> Option<&mut Record> {
        self.tables
            .get_mut(&table)?
            .iter_mut()
            .find(|record| record.id == id)
    }

    /// The records of a table that have a text under a name.
    pub(crate) fn with<'a>(
        &'a self,
        table: Table,
        name: &'a str,
        text: &'a str,
    ) -> impl Iterator<Item = &'a Record> {
        self.all(table)
            .iter()
            .filter(move |record| record.text(name) == text)
    }

    pub(crate) fn each_mut(&mut self, table: Table) -> impl Iterator<Item = &mut Record> {
        self.tables.entry(table).or_default().iter_mut()
    }

    /// Removes the records that a rule names.
    pub(crate) fn remove(&mut self, table: Table, rule: impl Fn(&Record) -> bool) {
        if let Some(records) = self.tables.get_mut(&table) {
            records.retain(|record| !rule(record));
        }
    }
}
