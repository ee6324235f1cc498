//! Responses of operations without state: generated from the schema, with values of the request where the
//! schema has a member for them.

use serde_json::{Map, Value};

use crate::check::Checked;
use crate::description::{Description, Kind, Operation, View};
use crate::instances::{Generator, Mode};
use crate::list;
use crate::samples::random::{Random, hash};
use crate::validate::validate;

/// The body of a success, if it has one.
pub(crate) fn response(
    description: &Description,
    operation: &Operation,
    checked: &Checked,
    mode: Mode,
    seed: u64,
) -> Option<Value> {
    let schema = operation.response_schema()?;
    let random = Random::new(seed)
        .branch(&operation.id)
        .branch(&fingerprint(operation, checked));
    let value = Generator::new(description, mode).value(schema, random);
    let value = match items(value) {
        Ok(items) => list::page(
            operation,
            &checked.query,
            list::slice(&checked.query, items),
        ),
        Err(Value::Object(mut members)) => {
            echo(description, operation, checked, &mut members);
            Value::Object(members)
        }
        Err(other) => other,
    };
    Some(value)
}

/// What determines a response. The pages of a list have the same fingerprint, so they belong to the same
/// list.
fn fingerprint(operation: &Operation, checked: &Checked) -> String {
    let mut query = checked.query.clone();
    query.remove("limit");
    query.remove("offset");
    if let Some(switch) = operation.pagination_switch() {
        query.remove(switch);
    }
    let body = hash(checked.body.to_string().as_bytes());
    format!("{:?} {} {body}", checked.path, Value::Object(query))
}

/// The items of a list in either form, or the value itself if it is not a list.
fn items(value: Value) -> Result<Vec<Value>, Value> {
    match value {
        Value::Array(items) => Ok(items),
        Value::Object(mut members) if members.contains_key("total_count") => {
            match members.get_mut("data").map(Value::take) {
                Some(Value::Array(items)) => Ok(items),
                _ => Err(Value::Object(members)),
            }
        }
        other => Err(other),
    }
}

fn echo(
    description: &Description,
    operation: &Operation,
    checked: &Checked,
    members: &mut Map<String, Value>,
) {
    let Some(schema) = operation.response_schema() else {
        return;
    };
    let view = description.view(schema);
    if view.kind() != Kind::Object {
        return;
    }
    for (name, value) in checked.body.as_object().into_iter().flatten() {
        let is_secret = view
            .property(name)
            .is_some_and(|schema| description.view(schema).text("format") == Some("password"));
        if !is_secret {
            put_valid(&view, members, name, value.clone());
        }
    }
    for (name, id) in &checked.path {
        put_valid(&view, members, name, id.as_str().into());
    }
    let new_machine = members
        .get("id")
        .and_then(Value::as_str)
        .and_then(machine_secret);
    if let (Some(secret), true) = (new_machine, members.contains_key("secret_key")) {
        members.insert("secret_key".to_owned(), secret.into());
    }
    let mut put = |name: &str, value: Value| put_valid(&view, members, name, value);
    let Some((name, id)) = checked.path.last() else {
        return;
    };
    let collection = operation
        .route
        .collection_of(name)
        .map(singular)
        .unwrap_or_default();
    let named = view
        .property("object")
        .map(|schema| description.view(schema));
    let object = named
        .as_ref()
        .and_then(|view| match view.values()?.as_slice() {
            [only] => only.as_str(),
            _ => None,
        });
    let is_same = object.is_none_or(|object| {
        object.ends_with(&collection)
            || collection.ends_with(object)
            || named_otherwise(object, &collection)
    });
    if is_same {
        put("id", id.as_str().into());
    }
    if view.property("deleted").is_some() {
        put("deleted", true.into());
        if object.is_none() {
            put("object", collection.into());
        }
    }
    if let ("machine_secret_key", Some(secret)) = (object.unwrap_or_default(), machine_secret(id)) {
        put("secret", secret.into());
    }
}

/// Sets a member, if the schema has it and allows the value.
fn put_valid(view: &View<'_>, members: &mut Map<String, Value>, name: &str, value: Value) {
    if view
        .property(name)
        .is_some_and(|schema| validate(schema, &value).is_ok())
    {
        members.insert(name.to_owned(), value);
    }
}

