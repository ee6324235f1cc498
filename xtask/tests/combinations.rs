//! `allOf` in every place: what all parts describe together, or an error with the place.
//!
//! The expected values follow from OpenAPI 3.0.3 and JSON Schema: a value must be valid against every part.

use serde_json::{Value, json};
use xtask::input::names::Names;
use xtask::normalise;
use xtask::support::error::Findings;

/// The normal form of a description with one operation that returns `schemas.Book`.
fn normalised(schemas: &str) -> Result<Value, String> {
    described(
        "responses: {'200': {description: '', content: {application/json: {schema: {$ref: '#/components/schemas/Book'}}}}}",
        schemas,
    )
}

/// The normal form of a description with this operation.
fn described(operation: &str, schemas: &str) -> Result<Value, String> {
    let schemas: String = schemas
        .lines()
        .map(|line| format!("    {line}\n"))
        .collect();
    let text = format!(
        "openapi: 3.0.3
info: {{title: Books, version: '1'}}
servers: [{{url: 'https://api.example/v1'}}]
paths:
  /books:
    get:
      operationId: GetBook
      {operation}
components:
  schemas:
{schemas}"
    );
    let source = xtask::input::load::parse("test", &text).expect("the test's own YAML is valid");
    Findings::gather(|findings| normalise::document(&source, &Names::default(), findings))
        .map_err(|findings| findings.to_string())
}

/// The normal form of the property `it` of `Book`, and all schemas.
fn property(schema: &str, others: &str) -> (Value, Value) {
    let schemas = format!("Book: {{type: object, properties: {{it: {schema}}}}}\n{others}");
    let document = normalised(&schemas).unwrap_or_else(|error| panic!("{schema}: {error}"));
    let schemas = document["components"]["schemas"].clone();
    (schemas["Book"]["properties"]["it"].clone(), schemas)
}

const STATUS: &str = "Status: {type: string, enum: [lent, here, lost]}";

fn status(marks: Value) -> Value {
    let mut schema = json!({ "allOf": [{ "$ref": "#/components/schemas/Status" }] });
    for (mark, value) in marks.as_object().into_iter().flatten() {
        schema[mark] = value.clone();
    }
    schema
}

#[test]
fn an_enum_with_marks_is_the_enum() {
    let reference = "{$ref: '#/components/schemas/Status'}";
    for (schema, expected) in [
        (
            format!("{{allOf: [{reference}, {{nullable: true}}]}}"),
            status(json!({ "nullable": true })),
        ),
        (
            format!("{{allOf: [{{nullable: true}}, {reference}]}}"),
            status(json!({ "nullable": true })),
        ),
        (
            format!("{{nullable: true, allOf: [{reference}]}}"),
            status(json!({ "nullable": true })),
        ),
        (
            format!("{{anyOf: [{reference}], nullable: true}}"),
            status(json!({ "nullable": true })),
        ),
        (
            format!("{{allOf: [{{oneOf: [{reference}], nullable: true}}]}}"),
            status(json!({ "nullable": true })),
        ),
        (
            format!("{{allOf: [{{allOf: [{reference}, {{nullable: true}}]}}]}}"),
            status(json!({ "nullable": true })),
        ),
        (
            format!("{{allOf: [{reference}, {{deprecated: true}}], nullable: true}}"),
            status(json!({ "nullable": true, "deprecated": true })),
        ),
        // A type in every part: null must be allowed by each.
        (
            format!("{{allOf: [{reference}, {{type: string}}]}}"),
            json!({ "$ref": "#/components/schemas/Status" }),
        ),
        (
            format!("{{allOf: [{reference}, {{type: string, nullable: true}}]}}"),
            json!({ "$ref": "#/components/schemas/Status" }),
        ),
        (
            format!("{{allOf: [{reference}, {{type: string, nullable: true}}], nullable: true}}"),
            status(json!({ "nullable": true })),
        ),
        // A bound does not change the type.
        (
            format!("{{allOf: [{reference}], minLength: 3}}"),
            json!({ "$ref": "#/components/schemas/Status" }),
        ),
    ] {
        let (found, schemas) = property(&schema, STATUS);
        assert_eq!(found, expected, "{schema}");
        assert_eq!(schemas.as_object().unwrap().len(), 2, "{schema}: {schemas}");
    }
}

