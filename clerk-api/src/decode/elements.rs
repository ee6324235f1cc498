//! A page whose elements are decoded one by one, because one of them does not fit.

use serde::de::DeserializeOwned;
use serde_json::Value;

use super::fault::Fault;
use super::repair::repair_value;
use super::shape::{Shape, Shaped};
use crate::page::{ITEMS_KEYS, TOTAL_KEY};

/// What could be read of a page.
pub(crate) struct Elements<T> {
    pub(crate) elements: Vec<Result<T, Fault>>,
    pub(crate) total_count: Option<i64>,
}

/// Decodes a page so that an element that does not fit costs only itself.
pub(crate) fn elements<T: Shaped + DeserializeOwned>(body: &[u8]) -> Result<Elements<T>, Fault> {
    let (values, prefix, total_count) = split(super::utf8(body)?)?;
    let shape = T::SHAPE;
    let elements = values
        .into_iter()
        .enumerate()
        .map(|(index, value)| {
            let path = format!("{prefix}[{index}]");
            let text = repaired(value, &shape, &path)?;
            serde_json::from_str(&text).map_err(|error| Fault::of(&error).at(path))
        })
        .collect();
    Ok(Elements {
        elements,
        total_count,
    })
}

fn repaired(mut value: Value, shape: &Shape, path: &str) -> Result<String, Fault> {
    repair_value(&mut value, shape, path)?;
    Ok(value.to_string())
}

/// The elements of a page, the path before their index, and the total.
fn split(text: &str) -> Result<(Vec<Value>, String, Option<i64>), Fault> {
    match serde_json::from_str(text).map_err(|error| Fault::of(&error))? {
        Value::Array(values) => Ok((values, "$".to_owned(), None)),
        Value::Object(mut members) => {
            let total = members.remove(TOTAL_KEY).map_or(Ok(None), total)?;
            for key in ITEMS_KEYS {
                let path = format!("$.{key}");
                match members.remove(*key) {
                    None => {}
                    Some(Value::Array(values)) => return Ok((values, path, total)),
                    Some(_) => return Err(Fault::new("expected a list").at(path)),
                }
            }
            Err(Fault::new("an object without the list of a page").at("$".to_owned()))
        }
        _ => Err(Fault::new("expected a list or an object with one").at("$".to_owned())),
    }
}

/// Without a total that is there, the walk over all pages could end too early.
fn total(mut value: Value) -> Result<Option<i64>, Fault> {
    let path = format!("$.{TOTAL_KEY}");
    repair_value(&mut value, &Shape::Nullable(&Shape::Integer), &path)?;
    Ok(value.as_i64())
}
