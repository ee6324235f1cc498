//! What the server received.

use std::io;

use serde_json::Value;
use tokio::io::{AsyncBufRead, AsyncBufReadExt, AsyncReadExt};

/// A request as it was on the wire.
#[derive(Clone, Debug, Default)]
pub struct Recorded {
    /// `GET`
    pub method: String,
    /// The path as sent, without the query.
    pub path: String,
    /// The query as sent, without its question mark.
    pub query: String,
    /// Names in lower case, in the order in which they were sent.
    pub headers: Vec<(String, String)>,
    /// The body, with its transfer encoding removed.
    pub body: Vec<u8>,
}

impl Recorded {
    /// A header, by its name in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        let (_, value) = self.headers.iter().find(|(present, _)| present == name)?;
        Some(value)
    }

    /// The body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).expect("the body is JSON")
    }

    /// The query, decoded.
    pub fn query_pairs(&self) -> Vec<(String, String)> {
        self.query
            .split('&')
            .filter(|pair| !pair.is_empty())
            .map(|pair| {
                let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
                (decode(name), decode(value))
            })
            .collect()
    }

    /// The value of a query parameter, decoded.
    pub fn query_value(&self, name: &str) -> Option<String> {
        let mut pairs = self.query_pairs().into_iter();
        pairs.find_map(|(present, value)| (present == name).then_some(value))
    }
}

fn decode(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut decoded = Vec::new();
    let mut index = 0;
    while index < bytes.len() {
        let escape = (bytes[index] == b'%')
            .then(|| text.get(index + 1..index + 3))
            .flatten();
        match escape.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(byte) => {
                decoded.push(byte);
                index += 3;
            }
            None => {
                decoded.push(bytes[index]);
                index += 1;
            }
        }
    }
    String::from_utf8(decoded).expect("the query is UTF-8")
}

/// Reads a request; `None` at the end of the connection. `received` is called with the length of every piece of a body.
pub(crate) async fn read<R: AsyncBufRead + Unpin>(
    reader: &mut R,
    received: &(dyn Fn(usize) + Sync),
) -> io::Result<Option<Recorded>> {
    let Some(first) = line(reader).await? else {
        return Ok(None);
    };
    let mut words = first.split(' ');
    let (method, target) = (words.next().unwrap_or(""), words.next().unwrap_or(""));
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let mut request = Recorded {
        method: method.to_owned(),
        path: path.to_owned(),
        query: query.to_owned(),
        ..Recorded::default()
    };
    while let Some(line) = line_of_head(reader).await? {
        if let Some((name, value)) = line.split_once(':') {
            let header = (name.to_ascii_lowercase(), value.trim().to_owned());
            request.headers.push(header);
        }
    }
    if request.header("transfer-encoding") == Some("chunked") {
        loop {
            let size = line(reader).await?.unwrap_or_default();
            let size = usize::from_str_radix(size.trim(), 16).map_err(io::Error::other)?;
            take(reader, size, &mut request.body, received).await?;
            line(reader).await?;
            if size == 0 {
                break;
            }
        }
    } else if let Some(length) = request.header("content-length") {
        let length = length.parse().map_err(io::Error::other)?;
        take(reader, length, &mut request.body, received).await?;
    }
    Ok(Some(request))
}

async fn take<R: AsyncBufRead + Unpin>(
    reader: &mut R,
    mut left: usize,
    body: &mut Vec<u8>,
    received: &(dyn Fn(usize) + Sync),
) -> io::Result<()> {
    let mut piece = vec![0; 64 * 1024];
    while left > 0 {
        let room = left.min(piece.len());
        let read = reader.read(&mut piece[..room]).await?;
        if read == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        body.extend_from_slice(&piece[..read]);
        received(read);
        left -= read;
    }
    Ok(())
}

async fn line<R: AsyncBufRead + Unpin>(reader: &mut R) -> io::Result<Option<String>> {
    let mut line = String::new();
    if reader.read_line(&mut line).await? == 0 {
        return Ok(None);
    }
    Ok(Some(line.trim_end().to_owned()))
}

async fn line_of_head<R: AsyncBufRead + Unpin>(reader: &mut R) -> io::Result<Option<String>> {
    Ok(line(reader).await?.filter(|line| !line.is_empty()))
}
