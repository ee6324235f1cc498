//! Small mutations of bytes and of JSON values, determined by a seed or by a fuzzer's bytes.

use serde_json::{Map, Value, json};

/// The source of decisions: the same source gives the same decisions.
#[derive(Clone, Debug)]
pub enum Choices<'a> {
    /// SplitMix64.
    Seed(u64),
    /// Two bytes for each decision; zeros after the end.
    Bytes(&'a [u8]),
}

impl Choices<'_> {
    /// A number below `bound`, or 0 if that is 0.
    pub fn below(&mut self, bound: usize) -> usize {
        let number = match self {
            Self::Seed(state) => {
                *state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
                let mut mixed = *state;
                mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
                mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
                usize::try_from((mixed ^ (mixed >> 31)) >> 33).unwrap_or_default()
            }
            Self::Bytes(bytes) => {
                let (now, later) = bytes.split_at(bytes.len().min(2));
                *bytes = later;
                now.iter()
                    .fold(0, |number, byte| number << 8 | usize::from(*byte))
            }
        };
        number.checked_rem(bound).unwrap_or_default()
    }

    /// Whether there are no decisions left; a seed always has more.
    pub fn is_exhausted(&self) -> bool {
        matches!(self, Self::Bytes([]))
    }

    fn one_of<'b, T>(&mut self, items: &'b [T]) -> Option<&'b T> {
        items.get(self.below(items.len()))
    }
}

/// Changes one thing in `value`: removes a member, replaces a value, redirects a reference, or
/// copies a part to another location.
pub fn structurally(value: &mut Value, choices: &mut Choices<'_>) {
    let places = places(value);
    let Some(place) = choices.one_of(&places).cloned() else {
        return;
    };
    match choices.below(9) {
        0 => remove(value, &place),
        1 | 2 => replace(value, &place, nasty(choices)),
        3 => repeat_element(value, &place, choices),
        4 => swap_references(value, choices),
        5 => {
            let other = choices.one_of(&places).cloned().unwrap_or_default();
            let part = value.pointer(&other).cloned().unwrap_or_default();
            replace(value, &place, part);
        }
        6 => rename(value, &place, choices),
        7 => swap_texts(value, &places, &place, choices),
        _ => {
            let other = choices.one_of(&places).cloned().unwrap_or_default();
            let part = value.pointer(&other).cloned().unwrap_or_default();
            insert(value, &place, &other, part);
        }
    }
}

/// Changes a few bytes: removes, repeats or replaces some.
pub fn bytewise(bytes: &mut Vec<u8>, choices: &mut Choices<'_>) {
    const TOKENS: [&[u8]; 22] = [
        b"\0",
        b"\xff\xfe",
        b"\xed\xa0\x80",
        b"\n",
        b"\n---\n",
        b"\t",
        b"{",
        b"[",
        b"}",
        b"]",
        b"\"",
        b":",
        b",",
        b"*a",
        b"&a ",
        b"null",
        b"-1",
        b"1e999",
        b"18446744073709551616",
        b"\\ud800",
        b"$ref",
        b"<<: *a\n",
    ];
    let start = choices.below(bytes.len() + 1);
    let length = 1 + choices.below(16);
    let end = (start + length).min(bytes.len());
    match choices.below(6) {
        0 => drop(bytes.drain(start..end)),
        1 => bytes.truncate(start),
        2 => {
            let part = bytes.get(start..end).unwrap_or_default().to_vec();
            let times = 1 + choices.below(64);
            drop(bytes.splice(start..start, part.repeat(times)));
        }
        3 => {
            if let Some(byte) = bytes.get_mut(start) {
                *byte ^= 1 << choices.below(8);
            }
        }
        4 => {
            let token = choices.one_of(&TOKENS).copied().unwrap_or_default();
            drop(bytes.splice(start..end, token.iter().copied()));
        }
        _ => {
            let token = choices.one_of(&TOKENS).copied().unwrap_or_default();
            drop(bytes.splice(start..start, token.iter().copied()));
        }
    }
}

/// Another value of any type, preferably at the limits of its type.
fn nasty(choices: &mut Choices<'_>) -> Value {
    match choices.below(20) {
        0 => Value::Null,
        1 => json!(true),
        2 => json!(false),
        3 => json!(0),
        4 => json!(-1),
        5 => json!(u64::MAX),
        6 => json!(i64::MIN),
        7 => json!(1e308),
        8 => json!(0.5),
        9 => json!(10.0),
        10 => json!(""),
        11 => json!("\u{0}\u{feff}\u{202e}"),
        12 => json!("self"),
        13 => json!("#/components/schemas/*/}{"),
        14 => json!("x".repeat(5_000)),
        15 => json!([]),
        16 => json!({}),
        17 => json!([null, 1, "1", {}]),
        18 => json!({ "type": "object", "properties": { "": {}, "type": {} } }),
        _ => (0..60).fold(json!(1), |inner, level| match level % 2 {
            0 => json!([inner]),
            _ => json!({ "properties": inner }),
        }),
    }
}

