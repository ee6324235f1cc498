//! The table of all models that responses are decoded into, for the tests in
//! `tests/additive-change` that mutate responses.
//!
//! What the tests do with an entry is written by hand there; this module only lists the models.

use std::path::PathBuf;

use quote::quote;

use crate::emit::operations::naming;
use crate::ir::Api;
use crate::support::error::{Error, Result};

/// The file of `tests/additive-change/src/generated/`, by path in that directory.
pub fn emit(api: &Api) -> Result<(PathBuf, syn::File)> {
    let entries = api
        .types
        .values()
        .filter(|definition| definition.in_response)
        .map(|definition| {
            let name = &definition.name;
            let ident = naming::identifier(name, name)?;
            Ok(quote! { Model::of::<models::#ident>(#name) })
        })
        .collect::<Result<Vec<_>>>()?;
    let tree = syn::parse2(quote! {
        #![doc = " Every model that a response is decoded into, by name."]
        use clerk_api::models;
        use crate::model::Model;
        pub(crate) static MODELS: &[Model] = &[#(#entries),*];
    });
    tree.map(|tree| (PathBuf::from("mod.rs"), tree))
        .map_err(|fault| {
            Error::new(
                "the generated table of response models",
                format!("the emitted tokens are not valid Rust: {fault}"),
                "fix the emitter in `xtask::response_models`",
            )
        })
}
