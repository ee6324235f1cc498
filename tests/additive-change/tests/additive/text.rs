//! JSON text as servers may write it: members in any order, escapes in keys, numbers in any
//! notation.

use serde_json::Value;

use super::random::Random;

pub(crate) fn text(value: &Value, random: &mut Random) -> String {
    let mut text = String::new();
    write(value, random, &mut text);
    text
}

fn write(value: &Value, random: &mut Random, text: &mut String) {
    match value {
        Value::Number(number) => match number.as_f64() {
            Some(float) if number.is_f64() => text.push_str(&match random.below(3) {
                0 => format!("{float:?}"),
                1 => format!("{float:e}"),
                _ => format!("{float:E}"),
            }),
            _ => text.push_str(&number.to_string()),
        },
        Value::Array(values) => {
            text.push('[');
            for (index, value) in values.iter().enumerate() {
                separate(index, text);
                write(value, random, text);
            }
            text.push(']');
        }
        Value::Object(members) => {
            let mut members: Vec<_> = members.iter().collect();
            random.shuffle(&mut members);
            text.push('{');
            for (index, (key, value)) in members.into_iter().enumerate() {
                separate(index, text);
                write_key(key, random, text);
                text.push(':');
                write(value, random, text);
            }
            text.push('}');
        }
        _ => text.push_str(&value.to_string()),
    }
}

fn separate(index: usize, text: &mut String) {
    if index > 0 {
        text.push(',');
    }
}

fn write_key(key: &str, random: &mut Random, text: &mut String) {
    let quoted = Value::from(key).to_string();
    match key.bytes().next() {
        Some(first) if first.is_ascii_alphabetic() && random.one_in(8) => {
            text.push_str(&format!("\"\\u{first:04x}{}", &quoted[2..]));
        }
        _ => text.push_str(&quoted),
    }
}
