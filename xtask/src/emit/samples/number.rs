//! Numbers within their bounds: from the table or, without one, a different one for each name.

use serde_json::{Value, json};

use super::schema::excludes;
use super::table::Table;
use super::text::Name;
use crate::support::error::{Error, Result};

/// How far above its lower bound a number without an upper one may be.
const SPAN: i64 = 997;
/// Beyond this, not every integer can be represented in JSON.
const FARTHEST: f64 = 9_007_199_254_740_992.0;
/// The beginning of the year 2025, and a day, in the API's unit.
const MOMENT: i64 = 1_735_689_600_000;
const DAY: i64 = 86_400_000;

/// A whole number, or one of any kind.
pub(super) fn sample(
    location: &str,
    name: Name<'_>,
    schema: &Value,
    table: &Table<'_>,
) -> Result<Value> {
    let is_whole = schema.get("type") == Some(&json!("integer"));
    let fits = |value: &Value| match value.as_f64() {
        Some(number) => is_within(number, schema) && (!is_whole || value.is_i64()),
        None => false,
    };
    if let Some(value) = table.value(name, fits) {
        return Ok(value.clone());
    }
    if schema.get("format") == Some(&json!("unix-milliseconds")) {
        let moment = MOMENT + name.number() % 28 * DAY;
        if is_within(moment as f64, schema) {
            return Ok(json!(moment));
        }
    }
    table.lacks(name);
    match is_whole {
        true => whole(location, name, schema).map(|value| json!(value)),
        false => number(location, name, schema),
    }
}

fn is_within(number: f64, schema: &Value) -> bool {
    let above = bound(schema, "minimum").is_none_or(|minimum| {
        number > minimum || (number == minimum && !excludes(schema, "exclusiveMinimum"))
    });
    let below = bound(schema, "maximum").is_none_or(|maximum| {
        number < maximum || (number == maximum && !excludes(schema, "exclusiveMaximum"))
    });
    let step = schema.get("multipleOf").and_then(Value::as_f64);
    above && below && step.is_none_or(|step| number % step == 0.0)
}

/// With a fraction, if there is room for one.
fn number(location: &str, name: Name<'_>, schema: &Value) -> Result<Value> {
    let whole = whole(location, name, schema)?;
    let fraction = whole as f64 + 0.25;
    let fits = schema.get("multipleOf").is_none()
        && bound(schema, "maximum").is_none_or(|maximum| fraction < maximum);
    Ok(if fits { json!(fraction) } else { json!(whole) })
}

fn whole(location: &str, name: Name<'_>, schema: &Value) -> Result<i64> {
    let step = schema
        .get("multipleOf")
        .and_then(Value::as_i64)
        .unwrap_or(1)
        .max(1);
    let lowest = bound(schema, "minimum").map(|minimum| {
        let lowest = minimum.ceil() as i64;
        lowest + i64::from(excludes(schema, "exclusiveMinimum") && lowest as f64 == minimum)
    });
    let highest = bound(schema, "maximum").map(|maximum| {
        let highest = maximum.floor() as i64;
        highest - i64::from(excludes(schema, "exclusiveMaximum") && highest as f64 == maximum)
    });
    let (low, high) = match (lowest, highest) {
        (Some(low), Some(high)) => (low, high.min(low.saturating_add(SPAN))),
        (Some(low), None) => (low, low.saturating_add(SPAN)),
        (None, Some(high)) => (high.min(1).max(high.saturating_sub(SPAN)), high),
        (None, None) => (1, SPAN),
    };
    let first = low.div_euclid(step) + i64::from(low.rem_euclid(step) != 0);
    let count = high.div_euclid(step) - first + 1;
    if count < 1 {
        return Err(Error::new(
            location,
            "no number is within the bounds",
            "correct `minimum`, `maximum` or `multipleOf` in an overlay",
        ));
    }
    Ok((first + name.number() % count) * step)
}

fn bound(schema: &Value, key: &str) -> Option<f64> {
    let bound = schema.get(key).and_then(Value::as_f64)?;
    Some(bound.clamp(-FARTHEST, FARTHEST))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(name: &str, schema: Value) -> Value {
        number("", Name::new(name), &schema).unwrap()
    }

    fn whole_of(name: &str, schema: Value) -> i64 {
        whole("", Name::new(name), &schema).unwrap()
    }

    #[test]
    fn numbers_stay_within_their_bounds() {
        for name in ["limit", "offset", "amount", "seconds"] {
            let value = whole_of(name, json!({ "minimum": 10, "maximum": 12 }));
            assert!((10..=12).contains(&value), "{name}: {value}");
            let value = whole_of(name, json!({ "maximum": 0 }));
            assert!(value <= 0, "{name}: {value}");
            let value = whole_of(name, json!({ "minimum": 4.5, "multipleOf": 5 }));
            assert!(value >= 5 && value % 5 == 0, "{name}: {value}");
        }
        assert_eq!(whole_of("a", json!({ "minimum": 7, "maximum": 7 })), 7);
    }

    #[test]
    fn bounds_beyond_all_integers_are_ignored() {
        let schema = json!({
            "minimum": i64::MIN, "exclusiveMinimum": true,
            "maximum": u64::MAX, "exclusiveMaximum": true,
        });
        assert!(whole("", Name::new("limit"), &schema).is_ok());
        assert!(whole("", Name::new("limit"), &json!({ "minimum": i64::MAX })).is_ok());
    }

    #[test]
    fn an_excluded_bound_is_not_taken() {
        let schema = json!({ "minimum": 0, "exclusiveMinimum": true, "maximum": 1 });
        assert_eq!(whole_of("limit", schema), 1);
    }

    #[test]
    fn two_names_have_two_numbers() {
        assert_ne!(whole_of("limit", json!({})), whole_of("offset", json!({})));
    }

    #[test]
    fn the_table_comes_first_where_its_number_fits() {
        let document = json!({ "x-sample-values": { "fields": { "amount": [500, 7.5] } } });
        let table = Table::of(&document, "billing");
        let of = |schema: Value| sample("", Name::new("amount"), &schema, &table).unwrap();
        assert_eq!(of(json!({ "type": "integer" })), 500);
        assert_eq!(of(json!({ "type": "number", "maximum": 10 })), 7.5);
        assert!(table.missing().is_empty());
        let small = json!({ "type": "integer", "minimum": 1, "maximum": 9 });
        assert!((1..=9).contains(&of(small).as_i64().unwrap()));
        assert_eq!(table.missing(), ["amount".to_owned()].into());
    }

    #[test]
    fn a_fraction_is_given_where_there_is_room() {
        let free = of("weight", json!({}));
        assert_eq!(free.as_f64().unwrap().fract(), 0.25);
        assert_eq!(
            of("weight", json!({ "minimum": 3, "maximum": 3 })),
            json!(3)
        );
    }

    #[test]
    fn bounds_that_no_number_satisfies_are_an_error() {
        let error = whole(
            "GET /a",
            Name::new("a"),
            &json!({ "minimum": 2, "maximum": 1 }),
        );
        assert!(error.unwrap_err().message.contains("no number is within"));
    }
}
