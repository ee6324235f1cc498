//! A success without a body: the result for each operation.

use clerk_api::blocking::Clerk;
use every_operation::{Variant, calls};
use test_support::{Reply, Server};

use crate::described::operations;

#[test]
fn no_successful_call_is_retried_or_reported_as_a_failure() {
    let server = Server::answering(|_| Reply::empty(204));
    let clerk = Clerk::builder()
        .secret_key("sk_test_0123456789")
        .base_url(server.url())
        .machine_secret_key("ak_test_0123456789")
        .build_blocking()
        .expect("a client");
    let operations = operations();
    let mut count = 0;
    for call in calls().filter(|call| call.variant == Variant::Required) {
        let operation = &operations[call.operation_id];
        match call.run_blocking(&clerk) {
            Ok(_) => assert!(operation.is_response_optional, "{}", call.operation_id),
            Err(error) => {
                assert!(error.is_missing_body(), "{error}");
                assert!(!operation.is_response_optional, "{error}");
            }
        }
        count += 1;
    }
    assert_eq!(server.requests().len(), count);
}

#[test]
fn deletions_and_actions_need_no_body_but_reads_and_creations_do() {
    for (id, operation) in operations() {
        let last = operation.path.rsplit('/').next().unwrap_or_default();
        let is_action = [
            "revoke", "ban", "unban", "lock", "unlock", "metadata", "reject",
        ];
        if operation.method == "DELETE" || is_action.contains(&last) {
            assert!(operation.is_response_optional, "{id}");
        }
        if operation.method == "GET" && operation.path != "/public/interstitial" {
            assert!(!operation.is_response_optional, "{id}");
        }
    }
}
