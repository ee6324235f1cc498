//! The tolerance table of the design, applied to a response according to the description.

use serde_json::{Map, Value, json};

use super::document::{Definition, Document, Form, Kind};
use super::places::Path;

/// The expected result, printed as JSON, or the locations that cannot be decoded.
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

/// The empty value; `None` for what would be mistaken for real data: an object, an id, a secret or
/// a timestamp.
pub(crate) fn empty(document: &Document, form: &Form) -> Option<Value> {
    if form.nullable {
        return Some(Value::Null);
    }
    match &form.kind {
        Kind::Any => Some(Value::Null),
        Kind::String => Some(json!("")),
        Kind::Boolean => Some(json!(false)),
        Kind::Integer => Some(json!(0)),
        Kind::Number => Some(json!(0.0)),
        Kind::List(_) => Some(json!([])),
        Kind::Map(_) => Some(json!({})),
        Kind::Id | Kind::Secret | Kind::Timestamp => None,
        Kind::Named(name) => match document.definition(name) {
            Definition::Enum(_) => Some(json!("")),
            Definition::Union { .. } | Definition::Struct { .. } => None,
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
            (_, Value::Null) => self.empty(form, path),
            (Kind::String | Kind::Id | Kind::Secret, Value::String(_))
            | (Kind::Boolean, Value::Bool(_)) => value.clone(),
            (Kind::Number, Value::Number(number)) => json!(number.as_f64()),
            (Kind::Integer | Kind::Timestamp, Value::Number(_)) => match integer(value) {
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
            panic!("{name} is not a struct");
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
                    let empty = self.empty(&field.form, &path.key(&name));
                    read.insert(name, empty);
                }
                Some(value) => {
                    let value = self.value(&field.form, value, &path.key(&name));
                    read.insert(name, value);
                }
            }
        }
        read.into()
    }

    fn empty(&mut self, form: &Form, path: &Path) -> Value {
        empty(self.document, form).unwrap_or_else(|| self.fault(path))
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
    // Text without a fraction is exact; if it does not fit an integer, it is not one.
    let whole = (float.fract() == 0.0).then(|| format!("{float:.0}"));
    whole?.parse().ok()
}

/// Tests of the table with values written by hand, for a description that has one of everything.
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
                        "id": { "type": "string" },
                        "title": { "type": "string" },
                        "printed": { "type": "integer", "format": "unix-milliseconds" },
                        "bound_at": { "type": "integer", "format": "int64" },
                        "pages": { "type": "integer", "format": "int64" },
                        "price": { "type": "number", "format": "double", "nullable": true },
                        "state": named("State"),
                        "tags": { "type": "array", "items": { "type": "string" } },
                        "cover": named("Cover"),
                        "copy_ids": { "type": "array", "items": { "type": "string" } },
                        "shelf": { "allOf": [named("Shelf")], "nullable": true },
                        "series": named("Shelf"),
                    },
                    "required": [
                        "id", "title", "printed", "bound_at", "pages", "price", "state", "tags", "cover",
                        "copy_ids", "series",
                    ],
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
    fn the_models_of_responses_are_found() {
        let document = document();
        let names: Vec<_> = document.answered().iter().collect();
        assert_eq!(names, ["Book", "Cover", "Hard", "Shelf", "State"]);
    }

    /// The members that must be present.
    fn needed() -> Value {
        json!({
            "id": "book_1", "printed": 1, "bound_at": 2, "cover": { "object": "soft" },
            "series": { "row": 1 },
        })
    }

    fn with(mut around: Value, value: Value) -> Value {
        let value = value.as_object().unwrap().clone();
        around.as_object_mut().unwrap().extend(value);
        around
    }

    #[test]
    fn missing_members_become_empty() {
        let empty = json!({
            "title": "", "pages": 0, "price": null, "state": "", "tags": [], "copy_ids": [],
        });
        let empty = with(needed(), empty);
        assert_eq!(book(needed()).unwrap(), empty);
        let nulls = json!({
            "title": null, "pages": null, "price": null, "state": null, "tags": null,
            "copy_ids": null, "shelf": null,
        });
        assert_eq!(book(with(needed(), nulls)).unwrap(), empty);
    }

    #[test]
    fn objects_ids_secrets_and_timestamps_are_never_made_up() {
        let places = ["$.id", "$.printed", "$.bound_at", "$.cover", "$.series"];
        assert_eq!(book(json!({})).unwrap_err(), places);
        let nulls = json!({
            "id": null, "printed": null, "bound_at": null, "cover": null, "series": null,
        });
        assert_eq!(book(nulls).unwrap_err(), places);
        let inside = json!({ "cover": { "object": "hard" }, "copy_ids": ["a", null] });
        let places = ["$.cover.key", "$.copy_ids[1]"];
        assert_eq!(book(with(needed(), inside)).unwrap_err(), places);
    }

    #[test]
    fn unknown_members_are_ignored_or_kept() {
        let value = json!({
            "id": "book_1", "printed": 1e3, "bound_at": 2.0, "copy_ids": [],
            "title": "Emma", "pages": 1e1, "price": 2, "state": "burnt", "tags": ["a", null],
            "cover": { "object": "soft", "key": 1 }, "new": true,
            "shelf": { "row": 7.0, "seen": null, "new": [1] },
            "series": { "row": 1 },
        });
        let expected = json!({
            "id": "book_1", "printed": 1000, "bound_at": 2, "copy_ids": [],
            "title": "Emma", "pages": 10, "price": 2.0, "state": "burnt", "tags": ["a", ""],
            "cover": { "object": "soft", "key": 1 },
            "shelf": { "row": 7, "new": [1] },
            "series": { "row": 1 },
        });
        assert_eq!(book(value).unwrap(), expected);
    }

    #[test]
    fn members_of_the_wrong_type_are_named() {
        let value = json!({
            "id": 7, "printed": "today", "bound_at": 2.5, "copy_ids": [1],
            "title": 1, "pages": 1.5, "price": "2", "state": ["lent"], "tags": ["a", 2],
            "cover": { "object": "hard", "key": true }, "shelf": [], "series": { "row": 1e300 },
        });
        let expected = [
            "$.id",
            "$.title",
            "$.printed",
            "$.bound_at",
            "$.pages",
            "$.price",
            "$.state",
            "$.tags[1]",
            "$.cover.key",
            "$.copy_ids[0]",
            "$.shelf",
            "$.series.row",
        ];
        assert_eq!(book(value).unwrap_err(), expected);
        assert_eq!(book(json!("Emma")).unwrap_err(), ["$"]);
        let cover = with(needed(), json!({ "cover": "hard" }));
        assert_eq!(book(cover).unwrap_err(), ["$.cover"]);
    }
}
