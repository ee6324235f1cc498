//! Features: a type is compiled if any resource that reaches it is enabled.

use std::collections::BTreeSet;

use syn::visit_mut::VisitMut;
use syn::{Attribute, Item, ItemImpl, ItemMacro, ItemStruct, parse_quote};

use crate::ir;

/// Adds the `cfg` to each item.
pub fn apply(resources: &BTreeSet<String>, items: &mut [Item]) {
    let mut gate = Gate {
        attribute: attribute(resources),
    };
    for item in items {
        gate.visit_item_mut(item);
    }
}

/// `#[cfg(feature = "a")]`, or any of several.
pub fn attribute(resources: &BTreeSet<String>) -> Attribute {
    let features: Vec<String> = resources.iter().map(|module| ir::feature(module)).collect();
    match features.as_slice() {
        [feature] => parse_quote!(#[cfg(feature = #feature)]),
        features => parse_quote!(#[cfg(any(#(feature = #features),*))]),
    }
}

struct Gate {
    attribute: Attribute,
}

impl Gate {
    /// After the docs, where this project puts attributes.
    fn close(&self, attributes: &mut Vec<Attribute>) {
        let docs = attributes
            .iter()
            .take_while(|attribute| attribute.path().is_ident("doc"));
        let behind = docs.count();
        attributes.insert(behind, self.attribute.clone());
    }
}

/// Only items are gated, never their members.
impl VisitMut for Gate {
    fn visit_item_struct_mut(&mut self, item: &mut ItemStruct) {
        self.close(&mut item.attrs);
    }

    fn visit_item_impl_mut(&mut self, item: &mut ItemImpl) {
        self.close(&mut item.attrs);
    }

    fn visit_item_macro_mut(&mut self, item: &mut ItemMacro) {
        self.close(&mut item.attrs);
    }
}
