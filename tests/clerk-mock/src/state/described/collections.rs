//! Groups operations into collections by their paths: `POST /machines` creates an item, `GET /machines`
//! lists them, `/machines/{machine_id}` is an item, and paths below act on it.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use http::Method;
use serde_json::Value;

use crate::description::{Description, Operation, description};

/// Items of one kind.
pub(crate) struct Collection {
    /// `/machines`, `/organizations/{organization_id}/domains`
    pub(crate) path: String,
    /// `machine`
    pub(crate) object: String,
    /// The operation whose response is an item.
    pub(crate) read_by: &'static str,
    /// The location of the id in such a response.
    pub(crate) id: String,
}

/// What an operation does with a collection.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Role {
    Create,
    /// Creates one item for each of the body.
    CreateAll,
    List,
    /// Replaces all items.
    ReplaceAll,
    Read,
    Update,
    Delete,
    /// An action that ends an item, with the end of its path.
    Act(String),
    /// Another action on an item.
    Within,
}

/// The indexed texts of records of all collections: what they belong to, and their other name.
pub(crate) const INDEXED: &[&str] = &["parents", "key", "name", "identifier", "secret"];

struct Known {
    collections: Vec<Collection>,
    roles: BTreeMap<&'static str, (usize, Role)>,
}

static KNOWN: LazyLock<Known> = LazyLock::new(|| Known::new(description()));

/// All collections without a module of their own.
pub(crate) fn collections() -> &'static [Collection] {
    &KNOWN.collections
}

/// The number of the collection that an operation is about, and what the operation does.
pub(super) fn role(operation_id: &str) -> Option<(usize, &'static Role)> {
    let (number, role) = KNOWN.roles.get(operation_id)?;
    Some((*number, role))
}

/// The number of the collection with a path.
pub(crate) fn at(path: &str) -> Option<usize> {
    collections().iter().position(|known| known.path == path)
}

impl Known {
    fn new(description: &'static Description) -> Self {
        let own: Vec<&'static Operation> = description
            .operations()
            .iter()
            .filter(|operation| super::super::of_a_module(&operation.id).is_none())
            .collect();
        let mut collections: Vec<Collection> = Vec::new();
        let mut paths: Vec<&str> = own
            .iter()
            .filter_map(|operation| of(operation, &own))
            .collect();
        paths.sort_by_key(|path| path.len());
        paths.dedup();
        for path in paths {
            collections.extend(collection(description, path, &own));
        }
        // Operations of a longer path do not belong to the shorter one.
        collections.sort_by_key(|known| std::cmp::Reverse(known.path.len()));
        let roles = own.iter().filter_map(|operation| {
            let (number, role) = role_in(description, &collections, operation)?;
            Some((operation.id.as_str(), (number, role)))
        });
        Self {
            roles: roles.collect(),
            collections,
        }
    }
}

/// The path of the collection in which an operation creates or changes items.
fn of<'a>(operation: &'a Operation, all: &[&Operation]) -> Option<&'a str> {
    let path = operation.path.as_str();
    let (parent, last) = path.rsplit_once('/')?;
    let is_item = last.starts_with('{');
    let below = format!("{path}/{{");
    let is_listed = || {
        let mut others = all.iter().filter(|other| other.id != operation.id);
        others.any(|other| {
            other.path.starts_with(&below) || (other.path == path && other.method == Method::GET)
        })
    };
    match operation.method {
        Method::POST if !is_item && is_listed() => Some(path),
        Method::PATCH | Method::PUT if is_item => Some(parent),
        _ => None,
    }
}

