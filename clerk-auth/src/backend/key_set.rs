//! Reads a JSON Web Key Set (RFC 7517). A malformed entry is skipped, and the number of entries is limited.

use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::PublicKey;
use crate::token::Loose;

/// The limit of keys that are read. An instance has one, or two during a rotation.
const MOST_KEYS: usize = 1000;

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// The keys of a set that are for signatures, in order. `None` if the text is not a key set.
pub(super) fn read(text: &[u8]) -> Option<Vec<PublicKey>> {
    #[derive(Deserialize)]
    struct Set {
        keys: Keys,
    }
    let text = text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(text);
    let set: Set = serde_json::from_slice(text).ok()?;
    Some(set.keys.0)
}

struct Keys(Vec<PublicKey>);

impl<'de> Deserialize<'de> for Keys {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(KeysVisitor)
    }
}

struct KeysVisitor;

impl<'de> Visitor<'de> for KeysVisitor {
    type Value = Keys;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a list of keys")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Keys, A::Error> {
        let mut keys = Vec::new();
        while keys.len() < MOST_KEYS {
            let Some(entry) = list.next_element::<&RawValue>()? else {
                return Ok(Keys(keys));
            };
            keys.extend(public_key(entry.get()));
        }
        while list.next_element::<IgnoredAny>()?.is_some() {}
        tracing::warn!("the key set has too many keys; only the first {MOST_KEYS} are read");
        Ok(Keys(keys))
    }
}

/// An RSA key for signatures (RFC 7517, section 4.2). A malformed one is kept without its numbers: a known
/// key with its id is still published.
fn public_key(entry: &str) -> Option<PublicKey> {
    #[derive(Default, Deserialize)]
    #[serde(default, bound(deserialize = "'de: 'a"))]
    struct Entry<'a> {
        kty: Loose<'a>,
        r#use: Loose<'a>,
        kid: Loose<'a>,
        alg: Loose<'a>,
        n: Loose<'a>,
        e: Loose<'a>,
    }
    let key: Entry<'_> = serde_json::from_str(entry).ok()?;
    let is_for_signatures = key.r#use.text().is_none_or(|purpose| purpose == "sig");
    if key.kty.text() != Some("RSA") || !is_for_signatures {
        return None;
    }
    let number = |number: &Loose<'_>| number.text().unwrap_or_default().to_owned();
    let key_id = key.kid.text()?;
    let public = PublicKey::new(key_id, number(&key.n), number(&key.e));
    Some(match &key.alg {
        Loose::Absent | Loose::Null => public,
        Loose::Text(algorithm) => public.for_algorithm(&**algorithm),
        _ => PublicKey::new(key_id, "", ""),
    })
}

#[cfg(test)]
mod tests {
    use super::{MOST_KEYS, read};

    fn ids(text: &str) -> Option<Vec<String>> {
        let keys = read(text.as_bytes())?;
        Some(keys.into_iter().map(|key| key.key_id).collect())
    }

    #[test]
    fn text_that_is_not_a_key_set_is_none() {
        for text in [
            "",
            "null",
            "[]",
            "{}",
            r#"{"keys":{}}"#,
            r#"{"keys":null}"#,
            "<html>",
        ] {
            assert_eq!(ids(text), None, "{text}");
        }
        assert_eq!(ids(r#"{"keys":[]}"#), Some(Vec::new()));
        assert_eq!(ids("\u{feff}{\"keys\":[]}"), Some(Vec::new()));
    }

    #[test]
    fn a_malformed_entry_affects_no_other() {
        let text = r#"{"x":[1],"keys":[null,[],{"kty":"RSA","kid":"a","n":"AQAB","e":"AQAB"},
            {"kty":"RSA","kid":{}},{"kty":"EC","kid":"b"},{"kty":"RSA","kid":"c","use":"enc"},
            {"kty":"RSA","kid":"d","kid":"e"},{"kty":"RSA","kid":"f","n":5}]}"#;
        assert_eq!(ids(text), Some(vec!["a".into(), "f".into()]));
    }

    #[test]
    fn the_number_of_keys_is_limited() {
        let keys: Vec<String> = (0..MOST_KEYS + 5)
            .map(|number| format!(r#"{{"kty":"RSA","kid":"{number}"}}"#))
            .collect();
        let text = format!(r#"{{"keys":[{}]}}"#, keys.join(","));
        assert_eq!(ids(&text).map(|ids| ids.len()), Some(MOST_KEYS));
    }
}
