//! The tables: every kind of node, and its keywords in canonical order.

use super::{Keyword, Kind, Meaning, Origin};

const fn fact(name: &'static str, meaning: Meaning) -> Keyword {
    Keyword {
        name,
        meaning,
        origin: Origin::Description,
        is_extensible: false,
    }
}

const fn extensible(name: &'static str, meaning: Meaning) -> Keyword {
    Keyword {
        is_extensible: true,
        ..fact(name, meaning)
    }
}

const fn prose(name: &'static str) -> Keyword {
    fact(name, Meaning::Prose)
}

const fn ours(name: &'static str, meaning: Meaning) -> Keyword {
    Keyword {
        name,
        meaning,
        origin: Origin::Overlay,
        is_extensible: false,
    }
}

pub static DOCUMENT: Kind = Kind {
    name: "the document",
    keywords: &[
        fact("openapi", Meaning::Text),
        fact("info", Meaning::Node(&INFO)),
        fact("servers", Meaning::List(&SERVER)),
        fact("security", Meaning::Security),
        fact("tags", Meaning::List(&TAG)),
        extensible("paths", Meaning::Sorted(&PATH_ITEM)),
        fact("components", Meaning::Node(&COMPONENTS)),
        ours("x-requirements", Meaning::Any),
        ours("x-samples", Meaning::Any),
        ours("x-sample-values", Meaning::Any),
        prose("externalDocs"),
        prose("x-speakeasy-retries"),
    ],
    needed: &["openapi", "info", "paths", "components"],
    component: None,
};

static INFO: Kind = Kind {
    name: "the info object",
    keywords: &[
        fact("title", Meaning::Own("Backend API")),
        fact("version", Meaning::Text),
        prose("description"),
        prose("termsOfService"),
        prose("contact"),
        prose("license"),
        prose("x-logo"),
    ],
    needed: &["version"],
    component: None,
};

static SERVER: Kind = Kind {
    name: "a server",
    keywords: &[fact("url", Meaning::Text), prose("description")],
    needed: &["url"],
    component: None,
};

pub static TAG: Kind = Kind {
    name: "a tag",
    keywords: &[
        fact("name", Meaning::Text),
        prose("description"),
        prose("externalDocs"),
    ],
    needed: &["name"],
    component: None,
};

static COMPONENTS: Kind = Kind {
    name: "the components object",
    keywords: &[
        fact("parameters", Meaning::Sorted(&PARAMETER)),
        fact("requestBodies", Meaning::Sorted(&REQUEST_BODY)),
        fact("responses", Meaning::Sorted(&RESPONSE)),
        fact("schemas", Meaning::Sorted(&SCHEMA)),
        fact("securitySchemes", Meaning::Sorted(&SECURITY_SCHEME)),
        prose("examples"),
    ],
    needed: &[],
    component: None,
};

static PATH_ITEM: Kind = Kind {
    name: "a path item",
    keywords: &[
        fact("parameters", Meaning::List(&PARAMETER)),
        fact("get", Meaning::Node(&OPERATION)),
        fact("post", Meaning::Node(&OPERATION)),
        fact("put", Meaning::Node(&OPERATION)),
        fact("patch", Meaning::Node(&OPERATION)),
        fact("delete", Meaning::Node(&OPERATION)),
        prose("summary"),
        prose("description"),
        prose("x-speakeasy-usage-example"),
    ],
    needed: &[],
    component: None,
};

static OPERATION: Kind = Kind {
    name: "an operation",
    keywords: &[
        fact("operationId", Meaning::Text),
        fact("x-speakeasy-group", Meaning::Text),
        fact("x-speakeasy-name-override", Meaning::Text),
        ours("x-clerk-authentication", Meaning::Text),
        ours("x-clerk-response", Meaning::Text),
        fact("tags", Meaning::Texts),
        fact("deprecated", Meaning::Flag),
        fact("security", Meaning::Security),
        fact("parameters", Meaning::List(&PARAMETER)),
        fact("requestBody", Meaning::Node(&REQUEST_BODY)),
        extensible("responses", Meaning::Sorted(&RESPONSE)),
        prose("summary"),
        prose("description"),
        prose("externalDocs"),
        prose("x-speakeasy-retries"),
        prose("x-speakeasy-usage-example"),
    ],
    needed: &["operationId", "responses"],
    component: None,
};

