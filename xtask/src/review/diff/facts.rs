//! A description without everything that is not a fact of the interface: prose, examples, extensions
//! that the vocabulary does not know, and the samples for our own tests.

use serde_json::{Map, Value};

use crate::input::canonical;
use crate::input::vocabulary::{self, Kind, Meaning};

/// Keywords of our overlays that only tests and examples read.
const SAMPLES: [&str; 2] = ["x-samples", "x-sample-values"];

/// The facts of a document. Other keywords that no table knows are kept, as it is unknown whether they
/// are facts.
pub(super) fn of(document: &Value) -> Value {
    match document {
        Value::Object(members) => node(members, &vocabulary::DOCUMENT),
        other => other.clone(),
    }
}

fn node(members: &Map<String, Value>, kind: &'static Kind) -> Value {
    let mut facts = Map::new();
    for (name, value) in members {
        let keyword = kind.keyword(name);
        let fact = match keyword.map(|keyword| keyword.meaning) {
            Some(Meaning::Prose | Meaning::Own(_)) => continue,
            _ if SAMPLES.contains(&name.as_str()) => continue,
            None if vocabulary::is_extension(name) => continue,
            None => value.clone(),
            Some(meaning) => member(value, meaning, members),
        };
        let fact = match fact {
            Value::Object(mut named) if keyword.is_some_and(|keyword| keyword.is_extensible) => {
                named.retain(|name, _| !vocabulary::is_extension(name));
                Value::Object(named)
            }
            fact => fact,
        };
        facts.insert(name.clone(), fact);
    }
    Value::Object(facts)
}

fn member(value: &Value, meaning: Meaning, siblings: &Map<String, Value>) -> Value {
    let of_kind = |value: &Value, kind: &'static Kind| match value {
        Value::Object(members) => node(members, kind),
        other => other.clone(),
    };
    match (meaning, value) {
        (Meaning::Node(kind) | Meaning::NodeOrFlag(kind), _) => of_kind(value, kind),
        (Meaning::List(kind), Value::Array(items)) => {
            items.iter().map(|item| of_kind(item, kind)).collect()
        }
        (Meaning::Sorted(kind) | Meaning::Ordered(kind), Value::Object(members)) => {
            let members = members.iter();
            let facts = members.map(|(name, member)| (name.clone(), of_kind(member, kind)));
            Value::Object(facts.collect())
        }
        (Meaning::RequiredNames, Value::Array(names)) => canonical::required_names(names, siblings),
        _ => value.clone(),
    }
}
