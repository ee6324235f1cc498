//! Organizations.

use serde_json::Value;

use super::call::conflict;
use super::listing::Among;
use super::record::Record;
use super::table::Table;
use super::{Call, Handler, described, memberships, metadata, sessions};
use crate::rejection::Rejection;

const ORGANIZATIONS: Table = Table::Organizations;

pub(super) fn handler(operation_id: &str) -> Option<Handler> {
    let handler: Handler = match operation_id {
        "ListOrganizations" => |call| call.list(ORGANIZATIONS, Among::All),
        "CreateOrganization" => create,
        "GetOrganization" => |call| {
            let id = known(call)?;
            call.show(ORGANIZATIONS, &id)
        },
        "UpdateOrganization" => update,
        "DeleteOrganization" => delete,
        "ReplaceOrganizationMetadata" => |call| {
            let id = known(call)?;
            let body = &call.checked.body;
            call.change(ORGANIZATIONS, &id, |record| metadata::replace(record, body))
        },
        "MergeOrganizationMetadata" => |call| {
            let id = known(call)?;
            metadata::merged(call, ORGANIZATIONS, &id)
        },
        "UploadOrganizationLogo" => |call| {
            let id = known(call)?;
            let url = format!("https://img.example.com/{id}");
            call.change(ORGANIZATIONS, &id, |record| {
                record.set("has_image", true);
                record.set("image_url", url);
            })
        },
        "DeleteOrganizationLogo" => |call| {
            let id = known(call)?;
            call.change(ORGANIZATIONS, &id, |record| record.set("has_image", false))
        },
        _ => return None,
    };
    Some(handler)
}

/// The organization in the path, by id or slug.
pub(super) fn known(call: &mut Call<'_>) -> Result<String, Rejection> {
    call.known_in_path(ORGANIZATIONS, "organization_id")
}

fn create(call: &mut Call<'_>) -> Result<Value, Rejection> {
    let creator = match call.body("created_by").as_str() {
        Some(user_id) => Some(call.known(Table::Users, user_id).map_err(|_| {
            let long = format!("There is no user with the id {user_id} to create an organization.");
            conflict("organization_creator_not_found", "creator not found", long)
        })?),
        None => None,
    };
    described::known_role_set(call, "role_set_key")?;
    let name = call.text("name");
    let slug = match call.body("slug").as_str() {
        Some(slug) => {
            free_slug(call, slug, "")?;
            slug.to_owned()
        }
        None => {
            let number = call.store.next();
            format!("{}-{number}", slugified(name))
        }
    };
    let mut organization = call.new_record(ORGANIZATIONS);
    organization.set("max_allowed_memberships", described::memberships(call));
    organization.set("admin_delete_enabled", true);
    call.apply(ORGANIZATIONS, &mut organization, &call.checked.body);
    metadata::set_new(&mut organization, call);
    organization.set("slug", slug);
    dated(call, &mut organization)?;
    let id = organization.id.clone();
    call.store.insert(ORGANIZATIONS, organization);
    if let Some(user_id) = creator {
        let role = described::creator_role(call);
        memberships::add(call, &id, &user_id, &role);
        sessions::active_next(call, &user_id, &id);
    }
    call.show(ORGANIZATIONS, &id)
}

fn update(call: &mut Call<'_>) -> Result<Value, Rejection> {
    let id = known(call)?;
    if let Some(slug) = call.body("slug").as_str() {
        free_slug(call, slug, &id)?;
    }
    described::known_role_set(call, "role_set_key")?;
    let Some(mut organization) = call.store.get(ORGANIZATIONS, &id).cloned() else {
        return Err(Rejection::not_found(ORGANIZATIONS.object(), &id));
    };
    call.apply(ORGANIZATIONS, &mut organization, &call.checked.body);
    dated(call, &mut organization)?;
    call.change(ORGANIZATIONS, &id, |present| *present = organization)
}

fn dated(call: &Call<'_>, organization: &mut Record) -> Result<(), Rejection> {
    if let Some(time) = call.time("created_at")? {
        organization.set("created_at", time);
    }
    Ok(())
}

fn delete(call: &mut Call<'_>) -> Result<Value, Rejection> {
    let id = known(call)?;
    call.store.remove(ORGANIZATIONS, &id);
    for table in [Table::Memberships, Table::OrganizationInvitations] {
        call.store.remove_with(table, "organization_id", &id);
    }
    described::remove_below(call, "/organizations", &id);
    sessions::leave(call, &id, None);
    Ok(Call::deleted(ORGANIZATIONS, &id))
}

fn free_slug(call: &Call<'_>, slug: &str, own: &str) -> Result<(), Rejection> {
    let is_taken = call
        .store
        .with(ORGANIZATIONS, "slug", slug)
        .any(|other| other.id != own);
    if is_taken && call.is_strict() {
        let long = format!("Another organization has the slug {slug}.");
        return Err(Rejection::parameter("form_identifier_exists", "slug", long));
    }
    Ok(())
}

fn slugified(name: &str) -> String {
    let text: String = name
        .to_lowercase()
        .chars()
        .map(|character| {
            if character.is_ascii_alphanumeric() {
                character
            } else {
                '-'
            }
        })
        .collect();
    text.trim_matches('-').to_owned()
}
