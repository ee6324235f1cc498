//! A server that repeats secrets, in every form and in every part that an error keeps.

use std::error::Error as _;
use std::fmt::Write as _;

use clerk_api::types::Secret;
use clerk_api::{Clerk, Error, Method, RetryPolicy};
use http::{HeaderName, HeaderValue, header};
use serde_json::{Value, json};
use test_support::{Log, Reply, Server};

use crate::support::{builder, fast_retries};

const KEY: &str = "sk_test_Q7hT-CANARY/9\"x";

/// Everything that an error prints, and what its accessors return.
fn everything(error: &Error) -> String {
    let mut text = format!("{error} {error:?} {error:#?}");
    for entry in error.errors() {
        let _ = write!(
            text,
            " {entry} {entry:?} {} {}",
            entry.code(),
            entry.message()
        );
        let _ = write!(text, " {:?} {:?}", entry.long_message(), entry.meta());
        let _ = write!(text, " {}", Value::Object(entry.meta().clone()));
    }
    let _ = write!(
        text,
        " {:?} {:?} {:?}",
        error.trace_id(),
        error.body(),
        error.json_path()
    );
    let mut next = error.source();
    while let Some(cause) = next {
        let _ = write!(text, " {cause} {cause:?}");
        next = cause.source();
    }
    text
}

fn client(server: &Server) -> Clerk {
    builder(server)
        .secret_key("sk_test_0123456789")
        .retry(RetryPolicy::none())
        .build()
        .expect("a client")
}

fn json_escaped(secret: &str) -> String {
    secret.encode_utf16().fold(String::new(), |mut text, unit| {
        let _ = write!(text, "\\u{unit:04x}");
        text
    })
}

fn percent_encoded(secret: &str) -> String {
    secret.bytes().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "%{byte:02X}");
        text
    })
}

/// The text as base64 (RFC 4648), computed independently.
fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for three in bytes.chunks(3) {
        let number = three
            .iter()
            .fold(0_u32, |number, byte| number << 8 | u32::from(*byte));
        let number = number << (8 * (3 - three.len()));
        for digit in 0..=three.len() {
            let index = number >> (18 - 6 * digit) & 63;
            text.push(char::from(DIGITS[index as usize]));
        }
    }
    text
}

/// The forms in which a server may write a secret.
fn forms(secret: &str) -> Vec<String> {
    let escaped = json!(secret).to_string();
    vec![
        secret.to_owned(),
        escaped.trim_matches('"').to_owned(),
        json_escaped(secret),
        json_escaped(secret).replace('\\', "\\\\"),
        json_escaped(secret).to_uppercase().replace("\\U", "\\u"),
        percent_encoded(secret),
        percent_encoded(secret).to_lowercase(),
        percent_encoded(&percent_encoded(secret)),
        format!("Basic {}", base64(format!("{secret}:").as_bytes())),
        format!("Basic {}", base64(format!("user:{secret}").as_bytes())),
        base64(format!("a{secret}b").as_bytes()),
        base64(format!("ab{secret}").as_bytes())
            .replace('+', "-")
            .replace('/', "_"),
    ]
}

#[tokio::test]
async fn no_form_of_a_secret_is_shown_anywhere() {
    for form in forms(KEY) {
        let replies: Vec<Reply> = vec![
            Reply::json(
                400,
                json!({
                    "errors": [{ "code": form, "message": form, "long_message": form, "meta": { "said": [form], form.as_str(): { form.as_str(): 1 } } }],
                    "clerk_trace_id": form,
                }),
            ),
            // The form is inserted into the JSON text, so its escapes are escapes of the JSON.
            Reply::text(
                401,
                "application/json",
                &format!(
                    "{{\"errors\":[{{\"code\":\"c\",\"message\":\"said {form}\",\"meta\":{{\"{form}\":1}}}}]}}"
                ),
            ),
            Reply::text(500, "text/html", &format!("<html>{form}</html>")),
            Reply::text(200, "application/json", &format!("<html>{form}</html>")),
            Reply::text(
                200,
                "application/json",
                &format!("{{\"{form}\":[{{\"{form}\":\"{form}\"}}]}}"),
            ),
        ];
        for reply in replies {
            let server = Server::script([reply]);
            type Wanted =
                std::collections::HashMap<String, Vec<std::collections::HashMap<String, i64>>>;
            let error = client(&server)
                .request(Method::GET, "/x")
                .bearer(KEY)
                .send::<Wanted>()
                .await
                .expect_err("refused or undecodable");
            let text = everything(&error);
            // Parts of the secret that are the same in every form.
            for part in [form.as_str(), form.trim_matches('='), KEY, "CANARY"] {
                assert!(!text.contains(part), "{part} is in {text}");
            }
        }
    }
}