fn collection(
    description: &'static Description,
    path: &str,
    all: &[&'static Operation],
) -> Option<Collection> {
    let is_item = |operation: &Operation| {
        operation
            .path
            .strip_prefix(path)
            .and_then(|rest| rest.strip_prefix("/{"))
            .is_some_and(|rest| rest.ends_with('}') && !rest.contains('/'))
    };
    let find = |wanted: &dyn Fn(&Operation) -> bool| all.iter().copied().find(|one| wanted(one));
    let read = find(&|one| is_item(one) && one.method == Method::GET)
        .or_else(|| find(&|one| one.path == path && one.method == Method::POST))
        .or_else(|| find(&|one| is_item(one) && one.method != Method::DELETE))?;
    let object = object(description, read)?;
    let view = description.view(read.response_schema()?);
    let id = ["id".to_owned(), format!("{object}_id")];
    let id = id.into_iter().find(|name| view.property(name).is_some())?;
    Some(Collection {
        path: path.to_owned(),
        object,
        read_by: &read.id,
        id,
    })
}

/// The name of the response of an operation.
fn object(description: &Description, operation: &Operation) -> Option<String> {
    let view = description.view(operation.response_schema()?);
    let object = description.view(view.property("object")?);
    match object.values()?.as_slice() {
        [Value::String(name)] => Some(name.clone()),
        _ => None,
    }
}

fn role_in(
    description: &Description,
    collections: &[Collection],
    operation: &Operation,
) -> Option<(usize, Role)> {
    if operation.id == "ListAllOrganizationDomains" {
        let path = "/organizations/{organization_id}/domains";
        let number = collections.iter().position(|known| known.path == path)?;
        return Some((number, Role::List));
    }
    let found = collections.iter().enumerate().find_map(|(number, known)| {
        let rest = operation.path.strip_prefix(&known.path)?;
        let is_own = rest.is_empty() || rest == "/bulk" || rest.starts_with("/{");
        is_own.then_some((number, known, rest))
    });
    let (number, known, rest) = found?;
    let role = match (&operation.method, rest.matches('/').count()) {
        (&Method::POST, 0) => Role::Create,
        (&Method::GET, 0) => Role::List,
        (&Method::PUT, 0) => Role::ReplaceAll,
        (&Method::POST, 1) if rest == "/bulk" => Role::CreateAll,
        (&Method::GET, 1) => Role::Read,
        (&Method::PATCH | &Method::PUT, 1) => Role::Update,
        (&Method::DELETE, 1) => Role::Delete,
        (_, 0 | 1) => return None,
        _ if object(description, operation).as_ref() == Some(&known.object) => {
            let verb = rest.rsplit('/').find(|segment| !segment.starts_with('{'));
            Role::Act(verb.unwrap_or_default().to_owned())
        }
        _ => Role::Within,
    };
    Some((number, role))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_that_can_be_created_is_a_collection() {
        let mut paths: Vec<&str> = collections().iter().map(|known| &*known.path).collect();
        paths.sort_unstable();
        let expected = [
            "/actor_tokens",
            "/admin_portal_link_tokens",
            "/agents/tasks",
            "/allowlist_identifiers",
            "/billing/prices",
            "/billing/subscription_items/{subscription_item_id}/discounts",
            "/blocklist_identifiers",
            "/directories",
            "/directories/{directory_id}/group_role_mappings",
            "/domains",
            "/enterprise_connections",
            "/jwt_templates",
            "/machines",
            "/oauth_applications",
            "/organization_permissions",
            "/organization_roles",
            "/organizations/{organization_id}/domains",
            "/redirect_urls",
            "/role_sets",
            "/saml_connections",
            "/scim_directories",
            "/scim_directories/{scim_directory_id}/group_role_mappings",
            "/sign_in_tokens",
            "/sign_ups",
            "/templates/{template_type}",
            "/waitlist_entries",
        ];
        assert_eq!(paths, expected);
    }

    #[test]
    fn actions_follow_from_paths() {
        let role = |id| role(id).map(|(_, role)| role.clone());
        assert_eq!(role("CreateMachine"), Some(Role::Create));
        assert_eq!(role("ListRoleSets"), Some(Role::List));
        let all = Some(Role::CreateAll);
        assert_eq!(role("CreateBulkWaitlistEntries"), all);
        assert_eq!(role("UpdateJWTTemplate"), Some(Role::Update));
        assert_eq!(role("DeleteDomain"), Some(Role::Delete));
        let revoke = Some(Role::Act("revoke".to_owned()));
        assert_eq!(role("RevokeSignInToken"), revoke);
        assert_eq!(role("GetMachineSecretKey"), Some(Role::Within));
        assert_eq!(role("ReplaceRoleSet"), Some(Role::Within));
        assert_eq!(role("GetUser"), None);
    }
}
