//! Mends JSON that does not fit a model.
//!
//! | what is found | what becomes of it |
//! |---|---|
//! | a required field absent or null | the empty value of its type |
//! | null in a list or map that has no nulls | the empty value of its type |
//! | a whole number written as a fraction or with an exponent | the integer |
//!
//! Anything else that does not fit stays, and is reported with its path. Each repair is reported as
//! a warning; one that many elements of a list need is reported once, with how often.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde_json::{Map, Number, Value};

use super::fault::Fault;
use super::shape::{FieldShape, ObjectShape, Shape};
use crate::page::ITEMS_KEYS;

/// JSON text nests at most 128 deep; only the empty values of a model that contains itself could
/// go deeper.
const MAX_DEPTH: usize = 160;

/// Mends a whole body that `error` says does not fit.
pub(super) fn repair_text(
    text: &str,
    shape: &Shape,
    error: &serde_json::Error,
) -> Result<String, Fault> {
    if !error.is_data() {
        return Err(Fault::of(error));
    }
    let mut value: Value = serde_json::from_str(text).map_err(|error| Fault::of(&error))?;
    if !resembles(&value, shape) {
        let reason = match &value {
            Value::Object(_) => "an object without any of the expected fields".to_owned(),
            _ => format!("expected {}, found {}", expected(shape), found(&value)),
        };
        return Err(Fault::new(reason).at("$".to_owned()));
    }
    repair_value(&mut value, shape, "$")?;
    Ok(value.to_string())
}

/// Whether a whole body has anything to do with the model. Otherwise null, or a gateway's
/// `{"message": …}` with status 200, would become a model in which all is empty.
fn resembles(value: &Value, shape: &Shape) -> bool {
    match (shape, value) {
        (Shape::Recursive(shape), _) => resembles(value, &shape()),
        (_, Value::Null) => matches!(shape, Shape::Nothing | Shape::Any | Shape::Nullable(_)),
        (Shape::Object(object), Value::Object(members)) => {
            let is_described = |field: &FieldShape| members.contains_key(field.name);
            members.is_empty() || object.fields.iter().any(is_described)
        }
        _ => true,
    }
}

/// Mends a value that stands at `path` in the body.
pub(super) fn repair_value(value: &mut Value, shape: &Shape, path: &str) -> Result<(), Fault> {
    let mut repair = Repair {
        path: path.to_owned(),
        depth: 0,
        mended: BTreeMap::new(),
        mismatch: None,
    };
    repair.value(value, shape);
    for Mended { path, what, times } in repair.mended.into_values() {
        tracing::warn!(
            path,
            what,
            times,
            "repaired an answer that does not fit its description"
        );
    }
    repair.mismatch.map_or(Ok(()), Err)
}

struct Repair {
    /// Where the walk is.
    path: String,
    depth: usize,
    /// By path without the indices.
    mended: BTreeMap<String, Mended>,
    /// The first thing that cannot be mended.
    mismatch: Option<Fault>,
}

struct Mended {
    /// Of the first one.
    path: String,
    what: &'static str,
    times: usize,
}

impl Repair {
    fn value(&mut self, value: &mut Value, shape: &Shape) {
        if self.depth > MAX_DEPTH {
            return;
        }
        self.depth += 1;
        match (shape, &mut *value) {
            (Shape::Nothing | Shape::Any, _) => {}
            (Shape::Recursive(shape), _) => self.value(value, &shape()),
            (Shape::Nullable(_), Value::Null) => {}
            (Shape::Nullable(inner), _) => self.value(value, inner),
            (_, Value::Null) => {
                *value = self.empty(shape, self.depth);
                self.mended("null became an empty value");
            }
            (Shape::String | Shape::Enum, Value::String(_))
            | (Shape::Boolean, Value::Bool(_))
            | (Shape::Number, Value::Number(_)) => {}
            (Shape::Integer, Value::Number(number)) => self.integer(number),
            (Shape::List(element) | Shape::Page(element), Value::Array(values)) => {
                self.list(values, element);
            }
            (Shape::Page(element), Value::Object(members)) => self.page(members, element),
            (Shape::Map(element), Value::Object(members)) => {
                for (key, member) in members {
                    self.step_key(key, |this| this.value(member, element));
                }
            }
            (Shape::Object(object), Value::Object(members)) => self.object(members, object),
            (Shape::Union(union), Value::Object(members)) => {
                let kind = members.get(union.tag).and_then(Value::as_str);
                let variant = union.variants.iter().find(|(tag, _)| Some(*tag) == kind);
                if let Some((_, shape)) = variant {
                    self.value(value, shape);
                }
            }
            _ => self.mismatch(shape, value),
        }
        self.depth -= 1;
    }

    fn integer(&mut self, number: &mut Number) {
        if number.is_i64() {
            return;
        }
        match number.as_f64().and_then(whole) {
            Some(integer) => {
                *number = Number::from(integer);
                self.mended("a fraction or exponent became an integer");
            }
            None => self.fault("expected a 64-bit integer, found another number".to_owned()),
        }
    }

