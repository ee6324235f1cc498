//! Detects bodies that are not JSON of the API, but come from a proxy, a gateway or another crate.

use std::fmt;

use http::{HeaderMap, header};

/// The kind of a body that is not a JSON response of the API.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Content {
    Html,
    Xml,
    Compressed(Encoding),
}

/// A content encoding, from the header or from the beginning of the body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Encoding {
    Gzip,
    Zstandard,
    Brotli,
    Deflate,
    Other,
}

impl Content {
    /// The kind of a body, from its beginning or a header. `None` may be JSON.
    pub(super) fn of(headers: &HeaderMap, body: &[u8]) -> Option<Self> {
        if let Some(encoding) = Encoding::of(headers, body) {
            return Some(Self::Compressed(encoding));
        }
        let start = body.trim_ascii_start();
        let start = start.strip_prefix(b"\xef\xbb\xbf").unwrap_or(start);
        let starts_with = |tag: &str| {
            let beginning = start.get(..tag.len());
            beginning.is_some_and(|beginning| beginning.eq_ignore_ascii_case(tag.as_bytes()))
        };
        if starts_with("<!doctype html") || starts_with("<html") {
            return Some(Self::Html);
        }
        if starts_with("<?xml") {
            return Some(Self::Xml);
        }
        let is_markup = start.first() == Some(&b'<');
        let media_type = headers.get(header::CONTENT_TYPE)?.to_str().ok()?;
        let media_type = media_type.split(';').next().unwrap_or_default().trim();
        match media_type.to_ascii_lowercase().as_str() {
            "text/html" | "application/xhtml+xml" if is_markup => Some(Self::Html),
            "text/xml" | "application/xml" if is_markup => Some(Self::Xml),
            _ => None,
        }
    }
}

impl Encoding {
    fn of(headers: &HeaderMap, body: &[u8]) -> Option<Self> {
        if body.starts_with(b"\x1f\x8b") {
            return Some(Self::Gzip);
        }
        if body.starts_with(b"\x28\xb5\x2f\xfd") {
            return Some(Self::Zstandard);
        }
        let stated = headers.get(header::CONTENT_ENCODING)?.to_str().ok()?;
        // The caller's client may have decoded the body and kept the header.
        if body.is_empty() || std::str::from_utf8(body).is_ok() {
            return None;
        }
        Some(match stated.trim().to_ascii_lowercase().as_str() {
            "br" => Self::Brotli,
            "deflate" => Self::Deflate,
            "identity" => return None,
            _ => Self::Other,
        })
    }
}

impl fmt::Display for Content {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let encoding = match self {
            Self::Html => return formatter.write_str("an HTML page, not a response of the API"),
            Self::Xml => return formatter.write_str("an XML document, not a response of the API"),
            Self::Compressed(encoding) => encoding,
        };
        formatter.write_str(match encoding {
            Encoding::Gzip => "a gzip-compressed body, which the client did not request",
            Encoding::Zstandard => "a zstd-compressed body, which the client did not request",
            Encoding::Brotli => "a Brotli-compressed body, which the client did not request",
            Encoding::Deflate => "a deflate-compressed body, which the client did not request",
            Encoding::Other => "a body with a content encoding that the client did not request",
        })
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn content(name: &'static str, value: &'static str, body: &[u8]) -> Option<Content> {
        let mut headers = HeaderMap::new();
        if !name.is_empty() {
            let value = HeaderValue::from_static(value);
            headers.insert(http::HeaderName::from_static(name), value);
        }
        Content::of(&headers, body)
    }

    #[test]
    fn a_page_is_told_by_its_beginning_or_its_media_type() {
        for page in [
            "<!DOCTYPE html><p>",
            " \n<html lang=\"en\">",
            "<HTML>",
            "\u{feff}<html>",
        ] {
            assert_eq!(
                content("", "", page.as_bytes()),
                Some(Content::Html),
                "{page}"
            );
        }
        let html = content("content-type", "text/html; charset=UTF-8", b"<head>");
        assert_eq!(html, Some(Content::Html));
        let xml = content(
            "content-type",
            "application/xml",
            b"<?xml version=\"1.0\"?><Error/>",
        );
        assert_eq!(xml, Some(Content::Xml));
        for other in ["", "{}", "[1]", "Bad gateway", "<", "null", "<htm"] {
            assert_eq!(content("", "", other.as_bytes()), None, "{other}");
            assert_eq!(
                content("content-type", "application/json", other.as_bytes()),
                None
            );
        }
        assert_eq!(
            content("content-type", "text/html", b"{}"),
            None,
            "JSON with a wrong type"
        );
    }

    #[test]
    fn an_encoding_is_told_by_the_body_or_by_the_header_where_the_body_is_not_text() {
        let compressed = |encoding| Some(Content::Compressed(encoding));
        let gzip = b"\x1f\x8b\x08\x00\x00";
        assert_eq!(content("", "", gzip), compressed(Encoding::Gzip));
        assert_eq!(
            content("content-encoding", "gzip", gzip),
            compressed(Encoding::Gzip)
        );
        assert_eq!(
            content("", "", b"\x28\xb5\x2f\xfd\x00"),
            compressed(Encoding::Zstandard)
        );
        let brotli = b"\x8b\x01\x80\x7b\x7d\x03\xff";
        assert_eq!(
            content("content-encoding", "br", brotli),
            compressed(Encoding::Brotli)
        );
        assert_eq!(
            content("content-encoding", "x", brotli),
            compressed(Encoding::Other)
        );
        assert_eq!(
            content("content-encoding", "gzip", b"{}"),
            None,
            "decoded on the way"
        );
        assert_eq!(content("content-encoding", "identity", brotli), None);
    }
}
