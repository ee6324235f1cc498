//! Strict percent-decoding, to find faults of clients that lenient servers accept.

use percent_encoding::percent_decode_str;

/// The decoded text, or what is wrong with it.
pub(crate) fn decode(text: &str) -> Result<String, &'static str> {
    let bytes = text.as_bytes();
    let escaped = |at: usize| {
        let digit = |offset| bytes.get(at + offset).is_some_and(u8::is_ascii_hexdigit);
        digit(1) && digit(2)
    };
    let whole = (0..bytes.len()).all(|at| bytes.get(at) != Some(&b'%') || escaped(at));
    if !whole {
        return Err("has a % that is not followed by two hexadecimal digits");
    }
    match percent_decode_str(text).decode_utf8() {
        Ok(text) => Ok(text.into_owned()),
        Err(_) => Err("is not UTF-8 once it is percent-decoded"),
    }
}

#[cfg(test)]
mod tests {
    use super::decode;

    #[test]
    fn escapes_must_be_complete_and_utf8() {
        assert_eq!(decode("a%20b%C3%A9"), Ok("a bé".to_owned()));
        for broken in ["%", "%2", "%zz", "a%2g"] {
            assert!(decode(broken).unwrap_err().contains('%'), "{broken}");
        }
        assert!(decode("%ff").unwrap_err().contains("UTF-8"));
    }
}
