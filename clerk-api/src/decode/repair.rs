//! Repairs JSON that does not match a model.
//!
//! | found | repaired to |
//! |---|---|
//! | a required string, number, boolean, list or map missing or null | its empty value |
//! | a null in a list or map of those | its empty value |
//! | an integer written as a fraction or with an exponent | the integer |
//! | a lone surrogate | U+FFFD |
//! | an object or list nested more than 100 levels deep | null |
//!
//! Objects, ids, secrets and timestamps are never invented: a required one that is missing or null is an
//! error, as is any other mismatch. Errors have a path. All repairs of a response are reported as one
//! warning (`repairs`). The size of the values that they add is limited by the size of the text.

use std::borrow::Cow;
use std::fmt::Write as _;

use serde_json::{Map, Number, Value};

use super::fault::Fault;
use super::list::List;
use super::repairs::Repairs;
use super::shape::{FieldShape, ObjectShape, Shape};
use super::{depth, surrogates};

/// The longest text that is repaired as a whole: its JSON can take a hundred times as much memory. The
/// elements of a list are repaired one by one, so a list may be longer.
const LONGEST: usize = 2 * 1024 * 1024;
/// How many bytes a repair may add for each byte of the text, and in any case: enough for a few missing
/// fields, but not for a list of empty models.
const CREATED_PER_BYTE: usize = 4;
const CREATED_ANYWAY: usize = 64 * 1024;
/// The cost of an added value.
const COST_OF_A_VALUE: usize = 32;

/// How many further locations an error names.
const MAX_OTHERS: usize = 8;

/// The reported repair of `10.0` to `10`.
pub(super) const BECAME_AN_INTEGER: &str = "a fraction or exponent became an integer";

/// Repairs a whole body that could not be decoded because of `error`.
pub(super) fn repair_text(
    text: &str,
    shape: &Shape,
    error: &serde_json::Error,
) -> Result<String, Fault> {
    let mut repairs = Repairs::default();
    let text = readable(text, &mut repairs);
    if matches!(text, Cow::Borrowed(_)) && !error.is_data() {
        return Err(Fault::of(error));
    }
    let mut repair = Repair::of(&text, &mut repairs);
    match shape {
        Shape::Page(element) => repair.repair_list(&text, element),
        _ if text.len() > LONGEST => Err(Fault::of(error)),
        _ => repair.repair_whole(&text, shape),
    }
}

/// The text without valid JSON that serde_json cannot read. It is borrowed if there is none.
pub(super) fn readable<'a>(text: &'a str, repairs: &mut Repairs) -> Cow<'a, str> {
    let text = surrogates::replaced(text);
    if matches!(text, Cow::Owned(_)) {
        repairs.add("$", surrogates::REPAIR);
    }
    let shallow = match depth::cut(&text) {
        Cow::Borrowed(_) => return text,
        Cow::Owned(shallow) => shallow,
    };
    repairs.add("$", depth::REPAIR);
    Cow::Owned(shallow)
}

/// Repairs the text of an element of a list. `path` is its location in the body.
pub(super) fn repair_element(
    text: &str,
    shape: &Shape,
    path: String,
    repairs: &mut Repairs,
) -> Result<String, Fault> {
    if text.len() > LONGEST {
        return Err(Fault::new("the value is too long to be repaired").at(path));
    }
    let mut repair = Repair::of(text, repairs);
    repair.begin_at(path);
    repair.repair_value(text, shape)
}

/// Whether a whole body resembles the model. Otherwise null, or a gateway's `{"message": …}` with status
/// 200, would become an empty model.
fn resembles(value: &Value, shape: &Shape) -> bool {
    match (shape, value) {
        (Shape::Recursive(shape), _) => resembles(value, &shape()),
        (_, Value::Null) => matches!(shape, Shape::Nothing | Shape::Any | Shape::Nullable(_)),
        (Shape::Nullable(shape), _) => resembles(value, shape),
        (Shape::Object(object), Value::Object(members)) => {
            let is_described = |field: &FieldShape| members.contains_key(field.name);
            members.is_empty() || object.fields.iter().any(is_described)
        }
        _ => true,
    }
}

struct Repair<'a> {
    /// The current location.
    path: String,
    /// The same, with `*` for a key that the server chose.
    printed: String,
    repairs: &'a mut Repairs,
    /// The first mismatch that cannot be repaired.
    mismatch: Option<Fault>,
    /// The locations of the next ones, which help when JSON is written by hand.
    others: Vec<String>,
    /// How many bytes may still be added.
    room: usize,
}

