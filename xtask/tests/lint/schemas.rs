//! Schemas: types, properties, enums and alternatives.

use serde_json::{Value, json};

use crate::{READER, below, breaks, findings};

#[test]
fn an_unknown_type() {
    breaks(
        &[(&below(READER, "/properties/name/type"), json!("text"))],
        &below(READER, "/properties/name/type"),
        "`text` is no type",
    );
}

#[test]
fn a_list_of_nothing() {
    breaks(
        &[(&below(READER, "/properties/name"), json!({"type": "array"}))],
        &below(READER, "/properties/name"),
        "does not say of what",
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
        "has `pattern` and no `type`",
    );
    breaks(
        &[(
            &below(READER, "/properties/name"),
            json!({"nullable": true, "properties": {}}),
        )],
        &below(READER, "/properties/name"),
        "has `nullable` and no `type`",
    );
}

#[test]
fn a_format_of_another_type() {
    breaks(
        &[(
            &below(READER, "/properties/joined_at/type"),
            json!("string"),
        )],
        &below(READER, "/properties/joined_at/format"),
        "`unix-milliseconds` is a format of `type: integer`",
    );
    breaks(
        &[(
            "/components/schemas/Card/properties/pin/type",
            json!("integer"),
        )],
        "/components/schemas/Card/properties/pin/format",
        "`password` is a format of `type: string` or `type: object`",
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
        "without described properties",
    );
}

#[test]
fn a_point_in_time_without_a_unit() {
    breaks(
        &[(
            &below(READER, "/properties/left_at"),
            json!({"type": "integer", "format": "int64"}),
        )],
        &below(READER, "/properties/left_at"),
        "does not say in which unit",
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
        (json!([]), "an enum lists its values"),
        (json!(["a", 1]), "the value 1 is not of the schema's type"),
        (
            json!(["a", null]),
            "the value null is not of the schema's type",
        ),
        (json!(["a", "a"]), "the value \"a\" stands twice"),
    ] {
        breaks(&[(&location, values)], &location, rule);
    }
}

#[test]
fn two_properties_with_one_name_in_rust() {
    breaks(
        &[(
            &below(READER, "/properties/joinedAt"),
            json!({"type": "string"}),
        )],
        &below(READER, "/properties/joinedAt"),
        "the same name as `joined_at`",
    );
}

#[test]
fn a_property_without_a_name_in_rust() {
    breaks(
        &[(&below(READER, "/properties/+"), json!({"type": "integer"}))],
        &below(READER, "/properties/+"),
        "no letter or digit",
    );
}

#[test]
fn a_required_name_that_no_property_declares() {
    breaks(
        &[(&below(READER, "/required"), json!(["name", "ghost"]))],
        &below(READER, "/required"),
        "`ghost` is required, and no property declares it",
    );
}

#[test]
fn a_name_that_is_required_twice() {
    breaks(
        &[(&below(READER, "/required"), json!(["name", "name"]))],
        &below(READER, "/required"),
        "`name` is required twice",
    );
}

#[test]
fn alternatives_that_nothing_tells_apart() {
    breaks(
        &[(
            &below(READER, "/properties/proof/discriminator"),
            Value::Null,
        )],
        &below(READER, "/properties/proof/oneOf"),
        "nothing tells the 2 alternatives apart",
    );
}

#[test]
fn a_discriminator_that_misses_an_alternative() {
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
fn a_discriminator_that_names_something_else() {
    breaks(
        &[(
            &below(READER, "/properties/proof/discriminator/mapping/other"),
            json!("#/components/schemas/Reader"),
        )],
        &below(READER, "/properties/proof/discriminator"),
        "which is no alternative",
    );
}

#[test]
fn a_discriminator_whose_property_an_alternative_lacks() {
    breaks(
        &[("/components/schemas/Card/properties/kind", Value::Null)],
        &below(READER, "/properties/proof/discriminator"),
        "#/components/schemas/Card has no property `kind`",
    );
}

#[test]
fn a_discriminator_with_a_value_that_the_alternative_does_not_have() {
    breaks(
        &[(
            "/components/schemas/Card/properties/kind/enum",
            json!(["ticket"]),
        )],
        &below(READER, "/properties/proof/discriminator"),
        "`card` is no value of `kind`",
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
        "a discriminator without alternatives",
    );
}

#[test]
fn an_alternative_with_a_discriminator_that_is_no_reference() {
    let members = json!([
        {"$ref": "#/components/schemas/Card"},
        {"$ref": "#/components/schemas/Pass"},
        {"type": "object"},
    ]);
    breaks(
        &[(&below(READER, "/properties/proof/oneOf"), members)],
        &below(READER, "/properties/proof"),
        "is no reference",
    );
}

#[test]
fn a_schema_that_says_what_it_is_not() {
    breaks(
        &[(
            &below(READER, "/properties/name/not"),
            json!({"type": "string"}),
        )],
        &below(READER, "/properties/name/not"),
        "what a schema is not",
    );
}

#[test]
fn a_schema_that_holds_itself() {
    let members = json!({"type": "array", "items": {"$ref": "#/components/schemas/Reader"}});
    breaks(
        &[("/components/schemas/Pass/properties/holders", members)],
        "/components/schemas/Pass",
        "the schema holds itself: Pass -> Reader -> Pass",
    );
}
