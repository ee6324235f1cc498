//! Changes that upstream makes, one by one: the class on the wire, the cost for callers, and the
//! resulting version bump and exit status.

use serde_json::{Value, json};

use super::renames::renamed;
use super::*;

/// The result for a change: its rule, its class and its impact.
type Said = (&'static str, Class, Impact);

struct Row {
    change: &'static str,
    edits: Vec<(&'static str, Value)>,
    said: Vec<Said>,
    bump: Bump,
    status: u8,
}

fn row(
    change: &'static str,
    edits: &[(&'static str, Value)],
    said: &[Said],
    bump: Bump,
    status: u8,
) -> Row {
    Row {
        change,
        edits: edits.to_vec(),
        said: said.to_vec(),
        bump,
        status,
    }
}

/// A location below the schema of the body that creates a book.
macro_rules! body {
    ($below:literal) => {
        concat!(
            "/paths/~1books/post/requestBody/content/application~1json/schema/",
            $below
        )
    };
}

fn names() -> Vec<Row> {
    vec![
        row(
            "another operationId",
            &[("/paths/~1books/get/operationId", json!("ReadBooks"))],
            &[("operation-id-changed", Compatible, Nothing)],
            Bump::Patch,
            1,
        ),
        row(
            "another tag",
            &[("/paths/~1books/get/tags", json!(["Reading"]))],
            &[("operation-tags-changed", Compatible, Nothing)],
            Bump::Patch,
            1,
        ),
        row(
            "another group",
            &[("/paths/~1books/get/x-speakeasy-group", json!("volumes"))],
            &[("operation-renamed", Compatible, Breaking)],
            Bump::Major,
            2,
        ),
        row(
            "a deprecation",
            &[("/paths/~1books/get/deprecated", json!(true))],
            &[("operation-deprecation-changed", Compatible, Deprecation)],
            Bump::Minor,
            1,
        ),
    ]
}

fn responses() -> Vec<Row> {
    vec![
        row(
            "an enum value added, in a filter and a field",
            &[("/components/schemas/Genre/enum/-", json!("poem"))],
            &[
                ("request-enum-value-added", Compatible, Addition),
                ("response-enum-value-added", Compatible, Addition),
            ],
            Bump::Minor,
            1,
        ),
        row(
            "a kind of a union added",
            &[(
                "/components/schemas/Loan/discriminator/mapping/audio",
                json!("#/components/schemas/Digital"),
            )],
            &[("response-union-kind-added", BreakingForResponses, Addition)],
            Bump::Minor,
            2,
        ),
        row(
            "an optional field added",
            &[(
                "/components/schemas/Book/properties/isbn",
                json!({ "type": "string" }),
            )],
            &[("response-property-added", Compatible, Addition)],
            Bump::Minor,
            1,
        ),
        row(
            "a required field removed",
            &[
                ("/components/schemas/Book/properties/title", Value::Null),
                ("/components/schemas/Book/required/1", Value::Null),
            ],
            &[("response-property-removed", BreakingForResponses, Breaking)],
            Bump::Major,
            2,
        ),
        row(
            "a field that became required",
            &[("/components/schemas/Book/required/-", json!("genre"))],
            &[("response-required-changed", Compatible, Breaking)],
            Bump::Major,
            2,
        ),
        row(
            "a field that became required and is an `Option` for another reason",
            &[("/components/schemas/Book/required/-", json!("subtitle"))],
            &[("response-required-changed", Compatible, Nothing)],
            Bump::Patch,
            1,
        ),
        row(
            "a field that became nullable",
            &[(
                "/components/schemas/Book/properties/title/nullable",
                json!(true),
            )],
            &[("response-nullable-changed", BreakingForResponses, Breaking)],
            Bump::Major,
            2,
        ),
        row(
            "a field that became optional",
            &[("/components/schemas/Book/required/1", Value::Null)],
            &[("response-required-changed", BreakingForResponses, Breaking)],
            Bump::Major,
            2,
        ),
        row(
            "another type in a response",
            &[(
                "/components/schemas/Book/properties/pages/type",
                json!("string"),
            )],
            &[("response-type-changed", BreakingForResponses, Breaking)],
            Bump::Major,
            2,
        ),
        row(
            "a new error status with a body",
            &[("/paths/~1books/get/responses/404", {
                let schema = json!({ "$ref": "#/components/schemas/Fault" });
                json!({ "description": "", "content": { "application/json": { "schema": schema } } })
            })],
            &[("response-status-added", Compatible, Nothing)],
            Bump::Patch,
            1,
        ),
    ]
}

fn requests() -> Vec<Row> {
    let parameter = |required: bool| {
        let schema = json!({ "type": "string" });
        json!({ "name": "q", "in": "query", "required": required, "schema": schema })
    };
    vec![
        row(
            "an optional parameter added",
            &[("/paths/~1books/get/parameters/-", parameter(false))],
            &[("request-parameter-added", Compatible, Addition)],
            Bump::Minor,
            1,
        ),
        row(
            "an optional field of a body added",
            &[(body!("properties/isbn"), json!({ "type": "string" }))],
            &[("request-property-added", Compatible, Addition)],
            Bump::Minor,
            1,
        ),
        row(
            "a required parameter added",
            &[("/paths/~1books/get/parameters/-", parameter(true))],
            &[("request-parameter-added", BreakingForRequests, Breaking)],
            Bump::Major,
            2,
        ),
        row(
            "a required field of a body added",
            &[
                (body!("properties/isbn"), json!({ "type": "string" })),
                (body!("required/-"), json!("isbn")),
            ],
            &[("request-property-added", BreakingForRequests, Breaking)],
            Bump::Major,
            2,
        ),
        row(
            "a field of a body removed",
            &[(body!("properties/note"), Value::Null)],
            &[("request-property-removed", BreakingForRequests, Breaking)],
            Bump::Major,
            2,
        ),
        row(
            "a field of a body deprecated before it goes",
            &[(body!("properties/note/deprecated"), json!(true))],
            &[("request-deprecation-changed", Compatible, Deprecation)],
            Bump::Minor,
            1,
        ),
        row(
            "a tighter bound",
            &[("/paths/~1books/get/parameters/0/schema/maximum", json!(50))],
            &[("request-limit-changed", BreakingForRequests, Nothing)],
            Bump::Patch,
            2,
        ),
        row(
            "another type in a request",
            &[(body!("properties/pages/type"), json!("string"))],
            &[("request-type-changed", BreakingForRequests, Breaking)],
            Bump::Major,
            2,
        ),
    ]
}

#[test]
fn each_row_of_the_table_is_classified_as_stated() {
    for row in [names(), responses(), requests()].into_iter().flatten() {
        let report = changed(&row.edits);
        judged(row.change, &report, &row.said, row.bump, row.status);
    }
}

#[test]
fn prose_and_examples_are_not_part_of_the_interface() {
    let report = changed(&[
        (
            "/components/schemas/Book/properties/title/description",
            json!("As it is printed."),
        ),
        (
            "/components/schemas/Book/properties/title/example",
            json!("Middlemarch"),
        ),
        ("/paths/~1books/get/summary", json!("All books")),
    ]);
    judged("prose", &report, &[], Bump::None, 0);
}

#[test]
fn a_renamed_schema_does_not_affect_callers_if_its_name_is_pinned() {
    let after = || renamed("Author", "Author-2");
    let said = |impact| [("schema-renamed", Compatible, impact)];
    let report = compare(library(), after());
    judged("not pinned", &report, &said(Breaking), Bump::Major, 2);
    let pins = [("schemas.Author-2", "Author")];
    let report = compare_with_pins(library(), after(), &pins);
    judged("pinned", &report, &said(Nothing), Bump::Patch, 1);
}

/// No alias is generated for a renamed method, so an overlay must keep the name; the files are
/// compared after it.
#[test]
fn a_method_whose_name_an_overlay_keeps_does_not_affect_callers() {
    let report = changed(&[
        ("/paths/~1books/get/operationId", json!("ReadBooks")),
        ("/paths/~1books/get/x-speakeasy-group", json!("books")),
        (
            "/paths/~1books/get/x-speakeasy-name-override",
            json!("list"),
        ),
    ]);
    let said = [("operation-id-changed", Compatible, Nothing)];
    judged("kept", &report, &said, Bump::Patch, 1);
}

#[track_caller]
fn judged(change: &str, report: &Report, said: &[Said], bump: Bump, status: u8) {
    let found: Vec<Said> = report
        .changes
        .iter()
        .map(|change| (change.rule, change.class, change.impact))
        .collect();
    assert_eq!(found, said, "{change}: {:#?}", report.changes);
    assert_eq!((report.bump(), report.status()), (bump, status), "{change}");
}
