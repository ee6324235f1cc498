//! The table of all models that answers are decoded into, for the tests in `tests/additive-change`
//! that mutate answers.
//!
//! What an entry does is written by hand there; here is only which models there are.

use std::path::PathBuf;

use quote::quote;

use crate::error::{Error, Result};
use crate::ir::Api;
use crate::operations::naming;

/// The file of `tests/additive-change/src/generated/`, by path below that directory.
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
        #![doc = " Every model that an answer is decoded into, by name."]
        use clerk_api::models;
        use crate::model::Model;
        pub(crate) static MODELS: &[Model] = &[#(#entries),*];
    });
    tree.map(|tree| (PathBuf::from("mod.rs"), tree))
        .map_err(|fault| {
            Error::new(
                "the generated table of response models",
                format!("its tokens are no Rust: {fault}"),
                "emit whole items in `xtask::response_models`",
            )
        })
}
