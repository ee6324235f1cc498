//! The rules about a corrected description: each is broken alone in a document that is sound
//! otherwise.

mod support;

use serde_json::{Value, json};
use support::data;
use xtask::error::Error;
use xtask::{lint, load};

const LIST: &str = "/paths/~1readers/get";
const CREATE: &str = "/paths/~1readers/post";
const PICTURE: &str = "/paths/~1readers~1{reader_id}~1picture/put";
const READER: &str = "/components/schemas/Reader";

fn sound() -> Value {
    load::yaml(&data("lint/sound.yaml")).unwrap()
}

/// Sets the member at a pointer, which may be new.
fn set(document: &mut Value, pointer: &str, value: Value) {
    let (parent, key) = pointer.rsplit_once('/').unwrap();
    let key = key.replace("~1", "/").replace("~0", "~");
    match document.pointer_mut(parent).unwrap() {
        Value::Object(members) => {
            members.insert(key, value);
        }
        Value::Array(items) => items[key.parse::<usize>().unwrap()] = value,
        other => panic!("{parent} is {other}"),
    }
}

fn remove(document: &mut Value, pointer: &str) {
    let (parent, key) = pointer.rsplit_once('/').unwrap();
    let parent = document
        .pointer_mut(parent)
        .unwrap()
        .as_object_mut()
        .unwrap();
    parent.shift_remove(key).unwrap();
}

/// What the lint says of the sound document after some changes.
fn findings(changes: &[(&str, Value)]) -> Vec<Error> {
    let mut document = sound();
    for (pointer, value) in changes {
        if value.is_null() {
            remove(&mut document, pointer);
        } else {
            set(&mut document, pointer, value.clone());
        }
    }
    match lint::check(&document) {
        Ok(()) => Vec::new(),
        Err(findings) => findings.into_iter().collect(),
    }
}

/// That the changes break one rule, at `place`. A value of null removes.
#[track_caller]
fn breaks(changes: &[(&str, Value)], place: &str, rule: &str) {
    let findings = findings(changes);
    let [finding] = findings.as_slice() else {
        panic!("{} findings: {findings:#?}", findings.len());
    };
    assert_eq!(finding.place, format!("#{place}"), "{finding}");
    assert!(finding.rule.contains(rule), "{finding}");
    assert!(!finding.mend.is_empty());
}

fn below(base: &str, rest: &str) -> String {
    format!("{base}{rest}")
}

#[test]
fn a_sound_document_has_no_findings() {
    assert_eq!(findings(&[]), []);
}

#[test]
fn every_finding_is_reported_not_only_the_first() {
    let findings = findings(&[
        (&below(LIST, "/x-speakeasy-group"), Value::Null),
        (&below(READER, "/properties/name/type"), json!("text")),
    ]);
    assert_eq!(findings.len(), 2, "{findings:#?}");
}

#[test]
fn an_unknown_schema_keyword() {
    breaks(
        &[(&below(READER, "/properties/name/const"), json!("Ada"))],
        &below(READER, "/properties/name/const"),
        "`const` is no known keyword of a schema",
    );
}

#[test]
fn an_unknown_keyword_of_an_operation() {
    breaks(
        &[(&below(LIST, "/callbacks"), json!({}))],
        &below(LIST, "/callbacks"),
        "no known keyword of an operation",
    );
}

#[test]
fn a_property_with_the_name_of_a_keyword_is_no_keyword() {
    let properties = json!({"const": {"type": "string"}, "description": {"type": "string"}});
    let place = below(
        CREATE,
        "/requestBody/content/application~1json/schema/properties/more",
    );
    let schema = json!({"type": "object", "properties": properties});
    assert_eq!(findings(&[(&place, schema)]), []);
}

#[test]
fn an_unknown_vendor_extension() {
    breaks(
        &[(&below(LIST, "/x-cache"), json!(true))],
        &below(LIST, "/x-cache"),
        "no known vendor extension",
    );
}

#[test]
fn prose() {
    breaks(
        &[(&below(LIST, "/summary"), json!("Readers"))],
        &below(LIST, "/summary"),
        "holds prose",
    );
}

#[test]
fn a_keyword_of_the_wrong_type() {
    breaks(
        &[(&below(LIST, "/deprecated"), json!("yes"))],
        &below(LIST, "/deprecated"),
        "`true` or `false` belongs here",
    );
}

#[test]
fn a_missing_keyword() {
    breaks(
        &[("/components/parameters/Page/schema", Value::Null)],
        "/components/parameters/Page",
        "a parameter lacks `schema`",
    );
}

#[test]
fn a_reference_to_another_kind_of_component() {
    breaks(
        &[(
            &below(READER, "/properties/name"),
            json!({"$ref": "#/components/parameters/Page/schema"}),
        )],
        &below(READER, "/properties/name/$ref"),
        "no reference to #/components/schemas/",
    );
}

#[test]
fn something_beside_a_reference() {
    breaks(
        &[(
            &below(READER, "/properties/proof"),
            json!({"$ref": "#/components/schemas/Card", "nullable": true}),
        )],
        &below(READER, "/properties/proof"),
        "beside a `$ref` is ignored",
    );
}

