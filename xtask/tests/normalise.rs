//! The normal form, for a small description written for this test, compared as a whole.

use serde_json::{Value, json};
use xtask::input::names::Names;
use xtask::normalise;
use xtask::support::error::Findings;

fn yaml(text: &str) -> Value {
    xtask::input::load::parse("test", text).expect("the test's own YAML is valid")
}

fn document(paths: &str, components: &str) -> Value {
    yaml(&format!(
        "openapi: 3.0.3\ninfo: {{title: Books, version: '1'}}\nservers: [{{url: 'https://api.example/v1'}}]\n\
         paths: {paths}\ncomponents:\n{components}"
    ))
}

/// A description with one operation that returns `schemas.Book`.
fn books(schemas: &str) -> Value {
    let schemas: String = schemas
        .lines()
        .map(|line| format!("    {line}\n"))
        .collect();
    document(
        "{'/books': {get: {operationId: GetBook, responses: {'200': {description: '', content: \
         {application/json: {schema: {$ref: '#/components/schemas/Book'}}}}}}}}",
        &format!("  schemas:\n{schemas}"),
    )
}

fn schemas(source: &Value, names: &Names) -> Value {
    document_of(source, names).expect("normalises")["components"]["schemas"].clone()
}

fn document_of(source: &Value, names: &Names) -> Result<Value, Findings> {
    Findings::gather(|findings| normalise::document(source, names, findings))
}

fn failure(source: &Value, names: &Names) -> String {
    document_of(source, names)
        .expect_err("the document should be rejected")
        .to_string()
}

#[test]
fn inline_objects_and_enums_are_named_and_constraints_removed() {
    let source = books(
        "Book:
  type: object
  additionalProperties: false
  required: [id]
  properties:
    id: {type: string, pattern: '^b_', minLength: 3}
    pages: {type: integer, minimum: 1}
    genre: {type: string, enum: [novel, essay], nullable: true}
    object: {type: string, enum: [book]}
    printed_at: {type: integer, format: unix-milliseconds}
    editions: {type: array, items: {type: object, properties: {year: {type: number}}}}
    notes: {type: object, additionalProperties: {type: string}}
    extra: {nullable: true}",
    );
    assert_eq!(
        schemas(&source, &Names::default()),
        json!({
            "Book": {
                "type": "object",
                "required": ["id"],
                "properties": {
                    "id": { "type": "string" },
                    "pages": { "type": "integer", "format": "int64" },
                    "genre": {
                        "allOf": [{ "$ref": "#/components/schemas/BookGenre" }], "nullable": true
                    },
                    "object": { "type": "string" },
                    "printed_at": { "type": "integer", "format": "unix-milliseconds" },
                    "editions": {
                        "type": "array", "items": { "$ref": "#/components/schemas/BookEdition" }
                    },
                    "notes": { "type": "object", "additionalProperties": { "type": "string" } },
                    "extra": { "nullable": true },
                },
            },
            "BookEdition": {
                "type": "object",
                "required": [],
                "properties": { "year": { "type": "number", "format": "double" } },
            },
            "BookGenre": { "type": "string", "enum": ["novel", "essay"] },
        })
    );
}

#[test]
fn all_of_is_merged_and_a_single_member_is_the_member() {
    let source = books(
        "Book:
  allOf:
    - $ref: '#/components/schemas/Item'
    - type: object
      required: [author]
      properties: {author: {allOf: [{$ref: '#/components/schemas/Person'}], nullable: true}}
Item: {type: object, required: [id], properties: {id: {type: string}}}
Person: {type: object, properties: {name: {type: string}}}",
    );
    let schemas = schemas(&source, &Names::default());
    assert_eq!(
        schemas["Book"],
        json!({
            "type": "object",
            "required": ["id", "author"],
            "properties": {
                "id": { "type": "string" },
                "author": { "allOf": [{ "$ref": "#/components/schemas/Person" }], "nullable": true },
            },
        })
    );
    assert!(
        schemas.get("Item").is_none(),
        "a merged member is not a type of its own"
    );
}

#[test]
fn a_tagged_union_refers_to_its_kinds() {
    let source = books(
        "Book:
  type: object
  properties:
    cover:
      oneOf: [{$ref: '#/components/schemas/hard_cover'}]
      discriminator:
        propertyName: object
        mapping: {hard_cover: '#/components/schemas/hard_cover'}
hard_cover: {type: object, properties: {object: {type: string}}}",
    );
    assert_eq!(
        schemas(&source, &Names::default())["BookCover"],
        json!({
            "oneOf": [{ "$ref": "#/components/schemas/HardCover" }],
            "discriminator": {
                "propertyName": "object",
                "mapping": { "hard_cover": "#/components/schemas/HardCover" },
            },
        })
    );
}

