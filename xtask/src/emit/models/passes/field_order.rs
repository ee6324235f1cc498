//! Puts the fields in the order of the description, with the names of the intermediate representation, and
//! checks that progenitor made each of the type that it was asked for. Operations, shapes and setters rely on
//! both.
//!
//! typify sorts fields by name and chooses the names itself.

use indexmap::IndexMap;
use quote::ToTokens;
use syn::{Fields, Ident, ItemStruct, LitStr, Type, parse_quote};

use super::{field_location, location};
use crate::emit::types::{Module, Types};
use crate::ir::{Api, Definition};
use crate::support::error::{Error, Result};

/// The field for properties that the description does not name.
pub const EXTRA: &str = "extra";

pub fn apply(api: &Api, definition: &Definition, item: &mut ItemStruct) -> Result<()> {
    let Fields::Named(named) = &mut item.fields else {
        return Err(Error::new(
            location(definition),
            "progenitor generated a struct without named fields",
            "describe it as an object",
        ));
    };
    let mut found = IndexMap::new();
    let mut extra = None;
    for field in std::mem::take(&mut named.named) {
        match wire_name(&field) {
            WireName::Flattened => extra = Some(field),
            WireName::Is(name) => {
                found.insert(name, field);
            }
        }
    }
    let types = Types::new(api, Module::Models);
    for described in definition.fields() {
        let location = || field_location(definition, &described.wire_name);
        let mut field = found.shift_remove(&described.wire_name).ok_or_else(|| {
            Error::new(
                location(),
                "progenitor generated no field for this property",
                "request it in xtask/src/emit/models/lower.rs",
            )
        })?;
        let expected = types.field(definition, described);
        let expected: Type = parse_quote!(#expected);
        if field.ty != expected {
            return Err(Error::new(
                location(),
                format!(
                    "progenitor generated `{}`, but the intermediate representation has `{}`",
                    field.ty.to_token_stream(),
                    expected.to_token_stream()
                ),
                "make xtask/src/emit/models/lower.rs and xtask/src/emit/types.rs agree",
            ));
        }
        let name = syn::parse_str::<Ident>(&described.name).map_err(|_| {
            Error::new(
                location(),
                format!("`{}` is not valid as a field name", described.name),
                "make identifiers with xtask/src/support/naming.rs",
            )
        })?;
        let is_taken = |other: &syn::Field| other.ident.as_ref() == Some(&name);
        if named.named.iter().any(is_taken) || (extra.is_some() && name == EXTRA) {
            return Err(Error::new(
                location(),
                format!("two fields would be named `{name}`"),
                "give one of the properties another name in the intermediate representation",
            ));
        }
        field.ident = Some(name);
        named.named.push(field);
    }
    named.named.extend(extra);
    Ok(())
}

enum WireName {
    Is(String),
    Flattened,
}

/// The name that serde uses: the `rename`, or the identifier.
fn wire_name(field: &syn::Field) -> WireName {
    let mut renamed = None;
    let mut flattened = false;
    for attribute in &field.attrs {
        if !attribute.path().is_ident("serde") {
            continue;
        }
        // Only these two matter; parse errors can only occur after them.
        let _ = attribute.parse_nested_meta(|meta| {
            if meta.path.is_ident("rename") {
                renamed = Some(meta.value()?.parse::<LitStr>()?.value());
            } else if meta.path.is_ident("flatten") {
                flattened = true;
            } else if meta.input.peek(syn::Token![=]) {
                meta.value()?.parse::<syn::Expr>()?;
            }
            Ok(())
        });
    }
    match (flattened, renamed, &field.ident) {
        (true, ..) => WireName::Flattened,
        (false, Some(name), _) => WireName::Is(name),
        (false, None, Some(ident)) => WireName::Is(ident.to_string()),
        (false, None, None) => WireName::Is(String::new()),
    }
}
