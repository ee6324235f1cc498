//! Sample values: for each parameter and each body of an operation, JSON that its schema accepts.
//!
//! They are derived from the corrected description alone, which has the bounds and patterns that
//! the normal form omits. The `generator` is that of the fake Clerk
//! ([decision 28](../../../../docs/adr/0028-one-generator-of-sample-values.md)); what is added here are the
//! rules that schemas do not express. [`crate::emit::calls`] uses the samples.

#[path = "../../../../tests/clerk-mock/src/samples/mod.rs"]
mod generator;
mod sampler;
mod subject;

use std::collections::{BTreeMap, BTreeSet};

use indexmap::IndexMap;
use serde_json::{Value, json};

use self::generator::table;
pub use self::sampler::Sampler;
use self::subject::Subject;
use crate::support::edit::{Change, Edit, PLACEHOLDER};
use crate::support::error::{Error, Findings, Result};

/// How much of an object is filled in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    /// Only what is required.
    Required,
    /// Everything that is described.
    Everything,
}

/// Samples for one operation.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct OperationSamples {
    /// By location (`path`, `query`) and name on the wire.
    pub parameters: IndexMap<(String, String), Value>,
    /// The body; for a form, an object of its parts, in which the file is null.
    pub body: Option<Value>,
    /// Parameters and fields of the body that are mutually exclusive with others.
    pub left_out: Vec<String>,
}

/// Samples for the operation at a path of the corrected description; `method` in lower case.
pub fn operation(
    document: &Value,
    path: &str,
    method: &str,
    extent: Extent,
) -> Result<OperationSamples> {
    Subject::of(document, path, method, extent)?.call()
}

/// Samples for the example of an operation in the documentation: what is required, and what an overlay
/// names for it. An update that would then change nothing sets its first field.
pub fn example(document: &Value, path: &str, method: &str) -> Result<OperationSamples> {
    Subject::of(document, path, method, Extent::Required)?.example()
}

/// Reports each name that operations need a value for and the table of the document has none for, and
/// each value that none of them uses.
///
/// If the document is not sound, whatever else fails is a consequence of what was found before.
pub fn check_complete(document: &Value, is_sound: bool, findings: &mut Findings) {
    let Some(table) = document.get(table::KEYWORD) else {
        return;
    };
    let mut used = BTreeSet::new();
    let mut missing = BTreeMap::new();
    let paths = document.get("paths").and_then(Value::as_object);
    for (path, item) in paths.into_iter().flatten() {
        let methods = item.as_object().into_iter().flatten();
        for (method, operation) in methods {
            let Some(id) = operation.get("operationId").and_then(Value::as_str) else {
                continue;
            };
            for extent in [Extent::Required, Extent::Everything] {
                let subject = Subject::of(document, path, method, extent);
                let made = subject.and_then(|subject| {
                    subject.call()?;
                    Ok(subject.sampler.notes())
                });
                match made {
                    Ok(notes) => {
                        used.extend(notes.used);
                        missing.extend(notes.missing.into_iter().map(|name| (name, id)));
                    }
                    Err(error) if is_sound => findings.push(error),
                    Err(_) => {}
                }
            }
        }
    }
    let fields = table.get("fields").and_then(Value::as_object);
    let is_placeholder = |value: &Value| {
        let values = value.as_array();
        values.is_some_and(|values| values.iter().any(|value| value == PLACEHOLDER))
    };
    let all = fields.into_iter().flatten();
    let placeholders: BTreeSet<&String> = all
        .filter(|(_, value)| is_placeholder(value))
        .map(|(name, _)| name)
        .collect();
    for name in &placeholders {
        findings.push(Error::placeholder(
            format!("#/{}", table::KEYWORD),
            format!("the sample value of `{name}`"),
            "write what a person would give it in spec/overlays/18-sample-values.yaml",
        ));
    }
    missing.retain(|name, _| !placeholders.contains(name));
    for (name, id) in missing {
        let location = format!("operation {id}");
        let help = format!(
            "write what a person would give it into `{}` in spec/overlays/18-sample-values.yaml, \
             under `fields`",
            table::KEYWORD
        );
        let remedy = Edit::Sample {
            field: name.clone(),
            change: Change::Add {
                value: json!([PLACEHOLDER]),
                facts: vec![location.clone()],
            },
        };
        let error = Error::new(location, format!("`{name}` has no sample value"), help);
        findings.push(error.with_remedy(remedy));
    }
    if !is_sound {
        return;
    }
    // Prefixes of ids are left out, because some occur only in responses.
    let all = fields.into_iter().flatten().map(|(key, _)| key);
    let unused = all.filter(|key| !used.contains(*key) && !placeholders.contains(key));
    for key in unused.collect::<BTreeSet<_>>() {
        let error = Error::new(
            format!("#/{}", table::KEYWORD),
            format!("no operation uses the sample value of `{key}`"),
            "correct the name or delete it in spec/overlays/18-sample-values.yaml",
        );
        let change = Change::Remove;
        let field = key.clone();
        findings.push(error.with_remedy(Edit::Sample { field, change }));
    }
}
