//! Typical upstream changes, at locations of the real description: what each of them does on the
//! wire and in Rust, and a caller that uses what it changes.

use serde_json::{Value, json};
use xtask::review::diff::Class::{self, BreakingForRequests, BreakingForResponses, Compatible};
use xtask::review::surface::Impact::{self, Addition, Breaking, Deprecation};

/// A change of the description.
pub(crate) struct Way {
    pub(crate) edit: fn(&mut Value),
    /// What `diff` reports: rule, location and class.
    pub(crate) wire: &'static [(&'static str, &'static str, Class)],
    /// Lines of the surface that change, with the impact of each.
    pub(crate) surface: &'static [(&'static str, Impact)],
    /// Code that uses one of these lines before the change; nothing if all are new.
    pub(crate) caller: &'static str,
    /// The overlay that the change requires before the crate can be generated.
    pub(crate) overlay: Option<&'static str>,
}

const NONE: Way = Way {
    edit: |_| {},
    wire: &[],
    surface: &[],
    caller: "",
    overlay: None,
};

pub(crate) const NEW_OPERATION: Way = Way {
    wire: &[(
        "operation-added",
        "#/paths/~1users~1{user_id}~1nicknames/get",
        Compatible,
    )],
    surface: &[("resources::users::Users::list_nicknames", Addition)],
    caller: "let _ = clerk.users().list();",
    edit: |document| {
        at(document, "/paths").as_object_mut().expect("paths").insert(
        "/users/{user_id}/nicknames".to_owned(),
        json!({ "get": {
            "operationId": "ListUserNicknames",
            "x-speakeasy-group": "users",
            "x-speakeasy-name-override": "listNicknames",
            "tags": ["Users"],
            "parameters": [
                { "name": "user_id", "in": "path", "required": true, "schema": { "type": "string" } },
            ],
            "responses": { "200": { "description": "", "content": { "application/json": { "schema": {
                "type": "object",
                "properties": { "nicknames": { "type": "array", "items": { "type": "string" } } },
                "required": ["nicknames"],
            } } } } },
        } }),
    );
    },
    ..NONE
};
pub(crate) const NEW_OPTIONAL_PARAMETER: Way = Way {
    wire: &[(
        "request-parameter-added",
        "#/paths/~1users/get/parameters/",
        Compatible,
    )],
    surface: &[("resources::users::List::nickname", Addition)],
    caller: "let _ = clerk.users().list().limit(1);",
    edit: |document| {
        push(
            document,
            "/paths/~1users/get/parameters",
            json!({ "name": "nickname", "in": "query", "schema": { "type": "string" } }),
        );
    },
    ..NONE
};
pub(crate) const NEW_REQUIRED_PARAMETER: Way = Way {
    wire: &[(
        "request-parameter-added",
        "#/paths/~1invitations~1{invitation_id}~1revoke/post/parameters/",
        BreakingForRequests,
    )],
    surface: &[("resources::invitations::Invitations::revoke", Breaking)],
    caller: "let _ = clerk.invitations().revoke(\"inv_1\");",
    edit: |document| {
        push(
            document,
            "/paths/~1invitations~1{invitation_id}~1revoke/post/parameters",
            json!({ "name": "reason", "in": "query", "required": true, "schema": { "type": "string" } }),
        );
    },
    ..NONE
};
pub(crate) const NEW_ENUM_VALUE: Way = Way {
    wire: &[(
        "response-enum-value-added",
        "#/components/schemas/SignUp/properties/status",
        Compatible,
    )],
    surface: &[("models::SignUpStatus::Postponed", Addition)],
    caller: "let _ = clerk_api::models::SignUpStatus::Abandoned;",
    edit: |document| {
        push(
            document,
            "/components/schemas/SignUp/properties/status/enum",
            json!("postponed"),
        );
    },
    ..NONE
};
pub(crate) const NEW_UNION_KIND: Way = Way {
    wire: &[(
        "response-union-kind-added",
        "#/components/schemas/PhoneNumber/properties/verification/",
        BreakingForResponses,
    )],
    surface: &[],
    caller: "let _ = |phone: clerk_api::models::PhoneNumber| phone.verification;",
    edit: |document| {
        let kind = "#/components/schemas/verification_web3_signature_kind";
        let mut schema = at(document, "/components/schemas/verification_admin").clone();
        *at(&mut schema, "/properties/object/enum/0") = json!("verification_carrier_pigeon");
        insert(
            document,
            "/components/schemas",
            "verification_web3_signature_kind",
            schema,
        );
        let union = "/components/schemas/PhoneNumber/properties/verification";
        push(document, &format!("{union}/oneOf"), json!({ "$ref": kind }));
        insert(
            document,
            &format!("{union}/discriminator/mapping"),
            "verification_carrier_pigeon",
            json!(kind),
        );
    },
    ..NONE
};
pub(crate) const REMOVED_FIELD: Way = Way {
    wire: &[(
        "response-property-removed",
        "#/components/schemas/User/properties/totp_enabled",
        BreakingForResponses,
    )],
    surface: &[("models::User.totp_enabled", Breaking)],
    caller: "let _ = |user: clerk_api::models::User| user.totp_enabled;",
    edit: |document| {
        let user = at(document, "/components/schemas/User");
        at(user, "/properties")
            .as_object_mut()
            .expect("properties")
            .shift_remove("totp_enabled")
            .expect("the field");
        at(user, "/required")
            .as_array_mut()
            .expect("required")
            .retain(|name| name != "totp_enabled");
    },
    ..NONE
};
pub(crate) const TYPE_CHANGE: Way = Way {
    wire: &[(
        "response-type-changed",
        "#/components/schemas/User/properties/locked",
        BreakingForResponses,
    )],
    surface: &[("models::User.locked", Breaking)],
    caller: "let _ = |user: clerk_api::models::User| -> bool { user.locked };",
    edit: |document| {
        *at(document, "/components/schemas/User/properties/locked") = json!({ "type": "string" });
    },
    ..NONE
};
pub(crate) const NULLABLE_ADDED: Way = Way {
    wire: &[(
        "response-nullable-changed",
        "#/components/schemas/SignInToken/properties/user_id",
        BreakingForResponses,
    )],
    surface: &[("models::SignInToken.user_id", Breaking)],
    caller: "let _ = |token: clerk_api::models::SignInToken| -> String { token.user_id };",
    edit: |document| {
        insert(
            document,
            "/components/schemas/SignInToken/properties/user_id",
            "nullable",
            json!(true),
        );
    },
    ..NONE
};
pub(crate) const DEPRECATION: Way = Way {
    wire: &[(
        "operation-deprecation-changed",
        "#/paths/~1organizations~1{organization_id}/get",
        Compatible,
    )],
    surface: &[("resources::organizations::Organizations::get", Deprecation)],
    caller: "let _ = clerk.organizations().get(\"org_1\");",
    edit: |document| {
        insert(
            document,
            "/paths/~1organizations~1{organization_id}/get",
            "deprecated",
            json!(true),
        );
    },
    ..NONE
};
pub(crate) const RENAMED_SCHEMA: Way = Way {
    wire: &[(
        "schema-renamed",
        "#/components/schemas/RedirectTarget",
        Compatible,
    )],
    surface: &[
        ("models::RedirectUrl", Breaking),
        ("models::RedirectTarget", Addition),
        ("resources::redirect_urls::Create", Breaking),
        ("resources::redirect_urls::Get", Breaking),
        ("resources::redirect_urls::List", Breaking),
    ],
    caller: "let _ = |url: clerk_api::models::RedirectUrl| url;",
    edit: |document| {
        let text = document.to_string().replace(
            "#/components/schemas/RedirectURL\"",
            "#/components/schemas/RedirectTarget\"",
        );
        *document = serde_json::from_str(&text).expect("JSON");
        let schemas = at(document, "/components/schemas")
            .as_object_mut()
            .expect("schemas");
        let schema = schemas.remove("RedirectURL").expect("the schema");
        schemas.insert("RedirectTarget".to_owned(), schema);
    },
    ..NONE
};
pub(crate) const NEW_TAG: Way = Way {
    wire: &[
        (
            "operation-tags-changed",
            "#/paths/~1users~1count/get",
            Compatible,
        ),
        ("tag-added", "#/tags/", Compatible),
    ],
    surface: &[],
    caller: "let _ = clerk.users().count();",
    edit: |document| {
        push(document, "/tags", json!({ "name": "People" }));
        *at(document, "/paths/~1users~1count/get/tags") = json!(["People"]);
    },
    ..NONE
};
pub(crate) const NEW_CONTENT_TYPE: Way = Way {
    wire: &[(
        "request-content-type-added",
        "#/paths/~1invitations/post/requestBody/content/application~1x-www-form-urlencoded",
        Compatible,
    )],
    surface: &[],
    caller: "let _ = clerk.invitations().create(\"a@example.com\");",
    edit: |document| {
        let content = "/paths/~1invitations/post/requestBody/content";
        let schema = at(document, content)["application/json"].clone();
        insert(
            document,
            content,
            "application/x-www-form-urlencoded",
            schema,
        );
    },
    overlay: Some(
        "overlay: 1.0.0
info: {title: One content type, version: 1.0.0}
actions:
  - target: $.paths['/invitations'].post.requestBody.content['application/x-www-form-urlencoded']
    description: The crate sends JSON.
    remove: true
",
    ),
};

