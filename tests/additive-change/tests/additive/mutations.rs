//! The ways in which a response is mutated, and the expected result of each.

use serde_json::{Value, json};

use super::document::{Definition, Document, Form, Kind};
use super::instances::{anything, word};
use super::places::{Place, Role};
use super::random::Random;
use super::reading::empty;

/// One way to mutate a response at a location.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Mutation {
    AddedField,
    UnknownValue,
    UnknownKind,
    OptionalDropped,
    Null,
    RequiredDropped,
    Float,
    /// Null for a value that the client never makes up.
    NeededNull,
    /// A needed value, which the client never makes up, is absent.
    NeededDropped,
    WrongType,
}

impl Mutation {
    /// The mutations that the client tolerates.
    pub(crate) const SURVIVED: [Self; 7] = [
        Self::AddedField,
        Self::UnknownValue,
        Self::UnknownKind,
        Self::OptionalDropped,
        Self::Null,
        Self::RequiredDropped,
        Self::Float,
    ];

    /// Whether the mutation is possible at a location.
    pub(crate) fn applies(self, document: &Document, place: &Place<'_>, answer: &Value) -> bool {
        let Some(value) = place.path.get(answer) else {
            return false;
        };
        let definition = document.named(place.form);
        let is_needed = empty(document, place.form).is_none();
        // Without its tag, a union is of an unknown kind; a whole response is never null.
        let can_become_null = !matches!(place.role, Role::Root | Role::Tag) && !value.is_null();
        match self {
            Self::AddedField => value.is_object() && definition.is_some(),
            Self::UnknownValue => {
                value.is_string()
                    && matches!(definition, Some(Definition::Enum(_)))
                    && place.role != Role::Tag
            }
            Self::UnknownKind => {
                value.is_object() && matches!(definition, Some(Definition::Union { .. }))
            }
            Self::OptionalDropped => place.role == Role::Optional,
            Self::RequiredDropped => place.role == Role::Required && !is_needed,
            Self::NeededDropped => place.role == Role::Required && is_needed,
            Self::Null => can_become_null && (place.role == Role::Optional || !is_needed),
            Self::NeededNull => can_become_null && place.role != Role::Optional && is_needed,
            // Beyond 2⁵³ a float cannot represent every integer.
            Self::Float => {
                matches!(place.form.kind, Kind::Integer | Kind::Timestamp)
                    && value
                        .as_i64()
                        .is_some_and(|integer| integer.unsigned_abs() <= 1 << 53)
            }
            Self::WrongType => place.form.kind != Kind::Any && place.role != Role::Tag,
        }
    }

    /// Mutates a response at a location where [`Self::applies`] holds.
    pub(crate) fn apply(
        self,
        document: &Document,
        place: &Place<'_>,
        answer: &mut Value,
        random: &mut Random,
    ) {
        let Some(mut value) = place.path.get(answer).cloned() else {
            return;
        };
        match self {
            Self::AddedField => value[unknown_key(random)] = anything(random),
            Self::UnknownValue => {
                if let Some(Definition::Enum(values)) = document.named(place.form) {
                    value = unlike(values, random).into();
                }
            }
            Self::UnknownKind => {
                if let (Some(Definition::Union { tag, kinds }), Value::Object(members)) =
                    (document.named(place.form), &mut value)
                {
                    let kinds: Vec<_> = kinds.keys().cloned().collect();
                    match random.below(4) {
                        0 => drop(members.remove(tag)),
                        1 => drop(members.insert(tag.clone(), anything_but_text(random))),
                        2 => {
                            *members = serde_json::Map::new();
                            members.insert(tag.clone(), unlike(&kinds, random).into());
                            members.insert(unknown_key(random), anything(random));
                        }
                        _ => drop(members.insert(tag.clone(), unlike(&kinds, random).into())),
                    }
                }
            }
            Self::OptionalDropped | Self::RequiredDropped | Self::NeededDropped => {
                return place.path.remove(answer);
            }
            Self::Null | Self::NeededNull => value = Value::Null,
            Self::Float => value = json!(value.as_i64().map(|integer| integer as f64)),
            Self::WrongType => value = wrong(document, place.form, random),
        }
        place.path.set(answer, value);
    }

