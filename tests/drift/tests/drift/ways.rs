//! Twelve typical upstream changes, at locations of the real description.

use serde_json::{Value, json};

/// A change of the description.
pub(crate) struct Way {
    pub(crate) edit: fn(&mut Value),
    /// The overlay that the change requires before the crate can be generated.
    pub(crate) overlay: Option<&'static str>,
}

pub(crate) const NEW_OPERATION: Way = way(|document| {
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
});
pub(crate) const NEW_OPTIONAL_PARAMETER: Way = way(|document| {
    push(
        document,
        "/paths/~1users/get/parameters",
        json!({ "name": "nickname", "in": "query", "schema": { "type": "string" } }),
    );
});
pub(crate) const NEW_REQUIRED_PARAMETER: Way = way(|document| {
    push(
        document,
        "/paths/~1invitations~1{invitation_id}~1revoke/post/parameters",
        json!({ "name": "reason", "in": "query", "required": true, "schema": { "type": "string" } }),
    );
});
pub(crate) const NEW_ENUM_VALUE: Way = way(|document| {
    push(
        document,
        "/components/schemas/SignUp/properties/status/enum",
        json!("postponed"),
    );
});
pub(crate) const NEW_UNION_KIND: Way = way(|document| {
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
});
pub(crate) const REMOVED_FIELD: Way = way(|document| {
    let user = at(document, "/components/schemas/User");
    at(user, "/properties")
        .as_object_mut()
        .expect("properties")
        .remove("totp_enabled")
        .expect("the field");
    at(user, "/required")
        .as_array_mut()
        .expect("required")
        .retain(|name| name != "totp_enabled");
});
pub(crate) const TYPE_CHANGE: Way = way(|document| {
    *at(document, "/components/schemas/User/properties/locked") = json!({ "type": "string" });
});
pub(crate) const NULLABLE_ADDED: Way = way(|document| {
    insert(
        document,
        "/components/schemas/SignInToken/properties/user_id",
        "nullable",
        json!(true),
    );
});
pub(crate) const DEPRECATION: Way = way(|document| {
    insert(
        document,
        "/paths/~1organizations~1{organization_id}/get",
        "deprecated",
        json!(true),
    );
});
pub(crate) const RENAMED_SCHEMA: Way = way(|document| {
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
});
pub(crate) const NEW_TAG: Way = way(|document| {
    push(document, "/tags", json!({ "name": "People" }));
    *at(document, "/paths/~1users~1count/get/tags") = json!(["People"]);
});
pub(crate) const NEW_CONTENT_TYPE: Way = Way {
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

pub(crate) const ALL: [Way; 12] = [
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
];

const fn way(edit: fn(&mut Value)) -> Way {
    Way {
        edit,
        overlay: None,
    }
}

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