impl<'a> Repair<'a> {
    fn of(text: &str, repairs: &'a mut Repairs) -> Self {
        Self {
            path: "$".to_owned(),
            printed: "$".to_owned(),
            repairs,
            mismatch: None,
            others: Vec::new(),
            room: (text.len() * CREATED_PER_BYTE).saturating_add(CREATED_ANYWAY),
        }
    }

    fn begin_at(&mut self, path: String) {
        self.printed.clone_from(&path);
        self.path = path;
    }

    fn repair_whole(&mut self, text: &str, shape: &Shape) -> Result<String, Fault> {
        let value: Value = serde_json::from_str(text).map_err(|error| Fault::of(&error))?;
        if !resembles(&value, shape) {
            let reason = match &value {
                Value::Object(_) => "an object without any of the expected fields".to_owned(),
                _ => format!("expected {}, found {}", expected(shape), found(&value)),
            };
            return Err(Fault::new(reason).at("$".to_owned()));
        }
        self.repaired(value, shape)
    }

    fn repair_value(&mut self, text: &str, shape: &Shape) -> Result<String, Fault> {
        let value =
            serde_json::from_str(text).map_err(|error| Fault::of(&error).at(self.path.clone()))?;
        self.repaired(value, shape)
    }

    fn repaired(&mut self, mut value: Value, shape: &Shape) -> Result<String, Fault> {
        self.value(&mut value, shape);
        let others = std::mem::take(&mut self.others);
        match self.mismatch.take() {
            Some(mut mismatch) => {
                if !others.is_empty() {
                    let _ = write!(mismatch.reason, " (also check {})", others.join(", "));
                }
                Err(mismatch)
            }
            None => Ok(value.to_string()),
        }
    }

    /// Repairs a list element by element, so that no more than one is in memory as JSON.
    fn repair_list(&mut self, text: &str, element: &Shape) -> Result<String, Fault> {
        let list = List::read(text, self.repairs)?;
        let mut repaired = String::with_capacity(text.len());
        repaired.push_str("{\"data\":[");
        for (index, text) in list.elements().enumerate() {
            if index > 0 {
                repaired.push(',');
            }
            self.begin_at(format!("{}[{index}]", list.path()));
            repaired.push_str(&self.repair_value(text, element)?);
        }
        repaired.push(']');
        if let Some(total) = list.total_count {
            let _ = write!(repaired, ",\"total_count\":{total}");
        }
        repaired.push('}');
        Ok(repaired)
    }

    fn value(&mut self, value: &mut Value, shape: &Shape) {
        match (shape, &mut *value) {
            (Shape::Nothing | Shape::Any, _) => {}
            (Shape::Recursive(shape), _) => self.value(value, &shape()),
            (Shape::Nullable(_), Value::Null) => {}
            (Shape::Nullable(inner), _) => self.value(value, inner),
            (_, Value::Null) => {
                if let Some(empty) = self.empty(shape, "null") {
                    *value = empty;
                    self.repaired_as("null became an empty value");
                }
            }
            (Shape::String | Shape::Id | Shape::Secret | Shape::Enum, Value::String(_))
            | (Shape::Boolean, Value::Bool(_))
            | (Shape::Number, Value::Number(_)) => {}
            (Shape::Integer | Shape::Timestamp, Value::Number(number)) => self.integer(number),
            (Shape::List(element) | Shape::Page(element), Value::Array(values)) => {
                self.list(values, element);
            }
            (Shape::Map(element), Value::Object(members)) => {
                for (key, member) in members {
                    self.step(key, "*", |this| this.value(member, element));
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
            _ => self.mismatch(shape, found(value)),
        }
    }

    fn integer(&mut self, number: &mut Number) {
        if number.is_i64() {
            return;
        }
        match number.as_f64().and_then(whole) {
            Some(integer) => {
                *number = Number::from(integer);
                self.repaired_as(BECAME_AN_INTEGER);
            }
            None => self.fault("expected a 64-bit integer, found another number".to_owned()),
        }
    }

    fn list(&mut self, values: &mut [Value], element: &Shape) {
        for (index, value) in values.iter_mut().enumerate() {
            self.step_index(index, |this| this.value(value, element));
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
                    self.step_key(field.name, |this| {
                        if let Some(empty) = this.empty(&field.shape, "nothing") {
                            members.insert(field.name.to_owned(), empty);
                            this.repaired_as("an absent field became an empty value");
                        }
                    });
                }
                None => {}
            }
        }
    }

