//! What connects an instance with others: domains, OAuth applications, connections to identity
//! providers, and directories.

use serde_json::{Value, json};

use super::{Call, Collection, Record, Refusal, Table, conflict, keep_secret, object};
use crate::instances::token;
use crate::random::{ALPHANUMERIC, Random};
use crate::state::described::collections;

/// The domain that every instance has.
pub(super) fn seed_primary_domain(call: &mut Call<'_>, table: Table) {
    let issuer = call.around.signer.issuer().to_owned();
    let mut domain = call.new_record(table);
    let name = issuer.trim_start_matches("https://");
    domain.set("name", name);
    domain.hide("identifier", name);
    domain.set("is_satellite", false);
    domain.set("frontend_api_url", issuer);
    call.store.insert(table, domain);
}

pub(super) fn created(
    call: &mut Call<'_>,
    collection: &Collection,
    record: &mut Record,
    body: &Value,
) -> Result<(), Refusal> {
    match &*collection.path {
        "/domains" => {
            let url = format!("https://clerk.{}", record.text("name"));
            record.set("frontend_api_url", url);
            record.set("development_origin", "");
        }
        "/oauth_applications" => oauth_application(call, record, body),
        "/saml_connections" => saml_connection(record, body),
        "/enterprise_connections" => enterprise_connection(call, record, body),
        "/organizations/{organization_id}/domains" => {
            verification(call, record, body["verified"] != json!(false));
        }
        "/directories" | "/scim_directories" => directory(call, collection, record, body),
        path if path.ends_with("/group_role_mappings") => {
            if let Some(number) = collections::at(path) {
                mapping(call, Table::Described(number), record, body);
            }
        }
        _ => {}
    }
    Ok(())
}

pub(super) fn changed(
    call: &mut Call<'_>,
    collection: &Collection,
    record: &mut Record,
    verb: &str,
) {
    let body = call.checked.body.clone();
    match (&*collection.path, verb) {
        ("/oauth_applications", "rotate_secret") => {
            let secret = token("secret", call.random("client secret"));
            keep_secret(record, "client_secret", secret);
        }
        ("/oauth_applications", "logo") => {
            let url = format!("https://img.example.com/{}", record.id);
            record.set("client_image_url", url);
        }
        ("/directories" | "/scim_directories", "rotate_api_key") => {
            let key = token("ak", call.random("directory"));
            keep_secret(record, "api_key", key);
        }
        ("/saml_connections", _) => saml_connection(record, &body),
        ("/enterprise_connections", _) => {
            // No domains means no change.
            if body["domains"].as_array().is_some_and(Vec::is_empty) {
                let id = record.id.clone();
                let table = collections::at(&collection.path).map(Table::Described);
                let before =
                    table.and_then(|table| call.store.get(table, &id)?.body.get("domains"));
                if let Some(domains) = before.cloned() {
                    record.set("domains", domains);
                }
            }
            enterprise_connection(call, record, &body);
        }
        ("/organizations/{organization_id}/domains", "verify_ownership") => {
            let verified = verified(call, record, true);
            record.set("ownership_verification", verified);
        }
        ("/organizations/{organization_id}/domains", _) => {
            if let Some(verified) = body["verified"].as_bool() {
                verification(call, record, verified);
            }
        }
        _ => {}
    }
}

fn oauth_application(call: &mut Call<'_>, application: &mut Record, body: &Value) {
    let mut random = call.random("client");
    application.set("client_id", random.text(ALPHANUMERIC, 16));
    application.set("dynamically_registered", false);
    let redirects = body["redirect_uris"]
        .as_array()
        .cloned()
        .unwrap_or_default();
    let callback = body["callback_url"].as_str().map(Value::from);
    let first = callback.or_else(|| redirects.first().cloned());
    application.set("callback_url", first.clone().unwrap_or_else(|| "".into()));
    if redirects.is_empty() {
        application.set("redirect_uris", first.into_iter().collect::<Vec<_>>());
    }
    for (name, path) in [
        ("authorize_url", "/oauth/authorize"),
        ("token_fetch_url", "/oauth/token"),
        ("user_info_url", "/oauth/userinfo"),
        ("discovery_url", "/.well-known/openid-configuration"),
        ("token_introspection_url", "/oauth/token_info"),
    ] {
        application.set(name, format!("{}{path}", call.around.signer.issuer()));
    }
    if body["public"] != json!(true) {
        let secret = token("secret", call.random("client secret"));
        keep_secret(application, "client_secret", secret);
    }
}

/// One domain is the first of several.
fn saml_connection(connection: &mut Record, body: &Value) {
    if let Some(domain) = body["domain"].as_str() {
        connection.set("domains", json!([domain]));
    } else if let Some(first) = body["domains"]
        .as_array()
        .and_then(|domains| domains.first())
    {
        connection.set("domain", first.clone());
    }
}

