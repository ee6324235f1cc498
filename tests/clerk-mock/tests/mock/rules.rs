//! Every rule of the table has a request that breaks it alone and is refused, and one that comes
//! close and is accepted.

use clerk_mock::{ClerkMock, GeneratedRequest, Instances, Mode, UnknownIds};
use serde_json::{Map, Value};

use crate::support::{Answer, ByHand};

#[path = "../../src/rules/fragment.rs"]
mod fragment;

const STATES: &str = include_str!("../../src/rules/states.json");
const TABLE: &str = include_str!("../../src/rules/requests.json");

/// A request with a part of it changed.
fn changed(request: &GeneratedRequest, part: &Value, parameter: &str) -> (String, Value) {
    let mut query = Map::new();
    for (name, value) in &request.query {
        query.insert(name.clone(), value.as_str().into());
    }
    let mut body = request.json.clone().unwrap_or_default();
    fragment::apply(part, parameter, &mut query, &mut body);
    let mut changed = request.clone();
    changed.query = Vec::new();
    for (name, value) in query {
        let values = match value {
            Value::Array(items) => items,
            other => vec![other],
        };
        for value in values {
            let text = value.as_str().map_or(value.to_string(), str::to_owned);
            changed.query.push((name.clone(), text));
        }
    }
    (format!("/v1{}", changed.path_and_query()), body)
}

fn sent(mock: &ClerkMock, method: &str, target: &str, body: &Value) -> Answer {
    let request = ByHand::new(method, target);
    let request = if body.is_null() {
        request
    } else {
        request.json(body)
    };
    request.send(mock)
}

fn texts(value: &Value) -> Vec<&str> {
    let values = value.as_array().unwrap().iter();
    values.map(|value| value.as_str().unwrap()).collect()
}

#[test]
fn each_rule_about_requests_refuses_what_breaks_it_alone() {
    let table: Vec<Value> = serde_json::from_str(TABLE).unwrap();
    let mock = ClerkMock::builder()
        .unknown_ids(UnknownIds::MakeUp)
        .start_blocking()
        .unwrap();
    let instances = Instances::new();
    let mut failures = Vec::new();
    for rule in &table {
        for operation_id in texts(&rule["operations"]) {
            let operation = instances.operation(operation_id);
            let method = operation.unwrap_or_else(|| panic!("{operation_id}"));
            let request = instances.request(operation_id, Mode::Minimal, 1);
            for parameter in texts(&rule["parameters"]) {
                let ask = |part: &Value| {
                    let (target, body) = changed(&request, part, parameter);
                    let answer = sent(&mock, method.method.as_str(), &target, &body);
                    (format!("{target} {body}"), answer)
                };
                let name = format!("{}: {operation_id}, {parameter}", rule["id"]);
                let (asked, refused) = ask(&rule["refused"]);
                let codes: Vec<String> = match refused.status {
                    200..300 => Vec::new(),
                    _ => refused.errors().into_iter().map(|(code, _)| code).collect(),
                };
                let wanted = rule["code"].as_str().unwrap();
                if (u64::from(refused.status), codes.as_slice())
                    != (rule["status"].as_u64().unwrap(), &[wanted.to_owned()])
                {
                    failures.push(format!("{name}\n  {asked:.300}\n  {refused:?}"));
                }
                let (asked, accepted) = ask(&rule["accepted"]);
                if !(200..300).contains(&accepted.status) {
                    failures.push(format!("{name}\n  {asked:.300}\n  {accepted:?}"));
                }
            }
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    assert!(table.len() > 80);
}

#[test]
fn what_a_refusal_names_are_the_parameters() {
    let mock = ClerkMock::start_blocking();
    let refused = ByHand::new("GET", "/v1/users?starting_after=user_1&offset=2").send(&mock);
    assert_eq!(refused.status, 422);
    let error = &refused.json()["errors"][0];
    assert_eq!(error["code"], "form_conditional_param_disallowed");
    assert_eq!(error["meta"]["param_name"], "starting_after");
    let refused = sent(&mock, "POST", "/v1/users", &serde_json::json!({}));
    assert_eq!(refused.status, 422);
    let error = &refused.json()["errors"][0];
    assert_eq!(error["code"], "form_data_missing");
    let names = ["email_address", "phone_number", "web3_wallet", "username"];
    assert_eq!(error["meta"]["param_names"], serde_json::json!(names));
}

/// A request of the table of states, with the ids of what was made before in the place of `{0}`.
fn of_state(mock: &ClerkMock, request: &Value, ids: &[String]) -> Answer {
    let mut text = request.to_string();
    for (number, id) in ids.iter().enumerate() {
        text = text.replace(&format!("{{{number}}}"), id);
    }
    let request: Value = serde_json::from_str(&text).unwrap();
    let target = format!("/v1{}", request[1].as_str().unwrap()).replace('+', "%2B");
    let key = match target.starts_with("/v1/m2m_tokens") {
        true => "ak_machine",
        false => "sk_test_rules",
    };
    let by_hand = ByHand::new(request[0].as_str().unwrap(), &target)
        .header("authorization", &format!("Bearer {key}"));
    match &request[2] {
        Value::Null => by_hand.send(mock),
        body => by_hand.json(body).send(mock),
    }
}

#[test]
fn each_rule_about_what_else_there_is_refuses_what_breaks_it_alone() {
    let table: Vec<Value> = serde_json::from_str(STATES).unwrap();
    let mut failures = Vec::new();
    for rule in &table {
        let mock = ClerkMock::start_blocking();
        let mut ids = Vec::new();
        for given in rule["given"].as_array().unwrap() {
            let answer = of_state(&mock, given, &ids);
            assert!(
                answer.status < 300,
                "{}: {given} {}",
                rule["id"],
                answer.json()
            );
            let id = answer.json()["id"].as_str().unwrap_or_default().to_owned();
            ids.push(id);
        }
        let refused = of_state(&mock, &rule["refused"], &ids);
        let codes: Vec<String> = match refused.status {
            200..300 => Vec::new(),
            _ => refused.errors().into_iter().map(|(code, _)| code).collect(),
        };
        let wanted = rule["code"].as_str().unwrap();
        if (u64::from(refused.status), codes.as_slice())
            != (rule["status"].as_u64().unwrap(), &[wanted.to_owned()])
        {
            failures.push(format!(
                "{}: refused {} {codes:?}",
                rule["id"], refused.status
            ));
        }
        let accepted = of_state(&mock, &rule["accepted"], &ids);
        if accepted.status >= 300 {
            failures.push(format!("{}: not accepted {}", rule["id"], accepted.json()));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}