    /// The empty value of a shape. If it has none, or there is no room for it, that is an error.
    fn empty(&mut self, shape: &Shape, found: &str) -> Option<Value> {
        let empty = empty(shape);
        if empty.is_none() {
            self.mismatch(shape, found);
        }
        empty.filter(|_| self.take_room(COST_OF_A_VALUE))
    }

    /// Whether this much more may be added. If not, that is an error.
    fn take_room(&mut self, cost: usize) -> bool {
        match self.room.checked_sub(cost) {
            Some(room) => self.room = room,
            None => {
                self.fault("too many values are missing to be repaired".to_owned());
                return false;
            }
        }
        true
    }

    fn repaired_as(&mut self, what: &'static str) {
        self.repairs.add(&self.printed, what);
    }

    fn mismatch(&mut self, shape: &Shape, found: &str) {
        self.fault(format!("expected {}, found {found}", expected(shape)));
    }

    fn fault(&mut self, reason: String) {
        if self.mismatch.is_none() {
            self.mismatch = Some(Fault::new(reason).at_printed(&self.path, &self.printed));
        } else if self.others.len() < MAX_OTHERS {
            self.others.push(self.printed.clone());
        }
    }

    fn step_key(&mut self, key: &str, visit: impl FnOnce(&mut Self)) {
        self.step(key, key, visit);
    }

    fn step(&mut self, key: &str, printed: &str, visit: impl FnOnce(&mut Self)) {
        let lengths = (self.path.len(), self.printed.len());
        self.path.push('.');
        self.path.push_str(key);
        self.printed.push('.');
        self.printed.push_str(printed);
        visit(self);
        self.path.truncate(lengths.0);
        self.printed.truncate(lengths.1);
    }

    fn step_index(&mut self, index: usize, visit: impl FnOnce(&mut Self)) {
        let lengths = (self.path.len(), self.printed.len());
        // Writing to a string cannot fail.
        let _ = write!(self.path, "[{index}]");
        let _ = write!(self.printed, "[{index}]");
        visit(self);
        self.path.truncate(lengths.0);
        self.printed.truncate(lengths.1);
    }
}

/// The empty value of a shape, as defined by error correction of Smithy clients. Objects, ids, secrets and
/// timestamps have none, because an invented one could be mistaken for a real one.
fn empty(shape: &Shape) -> Option<Value> {
    match shape {
        Shape::Nothing | Shape::Any | Shape::Nullable(_) => Some(Value::Null),
        Shape::Recursive(shape) => empty(&shape()),
        Shape::String | Shape::Enum => Some(Value::String(String::new())),
        Shape::Boolean => Some(Value::Bool(false)),
        Shape::Integer | Shape::Number => Some(Value::Number(Number::from(0))),
        Shape::List(_) | Shape::Page(_) => Some(Value::Array(Vec::new())),
        Shape::Map(_) => Some(Value::Object(Map::new())),
        Shape::Id | Shape::Secret | Shape::Timestamp | Shape::Object(_) | Shape::Union(_) => None,
    }
}

/// The integer that a float represents exactly.
pub(super) fn whole(number: f64) -> Option<i64> {
    // 2⁶³ is exact as a float and the first integer beyond an `i64`.
    const LIMIT: f64 = 9_223_372_036_854_775_808.0;
    let fits = number.fract() == 0.0 && (-LIMIT..LIMIT).contains(&number);
    #[allow(
        clippy::cast_possible_truncation,
        reason = "the range was checked above"
    )]
    fits.then_some(number as i64)
}

fn expected(shape: &Shape) -> &'static str {
    match shape {
        Shape::Nothing | Shape::Any | Shape::Nullable(_) => "any JSON",
        Shape::Recursive(shape) => expected(&shape()),
        Shape::String | Shape::Secret | Shape::Enum => "a string",
        Shape::Id => "an id",
        Shape::Boolean => "true or false",
        Shape::Integer => "an integer",
        Shape::Timestamp => "a timestamp",
        Shape::Number => "a number",
        Shape::List(_) => "a list",
        Shape::Page(_) => "a list or an object with a list",
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
