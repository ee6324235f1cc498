//! The names that emitted code uses without a path, and the declarations that import them.

use std::collections::BTreeSet;

use proc_macro2::{TokenStream, TokenTree};
use quote::{format_ident, quote};

/// `use` declarations for those names of `modules` that are used.
pub fn declarations(modules: &[(&str, Vec<&str>)], used: &BTreeSet<String>) -> TokenStream {
    let declarations = modules.iter().filter_map(|(module, names)| {
        let names = names.iter().filter(|name| used.contains(**name));
        let names: Vec<_> = names.map(|name| format_ident!("{name}")).collect();
        let module: syn::Path = syn::parse_str(module).ok()?;
        match names.as_slice() {
            [] => None,
            [name] => Some(quote!(use #module::#name;)),
            names => Some(quote!(use #module::{#(#names),*};)),
        }
    });
    quote!(#(#declarations)*)
}

/// Every identifier in a token stream.
pub fn identifiers(tokens: &TokenStream, into: &mut BTreeSet<String>) {
    for token in tokens.clone() {
        match token {
            TokenTree::Ident(identifier) => {
                into.insert(identifier.to_string());
            }
            TokenTree::Group(group) => identifiers(&group.stream(), into),
            TokenTree::Punct(_) | TokenTree::Literal(_) => {}
        }
    }
}
