//! The operations in `generated/operations.json`.

use std::collections::BTreeMap;

use serde_json::Value;

pub(crate) struct Described {
    pub(crate) method: String,
    /// `/users/{user_id}`
    pub(crate) path: String,
    pub(crate) path_parameters: Vec<String>,
    pub(crate) query: Vec<Member>,
    pub(crate) body: Body,
    /// Whether a success without a body has a value: no body is described, or it is optional.
    pub(crate) is_response_optional: bool,
}

pub(crate) enum Body {
    None,
    Json(Vec<Member>),
    /// The whole body is a list.
    List,
    Form {
        file: String,
        fields: Vec<Member>,
    },
}

pub(crate) struct Member {
    pub(crate) name: String,
    pub(crate) required: bool,
}

/// By operation id.
pub(crate) fn operations() -> BTreeMap<String, Described> {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../generated/operations.json"
    );
    let text = std::fs::read_to_string(path).expect("the record of operations");
    let operations: Vec<Value> = serde_json::from_str(&text).expect("it is a list");
    operations
        .iter()
        .map(|operation| (text_of(operation, "operation_id"), described(operation)))
        .collect()
}

fn described(operation: &Value) -> Described {
    let parameters = list(operation, "parameters");
    let member = |one: &Value| member(one, &needed(operation));
    let at = |place: &'static str| parameters.iter().filter(move |one| one["in"] == place);
    Described {
        method: text_of(operation, "method"),
        path: text_of(operation, "path"),
        path_parameters: at("path")
            .map(|parameter| text_of(parameter, "name"))
            .collect(),
        query: at("query").map(member).collect(),
        body: body(&operation["body"], &member),
        is_response_optional: operation["response"].is_null()
            || operation["response_optional"] == true,
    }
}

/// The first of several alternatives of which one is needed: the one that a call with required
/// members sets.
fn needed(operation: &Value) -> Vec<String> {
    let rules = operation["requirements"].as_array();
    let always = rules
        .into_iter()
        .flatten()
        .filter(|rule| rule.get("when").is_none() && rule.get("at").is_none());
    let first = always.filter_map(|rule| rule.get("any_of")?[0].as_str());
    first.map(str::to_owned).collect()
}

fn body(body: &Value, member: &impl Fn(&Value) -> Member) -> Body {
    let fields = || list(body, "fields").iter().map(member).collect();
    if body.is_null() {
        Body::None
    } else if body.get("items").is_some() {
        Body::List
    } else if body.get("file").is_some() {
        Body::Form {
            file: text_of(body, "file"),
            fields: fields(),
        }
    } else {
        Body::Json(fields())
    }
}

fn member(member: &Value, needed: &[String]) -> Member {
    let name = text_of(member, "name");
    Member {
        required: member["required"] == true || needed.contains(&name),
        name,
    }
}

fn list<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    value[key].as_array().expect("a list").as_slice()
}

fn text_of(value: &Value, key: &str) -> String {
    value[key].as_str().expect("a text").to_owned()
}
