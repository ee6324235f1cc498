//! What the design's table makes of an answer, worked out along the description.

use serde_json::{Map, Value, json};

use super::document::{Definition, Document, Form, Kind};
use super::places::Path;

/// What an answer must become, printed as JSON, or the places that cannot be understood.
pub(crate) fn read(document: &Document, form: &Form, value: &Value) -> Result<Value, Vec<String>> {
    let mut reading = Reading {
        document,
        faults: Vec::new(),
    };
    let read = reading.value(form, value, &Path::default());
    if reading.faults.is_empty() {
        Ok(read)
    } else {
        Err(reading.faults)
    }
}

/// The value that says nothing.
pub(crate) fn empty(document: &Document, form: &Form) -> Value {
    if form.nullable {
        return Value::Null;
    }
    match &form.kind {
        Kind::Any => Value::Null,
        Kind::String | Kind::Secret => json!(""),
        Kind::Boolean => json!(false),
        Kind::Integer => json!(0),
        Kind::Number => json!(0.0),
        Kind::List(_) => json!([]),
        Kind::Map(_) => json!({}),
        Kind::Named(name) => match document.definition(name) {
            Definition::Enum(_) => json!(""),
            Definition::Union { .. } => json!({}),
            Definition::Struct { fields, .. } => fields
                .iter()
                .filter(|field| field.required)
                .map(|field| (field.name.clone(), empty(document, &field.form)))
                .collect::<Map<_, _>>()
                .into(),
        },
    }
}

struct Reading<'a> {
    document: &'a Document,
    faults: Vec<String>,
}

impl Reading<'_> {
    fn value(&mut self, form: &Form, value: &Value, path: &Path) -> Value {
        match (&form.kind, value) {
            (Kind::Any, _) => value.clone(),
            (_, Value::Null) => empty(self.document, form),
            (Kind::String | Kind::Secret, Value::String(_)) | (Kind::Boolean, Value::Bool(_)) => {
                value.clone()
            }
            (Kind::Number, Value::Number(number)) => json!(number.as_f64()),
            (Kind::Integer, Value::Number(_)) => match integer(value) {
                Some(integer) => integer.into(),
                None => self.fault(path),
            },
            (Kind::List(element), Value::Array(values)) => values
                .iter()
                .enumerate()
                .map(|(index, value)| self.value(element, value, &path.index(index)))
                .collect(),
            (Kind::Map(element), Value::Object(members)) => members
                .iter()
                .map(|(key, value)| (key.clone(), self.value(element, value, &path.key(key))))
                .collect::<Map<_, _>>()
                .into(),
            (Kind::Named(name), _) => match (self.document.definition(name), value) {
                (Definition::Enum(_), Value::String(_)) => value.clone(),
                (Definition::Struct { .. }, Value::Object(members)) => {
                    self.members(name, members, path)
                }
                (Definition::Union { tag, kinds }, Value::Object(members)) => {
                    let kind = members.get(tag).and_then(Value::as_str);
                    match kind.and_then(|kind| kinds.get(kind)) {
                        Some(name) => self.members(name, members, path),
                        None => value.clone(),
                    }
                }
                _ => self.fault(path),
            },
            _ => self.fault(path),
        }
    }

    fn members(&mut self, name: &str, members: &Map<String, Value>, path: &Path) -> Value {
        let Definition::Struct { fields, open } = self.document.definition(name) else {
            panic!("{name} is no struct");
        };
        let mut read = Map::new();
        if *open {
            read.extend(members.clone());
        }
        for field in fields {
            let name = field.name.clone();
            match members.get(&name) {
                Some(Value::Null) | None if !field.required => {
                    read.remove(&name);
                }
                None => {
                    read.insert(name, empty(self.document, &field.form));
                }
                Some(value) => {
                    let value = self.value(&field.form, value, &path.key(&name));
                    read.insert(name, value);
                }
            }
        }
        read.into()
    }

    fn fault(&mut self, path: &Path) -> Value {
        self.faults.push(path.to_string());
        Value::Null
    }
}

fn integer(value: &Value) -> Option<i64> {
    if let Some(integer) = value.as_i64() {
        return Some(integer);
    }
    let float = value.as_f64().filter(|_| value.is_f64())?;
    // Text without a fraction is exact, and what an integer cannot hold is no integer's text.
    let whole = (float.fract() == 0.0).then(|| format!("{float:.0}"));
    whole?.parse().ok()
}

