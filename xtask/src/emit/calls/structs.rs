//! Structs inside a body, built with `new` and setters.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use serde_json::{Map, Value};

use super::values::Values;
use crate::ir::{Definition, Field, Presence, Type};
use crate::support::error::Result;

pub(super) fn built(
    values: Values<'_>,
    definition: &Definition,
    fields: &[Field],
    members: &Map<String, Value>,
) -> Result<TokenStream> {
    let name = format_ident!("{}", definition.name);
    let mut arguments = Vec::new();
    let mut setters = Vec::new();
    for field in fields {
        let Some(value) = members.get(&field.wire_name) else {
            continue;
        };
        let given = given(values, definition, field, value)
            .map_err(|error| error.within(&field.wire_name))?;
        if field.required {
            arguments.push(given);
        } else {
            let setter = format_ident!("{}", field.name);
            setters.push(quote! { .#setter(#given) });
        }
    }
    Ok(quote! { models::#name::new(#(#arguments),*)#(#setters)* })
}

fn given(
    values: Values<'_>,
    definition: &Definition,
    field: &Field,
    value: &Value,
) -> Result<TokenStream> {
    match Presence::of(definition, field) {
        // Only what is never decoded accepts any JSON for an object.
        _ if field.ty == Type::OBJECT && !definition.is_only_sent() => {
            values.owned(&field.ty, value)
        }
        Presence::Always | Presence::Optional => values.plain(&field.ty, value),
        _ => values.nullable(&field.ty, value),
    }
}
