//! Finds the operation of a method and a path.

use http::Method;

use super::{Description, Operation};
use crate::percent;

/// A path with parameters, in segments.
#[derive(Debug)]
pub(crate) struct Route(Vec<Segment>);

#[derive(Debug)]
enum Segment {
    Literal(String),
    Placeholder(String),
}

/// The result of routing a request.
pub(crate) enum Routed<'a> {
    /// With the values of its path parameters.
    Found(&'a Operation, Vec<(String, String)>),
    /// The path exists, but only with these methods.
    OtherMethods(Vec<&'a Method>),
    Nowhere,
    /// A path parameter cannot be decoded, with the reason.
    Undecodable(String),
}

/// Also served without `/v1`, because Clerk's JavaScript SDK requests it there.
const WITHOUT_BASE: [&str; 3] = [
    "/m2m_tokens",
    "/api_keys",
    "/oauth_applications/access_tokens",
];

impl Description {
    pub(crate) fn route(&self, method: &Method, path: &str) -> Routed<'_> {
        let path = match path.strip_prefix(self.base_path()) {
            Some(path) if path.starts_with('/') => path,
            _ if WITHOUT_BASE.iter().any(|start| path.starts_with(start)) => path,
            _ => return Routed::Nowhere,
        };
        let mut matching: Vec<_> = self
            .operations()
            .iter()
            .filter_map(|operation| Some((operation, operation.route.matched(path)?)))
            .collect();
        // The path with the fewest parameters wins: `/users/count` is not a user.
        matching.sort_by_key(|(_, values)| values.len());
        let Some((operation, values)) = matching
            .iter()
            .find(|(operation, _)| operation.method == *method)
        else {
            if matching.is_empty() {
                return Routed::Nowhere;
            }
            let methods = matching
                .iter()
                .map(|(operation, _)| &operation.method)
                .collect();
            return Routed::OtherMethods(methods);
        };
        let mut decoded = Vec::new();
        for (name, value) in values {
            match percent::decode(value) {
                Ok(value) => decoded.push(((*name).to_owned(), value)),
                Err(wrong) => return Routed::Undecodable(format!("{name} {wrong}")),
            }
        }
        Routed::Found(operation, decoded)
    }
}

impl Route {
    pub(super) fn new(path: &str) -> Self {
        let segment = |text: &str| match text
            .strip_prefix('{')
            .and_then(|text| text.strip_suffix('}'))
        {
            Some(name) => Segment::Placeholder(name.to_owned()),
            None => Segment::Literal(text.to_owned()),
        };
        Self(path.split('/').map(segment).collect())
    }

    /// The values of the path parameters, still encoded.
    fn matched<'a>(&'a self, path: &'a str) -> Option<Vec<(&'a str, &'a str)>> {
        let mut given = path.split('/');
        let mut values = Vec::new();
        for segment in &self.0 {
            let given = given.next()?;
            match segment {
                Segment::Literal(literal) if literal == given => {}
                Segment::Placeholder(name) if !given.is_empty() => {
                    values.push((name.as_str(), given));
                }
                _ => return None,
            }
        }
        given.next().is_none().then_some(values)
    }

    /// The path with its parameters filled in by a function that encodes them.
    pub(crate) fn filled(&self, value_of: impl Fn(&str) -> String) -> String {
        let segments: Vec<String> = self
            .0
            .iter()
            .map(|segment| match segment {
                Segment::Literal(literal) => literal.clone(),
                Segment::Placeholder(name) => value_of(name),
            })
            .collect();
        segments.join("/")
    }

    /// The last literal segment before a parameter, which names what it identifies.
    pub(crate) fn collection_of(&self, placeholder: &str) -> Option<&str> {
        let at = self.0.iter().position(
            |segment| matches!(segment, Segment::Placeholder(name) if name == placeholder),
        )?;
        self.0[..at].iter().rev().find_map(|segment| match segment {
            Segment::Literal(literal) => Some(literal.as_str()),
            Segment::Placeholder(_) => None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::description::description;

    fn found(method: Method, path: &str) -> Option<(&'static str, Vec<(String, String)>)> {
        match description().route(&method, path) {
            Routed::Found(operation, values) => Some((&operation.id, values)),
            _ => None,
        }
    }

    #[test]
    fn a_literal_segment_outranks_a_parameter() {
        assert_eq!(
            found(Method::GET, "/v1/users/count"),
            Some(("GetUsersCount", Vec::new()))
        );
        let (id, values) = found(Method::GET, "/v1/users/user_1").unwrap();
        assert_eq!(id, "GetUser");
        assert_eq!(values, [("user_id".to_owned(), "user_1".to_owned())]);
    }

    #[test]
    fn values_are_decoded_after_the_path_is_split() {
        let (_, values) = found(Method::GET, "/v1/users/a%2Fb").unwrap();
        assert_eq!(values[0].1, "a/b");
        assert!(matches!(
            description().route(&Method::GET, "/v1/users/%ff"),
            Routed::Undecodable(wrong) if wrong.starts_with("user_id is not UTF-8")
        ));
    }

    #[test]
    fn only_machine_operations_are_served_without_the_version() {
        assert!(found(Method::POST, "/m2m_tokens/verify").is_some());
        assert!(found(Method::POST, "/api_keys/verify").is_some());
        assert!(found(Method::POST, "/oauth_applications/access_tokens/verify").is_some());
        assert!(found(Method::GET, "/users").is_none());
    }

    #[test]
    fn empty_segments_match_no_path() {
        assert!(found(Method::GET, "/v1/users/").is_none());
        assert!(found(Method::GET, "/v1//users").is_none());
    }

    #[test]
    fn a_wrong_method_is_distinguished_from_a_wrong_path() {
        let Routed::OtherMethods(methods) = description().route(&Method::PUT, "/v1/users") else {
            panic!("PUT /users should be a known path with another method");
        };
        assert_eq!(methods, [&Method::GET, &Method::POST]);
    }
}
