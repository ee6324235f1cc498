//! Mints the tokens of a vector.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::keys;

/// A token as described by a vector: its differences from the usual token of its kind.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct TokenSpec {
    /// Default: `session`.
    pub(crate) kind: Option<String>,
    pub(crate) header: Map<String, Value>,
    pub(crate) claims: Map<String, Value>,
    /// Header parameters and claims that it lacks.
    pub(crate) without_header: Vec<String>,
    pub(crate) without: Vec<String>,
    /// The key that signs. Default: `main`.
    pub(crate) key: Option<String>,
    /// Whether a claim is changed after it was signed.
    pub(crate) tampered: bool,
}

/// The usual header and claims of a kind of token.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Kind {
    pub(crate) header: Map<String, Value>,
    pub(crate) claims: Map<String, Value>,
}

impl TokenSpec {
    /// The token, with all placeholders filled in.
    pub(crate) fn mint(&self, kind: &Kind) -> String {
        let header = changed(&kind.header, &self.header, &self.without_header);
        let mut claims = changed(&kind.claims, &self.claims, &self.without);
        let name = self.key.as_deref().unwrap_or("main");
        let key = keys::named(name).unwrap_or_else(|| panic!("no key has the name {name}"));
        let token = key.sign(&header, &claims);
        if !self.tampered {
            return token;
        }
        claims.insert("sub".to_owned(), json!("user_somebody_else"));
        let payload = URL_SAFE_NO_PAD.encode(Value::from(claims).to_string());
        format!("{}.{payload}.{}", part(&token, 0), part(&token, 2))
    }
}

fn changed(
    usual: &Map<String, Value>,
    changes: &Map<String, Value>,
    without: &[String],
) -> Map<String, Value> {
    let mut changed = usual.clone();
    for (name, value) in changes {
        changed.insert(name.clone(), value.clone());
    }
    for name in without {
        changed.remove(name);
    }
    changed
}

/// A part of a token: header, payload or signature.
pub(crate) fn part(token: &str, index: usize) -> &str {
    token
        .split('.')
        .nth(index)
        .expect("a token has three parts")
}
