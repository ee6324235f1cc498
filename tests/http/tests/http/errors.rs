//! Errors of the API, and of gateways in front of it.

use std::time::Duration;

use clerk_api::{Error, ErrorKind, RetryPolicy};
use http_tests::People;
use serde_json::json;
use test_support::{Reply, Server};

use crate::support::{builder, people};

/// The error of a call that gets this response.
pub(crate) async fn refused(reply: Reply) -> Error {
    let server = Server::script([reply]);
    let clerk = builder(&server)
        .retry(RetryPolicy::none())
        .build()
        .expect("a client");
    let error = People::new(clerk)
        .get("person_1")
        .send()
        .await
        .expect_err("an error");
    assert_eq!(server.requests().len(), 1);
    error
}

#[tokio::test]
async fn everything_in_clerks_envelope_is_kept() {
    let error = refused(
        Reply::json(
            422,
            json!({
                "errors": [
                    {
                        "message": "is taken",
                        "long_message": "That name is taken.",
                        "code": "form_identifier_exists",
                        "meta": { "param_name": "username", "deep": { "a": [1] } }
                    },
                    { "message": "is short", "code": "form_param_too_short" }
                ],
                "meta": { "x": 1 },
                "clerk_trace_id": "trace_of_body"
            }),
        )
        .header("clerk-trace-id", "trace_of_header"),
    )
    .await;

    assert_eq!(error.kind(), ErrorKind::Api);
    assert_eq!(error.status().map(|status| status.as_u16()), Some(422));
    assert!(error.is_unprocessable() && !error.is_not_found() && !error.is_retryable());
    let [first, second] = error.errors() else {
        panic!("two errors were sent");
    };
    assert_eq!(first.code(), "form_identifier_exists");
    assert_eq!(first.message(), "is taken");
    assert_eq!(first.long_message(), Some("That name is taken."));
    assert_eq!(first.meta()["param_name"], "username");
    assert_eq!(first.meta()["deep"]["a"][0], 1);
    assert_eq!(
        (second.code(), second.long_message()),
        ("form_param_too_short", None)
    );
    assert!(second.meta().is_empty());
    assert!(error.has_code("form_param_too_short") && !error.has_code("other"));
    assert_eq!(error.trace_id(), Some("trace_of_body"));
    assert_eq!(error.operation(), Some("people.get"));
    assert_eq!(error.path_template(), Some("/people/{person_id}"));
    assert_eq!(error.attempts(), 1);
    assert_eq!(
        error.to_string(),
        "people.get: 422 Unprocessable Entity: form_identifier_exists: is taken (username) (and 1 more) (trace id trace_of_body)"
    );
}

#[tokio::test]
async fn a_rejected_parameter_is_named() {
    let unknown = json!({
        "message": "is unknown",
        "long_message": "email_addresses is not a valid parameter for this request.",
        "code": "form_param_unknown",
        "meta": { "param_name": "email_addresses" }
    });
    let error = refused(Reply::json(422, json!({ "errors": [unknown] }))).await;
    assert_eq!(
        error.to_string(),
        "people.get: 422 Unprocessable Entity: form_param_unknown: is unknown (email_addresses)"
    );
    assert_eq!(error.param_names(), ["email_addresses"]);

    let mut several = unknown.clone();
    several["meta"] = json!({ "param_names": ["first_name", 7, "last_name"] });
    let entries = json!([several, unknown, unknown, { "code": "c", "meta": { "param_name": 3 } }]);
    let error = refused(Reply::json(400, json!({ "errors": entries }))).await;
    assert_eq!(
        error.param_names(),
        ["first_name", "last_name", "email_addresses"]
    );
    assert!(
        error.to_string().contains("(first_name, last_name)"),
        "{error}"
    );

    let mut unnamed = unknown;
    unnamed["meta"] = json!({});
    let error = refused(Reply::json(422, json!({ "errors": [unnamed] }))).await;
    assert_eq!(
        error.to_string(),
        "people.get: 422 Unprocessable Entity: form_param_unknown: email_addresses is not a valid parameter for this request."
    );
    assert!(error.param_names().is_empty());
}

