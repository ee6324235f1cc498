//! The effect of the committed overlays on the imported description, correction by correction.

use std::path::Path;
use std::sync::OnceLock;

use serde_json::{Value, json};
use xtask::ir::{Authentication, Body, Operation, Response, Type};
use xtask::pipeline::{self, Described};

fn described() -> &'static Described {
    static DESCRIBED: OnceLock<Described> = OnceLock::new();
    DESCRIBED.get_or_init(|| {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"))
            .parent()
            .expect("the workspace");
        pipeline::describe(root, None).expect("the committed description is valid")
    })
}

fn corrected(pointer: &str) -> &'static Value {
    described()
        .corrected
        .pointer(pointer)
        .unwrap_or_else(|| panic!("{pointer} is missing"))
}

fn operation(resource: &str, name: &str) -> &'static Operation {
    let resource = &described().api.resources[resource];
    resource
        .operations
        .iter()
        .find(|operation| operation.name == name)
        .unwrap_or_else(|| panic!("{name} is missing"))
}

fn query_names(operation: &Operation) -> Vec<&str> {
    operation
        .query_parameters
        .iter()
        .map(|parameter| parameter.wire_name.as_str())
        .collect()
}

#[test]
fn all_operations_are_described_including_the_added_and_the_retired_ones() {
    let count: usize = described()
        .api
        .resources
        .values()
        .map(|resource| resource.operations.len())
        .sum();
    assert_eq!(count, 249 + 1 + 2);
}

#[test]
fn two_spellings_of_frontend_api_become_one_parameter() {
    let names = query_names(operation("miscellaneous", "get_public_interstitial"));
    assert!(
        names.contains(&"frontend_api") && !names.contains(&"frontendApi"),
        "{names:?}"
    );
}

#[test]
fn creating_an_api_key_returns_201() {
    let responses = corrected("/paths/~1api_keys/post/responses")
        .as_object()
        .expect("responses");
    assert!(responses.contains_key("201") && !responses.contains_key("200"));
    assert_eq!(
        operation("api_keys", "create").response,
        Response::Json {
            ty: Type::Named("ApiKeyWithSecret".to_owned())
        }
    );
}

#[test]
fn permissions_of_a_membership_can_be_null() {
    let pointer = "/components/schemas/OrganizationMembership/properties/permissions/nullable";
    assert_eq!(corrected(pointer), &json!(true));
}

#[test]
fn a_handshake_nonce_is_exchanged_for_directives() {
    let exchange = operation("clients", "get_handshake_payload");
    assert_eq!(
        (exchange.method.as_str(), exchange.path.as_str()),
        ("GET", "/clients/handshake_payload")
    );
    let [nonce] = exchange.query_parameters.as_slice() else {
        panic!("{exchange:?}")
    };
    assert!(
        nonce.required
            && nonce.wire_name == "nonce"
            && nonce.ty == Type::formatted("string", "password").unwrap()
    );
    let directives = &described().document["components"]["schemas"]["HandshakePayload"];
    assert_eq!(directives["required"], json!(["directives"]));
    assert_eq!(
        directives["properties"]["directives"]["type"],
        json!("array")
    );
}

#[test]
fn a_refresh_accepts_the_switch_for_suffixed_cookies() {
    let refresh = operation("sessions", "refresh");
    let switch = &refresh.query_parameters[0];
    assert_eq!(
        (switch.wire_name.as_str(), &switch.ty, switch.required),
        ("suffixed_cookies", &Type::BOOLEAN, false)
    );
}

#[test]
fn operations_without_names_get_names() {
    for (resource, names) in [
        (
            "api_keys",
            &[
                "create",
                "delete",
                "get",
                "get_secret",
                "list",
                "revoke",
                "update",
                "verify",
            ][..],
        ),
        ("admin_portal_link_tokens", &["create", "revoke"]),
    ] {
        let operations = &described().api.resources[resource].operations;
        let found: Vec<&str> = operations
            .iter()
            .map(|operation| operation.name.as_str())
            .collect();
        assert_eq!(found, names);
    }
    assert_eq!(
        operation("instance_settings", "get_protect").operation_id,
        "GetInstanceProtect"
    );
    assert_eq!(
        operation("instance_settings", "update_protect").operation_id,
        "UpdateInstanceProtect"
    );
}

