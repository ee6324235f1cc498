//! The cargo features of `clerk-api`: one for each resource, all enabled by default.
//!
//! They are part of `Cargo.toml`, which is written by hand; other features are not enabled by default.

use std::collections::BTreeSet;

use toml_edit::{Array, Item, Table, Value};

use super::package;
use crate::input::CLIENT as MANIFEST;
use crate::ir::{self, Api};
use crate::support::edit::Edit;
use crate::support::error::{Error, Findings, Result};

const SECTION: &str = "features";
const DEFAULT: &str = "default";

/// Fails unless the manifest of `clerk-api` has a feature for each resource, and `default` is exactly
/// these. If the API is not whole, a feature may belong to what was left out.
pub fn check(manifest: &str, api: &Api, is_whole: bool) -> Result<(), Findings> {
    let resources = &resources(api);
    let document = package::manifest(MANIFEST, manifest)?;
    let features = document.get(SECTION).and_then(Item::as_table);
    let default = features.map(default).unwrap_or_default();
    let is_there = |name: &&String| features.is_some_and(|features| features.contains_key(name));
    let mut findings = Findings::new();
    let mut report = |fault: &str, names: Vec<&String>, help: &dyn Fn(&str) -> String| {
        if !names.is_empty() {
            let helps: Vec<String> = names.iter().map(|name| help(name)).collect();
            let names: Vec<&str> = names.into_iter().map(String::as_str).collect();
            let fault = format!("{fault}: {}", names.join(", "));
            let error = Error::new(format!("{MANIFEST}, [features]"), fault, helps.join("\n"));
            findings.push(error.with_remedy(Edit::Features));
        }
    };
    report(
        "missing features",
        resources.iter().filter(|name| !is_there(name)).collect(),
        &|name| format!("add the line `{name} = []`"),
    );
    let superfluous = default.difference(resources).filter(|_| is_whole);
    report(
        "features without a resource",
        superfluous.collect(),
        &|name| format!("remove the line of `{name}`, and `{name}` from `default`"),
    );
    report(
        "features not enabled by default",
        resources.difference(&default).collect(),
        &|name| format!("add `{name}` to `default`"),
    );
    findings.into_result()
}

/// What `default` enables.
fn default(features: &Table) -> BTreeSet<String> {
    let list = features.get(DEFAULT).and_then(Item::as_array);
    let names = list.into_iter().flatten().filter_map(Value::as_str);
    names.map(str::to_owned).collect()
}

/// `manifest` with the features that `check` requires. Everything else is as it was.
pub fn rewrite(manifest: &str, api: &Api) -> Result<String> {
    let resources = &resources(api);
    let mut document = package::manifest(MANIFEST, manifest)?;
    let section = document.entry(SECTION).or_insert_with(toml_edit::table);
    let features = section.as_table_mut().ok_or_else(|| {
        let message = "`features` is not a table";
        Error::new(MANIFEST, message, "write it as the section [features]")
    })?;
    for superfluous in default(features).difference(resources) {
        features.remove(superfluous);
    }
    for resource in resources {
        features
            .entry(resource)
            .or_insert_with(|| toml_edit::value(Array::new()));
    }
    let mut list = Array::new();
    for resource in resources {
        list.push_formatted(Value::from(resource).decorated("\n    ", ""));
    }
    list.set_trailing_comma(true);
    list.set_trailing("\n");
    features.insert(DEFAULT, toml_edit::value(list));
    // The others keep their order.
    let rank = |name: &str| resources.get(name).map_or("", String::as_str).to_owned();
    features.sort_values_by(|one, _, other, _| rank(one.get()).cmp(&rank(other.get())));
    Ok(document.to_string())
}

fn resources(api: &Api) -> BTreeSet<String> {
    api.resources.keys().map(|name| ir::feature(name)).collect()
}
