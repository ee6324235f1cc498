//! Checks requests against the description.

mod body;
mod credentials;
mod images;
mod query;

use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use serde_json::{Map, Value};

pub(crate) use credentials::Keys;

use crate::description::{Description, Operation};
use crate::rejection::Rejection;
use crate::validate::{Problem, ProblemKind, validate};

/// A request of a known operation.
pub(crate) struct Given<'a> {
    pub(crate) operation: &'a Operation,
    pub(crate) path: Vec<(String, String)>,
    pub(crate) query: &'a str,
    pub(crate) headers: &'a HeaderMap,
    pub(crate) body: &'a Bytes,
}

/// The content of a valid request.
#[derive(Debug, Default)]
pub(crate) struct Checked {
    /// The values of the path parameters, in order.
    pub(crate) path: Vec<(String, String)>,
    /// The query parameters, with their types.
    pub(crate) query: Map<String, Value>,
    /// The JSON body, or the text parts of a form. Null if there is no body.
    pub(crate) body: Value,
    /// The key in its header.
    pub(crate) bearer: Option<String>,
}

/// Checks in the order in which a server would. A request that does not fit the description is returned
/// with what is wrong, because rules may add to it.
pub(crate) async fn check(
    description: &Description,
    keys: &Keys,
    given: Given<'_>,
) -> Result<(Checked, Result<(), Rejection>), Rejection> {
    let bearer = keys.check(given.operation.authentication, given.headers)?;
    credentials::check_version(description, given.headers)?;
    let mut wrong = Wrong::new(given.operation);
    for parameter in &given.operation.path_parameters {
        let value = given.path.iter().find(|(name, _)| *name == parameter.name);
        let value = Value::from(value.map_or("", |(_, value)| value));
        wrong.check(&parameter.name, &parameter.schema, &value, "path");
    }
    let query = query::check(description, given.operation, given.query, &mut wrong)?;
    let body = body::check(description, &given, &mut wrong).await?;
    Ok((
        Checked {
            path: given.path,
            query,
            body,
            bearer,
        },
        wrong.finish(),
    ))
}

/// Collects everything that is wrong, to report it at once.
struct Wrong {
    rejection: Rejection,
}

impl Wrong {
    fn new(operation: &Operation) -> Self {
        // Many operations have a status of their own for invalid values.
        let status = if operation.statuses.contains(&422) {
            StatusCode::UNPROCESSABLE_ENTITY
        } else {
            StatusCode::BAD_REQUEST
        };
        Self {
            rejection: Rejection::empty(status),
        }
    }

    fn check(&mut self, name: &str, schema: &Value, value: &Value, place: &str) {
        for problem in validate(schema, value).err().into_iter().flatten() {
            self.problem(name, &problem, place);
        }
    }

    fn problem(&mut self, name: &str, problem: &Problem, place: &str) {
        let parameter = parameter_name(name, &problem.pointer);
        let (code, message) = match problem.kind {
            ProblemKind::Missing => ("form_param_missing", "is missing"),
            ProblemKind::Unknown => ("form_param_unknown", "is unknown"),
            ProblemKind::Null => ("form_param_nil", "is null"),
            ProblemKind::Type => ("form_param_type_invalid", "has the wrong type"),
            ProblemKind::Format => ("form_param_format_invalid", "has the wrong format"),
            ProblemKind::Enum | ProblemKind::Bounds => (
                "form_param_value_invalid",
                "has a value that is not allowed",
            ),
            ProblemKind::TooShort => ("form_param_min_length_exceeded", "is too short"),
            ProblemKind::TooLong => ("form_param_max_length_exceeded", "is too long"),
            ProblemKind::TooFewItems => ("form_param_value_invalid", "has too few items"),
            ProblemKind::TooManyItems => ("form_param_array_size_exceeded", "has too many items"),
            ProblemKind::Repeated => ("form_param_duplicate", "has duplicate items"),
        };
        let subject = if parameter.is_empty() {
            "the value"
        } else {
            &parameter
        };
        let long = format!("In the {place}, {subject} must {}.", problem.must);
        self.rejection.add(code, parameter.clone(), message, long);
    }

    fn add(&mut self, code: &'static str, parameter: &str, message: &str, long: String) {
        self.rejection.add(code, parameter, message, long);
    }

    fn finish(self) -> Result<(), Rejection> {
        if self.rejection.is_empty() {
            Ok(())
        } else {
            Err(self.rejection)
        }
    }
}

/// `public_metadata.plan` or `email_address[0]`, as in Clerk's errors.
fn parameter_name(name: &str, pointer: &str) -> String {
    let mut text = name.to_owned();
    for segment in pointer.split('/').skip(1) {
        if segment.bytes().all(|byte| byte.is_ascii_digit()) && !segment.is_empty() {
            text.push_str(&format!("[{segment}]"));
            continue;
        }
        if !text.is_empty() {
            text.push('.');
        }
        text.push_str(&segment.replace("~1", "/").replace("~0", "~"));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_named_as_clerk_names_them() {
        assert_eq!(parameter_name("", "/email_address/0"), "email_address[0]");
        assert_eq!(
            parameter_name("", "/public_metadata/a~1b"),
            "public_metadata.a/b"
        );
        assert_eq!(parameter_name("limit", ""), "limit");
        assert_eq!(parameter_name("", "/0/email_address"), "[0].email_address");
    }
}