#[test]
fn lists_declare_their_pagination_switch() {
    let switched: Vec<&str> = described()
        .api
        .resources
        .values()
        .flat_map(|resource| &resource.operations)
        .filter(|operation| {
            operation
                .pagination
                .as_ref()
                .is_some_and(|paging| paging.switch.as_deref() == Some("paginated"))
        })
        .map(|operation| operation.operation_id.as_str())
        .collect();
    assert_eq!(switched.len(), 8, "{switched:?}");
    let paged = described()
        .api
        .resources
        .values()
        .flat_map(|resource| &resource.operations);
    assert_eq!(
        paged
            .filter(|operation| operation.pagination.is_some())
            .count(),
        37
    );
}

#[test]
fn retired_operations_stay_callable_and_are_deprecated() {
    let verify = operation("sessions", "verify");
    assert!(verify.deprecated && verify.path == "/sessions/{session_id}/verify");
    let Body::Json {
        required: false,
        fields,
    } = &verify.body
    else {
        panic!("{:?}", verify.body)
    };
    assert!(fields.len() == 1 && fields[0].wire_name == "token" && !fields[0].required);
    assert_eq!(
        verify.response,
        Response::Json {
            ty: Type::Named("Session".to_owned())
        }
    );

    let totp = operation("users", "create_totp");
    assert!(totp.deprecated && totp.method == "POST" && totp.path == "/users/{user_id}/totp");
    let properties = &described().document["components"]["schemas"]["UserTotp"]["properties"];
    for name in ["object", "id", "secret", "uri", "verified", "backup_codes"] {
        let nullable = matches!(name, "secret" | "uri" | "backup_codes");
        assert_eq!(
            properties[name]["nullable"] == json!(true),
            nullable,
            "{name}"
        );
    }
}

#[test]
fn every_error_has_one_type_with_free_meta() {
    let document = &described().document;
    for (path, item) in document["paths"].as_object().expect("paths") {
        for (method, operation) in item.as_object().expect("operations") {
            for (status, response) in operation["responses"].as_object().expect("responses") {
                if status.starts_with('2') {
                    continue;
                }
                let schema = response.pointer("/content/application~1json/schema/$ref");
                assert_eq!(
                    schema,
                    Some(&json!("#/components/schemas/ClerkErrors")),
                    "{method} {path} {status}"
                );
            }
        }
    }
    assert_eq!(
        document["components"]["schemas"]["ClerkError"]["properties"]["meta"],
        json!({ "type": "object", "additionalProperties": true })
    );
}

#[test]
fn every_kind_of_json_web_key_has_one_type() {
    let key = &described().document["components"]["schemas"]["JsonWebKey"];
    let required: Vec<&str> = key["required"]
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(Value::as_str)
        .collect();
    assert!(
        required.iter().all(|name| matches!(*name, "kid" | "kty")),
        "{required:?}"
    );
    for name in ["alg", "use", "n", "e", "crv", "x", "y", "k"] {
        assert!(key["properties"].get(name).is_some(), "{name}");
    }
    assert_eq!(key["properties"]["d"]["format"], json!("password"));
}

#[test]
fn connections_are_plain_objects() {
    for name in [
        "SAMLConnection",
        "SAMLAccountConnection",
        "EnterpriseAccountConnection",
    ] {
        assert!(
            corrected(&format!("/components/schemas/{name}"))
                .get("anyOf")
                .is_none(),
            "{name}"
        );
    }
    let body = "/paths/~1saml_connections/post/requestBody/content/application~1json/schema";
    assert!(corrected(body).get("anyOf").is_none());
}

#[test]
fn machine_tokens_are_created_with_the_machine_secret_key() {
    let m2m = &described().api.resources["m2m"].operations;
    assert_eq!(m2m.len(), 4);
    for operation in m2m {
        assert_eq!(
            operation.authentication,
            Authentication::MachineSecretKey,
            "{}",
            operation.name
        );
    }
    assert_eq!(
        operation("miscellaneous", "get_public_interstitial").authentication,
        Authentication::None
    );
}