#[test]
fn an_operation_id_that_stands_twice() {
    breaks(
        &[(&below(CREATE, "/operationId"), json!("ListReaders"))],
        &below(CREATE, "/operationId"),
        "`ListReaders` is also that of #/paths/~1readers/get",
    );
}

#[test]
fn an_operation_without_a_resource() {
    breaks(
        &[(&below(LIST, "/x-speakeasy-group"), Value::Null)],
        LIST,
        "no usable `x-speakeasy-group`",
    );
}

#[test]
fn an_operation_without_a_method_name() {
    breaks(
        &[(&below(LIST, "/x-speakeasy-name-override"), json!("-"))],
        LIST,
        "no usable `x-speakeasy-name-override`",
    );
}

#[test]
fn two_operations_with_one_name_in_rust() {
    breaks(
        &[
            (&below(LIST, "/x-speakeasy-name-override"), json!("makeOne")),
            (
                &below(CREATE, "/x-speakeasy-name-override"),
                json!("make_one"),
            ),
        ],
        &below(CREATE, "/x-speakeasy-name-override"),
        "`readers.make_one` is also the name of #/paths/~1readers/get",
    );
}

#[test]
fn two_spellings_of_one_resource() {
    breaks(
        &[(&below(CREATE, "/x-speakeasy-group"), json!("Readers"))],
        &below(CREATE, "/x-speakeasy-group"),
        "are both `readers` in Rust",
    );
}

#[test]
fn unknown_credentials() {
    breaks(
        &[(&below(CREATE, "/x-clerk-authentication"), json!("robot"))],
        &below(CREATE, "/x-clerk-authentication"),
        "no kind of credentials",
    );
    breaks(
        &[(&below(CREATE, "/security"), json!([{"card": []}]))],
        &below(CREATE, "/security"),
        "credentials of its own",
    );
    breaks(
        &[("/components/securitySchemes/card/scheme", json!("basic"))],
        "/components/securitySchemes/card",
        "no scheme of bearer tokens",
    );
    breaks(
        &[("/security", json!([]))],
        "/security",
        "how operations are authenticated",
    );
}

#[test]
fn no_server_or_several() {
    breaks(&[("/servers", json!([]))], "/servers", "0 servers");
    breaks(
        &[(
            "/servers",
            json!([{"url": "https://a.example"}, {"url": "https://b.example"}]),
        )],
        "/servers",
        "2 servers",
    );
}

#[test]
fn a_get_with_a_body() {
    let body = json!({"content": {"application/json": {"schema": {"type": "object"}}}});
    breaks(
        &[(&below(LIST, "/requestBody"), body)],
        &below(LIST, "/requestBody"),
        "a GET has no request body",
    );
}

#[test]
fn a_parameter_elsewhere_than_in_path_and_query() {
    breaks(
        &[("/components/parameters/Page/in", json!("cookie"))],
        "/components/parameters/Page/in",
        "a parameter in `cookie`",
    );
}

#[test]
fn a_style_that_is_not_understood() {
    breaks(
        &[(&below(LIST, "/parameters/1/style"), json!("spaceDelimited"))],
        &below(LIST, "/parameters/1/style"),
        "the style `spaceDelimited`",
    );
}

#[test]
fn an_optional_parameter_of_the_path() {
    breaks(
        &[(&below(PICTURE, "/parameters/0/required"), json!(false))],
        &below(PICTURE, "/parameters/0"),
        "of the path is not required",
    );
}

#[test]
fn a_place_in_the_path_that_no_parameter_describes() {
    breaks(
        &[(&below(PICTURE, "/parameters"), json!([]))],
        PICTURE,
        "a place for `reader_id`, which no parameter describes",
    );
}

#[test]
fn a_parameter_of_the_path_that_has_no_place_there() {
    let parameter =
        json!({"name": "id", "in": "path", "required": true, "schema": {"type": "string"}});
    breaks(
        &[(&below(LIST, "/parameters/1"), parameter)],
        LIST,
        "no place for its parameter `id`",
    );
}

#[test]
fn a_parameter_that_is_an_object() {
    breaks(
        &[(
            &below(LIST, "/parameters/1/schema"),
            json!({"type": "object"}),
        )],
        &below(LIST, "/parameters/1"),
        "neither a string, a number, a flag nor",
    );
}

#[test]
fn a_list_in_a_path() {
    breaks(
        &[(
            &below(PICTURE, "/parameters/0/schema"),
            json!({"type": "array", "items": {"type": "string"}}),
        )],
        &below(PICTURE, "/parameters/0"),
        "neither a string, a number, a flag nor",
    );
}

#[test]
fn two_parameters_with_one_name_in_rust() {
    breaks(
        &[(&below(LIST, "/parameters/1/name"), json!("Page"))],
        &below(LIST, "/parameters/1"),
        "`Page` has in Rust the same name as `page`",
    );
}

