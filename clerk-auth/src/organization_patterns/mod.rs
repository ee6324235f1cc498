//! Patterns of paths that name an organization or the personal account.

mod parse;

use regex::{Regex, RegexBuilder};

use crate::error::Error;
use parse::{Modifier, Token};

/// What a path names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Target {
    OrganizationId(String),
    OrganizationSlug(String),
    /// The personal account, without an organization.
    Personal,
}

impl Target {
    /// The parameter of a handshake; empty for the personal account.
    pub(crate) fn id_or_slug(&self) -> &str {
        match self {
            Self::OrganizationId(name) | Self::OrganizationSlug(name) => name,
            Self::Personal => "",
        }
    }
}

/// The patterns of an application, in the syntax of path-to-regexp 6: `/orgs/:slug`, `/orgs/:id/(.*)`,
/// `/me{/:page}?`. Case is ignored, and a path may end in a slash.
#[derive(Clone, Debug, Default)]
pub(crate) struct OrganizationPatterns {
    organization: Vec<Pattern>,
    personal: Vec<Pattern>,
}

impl OrganizationPatterns {
    pub(crate) fn compile(organization: &[String], personal: &[String]) -> Result<Self, Error> {
        let compile = |patterns: &[String]| -> Result<Vec<Pattern>, Error> {
            patterns.iter().map(|text| Pattern::compile(text)).collect()
        };
        let organization = compile(organization)?;
        let names_nothing = |pattern: &Pattern| pattern.names_nothing();
        if let Some(index) = organization.iter().position(names_nothing) {
            let number = index + 1;
            tracing::warn!(
                "organization pattern {number} has neither `:id` nor `:slug` for one segment, so it names no organization"
            );
        }
        Ok(Self {
            organization,
            personal: compile(personal)?,
        })
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.organization.is_empty() && self.personal.is_empty()
    }

    /// What a path names, if a pattern matches it. Values are used as they are in the path.
    pub(crate) fn target(&self, path: &str) -> Option<Target> {
        let matching = self
            .organization
            .iter()
            .find_map(|pattern| pattern.regex.captures(path).map(|found| (pattern, found)));
        if let Some((pattern, found)) = matching {
            let value = |group: Option<usize>| Some(found.get(group?)?.as_str().to_owned());
            if let Some(id) = value(pattern.id) {
                return Some(Target::OrganizationId(id));
            }
            if let Some(slug) = value(pattern.slug) {
                return Some(Target::OrganizationSlug(slug));
            }
        }
        let personal = self
            .personal
            .iter()
            .any(|pattern| pattern.regex.is_match(path));
        personal.then_some(Target::Personal)
    }
}

#[derive(Clone, Debug)]
struct Pattern {
    regex: Regex,
    /// The groups of `:id` and `:slug`.
    id: Option<usize>,
    slug: Option<usize>,
}

/// The size limit of a compiled pattern, against mistakes: patterns are trusted.
const LARGEST_PROGRAM: usize = 1 << 20;

impl Pattern {
    fn compile(text: &str) -> Result<Self, Error> {
        let invalid =
            |why: &str| Error::configuration(format!("Invalid pattern \"{text}\": {why}"));
        let tokens = parse::parse(text).map_err(|why| invalid(&why))?;
        // The value is not shown: it may be a secret in the wrong variable.
        if matches!(tokens.first(), Some(Token::Text(start)) if !start.starts_with('/')) {
            return Err(Error::configuration(
                "Invalid pattern: it does not begin with `/`; write one such as /orgs/:slug",
            ));
        }
        let regex = RegexBuilder::new(&expression(&tokens))
            .case_insensitive(true)
            .size_limit(LARGEST_PROGRAM)
            .build()
            .map_err(|error| invalid(&error.to_string()).caused_by(error))?;
        Ok(Self {
            regex,
            id: group(&tokens, "id"),
            slug: group(&tokens, "slug"),
        })
    }

    /// Whether it can never name an organization.
    fn names_nothing(&self) -> bool {
        self.id.is_none() && self.slug.is_none()
    }
}

/// The number of the group of a parameter, unless the parameter can repeat.
fn group(tokens: &[Token], name: &str) -> Option<usize> {
    let parameters = tokens.iter().filter_map(|token| match token {
        Token::Parameter(parameter) if parameter.pattern.is_some() => Some(parameter),
        _ => None,
    });
    parameters
        .zip(1..)
        .filter(|(parameter, _)| parameter.name.as_deref() == Some(name))
        .find(|(parameter, _)| !parameter.modifier.repeats())
        .map(|(_, group)| group)
}

fn expression(tokens: &[Token]) -> String {
    let mut expression = String::from("^");
    for token in tokens {
        match token {
            Token::Text(text) => expression.push_str(&regex::escape(text)),
            Token::Parameter(parameter) => {
                let prefix = regex::escape(&parameter.prefix);
                let suffix = regex::escape(&parameter.suffix);
                let modifier = parameter.modifier.as_str();
                let part = match &parameter.pattern {
                    None => format!("(?:{prefix}{suffix}){modifier}"),
                    Some(pattern) if !parameter.modifier.repeats() => {
                        format!("(?:{prefix}({pattern}){suffix}){modifier}")
                    }
                    Some(pattern) if prefix.is_empty() && suffix.is_empty() => {
                        format!("((?:{pattern}){modifier})")
                    }
                    Some(pattern) => {
                        let optional = match parameter.modifier {
                            Modifier::Any => "?",
                            _ => "",
                        };
                        format!(
                            "(?:{prefix}((?:{pattern})(?:{suffix}{prefix}(?:{pattern}))*){suffix}){optional}"
                        )
                    }
                };
                expression.push_str(&part);
            }
        }
    }
    expression.push_str("[/#?]?$");
    expression
}

