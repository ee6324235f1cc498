//! Setters: a method on the builder for each optional parameter and body field.

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;

use super::members::{Member, Stored};
use super::{docs, naming};
use crate::emit::documentation;
use crate::emit::types::Types;
use crate::support::error::Result;

/// The inherent implementation with a builder's setters; nothing if there are none.
pub(super) fn emit(
    types: Types<'_>,
    builder: &Ident,
    setters: &[Member],
    location: &str,
) -> Result<TokenStream> {
    if setters.is_empty() {
        return Ok(TokenStream::new());
    }
    let setters = setters
        .iter()
        .map(|member| setter(types, member, location))
        .collect::<Result<Vec<_>>>()?;
    Ok(quote! {
        impl<C> #builder<C> {
            #(#setters)*
        }
    })
}

fn setter(types: Types<'_>, member: &Member, location: &str) -> Result<TokenStream> {
    let docs = docs::outer(&docs::member(member), 4);
    let deprecated = documentation::deprecation(member.deprecated);
    let name = naming::identifier(&member.name, location)?;
    // One short name for all of them keeps the signatures on one line.
    let value = Ident::new("value", Span::call_site());
    let Stored { accepts, statement } = member
        .store(types, &quote! { self.request }, &value)
        .map_err(|error| error.within(location))?;
    Ok(quote! {
        #docs
        #deprecated
        pub fn #name(mut self, #value: #accepts) -> Self {
            #statement
            self
        }
    })
}
