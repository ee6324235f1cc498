//! Bad input through the real program: one clear error, exit code 1, no file touched, no panic.

mod support;

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::process::Output;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use support::{Workspace, data, stderr, stdout};
use xtask::load;

const VERSION: &str = "2026-05-12";
const DESCRIPTION: &str = "spec/2026-05-12.yaml";

/// That the program ended with one error that holds all of `words`, and touched nothing.
#[track_caller]
fn refused(
    output: &Output,
    words: &[&str],
    before: &BTreeMap<PathBuf, Vec<u8>>,
    workspace: &Workspace,
) {
    let said = stderr(output);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert_eq!(stdout(output), "");
    let errors = said
        .lines()
        .filter(|line| line.starts_with("error: "))
        .count();
    assert_eq!(errors, 1, "{said}");
    assert_eq!(
        said.lines()
            .filter(|line| line.starts_with("  mend: "))
            .count(),
        1,
        "{said}"
    );
    assert!(!said.contains("panicked"), "{said}");
    for word in words {
        assert!(said.contains(word), "`{word}` is not in: {said}");
    }
    assert!(workspace.files() == *before, "a file was touched: {said}");
}

#[track_caller]
fn import_is_refused(text: &str, words: &[&str]) {
    let workspace = Workspace::empty();
    workspace.write("spec/lock.yaml", "current: ''\nsources: {}\n");
    workspace.write("generated/surface.txt", "as it was\n");
    workspace.write("incoming.yaml", text);
    let before = workspace.files();
    let path = workspace.path("incoming.yaml");
    let output = workspace.xtask(&["import", path.to_str().unwrap()]);
    refused(&output, words, &before, &workspace);
}

/// `change` spoils the workspace before `regenerate` runs in it.
#[track_caller]
fn regenerate_is_refused(change: impl FnOnce(&Workspace), words: &[&str]) {
    let workspace = Workspace::real();
    workspace.write("generated/surface.txt", "as it was\n");
    workspace.write("clerk-api/src/generated/old.rs", "// as it was\n");
    change(&workspace);
    let before = workspace.files();
    refused(
        &workspace.xtask(&["regenerate"]),
        words,
        &before,
        &workspace,
    );
}

fn mini() -> String {
    fs::read_to_string(data("import/canonical.yaml")).unwrap()
}

/// Changes the JSON value of the real description.
fn edit(workspace: &Workspace, change: impl FnOnce(&mut Value)) {
    let path = workspace.path(DESCRIPTION);
    let mut document = load::yaml(&path).unwrap();
    change(&mut document);
    fs::write(path, load::print(&document).unwrap()).unwrap();
}

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

#[test]
fn alias_bombs_are_refused_in_no_time() {
    // A gigabyte of text, had it been written out.
    let scalar = format!(
        "a: &a '{}'\nb: [{}]\n",
        "x".repeat(1 << 20),
        "*a, ".repeat(1_024)
    );
    // Two to the power of sixty lists.
    let mut lists = "a0: &a0 [x, x]\n".to_owned();
    for level in 1..60 {
        lists.push_str(&format!("a{level}: &a{level} [*a{0}, *a{0}]\n", level - 1));
    }
    let mut mappings = "a0: &a0 {x: y}\n".to_owned();
    for level in 1..60 {
        mappings.push_str(&format!(
            "a{level}: &a{level} {{l: *a{0}, r: *a{0}}}\n",
            level - 1
        ));
    }
    for bomb in [&scalar, &lists, &mappings] {
        let start = Instant::now();
        import_is_refused(
            bomb,
            &[
                "incoming.yaml",
                "aliases make the document more than 8 times",
            ],
        );
        assert!(
            start.elapsed() < Duration::from_secs(20),
            "{:?}",
            start.elapsed()
        );
    }
    import_is_refused("a: &a [*a]\n", &["incoming.yaml:1", "nest too deeply"]);
    regenerate_is_refused(
        |workspace| workspace.write("spec/overlays/99-bomb.yaml", &lists),
        &["99-bomb.yaml:1", "aliases make the document"],
    );
}

