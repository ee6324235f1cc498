//! Texts as a person would write them, in the form that a format or a name implies.

use super::place::Place;
use super::random::{ALPHANUMERIC, HEXADECIMAL, Random};
use super::table::{Table, singular_forms};

const WORDS: &[&str] = &[
    "amber", "birch", "cedar", "delta", "ember", "fjord", "grove", "harbor", "indigo", "juniper",
    "krill", "lagoon", "maple", "nectar", "orchid", "pebble",
];
const PEOPLE: &[&str] = &["ada", "grace", "frances", "kathleen"];

/// What a format asks for; `None` if it asks for nothing or is not known.
pub(super) fn formatted(format: &str, place: Place<'_>) -> Option<String> {
    match format {
        "email" => Some(email(place)),
        "uri" | "url" => Some(address(place)),
        "date-time" => Some(moment(place)),
        "date" => Some(moment(place).chars().take(10).collect()),
        _ => None,
    }
}

/// Forms that names imply and schemas do not state: a server may check them all the same.
pub(super) fn conventional(place: Place<'_>, table: Table<'_>) -> Vec<String> {
    if let Some(object) = identified(place) {
        return identifiers(table.id_prefix(&object), place);
    }
    let text = singular_forms(place.name).find_map(|name| match name {
        // Supported by most lists; the sign is for the order.
        "order_by" => Some("-created_at".to_owned()),
        "email" => Some(email(place)),
        "url" => Some(address(place)),
        "object" if !place.object.is_empty() => Some(place.object.to_owned()),
        _ if name.ends_with("_at") => Some(moment(place)),
        _ if name.ends_with("email_address") => Some(email(place)),
        _ if name.ends_with("phone_number") => Some(phone_number(place)),
        _ if name.ends_with("_url") || name.ends_with("_uri") => Some(address(place)),
        _ => None,
    });
    text.into_iter().collect()
}

/// Random texts where one of a few would be unlikely, or could not be told from another.
pub(super) fn distinct(place: Place<'_>, is_secret: bool) -> Option<String> {
    let mut random = place.random;
    singular_forms(place.name).find_map(|name| match name {
        "username" | "slug" | "scope" => Some(words(random, "-")),
        "domain" => Some(format!("{}.example.com", words(random, "-"))),
        "identifier" => Some(email(place)),
        "role" | "key" | "role_key" => Some(format!("org:{}", words(random, "_"))),
        "ip_address" => Some(format!("192.0.2.{}", 1 + random.below(254))),
        "alg" | "signing_algorithm" => Some("RS256".to_owned()),
        "kty" => Some("RSA".to_owned()),
        "use" => Some("sig".to_owned()),
        "currency_symbol" => Some("$".to_owned()),
        _ => ["code", "key", "nonce", "secret", "token"]
            .iter()
            .any(|end| is_secret || place.name.ends_with(end))
            .then(|| random.text(ALPHANUMERIC, 32)),
    })
}

/// Two words.
pub(super) fn words(random: Random, between: &str) -> String {
    let word = |mut random: Random| random.pick(WORDS).copied().unwrap_or_default();
    format!("{}{between}{}", word(random), word(random.branch("second")))
}

/// The id of an object: its prefix and 27 letters and digits, of which real ones begin with 2.
pub(crate) fn identifier(prefix: &str, mut random: Random) -> String {
    format!("{prefix}_2{}", random.text(ALPHANUMERIC, 26))
}

/// The id of a machine token: its prefix and 32 hexadecimal digits.
pub(crate) fn machine_identifier(prefix: &str, mut random: Random) -> String {
    format!("{prefix}_{}", random.text(HEXADECIMAL, 32))
}

fn identifiers(prefix: &str, place: Place<'_>) -> Vec<String> {
    let mut random = place.random;
    // Examples are as short as a schema allows.
    let short = place.in_example;
    let short = short.then(|| format!("{prefix}_2{}", random.text(ALPHANUMERIC, 11)));
    let full = [
        identifier(prefix, place.random),
        machine_identifier(prefix, place.random),
    ];
    short.into_iter().chain(full).collect()
}

/// The object of which the value is an id: an `api_key` for `api_key_id` and `apiKeyID`.
fn identified(place: Place<'_>) -> Option<String> {
    if place.name == "id" {
        return Some(place.object.to_owned());
    }
    let object = stem(place.name, &["_id", "ID"])?;
    let letters = object.chars().flat_map(|letter| {
        let gap = letter.is_ascii_uppercase().then_some('_');
        gap.into_iter().chain([letter.to_ascii_lowercase()])
    });
    Some(letters.collect())
}

/// `ada@example.com`, and `support@example.com` for a `support_email_address`.
fn email(place: Place<'_>) -> String {
    let local = match stem(place.name, &["_email_address", "_email"]) {
        Some(whose) => whose.replace('_', "-"),
        None => place.of(PEOPLE).copied().unwrap_or_default().to_owned(),
    };
    if place.in_example {
        format!("{local}@example.com")
    } else {
        let number = place.random.branch("number").below(10_000);
        format!("{local}.{number}@example.com")
    }
}

/// A number from the range that is reserved for fiction.
fn phone_number(place: Place<'_>) -> String {
    let mut random = place.random;
    let last = random.below(100);
    let area = 201
        + if place.in_example {
            0
        } else {
            random.below(700)
        };
    format!("+1{area}55501{last:02}")
}

/// `https://example.com/sign-in` for a `sign_in_url`.
fn address(place: Place<'_>) -> String {
    let path = stem(place.name, &["_url", "_uri"]).unwrap_or("home");
    let path = path.replace('_', "-");
    match place.index {
        _ if !place.in_example => {
            let page = words(place.random, "-");
            format!("https://example.com/{path}/{page}")
        }
        None | Some(0) => format!("https://example.com/{path}"),
        Some(index) => format!("https://example.com/{path}-{}", index + 1),
    }
}

/// In the past; in examples only for what has happened, as in `created_at`, otherwise in a future that no test
/// lives to see.
fn moment(place: Place<'_>) -> String {
    let is_past = !place.in_example || place.name.ends_with("ed_at");
    let year = if is_past { 2020 } else { 2099 };
    let mut random = place.random;
    let (month, day) = (1 + random.below(12), 1 + random.below(28));
    let (hour, minute) = (random.below(24), random.below(60));
    format!("{year}-{month:02}-{day:02}T{hour:02}:{minute:02}:00Z")
}

/// What comes before one of these ends.
fn stem<'a>(name: &'a str, ends: &[&str]) -> Option<&'a str> {
    let stem = |name: &'a str| ends.iter().find_map(|end| name.strip_suffix(end));
    singular_forms(name).find_map(stem)
}
