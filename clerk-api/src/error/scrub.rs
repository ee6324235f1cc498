//! Redacts the secrets of a request in what an error keeps of the response.
//!
//! A server may repeat a secret in another form: with escapes of JSON, URLs or HTML, possibly nested, or
//! as a part of base64. `secrets` finds the secrets of a call, `written` their forms.

use std::borrow::Cow;
use std::sync::OnceLock;

use serde_json::{Map, Value};

use super::secrets;
use super::written::{self, Base64};
use crate::client::Inner;
use crate::request::Request;
use crate::types::Secret;

/// Shorter secrets are not redacted: they may be ordinary words.
const SHORTEST: usize = 6;
const REDACTED: &str = "[redacted]";

/// The secrets that a request carried.
#[derive(Clone, Debug, Default)]
pub(crate) struct Scrubber {
    secrets: Vec<Secret>,
    /// Created on first use, because most calls succeed.
    needles: OnceLock<Vec<Needle>>,
}

#[derive(Clone, Debug)]
struct Needle {
    secret: Secret,
    base64: Base64,
}

impl Scrubber {
    /// The secrets of a call.
    pub(crate) fn of(client: &Inner, request: &Request) -> Self {
        let mut scrubber = Self::default();
        client.secrets().for_each(|secret| scrubber.add(secret));
        request.secrets().for_each(|secret| scrubber.add(secret));
        secrets::of_headers(&request.options.headers, |secret| scrubber.add(&secret));
        scrubber
    }

    pub(crate) fn add(&mut self, secret: &Secret) {
        if secret.expose().len() >= SHORTEST {
            self.secrets.push(secret.clone());
        }
    }

    fn needles(&self) -> &[Needle] {
        self.needles.get_or_init(|| {
            let needle = |secret: &Secret| Needle {
                secret: secret.clone(),
                base64: Base64::of(secret.expose().as_bytes()),
            };
            self.secrets.iter().map(needle).collect()
        })
    }

    /// Replaces every secret in the strings, numbers and keys of a value.
    pub(crate) fn scrub_value(&self, value: &mut Value) {
        match value {
            Value::String(text) => {
                if let Cow::Owned(scrubbed) = self.scrub(Cow::Borrowed(text)) {
                    *text = scrubbed;
                }
            }
            Value::Array(values) => values.iter_mut().for_each(|value| self.scrub_value(value)),
            Value::Object(members) => self.scrub_members(members),
            Value::Number(number) => {
                // A password may be a number.
                let written = number.to_string();
                if let Cow::Owned(scrubbed) = self.scrub(Cow::Borrowed(&written)) {
                    *value = Value::String(scrubbed);
                }
            }
            Value::Null | Value::Bool(_) => {}
        }
    }

    fn scrub_members(&self, members: &mut Map<String, Value>) {
        let scrubbed = |key: &String| matches!(self.scrub(Cow::Borrowed(key)), Cow::Owned(_));
        if members.keys().any(scrubbed) {
            *members = std::mem::take(members)
                .into_iter()
                .map(|(key, value)| (self.scrub(Cow::Owned(key)).into_owned(), value))
                .collect();
        }
        members
            .values_mut()
            .for_each(|value| self.scrub_value(value));
    }

    /// Replaces every secret in a text, in any form.
    pub(crate) fn scrub<'a>(&self, text: Cow<'a, str>) -> Cow<'a, str> {
        match self.scrubbed(&text, text.len(), false) {
            Some(scrubbed) => Cow::Owned(scrubbed),
            None => text,
        }
    }

    /// About the first `length` bytes of a body, with every secret replaced that begins in them, including
    /// one that is cut off at the end of the body.
    pub(crate) fn scrub_beginning(&self, text: &str, length: usize) -> String {
        let mut end = length.min(text.len());
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        self.scrubbed(text, end, true)
            .unwrap_or_else(|| text[..end].to_owned())
    }

    /// The redacted text up to `end`, if there is a secret in it. A secret that begins before `end` is
    /// replaced as a whole, and with `may_break_off` also one that is cut off at the end of the text.
    fn scrubbed(&self, text: &str, end: usize, may_break_off: bool) -> Option<String> {
        let bytes = text.as_bytes();
        let can_begin = self.beginnings();
        let mut scrubbed = None::<String>;
        let (mut position, mut copied) = (0, 0);
        while position < end {
            let found = can_begin[usize::from(bytes[position])]
                .then(|| {
                    let found = self.found(bytes, position, copied);
                    let cut_off = || self.cut_off(bytes, position).filter(|_| may_break_off);
                    found.or_else(cut_off)
                })
                .flatten();
            let Some((start, after)) = found else {
                position += 1;
                continue;
            };
            let scrubbed = scrubbed.get_or_insert_with(String::new);
            scrubbed.push_str(&text[copied..start]);
            scrubbed.push_str(REDACTED);
            (position, copied) = (after, after);
        }
        let mut scrubbed = scrubbed?;
        scrubbed.push_str(text.get(copied..end).unwrap_or_default());
        Some(scrubbed)
    }

    /// The range of the secret that begins at a position.
    fn found(&self, text: &[u8], position: usize, copied: usize) -> Option<(usize, usize)> {
        self.needles().iter().find_map(|needle| {
            let secret = needle.secret.expose().as_bytes();
            let literal = text[position..]
                .starts_with(secret)
                .then(|| position + secret.len());
            if let Some(end) = literal.or_else(|| written::matches(text, position, secret)) {
                return Some((position, end));
            }
            needle.base64.found(text, position, copied)
        })
    }

    /// The range of a secret that begins at a position and is cut off by the end of the text.
    fn cut_off(&self, text: &[u8], position: usize) -> Option<(usize, usize)> {
        let is_cut_off = |needle: &Needle| {
            let secret = needle.secret.expose().as_bytes();
            written::is_cut_off(text, position, secret, SHORTEST)
        };
        let found = self.needles().iter().any(is_cut_off);
        found.then_some((position, text.len()))
    }

    /// The bytes with which a secret can begin, in any form.
    fn beginnings(&self) -> [bool; 256] {
        let mut can_begin = [false; 256];
        for needle in self.needles() {
            let first = needle.secret.expose().bytes().next();
            for byte in first.into_iter().chain(needle.base64.beginnings()) {
                can_begin[usize::from(byte)] = true;
            }
            for lead in written::LEADS {
                can_begin[usize::from(*lead)] = true;
            }
        }
        can_begin
    }
}
