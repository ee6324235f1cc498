//! Changes nothing: checks that progenitor has made each field of the type that it was asked for, so that
//! operations, shapes and setters fit the structs.

use quote::ToTokens;
use syn::visit_mut::{self, VisitMut};
use syn::{GenericArgument, ItemStruct, PathArguments, Type, parse_quote};

use super::field_location;
use crate::emit::types::{Module, Types};
use crate::ir::{Api, Definition};
use crate::support::error::{Error, Result};

pub fn check(api: &Api, definition: &Definition, item: &ItemStruct) -> Result<()> {
    let types = Types::new(api, Module::Models);
    for (field, described) in item.fields.iter().zip(definition.fields()) {
        let mut made = field.ty.clone();
        WithoutBoxes.visit_type_mut(&mut made);
        let expected = types.field(definition, described);
        let expected: Type = parse_quote!(#expected);
        if made != expected {
            return Err(Error::new(
                field_location(definition, &described.wire_name),
                format!(
                    "progenitor generated `{}`, but the intermediate representation has `{}`",
                    made.to_token_stream(),
                    expected.to_token_stream()
                ),
                "make xtask/src/emit/models/lower.rs and xtask/src/emit/types.rs agree",
            ));
        }
    }
    Ok(())
}

/// typify boxes a type inside itself; the representation does not.
struct WithoutBoxes;

impl VisitMut for WithoutBoxes {
    fn visit_type_mut(&mut self, ty: &mut Type) {
        if let Some(inner) = boxed(ty) {
            *ty = inner.clone();
        }
        visit_mut::visit_type_mut(self, ty);
    }
}

/// The content of a `Box<..>`.
pub(super) fn boxed(ty: &Type) -> Option<&Type> {
    argument_of("Box", ty)
}

/// `T` of `name<T>`.
pub(super) fn argument_of<'a>(name: &str, ty: &'a Type) -> Option<&'a Type> {
    let Type::Path(path) = ty else { return None };
    let segment = path.path.segments.last()?;
    let PathArguments::AngleBracketed(arguments) = &segment.arguments else {
        return None;
    };
    match arguments.args.first()? {
        GenericArgument::Type(inner) if segment.ident == name => Some(inner),
        _ => None,
    }
}
