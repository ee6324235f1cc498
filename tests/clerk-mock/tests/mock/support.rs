//! Handwritten requests, byte by byte.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use clerk_mock::ClerkMock;
use serde_json::Value;

pub(crate) const VERSION: &str = "2026-05-12";

/// A request, valid until it is changed.
pub(crate) struct RawRequest {
    method: String,
    target: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

/// A response.
#[derive(Debug)]
pub(crate) struct Response {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
}

impl RawRequest {
    /// `target` is the path with the query, `/v1` included.
    pub(crate) fn new(method: &str, target: &str) -> Self {
        Self {
            method: method.to_owned(),
            target: target.to_owned(),
            headers: Vec::new(),
            body: Vec::new(),
        }
        .header("authorization", "Bearer sk_test_by_hand")
        .header("clerk-api-version", VERSION)
    }

    /// Replaces a header. An empty value removes it.
    pub(crate) fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.retain(|(present, _)| present != name);
        if !value.is_empty() {
            self.headers.push((name.to_owned(), value.to_owned()));
        }
        self
    }

    pub(crate) fn json(self, body: &Value) -> Self {
        self.body("application/json", body.to_string())
    }

    pub(crate) fn body(mut self, media_type: &str, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        self.header("content-type", media_type)
    }

    /// Sets a form as the body. Parts without a file name are fields.
    pub(crate) fn form(self, parts: &[(&str, Option<&str>, &str)]) -> Self {
        let mut body = String::new();
        for (name, file_name, content) in parts {
            let file_name = file_name
                .map(|name| format!("; filename=\"{name}\""))
                .unwrap_or_default();
            body.push_str(&format!(
                "--xyz\r\nContent-Disposition: form-data; name=\"{name}\"{file_name}\r\n\r\n{content}\r\n"
            ));
        }
        body.push_str("--xyz--\r\n");
        self.body("multipart/form-data; boundary=xyz", body)
    }

    pub(crate) fn send(&self, mock: &ClerkMock) -> Response {
        self.try_send(mock).unwrap()
    }

    pub(crate) fn try_send(&self, mock: &ClerkMock) -> std::io::Result<Response> {
        let mut head = format!(
            "{} {} HTTP/1.1\r\nhost: mock\r\nconnection: close\r\n",
            self.method, self.target
        );
        for (name, value) in &self.headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        if !self.body.is_empty() {
            head.push_str(&format!("content-length: {}\r\n", self.body.len()));
        }
        exchange(
            mock,
            &[format!("{head}\r\n").as_bytes(), &self.body].concat(),
        )
    }
}

/// Sends bytes unchanged and reads the response until the server closes the connection.
pub(crate) fn exchange(mock: &ClerkMock, request: &[u8]) -> std::io::Result<Response> {
    let mut stream = TcpStream::connect(mock.origin().replace("http://", ""))?;
    stream.set_read_timeout(Some(Duration::from_secs(20)))?;
    stream.write_all(request)?;
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes)?;
    let end = bytes
        .windows(4)
        .position(|window| window == b"\r\n\r\n")
        .expect("a whole head");
    let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
    Ok(Response {
        status: head.split(' ').nth(1).unwrap().parse().unwrap(),
        head: head.to_lowercase(),
        body: bytes[end + 4..].to_vec(),
    })
}

impl Response {
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// The code and the parameter of every error.
    #[track_caller]
    pub(crate) fn errors(&self) -> Vec<(String, String)> {
        let body = self.json();
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let errors = body["errors"].as_array().expect("an error envelope");
        errors
            .iter()
            .map(|error| {
                assert!(!text(&error["message"]).is_empty(), "{error}");
                assert!(!text(&error["long_message"]).is_empty(), "{error}");
                (text(&error["code"]), text(&error["meta"]["param_name"]))
            })
            .collect()
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.head
            .lines()
            .find_map(|line| line.strip_prefix(&format!("{name}: ")))
    }
}