    fn list(&mut self, values: &mut [Value], element: &Shape) {
        for (index, value) in values.iter_mut().enumerate() {
            self.step_index(index, |this| this.value(value, element));
        }
    }

    fn page(&mut self, members: &mut Map<String, Value>, element: &Shape) {
        if !ITEMS_KEYS.iter().any(|key| members.contains_key(*key)) {
            self.fault("an object without the list of a page".to_owned());
        }
        for (key, member) in members {
            if ITEMS_KEYS.contains(&key.as_str()) {
                self.step_key(key, |this| match member {
                    Value::Null => {
                        *member = Value::Array(Vec::new());
                        this.mended("null became an empty value");
                    }
                    _ => this.value(member, &Shape::List(&Shape::Any)),
                });
                if let Value::Array(values) = member {
                    self.step_key(key, |this| this.list(values, element));
                }
            } else if key == crate::page::TOTAL_KEY {
                self.step_key(key, |this| {
                    this.value(member, &Shape::Nullable(&Shape::Integer));
                });
            }
        }
    }

    fn object(&mut self, members: &mut Map<String, Value>, object: &ObjectShape) {
        for field in object.fields {
            match members.get_mut(field.name) {
                Some(Value::Null) if field.nullable || !field.required => {}
                Some(member) => {
                    self.step_key(field.name, |this| this.value(member, &field.shape));
                }
                None if field.required && !field.nullable => {
                    let empty = self.empty(&field.shape, self.depth);
                    if !empty.is_null() || matches!(field.shape, Shape::Any) {
                        members.insert(field.name.to_owned(), empty);
                        self.step_key(field.name, |this| {
                            this.mended("an absent field became an empty value");
                        });
                    }
                }
                None => {}
            }
        }
    }

    /// The value that says nothing, as error correction of Smithy clients defines it.
    fn empty(&self, shape: &Shape, depth: usize) -> Value {
        if depth > MAX_DEPTH {
            return Value::Null;
        }
        match shape {
            Shape::Nothing | Shape::Any | Shape::Nullable(_) => Value::Null,
            Shape::Recursive(shape) => self.empty(&shape(), depth + 1),
            Shape::String | Shape::Enum => Value::String(String::new()),
            Shape::Boolean => Value::Bool(false),
            Shape::Integer | Shape::Number => Value::Number(Number::from(0)),
            Shape::List(_) | Shape::Page(_) => Value::Array(Vec::new()),
            Shape::Map(_) | Shape::Union(_) => Value::Object(Map::new()),
            Shape::Object(object) => Value::Object(
                object
                    .fields
                    .iter()
                    .filter(|field| field.required && !field.nullable)
                    .map(|field| (field.name.to_owned(), self.empty(&field.shape, depth + 1)))
                    .collect(),
            ),
        }
    }

    fn mended(&mut self, what: &'static str) {
        self.mended
            .entry(without_indices(&self.path))
            .and_modify(|mended| mended.times += 1)
            .or_insert_with(|| Mended {
                path: self.path.clone(),
                what,
                times: 1,
            });
    }

    fn mismatch(&mut self, shape: &Shape, value: &Value) {
        self.fault(format!(
            "expected {}, found {}",
            expected(shape),
            found(value)
        ));
    }

    fn fault(&mut self, reason: String) {
        if self.mismatch.is_none() {
            self.mismatch = Some(Fault::new(reason).at(self.path.clone()));
        }
    }

    fn step_key(&mut self, key: &str, visit: impl FnOnce(&mut Self)) {
        let length = self.path.len();
        self.path.push('.');
        self.path.push_str(key);
        visit(self);
        self.path.truncate(length);
    }

    fn step_index(&mut self, index: usize, visit: impl FnOnce(&mut Self)) {
        let length = self.path.len();
        // Writing to a string cannot fail.
        let _ = write!(self.path, "[{index}]");
        visit(self);
        self.path.truncate(length);
    }
}

/// The integer that a float stands for exactly.
fn whole(number: f64) -> Option<i64> {
    // 2⁶³ is exact as a float and the first that an `i64` cannot hold.
    const LIMIT: f64 = 9_223_372_036_854_775_808.0;
    let fits = number.fract() == 0.0 && (-LIMIT..LIMIT).contains(&number);
    #[allow(
        clippy::cast_possible_truncation,
        reason = "the range was checked above"
    )]
    fits.then_some(number as i64)
}

fn without_indices(path: &str) -> String {
    let mut inside = false;
    path.chars()
        .filter(|character| {
            match character {
                '[' => inside = true,
                ']' => inside = false,
                _ => return !inside,
            }
            true
        })
        .collect()
}

fn expected(shape: &Shape) -> &'static str {
    match shape {
        Shape::Nothing | Shape::Any | Shape::Nullable(_) | Shape::Recursive(_) => "any JSON",
        Shape::String | Shape::Enum => "a string",
        Shape::Boolean => "true or false",
        Shape::Integer => "an integer",
        Shape::Number => "a number",
        Shape::List(_) => "a list",
        Shape::Page(_) => "a list or an object with one",
        Shape::Map(_) | Shape::Object(_) | Shape::Union(_) => "an object",
    }
}

fn found(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}
