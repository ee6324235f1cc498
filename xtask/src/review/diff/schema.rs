//! One level of a schema, with its references and `allOf` resolved.

use indexmap::IndexMap;
use serde_json::{Map, Value};

use super::description::{Description, is, members, text};

/// The nesting of combined schemas that is followed; [`crate::input::load::references`] rejects cycles.
const MAXIMUM_DEPTH: usize = 64;

/// Keywords that constrain values, with the value that applies if they are absent.
const FACTS: [&str; 13] = [
    "default",
    "exclusiveMaximum",
    "exclusiveMinimum",
    "maximum",
    "maxItems",
    "maxLength",
    "maxProperties",
    "minimum",
    "minItems",
    "minLength",
    "minProperties",
    "multipleOf",
    "pattern",
];

#[derive(Clone, Debug)]
pub(super) struct Schema {
    /// The name of the component, if it is one.
    pub(super) component: Option<String>,
    pub(super) nullable: bool,
    pub(super) deprecated: bool,
    pub(super) kind: Kind,
    /// The values of an enum, without null.
    pub(super) values: Vec<Value>,
    pub(super) format: Option<String>,
    pub(super) facts: Map<String, Value>,
}

#[derive(Clone, Debug)]
pub(super) enum Kind {
    Any,
    Boolean,
    Integer,
    Number,
    String,
    /// With the schema of the elements.
    List(Value),
    Struct {
        properties: Map<String, Value>,
        required: Vec<String>,
        additional: Additional,
    },
    /// An object without described properties.
    Map(Additional),
    Union {
        tag: Option<String>,
        /// By the value of the tag or, without a tag, by the name of the component.
        kinds: IndexMap<String, Value>,
    },
}

/// What an object may contain beyond its properties.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Additional {
    Unsaid,
    Anything,
    Nothing,
    Typed(Value),
}

impl Kind {
    /// The name for readers; kinds with the same name are compared in detail.
    pub(super) fn word(&self) -> &'static str {
        match self {
            Self::Any => "anything",
            Self::Boolean => "boolean",
            Self::Integer => "integer",
            Self::Number => "number",
            Self::String => "string",
            Self::List(_) => "list",
            Self::Struct { .. } => "object",
            Self::Map(_) => "map",
            Self::Union { .. } => "union",
        }
    }
}

impl Schema {
    pub(super) fn of(side: &Description, value: &Value) -> Self {
        Self::at(side, value, 0)
    }

    fn at(side: &Description, value: &Value, depth: usize) -> Self {
        let (node, component) = side.resolve(value);
        let component = component.map(str::to_owned);
        let marked = |mark| is(node, mark) || is(value, mark);
        let (nullable, deprecated) = (marked("nullable"), marked("deprecated"));
        for keyword in ["allOf", "oneOf", "anyOf"] {
            let Some([only]) = node
                .get(keyword)
                .and_then(Value::as_array)
                .map(Vec::as_slice)
            else {
                continue;
            };
            if members(node, "properties").is_none() && depth < MAXIMUM_DEPTH {
                let inner = Self::at(side, only, depth + 1);
                return Self {
                    // A component that only wraps another keeps its own name.
                    component: inner.component.or(component),
                    nullable: inner.nullable || nullable,
                    deprecated: inner.deprecated || deprecated,
                    ..inner
                };
            }
        }
        let values = node.get("enum").and_then(Value::as_array);
        Self {
            component,
            nullable,
            deprecated,
            kind: kind(side, node, depth),
            values: values
                .into_iter()
                .flatten()
                .filter(|value| !value.is_null())
                .cloned()
                .collect(),
            format: text(node, "format").map(str::to_owned),
            facts: FACTS
                .into_iter()
                .filter_map(|name| Some((name.to_owned(), node.get(name)?.clone())))
                .collect(),
        }
    }
}

fn kind(side: &Description, node: &Value, depth: usize) -> Kind {
    if let Some(union) = union(side, node) {
        return union;
    }
    let is_combined = node.get("allOf").is_some_and(Value::is_array);
    match text(node, "type") {
        Some("boolean") => Kind::Boolean,
        Some("integer") => Kind::Integer,
        Some("number") => Kind::Number,
        Some("string") => Kind::String,
        Some("array") => Kind::List(node.get("items").cloned().unwrap_or_default()),
        Some("object") => object(side, node, depth),
        _ if is_combined || members(node, "properties").is_some() => object(side, node, depth),
        _ => Kind::Any,
    }
}

fn union(side: &Description, node: &Value) -> Option<Kind> {
    let tag = node
        .pointer("/discriminator/propertyName")
        .and_then(Value::as_str)
        .map(str::to_owned);
    let mut kinds = IndexMap::new();
    let mapping = node
        .pointer("/discriminator/mapping")
        .and_then(Value::as_object);
    for (value, reference) in mapping.into_iter().flatten() {
        let kind = Value::Object(Map::from_iter([("$ref".to_owned(), reference.clone())]));
        kinds.insert(value.clone(), kind);
    }
    let listed = ["oneOf", "anyOf"]
        .into_iter()
        .find_map(|keyword| node.get(keyword)?.as_array());
    if kinds.is_empty() {
        // Alternatives beside properties only state which of these are required together.
        if members(node, "properties").is_some() {
            return None;
        }
        for (index, kind) in listed?.iter().enumerate() {
            let (_, component) = side.resolve(kind);
            let name = component.map_or_else(|| format!("alternative {index}"), str::to_owned);
            kinds.insert(name, kind.clone());
        }
    }
    Some(Kind::Union { tag, kinds })
}

fn object(side: &Description, node: &Value, depth: usize) -> Kind {
    let mut properties = Map::new();
    let mut required = Vec::new();
    let mut additional = Additional::Unsaid;
    take(
        side,
        node,
        depth,
        &mut properties,
        &mut required,
        &mut additional,
    );
    if properties.is_empty() {
        return Kind::Map(additional);
    }
    // In the order of the properties, which is the order of the arguments.
    required.sort_by_cached_key(|name| properties.keys().position(|property| property == name));
    Kind::Struct {
        properties,
        required,
        additional,
    }
}

fn take(
    side: &Description,
    node: &Value,
    depth: usize,
    properties: &mut Map<String, Value>,
    required: &mut Vec<String>,
    additional: &mut Additional,
) {
    if depth >= MAXIMUM_DEPTH {
        return;
    }
    let combined = node.get("allOf").and_then(Value::as_array);
    for member in combined.into_iter().flatten() {
        let (member, _) = side.resolve(member);
        take(side, member, depth + 1, properties, required, additional);
    }
    for (name, property) in members(node, "properties").into_iter().flatten() {
        properties.insert(name.clone(), property.clone());
    }
    let names = node.get("required").and_then(Value::as_array);
    for name in names.into_iter().flatten().filter_map(Value::as_str) {
        if !required.iter().any(|known| known == name) {
            required.push(name.to_owned());
        }
    }
    match node.get("additionalProperties") {
        None => {}
        Some(Value::Bool(true)) => *additional = Additional::Anything,
        Some(Value::Bool(false)) => *additional = Additional::Nothing,
        Some(typed) => *additional = Additional::Typed(typed.clone()),
    }
}
