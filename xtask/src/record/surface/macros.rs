//! The input of the runtime's macros, as far as it is public.

use proc_macro2::{TokenStream, TokenTree};
use syn::parse::{Parse, ParseStream};
use syn::{Attribute, LitStr, Token, Type, Visibility};

/// The input of `operation!`.
pub(super) struct Call {
    pub(super) attributes: Vec<Attribute>,
    pub(super) builder: syn::Ident,
    pub(super) result: Type,
    pub(super) paged: bool,
}

impl Parse for Call {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let attributes = input.call(Attribute::parse_outer)?;
        input.parse::<Visibility>()?;
        input.parse::<Token![struct]>()?;
        let builder = input.parse()?;
        input.parse::<Token![->]>()?;
        let result = input.parse()?;
        let content;
        syn::braced!(content in input);
        // The facts themselves belong to the runtime and are in operations.json.
        let facts: TokenStream = content.parse()?;
        let is_page = |token| matches!(token, TokenTree::Ident(name) if name == "page");
        Ok(Self {
            attributes,
            builder,
            result,
            paged: facts.into_iter().any(is_page),
        })
    }
}

/// The input of `open_enum!` and `tagged_union!`.
pub(super) struct Enum {
    pub(super) attributes: Vec<Attribute>,
    pub(super) name: syn::Ident,
    pub(super) tag: Option<LitStr>,
    pub(super) variants: Vec<syn::Variant>,
}

impl Parse for Enum {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let attributes = input.call(Attribute::parse_outer)?;
        input.parse::<Visibility>()?;
        input.parse::<Token![enum]>()?;
        let name = input.parse()?;
        let tag = if input.peek(syn::Ident) {
            // `by`
            input.parse::<syn::Ident>()?;
            Some(input.parse()?)
        } else {
            None
        };
        let content;
        syn::braced!(content in input);
        let variants = content.parse_terminated(syn::Variant::parse, Token![,])?;
        Ok(Self {
            attributes,
            name,
            tag,
            variants: variants.into_iter().collect(),
        })
    }
}
