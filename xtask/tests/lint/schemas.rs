//! Schemas: types, properties, enums and alternatives.

use serde_json::{Value, json};

use crate::{READER, below, breaks, findings};

#[test]
fn an_unknown_type() {
    breaks(
        &[(&below(READER, "/properties/name/type"), json!("text"))],
        &below(READER, "/properties/name/type"),
        "`text` is not a type",
    );
}

#[test]
fn a_list_without_items() {
    breaks(
        &[(&below(READER, "/properties/name"), json!({"type": "array"}))],
        &below(READER, "/properties/name"),
        "does not state the type of its items",
    );
}

#[test]
fn an_untyped_nullable_with_constraints() {
    breaks(
        &[(
            &below(READER, "/properties/name"),
            json!({"nullable": true, "pattern": "^a"}),
        )],
        &below(READER, "/properties/name"),
        "has `pattern`, but no `type`",
    );
    breaks(
        &[(
            &below(READER, "/properties/name"),
            json!({"nullable": true, "properties": {}}),
        )],
        &below(READER, "/properties/name"),
        "has `nullable`, but no `type`",
    );
}

#[test]
fn a_part_needs_no_type_of_its_own() {
    let name = below(READER, "/properties/name");
    let parts =
        json!({ "allOf": [{ "type": "string" }, { "minLength": 1 }, { "enum": ["a", "b"] }] });
    assert_eq!(findings(&[(&name, parts)]), []);
    breaks(
        &[(
            &name,
            json!({ "allOf": [{ "type": "integer" }, { "format": "password" }] }),
        )],
        &format!("{name}/allOf/1/format"),
        "the format `password` requires `type: string` or `type: object`",
    );
}

#[test]
fn a_format_for_another_type() {
    breaks(
        &[(
            &below(READER, "/properties/joined_at/type"),
            json!("string"),
        )],
        &below(READER, "/properties/joined_at/format"),
        "the format `unix-milliseconds` requires `type: integer`",
    );
    breaks(
        &[(
            "/components/schemas/Card/properties/pin/type",
            json!("integer"),
        )],
        "/components/schemas/Card/properties/pin/format",
        "the format `password` requires `type: string` or `type: object`",
    );
    breaks(
        &[(
            "/components/schemas/Card/properties/pin",
            json!({
                "type": "object",
                "format": "password",
                "properties": { "digits": { "type": "string" } },
            }),
        )],
        "/components/schemas/Card/properties/pin/format",
        "on an object with described properties",
    );
}

#[test]
fn a_timestamp_without_a_unit() {
    breaks(
        &[(
            &below(READER, "/properties/left_at"),
            json!({"type": "integer", "format": "int64"}),
        )],
        &below(READER, "/properties/left_at"),
        "does not state its unit",
    );
    let seconds = json!({"type": "integer", "format": "unix-seconds"});
    assert_eq!(
        findings(&[(&below(READER, "/properties/left_at"), seconds)]),
        []
    );
}

#[test]
fn values_of_an_enum() {
    let location = below(READER, "/properties/name/enum");
    for (values, rule) in [
        (json!([]), "an enum needs a list of values"),
        (
            json!(["a", 1]),
            "the value 1 does not have the schema's type",
        ),
        (
            json!(["a", null]),
            "the value null does not have the schema's type",
        ),
        (json!(["a", "a"]), "the value \"a\" is listed twice"),
    ] {
        breaks(&[(&location, values)], &location, rule);
    }
}

#[test]
fn two_properties_with_the_same_rust_name() {
    breaks(
        &[(
            &below(READER, "/properties/joinedAt"),
            json!({"type": "string"}),
        )],
        &below(READER, "/properties/joinedAt"),
        "the same Rust name as `joined_at`",
    );
}

#[test]
fn a_property_without_a_rust_name() {
    breaks(
        &[(&below(READER, "/properties/+"), json!({"type": "integer"}))],
        &below(READER, "/properties/+"),
        "no letter or digit",
    );
}

#[test]
fn a_required_property_that_is_not_declared() {
    breaks(
        &[(&below(READER, "/required"), json!(["name", "ghost"]))],
        &below(READER, "/required"),
        "`ghost` is required, but not declared",
    );
}

#[test]
fn a_property_listed_as_required_twice() {
    breaks(
        &[(&below(READER, "/required"), json!(["name", "name"]))],
        &below(READER, "/required"),
        "`name` is listed as required twice",
    );
}

#[test]
fn alternatives_without_a_discriminator() {
    breaks(
        &[(
            &below(READER, "/properties/proof/discriminator"),
            Value::Null,
        )],
        &below(READER, "/properties/proof/oneOf"),
        "no discriminator identifies the 2 alternatives",
    );
}

#[test]
fn a_discriminator_that_omits_an_alternative() {
    breaks(
        &[(
            &below(READER, "/properties/proof/discriminator/mapping/pass"),
            Value::Null,
        )],
        &below(READER, "/properties/proof/discriminator"),
        "no value of `kind` is mapped to #/components/schemas/Pass",
    );
}

#[test]
fn a_discriminator_mapped_to_something_else() {
    breaks(
        &[(
            &below(READER, "/properties/proof/discriminator/mapping/other"),
            json!("#/components/schemas/Reader"),
        )],
        &below(READER, "/properties/proof/discriminator"),
        "which is not an alternative",
    );
}

#[test]
fn a_discriminator_that_an_alternative_lacks() {
    breaks(
        &[("/components/schemas/Card/properties/kind", Value::Null)],
        &below(READER, "/properties/proof/discriminator"),
        "#/components/schemas/Card has no property `kind`",
    );
}

#[test]
fn a_discriminator_value_that_the_alternative_does_not_have() {
    breaks(
        &[(
            "/components/schemas/Card/properties/kind/enum",
            json!(["ticket"]),
        )],
        &below(READER, "/properties/proof/discriminator"),
        "`card` is not a value of `kind`",
    );
}

#[test]
fn a_discriminator_without_alternatives() {
    breaks(
        &[(
            &below(READER, "/discriminator"),
            json!({"propertyName": "kind"}),
        )],
        &below(READER, "/discriminator"),
        "the discriminator has no alternatives",
    );
}

#[test]
fn an_alternative_of_a_discriminator_that_is_not_a_reference() {
    let members = json!([
        {"$ref": "#/components/schemas/Card"},
        {"$ref": "#/components/schemas/Pass"},
        {"type": "object"},
    ]);
    breaks(
        &[(&below(READER, "/properties/proof/oneOf"), members)],
        &below(READER, "/properties/proof"),
        "is not a reference",
    );
}

#[test]
fn a_negated_schema() {
    breaks(
        &[(
            &below(READER, "/properties/name/not"),
            json!({"type": "string"}),
        )],
        &below(READER, "/properties/name/not"),
        "`not` cannot become a type",
    );
}

#[test]
fn a_schema_that_contains_itself() {
    let members = json!({"type": "array", "items": {"$ref": "#/components/schemas/Reader"}});
    breaks(
        &[("/components/schemas/Pass/properties/holders", members)],
        "/components/schemas/Pass",
        "the schema contains itself: Pass -> Reader -> Pass",
    );
}
