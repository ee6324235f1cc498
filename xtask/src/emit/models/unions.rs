//! Tagged unions: invocations of the runtime's `tagged_union!`, which implements everything about
//! them.

use quote::{format_ident, quote};
use syn::Item;

use super::enums;
use crate::emit::{documentation, invocation};
use crate::ir::{Api, Definition, UnionVariant, reach};
use crate::support::error::{Error, Result};

pub fn item(
    api: &Api,
    definition: &Definition,
    tag: &str,
    variants: &[UnionVariant],
) -> Result<Item> {
    if definition.is_only_sent() {
        return Err(Error::new(
            format!("#/components/schemas/{}", definition.name),
            "the union is only sent, but its kinds must be decodable, and types that are only \
             sent are not",
            "describe the kinds as one object in an overlay",
        ));
    }
    enums::check_names(definition, variants.iter().map(|variant| &variant.name))?;
    let docs = documentation::attributes(&definition.docs, 4);
    let deprecated = documentation::deprecation(definition.deprecated);
    let total = !reach::holds_fractions(api, &definition.name);
    let total = total.then(|| quote!(#[derive(Eq)]));
    let name = format_ident!("{}", definition.name);
    let variants = variants.iter().map(|variant| {
        let name = format_ident!("{}", variant.name);
        let content = format_ident!("{}", variant.definition);
        let value = &variant.wire_value;
        quote!(#name(#content) = #value)
    });
    let input = quote! {
        #(#docs)*
        #deprecated
        #total
        pub enum #name by #tag { #(#variants),* }
    };
    Ok(invocation("tagged_union", input))
}
