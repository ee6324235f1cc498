//! Reads `multipart/form-data`, strictly.

use crate::request::Recorded;

/// A part of a form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// The name of the field, as sent.
    pub name: String,
    /// The name of the file, as sent.
    pub file_name: Option<String>,
    /// The media type.
    pub content_type: Option<String>,
    /// The content.
    pub content: Vec<u8>,
}

/// The parts of a request. Panics if it is not a well-formed form.
pub fn multipart(request: &Recorded) -> Vec<Part> {
    let content_type = request.header("content-type").expect("a content type");
    let boundary = content_type
        .strip_prefix("multipart/form-data; boundary=")
        .expect("a boundary");
    let delimiter = format!("--{boundary}");
    let mut rest = request
        .body
        .strip_prefix(delimiter.as_bytes())
        .expect("the body begins with the delimiter");
    let mut parts = Vec::new();
    loop {
        if let Some(end) = rest.strip_prefix(b"--") {
            assert_eq!(end, b"\r\n", "nothing follows the last delimiter");
            return parts;
        }
        rest = rest
            .strip_prefix(b"\r\n")
            .expect("a line ends after a delimiter");
        let (head, after) = split(rest, b"\r\n\r\n");
        let (content, after) = split(after, format!("\r\n{delimiter}").as_bytes());
        parts.push(part(head, content));
        rest = after;
    }
}

fn part(head: &[u8], content: &[u8]) -> Part {
    let head = std::str::from_utf8(head).expect("the head is UTF-8");
    let mut part = Part {
        name: String::new(),
        file_name: None,
        content_type: None,
        content: content.to_vec(),
    };
    for line in head.split("\r\n") {
        let (name, value) = line.split_once(": ").expect("a header");
        match name {
            "Content-Disposition" => {
                let rest = value
                    .strip_prefix("form-data; name=\"")
                    .expect("form-data with a name");
                let (field, rest) = rest.split_once('"').expect("a quoted name");
                part.name = field.to_owned();
                part.file_name = rest.strip_prefix("; filename=\"").map(|rest| {
                    rest.strip_suffix('"')
                        .expect("a quoted file name")
                        .to_owned()
                });
            }
            "Content-Type" => part.content_type = Some(value.to_owned()),
            other => panic!("an unexpected header of a part: {other}"),
        }
    }
    part
}

fn split<'a>(bytes: &'a [u8], separator: &[u8]) -> (&'a [u8], &'a [u8]) {
    let position = bytes
        .windows(separator.len())
        .position(|window| window == separator)
        .expect("the separator is there");
    (&bytes[..position], &bytes[position + separator.len()..])
}