#[tokio::test]
async fn a_header_that_repeats_a_secret_is_not_shown() {
    for name in ["clerk-trace-id", "cf-ray"] {
        for status in [200, 401] {
            for form in [KEY.to_owned(), percent_encoded(KEY), base64(KEY.as_bytes())] {
                let server =
                    Server::script([Reply::text(status, "text/plain", "x").header(name, &form)]);
                let error = client(&server)
                    .request(Method::GET, "/x")
                    .bearer(KEY)
                    .send::<Value>()
                    .await
                    .expect_err("refused or undecodable");
                assert!(error.trace_id().is_some());
                assert!(!everything(&error).contains(&form), "{error:?}");
            }
        }
    }
}

/// What a call prints if the server repeats this part of the request.
async fn repeated(
    call: impl FnOnce(Clerk) -> clerk_api::RawRequest,
    said: &'static str,
) -> (String, String) {
    let server = Server::answering(move |_| {
        Reply::json(
            422,
            json!({ "errors": [{ "code": "c", "message": format!("got {said}") }] }),
        )
    });
    let log = Log::default();
    let guard = log.start();
    let clerk = builder(&server)
        .retry(fast_retries())
        .build()
        .expect("a client");
    let error = call(clerk).send_bytes().await.expect_err("refused");
    drop(guard);
    (everything(&error), log.text())
}

#[tokio::test]
async fn every_secret_of_a_request_is_hidden() {
    type Call = fn(Clerk) -> clerk_api::RawRequest;
    let cases: [(&str, Call); 12] = [
        ("CANARY_query", |clerk| {
            clerk
                .request(Method::GET, "/x")
                .query("t", Secret::from("CANARY_query"))
        }),
        ("CANARY_body", |clerk| {
            clerk
                .request(Method::POST, "/x")
                .json(json!({ "deep": [Secret::from("CANARY_body").expose()] }))
                .bearer("CANARY_body")
        }),
        ("CANARY_second", |clerk| {
            let cookie = HeaderValue::from_static("a=CANARY_first; __session=\"CANARY_second\"");
            clerk
                .request(Method::GET, "/x")
                .header(header::COOKIE, cookie)
        }),
        ("CANARY first", |clerk| {
            let cookie = HeaderValue::from_static("a=CANARY%20first; b=c");
            clerk
                .request(Method::GET, "/x")
                .header(header::COOKIE, cookie)
        }),
        ("CANARY_lower", |clerk| {
            let value = HeaderValue::from_static("bearer CANARY_lower");
            clerk
                .request(Method::GET, "/x")
                .header(header::AUTHORIZATION, value)
        }),
        ("CANARY_upper", |clerk| {
            let value = HeaderValue::from_static("BEARER   CANARY_upper");
            clerk
                .request(Method::GET, "/x")
                .header(header::AUTHORIZATION, value)
        }),
        ("CANARY_pass", |clerk| {
            // user:CANARY_pass
            let value = HeaderValue::from_static("Basic dXNlcjpDQU5BUllfcGFzcw==");
            clerk
                .request(Method::GET, "/x")
                .header(header::AUTHORIZATION, value)
        }),
        ("CANARY_named", |clerk| {
            let name = HeaderName::from_static("x-api-key");
            clerk
                .request(Method::GET, "/x")
                .header(name, HeaderValue::from_static("CANARY_named"))
        }),
        ("CANARY_tab", |clerk| {
            let value = HeaderValue::from_static("Bearer\tCANARY_tab");
            clerk
                .request(Method::GET, "/x")
                .header(header::AUTHORIZATION, value)
        }),
        ("CANARY_jwt", |clerk| {
            let name = HeaderName::from_static("x-jwt");
            clerk
                .request(Method::GET, "/x")
                .header(name, HeaderValue::from_static("CANARY_jwt"))
        }),
        ("CANARY_credential", |clerk| {
            let name = HeaderName::from_static("x-credential");
            clerk
                .request(Method::GET, "/x")
                .header(name, HeaderValue::from_static("CANARY_credential"))
        }),
        ("CANARY_marked", |clerk| {
            let mut value = HeaderValue::from_static("CANARY_marked");
            value.set_sensitive(true);
            clerk
                .request(Method::GET, "/x")
                .header(HeaderName::from_static("x-other"), value)
        }),
    ];
    for (said, call) in cases {
        let (text, log) = repeated(call, said).await;
        assert!(text.contains("got [redacted]"), "{said}: {text}");
        assert!(!text.contains("CANARY"), "{said}: {text}");
        assert!(!log.contains("CANARY"), "{said}: {log}");
    }
}