#[tokio::test]
async fn a_body_of_another_format_is_named() {
    let page = "<!DOCTYPE html><title>Just a moment...</title>";
    // `{}` as gzip.
    let gzip =
        b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\xab\xae\x05\x00\x43\xbf\xa6\xa3\x02\x00\x00\x00";
    for (status, starts) in [
        (
            200,
            "people.get: 200 OK, but the body cannot be decoded: it is",
        ),
        (403, "people.get: 403 Forbidden:"),
    ] {
        let error = refused(Reply::text(status, "text/html; charset=UTF-8", page)).await;
        let html = "an HTML page, not a response of the API";
        assert_eq!(error.to_string(), format!("{starts} {html}"));
        let reply = Reply::bytes(status, gzip).header("content-encoding", "gzip");
        let error = refused(reply).await;
        let compressed = "a gzip-compressed body, which the client did not request";
        assert_eq!(error.to_string(), format!("{starts} {compressed}"));
    }
}

#[tokio::test]
async fn errors_of_gateways_in_their_own_formats_are_read() {
    for (body, said) in [
        (json!({ "error": { "code": "c", "message": "m" } }), "c: m"),
        (json!({ "error": "c", "error_description": "m" }), "c: m"),
        (json!({ "title": "t", "detail": "m", "status": 502 }), "m"),
        (json!({ "type": "about:blank", "title": "t" }), "t"),
        (json!("m"), "m"),
    ] {
        let error = refused(Reply::json(400, body)).await;
        let expected = format!("people.get: 400 Bad Request: {said}");
        assert_eq!(error.to_string(), expected);
    }
    let xml = "<?xml version=\"1.0\"?><Error/>";
    let error = refused(Reply::bytes(400, xml.as_bytes())).await;
    assert!(error.to_string().contains("an XML document"), "{error}");
}

#[tokio::test]
async fn the_cause_of_an_error_is_kept_unchanged() {
    use std::error::Error as _;

    struct Unwritable;
    impl serde::Serialize for Unwritable {
        fn serialize<S: serde::Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
            Err(serde::ser::Error::custom("no form yet"))
        }
    }
    let server = Server::script([]);
    let clerk = builder(&server).build().expect("a client");
    let call = clerk
        .request(clerk_api::Method::POST, "/x")
        .json(Unwritable);
    let error = call.send_bytes().await.expect_err("no JSON");
    assert!(error.is_request());
    let cause = error.source().expect("a cause");
    assert!(cause.is::<serde_json::Error>(), "{cause:?}");
    assert_eq!(cause.to_string(), "no form yet");

    let error = clerk_api::Upload::file("/nowhere/at.all").await;
    let error = error.expect_err("no such file");
    let cause = error.source().expect("a cause");
    let cause = cause.downcast_ref::<std::io::Error>().expect("of the file");
    assert_eq!(cause.kind(), std::io::ErrorKind::NotFound);
    assert!(error.to_string().contains("/nowhere/at.all"), "{error}");
}

#[tokio::test]
async fn a_lost_connection_is_not_a_failure_to_connect() {
    let error = refused(Reply::reset()).await;
    assert!(error.is_interrupted() && error.is_retryable());
    assert!(!error.is_connect() && !error.is_timeout());
}

#[tokio::test]
async fn the_trace_id_comes_from_the_body_or_a_header() {
    let error = refused(
        Reply::empty(404)
            .header("clerk-trace-id", "t1")
            .header("cf-ray", "r1"),
    )
    .await;
    assert_eq!(error.trace_id(), Some("t1"));
    let error = refused(Reply::empty(404).header("cf-ray", "r1")).await;
    assert_eq!(error.trace_id(), Some("r1"));
    let error = refused(Reply::empty(404)).await;
    assert_eq!(error.trace_id(), None);
}

