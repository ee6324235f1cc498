//! Checks JSON values against schemas.

mod formats;

use std::collections::HashSet;
use std::fmt;

use serde_json::{Map, Value};

use crate::description::{Additional, Description, Kind, View, description};
use crate::samples::pattern::Pattern;

/// A violation of a schema, from [`validate`].
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Problem {
    /// The location as a JSON pointer. Empty for the whole value.
    pub pointer: String,
    /// The kind of violation.
    pub kind: ProblemKind,
    /// What the schema requires, as the end of the sentence "it must …".
    pub must: String,
}

/// The kind of a [`Problem`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ProblemKind {
    /// A required member is missing.
    Missing,
    /// A member is not described, and the schema does not allow others.
    Unknown,
    /// A value is null and the schema does not allow it.
    Null,
    /// A value has the wrong JSON type.
    Type,
    /// A string is not one of the allowed values, or not a known kind of a union.
    Enum,
    /// A string does not match the pattern or the format.
    Format,
    /// A number is out of bounds.
    Bounds,
    /// A string has too few characters.
    TooShort,
    /// A string has too many characters.
    TooLong,
    /// A list has too few items.
    TooFewItems,
    /// A list has too many items.
    TooManyItems,
    /// A list has duplicate items.
    Repeated,
}

impl fmt::Display for Problem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = if self.pointer.is_empty() {
            "the value"
        } else {
            &self.pointer
        };
        write!(formatter, "{place} must {}", self.must)
    }
}

impl std::error::Error for Problem {}

/// Checks a value against a schema of the API description: types, null, required and unknown members, enum
/// values, unions, patterns, formats, lengths and bounds. References are resolved in the description.
///
/// # Errors
///
/// Returns every violation of the schema.
///
/// ```
/// use clerk_mock::{Instances, validate};
/// use serde_json::json;
///
/// let instances = Instances::new();
/// let schema = instances.schema("DeletedObject").unwrap();
/// assert!(validate(schema, &json!({ "object": "user", "deleted": true })).is_ok());
///
/// let problems = validate(schema, &json!({ "object": "user", "deleted": "yes" })).unwrap_err();
/// assert_eq!(problems[0].to_string(), "/deleted must be a boolean");
/// ```
pub fn validate(schema: &Value, value: &Value) -> Result<(), Vec<Problem>> {
    let mut checker = Checker {
        description: description(),
        problems: Vec::new(),
    };
    checker.check(schema, value, "");
    if checker.problems.is_empty() {
        Ok(())
    } else {
        Err(checker.problems)
    }
}

struct Checker<'a> {
    description: &'a Description,
    problems: Vec<Problem>,
}

