//! Organizations.

use serde_json::Value;

use super::store::{Record, Table};
use super::{Call, Handler, memberships, metadata};
use crate::refusal::Refusal;

const ORGANIZATIONS: Table = Table::Organizations;
const MEMBERSHIPS_UNLESS_SET: u64 = 5;

pub(super) fn handler(operation_id: &str) -> Option<Handler> {
    let handler: Handler = match operation_id {
        "ListOrganizations" => list,
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
            let body = &call.checked.body;
            call.change(ORGANIZATIONS, &id, |record| metadata::merge(record, body))
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

/// The id in the path, which can also be a slug.
pub(super) fn known(call: &mut Call<'_>) -> Result<String, Refusal> {
    call.known_in_path(ORGANIZATIONS, "organization_id")
}

fn list(call: &mut Call<'_>) -> Result<Value, Refusal> {
    let mut rows = call.rows(ORGANIZATIONS, |_| true);
    for row in &mut rows {
        let id = row.shown["id"].as_str().unwrap_or_default();
        let members: Vec<&str> = call
            .store
            .with(Table::Memberships, "organization_id", id)
            .map(|membership| membership.text("user_id"))
            .collect();
        row.facts.insert("user_id".to_owned(), members.into());
    }
    let items = crate::list::select(call.operation, call.query(), rows)?;
    Ok(call.page(items))
}

fn create(call: &mut Call<'_>) -> Result<Value, Refusal> {
    let creator = match call.body("created_by").as_str() {
        Some(user_id) => Some(call.known(Table::Users, user_id)?),
        None => None,
    };
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
    organization.set("max_allowed_memberships", MEMBERSHIPS_UNLESS_SET);
    organization.set("admin_delete_enabled", true);
    call.apply(ORGANIZATIONS, &mut organization, &call.checked.body);
    metadata::set_new(&mut organization, call);
    organization.set("slug", slug);
    dated(call, &mut organization)?;
    let id = organization.id.clone();
    call.store.insert(ORGANIZATIONS, organization);
    if let Some(user_id) = creator {
        memberships::add(call, &id, &user_id, "org:admin");
    }
    call.show(ORGANIZATIONS, &id)
}

fn update(call: &mut Call<'_>) -> Result<Value, Refusal> {
    let id = known(call)?;
    if let Some(slug) = call.body("slug").as_str() {
        free_slug(call, slug, &id)?;
    }
    let Some(mut organization) = call.store.get(ORGANIZATIONS, &id).cloned() else {
        return Err(Refusal::not_found(ORGANIZATIONS.object(), &id));
    };
    call.apply(ORGANIZATIONS, &mut organization, &call.checked.body);
    dated(call, &mut organization)?;
    call.change(ORGANIZATIONS, &id, |present| *present = organization)
}

fn dated(call: &Call<'_>, organization: &mut Record) -> Result<(), Refusal> {
    if let Some(time) = call.time("created_at")? {
        organization.set("created_at", time);
    }
    Ok(())
}

fn delete(call: &mut Call<'_>) -> Result<Value, Refusal> {
    let id = known(call)?;
    call.store.remove(ORGANIZATIONS, |record| record.id == id);
    for table in [Table::Memberships, Table::OrganizationInvitations] {
        call.store
            .remove(table, |record| record.text("organization_id") == id);
    }
    Ok(Call::deleted(ORGANIZATIONS, &id))
}

fn free_slug(call: &Call<'_>, slug: &str, own: &str) -> Result<(), Refusal> {
    let is_taken = call
        .store
        .with(ORGANIZATIONS, "slug", slug)
        .any(|other| other.id != own);
    if is_taken && call.is_strict() {
        let long = format!("Another organization has the slug {slug}.");
        return Err(Refusal::parameter("form_identifier_exists", "slug", long));
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