/// The JSON pointers of all values, the root first.
fn places(value: &Value) -> Vec<String> {
    let mut places = vec![String::new()];
    collect(value, "", &mut places);
    places
}

fn collect(value: &Value, place: &str, places: &mut Vec<String>) {
    let mut step = |key: &str, member: &Value| {
        let place = format!("{place}/{}", key.replace('~', "~0").replace('/', "~1"));
        places.push(place.clone());
        collect(member, &place, places);
    };
    match value {
        Value::Object(members) => members.iter().for_each(|(key, member)| step(key, member)),
        Value::Array(items) => items
            .iter()
            .enumerate()
            .for_each(|(index, item)| step(&index.to_string(), item)),
        _ => {}
    }
}

fn split(place: &str) -> Option<(&str, String)> {
    let (parent, key) = place.rsplit_once('/')?;
    Some((parent, key.replace("~1", "/").replace("~0", "~")))
}

fn remove(value: &mut Value, place: &str) {
    let Some((parent, key)) = split(place) else {
        return;
    };
    match value.pointer_mut(parent) {
        Some(Value::Object(members)) => {
            members.shift_remove(&key);
        }
        Some(Value::Array(items)) => {
            if let Some(index) = key.parse().ok().filter(|index| *index < items.len()) {
                items.remove(index);
            }
        }
        _ => {}
    }
}

fn replace(value: &mut Value, place: &str, with: Value) {
    if let Some(target) = value.pointer_mut(place) {
        *target = with;
    }
}

/// With the key that it has at its original location.
fn insert(value: &mut Value, place: &str, from: &str, part: Value) {
    match value.pointer_mut(place) {
        Some(Value::Object(members)) => {
            let key = split(from).map(|(_, key)| key).unwrap_or_default();
            members.insert(key, part);
        }
        Some(Value::Array(items)) => items.push(part),
        Some(other) => *other = part,
        None => {}
    }
}

fn repeat_element(value: &mut Value, place: &str, choices: &mut Choices<'_>) {
    let lists: Vec<String> = places(value)
        .into_iter()
        .filter(|other| value.pointer(other).is_some_and(Value::is_array))
        .collect();
    let list = match value.pointer(place) {
        Some(Value::Array(_)) => Some(place.to_owned()),
        _ => choices.one_of(&lists).cloned(),
    };
    let Some(items) = list.and_then(|list| value.pointer_mut(&list)?.as_array_mut()) else {
        return;
    };
    if let Some(item) = choices.one_of(items).cloned() {
        let times = 1 + choices.below(8);
        items.extend(std::iter::repeat_n(item, times));
    }
}

/// Redirects a reference to the target of another one, or to any value of the document, including
/// itself.
fn swap_references(value: &mut Value, choices: &mut Choices<'_>) {
    let places = places(value);
    let references: Vec<String> = places
        .iter()
        .filter(|place| place.ends_with("/$ref"))
        .cloned()
        .collect();
    let Some(reference) = choices.one_of(&references).cloned() else {
        return;
    };
    let target = if choices.below(2) == 0 {
        let other = choices.one_of(&references).cloned().unwrap_or_default();
        value.pointer(&other).cloned().unwrap_or_default()
    } else {
        let anywhere = choices.one_of(&places).cloned().unwrap_or_default();
        json!(format!("#{anywhere}"))
    };
    replace(value, &reference, target);
}

/// Renames a member to the name of another one in the document.
fn rename(value: &mut Value, place: &str, choices: &mut Choices<'_>) {
    let places = places(value);
    let other = choices.one_of(&places).cloned().unwrap_or_default();
    let (Some((parent, key)), Some((_, name))) = (split(place), split(&other)) else {
        return;
    };
    if let Some(members) = value.pointer_mut(parent).and_then(Value::as_object_mut) {
        let renamed: Map<String, Value> = std::mem::take(members)
            .into_iter()
            .map(|(old, member)| (if old == key { name.clone() } else { old }, member))
            .collect();
        *members = renamed;
    }
}

/// Replaces a text by another text of the document.
fn swap_texts(value: &mut Value, places: &[String], place: &str, choices: &mut Choices<'_>) {
    let texts: Vec<Value> = places
        .iter()
        .filter_map(|place| value.pointer(place))
        .filter(|value| value.is_string())
        .cloned()
        .collect();
    if let Some(text) = choices.one_of(&texts).cloned() {
        replace(value, place, text);
    }
}
