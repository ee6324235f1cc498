//! Formats of strings, as far as they can be checked syntactically.

/// What a string of a format must be, if this one is not. Formats without a syntax accept every string.
pub(super) fn problem(format: &str, text: &str) -> Option<&'static str> {
    let (valid, must) = match format {
        "email" => (is_email(text), "be an email address"),
        "date" => (is_date(text), "be a date like 2026-05-12"),
        "date-time" => (is_date_time(text), "be a time like 2026-05-12T08:30:00Z"),
        "uri" => (is_uri(text), "be a URL like https://example.com/path"),
        _ => (true, ""),
    };
    (!valid).then_some(must)
}

fn is_email(text: &str) -> bool {
    let Some((name, domain)) = text.rsplit_once('@') else {
        return false;
    };
    !name.is_empty() && !domain.is_empty() && !text.contains(char::is_whitespace)
}

fn is_date(text: &str) -> bool {
    has_shape(text, "0000-00-00")
}

fn is_date_time(text: &str) -> bool {
    let Some((date, time)) = text.split_once(['T', 't']) else {
        return false;
    };
    let Some((time, zone)) = time.find(['Z', 'z', '+', '-']).map(|at| time.split_at(at)) else {
        return false;
    };
    let (time, fraction) = time.split_once('.').unwrap_or((time, "0"));
    is_date(date)
        && has_shape(time, "00:00:00")
        && !fraction.is_empty()
        && fraction.bytes().all(|byte| byte.is_ascii_digit())
        && (zone.eq_ignore_ascii_case("z") || has_shape(zone.get(1..).unwrap_or(""), "00:00"))
}

/// Whether a text has digits where the shape has a 0, and the same characters elsewhere.
fn has_shape(text: &str, shape: &str) -> bool {
    text.len() == shape.len()
        && text.bytes().zip(shape.bytes()).all(|(byte, wanted)| {
            if wanted == b'0' {
                byte.is_ascii_digit()
            } else {
                byte == wanted
            }
        })
}

fn is_uri(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once(':') else {
        return false;
    };
    scheme.starts_with(|character: char| character.is_ascii_alphabetic())
        && scheme
            .chars()
            .all(|character| character.is_ascii_alphanumeric() || "+-.".contains(character))
        && !rest.is_empty()
        && !text.contains(char::is_whitespace)
}

#[cfg(test)]
mod tests {
    use super::problem;

    #[test]
    fn formats_are_checked() {
        let check = |format, text| problem(format, text).is_none();
        assert!(check("email", "ada@example.com"));
        assert!(!check("email", "ada") && !check("email", "@b") && !check("email", "a b@c"));
        assert!(check("date", "2026-05-12") && !check("date", "2026-5-12"));
        assert!(check("date-time", "2026-05-12T08:30:00Z"));
        assert!(check("date-time", "2026-05-12T08:30:00.25+02:00"));
        assert!(!check("date-time", "2026-05-12T08:30:00") && !check("date-time", "2026-05-12"));
        assert!(check("uri", "https://example.com/a") && !check("uri", "example.com"));
    }
}
