//! Claims of JWT templates: shortcodes such as `{{user.id}}` are replaced with their values.

use serde_json::{Map, Value};

/// The sources of shortcodes: `user`, `org`, `org_membership` and `session`.
pub(crate) type Context = Map<String, Value>;

/// The claims of a template. A text that is a single shortcode is replaced with its value, of any type. In a
/// longer text, values are formatted, and missing ones are empty.
pub(crate) fn claims(template: &Map<String, Value>, context: &Context) -> Map<String, Value> {
    template
        .iter()
        .map(|(name, value)| (name.clone(), rendered(value, context)))
        .collect()
}

fn rendered(value: &Value, context: &Context) -> Value {
    match value {
        Value::String(text) => text_rendered(text, context),
        Value::Array(items) => items.iter().map(|item| rendered(item, context)).collect(),
        Value::Object(members) => claims(members, context).into(),
        other => other.clone(),
    }
}

fn text_rendered(text: &str, context: &Context) -> Value {
    if let Some(only) = text
        .trim()
        .strip_prefix("{{")
        .and_then(|rest| rest.strip_suffix("}}"))
        && !only.contains("}}")
    {
        return evaluated(only, context);
    }
    let mut written = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("{{") {
        let Some((expression, after)) = after.split_once("}}") else {
            break;
        };
        written.push_str(before);
        match evaluated(expression, context) {
            Value::Null => {}
            Value::String(text) => written.push_str(&text),
            other => written.push_str(&other.to_string()),
        }
        rest = after;
    }
    written.push_str(rest);
    written.into()
}

/// `user.public_metadata.plan || 'free'`: the first operand with a value, or null.
fn evaluated(expression: &str, context: &Context) -> Value {
    let mut last = Value::Null;
    for operand in expression.split("||").map(str::trim) {
        last = match quoted(operand) {
            Some(text) => text.into(),
            None => looked_up(operand, context),
        };
        if is_something(&last) {
            return last;
        }
    }
    last
}

fn quoted(operand: &str) -> Option<&str> {
    ['\'', '"']
        .into_iter()
        .find_map(|quote| operand.strip_prefix(quote)?.strip_suffix(quote))
}

fn looked_up(path: &str, context: &Context) -> Value {
    let mut names = path.split('.');
    let mut value = names.next().and_then(|name| context.get(name));
    for name in names {
        value = value.and_then(|value| value.get(name));
    }
    value.cloned().unwrap_or_default()
}

fn is_something(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => false,
        Value::String(text) => !text.is_empty(),
        Value::Number(number) => number.as_f64() != Some(0.0),
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[track_caller]
    fn becomes(template: Value, claim: Value) {
        let context = json!({
            "user": {
                "id": "user_1", "first_name": "Ada", "last_name": null, "email_verified": true,
                "public_metadata": { "plan": { "name": "pro" }, "empty": "" },
            },
            "org": null,
        });
        let template = json!({ "claim": template });
        let claims = claims(template.as_object().unwrap(), context.as_object().unwrap());
        assert_eq!(claims["claim"], claim);
    }

    #[test]
    fn one_shortcode_keeps_its_type() {
        becomes(json!("{{user.id}}"), json!("user_1"));
        becomes(json!("{{ user.email_verified }}"), json!(true));
        becomes(
            json!("{{user.public_metadata.plan}}"),
            json!({ "name": "pro" }),
        );
        becomes(json!("{{user.public_metadata.plan.name}}"), json!("pro"));
        becomes(json!("{{user.last_name}}"), Value::Null);
        becomes(json!("{{org.id}}"), Value::Null);
        becomes(json!("{{nothing.at.all}}"), Value::Null);
    }

    #[test]
    fn values_are_inserted_into_longer_texts() {
        becomes(
            json!("{{user.first_name}} is {{user.id}}!"),
            json!("Ada is user_1!"),
        );
        becomes(
            json!("{{user.first_name}} {{user.last_name}}"),
            json!("Ada "),
        );
        becomes(json!("no {{end"), json!("no {{end"));
    }

    #[test]
    fn the_first_operand_with_a_value_is_used() {
        becomes(json!("{{user.last_name || user.first_name}}"), json!("Ada"));
        becomes(
            json!("{{user.public_metadata.empty || 'none'}}"),
            json!("none"),
        );
        becomes(json!("{{org.slug || user.last_name}}"), Value::Null);
    }

    #[test]
    fn other_values_stay_and_nested_ones_are_rendered() {
        becomes(json!(5), json!(5));
        becomes(
            json!({ "ids": ["{{user.id}}", 1], "a": null }),
            json!({ "ids": ["user_1", 1], "a": null }),
        );
    }
}
