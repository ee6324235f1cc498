//! The rules: what a difference in a keyword of a kind of node is called, and what it does to the
//! messages that are valid.

use super::effects::*;
use super::walk::{Difference, What};

/// The effect of a difference.
type Judge = fn(&Difference) -> Effect;

/// The rule for a keyword.
pub(super) enum Rule {
    /// For another value: its name and its effect.
    Value(&'static str, Judge),
    /// For members: what they are, and the effects of more and of fewer.
    Members(&'static str, Judge, Judge),
    /// For a value on one side only, and for members on both.
    Both(&'static str, Judge, &'static str, Judge, Judge),
}

/// `None` if no rule knows the keyword.
pub(super) fn rule(kind: &str, keyword: &str) -> Option<Rule> {
    use Rule::{Both, Members, Value};
    Some(match (kind, keyword) {
        ("the document", "openapi") => Value("openapi-version-changed", nothing),
        ("the document", "servers") => Members("server", nothing, narrower),
        ("the document", "security") => Value("security-changed", security),
        ("the document", "tags") => Members("tag", nothing, nothing),
        ("the document", "x-requirements") => Value("requirements-changed", narrower),
        ("the info object", "version") => Value("api-version-changed", nothing),
        ("a server", "url") => Value("base-url-changed", nothing),
        ("the components object", "securitySchemes") => {
            Members("security scheme", nothing, narrower)
        }
        ("the components object", _) => Members("unused component", nothing, nothing),
        ("a security scheme", "type" | "scheme" | "in" | "name") => {
            Value("security-scheme-changed", narrower)
        }

        // Others have operations.
        ("the document", "paths") => Members("empty path", nothing, nothing),
        ("a path item", "get" | "post" | "put" | "patch" | "delete") => {
            Both("operation-moved", narrower, "operation", nothing, other)
        }
        ("an operation", "operationId") => Value("operation-id-changed", nothing),
        ("an operation", "x-speakeasy-group" | "x-speakeasy-name-override") => {
            Value("operation-renamed", nothing)
        }
        ("an operation", "x-clerk-authentication") => {
            Value("operation-authentication-changed", narrower)
        }
        ("an operation", "x-clerk-response") => Value("operation-response-changed", wider),
        ("an operation", "tags") => Value("operation-tags-changed", nothing),
        ("an operation", "deprecated") => Value("operation-deprecation-changed", nothing),
        ("an operation", "security") => Value("operation-security-changed", security),
        ("an operation", "parameters") => {
            Members("request parameter", narrower_if_required, narrower)
        }
        ("an operation", "requestBody") => Members("request body", narrower_if_required, narrower),
        ("an operation", "responses") => Members("response status", nothing, other_if_success),

        // Unless it is a placeholder, a parameter with another name is another one.
        ("a parameter", "name" | "in") => Value("name-changed", nothing),
        ("a parameter", "required") => Value("required-changed", required),
        ("a parameter", "deprecated") => Value("deprecation-changed", nothing),
        ("a parameter", "allowEmptyValue") => Value("empty-value-changed", allowed),
        ("a parameter", "style" | "explode") => Value("style-changed", style),
        ("a parameter", "x-pagination-switch") => Value("pagination-switch-changed", nothing),
        ("a request body", "required") => Value("body-required-changed", required),
        ("a request body", "content") => Members("content type", nothing, narrower),
        ("a response", "content") => Members("content type", nothing, other),

        ("a schema", "type") => Value("type-changed", converted),
        ("a schema", "format") => Value("format-changed", format),
        ("a schema", "nullable") => Value("nullable-changed", allowed),
        ("a schema", "deprecated") => Value("deprecation-changed", nothing),
        ("a schema", "readOnly") => Value("read-only-changed", read_only),
        ("a schema", "writeOnly") => Value("write-only-changed", write_only),
        ("a schema", "x-speakeasy-name-override" | "x-speakeasy-unknown-values") => {
            Value("hint-changed", nothing)
        }
        ("a schema", "default") => Value("default-changed", nothing),
        ("a schema", "pattern" | "multipleOf" | "uniqueItems") => Value("limit-changed", limit),
        ("a schema", "minimum" | "exclusiveMinimum") => Value("limit-changed", limit),
        ("a schema", "maximum" | "exclusiveMaximum") => Value("limit-changed", limit),
        ("a schema", "minLength" | "minItems" | "minProperties") => Value("limit-changed", limit),
        ("a schema", "maxLength" | "maxItems" | "maxProperties") => Value("limit-changed", limit),
        // Enums are open: a client reads values that it does not know.
        ("a schema", "enum") => Both("values-limited", listed, "enum value", nothing, narrower),
        ("a schema", "properties") => Members("property", narrower_if_required, other_if_required),
        ("a schema", "required") => Both(
            "required-changed",
            required,
            "required name",
            narrower,
            wider,
        ),
        ("a schema", "additionalProperties") => Value("additional-properties-changed", additional),
        ("a schema", "oneOf" | "anyOf") => Both(
            "alternatives-changed",
            listed,
            "union kind",
            wider,
            narrower,
        ),
        ("a schema", "not") => Value("exclusion-changed", other),
        ("a discriminator", "propertyName") => Value("union-tag-changed", other),
        ("a discriminator", "mapping") => Members("union kind", wider, narrower),
        _ => return None,
    })
}

impl Rule {
    /// The rule's name and the effect; `None` if the rule is about another difference.
    pub(super) fn apply(&self, difference: &Difference) -> Option<(String, Effect)> {
        let named = |noun: &str, what| format!("{}-{what}", noun.replace(' ', "-"));
        let (name, judge) = match (self, &difference.what) {
            (Self::Value(name, judge) | Self::Both(name, judge, ..), What::Value { .. }) => {
                ((*name).to_owned(), judge)
            }
            (Self::Members(noun, more, _) | Self::Both(.., noun, more, _), What::Added(_)) => {
                (named(noun, "added"), more)
            }
            (Self::Members(noun, _, fewer) | Self::Both(.., noun, _, fewer), What::Removed(_)) => {
                (named(noun, "removed"), fewer)
            }
            _ => return None,
        };
        Some((name, judge(difference)))
    }

    /// What its members are called.
    pub(super) fn noun(&self) -> Option<&'static str> {
        match self {
            Self::Members(noun, ..) | Self::Both(_, _, noun, ..) => Some(noun),
            Self::Value(..) => None,
        }
    }
}
