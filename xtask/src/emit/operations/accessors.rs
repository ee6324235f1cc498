//! The root of the generated code: constants, and how a client reaches its resources.

use proc_macro2::TokenStream;
use quote::quote;
use syn::ImplItem;

use super::{docs, naming};
use crate::emit::{documentation, parsed};
use crate::ir::{self, Api, Resource};
use crate::support::error::Result;

pub(super) fn emit(api: &Api) -> Result<syn::File> {
    let about = "The models of the API, and its operations by resource.";
    let about = documentation::inner_attributes(about);
    let version = &api.version;
    let base_url = &api.base_url;
    let asynchronous = accessors(api, &quote! {})?;
    let blocking = accessors(api, &quote! { <crate::blocking::Clerk> })?;
    parsed(
        "mod.rs",
        quote! {
            #(#about)*
            #[allow(deprecated)]
            pub mod models;
            #[allow(deprecated)]
            pub mod resources;
            /// The version of the API that this crate is generated for, sent in `Clerk-API-Version`.
            pub const API_VERSION: &str = #version;
            /// Default base URL of the API.
            pub const BASE_URL: &str = #base_url;
            impl crate::Clerk {
                #(#asynchronous)*
            }
            #[cfg(feature = "blocking")]
            impl crate::blocking::Clerk {
                #(#blocking)*
            }
        },
    )
}

fn accessors(api: &Api, client: &TokenStream) -> Result<Vec<ImplItem>> {
    let resources = api.resources.values();
    resources
        .map(|resource| accessor(resource, client))
        .collect()
}

fn accessor(resource: &Resource, client: &TokenStream) -> Result<ImplItem> {
    let docs = documentation::attributes(docs::first_paragraph(&resource.docs), 4);
    let feature = ir::feature(&resource.module);
    let module = naming::identifier(&resource.module, &resource.module)?;
    let name = naming::identifier(&resource.type_name, &resource.module)?;
    Ok(syn::parse_quote! {
        #(#docs)*
        #[cfg(feature = #feature)]
        pub fn #module(&self) -> resources::#module::#name #client {
            resources::#module::#name::new(self.clone())
        }
    })
}
