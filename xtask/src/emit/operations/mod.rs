//! Operations: from the intermediate representation to the Rust that calls them.
//!
//! The emitted code is thin: it names arguments and setters, and passes them to the hand-written
//! runtime of `clerk-api` (`crate::request`, `crate::operation!`), which sends and decodes.
//! [`crate::emit::models`] emits models, [`crate::emit::print`] prints.

mod accessors;
pub mod aliases;
mod builder;
mod docs;
pub(crate) mod members;
pub(crate) mod naming;
mod resource;

use std::path::PathBuf;

use syn::{Item, parse_quote};

use crate::emit::calls::Examples;
use crate::emit::{documentation, print};
use crate::ir::{self, Api, Resource};
use crate::support::error::Result;

/// The files of `clerk-api/src/generated/` other than models, by path in that directory.
pub fn emit(api: &Api, examples: &Examples) -> Result<Vec<(PathBuf, syn::File)>> {
    let mut files = vec![
        (PathBuf::from("mod.rs"), accessors::emit(api)?),
        (PathBuf::from("resources/mod.rs"), modules(api)?),
    ];
    for resource in api.resources.values() {
        let path = format!("resources/{}.rs", resource.module);
        files.push((path.into(), resource::emit(api, resource, examples)?));
    }
    Ok(files)
}

/// `resources/mod.rs`: a module and a cargo feature for each resource.
fn modules(api: &Api) -> Result<syn::File> {
    let about = documentation::inner_attributes(
        "One module for each resource, each behind a feature of the same name, with `-` for `_`.",
    );
    let modules = api.resources.values().map(module);
    Ok(print::file(about, modules.collect::<Result<_>>()?))
}

fn module(resource: &Resource) -> Result<Item> {
    let feature = ir::feature(&resource.module);
    let module = naming::identifier(&resource.module, &resource.module)?;
    Ok(parse_quote! {
        #[cfg(feature = #feature)]
        pub mod #module;
    })
}
