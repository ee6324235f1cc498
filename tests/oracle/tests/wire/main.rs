//! The requests of `clerk-api` and of stock progenitor's client for the same arguments are the same
//! on the wire, except for what [`expected`] lists.

mod compared;
mod expected;

use std::collections::BTreeSet;

use every_operation::calls;
use oracle::Stock;

use compared::{Aspect, Difference, compare_all};

/// How many of the description's operations stock progenitor supports.
const OPERATIONS: usize = 249;

#[test]
#[allow(clippy::print_stdout)]
fn requests_are_equal_except_for_expected_differences() {
    let differences = compare_all();
    let found: BTreeSet<(&str, &str, Aspect)> = differences
        .iter()
        .map(|difference| {
            (
                difference.operation_id,
                difference.variant,
                difference.aspect,
            )
        })
        .collect();
    let listed = expected::DIFFERENCES
        .iter()
        .flat_map(expected::Expected::expanded);
    let listed: BTreeSet<(&str, &str, Aspect)> = listed.collect();
    let unexpected: Vec<String> = differences
        .iter()
        .filter(|difference| {
            let Difference {
                operation_id,
                variant,
                aspect,
                ..
            } = **difference;
            !listed.contains(&(operation_id, variant, aspect))
        })
        .map(ToString::to_string)
        .collect();
    assert!(unexpected.is_empty(), "{}", unexpected.join("\n"));
    let stale: Vec<_> = listed.difference(&found).collect();
    assert!(
        stale.is_empty(),
        "these expected differences do not occur: {stale:?}"
    );
    for expected in expected::DIFFERENCES {
        println!(
            "expected differences: {} operations, {:?}: {}",
            expected.operations.len(),
            expected.aspect,
            expected.reason
        );
    }
}

#[test]
#[allow(clippy::print_stdout)]
fn all_operations_that_stock_progenitor_supports_are_compared() {
    let compared: BTreeSet<&str> = Stock::operations().collect();
    println!(
        "compared: {} operations, each in two variants",
        compared.len()
    );
    assert_eq!(compared.len(), OPERATIONS);

    let left_out = Stock::left_out();
    let left_out: Vec<(&str, &str)> = left_out
        .iter()
        .map(|(id, reason)| (id.as_str(), reason.as_str()))
        .collect();
    assert_eq!(left_out, expected::LEFT_OUT);

    let ours: BTreeSet<&str> = calls().map(|call| call.operation_id).collect();
    let known: BTreeSet<&str> = compared
        .iter()
        .copied()
        .chain(left_out.iter().map(|(id, _)| *id))
        .collect();
    assert_eq!(ours, known);
}