/// The table by hand, over a description that has one of everything.
#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{Document, read};

    fn document() -> Document {
        let named = |name: &str| json!({ "$ref": format!("#/components/schemas/{name}") });
        Document::of(&json!({
            "paths": { "/book": { "get": { "responses": {
                "200": { "content": { "application/json": { "schema": named("Book") } } },
                "404": { "content": { "application/json": { "schema": named("Error") } } },
            } } } },
            "components": { "schemas": {
                "Book": {
                    "type": "object",
                    "properties": {
                        "title": { "type": "string" },
                        "pages": { "type": "integer", "format": "int64" },
                        "price": { "type": "number", "format": "double", "nullable": true },
                        "state": named("State"),
                        "tags": { "type": "array", "items": { "type": "string" } },
                        "cover": named("Cover"),
                        "shelf": { "allOf": [named("Shelf")], "nullable": true },
                        "series": named("Shelf"),
                    },
                    "required": ["title", "pages", "price", "state", "tags", "cover", "series"],
                },
                "State": { "type": "string", "enum": ["lent", "home"] },
                "Shelf": {
                    "type": "object",
                    "properties": { "row": { "type": "integer", "format": "int64" }, "seen": { "type": "boolean" } },
                    "required": ["row"],
                    "additionalProperties": true,
                },
                "Cover": {
                    "oneOf": [named("Hard")],
                    "discriminator": { "propertyName": "object", "mapping": { "hard": "#/components/schemas/Hard" } },
                },
                "Hard": {
                    "type": "object",
                    "properties": { "object": { "type": "string" }, "key": { "type": "string", "format": "password" } },
                    "required": ["object", "key"],
                },
                "Error": { "type": "object", "properties": {}, "required": [] },
            } },
        }))
    }

    fn book(value: Value) -> Result<Value, Vec<String>> {
        let document = document();
        read(&document, document.form("Book"), &value)
    }

    #[test]
    fn what_answers_hold_is_found() {
        let document = document();
        let names: Vec<_> = document.answered().iter().collect();
        assert_eq!(names, ["Book", "Cover", "Hard", "Shelf", "State"]);
    }

    #[test]
    fn what_is_missing_becomes_empty() {
        let empty = json!({
            "title": "", "pages": 0, "price": null, "state": "", "tags": [], "cover": {},
            "series": { "row": 0 },
        });
        assert_eq!(book(json!({})).unwrap(), empty);
        let nulls = json!({
            "title": null, "pages": null, "price": null, "state": null, "tags": null,
            "cover": null, "shelf": null, "series": null,
        });
        assert_eq!(book(nulls).unwrap(), empty);
    }

    #[test]
    fn what_is_unknown_is_passed_over_or_kept() {
        let value = json!({
            "title": "Emma", "pages": 1e1, "price": 2, "state": "burnt", "tags": ["a", null],
            "cover": { "object": "soft", "key": 1 }, "new": true,
            "shelf": { "row": 7.0, "seen": null, "new": [1] },
            "series": { "row": 1 },
        });
        let expected = json!({
            "title": "Emma", "pages": 10, "price": 2.0, "state": "burnt", "tags": ["a", ""],
            "cover": { "object": "soft", "key": 1 },
            "shelf": { "row": 7, "new": [1] },
            "series": { "row": 1 },
        });
        assert_eq!(book(value).unwrap(), expected);
    }

    #[test]
    fn what_is_of_the_wrong_type_is_named() {
        let value = json!({
            "title": 1, "pages": 1.5, "price": "2", "state": ["lent"], "tags": ["a", 2],
            "cover": { "object": "hard", "key": true }, "shelf": [], "series": { "row": 1e300 },
        });
        let expected = [
            "$.title",
            "$.pages",
            "$.price",
            "$.state",
            "$.tags[1]",
            "$.cover.key",
            "$.shelf",
            "$.series.row",
        ];
        assert_eq!(book(value).unwrap_err(), expected);
        assert_eq!(book(json!("Emma")).unwrap_err(), ["$"]);
        assert_eq!(book(json!({ "cover": "hard" })).unwrap_err(), ["$.cover"]);
    }
}
