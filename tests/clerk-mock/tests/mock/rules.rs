//! Every rule has a request that breaks only this rule and is rejected, and a similar one that is accepted.

use clerk_mock::{ClerkMock, GeneratedRequest, Instances, Mode, UnknownIds};
use serde_json::{Map, Value};

use crate::support::{RawRequest, Response};

#[path = "../../src/rules/fragment.rs"]
mod fragment;

const STATES: &str = include_str!("../../src/rules/states.json");
const TABLE: &str = include_str!("../../src/rules/requests.json");

/// A request with a part changed.
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

fn sent(mock: &ClerkMock, method: &str, target: &str, body: &Value) -> Response {
    let request = RawRequest::new(method, target);
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
fn each_rule_about_requests_rejects_what_breaks_only_it() {
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
                    let response = sent(&mock, method.method.as_str(), &target, &body);
                    (format!("{target} {body}"), response)
                };
                let name = format!("{}: {operation_id}, {parameter}", rule["id"]);
                let (asked, rejected) = ask(&rule["rejected"]);
                let codes: Vec<String> = match rejected.status {
                    200..300 => Vec::new(),
                    _ => rejected
                        .errors()
                        .into_iter()
                        .map(|(code, _)| code)
                        .collect(),
                };
                let wanted = rule["code"].as_str().unwrap();
                if (u64::from(rejected.status), codes.as_slice())
                    != (rule["status"].as_u64().unwrap(), &[wanted.to_owned()])
                {
                    failures.push(format!("{name}\n  {asked:.300}\n  {rejected:?}"));
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
fn a_rejection_names_the_parameters() {
    let mock = ClerkMock::start_blocking();
    let rejected = RawRequest::new("GET", "/v1/users?starting_after=user_1&offset=2").send(&mock);
    assert_eq!(rejected.status, 422);
    let error = &rejected.json()["errors"][0];
    assert_eq!(error["code"], "form_conditional_param_disallowed");
    assert_eq!(error["meta"]["param_name"], "starting_after");
    let rejected = sent(&mock, "POST", "/v1/users", &serde_json::json!({}));
    assert_eq!(rejected.status, 422);
    let error = &rejected.json()["errors"][0];
    assert_eq!(error["code"], "form_data_missing");
    let names = ["email_address", "phone_number", "web3_wallet", "username"];
    assert_eq!(error["meta"]["param_names"], serde_json::json!(names));
}

/// A request of a rule about the state, in which the ids of earlier items replace `{0}` and so on.
fn of_state(mock: &ClerkMock, request: &Value, ids: &[String]) -> Response {
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
    let by_hand = RawRequest::new(request[0].as_str().unwrap(), &target)
        .header("authorization", &format!("Bearer {key}"));
    match &request[2] {
        Value::Null => by_hand.send(mock),
        body => by_hand.json(body).send(mock),
    }
}

#[test]
fn each_rule_about_the_state_rejects_what_breaks_only_it() {
    let table: Vec<Value> = serde_json::from_str(STATES).unwrap();
    let mut failures = Vec::new();
    for rule in &table {
        let mock = ClerkMock::start_blocking();
        let mut ids = Vec::new();
        for given in rule["given"].as_array().unwrap() {
            let response = of_state(&mock, given, &ids);
            assert!(
                response.status < 300,
                "{}: {given} {}",
                rule["id"],
                response.json()
            );
            let id = response.json()["id"]
                .as_str()
                .unwrap_or_default()
                .to_owned();
            ids.push(id);
        }
        let rejected = of_state(&mock, &rule["rejected"], &ids);
        let codes: Vec<String> = match rejected.status {
            200..300 => Vec::new(),
            _ => rejected
                .errors()
                .into_iter()
                .map(|(code, _)| code)
                .collect(),
        };
        let wanted = rule["code"].as_str().unwrap();
        if (u64::from(rejected.status), codes.as_slice())
            != (rule["status"].as_u64().unwrap(), &[wanted.to_owned()])
        {
            failures.push(format!(
                "{}: rejected {} {codes:?}",
                rule["id"], rejected.status
            ));
        }
        let accepted = of_state(&mock, &rule["accepted"], &ids);
        if accepted.status >= 300 {
            failures.push(format!("{}: not accepted {}", rule["id"], accepted.json()));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}
