//! Texts as a person would write them: from the table, or in the form that the name or the format implies.

use serde_json::{Value, json};

use super::table::Table;
use super::{pattern, text_of};
use crate::support::error::{Error, Result};

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

    /// The name itself, and in a list `name_2`: for descriptions without a table.
    pub(super) fn plain(self) -> String {
        match self.index {
            None => self.base.to_owned(),
            Some(index) => format!("{}_{}", self.base, index + 1),
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

    /// Letters and digits as ids have them, the same for the same name.
    fn letters(self, alphabet: &[u8], count: usize) -> String {
        let mut state = self.number().unsigned_abs();
        let mut letter = || {
            // The generator of MMIX.
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            let index = (state >> 33) as usize % alphabet.len().max(1);
            char::from(alphabet.get(index).copied().unwrap_or(b'0'))
        };
        (0..count).map(|_| letter()).collect()
    }
}

pub(super) fn sample(
    location: &str,
    name: Name<'_>,
    schema: &Value,
    table: &Table<'_>,
) -> Result<Value> {
    let length = Length::of(schema);
    if length.minimum > MAXIMUM_LENGTH {
        return Err(Error::new(
            location,
            format!("the sample would have more than {MAXIMUM_LENGTH} characters"),
            "correct `minLength` in an overlay",
        ));
    }
    let format = text_of(schema, "format");
    if format == Some("binary") {
        return Ok(Value::Null);
    }
    let expression = text_of(schema, "pattern");
    let fits = |text: &str| {
        length.takes(text) && expression.is_none_or(|expression| pattern::matches(expression, text))
    };
    if let Some(value) = table.value(name, |value| value.as_str().is_some_and(fits)) {
        return Ok(value.clone());
    }
    let by_rule = match format {
        Some(format) => formatted(name, format),
        None => conventional(name, table),
    };
    if let Some(text) = by_rule.iter().find(|text| fits(text)) {
        return Ok(json!(text));
    }
    match format {
        Some(format) if by_rule.is_empty() && format != "password" => {
            return Err(Error::new(
                location,
                format!("the format `{format}` has no sample"),
                "support it in xtask/src/emit/samples/text.rs, or correct it in an overlay",
            ));
        }
        _ => table.lacks(name),
    }
    let text = match expression {
        Some(expression) => pattern::text(location, expression, &name.plain())?,
        None => length.fit(&name.plain()),
    };
    if length.takes(&text) {
        return Ok(json!(text));
    }
    Err(Error::new(
        location,
        format!("the length of the pattern's sample `{text}` is out of bounds"),
        "correct the pattern or the bounds in an overlay",
    ))
}

/// What a format asks for; nothing if it is not known.
fn formatted(name: Name<'_>, format: &str) -> Vec<String> {
    match format {
        "email" => vec![email(name)],
        "uri" | "url" => vec![address(name)],
        "date-time" => vec![moment(name)],
        "date" => vec![moment(name).chars().take(10).collect()],
        _ => Vec::new(),
    }
}

/// Forms that names imply and schemas do not state: a server may check them all the same.
fn conventional(name: Name<'_>, table: &Table<'_>) -> Vec<String> {
    let word = crate::support::naming::singular(name.base);
    if word == "order_by" {
        // Supported by most lists; the sign is for the order.
        vec!["-created_at".to_owned()]
    } else if let Some(prefix) = table.id_prefix(name.base) {
        // Ids have 27 letters and digits or 32 hexadecimal digits, and examples as few as a schema allows.
        const LETTERS: &[u8] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
        vec![
            format!("{prefix}_2{}", name.letters(LETTERS, 11)),
            format!("{prefix}_2{}", name.letters(LETTERS, 26)),
            format!("{prefix}_{}", name.letters(b"0123456789abcdef", 32)),
        ]
    } else if word.ends_with("_at") {
        vec![moment(name)]
    } else if word.ends_with("email_address") {
        vec![email(name)]
    } else if word.ends_with("phone_number") {
        // In the range that is reserved for fiction.
        vec![format!("+1201555{:04}", 100 + name.number() % 100)]
    } else if word == "url" || word.ends_with("_url") || word.ends_with("_uri") {
        vec![address(name)]
    } else {
        Vec::new()
    }
}

/// `ada@example.com`, and `support@example.com` for a `support_email_address`.
fn email(name: Name<'_>) -> String {
    let word = crate::support::naming::singular(name.base);
    let ends = ["_email_address", "_email"];
    let whose = ends.iter().find_map(|end| word.strip_suffix(end));
    let people = ["ada", "grace", "frances", "kathleen"];
    let index = name.index.unwrap_or(0) as usize;
    let person = people.get(index % people.len()).copied().unwrap_or("ada");
    let local = whose.map_or(person.to_owned(), |whose| whose.replace('_', "-"));
    format!("{local}@example.com")
}

/// `https://example.com/sign-in` for a `sign_in_url`.
fn address(name: Name<'_>) -> String {
    let word = crate::support::naming::singular(name.base);
    let ends = ["_url", "_uri"];
    let of = ends.iter().find_map(|end| word.strip_suffix(end));
    let path = of.unwrap_or("home").replace('_', "-");
    match name.index {
        None | Some(0) => format!("https://example.com/{path}"),
        Some(index) => format!("https://example.com/{path}-{}", index + 1),
    }
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

    /// A sample by a table in which a `b_c_id` begins with `bc`.
    fn of_name(name: Name<'_>, schema: &Value) -> Result<(String, bool)> {
        let document = json!({ "x-sample-values": {
            "ids": { "b_c": "bc", "c": "c" },
            "fields": { "first_name": ["Ada", "Grace"], "shops.first_name": ["Corner"] },
        } });
        let table = Table::of(&document, "shops");
        let value = sample("GET /a", name, schema, &table)?;
        Ok((
            value.as_str().unwrap().to_owned(),
            table.missing().is_empty(),
        ))
    }

    fn of(name: &str, schema: Value) -> String {
        let (text, is_known) = of_name(Name::new(name), &schema).unwrap();
        assert!(is_known, "{name}: {text}");
        text
    }

    fn unknown(name: &str, schema: Value) -> String {
        let (text, is_known) = of_name(Name::new(name), &schema).unwrap();
        assert!(!is_known, "{name}: {text}");
        text
    }

    fn is_match(expression: &str, text: &str) -> bool {
        pattern::matches(expression, text)
    }

    #[test]
    fn the_table_comes_first_and_its_values_for_the_resource_before_all() {
        assert_eq!(of("first_name", json!({})), "Corner");
        let document = json!({ "x-sample-values": { "fields": { "word": ["one", "three"] } } });
        let table = Table::of(&document, "");
        let of = |index, schema: Value| {
            sample("", Name::new("words").element(index), &schema, &table).unwrap()
        };
        assert_eq!(of(0, json!({})), "one");
        assert_eq!(of(1, json!({})), "three");
        assert_eq!(of(2, json!({})), "one");
        assert_eq!(of(0, json!({ "minLength": 4 })), "three");
        assert_eq!(of(0, json!({ "pattern": "^t" })), "three");
    }

    #[test]
    fn ids_begin_as_the_table_says_and_have_their_form() {
        assert!(is_match("^c_2[0-9A-Za-z]{11}$", &of("c_id", json!({}))));
        assert!(is_match("^bc_2", &of("first_b_c_ids", json!({}))));
        assert!(is_match("^other_2", &of("other_id", json!({}))));
        assert!(is_match("^shop_2", &of("id", json!({}))));
        assert!(is_match("^c_2[0-9A-Za-z]{11}$", &of("cID", json!({}))));
        let by_time = json!({ "pattern": r"^c_\w{27}$" });
        assert!(is_match("^c_2[0-9A-Za-z]{26}$", &of("c_id", by_time)));
        let random = json!({ "pattern": "^c_[0-9A-Fa-f]{32}$" });
        assert!(is_match("^c_[0-9a-f]{32}$", &of("c_id", random)));
        assert_ne!(of("c_id", json!({})), of("other_c_id", json!({})));
    }

    #[test]
    fn what_neither_the_table_nor_a_rule_knows_is_noted() {
        assert_eq!(unknown("title", json!({})), "title");
        assert_eq!(unknown("title", json!({ "maxLength": 3 })), "tit");
        assert_eq!(unknown("title", json!({ "minLength": 7 })), "titleti");
        assert_eq!(
            unknown("title", json!({ "pattern": "^x[a-z]{3}$" })),
            "xtit"
        );
        assert_eq!(unknown("title", json!({ "format": "password" })), "title");
        let (element, _) = of_name(Name::new("title").element(1), &json!({})).unwrap();
        assert_eq!(element, "title_2");
    }

    #[test]
    fn a_text_of_unbounded_length_is_an_error() {
        let schema = json!({ "minLength": 4_000_000_000_u64 });
        let error = of_name(Name::new("a"), &schema).unwrap_err();
        assert!(
            error.message.contains("more than 100000 characters"),
            "{error}"
        );
    }

    #[test]
    fn formats_have_their_form() {
        assert_eq!(of("to", json!({ "format": "email" })), "ada@example.com");
        let second = of_name(Name::new("to").element(1), &json!({ "format": "email" }));
        assert_eq!(second.unwrap().0, "grace@example.com");
        let address = of("sign_in_url", json!({ "format": "uri" }));
        assert_eq!(address, "https://example.com/sign-in");
        let moment = of("until", json!({ "format": "date-time" }));
        assert!(is_match("^2030-01-.*:00Z$", &moment), "{moment}");
    }

    #[test]
    fn names_that_imply_a_form_have_it() {
        assert_eq!(of("email_addresses", json!({})), "ada@example.com");
        let support = of("support_email_address", json!({}));
        assert_eq!(support, "support@example.com");
        assert_eq!(
            of("redirect_url", json!({})),
            "https://example.com/redirect"
        );
        assert!(is_match(
            r"^\+120155501\d\d$",
            &of("phone_number", json!({}))
        ));
        assert_eq!(of("order_by", json!({})), "-created_at");
        assert!(of("created_at", json!({})).starts_with("2020-01-"));
        assert!(of("expires_at", json!({})).starts_with("2030-01-"));
    }

    #[test]
    fn a_format_without_a_sample_is_an_error() {
        let error = of_name(Name::new("a"), &json!({ "format": "isbn" })).unwrap_err();
        assert!(
            error
                .to_string()
                .starts_with("the format `isbn` has no sample\n  --> GET /a\n")
        );
    }
}