fn enterprise_connection(call: &Call<'_>, connection: &mut Record, body: &Value) {
    if let Some(domains) = body["domains"]
        .as_array()
        .filter(|domains| !domains.is_empty())
    {
        let domains = domains.iter().filter_map(Value::as_str);
        let domains: Vec<String> = domains.map(str::to_lowercase).collect();
        connection.set("domains", domains);
    }
    let id = connection.id.clone();
    for (given, shown, schema) in [
        ("saml", "saml_connection", "samlc"),
        ("oidc", "oauth_config", "oauth"),
    ] {
        let Value::Object(given) = &body[given] else {
            continue;
        };
        let mut members = match connection.body.get(shown) {
            Some(Value::Object(present)) => present.clone(),
            _ => Default::default(),
        };
        members.extend(given.clone());
        members.insert("id".to_owned(), format!("{schema}_{id}").into());
        let name = connection.body.get("name").cloned().unwrap_or_default();
        members.insert("name".to_owned(), name);
        let read = call.around.description.operation("GetEnterpriseConnection");
        let schema = read.and_then(|read| read.response_schema());
        if let Some(schema) = schema
            && let Some(property) = call.around.description.view(schema).property(shown)
        {
            let generator = crate::instances::Generator::blank(call.around.description);
            let random = Random::new(0).branch(&id);
            let fitted = super::fit(
                call.around.description,
                &generator,
                property,
                members,
                random,
            );
            connection.set(shown, fitted);
        }
    }
}

fn verification(call: &Call<'_>, domain: &mut Record, is_verified: bool) {
    let shown = verified(call, domain, is_verified);
    domain.set("verification", shown.clone());
    domain.set("affiliation_verification", shown);
}

fn verified(call: &Call<'_>, domain: &Record, is_verified: bool) -> Value {
    let status = if is_verified {
        "verified"
    } else {
        "unverified"
    };
    let members = json!({ "status": status, "strategy": "manual_override", "attempts": null });
    object(
        call.around.description,
        "OrganizationDomainVerification",
        members,
        &domain.id,
    )
}

fn directory(call: &mut Call<'_>, collection: &Collection, directory: &mut Record, body: &Value) {
    let key = token("ak", call.random("directory"));
    keep_secret(directory, "api_key", key);
    directory.set("enabled", true);
    let mappings = body["group_role_mappings"]
        .as_array()
        .cloned()
        .unwrap_or_default();
    directory.set("group_role_mapping_enabled", !mappings.is_empty());
    let below = collections::collections().iter().position(|other| {
        other.path.starts_with(&collection.path) && other.path.ends_with("/group_role_mappings")
    });
    let Some(table) = below.map(Table::Described) else {
        return;
    };
    for (index, mut given) in mappings.into_iter().enumerate() {
        if given["precedence"].is_null() {
            given["precedence"] = (index + 1).into();
        }
        let mut record = call.new_record(table);
        call.apply(table, &mut record, &given);
        record.hide("parents", directory.id.as_str());
        record.set("directory_id", directory.id.as_str());
        record.set("scim_directory_id", directory.id.as_str());
        mapping(call, table, &mut record, &given);
        call.store.insert(table, record);
    }
}

/// A group goes by two names, and a mapping has the role that it leads to.
fn mapping(call: &Call<'_>, table: Table, mapping: &mut Record, body: &Value) {
    for (new, old) in [
        ("directory_group_id", "scim_group_id"),
        ("directory_group_display_name", "scim_group_display_name"),
    ] {
        let given = body[new].as_str().or(body[old].as_str());
        if let Some(given) = given {
            mapping.set(new, given);
            mapping.set(old, given);
        }
    }
    for (one, other) in [
        ("directory_id", "scim_directory_id"),
        ("scim_directory_id", "directory_id"),
    ] {
        let path = call.path(one);
        if !path.is_empty() {
            mapping.set(one, path);
            mapping.set(other, path);
        }
    }
    let roles = collections::at("/organization_roles").map(Table::Described);
    let id = body["role_id"].as_str().unwrap_or_default();
    let role = roles.and_then(|roles| call.store.get(roles, id));
    if let Some(role) = role {
        let member = |name: &str| role.body.get(name).cloned().unwrap_or_default();
        let brief = json!({ "id": id, "key": member("key"), "name": member("name") });
        mapping.set("role", brief);
    }
    if body["precedence"].is_null() {
        let present = call
            .store
            .count_with(table, "parents", mapping.text("parents"));
        mapping.set("precedence", present + 1);
    }
}

/// Mappings can be changed only where mapping is enabled.
pub(super) fn mapped(call: &Call<'_>, collection: &Collection) -> Result<(), Refusal> {
    let parent = collection.path.split("/{").next().unwrap_or_default();
    let directory = call.checked.path.first().and_then(|(_, id)| {
        let table = Table::Described(collections::at(parent)?);
        call.store.get(table, id)
    });
    if directory.is_some_and(|directory| !directory.is("group_role_mapping_enabled")) {
        let long = "Group role mapping is disabled for this directory; enable it first.";
        return Err(conflict("feature_not_enabled", "mapping disabled", long));
    }
    Ok(())
}