#[test]
fn a_body_field_with_the_name_of_a_parameter() {
    let properties = json!({
        "file": {"type": "string", "format": "binary"},
        "readerId": {"type": "string"},
    });
    breaks(
        &[(
            &below(
                PICTURE,
                "/requestBody/content/multipart~1form-data/schema/properties",
            ),
            properties,
        )],
        &below(PICTURE, "/requestBody"),
        "`readerId` has in Rust the same name as `reader_id`",
    );
}

#[test]
fn a_switch_of_pagination_outside_the_query() {
    breaks(
        &[(
            &below(PICTURE, "/parameters/0/x-pagination-switch"),
            json!(true),
        )],
        &below(PICTURE, "/parameters/0/x-pagination-switch"),
        "only a parameter of the query",
    );
}

#[test]
fn an_unknown_content_type() {
    let body = json!({"text/csv": {"schema": {"type": "string"}}});
    breaks(
        &[(&below(CREATE, "/requestBody/content"), body.clone())],
        &below(CREATE, "/requestBody"),
        "the content type `text/csv`",
    );
    breaks(
        &[(&below(LIST, "/responses/200/content"), body)],
        &below(LIST, "/responses/200"),
        "the content type `text/csv`",
    );
}

#[test]
fn a_body_of_several_content_types() {
    let form = json!({"schema": {
        "type": "object",
        "properties": {"file": {"type": "string", "format": "binary"}},
    }});
    breaks(
        &[(
            &below(CREATE, "/requestBody/content/multipart~1form-data"),
            form,
        )],
        &below(CREATE, "/requestBody"),
        "2 content types",
    );
}

#[test]
fn a_form_without_a_file() {
    breaks(
        &[(
            &below(
                PICTURE,
                "/requestBody/content/multipart~1form-data/schema/properties/file",
            ),
            json!({"type": "string"}),
        )],
        &below(PICTURE, "/requestBody"),
        "0 file parts",
    );
}

#[test]
fn two_types_of_success() {
    breaks(
        &[(
            &below(PICTURE, "/responses/202"),
            json!({"description": ""}),
        )],
        &below(PICTURE, "/responses/202"),
        "200 and 202 have different types",
    );
}

#[test]
fn no_success() {
    breaks(
        &[(
            &below(LIST, "/responses"),
            json!({"400": {"description": ""}}),
        )],
        &below(LIST, "/responses"),
        "no answer of the operation is a success",
    );
}

#[test]
fn a_status_that_is_none() {
    breaks(
        &[(&below(LIST, "/responses/4XX"), json!({"description": ""}))],
        &below(LIST, "/responses/4XX"),
        "no status of three digits",
    );
}

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
        "`password` is a format of `type: string`",
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
    let place = below(READER, "/properties/name/enum");
    for (values, rule) in [
        (json!([]), "an enum lists its values"),
        (json!(["a", 1]), "the value 1 is not of the schema's type"),
        (
            json!(["a", null]),
            "the value null is not of the schema's type",
        ),
        (json!(["a", "a"]), "the value \"a\" stands twice"),
    ] {
        breaks(&[(&place, values)], &place, rule);
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

#[test]
fn a_document_that_is_no_mapping() {
    assert!(lint::check(&json!([])).is_err());
}

/// The committed description before its corrections.
#[test]
fn the_known_faults_of_the_published_description_are_found() {
    let description = load::yaml(&data("../../../spec/2026-05-12.yaml")).unwrap();
    let findings: Vec<_> = lint::check(&description).unwrap_err().into_iter().collect();
    let count = |rule: &str| {
        findings
            .iter()
            .filter(|finding| finding.rule.contains(rule))
            .count()
    };
    assert_eq!(count("no usable `x-speakeasy-group`"), 12);
    assert_eq!(count("no usable `x-speakeasy-name-override`"), 12);
    assert_eq!(
        count("`frontend_api` has in Rust the same name as `frontendApi`"),
        1
    );
    assert_eq!(count("`crv` is required, and no property declares it"), 1);
    assert_eq!(
        count("`authenticatable` is required, and no property declares it"),
        2
    );
    assert_eq!(count("nothing tells the 7 alternatives apart"), 1);
    assert_eq!(count("nothing tells the 2 alternatives apart"), 6);
}

#[test]
fn whatever_stands_somewhere_the_lint_answers() {
    let mut pointers = Vec::new();
    collect(&sound(), "", &mut pointers);
    assert!(pointers.len() > 100);
    for pointer in &pointers {
        for value in [
            json!(null),
            json!(true),
            json!(7),
            json!("x"),
            json!([]),
            json!({}),
        ] {
            let mut document = sound();
            *document.pointer_mut(pointer).unwrap() = value;
            // No answer is wrong here, but a panic is.
            let _ = lint::check(&document);
            let _ = xtask::canonical::canonical(&document);
            let _ = load::references(&document);
        }
    }
}

fn collect(value: &Value, place: &str, pointers: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            for (key, member) in members {
                let place = format!("{place}/{}", key.replace('~', "~0").replace('/', "~1"));
                pointers.push(place.clone());
                collect(member, &place, pointers);
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                let place = format!("{place}/{index}");
                pointers.push(place.clone());
                collect(item, &place, pointers);
            }
        }
        _ => {}
    }
}
