//! Files that are no description, or a broken one.

use std::fs;

use serde_json::json;
use xtask::load;

use crate::support::Workspace;
use crate::{DESCRIPTION, edit, import_is_refused, mini, refused, regenerate_is_refused};

#[test]
fn a_file_that_is_not_there() {
    let workspace = Workspace::empty();
    let before = workspace.files();
    let output = workspace.xtask(&["import", "/nowhere/at/all.yaml"]);
    refused(
        &output,
        &["/nowhere/at/all.yaml", "cannot be read"],
        &before,
        &workspace,
    );
}

#[test]
fn a_folder() {
    let workspace = Workspace::empty();
    let before = workspace.files();
    let output = workspace.xtask(&["import", "/"]);
    refused(&output, &["no regular file"], &before, &workspace);
}

#[test]
fn no_yaml() {
    import_is_refused(
        "a: [b\nc: d\n",
        &["incoming.yaml", "no YAML document", "line 2"],
    );
    import_is_refused("\u{1}\n", &["no YAML document"]);
    import_is_refused("", &["not a mapping"]);
    import_is_refused("- a list\n", &["not a mapping"]);
    import_is_refused("a: 1\n---\nb: 2\n", &["no YAML document"]);
    import_is_refused("a: !tag b\n", &["no YAML document"]);
    regenerate_is_refused(
        |workspace| workspace.write(DESCRIPTION, "a: [b\nc: d\n"),
        &[DESCRIPTION, "no YAML document"],
    );
}

#[test]
fn bytes_that_are_no_text() {
    let workspace = Workspace::empty();
    fs::write(workspace.path("incoming.yaml"), [b'a', b':', 0xff, b'\n']).unwrap();
    let before = workspace.files();
    let path = workspace.path("incoming.yaml");
    let output = workspace.xtask(&["import", path.to_str().unwrap()]);
    refused(
        &output,
        &["incoming.yaml", "byte 2 is not UTF-8"],
        &before,
        &workspace,
    );
}

#[test]
fn yaml_that_json_cannot_say() {
    import_is_refused("a: 1\nb:\n  c: 1\n  c: 2\n", &["#/b", "`c` stands twice"]);
    import_is_refused("a:\n  200: b\n", &["#/a", "the key 200 is not a string"]);
    import_is_refused("a:\n- .nan\n", &["#/a/0", "not-a-number"]);
    import_is_refused("a: -.inf\n", &["#/a", "infinity"]);
}

#[test]
fn no_openapi_3_0() {
    import_is_refused("a: 1\n", &["incoming.yaml", "no OpenAPI document"]);
    import_is_refused("swagger: '2.0'\n", &["no OpenAPI document"]);
    for version in ["3.1.0", "2.0", "3.00", "'4'"] {
        let text = mini().replace("openapi: 3.0.3", &format!("openapi: {version}"));
        import_is_refused(
            &text,
            &["incoming.yaml#/openapi", "only 3.0.x is understood"],
        );
    }
    regenerate_is_refused(
        |workspace| edit(workspace, |document| document["openapi"] = json!("3.1.0")),
        &["#/openapi", "only 3.0.x is understood"],
    );
}

#[test]
fn a_dangling_reference() {
    let text = mini().replace("responses/Reader'", "responses/Writer'");
    import_is_refused(
        &text,
        &[
            "incoming.yaml#/paths/~1readers~1{reader_id}/get/responses/200",
            "`#/components/responses/Writer` leads nowhere",
        ],
    );
    import_is_refused(
        &mini().replace("'#/components/schemas/Globe'", "other.yaml"),
        &["`other.yaml` leaves the document"],
    );
    regenerate_is_refused(
        |workspace| {
            edit(workspace, |document| {
                document["components"]["schemas"]["Client"]["properties"]["lost"] =
                    json!({"$ref": "#/components/schemas/Nobody"});
            });
        },
        &[
            "#/components/schemas/Client/properties/lost",
            "`#/components/schemas/Nobody` leads nowhere",
        ],
    );
}