#[test]
fn null_is_allowed_only_if_every_part_with_a_type_allows_it() {
    let nullable = "Maybe: {type: string, enum: [lent, here], nullable: true}";
    let reference = "{$ref: '#/components/schemas/Maybe'}";
    for (schema, is_nullable) in [
        (reference.to_owned(), true),
        (format!("{{allOf: [{reference}]}}"), true),
        (
            format!("{{allOf: [{reference}, {{type: string, nullable: true}}]}}"),
            true,
        ),
        (format!("{{allOf: [{reference}, {{type: string}}]}}"), false),
        (format!("{{allOf: [{reference}], nullable: false}}"), false),
    ] {
        let (found, _) = property(&schema, nullable);
        assert_eq!(
            found.get("nullable") == Some(&json!(true)),
            is_nullable,
            "{schema}: {found}"
        );
        assert!(
            found.to_string().contains("schemas/Maybe"),
            "{schema}: {found}"
        );
    }
}

#[test]
fn values_that_are_not_objects_are_merged() {
    for (schema, expected) in [
        (
            "{allOf: [{type: string}, {minLength: 1}]}",
            json!({ "type": "string" }),
        ),
        (
            "{allOf: [{type: string}, {type: string, format: password}]}",
            json!({ "type": "string", "format": "password" }),
        ),
        (
            "{allOf: [{type: number}, {type: integer}]}",
            json!({ "type": "integer", "format": "int64" }),
        ),
        (
            "{allOf: [{type: array, items: {type: number}}, {type: array, items: {type: integer}}]}",
            json!({ "type": "array", "items": { "type": "integer", "format": "int64" } }),
        ),
        (
            "{type: array, items: {allOf: [{$ref: '#/components/schemas/Status'}, {nullable: true}]}}",
            json!({ "type": "array", "items": status(json!({ "nullable": true })) }),
        ),
        (
            "{type: object, additionalProperties: {allOf: [{$ref: '#/components/schemas/Status'}, {nullable: true}]}}",
            json!({ "type": "object", "additionalProperties": status(json!({ "nullable": true })) }),
        ),
        (
            "{allOf: [{type: object, additionalProperties: true}, {type: object, additionalProperties: {type: string}}]}",
            json!({ "type": "object", "additionalProperties": { "type": "string" } }),
        ),
        ("{allOf: []}", json!({})),
        (
            "{allOf: [{}, {nullable: true}]}",
            json!({ "nullable": true }),
        ),
    ] {
        assert_eq!(property(schema, STATUS).0, expected, "{schema}");
    }
    let (found, schemas) = property(
        "{allOf: [{$ref: '#/components/schemas/Status'}, {type: string, enum: [lost, lent, gone]}]}",
        STATUS,
    );
    assert_eq!(found, json!({ "$ref": "#/components/schemas/BookIt" }));
    assert_eq!(schemas["BookIt"]["enum"], json!(["lent", "lost"]));
}

#[test]
fn a_property_of_several_parts_is_what_all_of_them_say() {
    let (_, schemas) = property(
        "{$ref: '#/components/schemas/Both'}",
        "Both:
  required: [a]
  allOf:
    - {type: object, required: [b], properties: {a: {type: number}, b: {type: string, enum: [x, y]}, c: {type: string}}}
    - {type: object, properties: {a: {type: integer}, b: {type: string, enum: [y, z, x]}, c: {nullable: true}, d: {type: boolean}}}
  properties: {c: {deprecated: true}, e: {type: object, properties: {f: {type: string}}}}",
    );
    assert_eq!(
        schemas["Both"],
        json!({
            "type": "object",
            "required": ["b", "a"],
            "properties": {
                "a": { "type": "integer", "format": "int64" },
                "b": { "$ref": "#/components/schemas/BothB" },
                "c": { "type": "string", "nullable": true, "deprecated": true },
                "d": { "type": "boolean" },
                "e": { "$ref": "#/components/schemas/BothE" },
            },
        })
    );
    assert_eq!(schemas["BothB"]["enum"], json!(["x", "y"]));
}