#[cfg(test)]
mod tests {
    use super::{OrganizationPatterns, Target};

    fn target(patterns: &[&str], path: &str) -> Option<Target> {
        let patterns: Vec<String> = patterns.iter().map(|one| (*one).to_owned()).collect();
        let compiled = OrganizationPatterns::compile(&patterns, &["/me".into(), "/me/(.*)".into()]);
        compiled.expect("the patterns are sound").target(path)
    }

    fn slug(name: &str) -> Option<Target> {
        Some(Target::OrganizationSlug(name.into()))
    }

    fn id(name: &str) -> Option<Target> {
        Some(Target::OrganizationId(name.into()))
    }

    #[test]
    fn a_parameter_matches_one_segment() {
        let patterns = ["/orgs/:slug"];
        assert_eq!(target(&patterns, "/orgs/acme"), slug("acme"));
        assert_eq!(target(&patterns, "/orgs/acme/"), slug("acme"));
        assert_eq!(target(&patterns, "/ORGS/acme"), slug("acme"));
        assert_eq!(target(&patterns, "/orgs/acme/members"), None);
        assert_eq!(target(&patterns, "/orgs"), None);
        assert_eq!(target(&patterns, "/x/orgs/acme"), None);
    }

    #[test]
    fn the_first_pattern_that_matches_counts_and_an_id_wins_over_a_slug() {
        let patterns = ["/orgs/:slug/(.*)", "/orgs/:id", "/o/:slug/:id"];
        assert_eq!(target(&patterns, "/orgs/acme/members/1"), slug("acme"));
        assert_eq!(target(&patterns, "/orgs/org_1"), id("org_1"));
        assert_eq!(target(&patterns, "/o/acme/org_1"), id("org_1"));
    }

    #[test]
    fn organization_patterns_come_before_personal_ones() {
        assert_eq!(target(&["/:slug"], "/me"), slug("me"));
        assert_eq!(target(&["/orgs/:slug"], "/me"), Some(Target::Personal));
        assert_eq!(target(&["/orgs/:slug"], "/me/a/b"), Some(Target::Personal));
        // It matches, but names no organization.
        assert_eq!(target(&["/me/(.*)"], "/me/a"), Some(Target::Personal));
    }

    #[test]
    fn groups_modifiers_and_escapes_are_those_of_path_to_regexp() {
        assert_eq!(target(&["/orgs{/:slug}?"], "/orgs/acme"), slug("acme"));
        assert_eq!(target(&["/orgs{/:slug}?/x"], "/orgs/x"), None);
        assert_eq!(target(&["/:id(org_[a-z0-9]+)"], "/org_1"), id("org_1"));
        assert_eq!(target(&["/:id(org_[a-z0-9]+)"], "/acme"), None);
        assert_eq!(target(&["/o-:slug"], "/o-acme"), slug("acme"));
        assert_eq!(target(&["/:slug\\:x"], "/acme:x"), slug("acme"));
        assert_eq!(target(&["/:slug.json"], "/acme.json"), slug("acme"));
        assert_eq!(target(&["/a/:slug?"], "/a"), None);
        assert_eq!(target(&["/a/:slug?"], "/a/b"), slug("b"));
    }

    #[test]
    fn a_pattern_that_no_path_can_match_is_rejected() {
        for pattern in ["orgs/:slug", "me", "https\\://app.example.com/orgs/:slug"] {
            let error = OrganizationPatterns::compile(&[pattern.to_owned()], &[]);
            let error = error.expect_err(pattern).to_string();
            assert!(error.contains("does not begin with `/`"), "{error}");
            OrganizationPatterns::compile(&[], &[pattern.to_owned()]).expect_err(pattern);
        }
    }

    #[test]
    fn an_invalid_pattern_is_named_with_what_is_wrong() {
        for (pattern, why) in [
            ("/:", "a parameter at 1 has no name"),
            ("/(a", "a group at 1 is not closed"),
            ("/()", "a group at 1 is empty"),
            ("/(?a)", "a group at 1 begins with `?`"),
            ("/(a(b))", "a group at 1 contains a capturing group"),
            ("/{a", "expected `}` at 3"),
            ("/*", "a modifier at 1 has nothing to modify"),
            ("/(a(?=b))", "look-around"),
        ] {
            let error = OrganizationPatterns::compile(&[pattern.to_owned()], &[]);
            let error = error.expect_err(pattern).to_string();
            let start = format!("Invalid pattern \"{pattern}\": ");
            assert!(error.starts_with(&start), "{error}");
            assert!(error.contains(why), "{error}");
        }
    }
}
