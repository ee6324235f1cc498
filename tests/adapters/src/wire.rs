//! Requests byte by byte, so that they can be malformed.

use std::net::SocketAddr;

use serde_json::Value;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;

/// An HTTP/1.1 request, without any validation.
#[derive(Clone, Debug)]
pub struct Request {
    method: String,
    target: String,
    headers: Vec<(String, Vec<u8>)>,
    body: Vec<u8>,
}

/// A request by a program.
pub fn request(method: &str, target: &str) -> Request {
    Request {
        method: method.to_owned(),
        target: target.to_owned(),
        headers: Vec::new(),
        body: Vec::new(),
    }
}

/// A `GET` by a program.
pub fn get(target: &str) -> Request {
    request("GET", target)
}

/// A page load by a browser.
pub fn page(target: &str) -> Request {
    get(target)
        .header("accept", "text/html")
        .header("sec-fetch-dest", "document")
}

impl Request {
    /// Adds a header, whose value may be any bytes.
    pub fn header(mut self, name: &str, value: impl AsRef<[u8]>) -> Self {
        let value = value.as_ref().to_vec();
        self.headers.push((name.to_owned(), value));
        self
    }

    /// Adds a `Cookie` header.
    pub fn cookie(self, cookies: &str) -> Self {
        self.header("cookie", cookies)
    }

    /// Adds a token in `Authorization`.
    pub fn bearer(self, token: &str) -> Self {
        self.header("authorization", format!("Bearer {token}"))
    }

    /// Sets the body.
    pub fn body(mut self, body: impl AsRef<[u8]>) -> Self {
        self.body = body.as_ref().to_vec();
        let length = self.body.len().to_string();
        self.header("content-length", length)
    }

    /// Sets a chunked body, which may be malformed.
    pub fn chunked(mut self, chunks: impl AsRef<[u8]>) -> Self {
        self.body = chunks.as_ref().to_vec();
        self.header("transfer-encoding", "chunked")
    }

    fn bytes(&self) -> Vec<u8> {
        let head = format!(
            "{} {} HTTP/1.1\r\nhost: app.example.com\r\nconnection: close\r\n",
            self.method, self.target
        );
        let mut bytes = head.into_bytes();
        for (name, value) in &self.headers {
            bytes.extend_from_slice(&[name.as_bytes(), b": ", value, b"\r\n"].concat());
        }
        bytes.extend_from_slice(b"\r\n");
        bytes.extend_from_slice(&self.body);
        bytes
    }
}

/// A response.
#[derive(Debug)]
pub struct Answer {
    /// The status.
    pub status: u16,
    headers: Vec<(String, String)>,
    /// The body, without its transfer encoding.
    pub body: Vec<u8>,
}

impl Answer {
    /// All values of a header, in order.
    pub fn all(&self, name: &str) -> Vec<&str> {
        let lines = self.headers.iter();
        lines
            .filter(|(header, _)| header.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
            .collect()
    }

    /// The value of a header that occurs once.
    pub fn header(&self, name: &str) -> Option<&str> {
        let all = self.all(name);
        assert!(all.len() < 2, "{name} comes more than once: {all:?}");
        all.first().copied()
    }

    /// The body as text.
    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap_or("bytes that are not valid UTF-8")
    }

    /// The body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|error| panic!("{error} in {}: {}", self.status, self.text()))
    }

    /// The headers as received, one per line.
    pub fn head(&self) -> String {
        let lines = self.headers.iter();
        lines
            .map(|(name, value)| format!("{name}: {value}\n"))
            .collect()
    }
}

/// Sends a request on a new connection, and reads until it is closed.
pub async fn send(server: SocketAddr, request: &Request) -> Answer {
    send_over(TcpStream::connect(server).await.expect("a server"), request).await
}

/// Sends a request on this connection, and reads until it is closed.
pub async fn send_over<S>(mut stream: S, request: &Request) -> Answer
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    // A server may respond and close before it has read everything.
    let _ = stream.write_all(&request.bytes()).await;
    let mut bytes = Vec::new();
    let read = stream.read_to_end(&mut bytes).await;
    assert!(!bytes.is_empty(), "nothing came back: {read:?}");
    parse(&bytes)
}

fn parse(bytes: &[u8]) -> Answer {
    let end = bytes.windows(4).position(|four| four == b"\r\n\r\n");
    let end = end.expect("the head of an answer ends");
    let head = std::str::from_utf8(&bytes[..end]).expect("the head of an answer is text");
    let mut lines = head.split("\r\n");
    let status = lines.next().and_then(|line| line.split(' ').nth(1));
    let headers = lines.filter_map(|line| {
        let (name, value) = line.split_once(':')?;
        Some((name.to_owned(), value.trim().to_owned()))
    });
    let mut answer = Answer {
        status: status.and_then(|it| it.parse().ok()).expect("a status"),
        headers: headers.collect(),
        body: bytes[end + 4..].to_vec(),
    };
    if answer.header("transfer-encoding") == Some("chunked") {
        answer.body = dechunked(&answer.body);
    }
    answer
}

/// Decodes a chunked body (RFC 9112, section 7.1).
fn dechunked(mut rest: &[u8]) -> Vec<u8> {
    let mut body = Vec::new();
    loop {
        let end = rest.windows(2).position(|two| two == b"\r\n");
        let line = &rest[..end.expect("a chunk has a size")];
        let size = std::str::from_utf8(line).expect("a size is text");
        let size = usize::from_str_radix(size, 16).expect("a size is a number");
        if size == 0 {
            return body;
        }
        let start = line.len() + 2;
        body.extend_from_slice(&rest[start..start + size]);
        rest = &rest[start + size + 2..];
    }
}