#[test]
fn a_part_that_describes_everything_is_the_type() {
    let (found, schemas) = property(
        "{allOf: [{$ref: '#/components/schemas/Item'}, {$ref: '#/components/schemas/Novel'}, {nullable: true}]}",
        "Item: {type: object, required: [id], properties: {id: {type: string}}}
Novel: {allOf: [{$ref: '#/components/schemas/Item'}, {type: object, properties: {pages: {type: integer}}}]}",
    );
    assert_eq!(
        found,
        json!({ "allOf": [{ "$ref": "#/components/schemas/Novel" }], "nullable": true })
    );
    assert_eq!(
        schemas["Novel"],
        json!({
            "type": "object",
            "required": ["id"],
            "properties": {
                "id": { "type": "string" },
                "pages": { "type": "integer", "format": "int64" },
            },
        })
    );
    assert!(schemas.get("BookIt").is_none(), "{schemas}");
}

const MEDIUM: &str = "Medium:
  oneOf: [{$ref: '#/components/schemas/Disc'}, {$ref: '#/components/schemas/Paper'}]
  discriminator:
    propertyName: kind
    mapping: {disc: '#/components/schemas/Disc', paper: '#/components/schemas/Paper'}
Disc: {type: object, properties: {kind: {type: string}}}
Paper: {allOf: [{$ref: '#/components/schemas/Disc'}, {type: object, properties: {pages: {type: integer}}}]}";

#[test]
fn a_union_can_have_marks_and_members_of_parts() {
    let (found, schemas) = property(
        "{allOf: [{$ref: '#/components/schemas/Medium'}, {type: object, nullable: true}], nullable: true}",
        MEDIUM,
    );
    assert_eq!(
        found,
        json!({ "allOf": [{ "$ref": "#/components/schemas/Medium" }], "nullable": true })
    );
    assert_eq!(
        schemas["Paper"]["properties"]["kind"],
        json!({ "type": "string" })
    );
}

#[test]
fn contradictions_are_rejected_with_their_place() {
    for (schema, contradiction) in [
        (
            "{allOf: [{type: string}, {type: integer}]}",
            "`type` is \"string\" and \"integer\"",
        ),
        (
            "{allOf: [{type: string}, {properties: {a: {type: string}}}]}",
            "`type` is \"string\" and \"object\"",
        ),
        (
            "{type: array, items: {type: string}, allOf: [{type: object}]}",
            "`type` is \"object\" and \"array\"",
        ),
        (
            "{allOf: [{type: integer, format: unix-seconds}, {type: integer, format: unix-milliseconds}]}",
            "`format` is \"unix-seconds\" and \"unix-milliseconds\"",
        ),
        (
            "{allOf: [{$ref: '#/components/schemas/Status'}, {type: string, enum: [gone]}]}",
            "their `enum`s have no value in common",
        ),
        (
            "{allOf: [{type: object, properties: {a: {type: string}}, additionalProperties: false}, {type: object, properties: {b: {type: string}}}]}",
            "one allows no additional properties, another has `b`",
        ),
        (
            "{allOf: [{type: object, additionalProperties: false}], properties: {a: {type: string}}}",
            "one allows no additional properties, another has `a`",
        ),
        (
            "{allOf: [{$ref: '#/components/schemas/Medium'}, {type: object, properties: {a: {type: string}}}]}",
            "one has alternatives, another has `properties`",
        ),
        (
            "{allOf: [{$ref: '#/components/schemas/Medium'}, {type: string}]}",
            "one has alternatives, another has `type`",
        ),
    ] {
        let schemas =
            format!("Book: {{type: object, properties: {{it: {schema}}}}}\n{STATUS}\n{MEDIUM}");
        let error = normalised(&schemas).expect_err(schema);
        assert!(error.contains(contradiction), "{schema}: {error}");
        assert!(
            error.contains("--> #/components/schemas/Book/properties/it\n"),
            "{error}"
        );
        assert!(error.contains("overlay"), "{error}");
    }
}

/// Each part alone is valid; together the secret would become a struct or a map that is printed.
#[test]
fn a_secret_object_cannot_be_described_by_another_part() {
    for other in [
        "{type: object, properties: {a: {type: string}}}",
        "{type: object, additionalProperties: {type: string}}",
    ] {
        let schemas = format!(
            "Book: {{type: object, properties: {{it: {{allOf: [{{type: object, format: password}}, {other}]}}}}}}"
        );
        let error = normalised(&schemas).expect_err(other);
        assert!(
            error.contains("the format `password` is not supported"),
            "{error}"
        );
        assert!(error.contains("--> schemas.Book.it\n"), "{error}");
    }
}