pub static PARAMETER: Kind = Kind {
    name: "a parameter",
    keywords: &[
        fact("$ref", Meaning::Text),
        fact("name", Meaning::Text),
        fact("in", Meaning::Text),
        fact("required", Meaning::Flag),
        fact("deprecated", Meaning::Flag),
        ours("x-pagination-switch", Meaning::Flag),
        fact("allowEmptyValue", Meaning::Flag),
        fact("style", Meaning::Text),
        fact("explode", Meaning::Flag),
        fact("schema", Meaning::Node(&SCHEMA)),
        prose("description"),
        prose("example"),
        prose("examples"),
    ],
    needed: &["name", "in", "schema"],
    component: Some("parameters"),
};

static REQUEST_BODY: Kind = Kind {
    name: "a request body",
    keywords: &[
        fact("$ref", Meaning::Text),
        fact("required", Meaning::Flag),
        fact("content", Meaning::Sorted(&MEDIA_TYPE)),
        prose("description"),
    ],
    needed: &["content"],
    component: Some("requestBodies"),
};

static RESPONSE: Kind = Kind {
    name: "a response",
    keywords: &[
        fact("$ref", Meaning::Text),
        fact("description", Meaning::Own("")),
        fact("content", Meaning::Sorted(&MEDIA_TYPE)),
    ],
    needed: &[],
    component: Some("responses"),
};

static MEDIA_TYPE: Kind = Kind {
    name: "a media type",
    keywords: &[
        fact("schema", Meaning::Node(&SCHEMA)),
        prose("example"),
        prose("examples"),
    ],
    needed: &["schema"],
    component: None,
};

pub static SCHEMA: Kind = Kind {
    name: "a schema",
    keywords: &[
        fact("$ref", Meaning::Text),
        fact("type", Meaning::Text),
        fact("format", Meaning::Text),
        fact("nullable", Meaning::Flag),
        fact("deprecated", Meaning::Flag),
        fact("readOnly", Meaning::Flag),
        fact("writeOnly", Meaning::Flag),
        fact("x-speakeasy-name-override", Meaning::Text),
        fact("x-speakeasy-unknown-values", Meaning::Text),
        fact("enum", Meaning::Any),
        fact("default", Meaning::Any),
        fact("pattern", Meaning::Text),
        fact("minLength", Meaning::Number),
        fact("maxLength", Meaning::Number),
        fact("minimum", Meaning::Number),
        fact("exclusiveMinimum", Meaning::Flag),
        fact("maximum", Meaning::Number),
        fact("exclusiveMaximum", Meaning::Flag),
        fact("multipleOf", Meaning::Number),
        fact("minItems", Meaning::Number),
        fact("maxItems", Meaning::Number),
        fact("uniqueItems", Meaning::Flag),
        fact("items", Meaning::Node(&SCHEMA)),
        fact("minProperties", Meaning::Number),
        fact("maxProperties", Meaning::Number),
        fact("properties", Meaning::Ordered(&SCHEMA)),
        fact("required", Meaning::RequiredNames),
        fact("additionalProperties", Meaning::NodeOrFlag(&SCHEMA)),
        fact("allOf", Meaning::List(&SCHEMA)),
        fact("oneOf", Meaning::List(&SCHEMA)),
        fact("anyOf", Meaning::List(&SCHEMA)),
        fact("not", Meaning::Node(&SCHEMA)),
        fact("discriminator", Meaning::Node(&DISCRIMINATOR)),
        prose("title"),
        prose("description"),
        prose("example"),
        prose("externalDocs"),
    ],
    needed: &[],
    component: Some("schemas"),
};

static DISCRIMINATOR: Kind = Kind {
    name: "a discriminator",
    keywords: &[
        fact("propertyName", Meaning::Text),
        fact("mapping", Meaning::Any),
    ],
    needed: &["propertyName"],
    component: None,
};

static SECURITY_SCHEME: Kind = Kind {
    name: "a security scheme",
    keywords: &[
        fact("type", Meaning::Text),
        fact("scheme", Meaning::Text),
        fact("in", Meaning::Text),
        fact("name", Meaning::Text),
        prose("description"),
        prose("bearerFormat"),
    ],
    needed: &["type", "scheme"],
    component: None,
};