pub(crate) const NO_LONGER_REQUIRED: Way = Way {
    wire: &[(
        "request-required-changed",
        "#/paths/~1organizations/post/requestBody/content/application~1json/schema/properties/name",
        Compatible,
    )],
    surface: &[
        ("resources::organizations::Create::name", Addition),
        ("resources::organizations::Organizations::create", Breaking),
    ],
    caller: "let _ = clerk.organizations().create(\"Acme\");",
    edit: |document| {
        let body = "/paths/~1organizations/post/requestBody/content/application~1json/schema";
        at(document, body)
            .as_object_mut()
            .expect("a schema")
            .remove("required");
    },
    ..NONE
};
pub(crate) const NULL_ACCEPTED: Way = Way {
    wire: &[(
        "request-nullable-changed",
        "#/paths/~1invitations/post/requestBody/content/application~1json/schema/properties/redirect_url",
        Compatible,
    )],
    surface: &[("resources::invitations::Create::redirect_url", Addition)],
    caller: "let _ = clerk.invitations().create(\"a@example.com\").redirect_url(\"https://a.example\");",
    edit: |document| {
        let body = "/paths/~1invitations/post/requestBody/content/application~1json/schema";
        let property = format!("{body}/properties/redirect_url");
        insert(document, &property, "nullable", json!(true));
    },
    ..NONE
};
pub(crate) const SECOND_VALUE: Way = Way {
    wire: &[(
        "response-enum-value-added",
        "#/components/schemas/JWTTemplate/properties/object",
        Compatible,
    )],
    surface: &[
        ("models::JwtTemplate.object", Breaking),
        ("models::JwtTemplateObject", Addition),
    ],
    caller: "let _ = |template: clerk_api::models::JwtTemplate| -> String { template.object };",
    edit: |document| {
        let values = "/components/schemas/JWTTemplate/properties/object/enum";
        push(document, values, json!("jwt_blueprint"));
    },
    ..NONE
};
pub(crate) const SHARED_MODEL: Way = Way {
    wire: &[(
        "response-property-added",
        "#/components/schemas/BlocklistIdentifier/properties/template",
        Compatible,
    )],
    surface: &[
        ("models::BlocklistIdentifier.template", Addition),
        ("models::JwtTemplate", Addition),
    ],
    caller: "let _ = |template: clerk_api::models::JwtTemplate| template.name;",
    edit: |document| {
        let properties = "/components/schemas/BlocklistIdentifier/properties";
        let template = json!({ "$ref": "#/components/schemas/JWTTemplate" });
        insert(document, properties, "template", template);
    },
    ..NONE
};
pub(crate) const STRUCT_TO_UNION: Way = Way {
    wire: &[(
        "response-type-changed",
        "#/components/schemas/AllowlistIdentifier",
        BreakingForResponses,
    )],
    surface: &[
        ("models::AllowlistIdentifier", Breaking),
        ("models::AllowlistIdentifier.identifier", Breaking),
        // Only the other resource has this property of this type still.
        ("models::IdentifierType", Breaking),
    ],
    caller: "let _ = |entry: clerk_api::models::AllowlistIdentifier| entry.identifier;",
    edit: |document| {
        let schemas = "/components/schemas";
        let name = "AllowlistIdentifier";
        let mut kind = at(document, &format!("{schemas}/{name}")).clone();
        kind["required"] = json!(["object"]);
        insert(document, schemas, "AllowlistEntry", kind.clone());
        *at(&mut kind, "/properties/object/enum/0") = json!("allowlist_pattern");
        insert(document, schemas, "AllowlistPattern", kind);
        let union = json!({
            "oneOf": [
                { "$ref": "#/components/schemas/AllowlistEntry" },
                { "$ref": "#/components/schemas/AllowlistPattern" },
            ],
            "discriminator": { "propertyName": "object", "mapping": {
                "allowlist_identifier": "#/components/schemas/AllowlistEntry",
                "allowlist_pattern": "#/components/schemas/AllowlistPattern",
            } },
        });
        insert(document, schemas, name, union);
    },
    ..NONE
};

pub(crate) const ALL: [Way; 17] = [
    NEW_OPERATION,
    NEW_OPTIONAL_PARAMETER,
    NEW_REQUIRED_PARAMETER,
    NEW_ENUM_VALUE,
    NEW_UNION_KIND,
    REMOVED_FIELD,
    TYPE_CHANGE,
    NULLABLE_ADDED,
    DEPRECATION,
    RENAMED_SCHEMA,
    NEW_TAG,
    NEW_CONTENT_TYPE,
    NO_LONGER_REQUIRED,
    NULL_ACCEPTED,
    SECOND_VALUE,
    SHARED_MODEL,
    STRUCT_TO_UNION,
];

fn at<'a>(document: &'a mut Value, pointer: &str) -> &'a mut Value {
    document
        .pointer_mut(pointer)
        .unwrap_or_else(|| panic!("{pointer} is missing"))
}

fn push(document: &mut Value, pointer: &str, value: Value) {
    at(document, pointer)
        .as_array_mut()
        .expect("a list")
        .push(value);
}

fn insert(document: &mut Value, pointer: &str, key: &str, value: Value) {
    at(document, pointer)
        .as_object_mut()
        .expect("a mapping")
        .insert(key.to_owned(), value);
}