#[test]
fn contradictions_inside_are_rejected_with_their_place() {
    for (schema, place) in [
        (
            "{allOf: [{type: object, properties: {a/b: {type: string}}}, {type: object, properties: {a/b: {type: boolean}}}]}",
            "it/properties/a~1b",
        ),
        (
            "{allOf: [{type: array, items: {type: string}}, {type: array, items: {type: boolean}}]}",
            "it/items",
        ),
        (
            "{allOf: [{type: object, additionalProperties: {type: string}}, {type: object, additionalProperties: {type: boolean}}]}",
            "it/additionalProperties",
        ),
        (
            "{allOf: [{allOf: [{type: string}, {type: boolean}]}, {type: string}]}",
            "it/allOf/0",
        ),
        (
            "{type: array, items: {type: array, items: {allOf: [{type: string}, {type: boolean}]}}}",
            "it/items/items",
        ),
    ] {
        let schemas = format!("Book: {{type: object, properties: {{it: {schema}}}}}");
        let error = normalised(&schemas).expect_err(schema);
        let place = format!("--> #/components/schemas/Book/properties/{place}\n");
        assert!(error.contains(&place), "{schema}: {error}");
    }
}

#[test]
fn parameters_bodies_and_responses_can_have_parts() {
    let document = described(
        "parameters:
        - {name: status, in: query, schema: {allOf: [{$ref: '#/components/schemas/Status'}, {nullable: true}]}}
        - {name: limit, in: query, schema: {allOf: [{$ref: '#/components/schemas/Limit'}], maximum: 50}}
        - {name: offset, in: query, schema: {type: integer}}
        - {name: any, in: query, schema: {type: array, items: {type: string, nullable: true}, nullable: true}}
      requestBody:
        content:
          application/json:
            schema:
              required: [title]
              allOf:
                - {type: object, properties: {title: {type: string}}}
                - {type: object, properties: {title: {minLength: 1}, status: {allOf: [{$ref: '#/components/schemas/Status'}], nullable: true}}}
      responses:
        '200':
          description: ''
          content:
            application/json:
              schema: {allOf: [{type: array, items: {$ref: '#/components/schemas/Book'}}, {type: array, items: {type: object}}]}",
        &format!("{STATUS}\nLimit: {{type: integer, maximum: 200}}\nBook: {{type: object, properties: {{id: {{type: string}}}}}}\nClerkErrors: {{type: object}}"),
    )
    .unwrap();
    let operation = &document["paths"]["/books"]["get"];
    let schemas: Vec<&Value> = (0..4)
        .map(|index| &operation["parameters"][index]["schema"])
        .collect();
    assert_eq!(
        schemas,
        [
            &json!({ "$ref": "#/components/schemas/Status" }),
            &json!({ "type": "integer", "format": "int64" }),
            &json!({ "type": "integer", "format": "int64" }),
            &json!({ "type": "array", "items": { "type": "string" } }),
        ]
    );
    assert_eq!(operation["x-pagination"]["max_limit"], json!(50));
    assert_eq!(
        operation["requestBody"]["content"]["application/json"]["schema"],
        json!({
            "type": "object",
            "required": ["title"],
            "properties": {
                "title": { "type": "string" },
                "status": status(json!({ "nullable": true })),
            },
        })
    );
    assert_eq!(
        operation["responses"]["200"]["content"]["application/json"]["schema"],
        json!({ "type": "array", "items": { "$ref": "#/components/schemas/Book" } })
    );
}

/// Each level has two properties, whose types are again two parts with two properties.
#[test]
fn parts_that_nest_without_bound_are_rejected() {
    let mut schemas = String::from(
        "Book: {allOf: [{$ref: '#/components/schemas/A20'}, {$ref: '#/components/schemas/B20'}]}\n",
    );
    for (side, level) in ["A", "B"]
        .into_iter()
        .flat_map(|side| (0..=20).map(move |level| (side, level)))
    {
        let property = match level {
            0 => format!("{{type: string, minLength: {}}}", side.len()),
            _ => format!("{{$ref: '#/components/schemas/{side}{}'}}", level - 1),
        };
        schemas.push_str(&format!("{side}{level}: {{type: object, properties: {{a: {property}, b: {property}, {side}: {{type: string}}}}}}\n"));
    }
    let error = normalised(&schemas).expect_err("it nests too deep");
    assert!(
        error.contains("more than 2000 schemas would be merged"),
        "{error}"
    );
}
