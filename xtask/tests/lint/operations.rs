//! Operations: their names, parameters, bodies and answers.

use serde_json::{Value, json};

use crate::{CREATE, LIST, PICTURE, below, breaks};

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
fn an_unknown_word_for_the_response() {
    breaks(
        &[(&below(CREATE, "/x-clerk-response"), json!("sometimes"))],
        &below(CREATE, "/x-clerk-response"),
        "says nothing of a response",
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
fn a_rule_about_a_field_that_an_operation_lacks() {
    let rules = |rule: Value| json!({ "ListReaders": [rule], "NotThere": [{ "any_of": ["x"] }] });
    let location = "/x-requirements/ListReaders";
    for (rule, wrong) in [
        (
            json!({ "in": "query", "any_of": ["kinds", "colour"] }),
            "no field `colour`",
        ),
        (
            json!({ "in": "query", "when": "colour", "all_of": ["kinds"] }),
            "no field `colour`",
        ),
        (json!({ "any_of": ["kinds"] }), "no body"),
        (json!({ "some_of": ["kinds"] }), "`some_of`"),
    ] {
        breaks(&[("/x-requirements", rules(rule))], location, wrong);
    }
    let create = json!({ "CreateReader": [{ "at": "name[]", "any_of": ["x"] }] });
    breaks(
        &[("/x-requirements", create)],
        "/x-requirements/CreateReader",
        "no body with objects",
    );
}

#[test]
fn a_sample_for_a_field_that_an_operation_lacks() {
    let location = "/x-samples/ListReaders";
    for (given, wrong) in [
        (json!({ "query": { "colour": "red" } }), "no field `colour`"),
        (json!({ "optional": ["colour"] }), "no field `colour`"),
        (json!({ "path": {} }), "`path: {}`"),
    ] {
        let samples = json!({ "ListReaders": given, "NotThere": { "body": { "x": 1 } } });
        breaks(&[("/x-samples", samples)], location, wrong);
    }
}
