//! When connections to identity providers can be activated, and what activation deletes.

use http::StatusCode;
use serde_json::{Value, json};

use super::connections::needs_pkce;
use super::{Call, Record, Rejection, Table};
use crate::state::described::collections;

/// The metadata of the provider of a SAML connection.
const METADATA: [&str; 5] = [
    "idp_metadata_url",
    "idp_metadata",
    "idp_sso_url",
    "idp_entity_id",
    "idp_certificate",
];
const CONSENT: &str = "consent_verified_domains_deletion";

/// Rejects the activation of a SAML connection without metadata of its provider, or with verified domains
/// of organizations whose deletion the call does not consent to.
pub(super) fn saml(
    call: &mut Call<'_>,
    connection: &Record,
    saml: &Record,
    body: &Value,
) -> Result<(), Rejection> {
    if body["active"] != json!(true) || !call.is_strict() {
        return Ok(());
    }
    let has = |name: &&str| !saml.text(name).is_empty();
    if !METADATA.iter().any(has) {
        let long = format!(
            "To activate the connection, set one of {}.",
            METADATA.join(", ")
        );
        let code = "saml_connection_cant_be_activated";
        return Err(Rejection::parameter(code, "active", long));
    }
    let taken = enrolling(call, connection);
    let is_saml = call.operation.id == "UpdateSAMLConnection";
    if is_saml && !taken.is_empty() && body[CONSENT] != json!(true) {
        return Err(Rejection::new(
            StatusCode::CONFLICT,
            "conflict",
            "verified domains exist",
            format!(
                "Organizations have verified domains of the connection; {CONSENT} deletes them."
            ),
        ));
    }
    remove_domains(call, taken);
    Ok(())
}

/// The verified domains of organizations that enroll users and have the name of a domain of the
/// connection.
fn enrolling(call: &Call<'_>, connection: &Record) -> Vec<String> {
    let names = connection.body.get("domains").and_then(Value::as_array);
    let names = names.into_iter().flatten().filter_map(Value::as_str);
    let Some(table) = organization_domains() else {
        return Vec::new();
    };
    let domains = names.flat_map(|name| {
        call.store
            .with(table, "identifier", &name.to_lowercase())
            .filter(|domain| {
                let verification = domain.body.get("verification");
                verification.is_some_and(|shown| shown["status"] == "verified")
                    && domain.text("enrollment_mode").starts_with("automatic_")
            })
    });
    domains.map(|domain| domain.id.clone()).collect()
}

fn organization_domains() -> Option<Table> {
    collections::at("/organizations/{organization_id}/domains").map(Table::Described)
}

fn remove_domains(call: &mut Call<'_>, ids: Vec<String>) {
    for id in ids {
        if let Some(table) = organization_domains() {
            call.store.remove(table, &id);
        }
    }
}

pub(super) fn enterprise(
    call: &mut Call<'_>,
    connection: &Record,
    body: &Value,
) -> Result<(), Rejection> {
    if !call.is_strict() {
        return Ok(());
    }
    let oidc = &connection
        .body
        .get("oauth_config")
        .cloned()
        .unwrap_or_default();
    let has = |name: &str| {
        let given = [&body["oidc"][name], &oidc[name]];
        given
            .iter()
            .any(|value| value.as_str().is_some_and(|text| !text.is_empty()))
    };
    if body["oidc"]["requires_pkce"] == json!(false) && has("client_id") && !has("client_secret") {
        return Err(needs_pkce("oidc.requires_pkce"));
    }
    let provider = connection.text("provider");
    if provider.starts_with("saml") {
        let saml = match connection.body.get("saml_connection") {
            Some(Value::Object(saml)) => saml.clone(),
            _ => Default::default(),
        };
        let saml = Record {
            id: String::new(),
            body: saml,
            hidden: Default::default(),
        };
        self::saml(call, connection, &saml, body)?;
    } else if body["active"] == json!(true) {
        let taken = enrolling(call, connection);
        remove_domains(call, taken);
    }
    Ok(())
}
