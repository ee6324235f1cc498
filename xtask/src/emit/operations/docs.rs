//! The rustdoc of operations.
//!
//! The texts come from the intermediate representation (`spec/docs/`) and from facts of the
//! operation; this module adds the sentences that are the same for all.

use super::members::{Location, Member};
use crate::correct::requirements;
use crate::ir::{Need, Operation, Pagination, Requirement, Response, Type};

/// The text of a resource's method.
pub(super) fn method(
    operation: &Operation,
    builder: &str,
    arguments: &[Member],
    example: Option<&str>,
) -> String {
    let mut paragraphs = vec![
        operation.docs.trim().to_owned(),
        format!("`{} {}`", operation.method, operation.path),
    ];
    let described: Vec<String> = arguments
        .iter()
        .filter(|argument| !argument.field.docs.is_empty())
        .map(|argument| format!("- `{}`: {}", argument.field.name, member(argument)))
        .collect();
    if !described.is_empty() {
        paragraphs.push(described.join("\n"));
    }
    if !operation.requirements.is_empty() {
        let rules = operation.requirements.iter().map(requirement);
        let rules: Vec<String> = rules.map(|rule| format!("- {rule}")).collect();
        paragraphs.push(format!(
            "Fails without sending a request unless these rules are met:\n\n{}",
            rules.join("\n")
        ));
    }
    if let Some(pagination) = &operation.pagination {
        paragraphs.push(paging(pagination, builder));
    }
    if let (Response::Json { .. }, true) = (&operation.response, operation.is_response_optional) {
        paragraphs.push("Returns `None` if a successful response has no body.".to_owned());
    }
    if !operation.error_statuses.is_empty() {
        paragraphs.push("# Errors".to_owned());
        paragraphs.push(statuses(&operation.error_statuses));
    }
    if let Some(example) = example {
        paragraphs.push("# Examples".to_owned());
        paragraphs.push(block(example));
    }
    paragraphs.join("\n\n")
}

/// Code that compiles on its own: the code around it is hidden.
fn block(example: &str) -> String {
    format!(
        "```no_run\n\
         # async fn example(clerk: clerk_api::Clerk) -> Result<(), clerk_api::Error> {{\n\
         {example}\n\
         # Ok(())\n\
         # }}\n\
         ```"
    )
}

/// The text of a setter, or of an argument in its method's list.
pub(super) fn member(member: &Member) -> String {
    let mut text = match member.field.docs.trim() {
        "" => format!("Sets `{}`.", member.field.wire_name),
        text => text.to_owned(),
    };
    if let (Location::Query, Type::List(_)) = (member.location, &member.field.ty) {
        text.push_str(" An empty list is not sent, so it does not filter.");
    }
    if member.field.nullable {
        format!("{text} `None` sends null.")
    } else {
        text
    }
}

/// A rule as a sentence.
fn requirement(rule: &Requirement) -> String {
    let Requirement {
        location,
        when,
        need,
        of,
    } = rule;
    let words: Vec<String> = of.iter().map(|name| format!("`{name}`")).collect();
    let (start, names) = match need {
        Need::AnyOf => ("", joined(&words, "or")),
        Need::OneOf => ("exactly one of ", joined(&words, "and")),
        Need::AllOf => ("", joined(&words, "and")),
    };
    let object = match location {
        requirements::Location::Body(path) if !path.is_empty() => {
            Some(match path.strip_suffix("[]") {
                Some(list) => format!("each of `{list}`"),
                None => format!("`{path}`"),
            })
        }
        _ => None,
    };
    let text = match (when, object) {
        (None, None) => format!("{start}{names} must be set."),
        (None, Some(object)) => format!("{object} must have {start}{names}."),
        (Some(when), None) => format!("`{when}` requires {start}{names}."),
        (Some(when), Some(object)) => format!("in {object}, `{when}` requires {start}{names}."),
    };
    capitalized(&text)
}

fn capitalized(text: &str) -> String {
    let mut characters = text.chars();
    let first = characters.next().map(|first| first.to_ascii_uppercase());
    first.into_iter().chain(characters).collect()
}

fn paging(pagination: &Pagination, builder: &str) -> String {
    format!(
        "Returns one page of at most {} items; [`{builder}::stream`] returns the items of all pages.",
        pagination.max_limit
    )
}

fn statuses(statuses: &[u16]) -> String {
    let words: Vec<String> = statuses.iter().map(u16::to_string).collect();
    format!("The API may respond with {}.", joined(&words, "or"))
}

/// `a, b or c`
fn joined(words: &[String], last_by: &str) -> String {
    match words {
        [rest @ .., last] if !rest.is_empty() => format!("{} {last_by} {last}", rest.join(", ")),
        _ => words.concat(),
    }
}

/// The part that represents the whole in a list.
pub(super) fn first_paragraph(text: &str) -> &str {
    text.trim().split("\n\n").next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statuses_read_as_a_sentence() {
        assert_eq!(statuses(&[404]), "The API may respond with 404.");
        assert_eq!(
            statuses(&[400, 401, 422]),
            "The API may respond with 400, 401 or 422."
        );
    }

    #[test]
    fn rules_read_as_sentences() {
        let text = |path: &str, when: Option<&str>, need, of: &[&str]| {
            requirement(&Requirement {
                location: requirements::Location::Body(path.to_owned()),
                when: when.map(str::to_owned),
                need,
                of: of.iter().map(|name| (*name).to_owned()).collect(),
            })
        };
        let both = ["a", "b"];
        assert_eq!(
            text("", None, Need::AnyOf, &both),
            "`a` or `b` must be set."
        );
        assert_eq!(
            text("", None, Need::OneOf, &both),
            "Exactly one of `a` and `b` must be set."
        );
        assert_eq!(
            text("", Some("c"), Need::AllOf, &both),
            "`c` requires `a` and `b`."
        );
        assert_eq!(
            text("list[]", None, Need::AnyOf, &both),
            "Each of `list` must have `a` or `b`."
        );
        assert_eq!(
            text("object", None, Need::OneOf, &both),
            "`object` must have exactly one of `a` and `b`."
        );
    }
}
