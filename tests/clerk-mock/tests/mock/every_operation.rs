//! Every operation of the description answers valid requests with what the description says.

use clerk_mock::{ClerkMock, GeneratedRequest, Instances, Mode, Operation, UnknownIds, validate};

use crate::support::{Answer, ByHand};

fn sent(mock: &ClerkMock, request: &GeneratedRequest) -> Answer {
    let target = format!("/v1{}", request.path_and_query());
    let mut by_hand = ByHand::new(request.method.as_str(), &target);
    if let Some(json) = &request.json {
        by_hand = by_hand.json(json);
    }
    if let Some(parts) = &request.parts {
        let parts: Vec<_> = parts
            .iter()
            .map(|(name, text)| {
                (
                    name.as_str(),
                    (name == "file").then_some("me.png"),
                    text.as_str(),
                )
            })
            .collect();
        by_hand = by_hand.form(&parts);
    }
    by_hand.send(mock)
}

#[track_caller]
fn assert_described(operation: &Operation, request: &GeneratedRequest, answer: &Answer) {
    let told = || {
        format!(
            "{operation:?}\n{request:?}\n{}",
            String::from_utf8_lossy(&answer.body)
        )
    };
    assert_eq!(answer.status, operation.status.as_u16(), "{}", told());
    let Some(schema) = operation.response_schema() else {
        assert!(answer.body.is_empty(), "{}", told());
        return;
    };
    let body = answer.json();
    let is_paginated = request
        .query
        .iter()
        .any(|(name, value)| name == "paginated" && value == "true");
    let is_list = Instances::new().of(schema, Mode::Minimal, 0).is_array();
    let described = if is_paginated && is_list {
        // The switch gives a bare list a total.
        assert!(body["total_count"].is_u64(), "{}", told());
        &body["data"]
    } else {
        &body
    };
    assert_eq!(validate(schema, described), Ok(()), "{}", told());
}

fn every_operation_answers(mode: Mode) {
    let mock = ClerkMock::builder()
        .seed(5)
        .unknown_ids(UnknownIds::MakeUp)
        .mode(mode)
        .start_blocking()
        .unwrap();
    let instances = Instances::new();
    for operation in instances.operations() {
        let request = instances.request(&operation.id, mode, 11);
        let answer = sent(&mock, &request);
        assert_described(operation, &request, &answer);
    }
    let requests = mock.requests();
    assert_eq!(requests.len(), 252);
    for (request, operation) in requests.iter().zip(instances.operations()) {
        assert_eq!(request.operation.as_deref(), Some(&*operation.id));
    }
}

#[test]
fn with_only_what_is_required() {
    every_operation_answers(Mode::Minimal);
}

#[test]
fn with_everything() {
    every_operation_answers(Mode::Full);
}

#[test]
fn with_some_of_it() {
    every_operation_answers(Mode::Varied);
}

#[test]
fn what_is_made_up_for_an_unknown_id_is_kept() {
    let mock = ClerkMock::builder()
        .unknown_ids(UnknownIds::MakeUp)
        .start_blocking()
        .unwrap();
    let clerk = mock.client_builder().build_blocking().unwrap();
    let user = clerk.users().get("user_of_yesterday").send().unwrap();
    assert_eq!(user.id, "user_of_yesterday");
    clerk
        .users()
        .update(&user.id)
        .first_name("Ada")
        .send()
        .unwrap();
    let listed = clerk.users().list().send().unwrap();
    assert_eq!(listed[0].first_name.as_deref(), Some("Ada"));
}

#[test]
fn lists_of_generated_objects_end() {
    let mock = ClerkMock::start_blocking();
    for offset in [0, 3, 100] {
        let target = format!("/v1/billing/plans?limit=2&offset={offset}&paginated=true");
        let page = ByHand::new("GET", &target).send(&mock).json();
        let total = page["total_count"].as_u64().unwrap();
        let left = total.saturating_sub(offset).min(2);
        assert_eq!(
            page["data"].as_array().unwrap().len() as u64,
            left,
            "{page}"
        );
    }
}
