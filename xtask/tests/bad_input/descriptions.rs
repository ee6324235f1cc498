//! Files that are not descriptions, or broken ones.

use std::fs;

use serde_json::json;
use xtask::input::load;

use crate::support::Workspace;
use crate::{DESCRIPTION, edit, import_rejects, mini, regenerate_rejects, rejected};

#[test]
fn a_missing_file() {
    let workspace = Workspace::empty();
    let before = workspace.files();
    let output = workspace.xtask(&["import", "/nowhere/at/all.yaml"]);
    rejected(
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
    rejected(&output, &["not a regular file"], &before, &workspace);
}

#[test]
fn invalid_yaml() {
    import_rejects(
        "a: [b\nc: d\n",
        &["incoming.yaml", "not valid YAML", "line 2"],
    );
    import_rejects("\u{1}\n", &["not valid YAML"]);
    import_rejects("", &["not a mapping"]);
    import_rejects("- a list\n", &["not a mapping"]);
    import_rejects("a: 1\n---\nb: 2\n", &["not valid YAML"]);
    import_rejects("a: !tag b\n", &["not valid YAML"]);
    regenerate_rejects(
        |workspace| workspace.write(DESCRIPTION, "a: [b\nc: d\n"),
        &[DESCRIPTION, "not valid YAML"],
    );
}

#[test]
fn invalid_utf_8() {
    let workspace = Workspace::empty();
    fs::write(workspace.path("incoming.yaml"), [b'a', b':', 0xff, b'\n']).unwrap();
    let before = workspace.files();
    let path = workspace.path("incoming.yaml");
    let output = workspace.xtask(&["import", path.to_str().unwrap()]);
    rejected(
        &output,
        &["incoming.yaml", "byte 2 is not valid UTF-8"],
        &before,
        &workspace,
    );
}

#[test]
fn yaml_that_json_cannot_represent() {
    import_rejects(
        "a: 1\nb:\n  c: 1\n  c: 2\n",
        &["#/b", "`c` is defined twice"],
    );
    import_rejects("a:\n  200: b\n", &["#/a", "the key 200 is not a string"]);
    import_rejects("a:\n- .nan\n", &["#/a/0", "NaN"]);
    import_rejects("a: -.inf\n", &["#/a", "infinity"]);
}

#[test]
fn documents_other_than_openapi_3_0() {
    import_rejects("a: 1\n", &["incoming.yaml", "not an OpenAPI document"]);
    import_rejects("swagger: '2.0'\n", &["not an OpenAPI document"]);
    for version in ["3.1.0", "2.0", "3.00", "'4'"] {
        let text = mini().replace("openapi: 3.0.3", &format!("openapi: {version}"));
        import_rejects(
            &text,
            &["incoming.yaml#/openapi", "is not supported, expected 3.0.x"],
        );
    }
    regenerate_rejects(
        |workspace| edit(workspace, |document| document["openapi"] = json!("3.1.0")),
        &["#/openapi", "is not supported, expected 3.0.x"],
    );
}

#[test]
fn a_dangling_reference() {
    let text = mini().replace("responses/Reader'", "responses/Writer'");
    import_rejects(
        &text,
        &[
            "incoming.yaml#/paths/~1readers~1{reader_id}/get/responses/200",
            "`#/components/responses/Writer` does not resolve",
        ],
    );
    import_rejects(
        &mini().replace("'#/components/schemas/Globe'", "other.yaml"),
        &["`other.yaml` points outside the document"],
    );
    regenerate_rejects(
        |workspace| {
            edit(workspace, |document| {
                document["components"]["schemas"]["Client"]["properties"]["lost"] =
                    json!({"$ref": "#/components/schemas/Nobody"});
            });
        },
        &[
            "#/components/schemas/Client/properties/lost",
            "`#/components/schemas/Nobody` does not resolve",
        ],
    );
}

#[test]
fn combined_schemas_that_grow_exponentially() {
    let mut document = load::parse("mini", &mini()).unwrap();
    let all = document["components"]["schemas"].as_object_mut().unwrap();
    for level in 0..40 {
        let below = json!({"$ref": format!("#/components/schemas/L{}", level + 1)});
        all.insert(format!("L{level}"), json!({"allOf": [below, below]}));
    }
    all.insert("L40".to_owned(), json!({"type": "object"}));
    import_rejects(
        &load::print(&document).unwrap(),
        &["#/components/schemas/L", "combines more than 1000 schemas"],
    );
}

#[test]
fn cyclic_references() {
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
        import_rejects(
            &text,
            &[
                "incoming.yaml#/components/schemas/",
                "form a cycle",
                "#/components/schemas/A",
            ],
        );
    }
    regenerate_rejects(
        |workspace| {
            edit(workspace, |document| {
                document["components"]["schemas"]["Token"] =
                    json!({"$ref": "#/components/schemas/Token"});
            });
        },
        &["#/components/schemas/Token", "form a cycle"],
    );
}

#[test]
fn a_schema_that_contains_itself() {
    regenerate_rejects(
        |workspace| {
            edit(workspace, |document| {
                document["components"]["schemas"]["Token"]["properties"]["next"] =
                    json!({"$ref": "#/components/schemas/Token"});
            });
        },
        &["#/components/schemas/Token", "the schema contains itself"],
    );
}

#[test]
fn duplicate_operation_ids() {
    import_rejects(
        &mini().replace("ListMaps", "GetReader"),
        &[
            "incoming.yaml#/paths/~1readers~1{reader_id}/get/operationId",
            "`GetReader` is already used by #/paths/~1maps/get",
        ],
    );
    regenerate_rejects(
        |workspace| {
            edit(workspace, |document| {
                document["paths"]["/users"]["post"]["operationId"] = json!("GetUserList");
            });
        },
        &[
            "#/paths/~1users/post/operationId",
            "`GetUserList` is already used by #/paths/~1users/get",
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
    import_rejects(
        &text,
        &["/default/minimun", "unknown keyword `minimun` in a schema"],
    );
    regenerate_rejects(
        |workspace| {
            edit(workspace, |document| {
                document["components"]["schemas"]["Token"]["properties"]["jwt"]["const"] = json!(1);
            });
        },
        &[
            "#/components/schemas/Token/properties/jwt/const",
            "unknown keyword `const`",
        ],
    );
}

#[test]
fn a_file_that_was_cut_short() {
    import_rejects(mini().trim_end(), &["incoming.yaml", "may be cut short"]);
    let whole = fs::read_to_string(Workspace::real().path(DESCRIPTION)).unwrap();
    for part in [10, 30, 50, 70, 90, 99] {
        let cut = &whole[..whole.len() * part / 100];
        import_rejects(cut, &["incoming.yaml"]);
    }
    let lines: Vec<&str> = whole.lines().collect();
    for part in [25, 50, 75] {
        let cut = lines[..lines.len() * part / 100].join("\n") + "\n";
        regenerate_rejects(|workspace| workspace.write(DESCRIPTION, &cut), &["error: "]);
    }
}
