//! The table of sample values: what a person would write for a field of this name.
//!
//! An overlay writes it as an extension, `x-sample-values`, at the root of the description:
//!
//! ```yaml
//! x-sample-values:
//!   ids: {user: user, organization: org}      # the prefix of an id, by the end of its name
//!   fields:
//!     first_name: [Ada, Grace]                # the elements of a list take them in turn
//!     organizations.name: [Acme]              # only in the operations of this resource
//! ```

use serde_json::Value;

/// The keyword.
pub(crate) const KEYWORD: &str = "x-sample-values";

#[derive(Clone, Copy)]
pub(crate) struct Table<'a> {
    ids: &'a Value,
    fields: &'a Value,
}

impl<'a> Table<'a> {
    /// The table of a description; empty if there is none.
    pub(crate) fn of(document: &'a Value) -> Self {
        let table = &document[KEYWORD];
        Self {
            ids: &table["ids"],
            fields: &table["fields"],
        }
    }

    /// The keys and values for a field, the best first: those of the resource come before those of all, and
    /// the name itself before that of an element of the list.
    pub(super) fn values(
        self,
        resource: &str,
        name: &str,
    ) -> impl Iterator<Item = (&'a str, &'a [Value])> {
        let of_resource = singular_forms(name).map(move |name| format!("{resource}.{name}"));
        let keys = of_resource.chain(singular_forms(name).map(str::to_owned));
        let fields = self.fields.as_object();
        keys.filter_map(move |key| {
            let (key, values) = fields?.get_key_value(&key)?;
            Some((key.as_str(), values.as_array()?.as_slice()))
        })
    }

    /// What the ids of an object begin with: `org` for an `organization` and a `last_active_organization`.
    pub(crate) fn id_prefix<'b>(&self, object: &'b str) -> &'b str
    where
        'a: 'b,
    {
        let known = |object: &str| {
            let prefixes = self.ids.as_object().into_iter().flatten();
            let known = prefixes.filter(|(end, _)| {
                let rest = object.strip_suffix(end.as_str());
                rest.is_some_and(|rest| rest.is_empty() || rest.ends_with('_'))
            });
            let (_, prefix) = known.max_by_key(|(end, _)| end.len())?;
            prefix.as_str()
        };
        singular_forms(object).find_map(known).unwrap_or(object)
    }
}

/// The name, and what it may be the plural of.
pub(super) fn singular_forms(name: &str) -> impl Iterator<Item = &str> {
    let forms = [Some(name), name.strip_suffix('s'), name.strip_suffix("es")];
    forms.into_iter().flatten()
}