/// Objects whose name differs from that of their collection.
fn named_otherwise(object: &str, collection: &str) -> bool {
    matches!(
        (object, collection),
        ("sign_up_attempt", "sign_up") | ("commerce_statement", "statement")
    )
}

/// The secret key of a machine that is made up: its id with another prefix.
fn machine_secret(id: &str) -> Option<String> {
    id.strip_prefix("mch_").map(|rest| format!("ak_{rest}"))
}

fn singular(collection: &str) -> String {
    match collection.strip_suffix("ies") {
        Some(stem) => format!("{stem}y"),
        None => collection
            .strip_suffix('s')
            .unwrap_or(collection)
            .to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::description::description;

    fn response_of(id: &str, path: &[(&str, &str)], query: Value, body: Value) -> Value {
        let own = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        let checked = Checked {
            path: path.iter().map(own).collect(),
            query: query.as_object().cloned().unwrap_or_default(),
            body,
            bearer: None,
        };
        let operation = description().operation(id).unwrap();
        let body = response(description(), operation, &checked, Mode::Full, 1).unwrap();
        if query.get("paginated").is_none() {
            assert_eq!(
                validate(operation.response_schema().unwrap(), &body),
                Ok(()),
                "{body}"
            );
        }
        body
    }

    #[test]
    fn values_of_the_request_are_in_the_response() {
        let template = response_of(
            "GetJWTTemplate",
            &[("template_id", "jtmp_1")],
            Value::Null,
            Value::Null,
        );
        assert_eq!(template["id"], "jtmp_1");
        let body = json!({ "name": "mine", "claims": { "a": 1 } });
        let created = response_of("CreateJWTTemplate", &[], Value::Null, body);
        assert_eq!(created["name"], "mine");
        assert_eq!(created["claims"], json!({ "a": 1 }));
    }

    #[test]
    fn the_id_of_a_parent_is_not_used_as_the_own_id() {
        let path = [("user_id", "user_1")];
        let subscription = response_of(
            "GetUserBillingSubscription",
            &path,
            Value::Null,
            Value::Null,
        );
        assert_ne!(subscription["id"], "user_1");
        let path = [
            ("organization_role_id", "role_1"),
            ("permission_id", "perm_1"),
        ];
        let role = response_of(
            "AssignPermissionToOrganizationRole",
            &path,
            Value::Null,
            Value::Null,
        );
        assert_ne!(role["id"], "perm_1");
    }

    #[test]
    fn a_deletion_returns_what_was_deleted() {
        let path = [("domain_id", "dmn_1")];
        let deleted = response_of("DeleteDomain", &path, Value::Null, Value::Null);
        assert_eq!(deleted["id"], "dmn_1");
        assert_eq!(deleted["object"], "domain");
        assert_eq!(deleted["deleted"], true);
    }

    #[test]
    fn pages_are_parts_of_one_list() {
        let whole = response_of("ListJWTTemplates", &[], json!({}), Value::Null);
        assert_eq!(whole.as_array().unwrap().len(), 2);
        let second = response_of(
            "ListJWTTemplates",
            &[],
            json!({ "limit": 1, "offset": 1 }),
            Value::Null,
        );
        assert_eq!(second, json!([whole[1]]));
        let after = response_of("ListJWTTemplates", &[], json!({ "offset": 2 }), Value::Null);
        assert_eq!(after, json!([]));
        let counted = response_of(
            "ListJWTTemplates",
            &[],
            json!({ "paginated": true }),
            Value::Null,
        );
        assert_eq!(counted, json!({ "data": whole, "total_count": 2 }));
    }

    #[test]
    fn the_secret_of_a_machine_follows_from_its_id() {
        let path = [("machine_id", "mch_abc")];
        let secret = response_of("GetMachineSecretKey", &path, Value::Null, Value::Null);
        assert_eq!(secret["secret"], "ak_abc");
        let created = response_of(
            "CreateMachine",
            &[],
            Value::Null,
            json!({ "name": "worker" }),
        );
        let id = created["id"].as_str().unwrap();
        assert_eq!(created["secret_key"], id.replace("mch_", "ak_"));
    }
}