#[test]
fn a_pin_names_a_type_and_equal_schemas_share_it() {
    let source = books(
        "Book:
  type: object
  properties:
    state: {type: string, enum: [lent, here]}
    former_state: {type: string, enum: [here, lent]}",
    );
    let names = Names::from_pins([
        ("schemas.Book.state", "LoanState"),
        ("schemas.Book.former_state", "LoanState"),
    ]);
    let schemas = schemas(&source, &names);
    assert_eq!(
        schemas["LoanState"],
        json!({ "type": "string", "enum": ["lent", "here"] })
    );
    assert!(schemas.get("BookState").is_none());
    assert_eq!(names.vanished(), [""; 0]);
}

#[test]
fn different_schemas_with_the_same_name_are_rejected_with_both_locations() {
    let source = books(
        "Book:
  type: object
  properties:
    state: {type: string, enum: [lent, here]}
    author: {$ref: '#/components/schemas/BookState'}
BookState: {type: object, properties: {id: {type: string}}}",
    );
    let message = failure(&source, &Names::default());
    for part in ["BookState", "schemas.Book.state", "spec/names.yaml"] {
        assert!(message.contains(part), "{part} is missing: {message}");
    }
}

#[test]
fn a_recursive_schema_is_rejected_with_its_path() {
    let source = books(
        "Book: {type: object, properties: {shelf: {$ref: '#/components/schemas/Shelf'}}}
Shelf: {type: object, properties: {books: {type: array, items: {$ref: '#/components/schemas/Book'}}}}",
    );
    let message = failure(&source, &Names::default());
    assert!(message.contains("Book → Shelf → Book"), "{message}");
}

#[test]
fn alternatives_without_a_discriminator_are_rejected() {
    let source = books(
        "Book:
  type: object
  properties: {price: {oneOf: [{type: string}, {type: number}]}}",
    );
    let message = failure(&source, &Names::default());
    assert!(
        message.contains("schemas.Book.price") && message.contains("discriminator"),
        "{message}"
    );
}

#[test]
fn operations_are_written_out_with_one_error_type_and_their_paging() {
    let source = document(
        "
  /books:
    get:
      operationId: ListBooks
      tags: [Books]
      x-speakeasy-group: books
      x-speakeasy-name-override: list
      parameters:
        - $ref: '#/components/parameters/Limit'
        - {name: offset, in: query, schema: {type: integer, nullable: true}}
        - {name: all, in: query, x-pagination-switch: true, schema: {type: boolean}}
        - {name: genre, in: query, explode: false, schema: {type: array, items: {type: string}}}
      responses:
        '200': {$ref: '#/components/responses/Books'}
        '404': {description: ''}
        '500': {$ref: '#/components/responses/Broken'}",
        "
  parameters:
    Limit: {name: limit, in: query, schema: {type: integer, maximum: 200}}
  responses:
    Books: {description: '', content: {application/json: {schema: {type: array, items: {$ref: '#/components/schemas/Book'}}}}}
    Broken: {description: '', content: {application/json: {schema: {type: object}}}}
  schemas:
    Book: {type: object, properties: {id: {type: string}}}
    ClerkErrors: {type: object, properties: {errors: {type: array, items: {}}}}",
    );
    let normal = document_of(&source, &Names::default()).expect("normalises");
    let error = json!({
        "description": "",
        "content": { "application/json": { "schema": { "$ref": "#/components/schemas/ClerkErrors" } } },
    });
    assert_eq!(
        normal["paths"]["/books"]["get"],
        json!({
            "operationId": "ListBooks",
            "x-speakeasy-group": "books",
            "x-speakeasy-name-override": "list",
            "parameters": [
                { "name": "limit", "in": "query", "required": false,
                  "schema": { "type": "integer", "format": "int64" } },
                { "name": "offset", "in": "query", "required": false,
                  "schema": { "type": "integer", "format": "int64" } },
                { "name": "all", "in": "query", "required": false, "schema": { "type": "boolean" } },
                { "name": "genre", "in": "query", "required": false, "explode": false,
                  "schema": { "type": "array", "items": { "type": "string" } } },
            ],
            "x-pagination": { "items": null, "max_limit": 200, "switch": "all" },
            "responses": {
                "200": {
                    "description": "",
                    "content": { "application/json": { "schema": {
                        "type": "array", "items": { "$ref": "#/components/schemas/Book" },
                    } } },
                },
                "404": error,
                "500": error,
            },
        })
    );
}

#[test]
fn a_member_of_a_union_that_is_not_an_object_is_rejected() {
    for member in [
        "{type: string}",
        "{type: boolean, properties: {kind: {type: string}}}",
        "{nullable: true, properties: {}}",
    ] {
        let source = books(&format!(
            "Book:
  oneOf: [{{$ref: '#/components/schemas/Map'}}]
  discriminator: {{propertyName: kind, mapping: {{map: '#/components/schemas/Map'}}}}
Map: {member}"
        ));
        let error = failure(&source, &Names::default());
        assert!(
            error
                .starts_with("a member of the tagged union is not an object\n  --> schemas.Book\n"),
            "{error}"
        );
    }
}
