//! Every operation responds to valid requests as described.

use clerk_mock::{ClerkMock, GeneratedRequest, Instances, Mode, Operation, UnknownIds, validate};

use crate::support::{RawRequest, Response};

fn sent(mock: &ClerkMock, request: &GeneratedRequest) -> Response {
    let target = format!("/v1{}", request.path_and_query());
    let mut by_hand = RawRequest::new(request.method.as_str(), &target);
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
fn assert_described(operation: &Operation, request: &GeneratedRequest, response: &Response) {
    let told = || {
        format!(
            "{operation:?}\n{request:?}\n{}",
            String::from_utf8_lossy(&response.body)
        )
    };
    assert_eq!(response.status, operation.status.as_u16(), "{}", told());
    let Some(schema) = operation.response_schema() else {
        assert!(response.body.is_empty(), "{}", told());
        return;
    };
    let body = response.json();
    let is_paginated = request
        .query
        .iter()
        .any(|(name, value)| name == "paginated" && value == "true");
    let is_list = Instances::new().value(schema, Mode::Minimal, 0).is_array();
    let described = if is_paginated && is_list {
        // The parameter turns an array into an object with a total.
        assert!(body["total_count"].is_u64(), "{}", told());
        &body["data"]
    } else {
        &body
    };
    assert_eq!(validate(schema, described), Ok(()), "{}", told());
}

fn every_operation_responds(mode: Mode) {
    let mock = ClerkMock::builder()
        .seed(5)
        .unknown_ids(UnknownIds::MakeUp)
        .mode(mode)
        .start_blocking()
        .unwrap();
    let instances = Instances::new();
    for operation in instances.operations() {
        let request = instances.request(&operation.id, mode, 11);
        let response = sent(&mock, &request);
        assert_described(operation, &request, &response);
    }
    let requests = mock.requests();
    assert_eq!(requests.len(), 252);
    for (request, operation) in requests.iter().zip(instances.operations()) {
        assert_eq!(request.operation.as_deref(), Some(&*operation.id));
    }
}

#[test]
fn with_only_what_is_required() {
    every_operation_responds(Mode::Minimal);
}

#[test]
fn with_everything() {
    every_operation_responds(Mode::Full);
}

#[test]
fn with_some_optional_members() {
    every_operation_responds(Mode::Varied);
}

#[test]
fn objects_made_up_for_unknown_ids_are_kept() {
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
    assert_eq!(listed.data[0].first_name.as_deref(), Some("Ada"));
}

#[test]
fn lists_of_generated_objects_end() {
    let mock = ClerkMock::start_blocking();
    for offset in [0, 3, 100] {
        let target = format!("/v1/billing/plans?limit=2&offset={offset}&paginated=true");
        let page = RawRequest::new("GET", &target).send(&mock).json();
        let total = page["total_count"].as_u64().unwrap();
        let left = total.saturating_sub(offset).min(2);
        assert_eq!(
            page["data"].as_array().unwrap().len() as u64,
            left,
            "{page}"
        );
    }
}