#[test]
fn deep_and_large_documents_are_refused_in_no_time() {
    let start = Instant::now();
    import_is_refused(
        &("[".repeat(4 << 20) + "\n"),
        &["1000 brackets are open at once"],
    );
    import_is_refused(
        &("a: ".to_owned() + &"[".repeat(900) + "\n"),
        &["nest too deeply"],
    );
    import_is_refused(&("- ".repeat(100_000) + "\n"), &["nest too deeply"]);
    import_is_refused(&(" ".repeat(9 << 20) + "\n"), &["larger than 8 MB"]);
    let chain: String = (0..100_000)
        .map(|link| {
            format!(
                "  A{link}: {{$ref: '#/components/schemas/A{}'}}\n",
                link + 1
            )
        })
        .collect();
    let text = format!("openapi: 3.0.3\ncomponents:\n schemas:\n{chain}  A100000: {{}}\n");
    import_is_refused(&text, &["references follow each other"]);
    assert!(
        start.elapsed() < Duration::from_secs(120),
        "{:?}",
        start.elapsed()
    );
}

#[test]
fn an_overlay_that_matches_nothing() {
    regenerate_is_refused(
        |workspace| {
            workspace.write(
                "spec/overlays/99-lost.yaml",
                "overlay: 1.0.0\ninfo: {title: Lost, version: 1.0.0}\nactions:\n\
                 - {target: \"$.paths['/nowhere']\", description: why, remove: true}\n",
            );
        },
        &[
            "spec/overlays/99-lost.yaml#/actions/0",
            "`$.paths['/nowhere']` matches nothing",
        ],
    );
}

#[test]
fn a_version_that_was_not_imported() {
    let workspace = Workspace::real();
    let before = workspace.files();
    let output = workspace.xtask(&["regenerate", "--version", "1999-01-01"]);
    refused(&output, &["1999-01-01"], &before, &workspace);
}

#[test]
fn a_lock_that_is_none() {
    regenerate_is_refused(
        |workspace| workspace.write("spec/lock.yaml", "current: []\n"),
        &["spec/lock.yaml", "this is no lock"],
    );
}

#[test]
fn a_folder_that_is_no_workspace() {
    let workspace = Workspace::empty();
    fs::remove_dir(workspace.path("spec")).unwrap();
    let before = workspace.files();
    refused(
        &workspace.xtask(&["regenerate"]),
        &["no workspace"],
        &before,
        &workspace,
    );
}

#[test]
fn a_wrong_command_line_exits_with_2() {
    let workspace = Workspace::empty();
    for arguments in [
        &[][..],
        &["export"],
        &["import"],
        &["import", "a", "b"],
        &["regenerate", "--all"],
    ] {
        let output = workspace.xtask(arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert_eq!(stdout(&output), "");
        assert!(stderr(&output).contains("Usage: "), "{arguments:?}");
    }
}

#[test]
fn help_is_no_fault() {
    let output = Workspace::empty().xtask(&["--help"]);
    assert_eq!(output.status.code(), Some(0));
    assert!(stdout(&output).contains("regenerate"));
    assert_eq!(stderr(&output), "");
}

#[test]
fn a_check_tells_what_differs_and_writes_nothing() {
    let workspace = Workspace::real();
    let first = workspace.xtask(&["regenerate", "--version", VERSION]);
    assert_eq!(first.status.code(), Some(0), "{}", stderr(&first));
    let made = workspace.files();

    let check = workspace.xtask(&["regenerate", "--check"]);
    assert_eq!(
        check.status.code(),
        Some(0),
        "{}{}",
        stdout(&check),
        stderr(&check)
    );
    assert!(workspace.files() == made);

    workspace.write("generated/stale.txt", "stale\n");
    workspace.write("generated/surface.txt", "edited\n");
    fs::remove_file(workspace.path("generated/operations.json")).unwrap();
    let spoilt = workspace.files();
    let check = workspace.xtask(&["regenerate", "--check"]);
    assert_eq!(check.status.code(), Some(1));
    let said = stdout(&check);
    for line in [
        "stale: generated/stale.txt\n",
        "different: generated/surface.txt\n",
        "missing: generated/operations.json\n",
        "--- generated/surface.txt (present)\n",
        "-edited\n",
        "run: cargo xtask regenerate\n",
    ] {
        assert!(said.contains(line), "`{line}` is not in {said}");
    }
    assert!(workspace.files() == spoilt, "a check writes nothing");

    let again = workspace.xtask(&["regenerate"]);
    assert_eq!(again.status.code(), Some(0), "{}", stderr(&again));
    assert!(workspace.files() == made, "two runs give the same bytes");
}
