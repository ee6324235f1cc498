//! The state: what was created can be read, listed, changed and deleted.
//!
//! A module per resource has the effects of its operations. The rest is common: the store, and how records
//! are created from their schema and a request, shown and listed.

mod api_keys;
mod billing;
mod call;
mod described;
mod facts;
mod filters;
mod identifiers;
mod invitations;
mod listing;
mod m2m_tokens;
mod memberships;
mod metadata;
mod organization_invitations;
mod organizations;
mod record;
mod rows;
mod second_factors;
mod sessions;
mod show;
mod store;
mod table;
mod template_tokens;
mod user_flags;
mod users;

use serde_json::Value;

pub(crate) use call::{Call, Surroundings};
pub(crate) use sessions::wished_claims;
pub(crate) use store::Store;
use table::Table;

use crate::rejection::Rejection;

/// Applies an operation to the state and returns its response.
pub(crate) type Handler = fn(&mut Call<'_>) -> Result<Value, Rejection>;

/// The handler of an operation, if it has state.
pub(crate) fn handler(operation_id: &str) -> Option<Handler> {
    of_a_module(operation_id).or_else(|| described::handler(operation_id))
}

/// The handler of an operation on a resource with a module of its own.
fn of_a_module(operation_id: &str) -> Option<Handler> {
    [
        users::handler,
        user_flags::handler,
        identifiers::handler,
        organizations::handler,
        memberships::handler,
        organization_invitations::handler,
        invitations::handler,
        sessions::handler,
        api_keys::handler,
        billing::handler,
        m2m_tokens::handler,
    ]
    .into_iter()
    .find_map(|handler| handler(operation_id))
}

/// Rejects an operation whose feature is disabled in the settings of the instance.
pub(crate) fn check_features(call: &Call<'_>) -> Result<(), Rejection> {
    described::check_organizations(call)
}

/// Rejects an operation that has no state itself, if the user or organization that it is about does not
/// exist.
pub(crate) fn check_parents(call: &mut Call<'_>) -> Result<(), Rejection> {
    for (start, name, table) in [
        ("/users/", "user_id", Table::Users),
        ("/organizations/", "organization_id", Table::Organizations),
    ] {
        if call.operation.path.starts_with(start) && !call.path(name).is_empty() {
            call.known_in_path(table, name)?;
        }
    }
    billing::check_trial(call)?;
    described::check_named(call)
}