#[tokio::test]
async fn a_secret_that_is_a_number_is_not_shown_as_one() {
    let body = json!({ "errors": [{ "code": "c", "message": "m", "meta": { "value": 48_151_623, "values": [-48_151_623, 48_151_623.5, 7] } }] });
    let server = Server::script([Reply::json(422, body)]);
    let error = client(&server)
        .request(Method::GET, "/x")
        .query("code", Secret::from("48151623"))
        .send_bytes()
        .await
        .expect_err("refused");
    let text = everything(&error);
    assert!(!text.contains("48151623"), "{text}");
    assert_eq!(error.errors()[0].meta()["values"][2], 7);
}

/// JSON in JSON doubles the backslashes at each level. A body of nothing else must not take longer than others.
#[tokio::test]
async fn a_body_full_of_escapes_costs_what_its_size_costs() {
    for piece in [
        "\\\\",
        "\\\\u",
        "\\u005c",
        "%25",
        "%",
        "&#",
        "+",
        "\\\\ud83d",
    ] {
        let message = piece.repeat(200_000 / piece.len());
        let body = format!("{{\"errors\":[{{\"code\":\"c\",\"message\":\"{message}\"}}]}}");
        let server = Server::script([Reply::text(400, "application/json", &body)]);
        let began = std::time::Instant::now();
        let error = client(&server)
            .request(Method::GET, "/x")
            .send_bytes()
            .await
            .expect_err("refused");
        assert!(error.has_code("c"), "{piece}: {error:?}");
        let took = began.elapsed();
        assert!(
            took < std::time::Duration::from_secs(30),
            "{piece}: {took:?}"
        );
    }
}

#[tokio::test]
async fn an_error_is_small_whatever_the_response_is() {
    let long = "y".repeat(100_000);
    let many: Vec<Value> = (0..2000)
        .map(|index| json!({ "code": format!("code_{index}"), "message": "m".repeat(100), "meta": { "n": vec![1; 100] } }))
        .collect();
    let wide: serde_json::Map<String, Value> = (0..20_000)
        .map(|index| (format!("name_{index}"), json!(null)))
        .collect();
    for body in [
        json!({ "errors": many }),
        json!({ "errors": [{ "code": long, "message": long, "long_message": long, "meta": { "a": long } }] }),
        json!({ "errors": [{ "code": "c", "message": "\u{1}".repeat(50_000), "meta": wide }], "clerk_trace_id": long }),
    ] {
        let server = Server::script([Reply::json(422, body.clone())]);
        let error = client(&server)
            .request(Method::GET, "/x")
            .send_bytes()
            .await
            .expect_err("refused");
        let kept: usize = error
            .errors()
            .iter()
            .map(|entry| {
                let meta = Value::Object(entry.meta().clone()).to_string();
                let long = entry.long_message().map_or(0, str::len);
                entry.code().len() + entry.message().len() + long + meta.len()
            })
            .sum();
        assert!(kept <= 40 * 1024, "{kept}");
        assert!(error.body().is_some_and(|body| body.len() <= 8 * 1024));
        assert!(error.trace_id().is_none_or(|id| id.len() <= 1024));
        assert!(
            format!("{error:?}").len() < 40 * 1024,
            "{}",
            format!("{error:?}").len()
        );
        assert!(error.to_string().len() < 4 * 1024);
        assert!(!error.errors().is_empty());
    }
    let server = Server::script([Reply::json(422, json!({ "errors": many }))]);
    let error = client(&server)
        .request(Method::GET, "/x")
        .send_bytes()
        .await
        .expect_err("refused");
    assert!(error.to_string().contains("(and 1999 more)"), "{error}");
    assert!(error.has_code("code_0"));
}

/// A body that is cut off in the middle of a secret would show most of it.
#[tokio::test]
async fn a_secret_that_is_cut_off_at_the_end_of_a_body_is_not_shown() {
    const SECRET: &str = "sk_test_Q7hTbCANARYd9xv";
    for form in [
        SECRET.to_owned(),
        json_escaped(SECRET),
        percent_encoded(SECRET),
        base64(SECRET.as_bytes()),
    ] {
        let before = "{\"errors\":[{\"message\":\"got ";
        let body = format!("{before}{form}\"}}]}}");
        for kept in [
            form.len() / 3,
            form.len() / 2,
            form.len() - 2,
            form.len() - 1,
        ] {
            let length = before.len() + kept;
            let reply = Reply::text(401, "application/json", &body).half(length);
            let server = Server::script([reply]);
            let call = client(&server).request(Method::GET, "/x").bearer(SECRET);
            let error = call.send_bytes().await.expect_err("refused");
            let text = error.body().expect("a body");
            assert_eq!(text, format!("{before}[redacted]"), "{form} {kept}");
        }
    }
    // The prefix that all keys share reveals nothing.
    let server = Server::script([Reply::text(401, "text/plain", "keys begin with sk_t")]);
    let call = client(&server).request(Method::GET, "/x").bearer(SECRET);
    let error = call.send_bytes().await.expect_err("refused");
    assert_eq!(error.body(), Some("keys begin with sk_t"));
}
