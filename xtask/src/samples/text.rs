//! Texts that contain the name of what they are for.

use serde_json::{Value, json};

use super::{pattern, text_of};
use crate::error::{Error, Result};

/// The suffix of a text that is named after its purpose.
pub const MARK: &str = "_sample";
/// The longest sample text.
pub(super) const MAXIMUM_LENGTH: usize = 100_000;

/// The name of a value: a parameter or field, and its index in a list.
#[derive(Clone, Copy, Debug)]
pub(super) struct Name<'a> {
    base: &'a str,
    index: Option<u64>,
}

impl<'a> Name<'a> {
    pub(super) fn new(base: &'a str) -> Self {
        Self { base, index: None }
    }

    pub(super) fn element(self, index: u64) -> Self {
        Self {
            index: Some(index),
            ..self
        }
    }

    /// A field of an object in a list differs from that of the next object.
    pub(super) fn member<'b>(self, base: &'b str) -> Name<'b> {
        Name {
            base,
            index: self.index,
        }
    }

    pub(super) fn base(self) -> &'a str {
        self.base
    }

    pub(super) fn index(self) -> Option<u64> {
        self.index
    }

    /// `user_id_sample`, and in a list `user_id_sample_2`.
    pub(super) fn plain(self) -> String {
        match self.index {
            None => format!("{}{MARK}", self.base),
            Some(index) => format!("{}{MARK}_{}", self.base, index + 1),
        }
    }

    /// The same number for the same name, on every machine.
    pub(super) fn number(self) -> i64 {
        // FNV-1a.
        let mut hash: u32 = 0x811c_9dc5;
        for byte in self.base.bytes() {
            hash = (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193);
        }
        i64::from(hash) + self.index.map_or(0, |index| index as i64 + 1)
    }
}

pub(super) fn sample(place: &str, name: Name<'_>, schema: &Value) -> Result<Value> {
    let length = Length::of(schema);
    if length.minimum > MAXIMUM_LENGTH {
        return Err(Error::new(
            place,
            format!("the sample would have more than {MAXIMUM_LENGTH} characters"),
            "correct `minLength` in an overlay",
        ));
    }
    if let Some(pattern) = text_of(schema, "pattern") {
        let text = pattern::text(place, pattern, &name.plain())?;
        return match length.takes(&text) {
            true => Ok(json!(text)),
            false => Err(Error::new(
                place,
                format!("the length of the pattern's sample `{text}` is out of bounds"),
                "correct the pattern or the bounds in an overlay",
            )),
        };
    }
    match text_of(schema, "format") {
        Some("binary") => Ok(Value::Null),
        Some(format) => formatted(place, name, format, length),
        None => Ok(json!(match conventional(name) {
            Some(text) if length.takes(&text) => text,
            _ => length.fit(&name.plain()),
        })),
    }
}

fn formatted(place: &str, name: Name<'_>, format: &str, length: Length) -> Result<Value> {
    let text = match format {
        "email" => email(name),
        "uri" | "url" => address(name),
        "date-time" => moment(name),
        "date" => moment(name).chars().take(10).collect(),
        "password" => length.fit(&name.plain()),
        other => {
            return Err(Error::new(
                place,
                format!("the format `{other}` has no sample"),
                "support it in xtask/src/samples/text.rs, or correct it in an overlay",
            ));
        }
    };
    if length.takes(&text) {
        return Ok(json!(text));
    }
    Err(Error::new(
        place,
        format!("the length of the sample `{text}` of the format `{format}` is out of bounds"),
        "correct the bounds in an overlay",
    ))
}

/// Forms that names imply and schemas do not state: a server may check them all the same.
fn conventional(name: Name<'_>) -> Option<String> {
    let singular = name
        .base
        .strip_suffix("es")
        .filter(|base| base.ends_with("ss"));
    let singular = singular.or_else(|| {
        name.base
            .strip_suffix('s')
            .filter(|base| !base.ends_with('s'))
    });
    let word = singular.unwrap_or(name.base);
    if word == "order_by" {
        // Supported by most lists; the sign is for the order.
        Some("-created_at".to_owned())
    } else if word.ends_with("_at") {
        Some(moment(name))
    } else if word.ends_with("email_address") {
        Some(email(name))
    } else if word.ends_with("phone_number") {
        Some(format!("+1555555{:04}", name.number() % 10_000))
    } else if word == "url" || word.ends_with("_url") || word.ends_with("_uri") {
        Some(address(name))
    } else {
        None
    }
}

