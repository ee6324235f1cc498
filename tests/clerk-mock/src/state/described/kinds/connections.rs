//! Domains, OAuth applications and connections to identity providers.

use http::StatusCode;
use serde_json::{Value, json};

use super::{
    Call, Collection, Record, Rejection, Table, activation, directories, keep_secret, object,
};
use crate::instances::token;
use crate::samples::random::{ALPHANUMERIC, Random};
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
) -> Result<(), Rejection> {
    match &*collection.path {
        "/domains" => {
            let url = format!("https://clerk.{}", record.text("name"));
            record.set("frontend_api_url", url);
            record.set("development_origin", "");
        }
        "/oauth_applications" => {
            oauth_application(call, record, body);
            public_client(call, record, body)?;
        }
        "/billing/subscription_items/{subscription_item_id}/discounts" => {
            discounted(call, collection, record)?;
        }
        "/saml_connections" => saml_connection(record, body),
        "/enterprise_connections" => enterprise_connection(call, record, body),
        "/organizations/{organization_id}/domains" => {
            verification(call, record, body["verified"] != json!(false));
        }
        "/directories" | "/scim_directories" => {
            directories::created(call, collection, record, body)
        }
        path if path.ends_with("/group_role_mappings") => {
            if let Some(number) = collections::at(path) {
                directories::mapping(call, Table::Described(number), record, body);
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
) -> Result<(), Rejection> {
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
        ("/oauth_applications", _) => public_client(call, record, &body)?,
        ("/saml_connections", _) => {
            saml_connection(record, &body);
            activation::saml(call, record, record, &body)?;
        }
        ("/enterprise_connections", _) => {
            // No domains means no change.
            if body["domains"].as_array().is_some_and(Vec::is_empty) {
                let domains = before(call, collection, record, "domains");
                record.set("domains", domains);
            }
            // A linked organization stays linked.
            if body["organization_id"].is_null() {
                let linked = before(call, collection, record, "organization_id");
                record.set("organization_id", linked);
            }
            enterprise_connection(call, record, &body);
            activation::enterprise(call, record, &body)?;
        }
        ("/directories" | "/scim_directories", _) => {
            let mut mapping = before(call, collection, record, "attribute_mapping");
            if let Value::Object(patch) = &body["attribute_mapping"] {
                if !mapping.is_object() {
                    mapping = json!({});
                }
                for (name, path) in patch {
                    match (path, &mut mapping) {
                        (Value::Null, Value::Object(mapping)) => drop(mapping.remove(name)),
                        (path, mapping) => mapping[name] = path.clone(),
                    }
                }
                record.set("attribute_mapping", mapping);
            }
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
    Ok(())
}

/// The value of a member before this call.
fn before(call: &Call<'_>, collection: &Collection, record: &Record, name: &str) -> Value {
    let table = collections::at(&collection.path).map(Table::Described);
    let before = table.and_then(|table| call.store.get(table, &record.id));
    let before = before.and_then(|before| before.body.get(name));
    before.cloned().unwrap_or_default()
}

/// A client without a secret uses PKCE.
fn public_client(call: &Call<'_>, application: &mut Record, body: &Value) -> Result<(), Rejection> {
    if application.is("public") {
        if call.is_strict() && body["pkce_required"] == json!(false) {
            return Err(needs_pkce("pkce_required"));
        }
        application.set("pkce_required", true);
    }
    Ok(())
}

pub(super) fn needs_pkce(name: &str) -> Rejection {
    let long = "Clients without a secret must use PKCE.";
    Rejection::parameter("form_public_client_requires_pkce", name, long)
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

/// A subscription item has one discount: another replaces it, and the same is rejected.
fn discounted(
    call: &mut Call<'_>,
    collection: &Collection,
    discount: &Record,
) -> Result<(), Rejection> {
    let Some(table) = collections::at(&collection.path).map(Table::Described) else {
        return Ok(());
    };
    let own = discount.text("discount_id");
    let present = call.store.with(table, "parents", discount.text("parents"));
    let present: Vec<(String, bool)> = present
        .map(|other| (other.id.clone(), other.text("discount_id") == own))
        .collect();
    if call.is_strict() && present.iter().any(|(_, is_same)| *is_same) {
        return Err(Rejection::new(
            StatusCode::CONFLICT,
            "conflict",
            "discount is active",
            format!("The discount {own} is already active."),
        ));
    }
    for (id, _) in present {
        call.store.remove(table, &id);
    }
    Ok(())
}

/// The member for one domain is the first of those for several.
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
