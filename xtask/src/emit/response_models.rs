//! The table of all models that responses are decoded into, for the tests in
//! `tests/additive-change` that mutate responses.
//!
//! What the tests do with an entry is written by hand there; this module only lists the models.

use std::path::PathBuf;

use quote::quote;

use crate::emit::operations::naming;
use crate::emit::parsed;
use crate::ir::Api;
use crate::support::error::Result;

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
    let tree = parsed(
        "the table of response models",
        quote! {
            #![doc = " Every model that a response is decoded into, by name."]
            use clerk_api::models;
            use crate::model::Model;
            pub(crate) static MODELS: &[Model] = &[#(#entries),*];
        },
    )?;
    Ok((PathBuf::from("mod.rs"), tree))
}
