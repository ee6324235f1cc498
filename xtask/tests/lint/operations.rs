//! Operations: their names, parameters, bodies and responses.

use serde_json::{Value, json};

use crate::{CREATE, LIST, PICTURE, below, breaks, findings};

#[test]
fn a_duplicate_operation_id() {
    breaks(
        &[(&below(CREATE, "/operationId"), json!("ListReaders"))],
        &below(CREATE, "/operationId"),
        "`ListReaders` is already used by #/paths/~1readers/get",
    );
}

#[test]
fn an_operation_without_a_resource() {
    breaks(
        &[(&below(LIST, "/x-speakeasy-group"), Value::Null)],
        LIST,
        "`x-speakeasy-group` is missing",
    );
}

#[test]
fn an_operation_without_a_method_name() {
    breaks(
        &[(&below(LIST, "/x-speakeasy-name-override"), json!("-"))],
        LIST,
        "`x-speakeasy-name-override` is missing",
    );
}

#[test]
fn two_operations_with_the_same_rust_name() {
    breaks(
        &[
            (&below(LIST, "/x-speakeasy-name-override"), json!("makeOne")),
            (
                &below(CREATE, "/x-speakeasy-name-override"),
                json!("make_one"),
            ),
        ],
        &below(CREATE, "/x-speakeasy-name-override"),
        "`readers.make_one` is already the name of #/paths/~1readers/get",
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
fn an_unknown_kind_of_response() {
    breaks(
        &[(&below(CREATE, "/x-clerk-response"), json!("sometimes"))],
        &below(CREATE, "/x-clerk-response"),
        "is not valid here, expected `optional`",
    );
}

#[test]
fn unknown_credentials() {
    breaks(
        &[(&below(CREATE, "/x-clerk-authentication"), json!("robot"))],
        &below(CREATE, "/x-clerk-authentication"),
        "not a kind of credentials",
    );
    breaks(
        &[(&below(CREATE, "/security"), json!([{"card": []}]))],
        &below(CREATE, "/security"),
        "its own `security`",
    );
    breaks(
        &[("/components/securitySchemes/card/scheme", json!("basic"))],
        "/components/securitySchemes/card",
        "not a bearer token scheme",
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
fn a_get_request_with_a_body() {
    let body = json!({"content": {"application/json": {"schema": {"type": "object"}}}});
    breaks(
        &[(&below(LIST, "/requestBody"), body)],
        &below(LIST, "/requestBody"),
        "a GET request cannot have a body",
    );
}

#[test]
fn a_parameter_outside_path_and_query() {
    breaks(
        &[("/components/parameters/Page/in", json!("cookie"))],
        "/components/parameters/Page/in",
        "a parameter in `cookie`",
    );
}

#[test]
fn an_unsupported_style() {
    breaks(
        &[(&below(LIST, "/parameters/1/style"), json!("spaceDelimited"))],
        &below(LIST, "/parameters/1/style"),
        "the style `spaceDelimited`",
    );
}

#[test]
fn an_optional_path_parameter() {
    breaks(
        &[(&below(PICTURE, "/parameters/0/required"), json!(false))],
        &below(PICTURE, "/parameters/0"),
        "the path parameter is not required",
    );
}

#[test]
fn a_placeholder_that_no_parameter_describes() {
    breaks(
        &[(&below(PICTURE, "/parameters"), json!([]))],
        PICTURE,
        "a placeholder `reader_id`, but no parameter describes it",
    );
}

#[test]
fn a_path_parameter_without_a_placeholder() {
    let parameter =
        json!({"name": "id", "in": "path", "required": true, "schema": {"type": "string"}});
    breaks(
        &[(&below(LIST, "/parameters/1"), parameter)],
        LIST,
        "no placeholder for its parameter `id`",
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
        "neither a string, a number, a boolean nor",
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
        "neither a string, a number, a boolean nor",
    );
}

#[test]
fn a_parameter_without_a_letter_or_digit() {
    breaks(
        &[(&below(LIST, "/parameters/1/name"), json!("日本"))],
        &below(LIST, "/parameters/1"),
        "`日本` has no letter or digit",
    );
}

#[test]
fn two_parameters_with_the_same_rust_name() {
    breaks(
        &[(&below(LIST, "/parameters/1/name"), json!("Page"))],
        &below(LIST, "/parameters/1"),
        "`Page` has the same Rust name as `page`",
    );
}

#[test]
fn a_body_field_named_like_a_parameter() {
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
        "`readerId` has the same Rust name as `reader_id`",
    );
}

#[test]
fn a_pagination_switch_outside_the_query() {
    breaks(
        &[(
            &below(PICTURE, "/parameters/0/x-pagination-switch"),
            json!(true),
        )],
        &below(PICTURE, "/parameters/0/x-pagination-switch"),
        "only a query parameter",
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
fn a_body_with_several_content_types() {
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
fn different_success_types() {
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
fn no_success_response() {
    breaks(
        &[(
            &below(LIST, "/responses"),
            json!({"400": {"description": ""}}),
        )],
        &below(LIST, "/responses"),
        "the operation has no success response",
    );
}

#[test]
fn an_invalid_status() {
    breaks(
        &[(&below(LIST, "/responses/4XX"), json!({"description": ""}))],
        &below(LIST, "/responses/4XX"),
        "not a status of three digits",
    );
}

#[test]
fn a_rule_about_a_field_that_an_operation_lacks() {
    let rules = |rule: Value| json!({ "ListReaders": [rule], "NotThere": [{ "any_of": ["x"] }] });
    let location = "/x-requirements/ListReaders";
    for (rule, wrong) in [
        (
            json!({ "in": "query", "any_of": ["kinds", "colour"] }),
            "the field `colour`",
        ),
        (
            json!({ "in": "query", "when": "colour", "all_of": ["kinds"] }),
            "the field `colour`",
        ),
        (json!({ "any_of": ["kinds"] }), "has no objects"),
        (json!({ "some_of": ["kinds"] }), "`some_of`"),
    ] {
        breaks(&[("/x-requirements", rules(rule))], location, wrong);
    }
    let create = json!({ "CreateReader": [{ "at": "name[]", "any_of": ["x"] }] });
    breaks(
        &[("/x-requirements", create)],
        "/x-requirements/CreateReader",
        "has no objects",
    );
}

#[test]
fn a_sample_for_a_field_that_an_operation_lacks() {
    let location = "/x-samples/ListReaders";
    for (given, wrong) in [
        (
            json!({ "query": { "colour": "red" } }),
            "the field `colour`",
        ),
        (json!({ "optional": ["colour"] }), "the field `colour`"),
        (json!({ "path": {} }), "unknown field `path`"),
    ] {
        let samples = json!({ "ListReaders": given, "NotThere": { "body": { "x": 1 } } });
        breaks(&[("/x-samples", samples)], location, wrong);
    }
}

#[test]
fn a_path_must_be_a_template_and_the_version_a_date() {
    for path in [
        "readers",
        "//readers",
        "/a/../b",
        "/a?b={c}",
        "/a#{b}",
        "/a/id}",
    ] {
        let item = json!({ "x-summary": "unused" });
        let pointer = format!("/paths/{}", path.replace('/', "~1"));
        let found = findings(&[(&pointer, item)]);
        let fault = found
            .iter()
            .find(|it| it.location == format!("#{pointer}") && it.message.starts_with("the path "));
        assert!(fault.is_some(), "{path}: {found:#?}");
    }
    for version in ["2031-99-99", "2031-02-30", "1"] {
        breaks(
            &[("/info/version", json!(version))],
            "/info/version",
            "is not an API version",
        );
    }
}