#[test]
fn combined_schemas_that_double() {
    let mut document = load::parse("mini", &mini()).unwrap();
    let all = document["components"]["schemas"].as_object_mut().unwrap();
    for level in 0..40 {
        let below = json!({"$ref": format!("#/components/schemas/L{}", level + 1)});
        all.insert(format!("L{level}"), json!({"allOf": [below, below]}));
    }
    all.insert("L40".to_owned(), json!({"type": "object"}));
    import_is_refused(
        &load::print(&document).unwrap(),
        &["#/components/schemas/L", "combines more than 1000 schemas"],
    );
}

#[test]
fn references_in_a_circle() {
    for schemas in [
        json!({"A": {"$ref": "#/components/schemas/B"}, "B": {"$ref": "#/components/schemas/A"}}),
        json!({"A": {"$ref": "#/components/schemas/A"}}),
        json!({
            "A": {"allOf": [{"$ref": "#/components/schemas/B"}]},
            "B": {"oneOf": [{"anyOf": [{"$ref": "#/components/schemas/A"}]}]},
        }),
        json!({"A": {"not": {"$ref": "#/components/schemas/A"}}}),
    ] {
        let mut document = load::parse("mini", &mini()).unwrap();
        let all = document["components"]["schemas"].as_object_mut().unwrap();
        all.extend(schemas.as_object().unwrap().clone());
        let text = load::print(&document).unwrap();
        import_is_refused(
            &text,
            &[
                "incoming.yaml#/components/schemas/",
                "go in a circle",
                "#/components/schemas/A",
            ],
        );
    }
    regenerate_is_refused(
        |workspace| {
            edit(workspace, |document| {
                document["components"]["schemas"]["Token"] =
                    json!({"$ref": "#/components/schemas/Token"});
            });
        },
        &["#/components/schemas/Token", "go in a circle"],
    );
}

#[test]
fn a_schema_that_holds_itself() {
    regenerate_is_refused(
        |workspace| {
            edit(workspace, |document| {
                document["components"]["schemas"]["Token"]["properties"]["next"] =
                    json!({"$ref": "#/components/schemas/Token"});
            });
        },
        &["#/components/schemas/Token", "the schema holds itself"],
    );
}

#[test]
fn duplicate_operation_ids() {
    import_is_refused(
        &mini().replace("ListMaps", "GetReader"),
        &[
            "incoming.yaml#/paths/~1readers~1{reader_id}/get/operationId",
            "`GetReader` is also that of #/paths/~1maps/get",
        ],
    );
    regenerate_is_refused(
        |workspace| {
            edit(workspace, |document| {
                document["paths"]["/users"]["post"]["operationId"] = json!("GetUserList");
            });
        },
        &[
            "#/paths/~1users/post/operationId",
            "`GetUserList` is also that of #/paths/~1users/get",
        ],
    );
}

#[test]
fn an_unknown_schema_keyword() {
    let text = mini().replacen("          minimum: 1", "          minimun: 1", 1);
    let text = if text == mini() {
        mini().replacen("minimum: 1", "minimun: 1", 1)
    } else {
        text
    };
    import_is_refused(
        &text,
        &[
            "/default/minimun",
            "`minimun` is no known keyword of a schema",
        ],
    );
    regenerate_is_refused(
        |workspace| {
            edit(workspace, |document| {
                document["components"]["schemas"]["Token"]["properties"]["jwt"]["const"] = json!(1);
            });
        },
        &[
            "#/components/schemas/Token/properties/jwt/const",
            "`const` is no known keyword",
        ],
    );
}

#[test]
fn a_file_that_was_cut_short() {
    import_is_refused(mini().trim_end(), &["incoming.yaml", "may be cut short"]);
    let whole = fs::read_to_string(Workspace::real().path(DESCRIPTION)).unwrap();
    for part in [10, 30, 50, 70, 90, 99] {
        let cut = &whole[..whole.len() * part / 100];
        import_is_refused(cut, &["incoming.yaml"]);
    }
    let lines: Vec<&str> = whole.lines().collect();
    for part in [25, 50, 75] {
        let cut = lines[..lines.len() * part / 100].join("\n") + "\n";
        regenerate_is_refused(|workspace| workspace.write(DESCRIPTION, &cut), &["error: "]);
    }
}
