//! Adds our own texts to the struct and its fields; typify's are dropped.

use syn::visit_mut::VisitMut;
use syn::{Attribute, Field, ItemStruct};

use super::fields;
use crate::emit::documentation;
use crate::ir::Definition;

const EXTRA: &str = "Fields that the description does not name.";

pub fn apply(definition: &Definition, item: &mut ItemStruct) {
    WithoutDocs.visit_item_struct_mut(item);
    documentation::document(&mut item.attrs, &definition.docs, 0);
    for (field, described) in fields(definition, item) {
        let text = described.map_or(EXTRA, |described| &described.docs);
        documentation::document(&mut field.attrs, text, 4);
    }
}

struct WithoutDocs;

impl VisitMut for WithoutDocs {
    fn visit_item_struct_mut(&mut self, item: &mut ItemStruct) {
        item.attrs.retain(is_no_doc);
        syn::visit_mut::visit_item_struct_mut(self, item);
    }

    fn visit_field_mut(&mut self, field: &mut Field) {
        field.attrs.retain(is_no_doc);
    }
}

fn is_no_doc(attribute: &Attribute) -> bool {
    !attribute.path().is_ident("doc")
}
