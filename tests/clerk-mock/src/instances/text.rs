//! Generates strings that fit the names of their members.

use serde_json::Value;

use crate::description::description;
use crate::random::{ALPHANUMERIC, HEXADECIMAL, Random};

const WORDS: &[&str] = &[
    "amber", "birch", "cedar", "delta", "ember", "fjord", "grove", "harbor", "indigo", "juniper",
    "krill", "lagoon", "maple", "nectar", "orchid", "pebble",
];

/// The id of an object: `user_` and 27 letters and digits.
pub(crate) fn identifier(object: &str, mut random: Random) -> String {
    format!("{}_{}", prefix(object), random.text(ALPHANUMERIC, 27))
}

/// The id of a machine token: `ak_` and 32 hexadecimal digits.
pub(crate) fn identifier_like(prefix: &str, mut random: Random) -> String {
    format!("{prefix}_{}", random.text(HEXADECIMAL, 32))
}

/// A secret: its prefix and 40 letters and digits.
pub(crate) fn token(prefix: &str, mut random: Random) -> String {
    format!("{prefix}_{}", random.text(ALPHANUMERIC, 40))
}

fn prefix(object: &str) -> &str {
    let mut known = description().id_prefixes();
    let known = known.find(|(name, _)| *name == object);
    known.map_or(object, |(_, prefix)| prefix)
}

/// The object that a member with this name identifies: an `organization` for
/// `last_active_organization_id`.
fn kind_of_id(name: &str) -> &str {
    let kind = name.trim_end_matches('s').trim_end_matches("_id");
    let known = description().id_prefixes();
    known
        .map(|(object, _)| object)
        .filter(|object| kind.ends_with(object))
        .max_by_key(|object| object.len())
        .unwrap_or(kind)
}

/// A string of a format. `None` if the format does not restrict strings.
pub(super) fn formatted(format: &str, mut random: Random) -> Option<String> {
    let (month, day) = (1 + random.below(12), 1 + random.below(28));
    let (hour, minute) = (random.below(24), random.below(60));
    let text = match format {
        "email" => email_address(random),
        "date" => format!("2025-{month:02}-{day:02}"),
        "date-time" => format!("2025-{month:02}-{day:02}T{hour:02}:{minute:02}:00Z"),
        "uri" => url(random),
        "binary" => format!("bytes of {}", word(random)),
        "password" => random.text(ALPHANUMERIC, 32),
        _ => return None,
    };
    Some(text)
}

/// A string for a member with this name, in an object that may have a name.
pub(super) fn plausible(name: &str, object: Option<&str>, mut random: Random) -> String {
    let of_table = |random: &mut Random| {
        let values = description().sample_values(name);
        let value = random.pick(values).and_then(Value::as_str);
        value.map(str::to_owned)
    };
    match name {
        "id" => identifier(object.unwrap_or("object"), random),
        "object" => object.unwrap_or("object").to_owned(),
        "email_address" | "email" | "support_email" | "identifier" => email_address(random),
        "phone_number" => phone_number(&mut random),
        "username" | "slug" | "domain" | "domains" | "scopes" => word(random),
        "currency_symbol" => "$".to_owned(),
        "ip_address" => format!("192.0.2.{}", 1 + random.below(254)),
        "role" | "key" => format!("org:{}", word(random)),
        // Times, although the description allows any string.
        "created_at" | "legal_accepted_at" => "2025-01-02T03:04:05Z".to_owned(),
        "order_by" => "-created_at".to_owned(),
        "alg" | "signing_algorithm" => "RS256".to_owned(),
        "kty" => "RSA".to_owned(),
        "use" => "sig".to_owned(),
        _ if name.ends_with("_id") || name.ends_with("_ids") => {
            identifier(kind_of_id(name), random)
        }
        _ if name.ends_with("url") || name.ends_with("urls") || name.ends_with("_uris") => {
            url(random)
        }
        // What should be another one each time.
        _ if ["code", "key", "nonce", "secret", "token"]
            .iter()
            .any(|end| name.ends_with(end)) =>
        {
            two_words(random)
        }
        _ => of_table(&mut random).unwrap_or_else(|| two_words(random)),
    }
}

fn two_words(random: Random) -> String {
    format!("{} {}", word(random), word(random.branch("second")))
}

fn word(mut random: Random) -> String {
    random.pick(WORDS).copied().unwrap_or_default().to_owned()
}

fn email_address(mut random: Random) -> String {
    format!(
        "{}.{}@example.com",
        word(random),
        random.branch("number").below(10_000) + random.below(7)
    )
}

/// A number from the range that is reserved for fiction.
fn phone_number(random: &mut Random) -> String {
    format!("+1{}55501{:02}", 201 + random.below(700), random.below(100))
}

fn url(random: Random) -> String {
    format!("https://example.com/{}", word(random))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_have_the_prefix_of_their_object() {
        let start = |name| {
            plausible(name, None, Random::new(1))
                .split('_')
                .next()
                .map(str::to_owned)
        };
        assert_eq!(start("primary_email_address_id").as_deref(), Some("idn"));
        assert_eq!(start("last_active_organization_id").as_deref(), Some("org"));
        assert_eq!(start("inviter_user_id").as_deref(), Some("user"));
        assert_eq!(start("session_ids").as_deref(), Some("sess"));
        assert!(plausible("id", Some("organization"), Random::new(1)).starts_with("org_"));
    }
}
