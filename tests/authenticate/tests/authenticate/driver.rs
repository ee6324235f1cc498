//! The driver itself: lines in, lines out.

use std::io::{BufRead, BufReader, Write};

use serde_json::{Value, json};

use crate::process::{answers, output, start};

/// A case that is signed out at any time.
fn case(name: &str) -> Value {
    json!({
        "name": name,
        "options": {
            "publishable_key": "pk_live_Y2xlcmsuZXhhbXBsZS5jb20k",
            "secret_key": "sk_live_vectors",
        },
        "request": { "method": "GET", "url": "https://app.example.com/", "headers": [] },
    })
}

fn lines(cases: &[Value]) -> String {
    cases.iter().map(|case| format!("{case}\n")).collect()
}

#[test]
fn each_line_has_one_outcome_in_the_order_of_the_lines() {
    let names: Vec<String> = (0..20).map(|number| format!("case {number}")).collect();
    let cases: Vec<Value> = names.iter().map(|name| case(name)).collect();
    let outcomes = answers(lines(&cases).as_bytes());
    let answered: Vec<&Value> = outcomes.iter().map(|outcome| &outcome["name"]).collect();
    assert_eq!(answered, names.iter().collect::<Vec<_>>());
    for outcome in &outcomes {
        assert_eq!(outcome["status"], "signed-out");
        assert_eq!(outcome["reason"], "session-token-and-uat-missing");
    }
}

#[test]
fn an_outcome_has_every_member_in_one_line() {
    let text = output(lines(&[case("whole")]).as_bytes());
    assert_eq!(text.matches('\n').count(), 1);
    assert!(text.ends_with('\n'));
    let outcome: Value = serde_json::from_str(&text).expect("it is JSON");
    let mut members: Vec<&String> = outcome.as_object().expect("an object").keys().collect();
    members.sort();
    assert_eq!(
        members,
        [
            "auth",
            "claims",
            "headers",
            "message",
            "name",
            "reason",
            "status",
            "token_type"
        ]
    );
}

#[test]
fn a_line_that_is_not_a_case_has_an_outcome_too() {
    for line in [
        &b"{"[..],
        b"[]",
        b"\"text\"",
        b"{}",
        b"\xff\xfe",
        br#"{"name":"a","request":{"url":7}}"#,
        br#"{"name":"a","request":{"url":"https://app.example.com/","headers":[["one"]]}}"#,
    ] {
        let mut input = line.to_vec();
        input.extend_from_slice(b"\n");
        input.extend_from_slice(lines(&[case("next")]).as_bytes());
        let outcomes = answers(&input);
        assert_eq!(outcomes.len(), 2);
        assert_eq!(outcomes[0]["status"], "error");
        assert_eq!(outcomes[0]["headers"], json!([]));
        let message = outcomes[0]["message"].as_str().expect("a message");
        assert!(
            message.starts_with("the case cannot be read: "),
            "{message}"
        );
        assert_eq!(outcomes[1]["name"], "next");
    }
}

#[test]
fn a_case_that_cannot_be_carried_out_keeps_its_name() {
    let mut cases = Vec::new();
    for (member, value, why) in [
        ("method", json!("G T"), "the method \"G T\""),
        ("url", json!(""), "\"\" is not a URL"),
        ("headers", json!([["a b", "c"]]), "the header \"a b\""),
        ("headers", json!([["a", "b\r\nc: d"]]), "the header a"),
    ] {
        let mut case = case(why);
        case["request"][member] = value;
        cases.push(case);
    }
    for (option, value, why) in [
        (
            "accepts_token",
            json!("cookie"),
            "accepts_token knows no \"cookie\"",
        ),
        (
            "clock_skew_ms",
            json!(-1),
            "clock_skew_ms is not a duration",
        ),
    ] {
        let mut case = case(why);
        case["options"][option] = value;
        cases.push(case);
    }
    let outcomes = answers(lines(&cases).as_bytes());
    assert_eq!(outcomes.len(), cases.len());
    for outcome in &outcomes {
        assert_eq!(outcome["status"], "error");
        let why = outcome["name"].as_str().expect("it has its name");
        let message = outcome["message"].as_str().expect("a message");
        assert!(message.starts_with(why), "{message}");
    }
}

#[test]
fn empty_lines_are_ignored() {
    let input = format!("\n  \n{}\r\n\t\n{}", case("first"), case("last"));
    let outcomes = answers(input.as_bytes());
    let names: Vec<&Value> = outcomes.iter().map(|outcome| &outcome["name"]).collect();
    assert_eq!(names, ["first", "last"]);
    assert_eq!(output(b""), "");
}

#[test]
fn unknown_members_are_ignored() {
    let mut known = case("a");
    let plain = output(lines(&[known.clone()]).as_bytes());
    known["colour"] = json!("red");
    known["options"]["colour"] = json!({ "of": "options" });
    known["request"]["colour"] = json!(["of", "the", "request"]);
    known["options"]["domain"] = Value::Null;
    assert_eq!(output(lines(&[known]).as_bytes()), plain);
}

#[test]
fn optional_members_have_defaults() {
    let mut short = case("a");
    let whole = answers(lines(&[short.clone()]).as_bytes()).remove(0);
    let request = short["request"].as_object_mut().expect("an object");
    request.remove("method");
    request.remove("headers");
    short.as_object_mut().expect("an object").remove("name");
    let mut outcome = answers(lines(&[short]).as_bytes()).remove(0);
    assert_eq!(outcome["name"], Value::Null);
    outcome["name"] = whole["name"].clone();
    assert_eq!(outcome, whole);

    let nothing = json!({ "name": "a", "request": { "url": "https://app.example.com/" } });
    let outcome = answers(lines(&[nothing]).as_bytes()).remove(0);
    assert_eq!(outcome["status"], "error");
    let message = outcome["message"].as_str().expect("a message");
    assert!(
        message.starts_with("Publishable key is missing."),
        "{message}"
    );
}

#[test]
fn an_outcome_is_written_before_the_next_case_is_read() {
    let mut driver = start();
    let mut stdin = driver.stdin.take().expect("it is piped");
    let mut stdout = BufReader::new(driver.stdout.take().expect("it is piped")).lines();
    for name in ["first", "second"] {
        writeln!(stdin, "{}", case(name)).expect("the driver reads");
        let line = stdout.next().expect("there is a line").expect("of text");
        let outcome: Value = serde_json::from_str(&line).expect("it is JSON");
        assert_eq!(outcome["name"], name);
    }
    drop(stdin);
    assert!(stdout.next().is_none());
    assert!(driver.wait().expect("it ends").success());
}

#[test]
fn the_default_time_is_that_of_the_system() {
    use clerk_auth::testing::TestKey;
    let key = TestKey::shared();
    let mut cases = Vec::new();
    for (name, token) in [
        ("current", key.session_token("user_1")),
        ("former", key.session_token("user_1").expired()),
    ] {
        let mut case = case(name);
        case["options"]["jwt_key"] = json!(key.public_key_pem());
        let header = ("authorization", format!("Bearer {}", token.mint()));
        case["request"]["headers"] = json!([header]);
        cases.push(case);
    }
    let outcomes = answers(lines(&cases).as_bytes());
    assert_eq!(outcomes[0]["status"], "signed-in");
    assert_eq!(outcomes[0]["auth"]["user_id"], "user_1");
    assert_eq!(outcomes[1]["status"], "signed-out");
    assert_eq!(
        outcomes[1]["reason"],
        "session-token-expired-refresh-non-eligible-no-refresh-cookie"
    );
}