#[tokio::test]
async fn no_shape_of_a_body_loses_the_status() {
    let long = format!("<html>{}</html>", "x".repeat(1024 * 1024));
    let entries: Vec<_> = (0..20_000)
        .map(|index| json!({ "code": format!("c{index}"), "message": "m" }))
        .collect();
    let many = json!({ "errors": entries });
    let cases = [
        (Reply::text(502, "text/html", "<html>Bad Gateway</html>"), 0),
        (Reply::empty(404), 0),
        (
            Reply::text(500, "application/json", r#"{"errors": [{"mess"#),
            0,
        ),
        (Reply::text(400, "application/json", "null"), 0),
        (Reply::text(400, "application/json", "42"), 0),
        (Reply::json(400, json!({ "errors": "a text" })), 1),
        (Reply::json(400, json!({ "errors": ["one", "two"] })), 2),
        (
            Reply::json(400, json!({ "errors": { "code": "c", "message": "m" } })),
            1,
        ),
        (Reply::json(400, json!({ "errors": null })), 0),
        (
            Reply::json(400, json!({ "errors": [null, 3, {}, { "code": "c" }] })),
            1,
        ),
        (
            Reply::json(
                400,
                json!({ "errors": [{ "code": 7, "message": ["x"], "meta": "no map" }] }),
            ),
            0,
        ),
        (
            Reply::json(
                400,
                json!({ "errors": [{ "code": "c", "message": "m", "meta": "no map" }] }),
            ),
            1,
        ),
        (
            Reply::json(
                400,
                json!([{ "code": "c", "message": "m" }, { "message": "n" }]),
            ),
            2,
        ),
        (
            Reply::json(
                400,
                json!({ "error": "invalid_grant", "error_description": "expired" }),
            ),
            1,
        ),
        (Reply::json(400, json!({ "message": "from a gateway" })), 1),
        (Reply::bytes(500, &[0xff, 0xfe, 0x00]), 0),
        (Reply::text(503, "text/html", &long), 0),
        (
            Reply::text(422, "application/json", &many.to_string()),
            // The most that an error keeps.
            50,
        ),
        (Reply::text(404, "text/plain", "broken off").half(3), 0),
        (
            Reply::text(404, "text/plain", "broken off").wrong_length(100),
            0,
        ),
        (Reply::text(409, "text/plain", "in chunks").chunked(), 0),
    ];
    for (index, (reply, errors)) in cases.into_iter().enumerate() {
        let status = format!("{reply:?}")
            .split_once("status: ")
            .expect("a status")
            .1[..3]
            .to_owned();
        let error = refused(reply).await;
        assert_eq!(error.kind(), ErrorKind::Api, "case {index}: {error}");
        let found = error.status().expect("a status").as_u16().to_string();
        assert_eq!(found, status, "case {index}");
        assert_eq!(error.errors().len(), errors, "case {index}");
        assert!(
            error.body().expect("a body").len() <= 8 * 1024,
            "case {index}"
        );
    }
}

#[tokio::test]
async fn the_body_of_a_gateway_is_kept_but_not_printed() {
    let error = refused(Reply::text(
        502,
        "text/html",
        "<html>upstream went away</html>",
    ))
    .await;
    assert_eq!(error.body(), Some("<html>upstream went away</html>"));
    assert_eq!(
        error.to_string(),
        "people.get: 502 Bad Gateway: an HTML page, not a response of the API"
    );
    assert!(!format!("{error:?}").contains("upstream"));
}

#[tokio::test]
async fn each_status_has_its_predicate() {
    type Question = fn(&Error) -> bool;
    let questions: [(u16, Question); 8] = [
        (400, Error::is_bad_request),
        (401, Error::is_unauthorized),
        (403, Error::is_forbidden),
        (404, Error::is_not_found),
        (409, Error::is_conflict),
        (422, Error::is_unprocessable),
        (429, Error::is_rate_limited),
        (500, Error::is_server_error),
    ];
    for (status, _) in questions {
        let error = refused(Reply::empty(status)).await;
        for (other, question) in questions {
            assert_eq!(
                question(&error),
                status == other,
                "{status}, predicate for {other}"
            );
        }
        assert_eq!(
            error.is_retryable(),
            matches!(status, 429 | 500),
            "{status}"
        );
    }
}

#[tokio::test]
async fn retry_after_is_reported() {
    let error = refused(Reply::empty(429).header("retry-after", "7")).await;
    assert_eq!(error.retry_after(), Some(Duration::from_secs(7)));
    let error = refused(Reply::empty(503).header("retry-after", "0.5")).await;
    assert_eq!(error.retry_after(), Some(Duration::from_millis(500)));
    let date = Reply::empty(429)
        .header("date", "Tue, 28 May 2024 08:00:00 GMT")
        .header("retry-after", "Tue, 28 May 2024 08:00:30 GMT");
    assert_eq!(
        refused(date).await.retry_after(),
        Some(Duration::from_secs(30))
    );
    let past = Reply::empty(429).header("retry-after", "Tue, 28 May 2024 08:00:30 GMT");
    assert_eq!(refused(past).await.retry_after(), Some(Duration::ZERO));
    // RFC 9110 does not limit the number of digits.
    for long in ["18446744073709551615", "99999999999999999999"] {
        let error = refused(Reply::empty(503).header("retry-after", long)).await;
        assert_eq!(error.retry_after(), Some(Duration::from_secs(u64::MAX)));
    }
    for nonsense in ["soon", "-1", "NaN", "1e400"] {
        let error = refused(Reply::empty(429).header("retry-after", nonsense)).await;
        assert_eq!(error.retry_after(), None, "{nonsense}");
    }
}

#[tokio::test]
async fn text_from_the_server_cannot_forge_a_line_of_a_log() {
    let error = refused(Reply::json(
        400,
        json!({ "errors": [{ "code": "c", "message": format!("first\nINFO forged\u{1b}[2J {}", "y".repeat(1000)) }] }),
    ))
    .await;
    let text = error.to_string();
    assert!(text.contains("first INFO forged"), "{text}");
    assert!(!text.contains(char::is_control));
    assert!(text.len() < 500);
    assert!(
        error.errors()[0].message().len() > 1000,
        "the accessor returns all of it"
    );
    // Line and paragraph separators, and characters that reverse the order of a line (UAX #9).
    let foreign = ['\u{2028}', '\u{2029}', '\u{202e}', '\u{2066}', '\u{200f}'];
    let said = String::from_iter(foreign);
    let body = json!({ "errors": [{ "code": said, "message": said }], "clerk_trace_id": said });
    let error = refused(Reply::json(400, body)).await;
    for text in [error.to_string(), format!("{error:?}")] {
        assert!(!text.contains(foreign), "{text:?}");
    }
}

#[tokio::test]
async fn a_success_that_is_not_json_keeps_its_status() {
    let undecodable = "people.get: 200 OK, but the body cannot be decoded";
    for (body, text) in [
        (
            "",
            "people.get: 200 OK: the call succeeded, but the response has no body",
        ),
        ("<html>", undecodable),
        (r#"{"id": "#, undecodable),
        ("[1,2,3] trailing", undecodable),
    ] {
        let error = refused(Reply::bytes(200, body.as_bytes()).header("cf-ray", "r1")).await;
        assert!(error.is_decode(), "{error}");
        assert_eq!(error.status().map(|status| status.as_u16()), Some(200));
        assert_eq!(error.body(), Some(body));
        assert_eq!(error.trace_id(), Some("r1"));
        assert!(error.to_string().starts_with(text), "{error}");
    }
    let error = refused(Reply::bytes(200, b"\"\xff\"")).await;
    assert!(
        error.is_decode() && error.to_string().contains("UTF-8"),
        "{error}"
    );
}

#[tokio::test]
async fn a_refused_connection_is_a_connection_error() {
    let address = {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
        listener.local_addr().expect("an address")
    };
    let clerk = clerk_api::Clerk::builder()
        .secret_key("sk_test_x")
        .base_url(format!("http://{address}"))
        .retry(RetryPolicy::none())
        .build()
        .expect("a client");
    let error = People::new(clerk)
        .get("person_1")
        .send()
        .await
        .expect_err("nothing listens");
    assert_eq!(error.kind(), ErrorKind::Connect);
    assert!(error.is_connect() && error.is_retryable());
    assert!(!error.is_interrupted() && !error.is_timeout());
    assert_eq!(error.status(), None);
    assert_eq!(
        error.to_string(),
        "people.get: no connection to the server; check the network, the base URL and the proxy"
    );
    assert!(std::error::Error::source(&error).is_some());
    assert!(!format!("{error:?}").contains("person_1"));
}

#[test]
fn an_error_is_small_and_can_cross_threads() {
    fn error<T: std::error::Error + Send + Sync + 'static>() {}
    error::<Error>();
    assert_eq!(size_of::<Error>(), size_of::<usize>());
}

#[tokio::test]
async fn the_error_of_a_missing_person_is_readable() {
    let server = Server::script([Reply::json(
        404,
        json!({ "errors": [{ "message": "not found", "code": "resource_not_found" }], "clerk_trace_id": "abc" }),
    )]);
    let error = people(&server)
        .get("person_9")
        .send()
        .await
        .expect_err("no such person");
    assert!(error.is_not_found());
    assert_eq!(
        error.to_string(),
        "people.get: 404 Not Found: resource_not_found: not found (trace id abc)"
    );
}
