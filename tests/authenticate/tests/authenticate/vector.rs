//! A vector, as in its file and as the input of the driver.

use std::cell::Cell;
use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::clerk::Exchange;
use crate::keys;
use crate::template::{Values, time, written};
use crate::tokens::{Kind, TokenSpec, part};

/// A vector, with the defaults of its file and of all files under it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Vector {
    pub(crate) name: String,
    /// The rules that it covers.
    pub(crate) rule: Rules,
    /// The instance: `production` or `development`.
    instance: String,
    instances: BTreeMap<String, Map<String, Value>>,
    kinds: BTreeMap<String, Kind>,
    /// Unix seconds.
    now: i64,
    options: Map<String, Value>,
    request: RequestSpec,
    #[serde(default)]
    tokens: BTreeMap<String, TokenSpec>,
    /// The expected requests to Clerk, and the responses.
    #[serde(default)]
    clerk: Vec<Value>,
    /// The meaning of names in `clerk`.
    exchanges: BTreeMap<String, Value>,
    pub(crate) outcome: Map<String, Value>,
    /// The URL of Clerk for this vector.
    #[serde(skip)]
    pub(crate) clerk_url: String,
    #[serde(skip)]
    depth: Cell<u32>,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(crate) enum Rules {
    One(String),
    Several(Vec<String>),
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RequestSpec {
    method: String,
    url: String,
    /// An object, or pairs for duplicate names. Null removes a header.
    headers: Value,
    /// Becomes one `Cookie` header.
    #[serde(default)]
    cookies: Map<String, Value>,
    /// Becomes an `Authorization` header.
    bearer: Option<String>,
    /// Whether a browser loads a page.
    #[serde(default)]
    navigates: bool,
}

impl Rules {
    pub(crate) fn list(&self) -> &[String] {
        match self {
            Self::One(rule) => std::slice::from_ref(rule),
            Self::Several(rules) => rules,
        }
    }
}

impl Vector {
    /// The vector as input of the driver.
    pub(crate) fn case(&self) -> Value {
        let mut options = self.fill_members(&self.options);
        options.retain(|_, value| !value.is_null());
        json!({
            "name": self.name,
            "options": options,
            "now": self.now,
            "request": {
                "method": self.request.method,
                "url": self.fill_text(&self.request.url),
                "headers": self.headers(),
            },
        })
    }

    fn headers(&self) -> Vec<(String, String)> {
        let request = &self.request;
        let mut headers = Vec::new();
        if request.navigates {
            headers.push(("sec-fetch-dest".to_owned(), "document".to_owned()));
        }
        match self.fill(&request.headers) {
            Value::Object(named) => headers.extend(present(named)),
            pairs => {
                let pairs = serde_json::from_value::<Vec<(String, String)>>(pairs);
                headers.extend(pairs.expect("headers are an object or a list of pairs"));
            }
        }
        if let Some(token) = &request.bearer {
            let token = written(&self.fill_text(token));
            headers.push(("authorization".to_owned(), format!("Bearer {token}")));
        }
        let cookies = present(self.fill_members(&request.cookies));
        let cookies: Vec<String> = cookies
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        if !cookies.is_empty() {
            headers.push(("cookie".to_owned(), cookies.join("; ")));
        }
        headers
    }

    pub(crate) fn exchanges(&self) -> Vec<Exchange> {
        let exchanges = self.clerk.iter().map(|exchange| match exchange {
            Value::String(word) => &self.exchanges[word],
            exchange => exchange,
        });
        exchanges
            .flat_map(|exchange| Exchange::read(self.fill(exchange)))
            .collect()
    }

    fn token(&self, name: &str) -> Option<String> {
        let usual = TokenSpec::default();
        let spec = match self.tokens.get(name) {
            Some(spec) => spec,
            // The usual token of a kind needs no definition.
            None if self.kinds.contains_key(name) => &usual,
            None => return None,
        };
        assert!(self.depth.get() < 8, "the token {name} contains itself");
        self.depth.set(self.depth.get() + 1);
        let kind = spec.kind.as_deref().unwrap_or(match self.kinds.get(name) {
            Some(_) => name,
            None => "session",
        });
        let usual = self
            .kinds
            .get(kind)
            .unwrap_or_else(|| panic!("there is no kind of token {kind}"));
        let kind = Kind {
            header: self.fill_members(&usual.header),
            claims: self.fill_members(&usual.claims),
        };
        let spec = TokenSpec {
            header: self.fill_members(&spec.header),
            claims: self.fill_members(&spec.claims),
            ..spec.clone()
        };
        let token = spec.mint(&kind);
        self.depth.set(self.depth.get() - 1);
        Some(token)
    }
}

impl Values for Vector {
    fn value(&self, name: &str) -> Option<Value> {
        if let Some(time) = time(name, self.now) {
            return Some(time.into());
        }
        if let Some(text) = name.strip_prefix("base64url:") {
            return Some(URL_SAFE_NO_PAD.encode(text).into());
        }
        if let Some((token, chosen)) = name.split_once('.') {
            let index = ["header", "payload", "signature"]
                .iter()
                .position(|part| *part == chosen)?;
            return Some(part(&self.token(token)?, index).into());
        }
        if let Some(value) = self.instances.get(&self.instance)?.get(name) {
            return Some(self.fill(value));
        }
        let key = |key: &str| keys::named(key).expect("there is such a key");
        Some(match name {
            "clerk" => self.clerk_url.clone().into(),
            "kid" => keys::KEY_ID.into(),
            "pem" => key("main").public_key_pem().into(),
            "pem_of_large" => key("large").public_key_pem().into(),
            "pem_in_one_line" => key("main").public_key_pem().replace('\n', "").into(),
            "pem_without_frame" => without_frame(key("main").public_key_pem()).into(),
            "jwks" => key("main").jwks(),
            "jwks_of_other" => key("other").jwks(),
            "jwk" => key("main").jwks()["keys"][0].clone(),
            _ => self.token(name)?.into(),
        })
    }
}

fn without_frame(pem: &str) -> String {
    pem.lines().filter(|line| !line.contains('-')).collect()
}

/// The members that are not null, as texts.
fn present(members: Map<String, Value>) -> impl Iterator<Item = (String, String)> {
    let present = members.into_iter().filter(|(_, value)| !value.is_null());
    present.map(|(name, value)| (name, written(&value)))
}
