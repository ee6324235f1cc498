//! Reads schemas in normal form.

use serde_json::{Map, Value, json};

use super::{Definition, Field, Kind, Type, UnionVariant, Variant};
use crate::input::names::Names;
use crate::input::vocabulary::plain::Plain;
use crate::support::error::{Error, Findings, Result};
use crate::support::naming::identifier;

pub(super) fn definition(
    name: &str,
    schema: &Value,
    names: &Names,
    findings: &mut Findings,
) -> Result<Definition> {
    let kind = if let Some(values) = schema.get("enum").and_then(Value::as_array) {
        Kind::Enum {
            variants: variants(name, values, names, findings),
        }
    } else if let Some(discriminator) = schema.get("discriminator") {
        union(name, discriminator, names, findings)?
    } else {
        Kind::Struct {
            fields: fields(schema)?,
            open: schema.get("additionalProperties") == Some(&json!(true)),
        }
    };
    Ok(Definition {
        name: name.to_owned(),
        kind,
        in_response: false,
        in_request: false,
        resources: Default::default(),
        deprecated: is(schema, "deprecated"),
        docs: String::new(),
    })
}

/// The values that have a name of their own.
fn variants(name: &str, values: &[Value], names: &Names, findings: &mut Findings) -> Vec<Variant> {
    let mut variants: Vec<Variant> = Vec::new();
    for value in values.iter().filter_map(Value::as_str) {
        let Some(variant) = findings.keep(names.variant(name, value)) else {
            continue;
        };
        if let Some(same) = variants.iter().find(|known| known.name == variant) {
            let both = format!(
                "`{}` and `{value}` both become `{variant}`",
                same.wire_value
            );
            let help = format!(
                "pin a name for one of them under `variants` in {}",
                names.file()
            );
            findings.report(format!("enum {name}"), both, help);
            continue;
        }
        variants.push(Variant {
            wire_value: value.to_owned(),
            name: variant,
        });
    }
    variants
}

fn union(
    name: &str,
    discriminator: &Value,
    names: &Names,
    findings: &mut Findings,
) -> Result<Kind> {
    let mapping = discriminator.get("mapping").and_then(Value::as_object);
    let values: Vec<Value> = mapping
        .into_iter()
        .flat_map(Map::keys)
        .map(|value| json!(value))
        .collect();
    let target = |value: &str| {
        let reference = mapping?.get(value)?.as_str()?;
        Some(reference.rsplit('/').next()?.to_owned())
    };
    Ok(Kind::Union {
        tag: text(discriminator, "/propertyName")?,
        variants: variants(name, &values, names, findings)
            .into_iter()
            .map(|variant| UnionVariant {
                definition: target(&variant.wire_value).unwrap_or_default(),
                wire_value: variant.wire_value,
                name: variant.name,
            })
            .collect(),
    })
}

/// The properties of an object, in the order of the description, without texts.
pub(super) fn fields(schema: &Value) -> Result<Vec<Field>> {
    let mut fields = Vec::new();
    for (name, property) in schema
        .get("properties")
        .and_then(Value::as_object)
        .into_iter()
        .flatten()
    {
        fields.push(Field {
            wire_name: name.clone(),
            name: identifier(name),
            ty: type_of(property)?,
            required: requires(schema, name),
            nullable: is(property, "nullable"),
            deprecated: is(property, "deprecated"),
            explode: true,
            docs: String::new(),
        });
    }
    Ok(fields)
}

/// The type of a property in normal form, which states by itself whether it can be null.
pub(super) fn type_of(schema: &Value) -> Result<Type> {
    if let Some(reference) = reference(schema) {
        let name = reference.rsplit('/').next().unwrap_or_default();
        return Ok(Type::Named(name.to_owned()));
    }
    let text = |key| schema.get(key).and_then(Value::as_str);
    let json = text("type").unwrap_or_default();
    if let ("array", Some(items)) = (json, schema.get("items")) {
        return Ok(Type::List(Box::new(element_of(items)?)));
    }
    if let Some(values @ Value::Object(_)) = schema.get("additionalProperties") {
        return Ok(Type::map_to(element_of(values)?));
    }
    let plain = Plain::of(json, text("format")).ok_or_else(|| {
        Error::new(
            "the normalised document",
            format!("`{json}` is not a type of the normal form"),
            "report this as a bug in the normalise stage",
        )
    })?;
    Ok(Type::Plain(plain))
}

/// The type of an element or a response, which can be null.
pub(super) fn element_of(schema: &Value) -> Result<Type> {
    let ty = type_of(schema)?;
    let is_nullable = is(schema, "nullable") && ty != Type::ANY;
    Ok(if is_nullable {
        Type::Nullable(Box::new(ty))
    } else {
        ty
    })
}

fn reference(schema: &Value) -> Option<&str> {
    let direct = schema.get("$ref").and_then(Value::as_str);
    direct.or_else(|| schema.pointer("/allOf/0/$ref").and_then(Value::as_str))
}

fn requires(schema: &Value, name: &str) -> bool {
    let required = schema.get("required").and_then(Value::as_array);
    required.is_some_and(|required| required.iter().any(|required| required == name))
}

pub(super) fn is(schema: &Value, mark: &str) -> bool {
    schema.get(mark) == Some(&Value::Bool(true))
}

pub(super) fn text(value: &Value, pointer: &str) -> Result<String> {
    value
        .pointer(pointer)
        .and_then(Value::as_str)
        .map(str::to_owned)
        .ok_or_else(|| {
            let location = value
                .get("operationId")
                .and_then(Value::as_str)
                .unwrap_or("the normalised document");
            Error::new(
                location,
                format!("`{}` is missing", &pointer[1..]),
                "add it in an overlay",
            )
        })
}
