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
pub(crate) mod resource;
mod setters;

use std::path::PathBuf;

use proc_macro2::TokenStream;
use quote::quote;

use crate::emit::calls::Examples;
use crate::ir::{self, Api, Resource};
use crate::support::error::{Error, Result};

/// The files of `clerk-api/src/generated/` other than models, by path in that directory.
pub fn emit(api: &Api, examples: &Examples) -> Result<Vec<(PathBuf, syn::File)>> {
    let mut files = vec![
        file("mod.rs", accessors::emit(api)?)?,
        file("resources/mod.rs", modules(api)?)?,
    ];
    for resource in api.resources.values() {
        let path = format!("resources/{}.rs", resource.module);
        files.push(file(&path, resource::emit(api, resource, examples)?)?);
    }
    Ok(files)
}

fn file(path: &str, tokens: TokenStream) -> Result<(PathBuf, syn::File)> {
    match syn::parse2(tokens) {
        Ok(tree) => Ok((PathBuf::from(path), tree)),
        Err(fault) => Err(Error::new(
            format!("generated file {path}"),
            format!("the emitted tokens are not valid Rust: {fault}"),
            "fix the emitter in `xtask::operations`",
        )),
    }
}

/// `resources/mod.rs`: a module and a cargo feature for each resource.
fn modules(api: &Api) -> Result<TokenStream> {
    let modules = api
        .resources
        .values()
        .map(module)
        .collect::<Result<Vec<_>>>()?;
    let about = docs::inner(
        "One module for each resource, each behind a feature of the same name, with `-` for `_`.",
    );
    Ok(quote! {
        #about
        #(#modules)*
    })
}

fn module(resource: &Resource) -> Result<TokenStream> {
    let feature = ir::feature(&resource.module);
    let module = naming::identifier(&resource.module, &resource.module)?;
    Ok(quote! {
        #[cfg(feature = #feature)]
        pub mod #module;
    })
}