fn email(name: Name<'_>) -> String {
    format!("{}@example.com", name.plain())
}

fn address(name: Name<'_>) -> String {
    format!("https://example.com/{}", name.plain())
}

/// In the past for what has happened, as in `created_at`, otherwise in the future.
fn moment(name: Name<'_>) -> String {
    let year = if name.base.ends_with("ed_at") {
        2020
    } else {
        2030
    };
    let number = name.number();
    let (day, hour, minute) = (number % 28 + 1, number % 24, number % 60);
    format!("{year}-01-{day:02}T{hour:02}:{minute:02}:00Z")
}

/// The bounds of a text, in characters.
#[derive(Clone, Copy)]
struct Length {
    minimum: usize,
    maximum: usize,
}

impl Length {
    fn of(schema: &Value) -> Self {
        let bound = |key: &str| {
            let bound = schema.get(key).and_then(Value::as_u64);
            bound.and_then(|bound| usize::try_from(bound).ok())
        };
        Self {
            minimum: bound("minLength").unwrap_or(0),
            maximum: bound("maxLength").unwrap_or(usize::MAX),
        }
    }

    fn takes(self, text: &str) -> bool {
        (self.minimum..=self.maximum).contains(&text.chars().count())
    }

    /// The text, repeated or cut to fit.
    fn fit(self, text: &str) -> String {
        let length = text
            .chars()
            .count()
            .clamp(self.minimum, self.maximum.max(self.minimum));
        text.chars().cycle().take(length).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(name: &str, schema: Value) -> String {
        let value = sample("", Name::new(name), &schema).unwrap();
        value.as_str().unwrap().to_owned()
    }

    #[test]
    fn a_free_text_contains_its_name() {
        assert_eq!(of("user_id", json!({})), "user_id_sample");
        let element = sample("", Name::new("user_id").element(1), &json!({})).unwrap();
        assert_eq!(element, "user_id_sample_2");
    }

    #[test]
    fn lengths_are_within_their_bounds() {
        assert_eq!(of("name", json!({ "maxLength": 6 })), "name_s");
        assert_eq!(of("name", json!({ "minLength": 14 })), "name_samplenam");
    }

    #[test]
    fn a_text_of_unbounded_length_is_an_error() {
        let schema = json!({ "minLength": 4_000_000_000_u64 });
        let error = sample("GET /a", Name::new("a"), &schema).unwrap_err();
        assert!(
            error.message.contains("more than 100000 characters"),
            "{error}"
        );
    }

    #[test]
    fn formats_have_their_form() {
        assert_eq!(
            of("to", json!({ "format": "email" })),
            "to_sample@example.com"
        );
        assert_eq!(
            of("at", json!({ "format": "uri" })),
            "https://example.com/at_sample"
        );
        let moment = of("until", json!({ "format": "date-time" }));
        assert!(
            moment.starts_with("2030-01-") && moment.ends_with(":00Z"),
            "{moment}"
        );
    }

    #[test]
    fn names_that_imply_a_form_have_it() {
        assert_eq!(
            of("email_addresses", json!({})),
            "email_addresses_sample@example.com"
        );
        assert_eq!(
            of("redirect_url", json!({})),
            "https://example.com/redirect_url_sample"
        );
        assert!(of("phone_number", json!({})).starts_with("+1555555"));
        assert_eq!(of("order_by", json!({})), "-created_at");
        assert!(of("created_at", json!({})).starts_with("2020-01-"));
        assert!(of("expires_at", json!({})).starts_with("2030-01-"));
        assert_eq!(of("email_address_id", json!({})), "email_address_id_sample");
        assert_eq!(of("email_address", json!({ "maxLength": 5 })), "email");
    }

    #[test]
    fn a_format_without_a_sample_is_an_error() {
        let error = sample("GET /a", Name::new("a"), &json!({ "format": "isbn" })).unwrap_err();
        assert!(
            error
                .to_string()
                .starts_with("the format `isbn` has no sample\n  --> GET /a\n")
        );
    }
}
