//! What the server does with a request.

use std::time::Duration;

use serde_json::Value;

/// A scripted response.
#[derive(Clone, Debug)]
pub struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
    pub(crate) delay: Duration,
    pub(crate) way: Way,
}

/// How a response is sent, and what goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    Whole,
    /// The body in chunks, without a length.
    Chunked,
    /// The head and this many bytes of the body, then the connection is closed.
    Half(usize),
    /// A length that is not the body's.
    Length(usize),
    /// Nothing, then the connection is reset.
    Reset,
    /// Nothing, on an open connection.
    Silence,
    /// The head and this many bytes of the body, then nothing, on an open connection.
    Stall(usize),
    /// The head, then one byte of the body per interval.
    Drip(Duration),
    /// The head, then the body again and again.
    Endless,
}

impl Reply {
    /// A response with a JSON body.
    pub fn json(status: u16, body: Value) -> Self {
        Self::text(status, "application/json", &body.to_string())
    }

    /// A response with any body.
    pub fn text(status: u16, content_type: &str, body: &str) -> Self {
        Self::bytes(status, body.as_bytes()).header("content-type", content_type)
    }

    /// A response with any body and no content type.
    pub fn bytes(status: u16, body: &[u8]) -> Self {
        Self {
            status,
            headers: Vec::new(),
            body: body.to_vec(),
            delay: Duration::ZERO,
            way: Way::Whole,
        }
    }

    /// A response without a body.
    pub fn empty(status: u16) -> Self {
        Self::bytes(status, b"")
    }

    /// The request is read, then the connection is reset.
    pub fn reset() -> Self {
        Self::empty(0).on_way(Way::Reset)
    }

    /// The request is read, then nothing happens.
    pub fn silence() -> Self {
        Self::empty(0).on_way(Way::Silence)
    }

    /// Adds a header.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Waits before the response.
    pub fn after(mut self, delay: Duration) -> Self {
        self.delay = delay;
        self
    }

    /// Sends the body in chunks, without a length.
    pub fn chunked(self) -> Self {
        self.on_way(Way::Chunked)
    }

    /// Sends only this many bytes of the body, then closes the connection.
    pub fn half(self, bytes: usize) -> Self {
        self.on_way(Way::Half(bytes))
    }

    /// States this length of the body, and closes the connection after the body.
    pub fn wrong_length(self, length: usize) -> Self {
        self.on_way(Way::Length(length))
    }

    /// Sends the head and this many bytes of the body, then nothing, on an open connection.
    pub fn stalling(self, bytes: usize) -> Self {
        self.on_way(Way::Stall(bytes))
    }

    /// Sends the head at once and the body byte by byte, with this pause before each.
    pub fn dripping(self, every: Duration) -> Self {
        self.on_way(Way::Drip(every))
    }

    /// Repeats the body without end.
    pub fn endless(self) -> Self {
        self.on_way(Way::Endless)
    }

    fn on_way(mut self, way: Way) -> Self {
        self.way = way;
        self
    }

    /// The bytes to write, and whether the connection can be reused.
    pub(crate) fn encode(&self) -> (Vec<u8>, bool) {
        let mut head = format!("HTTP/1.1 {} Scripted\r\n", self.status);
        for (name, value) in &self.headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        let mut body = self.body.clone();
        let mut reusable = true;
        match self.way {
            Way::Chunked => {
                head.push_str("transfer-encoding: chunked\r\n");
                let mut chunked = Vec::new();
                for chunk in body.chunks(7) {
                    chunked.extend_from_slice(format!("{:x}\r\n", chunk.len()).as_bytes());
                    chunked.extend_from_slice(chunk);
                    chunked.extend_from_slice(b"\r\n");
                }
                chunked.extend_from_slice(b"0\r\n\r\n");
                body = chunked;
            }
            Way::Half(sent) => {
                head.push_str(&format!("content-length: {}\r\n", body.len()));
                body.truncate(sent);
                reusable = false;
            }
            Way::Stall(sent) => {
                head.push_str(&format!("content-length: {}\r\n", body.len()));
                body.truncate(sent);
            }
            Way::Drip(_) => {
                head.push_str(&format!("content-length: {}\r\n", body.len()));
                body.clear();
            }
            Way::Endless => {
                head.push_str("connection: close\r\n");
                reusable = false;
            }
            Way::Length(length) => {
                head.push_str(&format!("content-length: {length}\r\n"));
                reusable = false;
            }
            Way::Whole | Way::Reset | Way::Silence if self.status == 204 => {}
            Way::Whole | Way::Reset | Way::Silence => {
                head.push_str(&format!("content-length: {}\r\n", body.len()));
            }
        }
        head.push_str("\r\n");
        let mut bytes = head.into_bytes();
        bytes.extend_from_slice(&body);
        (bytes, reusable)
    }
}