impl Checker<'_> {
    fn check(&mut self, schema: &Value, value: &Value, pointer: &str) {
        let view = self.description.view(schema);
        if value.is_null() {
            if !view.nullable && view.kind() != Kind::Any {
                self.report(pointer, ProblemKind::Null, "not be null");
            }
            return;
        }
        match (view.kind(), value) {
            (Kind::Any, _) => {}
            (Kind::Union, _) => self.union(&view, value, pointer),
            (Kind::String, Value::String(text)) => self.string(&view, text, pointer),
            (Kind::Boolean, Value::Bool(_)) => self.allowed(&view, value, pointer),
            (Kind::Integer | Kind::Number, Value::Number(_)) => self.number(&view, value, pointer),
            (Kind::Array, Value::Array(items)) => self.array(&view, items, pointer),
            (Kind::Object, Value::Object(members)) => self.object(&view, members, pointer),
            (kind, _) => self.report(pointer, ProblemKind::Type, format!("be {}", name(kind))),
        }
    }

    fn union(&mut self, view: &View<'_>, value: &Value, pointer: &str) {
        let Some(tag) = view.tag() else {
            let fits = view.members().any(|member| validate(member, value).is_ok());
            match (fits, view.members().next(), view.members().nth(1)) {
                (true, ..) => {}
                (false, Some(only), None) => self.check(only, value, pointer),
                _ => self.report(pointer, ProblemKind::Type, "be one of the described kinds"),
            }
            return;
        };
        let Some(kind) = value.get(tag).and_then(Value::as_str) else {
            let must = format!("be present, because it is the kind of {pointer:?}");
            return self.report(&child(pointer, tag), ProblemKind::Missing, must);
        };
        let kinds: Vec<&str> = view
            .members()
            .filter_map(|member| view.tag_value(member))
            .collect();
        match view
            .members()
            .find(|member| view.tag_value(member) == Some(kind))
        {
            Some(member) => self.check(member, value, pointer),
            None => {
                let must = format!("be one of {}", kinds.join(", "));
                self.report(&child(pointer, tag), ProblemKind::Enum, must);
            }
        }
    }

    fn string(&mut self, view: &View<'_>, text: &str, pointer: &str) {
        self.allowed(view, &Value::from(text), pointer);
        if let Some(format) = view.text("format")
            && let Some(must) = formats::problem(format, text)
        {
            self.report(pointer, ProblemKind::Format, must);
        }
        if let Some(pattern) = view.text("pattern") {
            // A pattern that is not supported accepts everything.
            if Pattern::compiled(pattern).is_ok_and(|pattern| !pattern.matches(text)) {
                self.report(pointer, ProblemKind::Format, format!("match {pattern}"));
            }
        }
        let length = text.chars().count();
        let bounds = [
            ("minLength", ProblemKind::TooShort),
            ("maxLength", ProblemKind::TooLong),
        ];
        self.length(view, length, bounds, pointer);
    }

    fn number(&mut self, view: &View<'_>, value: &Value, pointer: &str) {
        self.allowed(view, value, pointer);
        let number = value.as_f64().unwrap_or(f64::NAN);
        if view.kind() == Kind::Integer {
            if number.fract() != 0.0 {
                return self.report(pointer, ProblemKind::Type, "be a whole number");
            }
            let limit = if view.text("format") == Some("int32") {
                2_f64.powi(31)
            } else {
                2_f64.powi(63)
            };
            if number < -limit || number >= limit {
                return self.report(pointer, ProblemKind::Bounds, "fit its integer type");
            }
        }
        let bound = |keyword| view.keyword(keyword).and_then(Value::as_f64);
        if let Some(minimum) = bound("minimum") {
            let exclusive = view.is_set("exclusiveMinimum");
            if number < minimum || (exclusive && number <= minimum) {
                let than = if exclusive { "more than" } else { "at least" };
                self.report(pointer, ProblemKind::Bounds, format!("be {than} {minimum}"));
            }
        }
        if let Some(maximum) = bound("maximum") {
            let exclusive = view.is_set("exclusiveMaximum");
            if number > maximum || (exclusive && number >= maximum) {
                let than = if exclusive { "less than" } else { "at most" };
                self.report(pointer, ProblemKind::Bounds, format!("be {than} {maximum}"));
            }
        }
    }

    fn array(&mut self, view: &View<'_>, items: &[Value], pointer: &str) {
        let bounds = [
            ("minItems", ProblemKind::TooFewItems),
            ("maxItems", ProblemKind::TooManyItems),
        ];
        self.length(view, items.len(), bounds, pointer);
        let mut seen = HashSet::new();
        if view.is_set("uniqueItems") && !items.iter().all(|item| seen.insert(item.to_string())) {
            self.report(pointer, ProblemKind::Repeated, "not have duplicate items");
        }
        if let Some(schema) = view.keyword("items") {
            for (index, item) in items.iter().enumerate() {
                self.check(schema, item, &format!("{pointer}/{index}"));
            }
        }
    }

    fn object(&mut self, view: &View<'_>, members: &Map<String, Value>, pointer: &str) {
        for name in view.required().filter(|name| !members.contains_key(*name)) {
            self.report(&child(pointer, name), ProblemKind::Missing, "be present");
        }
        for (name, value) in members {
            let place = child(pointer, name);
            match (view.property(name), view.additional()) {
                (Some(schema), _) | (None, Additional::Schema(schema)) => {
                    self.check(schema, value, &place);
                }
                (None, Additional::Anything) => {}
                (None, Additional::Nothing) => {
                    let known: Vec<&str> = view.properties().map(|(name, _)| name).collect();
                    let must = format!("be absent; known members are {}", known.join(", "));
                    self.report(&place, ProblemKind::Unknown, must);
                }
            }
        }
    }

    fn allowed(&mut self, view: &View<'_>, value: &Value, pointer: &str) {
        let Some(values) = view.values() else { return };
        if !values.contains(value) {
            let values: Vec<String> = values.iter().map(printed).collect();
            let must = format!("be one of {}", values.join(", "));
            self.report(pointer, ProblemKind::Enum, must);
        }
    }

    fn length(
        &mut self,
        view: &View<'_>,
        length: usize,
        [(minimum, too_few), (maximum, too_many)]: [(&str, ProblemKind); 2],
        pointer: &str,
    ) {
        let of = if minimum == "minItems" {
            "items"
        } else {
            "characters"
        };
        if let Some(minimum) = view.count(minimum).filter(|minimum| length < *minimum) {
            self.report(pointer, too_few, format!("have at least {minimum} {of}"));
        }
        if let Some(maximum) = view.count(maximum).filter(|maximum| length > *maximum) {
            self.report(pointer, too_many, format!("have at most {maximum} {of}"));
        }
    }

    fn report(&mut self, pointer: &str, kind: ProblemKind, must: impl Into<String>) {
        self.problems.push(Problem {
            pointer: pointer.to_owned(),
            kind,
            must: must.into(),
        });
    }
}

