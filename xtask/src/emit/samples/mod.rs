//! Sample values: for each parameter and each body of an operation, JSON that its schema accepts.
//!
//! They are derived from the corrected description alone, which has the bounds and patterns that
//! the normal form omits, so the same description gives the same samples. Where a schema allows any
//! value, the [`table`] has one for the name, or the name implies a form, as `user_id` does. Ids of
//! different names differ, so that swapped arguments are noticed. [`crate::emit::calls`] uses the samples.

pub mod given;
mod number;
mod pattern;
mod requirements;
mod schema;
pub mod table;
mod text;

use std::collections::{BTreeMap, BTreeSet};

use indexmap::IndexMap;
use serde_json::Value;

pub use schema::Sampler;

use crate::support::error::{Error, Findings, Result};
use crate::support::naming::snake_case;

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
    let sampler = sampler(document, path, method, extent);
    with(&sampler, document, path, method, Purpose::Call)
}

/// Samples for the example of an operation in the documentation: what is required, and what an overlay
/// names for it. An update that would then change nothing sets its first field.
pub fn example(document: &Value, path: &str, method: &str) -> Result<OperationSamples> {
    let sampler = sampler(document, path, method, Extent::Required);
    with(&sampler, document, path, method, Purpose::Example)
}

fn sampler<'a>(document: &'a Value, path: &str, method: &str, extent: Extent) -> Sampler<'a> {
    let group = document.pointer(&format!(
        "{}/x-speakeasy-group",
        crate::support::pointer::child(&crate::support::pointer::child("/paths", path), method)
    ));
    let resource = snake_case(group.and_then(Value::as_str).unwrap_or_default());
    Sampler::of_resource(document, extent, &resource)
}

/// What samples are for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Purpose {
    Call,
    Example,
}

/// Fails where the table of a document has no value for a name that its operations need one for, or has
/// one that none of them uses.
pub fn check_complete(document: &Value) -> Result<(), Findings> {
    let mut findings = Findings::new();
    let mut used = BTreeSet::new();
    let mut missing = BTreeMap::new();
    let paths = document.get("paths").and_then(Value::as_object);
    for (path, item) in paths.into_iter().flatten() {
        let methods = item.as_object().into_iter().flatten();
        for (method, operation) in methods.filter(|(_, it)| it.get("operationId").is_some()) {
            let group = text_of(operation, "x-speakeasy-group").unwrap_or_default();
            for extent in [Extent::Required, Extent::Everything] {
                let sampler = Sampler::of_resource(document, extent, &snake_case(group));
                with(&sampler, document, path, method, Purpose::Call)?;
                used.extend(sampler.table.used());
                let id = text_of(operation, "operationId").unwrap_or_default();
                let names = sampler.table.missing().into_iter();
                missing.extend(names.map(|name| (name, id)));
            }
        }
    }
    for (name, id) in missing {
        findings.report(
            format!("operation {id}"),
            format!("`{name}` has no sample value"),
            format!(
                "write what a person would give it into `{}` in spec/overlays/18-sample-values.yaml, \
                 under `fields`",
                table::KEYWORD
            ),
        );
    }
    for key in table::fields(document).difference(&used) {
        findings.report(
            format!("#/{}", table::KEYWORD),
            format!("no operation uses the sample value of `{key}`"),
            "correct the name or delete it in spec/overlays/18-sample-values.yaml",
        );
    }
    findings.into_result()
}

fn with(
    sampler: &Sampler<'_>,
    document: &Value,
    path: &str,
    method: &str,
    purpose: Purpose,
) -> Result<OperationSamples> {
    let extent = sampler.extent;
    let location = format!("{} {path}", method.to_uppercase());
    let item = document.get("paths").and_then(|paths| paths.get(path));
    let operation = item.and_then(|item| item.get(method)).ok_or_else(|| {
        Error::new(
            &location,
            "the corrected description lacks this operation",
            "make the samples from the description that the operations are read from",
        )
    })?;
    let mut samples = OperationSamples::default();
    let mut parameters = Vec::new();
    let mut body_schema = None;
    let declared = [
        item.and_then(|item| item.get("parameters")),
        operation.get("parameters"),
    ];
    for parameter in declared
        .into_iter()
        .flatten()
        .filter_map(Value::as_array)
        .flatten()
    {
        let parameter = sampler.resolve(&location, parameter)?;
        let (Some(name), Some(at)) = (text_of(parameter, "name"), text_of(parameter, "in")) else {
            continue;
        };
        if at == "query" {
            parameters.push((name, parameter));
        }
        if extent == Extent::Everything || is(parameter, "required") {
            let schema = parameter.get("schema").unwrap_or(&Value::Null);
            let sample = sampler.sample(&format!("{location}, parameter {name}"), name, schema)?;
            samples
                .parameters
                .insert((at.to_owned(), name.to_owned()), sample);
        }
    }
    if let Some(body) = operation.get("requestBody") {
        let body = sampler.resolve(&location, body)?;
        let content = body.get("content").and_then(Value::as_object);
        if let Some(media) = content.and_then(|content| content.values().next()) {
            let schema = media.get("schema").unwrap_or(&Value::Null);
            samples.body = Some(sampler.sample(&format!("{location}, body"), "body", schema)?);
            body_schema = Some(schema);
        }
    }
    let id = text_of(operation, "operationId").unwrap_or_default();
    let rules = crate::correct::requirements::of_operation(document, id)?;
    let subject = requirements::Subject {
        sampler,
        location: &location,
        extent,
        parameters: &parameters,
        body: body_schema,
    };
    subject.keep(&rules, &mut samples)?;
    let given = given::Given::of_operation(document, id)?;
    subject.add(&given.optional, &mut samples)?;
    if purpose == Purpose::Example {
        subject.add(&given.example, &mut samples)?;
        if given.example.is_empty() && matches!(method, "patch" | "put") {
            subject.add_first(&mut samples)?;
        }
    }
    given.replace(&mut samples);
    Ok(samples)
}

fn text_of<'a>(value: &'a Value, key: &str) -> Option<&'a str> {
    value.get(key).and_then(Value::as_str)
}

fn is(value: &Value, mark: &str) -> bool {
    value.get(mark) == Some(&Value::Bool(true))
}