    /// Edits the result of the original response to the expected result of the mutated one.
    pub(crate) fn edit(
        self,
        document: &Document,
        place: &Place<'_>,
        changed: &Value,
        became: &mut Value,
    ) {
        let path = &place.path;
        match self {
            Self::AddedField => {
                if is_open(document, place, changed)
                    && let Some(Value::Object(members)) = path.get(changed)
                {
                    for (key, value) in members.iter().filter(|(key, _)| is_unknown(key)) {
                        path.key(key).set(became, value.clone());
                    }
                }
            }
            Self::UnknownValue | Self::UnknownKind => {
                path.set(became, path.get(changed).cloned().unwrap_or_default());
            }
            Self::OptionalDropped => path.remove(became),
            Self::Null if place.role == Role::Optional => path.remove(became),
            Self::Null | Self::RequiredDropped => {
                path.set(became, empty(document, place.form).unwrap_or_default());
            }
            Self::Float | Self::NeededNull | Self::NeededDropped | Self::WrongType => {}
        }
    }
}

/// Whether unknown fields at a location are kept.
fn is_open(document: &Document, place: &Place<'_>, changed: &Value) -> bool {
    let open = |form: &Form| {
        matches!(
            document.named(form),
            Some(Definition::Struct { open: true, .. })
        )
    };
    match document.named(place.form) {
        Some(Definition::Union { tag, kinds }) => {
            let value = place.path.get(changed);
            value
                .and_then(|value| document.kind(tag, kinds, value))
                .is_some_and(open)
        }
        _ => open(place.form),
    }
}

/// The prefix of names that no description has.
const UNKNOWN: &str = "unheard_of_";

/// A text that differs from all known ones, but may look similar.
fn unlike(known: &[String], random: &mut Random) -> String {
    let one = random.pick(known);
    let text = match random.below(6) {
        0 => String::new(),
        1 => one.to_uppercase(),
        2 => format!("{one} "),
        3 => one.chars().skip(1).collect(),
        _ => format!("{UNKNOWN}{}", word(random)),
    };
    if known.contains(&text) {
        format!("{UNKNOWN}{}", word(random))
    } else {
        text
    }
}

fn unknown_key(random: &mut Random) -> String {
    format!("{UNKNOWN}{:x}", random.below(1 << 20))
}

fn is_unknown(key: &str) -> bool {
    key.starts_with(UNKNOWN)
}

fn anything_but_text(random: &mut Random) -> Value {
    let choices = [
        json!(null),
        json!(7),
        json!(false),
        json!(["x"]),
        json!({ "y": 1 }),
    ];
    random.pick(&choices).clone()
}

/// A value of a wrong type that the client does not repair.
fn wrong(document: &Document, form: &Form, random: &mut Random) -> Value {
    let number = random.below(1000);
    let candidates = [
        json!(true),
        json!(number),
        json!(number as f64 + 0.5),
        json!(1e300),
        json!(u64::MAX),
        json!(format!("{number}")),
        json!([]),
        json!([number]),
        json!({}),
        json!({ "number": number }),
    ];
    let is_wrong = |value: &&Value| match &form.kind {
        Kind::Any => false,
        Kind::String | Kind::Id | Kind::Secret => !value.is_string(),
        Kind::Boolean => !value.is_boolean(),
        Kind::Integer | Kind::Timestamp => !value.is_i64(),
        Kind::Number => !value.is_number(),
        Kind::List(_) => !value.is_array(),
        Kind::Map(_) => !value.is_object(),
        Kind::Named(name) => match document.definition(name) {
            Definition::Enum(_) => !value.is_string(),
            _ => !value.is_object(),
        },
    };
    let candidates: Vec<_> = candidates.iter().filter(is_wrong).collect();
    (*random.pick(&candidates)).clone()
}