fn child(pointer: &str, name: &str) -> String {
    format!("{pointer}/{}", name.replace('~', "~0").replace('/', "~1"))
}

fn printed(value: &Value) -> String {
    match value {
        Value::String(text) if !text.is_empty() => text.clone(),
        other => other.to_string(),
    }
}

fn name(kind: Kind) -> &'static str {
    match kind {
        Kind::Any | Kind::Union => "a value",
        Kind::String => "a string",
        Kind::Boolean => "a boolean",
        Kind::Integer => "an integer",
        Kind::Number => "a number",
        Kind::Array => "an array",
        Kind::Object => "an object",
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[track_caller]
    fn rejected(schema: Value, value: Value, pointer: &str, kind: ProblemKind) {
        let problems = validate(&schema, &value).unwrap_err();
        let found: Vec<_> = problems
            .iter()
            .map(|problem| (&*problem.pointer, problem.kind))
            .collect();
        assert_eq!(found, [(pointer, kind)], "{problems:?}");
    }

    #[test]
    fn every_rule_of_a_schema_is_checked() {
        let object = json!({
            "type": "object", "properties": { "a/b": { "type": "string" } },
            "required": ["a/b"], "additionalProperties": false,
        });
        rejected(object.clone(), json!({}), "/a~1b", ProblemKind::Missing);
        rejected(
            object.clone(),
            json!({ "a/b": "", "c": 1 }),
            "/c",
            ProblemKind::Unknown,
        );
        rejected(
            object.clone(),
            json!({ "a/b": null }),
            "/a~1b",
            ProblemKind::Null,
        );
        rejected(object, json!([]), "", ProblemKind::Type);
        rejected(
            json!({ "type": "boolean", "enum": [true] }),
            json!(false),
            "",
            ProblemKind::Enum,
        );
        rejected(
            json!({ "type": "string", "pattern": "^a$" }),
            json!("b"),
            "",
            ProblemKind::Format,
        );
        rejected(
            json!({ "type": "string", "minLength": 2 }),
            json!("é"),
            "",
            ProblemKind::TooShort,
        );
        rejected(
            json!({ "type": "integer" }),
            json!(1.5),
            "",
            ProblemKind::Type,
        );
        rejected(
            json!({ "type": "integer", "format": "int32" }),
            json!(1_u64 << 31),
            "",
            ProblemKind::Bounds,
        );
        rejected(
            json!({ "type": "number", "maximum": 1 }),
            json!(1.5),
            "",
            ProblemKind::Bounds,
        );
        let above_zero = json!({ "type": "integer", "minimum": 0, "exclusiveMinimum": true });
        rejected(above_zero, json!(0), "", ProblemKind::Bounds);
        let unique = json!({ "type": "array", "items": {}, "uniqueItems": true });
        rejected(unique, json!([1, 2, 1]), "", ProblemKind::Repeated);
        rejected(
            json!({ "type": "array", "minItems": 1 }),
            json!([]),
            "",
            ProblemKind::TooFewItems,
        );
    }

    #[test]
    fn whole_floats_are_integers() {
        assert_eq!(
            validate(&json!({ "type": "integer" }), &json!(10.0)),
            Ok(())
        );
    }

    #[test]
    fn a_union_is_checked_by_its_tag() {
        let union =
            description().schema("EmailAddress").unwrap()["properties"]["verification"].clone();
        rejected(
            union.clone(),
            json!({ "object": "new" }),
            "/object",
            ProblemKind::Enum,
        );
        rejected(union.clone(), json!({}), "/object", ProblemKind::Missing);
        let admin = json!({
            "object": "verification_admin", "status": "verified", "strategy": "admin",
            "attempts": null, "expire_at": null,
        });
        assert_eq!(validate(&union, &admin), Ok(()));
        assert_eq!(validate(&union, &Value::Null), Ok(()));
    }

    #[test]
    fn all_parts_of_an_all_of_are_checked() {
        let revoked = description()
            .operation("RevokeInvitation")
            .unwrap()
            .response_schema()
            .unwrap();
        let mut invitation = json!({
            "object": "invitation", "id": "inv_1", "email_address": "ada@example.com",
            "public_metadata": {}, "status": "revoked", "created_at": 1, "updated_at": 1,
        });
        assert_eq!(validate(revoked, &invitation), Ok(()));
        invitation["status"] = json!("pending");
        assert_eq!(
            validate(revoked, &invitation).unwrap_err()[0].kind,
            ProblemKind::Enum
        );
    }
}
