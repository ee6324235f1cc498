//! Open enums: invocations of the runtime's `open_enum!`, which implements everything about them.

use std::collections::BTreeSet;

use quote::{format_ident, quote};
use syn::Item;

use crate::emit::{documentation, invocation};
use crate::ir::{Definition, Variant};
use crate::support::error::{Error, Result};

pub fn item(definition: &Definition, variants: &[Variant]) -> Result<Item> {
    check_names(definition, variants.iter().map(|variant| &variant.name))?;
    let docs = documentation::attributes(&definition.docs, 4);
    let deprecated = documentation::deprecation(definition.deprecated);
    let name = format_ident!("{}", definition.name);
    let variants = variants.iter().map(|variant| {
        let name = format_ident!("{}", variant.name);
        let value = &variant.wire_value;
        quote!(#name = #value)
    });
    let input = quote! {
        #(#docs)*
        #deprecated
        pub enum #name { #(#variants),* }
    };
    Ok(invocation("open_enum", input))
}

/// Variants must differ from each other and from the macro's own `Unknown`.
pub(super) fn check_names<'a>(
    definition: &Definition,
    names: impl Iterator<Item = &'a String>,
) -> Result<()> {
    let mut seen = BTreeSet::from(["Unknown"]);
    for name in names {
        if !seen.insert(name) {
            return Err(Error::new(
                format!("#/components/schemas/{}", definition.name),
                format!("two variants would be named `{name}` (`Unknown` always exists)"),
                "make the variant names distinct in xtask/src/normalise",
            ));
        }
    }
    Ok(())
}
