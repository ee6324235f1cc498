//! The names that emitted code uses without a path, and the declarations that import them.

use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::format_ident;
use syn::visit::{self, Visit};
use syn::{Attribute, Item, Macro, parse_quote};

/// `use` declarations for those names of `modules` that are used.
pub(crate) fn declarations(modules: &[(&str, Vec<&str>)], used: &[&str]) -> Vec<Item> {
    let declarations = modules.iter().filter_map(|(module, names)| {
        let names = names.iter().filter(|name| used.contains(name));
        let names: Vec<_> = names.map(|name| format_ident!("{name}")).collect();
        let module: syn::Path = syn::parse_str(module).ok()?;
        match names.as_slice() {
            [] => None,
            [name] => Some(parse_quote!(use #module::#name;)),
            names => Some(parse_quote!(use #module::{#(#names),*};)),
        }
    });
    declarations.collect()
}

/// Those of `names` that occur in the items; in attributes they do not count.
pub(crate) fn used<'a, 'b>(
    items: impl IntoIterator<Item = &'b Item>,
    names: &[&'a str],
) -> Vec<&'a str> {
    let mut search = Search {
        names: names.iter().map(|name| (*name, false)).collect(),
    };
    for item in items {
        search.visit_item(item);
    }
    let found = search.names.into_iter().filter(|(_, found)| *found);
    found.map(|(name, _)| name).collect()
}

struct Search<'a> {
    names: Vec<(&'a str, bool)>,
}

impl Search<'_> {
    fn tokens(&mut self, tokens: TokenStream) {
        for token in tokens {
            match token {
                TokenTree::Ident(ident) => self.visit_ident(&ident),
                TokenTree::Group(group) => self.tokens(group.stream()),
                TokenTree::Punct(_) | TokenTree::Literal(_) => {}
            }
        }
    }
}

impl Visit<'_> for Search<'_> {
    fn visit_ident(&mut self, ident: &Ident) {
        let name = self.names.iter_mut().find(|(name, _)| ident == name);
        if let Some((_, found)) = name {
            *found = true;
        }
    }

    fn visit_macro(&mut self, invocation: &Macro) {
        visit::visit_path(self, &invocation.path);
        self.tokens(invocation.tokens.clone());
    }

    fn visit_attribute(&mut self, _: &Attribute) {}
}
