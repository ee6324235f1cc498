//! The binary, as a process.

use std::process::{Command, Output};

use serde_json::{Value, json};
use test_support::{Reply, Server};

fn run(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_every-operation"))
        .args(arguments)
        .output()
        .expect("the binary runs")
}

fn lines(output: &Output) -> Vec<Value> {
    let text = std::str::from_utf8(&output.stdout).expect("text");
    text.lines()
        .map(|line| serde_json::from_str(line).expect("a line is JSON"))
        .collect()
}

fn complaint(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn a_line_reports_the_request_and_the_result() {
    let server = Server::answering(|_| {
        Reply::json(200, json!({ "object": "total_count", "total_count": 3 }))
    });
    let address = format!("{}/v1", server.url());
    for mode in [&[][..], &["--blocking"]] {
        let arguments = [&["--base-url", &address, "--only", "GetUsersCount"], mode].concat();
        let output = run(&arguments);
        assert_eq!(output.status.code(), Some(0), "{}", complaint(&output));
        let lines = lines(&output);
        let variants: Vec<&Value> = lines.iter().map(|line| &line["variant"]).collect();
        assert_eq!(variants, ["required", "all"]);
        for line in &lines {
            assert_eq!(line["operation_id"], "GetUsersCount");
            assert_eq!(line["status"], 200);
            assert_eq!(line["decoded"], true);
            assert_eq!(line["error"], Value::Null);
            assert_eq!(line["request"]["method"], "GET");
            assert_eq!(line["request"]["body"], Value::Null);
            assert_eq!(
                line["request"]["headers"]["clerk-api-version"],
                clerk_api::API_VERSION
            );
            assert_eq!(line["request"]["headers"].get("authorization"), None);
        }
        assert_eq!(lines[0]["request"]["path"], "/v1/users/count");
        let all = lines[1]["request"]["path"].as_str().unwrap();
        assert!(all.starts_with("/v1/users/count?"), "{all}");
    }
    for request in server.requests() {
        assert_eq!(
            request.header("authorization"),
            Some("Bearer sk_test_every_operation")
        );
    }
}

#[test]
fn a_response_that_cannot_be_decoded_ends_the_process_with_1() {
    let server = Server::answering(|_| Reply::json(200, json!("nonsense")));
    let output = run(&["--base-url", &server.url(), "--only", "GetUsersCount"]);
    assert_eq!(output.status.code(), Some(1));
    for line in lines(&output) {
        assert_eq!(
            (&line["status"], &line["decoded"]),
            (&json!(200), &json!(false))
        );
        assert!(line["error"].is_string(), "{line}");
    }
}

#[test]
fn an_error_response_and_an_unreachable_server_end_the_process_with_1() {
    let server = Server::answering(|_| {
        Reply::json(
            422,
            json!({ "errors": [{ "code": "no_such_shelf", "message": "No." }] }),
        )
    });
    let refused = run(&["--base-url", &server.url(), "--only", "GetUser"]);
    assert_eq!(refused.status.code(), Some(1));
    let line = &lines(&refused)[0];
    assert_eq!(
        (&line["status"], &line["decoded"]),
        (&json!(422), &json!(false))
    );
    assert!(
        line["error"].as_str().unwrap().contains("no_such_shelf"),
        "{line}"
    );
    assert_eq!(server.requests().len(), 2, "nothing is retried");

    let dead = run(&["--base-url", "http://127.0.0.1:1/v1", "--only", "GetUser"]);
    assert_eq!(dead.status.code(), Some(1));
    let line = &lines(&dead)[0];
    assert_eq!(
        (&line["status"], &line["decoded"]),
        (&Value::Null, &json!(false))
    );
    assert!(line["error"].is_string());
    let path = line["request"]["path"].as_str().unwrap();
    assert!(path.starts_with("/v1/users/user_"), "{path}");
}

#[test]
fn invalid_arguments_are_reported_and_end_the_process_with_2() {
    let wrong: [(&[&str], &str); 6] = [
        (&[], "--base-url"),
        (&["--base-url"], "--base-url"),
        (&["--base-url", "not a url"], "the base URL"),
        (
            &["--base-url", "http://127.0.0.1:1", "--only", "GetNothing"],
            "GetNothing",
        ),
        (
            &[
                "--base-url",
                "http://127.0.0.1:1",
                "--secret-key",
                "pk_test_x",
            ],
            "secret",
        ),
        (&["--base-url", "http://127.0.0.1:1", "--shout"], "--shout"),
    ];
    for (arguments, told) in wrong {
        let output = run(arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(output.stdout.is_empty(), "{arguments:?}");
        let complaint = complaint(&output);
        assert!(complaint.contains(told), "{arguments:?}: {complaint}");
    }
}

#[test]
fn an_upload_is_reported_by_its_parts() {
    let server = Server::answering(|_| Reply::json(200, json!({})));
    let output = run(&[
        "--base-url",
        &server.url(),
        "--only",
        "UploadOrganizationLogo",
    ]);
    let lines = lines(&output);
    let file = json!({ "name": "file", "file_name": "sample.png", "content_type": "image/png", "bytes": 68 });
    assert_eq!(lines[0]["request"]["body"], json!({ "parts": [file] }));
    let who = &lines[1]["request"]["body"]["parts"][1];
    assert_eq!(lines[1]["request"]["body"], json!({ "parts": [file, who] }));
    assert_eq!(who["name"], "uploader_user_id");
    assert!(who["text"].as_str().unwrap().starts_with("user_"), "{who}");
}
