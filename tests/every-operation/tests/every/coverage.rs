//! How much of the description the calls cover, measured by the requests that arrive at a server.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use clerk_mock::RecordedRequest;
use every_operation::{Variant, calls};
use serde_json::Value;
use test_support::{Recorded, multipart};

use crate::described::{Body, Described, Member, operations};
use crate::fake;

/// The requests that a server received, by operation and variant.
fn received() -> &'static BTreeMap<(&'static str, Variant), Recorded> {
    static RECEIVED: OnceLock<BTreeMap<(&'static str, Variant), Recorded>> = OnceLock::new();
    RECEIVED.get_or_init(|| {
        let mock = fake::start(clerk_mock::Mode::Minimal);
        let clerk = fake::client(&mock).build_blocking().expect("a client");
        let mut received = BTreeMap::new();
        for call in calls() {
            mock.clear_requests();
            let answer = call.run_blocking(&clerk);
            let requests = mock.requests();
            let [request] = &requests[..] else {
                panic!("{}: {answer:?}, {requests:?}", call.operation_id);
            };
            // The server found the operation by its path alone.
            assert_eq!(request.operation.as_deref(), Some(call.operation_id));
            received.insert((call.operation_id, call.variant), recorded(request));
        }
        received
    })
}

fn recorded(request: &RecordedRequest) -> Recorded {
    let text = |value: &[u8]| String::from_utf8_lossy(value).into_owned();
    let headers = request.headers.iter();
    Recorded {
        method: request.method.to_string(),
        path: request.path.clone(),
        query: request.query.clone(),
        headers: headers
            .map(|(name, value)| (name.to_string(), text(value.as_bytes())))
            .collect(),
        body: request.body.to_vec(),
    }
}

/// Names of the members that a request must have, and of those that it has, each with its location.
struct Compared {
    wanted: BTreeSet<String>,
    present: BTreeSet<String>,
}

fn compare(operation: &Described, request: &Recorded, variant: Variant) -> Compared {
    let is_wanted = |member: &&Member| variant == Variant::All || member.required;
    let named = |place: &str, members: &[Member]| -> BTreeSet<String> {
        members
            .iter()
            .filter(is_wanted)
            .map(|member| format!("{place} {}", member.name))
            .collect()
    };
    let mut wanted = named("query", &operation.query);
    wanted.extend(
        operation
            .path_parameters
            .iter()
            .map(|name| format!("path {name}")),
    );
    let mut present: BTreeSet<String> = request
        .query_pairs()
        .into_iter()
        .map(|(name, _)| format!("query {}", name))
        .collect();
    present.extend(filled(&operation.path, &request.path));
    match &operation.body {
        Body::None => assert!(request.body.is_empty(), "{}", operation.path),
        Body::List => {
            wanted.insert("body".to_owned());
            let items = request.json();
            if items.as_array().is_some_and(|items| !items.is_empty()) {
                present.insert("body".to_owned());
            }
        }
        Body::Json(fields) => {
            wanted.extend(named("body", fields));
            if !request.body.is_empty() {
                let body = request.json();
                let body = body.as_object().expect("an object");
                let set = body.iter().filter(|(_, value)| **value != Value::Null);
                present.extend(set.map(|(name, _)| format!("body {name}")));
            }
        }
        Body::Form { file, fields } => {
            wanted.extend(named("body", fields));
            wanted.insert(format!("body {file}"));
            let parts = multipart(request);
            present.extend(parts.iter().map(|part| format!("body {}", part.name)));
        }
    }
    Compared { wanted, present }
}

/// The placeholders of a path that have a value in the request.
fn filled(template: &str, path: &str) -> Vec<String> {
    let path = path.strip_prefix("/v1").expect("the base path");
    let (template, path): (Vec<_>, Vec<_>) =
        (template.split('/').collect(), path.split('/').collect());
    assert_eq!(template.len(), path.len(), "{template:?} {path:?}");
    let mut filled = Vec::new();
    for (expected, sent) in template.into_iter().zip(path) {
        match expected
            .strip_prefix('{')
            .and_then(|name| name.strip_suffix('}'))
        {
            Some(name) if !sent.is_empty() => filled.push(format!("path {name}")),
            _ => assert_eq!(expected, sent),
        }
    }
    filled
}

fn differences(variant: Variant) -> (Vec<String>, usize, usize) {
    let (mut differences, mut reached, mut parameters) = (Vec::new(), 0, 0);
    let described = operations();
    for (id, operation) in &described {
        let Some(request) = received().get(&(id.as_str(), variant)) else {
            differences.push(format!("{id} ({variant}) was not sent"));
            continue;
        };
        assert_eq!(request.method, operation.method, "{id}");
        let compared = compare(operation, request, variant);
        let missing = compared.wanted.difference(&compared.present);
        differences.extend(missing.map(|name| format!("{id} ({variant}) lacks {name}")));
        let surplus = compared.present.difference(&compared.wanted);
        differences.extend(surplus.map(|name| format!("{id} ({variant}) has {name}")));
        reached += 1;
        parameters += compared.wanted.len();
    }
    differences.retain(|difference| !BY_RULES.contains(&&**difference));
    (differences, reached, parameters)
}

/// What the API rejects in combination, and what it needs although no schema requires it.
const BY_RULES: &[&str] = &[
    "CreateSAMLConnection (all) lacks body domain",
    "CreateUser (required) has body email_address",
    "GetUserList (all) lacks query offset",
];

#[test]
#[allow(clippy::print_stdout)]
fn every_parameter_and_body_field_of_every_operation_is_sent() {
    let (differences, operations, parameters) = differences(Variant::All);
    let share = |covered: usize, whole: usize| 100.0 * covered as f64 / whole as f64;
    println!(
        "covered: {operations} of {} operations ({:.0} %), {} of {parameters} parameters and body fields ({:.0} %)",
        crate::described::operations().len(),
        share(operations, crate::described::operations().len()),
        parameters - differences.len(),
        share(parameters - differences.len(), parameters),
    );
    assert!(differences.is_empty(), "{}", differences.join("\n"));
    // Known numbers of the description: they reveal what the record of operations lost.
    assert_eq!(operations, 252);
    assert!(parameters > 800, "{parameters}");
}

#[test]
fn a_call_with_required_members_sends_only_those() {
    let (differences, ..) = differences(Variant::Required);
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}

#[test]
fn swapped_arguments_would_be_noticed() {
    for (id, operation) in operations() {
        let received = &received()[&(id.as_str(), Variant::All)];
        let path: Vec<&str> = received.path.split('/').collect();
        let names = operation.path.split('/').zip(path.into_iter().skip(1));
        let ids: Vec<&str> = names
            .filter(|(name, _)| name.starts_with('{'))
            .map(|(_, sent)| sent)
            .collect();
        let distinct: BTreeSet<&&str> = ids.iter().collect();
        assert_eq!(distinct.len(), ids.len(), "{id}: {ids:?}");
    }
}
