//! The report about a call: one JSON object.

use clerk_api::Error;
use http::{HeaderMap, StatusCode, header};
use serde_json::{Map, Value, json};

use crate::call::{Answer, Call};
use crate::recording::Sent;

/// The requests and the result of a call. Any status but a success counts as not decoded.
pub fn line(call: &Call, sent: Option<&Sent>, answer: &Answer) -> Value {
    let status = match answer {
        Ok(status) => Some(*status),
        Err(error) => error.status(),
    };
    json!({
        "operation_id": call.operation_id,
        "variant": call.variant.as_str(),
        "request": sent.map(request),
        "status": status.as_ref().map(StatusCode::as_u16),
        "decoded": answer.is_ok(),
        "error": answer.as_ref().err().map(explained),
    })
}

/// An error with its causes.
fn explained(error: &Error) -> String {
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(next) = cause {
        let next_text = next.to_string();
        if !text.contains(&next_text) {
            text = format!("{text}: {next_text}");
        }
        cause = next.source();
    }
    text
}

fn request(sent: &Sent) -> Value {
    json!({
        "method": sent.method.as_str(),
        "path": sent.uri.path_and_query().map(|path| path.as_str()),
        "headers": headers(&sent.headers),
        "body": body(sent),
    })
}

fn headers(headers: &HeaderMap) -> Value {
    let headers = headers.iter().map(|(name, value)| {
        let value = String::from_utf8_lossy(value.as_bytes());
        (name.to_string(), json!(value))
    });
    Value::Object(headers.collect())
}

/// JSON unchanged, a form as a list of its parts.
fn body(sent: &Sent) -> Value {
    if sent.body.is_empty() {
        return Value::Null;
    }
    let kind = sent.headers.get(header::CONTENT_TYPE);
    let kind = kind.and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    if let Some((_, boundary)) = kind.split_once("multipart/form-data; boundary=") {
        return json!({ "parts": parts(&sent.body, boundary) });
    }
    serde_json::from_slice(&sent.body)
        .unwrap_or_else(|_| json!(String::from_utf8_lossy(&sent.body)))
}

/// Names and sizes of the parts, and the text of those that are not files.
fn parts(body: &[u8], boundary: &str) -> Vec<Value> {
    let delimiter = format!("--{boundary}");
    let mut parts = Vec::new();
    let mut rest = body;
    while let Some(start) = find(rest, delimiter.as_bytes()) {
        rest = &rest[start + delimiter.len()..];
        let Some(part) = rest.strip_prefix(b"\r\n") else {
            break;
        };
        let end = find(part, delimiter.as_bytes()).unwrap_or(part.len());
        if let Some(head) = find(part, b"\r\n\r\n").filter(|head| *head < end) {
            let content = part
                .get(head + 4..end.saturating_sub(2))
                .unwrap_or_default();
            parts.push(summary(&String::from_utf8_lossy(&part[..head]), content));
        }
        rest = part;
    }
    parts
}

fn summary(head: &str, content: &[u8]) -> Value {
    let attribute = |name: &str| {
        let (_, value) = head.split_once(&format!("; {name}=\""))?;
        Some(value.split('"').next().unwrap_or_default())
    };
    let content_type = head
        .lines()
        .find_map(|line| line.strip_prefix("Content-Type: "));
    let mut summary = Map::new();
    summary.insert("name".to_owned(), json!(attribute("name")));
    match attribute("filename") {
        Some(file_name) => {
            summary.insert("file_name".to_owned(), json!(file_name));
            summary.insert("content_type".to_owned(), json!(content_type));
            summary.insert("bytes".to_owned(), json!(content.len()));
        }
        None => {
            let text = String::from_utf8_lossy(content);
            summary.insert("text".to_owned(), json!(text));
        }
    }
    Value::Object(summary)
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes
        .windows(wanted.len())
        .position(|window| window == wanted)
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use http::{HeaderValue, Method, Uri};

    use super::*;

    fn sent(content_type: &'static str, body: &'static [u8]) -> Sent {
        let mut headers = HeaderMap::new();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
        Sent {
            method: Method::POST,
            uri: Uri::from_static("http://localhost:1/v1/a/b?c=%20d"),
            headers,
            body: Bytes::from_static(body),
        }
    }

    #[test]
    fn a_request_is_reported_with_its_path_query_and_body() {
        let told = request(&sent("application/json", br#"{"a": [1, null]}"#));
        let expected = json!({
            "method": "POST",
            "path": "/v1/a/b?c=%20d",
            "headers": { "content-type": "application/json" },
            "body": { "a": [1, null] },
        });
        assert_eq!(told, expected);
    }

    #[test]
    fn a_form_is_reported_by_its_parts() {
        let form =
            b"--xyz\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.png\"\r\n\
            Content-Type: image/png\r\n\r\nPNG!\r\n--xyz\r\n\
            Content-Disposition: form-data; name=\"who\"\r\n\r\nada\r\n--xyz--\r\n";
        let expected = json!({ "parts": [
            { "name": "file", "file_name": "a.png", "content_type": "image/png", "bytes": 4 },
            { "name": "who", "text": "ada" },
        ] });
        assert_eq!(
            body(&sent("multipart/form-data; boundary=xyz", form)),
            expected
        );
    }

    #[test]
    fn no_body_is_null() {
        assert_eq!(body(&sent("application/json", b"")), Value::Null);
    }
}
